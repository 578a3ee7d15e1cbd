package dev.understudy.rows;

/// Dates that no calendar has but MySQL keeps: `0000-00-00`, `2010-00-12`, `2010-02-30`, and the
/// year 0, which it does not count as 1 BC. In rows they are numbers that lie before the first date
/// that PostgreSQL has and behind its -infinity, so that no date is mistaken for one and they sort
/// as MySQL sorts them among each other:
///
/// - a date is `Integer.MIN_VALUE + 1 + packed`, where packed is `year << 9 | month << 5 | day`;
/// - a timestamp is `Long.MIN_VALUE + 1 + packed * 86400000000`, plus the microseconds of its day.
public final class UnrealDate {
    private static final long DAY = 86_400_000_000L;
    private static final int FIRST = Integer.MIN_VALUE + 1;
    private static final long FIRST_MICROS = Long.MIN_VALUE + 1;

    /// Behind all of them: 10000 years.
    private static final int PACKED_END = 10_000 << 9;

    private UnrealDate() {}

    /// The number of a date.
    public static int days(int year, int month, int day) {
        return FIRST + (year << 9 | month << 5 | day);
    }

    /// The number of a timestamp.
    public static long micros(int year, int month, int day, long microsOfDay) {
        return FIRST_MICROS + (year << 9 | month << 5 | day) * DAY + microsOfDay;
    }

    /// Whether a date's number stands for none of the calendar.
    public static boolean is(int days) {
        return days >= FIRST && days < FIRST + PACKED_END;
    }

    /// Whether a timestamp's number stands for none of the calendar.
    public static boolean is(long micros) {
        return micros >= FIRST_MICROS && micros < FIRST_MICROS + PACKED_END * DAY;
    }

    /// Year, month and day of a date that {@link #is} one, as `year << 9 | month << 5 | day`.
    public static int packed(int days) {
        return days - FIRST;
    }

    /// Year, month and day of a timestamp that {@link #is} one, as `year << 9 | month << 5 | day`.
    public static int packed(long micros) {
        return (int) ((micros - FIRST_MICROS) / DAY);
    }

    /// The time of day of a timestamp that {@link #is} one.
    public static long microsOfDay(long micros) {
        return (micros - FIRST_MICROS) % DAY;
    }
}
