package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WithinMaskerTest {
    private static final BigInteger LARGEST_UNSIGNED = new BigInteger("18446744073709551615");

    @Test
    void permutationsStayWithinWhatAColumnOfMySqlTakes() {
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
        assertWithin("year", ValueForm.INT2, 0, 2155, LongStream.of(0));
    }

    @Test
    void digitsStayWhatAnUnsignedBigintTakesAndDifferent() {
        List<byte @Nullable []> values = new ArrayList<>();
        values.add(Columns.numeric("0"));
        values.add(Columns.numeric("9223372036854775808"));
        for (int i = 0; i < 300; i++) {
            values.add(
                    Columns.numeric(LARGEST_UNSIGNED.subtract(BigInteger.valueOf(i)).toString()));
            values.add(Columns.numeric("1000000000000000000" + i % 10));
        }
        ColumnProfile column = Columns.of(ValueForm.NUMERIC, "bigint(20) unsigned", 20);
        Set<BigInteger> seen = new HashSet<>();
        for (byte @Nullable [] each :
                Columns.mask(Columns.bind(MaskingRule.of("digits"), column), values)) {
            BigInteger number = new BigInteger(Columns.numericText(Objects.requireNonNull(each)));
            assertThat(number).isBetween(BigInteger.ZERO, LARGEST_UNSIGNED);
            seen.add(number);
        }
        assertThat(seen).hasSize(2 + 300 + 10);
    }

    @Test
    void noiseAndRoundingStayWhatAColumnOfMySqlTakes() {
        for (MaskingRule rule :
                List.of(
                        Columns.rule("noise", Map.of("percent", 90)),
                        Columns.rule("round", Map.of("step", 50)))) {
            assertStays(rule, "tinyint(4)", ValueForm.INT2, -128, 127);
            assertStays(rule, "tinyint(3) unsigned", ValueForm.INT2, 0, 255);
            assertStays(rule, "smallint unsigned", ValueForm.INT4, 0, 65535);
            assertStays(rule, "mediumint", ValueForm.INT4, -8388608, 8388607);
            assertStays(rule, "int(10) unsigned", ValueForm.INT8, 0, 4294967295L);
        }
        assertStays(MaskingRule.of("noise"), "year(4)", ValueForm.INT2, 1901, 2155);
        ColumnProfile column = Columns.of(ValueForm.NUMERIC, "bigint unsigned", 20);
        ColumnMasker noise = Columns.bind(MaskingRule.of("noise"), column);
        for (int i = 0; i < 300; i++) {
            BigInteger number = LARGEST_UNSIGNED.subtract(BigInteger.valueOf(i));
            byte @Nullable [] masked =
                    Columns.mask(noise, List.of(Columns.numeric(number.toString()))).getFirst();
            assertThat(new BigInteger(Columns.numericText(Objects.requireNonNull(masked))))
                    .isBetween(BigInteger.ZERO, LARGEST_UNSIGNED)
                    .isNotEqualTo(number);
        }
    }

    @Test
    void noiseStaysWhatAFloatOfFixedDecimalsTakes() {
        assertFloats("float(6,4)", 99.9999f, 4);
        assertFloats("float(5,2) unsigned", 999.99f, 2);
        assertFloats("double(6,1)", 99999.9, 1);
        assertFloats("float(26,4)", 1e22f, 15);
    }

    private static void assertFloats(String type, double most, int decimals) {
        boolean wide = type.startsWith("double");
        ValueForm form = wide ? ValueForm.FLOAT8 : ValueForm.FLOAT4;
        ColumnMasker noise =
                Columns.bind(MaskingRule.of("noise"), ColumnProfile.of("shop.t.c", type, form));
        for (int i = 0; i < 500; i++) {
            double number = i % 2 == 0 ? most * (1 - i / 1e4) : most / (i * i);
            byte @Nullable [] masked =
                    Columns.mask(
                                    noise,
                                    List.of(
                                            wide
                                                    ? Columns.int8(Double.doubleToLongBits(number))
                                                    : Columns.int4(
                                                            Float.floatToIntBits((float) number))))
                            .getFirst();
            ByteBuffer bytes = ByteBuffer.wrap(Objects.requireNonNull(masked));
            String result = wide ? "" + bytes.getDouble() : "" + bytes.getFloat();
            assertThat(Double.parseDouble(result)).as(type).isBetween(0.0, most);
            assertThat(new BigDecimal(result).stripTrailingZeros().scale())
                    .as("decimals of %s", type)
                    .isLessThanOrEqualTo(decimals);
        }
    }

    private static void assertStays(
            MaskingRule rule, String type, ValueForm form, long least, long most) {
        ColumnMasker masker = Columns.bind(rule, ColumnProfile.of("shop.t.c", type, form));
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            values.add(value(form, most - i));
            values.add(value(form, least + i));
        }
        for (byte @Nullable [] each : Columns.mask(masker, values)) {
            assertThat(Integers.read(form, Objects.requireNonNull(each), 0))
                    .as("%s on %s", rule.masker(), type)
                    .isBetween(least, most);
        }
    }

    private static byte[] value(ValueForm form, long number) {
        return switch (form) {
            case INT2 -> Columns.int2((int) number);
            case INT4 -> Columns.int4((int) number);
            default -> Columns.int8(number);
        };
    }

    private static void assertWithin(
            String type, ValueForm form, long least, long most, LongStream numbers) {
        var values = new ArrayList<byte @Nullable []>();
        numbers.mapToObj(each -> value(form, each)).forEach(values::add);
        int count = values.size();
        values.add(null);
        for (String rule : List.of("digits", "hash")) {
            ColumnMasker masker =
                    Columns.bind(MaskingRule.of(rule), ColumnProfile.of("shop.t.c", type, form));
            List<byte @Nullable []> masked = Columns.mask(masker, values);
            assertThat(masked.removeLast()).isNull();
            Set<Long> seen = new HashSet<>();
            for (byte @Nullable [] each : masked) {
                long number = each == null ? Long.MIN_VALUE : Integers.read(form, each, 0);
                assertThat(number == 0 && type.startsWith("year") ? most : number)
                        .as("%s on %s", rule, type)
                        .isBetween(least, most);
                seen.add(number);
            }
            assertThat(seen).as("%s on %s", rule, type).hasSize(count);
        }
    }
}
