package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Zip3Test {
    private static String mask(String zip) {
        return Columns.maskText("zip3", zip);
    }

    @ParameterizedTest
    @CsvSource({
        "90210, 902", "10001-1234, 100", "606011234, 606", "03601, 000", "89301-0001, 000",
        "SW1A 1AA, 000", "1234, 000", "9021O, 000", "90210 1234, 000", "'', 000"
    })
    void keepsThreeDigitsOfAZipCodeAndNothingOfAnythingElse(String zip, String expected) {
        assertThat(mask(zip)).isEqualTo(expected);
    }

    @Test
    void hidesTheSeventeenAreasOfFewPeopleAndNoOthers() {
        assertThat(
                        IntStream.range(1, 1000)
                                .filter(each -> mask("%03d01".formatted(each)).equals("000"))
                                .boxed())
                .containsExactly(
                        36, 59, 63, 102, 203, 556, 692, 790, 821, 823, 830, 831, 878, 879, 884, 890,
                        893);
    }
}
