package dev.understudy.ops.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void countsHaveThousandsAndNounsTheirPlural() {
        assertThat(Figures.count(1_048_576)).isEqualTo("1,048,576");
        assertThat(Figures.count(1, "table")).isEqualTo("1 table");
        assertThat(Figures.count(0, "table")).isEqualTo("0 tables");
    }

    @Test
    void bytesHaveThreeDigits() {
        assertThat(Figures.bytes(0)).isEqualTo("0 B");
        assertThat(Figures.bytes(999)).isEqualTo("999 B");
        assertThat(Figures.bytes(1_000)).isEqualTo("1.00 kB");
        assertThat(Figures.bytes(999_499)).isEqualTo("999 kB");
        assertThat(Figures.bytes(999_600)).isEqualTo("1.00 MB");
        assertThat(Figures.bytes(12_345_678)).isEqualTo("12.3 MB");
        assertThat(Figures.bytes(Long.MAX_VALUE)).isEqualTo("9.22 EB");
    }

    @Test
    void durationsGrowFromMillisecondsToHours() {
        assertThat(Figures.millis(7)).isEqualTo("7 ms");
        assertThat(Figures.millis(9_400)).isEqualTo("9.4 s");
        assertThat(Figures.millis(59_960)).isEqualTo("1 min 00 s");
        assertThat(Figures.duration(Duration.ofMinutes(65))).isEqualTo("1 h 05 min");
    }

    @Test
    void aRateWithoutTimeIsZero() {
        assertThat(Figures.perSecond(10, 0)).isZero();
        assertThat(Figures.perSecond(10, 500)).isEqualTo(20);
    }

    @Test
    void placesShowNoSecrets() {
        assertThat(Places.shown("jdbc:postgresql://ann:pw@db:5432/shop?password=x"))
                .isEqualTo("jdbc:postgresql://db:5432/shop");
        assertThat(Places.shown("file:///lake/a@b/1.json")).isEqualTo("file:///lake/a@b/1.json");
        assertThat(Places.shown("s3://bucket/prefix")).isEqualTo("s3://bucket/prefix");
        assertThat(Places.shown("/lake")).isEqualTo("/lake");
    }
}
