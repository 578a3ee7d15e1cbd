package dev.understudy.masking;

import static java.time.temporal.ChronoUnit.DAYS;

import java.time.LocalDate;
import java.util.stream.IntStream;

/// Maskers that take dates and times together, or move a time within its day. The infinities stay,
/// and so does the time 24:00.
final class Periods {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final LocalDate DAY_ZERO = LocalDate.of(2000, 1, 1);

    private Periods() {}

    enum Unit {
        YEAR,
        QUARTER,
        MONTH,
        WEEK,
        DAY,
        HOUR,
        MINUTE,
        SECOND;

        boolean isPartOfDay() {
            return compareTo(DAY) > 0;
        }
    }

    /// Moves to the first instant of a year, month, hour ...
    static ColumnMasker truncate(ValueForm form, Unit unit) {
        return (in, out) -> {
            for (int i = 0; i < in.count(); i++) {
                if (in.isNull(i)) {
                    out.appendNull();
                } else if (form == ValueForm.DATE) {
                    int day = (int) Bytes.INT.get(in.bytes(), in.start(i));
                    if (Dates.isReal(day)) {
                        Dates.writeDate(first(day, unit), out);
                    } else {
                        Dates.writeUnreal(day, out);
                    }
                } else {
                    long micros = (long) Bytes.LONG.get(in.bytes(), in.start(i));
                    if (form == ValueForm.TIME) {
                        Dates.writeTimestamp(micros - micros % micros(unit), out);
                    } else if (Dates.isReal(micros)) {
                        Dates.writeTimestamp(firstMicros(micros, unit), out);
                    } else {
                        Dates.writeUnreal(micros, out);
                    }
                }
            }
        };
    }

    private static long micros(Unit unit) {
        long seconds =
                switch (unit) {
                    case SECOND -> 1;
                    case MINUTE -> 60;
                    case HOUR -> 3600;
                    default -> 86_400;
                };
        return seconds * MICROS_PER_SECOND;
    }

    private static long firstMicros(long micros, Unit unit) {
        long length = micros(unit);
        long first = Math.floorDiv(micros, length);
        return (unit.isPartOfDay() ? first : first(first, unit)) * length;
    }

    private static long first(long day, Unit unit) {
        long first =
                switch (unit) {
                    case YEAR -> Calendar.firstOfYear(day);
                    case QUARTER -> {
                        long month = firstOfMonth(day);
                        while (((Calendar.civil(month) >> 5) & 15) % 3 != 1) {
                            month = firstOfMonth(month - 1);
                        }
                        yield month;
                    }
                    case MONTH -> firstOfMonth(day);
                    case WEEK -> day - Math.floorMod(day + 5, 7); // 2000-01-01 was a Saturday
                    default -> day;
                };
        return Math.max(Calendar.FIRST_DAY, first);
    }

    private static long firstOfMonth(long day) {
        return day - (Calendar.civil(day) & 31) + 1;
    }

    /// Moves a birth date to another one of the same class of ages on a day. Whoever was older than
    /// the oldest gets one date for all; a date behind the day is unfit, and gets one of the first
    /// class.
    static ColumnMasker birthDate(ValueForm form, LocalDate on, int years, int oldest, Cmac cmac) {
        // The last birth dates of the classes: of nobody, of the youngest, ... of those too old.
        long[] lasts =
                IntStream.rangeClosed(0, (oldest + years) / years)
                        .map(each -> Math.min(each * years, oldest + 1))
                        .mapToLong(age -> DAY_ZERO.until(on.minusYears(age), DAYS))
                        .toArray();
        return new TagMasker(
                Canonical.days(form),
                cmac,
                (bytes, start, length, high, low, out) -> {
                    long micros = 0;
                    long day;
                    if (form == ValueForm.DATE) {
                        day = (int) Bytes.INT.get(bytes, start);
                    } else {
                        micros = (long) Bytes.LONG.get(bytes, start);
                        day = Math.floorDiv(micros, Calendar.MICROS_PER_DAY);
                    }
                    if (form == ValueForm.DATE && !Dates.isReal((int) day)) {
                        Dates.writeUnreal((int) day, out);
                        return;
                    }
                    if (!Dates.isReal(micros)) {
                        Dates.writeUnreal(micros, out);
                        return;
                    }
                    if (day > lasts[0]) {
                        out.countUnfit();
                    }
                    int older = 1;
                    while (older < lasts.length && day <= lasts[older]) {
                        older++;
                    }
                    long masked = lasts[older - 1];
                    if (older < lasts.length) {
                        masked -= Bytes.pick(high, (int) (masked - lasts[older]));
                    }
                    if (form == ValueForm.DATE) {
                        Dates.writeDate(masked, out);
                    } else {
                        Dates.writeTimestamp(masked * Calendar.MICROS_PER_DAY, out);
                    }
                });
    }

    /// Moves each time of a day by some seconds, at most so many minutes, forth or back; the day
    /// stays. A fraction of a second becomes another one of as many digits, so that it fits a
    /// column of that precision.
    static ColumnMasker shift(ValueForm form, int maxMinutes, MaskingKeys keys, String domain) {
        return new TagMasker(
                new Canonical(form),
                Cmac.of(keys, domain),
                (bytes, start, length, high, low, out) -> {
                    long micros = (long) Bytes.LONG.get(bytes, start);
                    long fraction =
                            Math.floorMod(
                                    form == ValueForm.TIME ? Math.abs(micros) : micros,
                                    MICROS_PER_SECOND);
                    long moved = fraction == 0 ? 0 : otherFraction(fraction, low);
                    long shift = seconds(high, maxMinutes) * MICROS_PER_SECOND + moved - fraction;
                    shift(form, micros, shift, out);
                });
    }

    private static long otherFraction(long fraction, long hash) {
        long unit = 1;
        while (fraction % (10 * unit) == 0) {
            unit *= 10;
        }
        return unit * (1 + Bytes.pick(hash, (int) (MICROS_PER_SECOND / unit) - 1));
    }

    /// Moves all times alike, so that it is injective.
    static ColumnMasker shiftAlike(
            ValueForm form, int maxMinutes, MaskingKeys keys, String domain) {
        byte[] seed = keys.derive("mask/shift-time", domain, 8);
        long shift = seconds((long) Bytes.LONG.get(seed, 0), maxMinutes) * MICROS_PER_SECOND;
        return (in, out) -> {
            for (int i = 0; i < in.count(); i++) {
                if (in.isNull(i)) {
                    out.appendNull();
                } else {
                    shift(form, (long) Bytes.LONG.get(in.bytes(), in.start(i)), shift, out);
                }
            }
        };
    }

    private static long seconds(long hash, int maxMinutes) {
        int most = 60 * maxMinutes;
        int seconds = Bytes.pick(hash, 2 * most) - most;
        return seconds < 0 ? seconds : seconds + 1;
    }

    private static void shift(ValueForm form, long micros, long shift, MaskedValues out) {
        if (form == ValueForm.TIME) {
            Dates.writeTimestamp(shiftTime(micros, shift), out);
        } else if (Dates.isReal(micros)) {
            long time = Math.floorMod(micros, Calendar.MICROS_PER_DAY);
            long moved = wrapped(time + shift, Calendar.MICROS_PER_DAY);
            Dates.writeTimestamp(micros - time + moved, out);
        } else {
            Dates.writeUnreal(micros, out);
        }
    }

    // MySQL's times may be negative and go on to 838:59:59: the last of their days has 23 hours.
    private static long shiftTime(long micros, long shift) {
        if (micros == Calendar.MICROS_PER_DAY) {
            return micros;
        }
        long size = Math.abs(micros);
        long wholeDays = size / Calendar.MICROS_PER_DAY;
        long day = wholeDays < 34 ? Calendar.MICROS_PER_DAY : 23 * 3600 * MICROS_PER_SECOND;
        long start = wholeDays * Calendar.MICROS_PER_DAY;
        long moved = start + wrapped(size - start + shift, day);
        if (micros < 0 && moved == 0) {
            moved = wrapped(shift, day); // there is no minus zero: once more
        }
        return micros < 0 ? -moved : moved;
    }

    /// A time that is at most a day too early or too late, put back into its day: a division would
    /// cost as much as all the rest.
    private static long wrapped(long time, long day) {
        long notEarly = time + (day & (time >> 63));
        long less = notEarly - day;
        return less + (day & (less >> 63));
    }
}
