package dev.understudy.masking;

import java.time.LocalDate;
import java.util.Optional;

/// Days that a shift does not leave: applications take years of four digits for granted, and write
/// 9999-12-31 for what never ends; MySQL's `timestamp` ends earlier.
///
/// @param first in days since 2000-01-01
/// @param margin days at either end that only some times of day reach, so that nothing is shifted
///   there
record DaysKept(long first, long last, int margin) {
    private static final DaysKept OF_FOUR_DIGITS = new DaysKept(DayShifts.FIRST, DayShifts.LAST, 0);

    /// From 1970-01-01 00:00:01 to 2038-01-19 03:14:07, UTC.
    private static final DaysKept OF_MYSQL_TIMESTAMP =
            new DaysKept(Calendar.day(1970, 1, 1), Calendar.day(2038, 1, 19), 1);

    private static final long SECOND = 1_000_000;
    private static final long START = Calendar.day(1970, 1, 1) * Calendar.MICROS_PER_DAY + SECOND;
    private static final long END = START + Integer.MAX_VALUE * SECOND;

    /// Of servers that count seconds without a sign: MariaDB since 11.5.
    private static final long LATEST_END = END + (1L << 31) * SECOND;

    /// Those of a column of dates or timestamps.
    static DaysKept of(ColumnProfile column) {
        return isMySqlTimestamp(column) ? OF_MYSQL_TIMESTAMP : OF_FOUR_DIGITS;
    }

    /// PostgreSQL's says whether it has a time zone.
    static boolean isMySqlTimestamp(ColumnProfile column) {
        return column.sqlType().matches("(?i)timestamp(\\(\\d\\))?");
    }

    /// Those of them that lie between two days.
    DaysKept between(Optional<LocalDate> from, Optional<LocalDate> to) {
        if (from.isEmpty() && to.isEmpty()) {
            return this;
        }
        return new DaysKept(
                Math.max(first + margin, from.map(DaysKept::day).orElse(first)),
                Math.min(last - margin, to.map(DaysKept::day).orElse(last)),
                0);
    }

    private static long day(LocalDate date) {
        return Calendar.day(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    }

    /// By how much a day is shifted: in the other direction where it would leave, and round where
    /// it would leave in either.
    int shift(long day, int days) {
        if (!isLeft(day, days)) {
            return days;
        }
        long least = first + margin;
        return isLeft(day, -days)
                ? (int) (least + Math.floorMod(day - least + days, last - margin - least + 1) - day)
                : -days;
    }

    /// The same, but what would leave stays at the end, and so behind whatever was before it.
    int shiftToEnd(long day, int days) {
        return isLeft(day, days)
                ? (int) (Math.clamp(day + days, first + margin, last - margin) - day)
                : days;
    }

    /// Shifts a day as all others are: behind the last of the days kept comes their first, and
    /// likewise of all others together, so that different days stay different.
    long rotate(long day, int days, long lastOfType) {
        if (day >= first && day <= last) {
            return first + Math.floorMod(day - first + days, last - first + 1);
        }
        long behind = lastOfType - last;
        long place = day > last ? day - last - 1 : behind + day - Calendar.FIRST_DAY;
        long moved = Math.floorMod(place + days, behind + first - Calendar.FIRST_DAY);
        return moved < behind ? last + 1 + moved : Calendar.FIRST_DAY + moved - behind;
    }

    /// The same of an instant, in microseconds since 2000-01-01. Its time of day stays, but in
    /// MySQL's `timestamp`, which ends in the middle of a day: behind its end comes its beginning.
    long rotate(long micros, int days) {
        if (equals(OF_MYSQL_TIMESTAMP) && micros >= START && micros < LATEST_END) {
            long from = micros < END ? START : END;
            long until = micros < END ? END : LATEST_END;
            long by = days * Calendar.MICROS_PER_DAY;
            return from + Math.floorMod(micros - from + by, until - from);
        }
        long day = Math.floorDiv(micros, Calendar.MICROS_PER_DAY);
        long shifted = rotate(day, days, Calendar.LAST_TIMESTAMP_DAY);
        return micros + (shifted - day) * Calendar.MICROS_PER_DAY;
    }

    private boolean isLeft(long day, int days) {
        return day >= first
                && day <= last
                && (day + days < first + margin || day + days > last - margin);
    }
}
