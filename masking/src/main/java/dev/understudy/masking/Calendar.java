package dev.understudy.masking;

/// Days and microseconds since 2000-01-01, as PostgreSQL counts them, in the proleptic Gregorian
/// calendar.
final class Calendar {
    static final long MICROS_PER_DAY = 86_400_000_000L;

    /// From 4714-11-24 BC, Julian day 0.
    static final int FIRST_DAY = -2_451_545;

    /// To 5874897-12-31.
    static final int LAST_DAY = 2_145_031_948;

    /// The last whole day of a timestamp: 294276-12-31.
    static final int LAST_TIMESTAMP_DAY = 106_751_990;

    /// From 0000-03-01 to 2000-01-01.
    private static final long DAYS_TO_2000 = 730_425;

    private static final int DAYS_PER_ERA = 146_097;

    private Calendar() {}

    /// Year, month and day as `(year * 16 + month) * 32 + day`.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    static long civil(long days) {
        long shifted = days + DAYS_TO_2000;
        long era = Math.floorDiv(shifted, DAYS_PER_ERA);
        int day = (int) (shifted - era * DAYS_PER_ERA);
        int year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        int dayOfYear = day - (365 * year + year / 4 - year / 100);
        int month = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1;
        int civilMonth = month < 10 ? month + 3 : month - 9;
        return ((year + era * 400 + (civilMonth <= 2 ? 1 : 0)) * 16 + civilMonth) * 32 + dayOfMonth;
    }

    /// The day of a date.
    ///
    /// Source: the same.
    static long day(long year, int month, int day) {
        long shifted = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(shifted, 400);
        long yearOfEra = shifted - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_2000;
    }

    /// The first of January of the year that a day lies in.
    static long firstOfYear(long days) {
        long year = civil(days) >> 9;
        long before = year - 1;
        return before * 365
                + Math.floorDiv(before, 4)
                - Math.floorDiv(before, 100)
                + Math.floorDiv(before, 400)
                - 730_119;
    }

    /// Appends `2000-01-31` to bytes and returns its length; years outside 0 to 9999 are longer.
    static int write(long days, byte[] to, int at) {
        long civil = civil(days);
        long year = civil >> 9;
        int next = at;
        if (year < 0) {
            to[next++] = '-';
            year = -year;
        }
        next += Decimals.writeDigits(year, Math.max(4, Decimals.digits(year)), to, next);
        to[next++] = '-';
        next += Decimals.writeTwo((int) (civil >> 5) & 15, to, next);
        to[next++] = '-';
        next += Decimals.writeTwo((int) civil & 31, to, next);
        return next - at;
    }

    /// Appends `12:34:56`, with six digits of fraction where they are not zero; MySQL's times may
    /// have a minus before and three digits of hours.
    static int writeTime(long signed, byte[] to, int at) {
        long micros = Math.abs(signed);
        int seconds = (int) (micros / 1_000_000);
        int fraction = (int) (micros - 1_000_000L * seconds);
        int next = at;
        if (signed < 0) {
            to[next++] = '-';
        }
        int hours = seconds / 3600;
        if (hours >= 100) {
            to[next++] = (byte) ('0' + hours / 100);
            hours %= 100;
        }
        next += Decimals.writeTwo(hours, to, next);
        to[next++] = ':';
        next += Decimals.writeTwo(seconds / 60 % 60, to, next);
        to[next++] = ':';
        next += Decimals.writeTwo(seconds % 60, to, next);
        if (fraction != 0) {
            to[next++] = '.';
            next += Decimals.writeDigits(fraction, 6, to, next);
        }
        return next - at;
    }
}
