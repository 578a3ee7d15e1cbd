package dev.understudy.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.schema.ColumnType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnrealDateTest {
    private static final long DAY = 86_400_000_000L;
    private static final int FIRST_OF_POSTGRES = -2_451_545;

    @Test
    void theyLieBesideEveryRealDate() {
        for (int days :
                new int[] {
                    Integer.MIN_VALUE, FIRST_OF_POSTGRES, 0, 2_145_031_948, Integer.MAX_VALUE
                }) {
            assertThat(UnrealDate.is(days)).isFalse();
        }
        for (long micros :
                new long[] {Long.MIN_VALUE, FIRST_OF_POSTGRES * DAY, 0, Long.MAX_VALUE}) {
            assertThat(UnrealDate.is(micros)).isFalse();
        }
        assertThat(UnrealDate.is(UnrealDate.days(0, 0, 0))).isTrue();
        assertThat(UnrealDate.is(UnrealDate.days(9999, 12, 31))).isTrue();
        assertThat(UnrealDate.is(UnrealDate.micros(0, 0, 0, 0))).isTrue();
        assertThat(UnrealDate.is(UnrealDate.micros(9999, 12, 31, DAY - 1))).isTrue();
        assertThat(UnrealDate.micros(9999, 12, 31, DAY - 1)).isLessThan(FIRST_OF_POSTGRES * DAY);
        assertThat(UnrealDate.microsOfDay(UnrealDate.micros(2010, 0, 12, 4711))).isEqualTo(4711);
    }

    @Test
    void theirTextIsMySqls() {
        assertThat(text("date", 4, UnrealDate.days(0, 0, 0))).isEqualTo("0000-00-00");
        assertThat(text("date", 4, UnrealDate.days(2010, 0, 12))).isEqualTo("2010-00-12");
        assertThat(text("date", 4, UnrealDate.days(9999, 2, 30))).isEqualTo("9999-02-30");
        assertThat(text("timestamp", 8, UnrealDate.micros(2010, 2, 31, 3_661_000_010L)))
                .isEqualTo("2010-02-31 01:01:01.00001");
        assertThat(text("timestamptz", 8, UnrealDate.micros(0, 0, 0, 0)))
                .isEqualTo("0000-00-00 00:00:00+00");
        assertThat(text("time", 8, -3_020_399_000_001L)).isEqualTo("-838:59:59.000001");
        assertThat(text("time", 8, 3_020_399_999_999L)).isEqualTo("838:59:59.999999");
    }

    private static String text(String type, int length, long number) {
        byte[] bytes =
                length == 4
                        ? ByteBuffer.allocate(4).putInt((int) number).array()
                        : ByteBuffer.allocate(8).putLong(number).array();
        var text = new StringBuilder();
        ValueText.of(
                        new ColumnType(
                                0,
                                type,
                                type,
                                ColumnType.Kind.BASE,
                                -1,
                                List.of(),
                                Optional.empty(),
                                List.of(),
                                true))
                .append(new ValueReader().set(bytes, 0, length), text);
        return text.toString();
    }
}
