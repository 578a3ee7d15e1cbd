package dev.understudy.masking;

/// Maskers of dates and timestamps. The infinities stay. Dates that no calendar has, such as
/// MySQL's `0000-00-00` and `2010-02-30`, come as numbers before the first day; whatever they tell,
/// the one without year, month and day stands for all of them.
final class Dates {
    private Dates() {}

    /// Shifts by so many days as the day of the value decides; the time of day stays, and so does
    /// what {@link DaysKept} says. Behind the last day that the type can hold comes its first.
    static ColumnMasker shift(
            ColumnProfile column, DaysKept kept, DayRange by, MaskingKeys keys, String domain) {
        ValueForm form = column.form();
        Cmac cmac = Cmac.of(keys, domain);
        ColumnMasker beyond =
                new TagMasker(
                        Canonical.days(form),
                        cmac,
                        (bytes, start, length, high, low, out) ->
                                shift(form, kept, bytes, start, by.pick(high), out));
        return new DayShiftMasker(form, kept, keys.dayShifts(domain, by), cmac, beyond);
    }

    /// Shifts all values alike, so that it is injective and intervals stay, but for those around
    /// the ends of what {@link DaysKept} says.
    static ColumnMasker shiftAlike(
            ColumnProfile column, DaysKept kept, DayRange by, MaskingKeys keys, String domain) {
        ValueForm form = column.form();
        byte[] seed = keys.derive("mask/shift-date", domain, 8);
        int days = by.pick((long) Bytes.LONG.get(seed, 0));
        return (in, out) -> {
            for (int i = 0; i < in.count(); i++) {
                if (in.isNull(i)) {
                    out.appendNull();
                } else if (form == ValueForm.DATE) {
                    int day = (int) Bytes.INT.get(in.bytes(), in.start(i));
                    if (isReal(day)) {
                        writeDate(kept.rotate(day, days, Calendar.LAST_DAY), out);
                    } else {
                        writeUnreal(day, out);
                    }
                } else {
                    long micros = (long) Bytes.LONG.get(in.bytes(), in.start(i));
                    if (isReal(micros)) {
                        writeTimestamp(kept.rotate(micros, days), out);
                    } else {
                        writeUnreal(micros, out);
                    }
                }
            }
        };
    }

    /// Moves to the first instant of the value's year.
    static ColumnMasker year(ValueForm form) {
        return (in, out) -> {
            for (int i = 0; i < in.count(); i++) {
                if (in.isNull(i)) {
                    out.appendNull();
                } else {
                    toYear(form, in.bytes(), in.start(i), out);
                }
            }
        };
    }

    static void shift(
            ValueForm form, DaysKept kept, byte[] bytes, int start, int days, MaskedValues out) {
        shift(form, bytes, start, kept.shift(day(form, bytes, start), days), out);
    }

    private static void shift(ValueForm form, byte[] bytes, int start, int days, MaskedValues out) {
        if (form == ValueForm.DATE) {
            int day = (int) Bytes.INT.get(bytes, start);
            if (isReal(day)) {
                writeDate(wrap((long) day + days, Calendar.LAST_DAY), out);
            } else {
                writeUnreal(day, out);
            }
            return;
        }
        long micros = (long) Bytes.LONG.get(bytes, start);
        if (!isReal(micros)) {
            writeUnreal(micros, out);
            return;
        }
        long day = Math.floorDiv(micros, Calendar.MICROS_PER_DAY);
        long shifted = wrap(day + days, Calendar.LAST_TIMESTAMP_DAY);
        writeTimestamp(micros + (shifted - day) * Calendar.MICROS_PER_DAY, out);
    }

    /// The same, but what would lie beyond the last day that the type can hold stays there, and so
    /// behind whatever was before it.
    static void shiftWithin(
            ValueForm form, DaysKept kept, byte[] bytes, int start, int days, MaskedValues out) {
        long day = day(form, bytes, start);
        long shifted = day + kept.shiftToEnd(day, days);
        int last = form == ValueForm.DATE ? Calendar.LAST_DAY : Calendar.LAST_TIMESTAMP_DAY;
        long within = Math.clamp(shifted, Calendar.FIRST_DAY, last);
        shift(form, bytes, start, (int) (within - day), out);
    }

    /// The day of a date, or of a timestamp.
    static long day(ValueForm form, byte[] bytes, int start) {
        return form == ValueForm.DATE
                ? (int) Bytes.INT.get(bytes, start)
                : Math.floorDiv((long) Bytes.LONG.get(bytes, start), Calendar.MICROS_PER_DAY);
    }

    private static void toYear(ValueForm form, byte[] bytes, int start, MaskedValues out) {
        if (form == ValueForm.DATE) {
            int day = (int) Bytes.INT.get(bytes, start);
            if (isReal(day)) {
                writeDate(firstOfYear(day), out);
            } else {
                writeUnreal(day, out);
            }
            return;
        }
        long micros = (long) Bytes.LONG.get(bytes, start);
        if (isReal(micros)) {
            long day = Math.floorDiv(micros, Calendar.MICROS_PER_DAY);
            writeTimestamp(firstOfYear(day) * Calendar.MICROS_PER_DAY, out);
        } else {
            writeUnreal(micros, out);
        }
    }

    private static long firstOfYear(long day) {
        return Math.max(Calendar.FIRST_DAY, Calendar.firstOfYear(day));
    }

    private static long wrap(long day, int last) {
        long range = (long) last - Calendar.FIRST_DAY + 1;
        return Math.floorMod(day - Calendar.FIRST_DAY, range) + Calendar.FIRST_DAY;
    }

    /// Whether a number is a day of the calendar.
    static boolean isReal(int day) {
        return day >= Calendar.FIRST_DAY && day != Integer.MAX_VALUE;
    }

    static boolean isReal(long micros) {
        return micros >= Calendar.FIRST_DAY * Calendar.MICROS_PER_DAY && micros != Long.MAX_VALUE;
    }

    static void writeUnreal(int day, MaskedValues out) {
        boolean infinite = day == Integer.MIN_VALUE || day == Integer.MAX_VALUE;
        int masked = infinite ? day : Integer.MIN_VALUE + 1;
        if (masked != day) {
            out.countUnfit();
        }
        writeDate(masked, out);
    }

    static void writeUnreal(long micros, MaskedValues out) {
        boolean infinite = micros == Long.MIN_VALUE || micros == Long.MAX_VALUE;
        long masked = infinite ? micros : Long.MIN_VALUE + 1;
        if (masked != micros) {
            out.countUnfit();
        }
        writeTimestamp(masked, out);
    }

    static void writeDate(long day, MaskedValues out) {
        Bytes.INT.set(out.reserve(4), out.position(), (int) day);
        out.commit(4);
    }

    static void writeTimestamp(long micros, MaskedValues out) {
        Bytes.LONG.set(out.reserve(8), out.position(), micros);
        out.commit(8);
    }
}
