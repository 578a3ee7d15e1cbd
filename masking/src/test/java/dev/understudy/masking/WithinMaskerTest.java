package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WithinMaskerTest {
    @Test
    void digitsStayWhatAColumnOfMySqlTakesAndDifferent() {
        assertWithin("tinyint(4)", ValueForm.INT2, -128, 127, LongStream.rangeClosed(-128, 127));
        assertWithin("tinyint unsigned", ValueForm.INT2, 0, 255, LongStream.rangeClosed(0, 255));
        assertWithin(
                "smallint(5) unsigned", ValueForm.INT4, 0, 65535, LongStream.rangeClosed(0, 65535));
        assertWithin(
                "mediumint", ValueForm.INT4, -8388608, 8388607, LongStream.range(8380000, 8388608));
        assertWithin(
                "int(10) unsigned",
                ValueForm.INT8,
                0,
                4294967295L,
                LongStream.rangeClosed(4294957295L, 4294967295L));
        assertWithin("year(4)", ValueForm.INT2, 1901, 2155, LongStream.rangeClosed(1901, 2155));
        assertWithin("year", ValueForm.INT2, 0, 0, LongStream.of(0));
    }

    private static void assertWithin(
            String type, ValueForm form, long least, long most, LongStream numbers) {
        var values = new ArrayList<byte @Nullable []>();
        numbers.mapToObj(each ->
                        switch (form) {
                            case INT2 -> Columns.int2((int) each);
                            case INT4 -> Columns.int4((int) each);
                            default -> Columns.int8(each);
                        })
                .forEach(values::add);
        int count = values.size();
        values.add(null);
        ColumnMasker masker =
                Columns.bind(MaskingRule.of("digits"), ColumnProfile.of("shop.t.c", type, form));
        List<byte @Nullable []> masked = Columns.mask(masker, values);
        assertThat(masked.removeLast()).isNull();
        Set<Long> seen = new HashSet<>();
        for (byte @Nullable [] each : masked) {
            long number = each == null ? Long.MIN_VALUE : Integers.read(form, each, 0);
            assertThat(number).as(type).isBetween(least, most);
            seen.add(number);
        }
        assertThat(seen).as(type).hasSize(count);
    }
}
