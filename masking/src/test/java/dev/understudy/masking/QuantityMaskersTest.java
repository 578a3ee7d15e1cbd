package dev.understudy.masking;

import static dev.understudy.masking.Columns.bind;
import static dev.understudy.masking.Columns.int2;
import static dev.understudy.masking.Columns.int4;
import static dev.understudy.masking.Columns.int8;
import static dev.understudy.masking.Columns.numeric;
import static dev.understudy.masking.Columns.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the maskers of quantities and times do beyond the laws that all obey.
final class QuantityMaskersTest {
    private static final long SEED = 20_261_123;
    private static final LocalDate DAY_ZERO = LocalDate.of(2000, 1, 1);
    private static final long DAY = 86_400_000_000L;

    private final Map<String, ColumnMasker> bound = new HashMap<>();

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "499, 0",
        "500, 1000",
        "1499, 1000",
        "-500, 0",
        "-501, -1000",
        "32767, 32000",
        "-32768, -32000",
        "32499, 32000"
    })
    void integersAreRoundedWithinTheirType(int given, int expected) {
        MaskingRule rule = rule("round", Map.of("step", 1000));
        assertThat(ByteBuffer.wrap(one(rule, ValueForm.INT2, int2(given))).getShort())
                .isEqualTo((short) expected);
    }

    @ParameterizedTest
    @CsvSource({
        "12.37, 0.25, nearest, 12.25",
        "12.38, 0.25, nearest, 12.50",
        "12.375, 0.25, nearest, 12.500",
        "-12.38, 0.25, down, -12.50",
        "7, 0.5, down, 7.0",
        "123456789012345678901234567890.7, 10, nearest, 123456789012345678901234567890.0",
        "-123456789012345678901234567890.7, 1000, down, -123456789012345678901234568000.0",
        "0.000000000000000000001, 5, nearest, 0.000000000000000000000",
    })
    void decimalsAreRoundedAndKeepTheirScale(
            String given, BigDecimal step, String mode, BigDecimal expected) {
        MaskingRule rule = rule("round", Map.of("step", step, "mode", mode));
        byte[] masked = one(rule, ValueForm.NUMERIC, numeric(given));
        assertThat(Decimals.decimal(masked, 0)).isEqualTo(expected);
    }

    @Test
    void decimalsOfEveryLengthAreRoundedAlike() {
        Random random = new Random(SEED);
        MaskingRule rule = rule("round", Map.of("step", new BigDecimal("2.5")));
        BigDecimal step = new BigDecimal("2.5");
        for (int i = 0; i < 5000; i++) {
            BigDecimal given =
                    new BigDecimal(
                            new BigInteger(random.nextInt(1, 90), random), random.nextInt(9));
            given = random.nextBoolean() ? given.negate() : given;
            BigDecimal expected =
                    given.divide(step, 20, RoundingMode.FLOOR)
                            .add(new BigDecimal("0.5"))
                            .setScale(0, RoundingMode.FLOOR)
                            .multiply(step);
            byte[] masked = one(rule, ValueForm.NUMERIC, numeric(given.toPlainString()));
            assertThat(Decimals.decimal(masked, 0))
                    .as("%s, seed %d", given, SEED)
                    .isEqualByComparingTo(expected);
        }
    }

    @Test
    void roundedDecimalsFitTheirColumn() {
        ColumnProfile column = Columns.of(ValueForm.NUMERIC, "numeric(4,2)", 4);
        MaskingRule rule = rule("round", Map.of("step", 10));
        byte[] masked =
                Objects.requireNonNull(
                        Columns.mask(bind(rule, column), List.of(numeric("99.99"))).getFirst());
        assertThat(Decimals.decimal(masked, 0)).isEqualTo(new BigDecimal("90.00"));
    }

    @ParameterizedTest
    @CsvSource({"-5, 0", "0, 0", "17, 0", "18, 18", "29, 18", "30, 30", "1000, 30"})
    void numbersBecomeTheLowerBoundOfTheirClass(int given, int expected) {
        MaskingRule rule = rule("bucket", Map.of("bounds", List.of(0, 18, 30)));
        assertThat(ByteBuffer.wrap(one(rule, ValueForm.INT4, int4(given))).getInt())
                .isEqualTo(expected);
        assertThat(Decimals.decimal(one(rule, ValueForm.NUMERIC, numeric(given + ".00")), 0))
                .isEqualTo(new BigDecimal(expected + ".00"));
        byte[] masked = one(rule, ValueForm.FLOAT8, int8(Double.doubleToLongBits(given)));
        assertThat(ByteBuffer.wrap(masked).getDouble()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"-5, 0", "0, 0", "89, 89", "90, 90", "104, 90"})
    void numbersStayWithinLimits(int given, int expected) {
        MaskingRule rule = rule("clamp", Map.of("min", 0, "max", 90));
        assertThat(ByteBuffer.wrap(one(rule, ValueForm.INT8, int8(given))).getLong())
                .isEqualTo(expected);
        assertThat(Decimals.decimal(one(rule, ValueForm.NUMERIC, numeric(given + ".5")), 0))
                .isEqualTo(
                        new BigDecimal(given + ".5")
                                .max(new BigDecimal("0.0"))
                                .min(new BigDecimal("90.0")));
        MaskingRule most = rule("clamp", Map.of("max", 90));
        assertThat(ByteBuffer.wrap(one(most, ValueForm.INT8, int8(given))).getLong())
                .isEqualTo(Math.min(given, 90));
    }

    @Test
    void numbersThatAreNoneStay() {
        MaskingRule rule = rule("round", Map.of("step", 10));
        byte[] nan = int8(Double.doubleToLongBits(Double.NaN));
        assertThat(one(rule, ValueForm.FLOAT8, nan)).isEqualTo(nan);
        byte[] infinity = int4(Float.floatToIntBits(Float.NEGATIVE_INFINITY));
        assertThat(one(rule, ValueForm.FLOAT4, infinity)).isEqualTo(infinity);
    }

    @ParameterizedTest
    @EnumSource(Periods.Unit.class)
    void timesAreTruncatedAsJavaTruncatesThem(Periods.Unit unit) {
        Random random = new Random(SEED);
        MaskingRule rule =
                rule("truncate", Map.of("to", unit.name().toLowerCase(java.util.Locale.ROOT)));
        for (int i = 0; i < 2000; i++) {
            long micros = random.nextLong(-40_000_000 * DAY / 100, 40_000 * DAY);
            LocalDateTime given = DAY_ZERO.atStartOfDay().plus(micros, ChronoUnit.MICROS);
            LocalDate day = given.toLocalDate();
            LocalDateTime expected =
                    switch (unit) {
                        case YEAR -> day.withDayOfYear(1).atStartOfDay();
                        case QUARTER ->
                                day.withDayOfMonth(1)
                                        .minusMonths((day.getMonthValue() - 1) % 3)
                                        .atStartOfDay();
                        case MONTH -> day.withDayOfMonth(1).atStartOfDay();
                        case WEEK ->
                                day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                                        .atStartOfDay();
                        case DAY -> day.atStartOfDay();
                        case HOUR -> given.truncatedTo(ChronoUnit.HOURS);
                        case MINUTE -> given.truncatedTo(ChronoUnit.MINUTES);
                        case SECOND -> given.truncatedTo(ChronoUnit.SECONDS);
                    };
            long masked = ByteBuffer.wrap(one(rule, ValueForm.TIMESTAMP, int8(micros))).getLong();
            assertThat(DAY_ZERO.atStartOfDay().plus(masked, ChronoUnit.MICROS))
                    .as("%s, seed %d", given, SEED)
                    .isEqualTo(expected);
            if (unit.compareTo(Periods.Unit.DAY) < 0) {
                int dayNumber = (int) Math.floorDiv(micros, DAY);
                int maskedDay =
                        ByteBuffer.wrap(one(rule, ValueForm.DATE, int4(dayNumber))).getInt();
                assertThat(DAY_ZERO.plusDays(maskedDay)).isEqualTo(expected.toLocalDate());
            }
        }
    }

    /// Days of four-digit years are looked up, unless there are others in the batch.
    @Test
    void daysAreShiftedAlikeWhereverTheyStand() {
        Random random = new Random(SEED);
        ColumnMasker dates = bind(rule("shift-date", Map.of()), Columns.of(ValueForm.DATE));
        ColumnMasker times = bind(rule("shift-date", Map.of()), Columns.of(ValueForm.TIMESTAMP));
        byte[] infinity = int4(Integer.MAX_VALUE);
        for (int i = 0; i < 2_000; i++) {
            int day = random.nextInt(i % 2 == 0 ? 10_000 : 3_652_059) - (i % 2 == 0 ? 0 : 730_119);
            byte[] known = Columns.mask(dates, List.of(int4(day))).getFirst();
            assertThat(Columns.mask(dates, List.of(infinity, int4(day))))
                    .as("seed %d, day %d", SEED, day)
                    .containsExactly(infinity, known);
            int shift = ByteBuffer.wrap(Objects.requireNonNull(known)).getInt() - day;
            assertThat(Math.abs(shift)).as("seed %d, day %d", SEED, day).isBetween(1, 365);
            long time = day * DAY + random.nextLong(DAY);
            assertThat(Columns.mask(times, List.of(int8(time))))
                    .as("seed %d, day %d", SEED, day)
                    .containsExactly(int8(time + shift * DAY));
        }
    }

    @Test
    void birthDatesKeepTheirAgeBandAndTheOldestAreOne() {
        LocalDate on = LocalDate.of(2024, 2, 29);
        MaskingRule rule = rule("birth-date", Map.of("on", on.toString()));
        Random random = new Random(SEED);
        Set<LocalDate> oldest = new HashSet<>();
        Set<LocalDate> others = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            LocalDate born = on.minusDays(random.nextInt(120 * 365));
            LocalDate masked = date(one(rule, ValueForm.DATE, date(born)));
            int age = Period.between(born, on).getYears();
            int maskedAge = Period.between(masked, on).getYears();
            if (age > 89) {
                oldest.add(masked);
            } else {
                assertThat(maskedAge / 5).as("%s, seed %d", born, SEED).isEqualTo(age / 5);
                others.add(masked);
            }
            assertThat(maskedAge).isLessThanOrEqualTo(90);
        }
        assertThat(oldest).containsExactly(LocalDate.of(1934, 2, 28));
        assertThat(others).hasSizeGreaterThan(3000);
        MaskedValues out = new MaskedValues();
        List<byte @Nullable []> unborn = List.of(date(on.plusDays(1)));
        Columns.mask(bind(rule, Columns.of(ValueForm.DATE)), unborn, out);
        assertThat(out.unfit()).isEqualTo(1);
    }

    @Test
    void timesMoveWithinTheirDay() {
        Random random = new Random(SEED);
        for (Map<String, Object> parameters :
                List.<Map<String, Object>>of(
                        Map.of("max-minutes", 30), Map.of("max-minutes", 30, "alike", true))) {
            MaskingRule rule = rule("shift-time", Map.copyOf(parameters));
            for (int i = 0; i < 2000; i++) {
                long micros = random.nextLong(-20_000 * DAY, 20_000 * DAY);
                micros -= random.nextBoolean() ? Math.floorMod(micros, 1_000_000) : 0;
                long masked =
                        ByteBuffer.wrap(one(rule, ValueForm.TIMESTAMPTZ, int8(micros))).getLong();
                assertThat(Math.floorDiv(masked, DAY)).isEqualTo(Math.floorDiv(micros, DAY));
                long moved = Math.floorMod(masked - micros, DAY);
                assertThat(Math.min(moved, DAY - moved))
                        .as("seed %d", SEED)
                        .isBetween(1L, 1801L * 1_000_000);
                assertThat(masked % 1_000_000 == 0).isEqualTo(micros % 1_000_000 == 0);
                long time =
                        ByteBuffer.wrap(one(rule, ValueForm.TIME, int8(Math.floorMod(micros, DAY))))
                                .getLong();
                assertThat(time).isBetween(0L, DAY - 1);
            }
            assertThat(one(rule, ValueForm.TIME, int8(DAY))).isEqualTo(int8(DAY));
        }
    }

    @Test
    void aTimeFitsTheColumnsPrecision() {
        MaskingRule rule = rule("shift-time", Map.of());
        Random random = new Random(SEED);
        for (long unit = 1; unit < 1_000_000; unit *= 10) {
            for (int i = 0; i < 200; i++) {
                long micros = unit * random.nextLong(DAY / unit);
                long masked = ByteBuffer.wrap(one(rule, ValueForm.TIME, int8(micros))).getLong();
                assertThat(masked % unit).as("%d in units of %d", micros, unit).isZero();
            }
        }
    }

    @Test
    void timesBelowZeroAndBeyondADayStayInTheirDayAndWithinWhatMySqlHolds() {
        long last = (839L * 3600) * 1_000_000 - 1;
        Random random = new Random(SEED);
        for (MaskingRule rule :
                List.of(rule("shift-time", Map.of()), rule("shift-time", Map.of("alike", true)))) {
            for (int i = 0; i < 2000; i++) {
                long micros = i == 0 ? -last : random.nextLong(-last, last);
                long masked = ByteBuffer.wrap(one(rule, ValueForm.TIME, int8(micros))).getLong();
                assertThat(masked).as("seed %d", SEED).isBetween(-last, last);
                assertThat(masked / DAY).isEqualTo(micros / DAY);
                assertThat(masked < 0).isEqualTo(micros < 0);
            }
        }
        MaskingRule hour = rule("truncate", Map.of("to", "hour"));
        assertThat(one(hour, ValueForm.TIME, int8(-last)))
                .isEqualTo(int8(-838L * 3600 * 1_000_000));
    }

    private static byte[] date(LocalDate date) {
        return int4((int) DAY_ZERO.until(date, ChronoUnit.DAYS));
    }

    private static LocalDate date(byte[] days) {
        return DAY_ZERO.plusDays(ByteBuffer.wrap(days).getInt());
    }

    private byte[] one(MaskingRule rule, ValueForm form, byte[] value) {
        ColumnMasker masker =
                bound.computeIfAbsent(
                        rule.toString() + rule.parameters() + form,
                        key -> bind(rule, Columns.of(form)));
        return Objects.requireNonNull(Columns.mask(masker, List.of(value)).getFirst());
    }
}
