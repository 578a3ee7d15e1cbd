package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DaysKeptTest {
    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
    private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    @Test
    void yearsOfFourDigitsStaySuch() {
        ColumnMasker masker = shift("date", ValueForm.DATE);
        for (String end : List.of("0001-01-01", "9999-12-31")) {
            int last = (int) ChronoUnit.DAYS.between(EPOCH, LocalDate.parse(end));
            int inward = last < 0 ? 1 : -1;
            List<byte @Nullable []> days =
                    new ArrayList<>(
                            IntStream.range(0, 400)
                                    .mapToObj(i -> Columns.int4(last + i * inward))
                                    .toList());
            List<byte @Nullable []> masked = Columns.mask(masker, days);
            for (int i = 0; i < days.size(); i++) {
                LocalDate date = EPOCH.plusDays((int) Bytes.INT.get(masked.get(i), 0));
                assertThat(date.getYear()).as("%s, %d days from it", end, i).isBetween(1, 9999);
                assertThat(masked.get(i)).isNotEqualTo(days.get(i));
            }
        }
    }

    @Test
    void whatLiesBetweenTwoDaysStaysThere() {
        for (boolean alike : List.of(false, true)) {
            ColumnMasker masker =
                    Columns.bind(
                            Columns.rule(
                                    "shift-date",
                                    Map.of(
                                            "alike",
                                            alike,
                                            "from",
                                            "2000-01-01",
                                            "to",
                                            "2001-12-31")),
                            ColumnProfile.of("shop.t.c", "date", ValueForm.DATE));
            List<byte @Nullable []> days =
                    new ArrayList<>(IntStream.range(-800, 1600).mapToObj(Columns::int4).toList());
            List<byte @Nullable []> masked = Columns.mask(masker, days);
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < days.size(); i++) {
                int before = i - 800;
                int after = (int) Bytes.INT.get(masked.get(i), 0);
                assertThat(after).isNotEqualTo(before);
                if (before >= 0 && before <= 730) {
                    assertThat(after).isBetween(0, 730);
                }
                seen.add(after);
            }
            assertThat(seen.size() == days.size()).isEqualTo(alike);
        }
        assertThatThrownBy(() ->
                        Columns.bind(
                                Columns.rule(
                                        "shift-date", Map.of("alike", true, "to", "2001-12-31")),
                                ColumnProfile.of(
                                        "shop.t.c", "timestamp(6)", ValueForm.TIMESTAMPTZ)))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining(
                        "takes no from or to with alike: true in a timestamp(6) column");
    }

    @Test
    void shiftsOneWayWhereThatIsAsked() {
        for (boolean alike : List.of(false, true)) {
            for (String direction : List.of("earlier", "later")) {
                ColumnMasker masker =
                        Columns.bind(
                                Columns.rule(
                                        "shift-date",
                                        Map.of(
                                                "alike",
                                                alike,
                                                "direction",
                                                direction,
                                                "max-days",
                                                3)),
                                ColumnProfile.of("shop.t.c", "date", ValueForm.DATE));
                List<byte @Nullable []> days =
                        new ArrayList<>(
                                IntStream.range(-200, 200).mapToObj(Columns::int4).toList());
                List<byte @Nullable []> masked = Columns.mask(masker, days);
                Set<Integer> shifts = new HashSet<>();
                for (int i = 0; i < days.size(); i++) {
                    shifts.add((int) Bytes.INT.get(masked.get(i), 0) - (i - 200));
                }
                assertThat(shifts)
                        .isSubsetOf(
                                direction.equals("earlier") ? Set.of(-3, -2, -1) : Set.of(1, 2, 3))
                        .hasSize(alike ? 1 : 3);
            }
        }
    }

    @Test
    void aTimestampOfMySqlStaysOne() {
        ColumnMasker masker = shift("timestamp(6)", ValueForm.TIMESTAMPTZ);
        Instant first = Instant.parse("1970-01-01T00:00:01Z");
        Instant last = Instant.parse("2038-01-19T03:14:07.999999Z");
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            values.add(micros(first.plus(i, ChronoUnit.DAYS)));
            values.add(micros(last.minus(i, ChronoUnit.DAYS)));
        }
        for (byte @Nullable [] each : Columns.mask(masker, values)) {
            Instant masked = START.plus((long) Bytes.LONG.get(each, 0), ChronoUnit.MICROS);
            assertThat(masked).isBetween(first, last);
        }
    }

    @Test
    void daysThatAreShiftedAlikeStayThereAndDifferent() {
        ColumnMasker masker = alike("date", ValueForm.DATE);
        for (String end : List.of("0001-01-01", "9999-12-31")) {
            int at = (int) ChronoUnit.DAYS.between(EPOCH, LocalDate.parse(end));
            List<byte @Nullable []> days =
                    new ArrayList<>(
                            IntStream.range(-800, 800)
                                    .mapToObj(i -> Columns.int4(at + i))
                                    .toList());
            Set<LocalDate> seen = new HashSet<>();
            List<byte @Nullable []> masked = Columns.mask(masker, days);
            for (int i = 0; i < days.size(); i++) {
                LocalDate before = EPOCH.plusDays((int) Bytes.INT.get(days.get(i), 0));
                LocalDate after = EPOCH.plusDays((int) Bytes.INT.get(masked.get(i), 0));
                assertThat(isOfFourDigits(after))
                        .as("%s becomes %s", before, after)
                        .isEqualTo(isOfFourDigits(before));
                assertThat(after).isNotEqualTo(before);
                seen.add(after);
            }
            assertThat(seen).hasSameSizeAs(days);
        }
    }

    @Test
    void timestampsOfMySqlThatAreShiftedAlikeStayThereAndDifferent() {
        Instant first = Instant.parse("1970-01-01T00:00:01Z");
        Instant last = Instant.parse("2038-01-19T03:14:07.999999Z");
        Instant latest = Instant.parse("2106-02-07T06:28:15.999999Z");
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < 800; i++) {
            values.add(micros(first.plus(i, ChronoUnit.DAYS)));
            values.add(micros(last.minus(i, ChronoUnit.DAYS)));
            values.add(micros(last.plus(i, ChronoUnit.DAYS).plusNanos(1000)));
            values.add(micros(latest.minus(i, ChronoUnit.DAYS)));
        }
        List<byte @Nullable []> masked =
                Columns.mask(alike("timestamp", ValueForm.TIMESTAMPTZ), values);
        Set<Instant> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            Instant after = instant(masked.get(i));
            boolean early = i % 4 < 2;
            assertThat(after)
                    .isBetween(early ? first : last.plusNanos(1000), early ? last : latest);
            assertThat(after).isNotEqualTo(instant(values.get(i)));
            seen.add(after);
        }
        assertThat(seen).hasSameSizeAs(values);
    }

    private static boolean isOfFourDigits(LocalDate date) {
        return date.getYear() >= 1 && date.getYear() <= 9999;
    }

    private static ColumnMasker alike(String type, ValueForm form) {
        return Columns.bind(
                Columns.rule("shift-date", Map.of("alike", true)),
                ColumnProfile.of("shop.t.c", type, form));
    }

    private static Instant instant(byte @Nullable [] micros) {
        return START.plus((long) Bytes.LONG.get(micros, 0), ChronoUnit.MICROS);
    }

    private static ColumnMasker shift(String type, ValueForm form) {
        return Columns.bind(MaskingRule.of("shift-date"), ColumnProfile.of("shop.t.c", type, form));
    }

    private static byte[] micros(Instant instant) {
        return Columns.int8(ChronoUnit.MICROS.between(START, instant));
    }
}
