package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Dates that are written in a document.
final class IsoDateMaskerTest {
    private static final MaskingRule YEAR = MaskingRule.of("year");
    private static final MaskingRule SHIFT = Columns.rule("shift-date", Map.of("max-days", 30));

    @ParameterizedTest
    @CsvSource({
        "2024-02-29, 2024-01-01",
        "2024-02-29T12:30:15Z, 2024-01-01T00:00:00Z",
        "2024-02-29 12:30:15.1, 2024-01-01 00:00:00.0",
        "2024-02-29T12:30, 2024-01-01T00:00",
        "2024-02-29T12:30+02:00, 2024-01-01T00:00+02:00",
        "2024-02-29T23:59:59.123456789-0330, 2024-01-01T00:00:00.000000000-0330",
        "2024-02-29 12:30:15+02, 2024-01-01 00:00:00+02",
        "0000-12-31, 0000-01-01",
    })
    void keepTheFormInWhichTheyCame(String date, String masked) {
        assertThat(mask(YEAR, date)).isEqualTo(masked);
    }

    @Test
    void moveAsColumnsOfDatesDo() {
        LocalDate day = LocalDate.of(2024, 2, 29);
        LocalDate zero = LocalDate.of(2000, 1, 1);
        byte[] column = Columns.int4((int) zero.until(day, ChronoUnit.DAYS));
        ColumnMasker dates = Columns.bind(SHIFT, Columns.of(ValueForm.DATE));
        byte[] masked = Columns.mask(dates, List.of(column)).getFirst();
        LocalDate moved = zero.plusDays((int) Bytes.INT.get(masked, 0));

        assertThat(mask(SHIFT, day.toString())).isEqualTo(moved.toString());
        assertThat(LocalDateTime.parse(mask(SHIFT, day + "T12:30:15.250")))
                .isEqualTo(moved.atTime(12, 30, 15, 250_000_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2023-02-29",
                "2024-13-01",
                "2024-02-29T",
                "2024-02-29T25:00",
                "2024-02-29T12:30:15.",
                "2024-02-29T12:30:15 pm",
                "2024-02-29T12:30:15.1234567890",
                "29.2.2024",
                "n/a",
                "today"
            })
    void whatIsNoDateIsScrambledAndCounted(String text) {
        var out = new MaskedValues();
        Columns.mask(
                Columns.bind(json(SHIFT), Columns.of(ValueForm.JSON)),
                List.of(Columns.utf8("{\"born\":\"" + text + "\"}")),
                out);
        assertThat(out.unfit()).isEqualTo(1);
        String masked = new String(out.bytes(), 0, out.length(0), StandardCharsets.UTF_8);
        assertThat(masked).hasSize(text.length() + 11).doesNotContain(text);
    }

    @Test
    void emptyOnesAndNullsStay() {
        assertThat(mask(YEAR, "")).isEmpty();
        assertThat(Columns.maskText(json(YEAR), Columns.of(ValueForm.JSON), "{\"born\": null}"))
                .containsExactly("{\"born\":null}");
    }

    private static String mask(MaskingRule rule, String date) {
        String document = "{\"born\":\"" + date + "\"}";
        String masked =
                Columns.maskText(json(rule), Columns.of(ValueForm.JSON), document).getFirst();
        return masked.substring(9, masked.length() - 2);
    }

    private static MaskingRule json(MaskingRule rule) {
        var inner = new LinkedHashMap<String, Object>(rule.parameters());
        inner.put("mask", rule.masker());
        return Columns.rule("json", Map.of("paths", Map.of("$.born", inner)));
    }
}
