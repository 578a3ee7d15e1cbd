package dev.understudy.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.masking.ValueForm;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTextTest {
    @ParameterizedTest
    @CsvSource({
        "INT2, -42",
        "INT8, 9876543210",
        "NUMERIC, 0",
        "NUMERIC, -12345.678",
        "NUMERIC, 0.0001",
        "NUMERIC, 100000000",
        "BOOL, true",
        "DATE, 1984-07-01",
        "TIME, 08:30:15",
        "TIMESTAMP, 1984-07-01T08:30:15",
        "UUID, 0b9ff2e8-5d4c-4f6a-9c59-3f1d6a7c2e11",
        "BYTES, \\x00ff",
        "JSONB, {}",
        "INET, 10.1.2.0/24",
        "INET, 2001:db8:0:0:0:0:0:1/128",
        "CIDR, 192.0.2.0/24",
        "MACADDR, 08:00:2b:01:02:03",
        "MACADDR8, 08:00:2b:ff:fe:01:02:03",
        "XML, <a/>",
        "TEXT, Zoë"
    })
    void theTextComesBackFromTheBinaryForm(ValueForm form, String text) {
        byte[] bytes = WireText.encode(form, text).orElseThrow();

        assertThat(WireText.decode(form, bytes, 0, bytes.length)).isEqualTo(text);
    }

    @Test
    void numbersAreGroupsOfFourDigitsAsTheServerSendsThem() {
        // SELECT encode(numeric_send(-12345.678), 'hex')
        assertThat(WireText.encode(ValueForm.NUMERIC, "-12345.678"))
                .map(HexFormat.of()::formatHex)
                .contains("0003000140000003000109291a7c");
    }

    @Test
    void whatIsNoSuchValueHasNoBinaryForm() {
        assertThat(WireText.encode(ValueForm.INT2, "70000")).isEmpty();
        assertThat(WireText.encode(ValueForm.DATE, "1984-02-31")).isEmpty();
        assertThat(WireText.encode(ValueForm.INET, "firm.test")).isEmpty();
        assertThat(WireText.encode(ValueForm.HSTORE, "a=>1")).isEmpty();
    }
}
