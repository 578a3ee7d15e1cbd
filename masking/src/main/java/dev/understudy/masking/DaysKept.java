package dev.understudy.masking;

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

    /// Those of a column of dates or timestamps.
    static DaysKept of(ColumnProfile column) {
        // PostgreSQL's says whether it has a time zone.
        return column.sqlType().matches("(?i)timestamp(\\(\\d\\))?")
                ? OF_MYSQL_TIMESTAMP
                : OF_FOUR_DIGITS;
    }

    /// By how much a day is shifted: in the other direction where it would leave.
    int shift(long day, int days) {
        return isLeft(day, days) && !isLeft(day, -days) ? -days : days;
    }

    /// The same, but what would leave stays at the end, and so behind whatever was before it.
    int shiftToEnd(long day, int days) {
        return isLeft(day, days)
                ? (int) (Math.clamp(day + days, first + margin, last - margin) - day)
                : days;
    }

    private boolean isLeft(long day, int days) {
        return day >= first
                && day <= last
                && (day + days < first + margin || day + days > last - margin);
    }
}
