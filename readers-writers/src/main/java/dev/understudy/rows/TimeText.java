package dev.understudy.rows;

/// Dates and times; PostgreSQL counts days and microseconds from 2000-01-01.
final class TimeText {
    private static final long DAY = 86_400_000_000L;
    private static final int DAYS_1970_TO_2000 = 10_957;

    private TimeText() {}

    static void date(ValueReader value, StringBuilder out) {
        int days = value.int4();
        if (days == Integer.MAX_VALUE) {
            out.append("infinity");
        } else if (days == Integer.MIN_VALUE) {
            out.append("-infinity");
        } else if (UnrealDate.is(days)) {
            unrealDay(UnrealDate.packed(days), out);
        } else if (day(days, out)) {
            out.append(" BC");
        }
    }

    /// MySQL's times may be negative and go on to 838:59:59.
    static void time(ValueReader value, StringBuilder out) {
        long micros = value.int8();
        if (micros < 0) {
            out.append('-');
        }
        clock(Math.abs(micros), out);
    }

    static void timeWithZone(ValueReader value, StringBuilder out) {
        clock(value.int8(), out);
        int west = value.int4();
        zone(-west, out);
    }

    static void timestamp(ValueReader value, StringBuilder out) {
        timestamp(value.int8(), "", out);
    }

    static void timestampWithZone(ValueReader value, StringBuilder out) {
        timestamp(value.int8(), "+00", out);
    }

    private static void timestamp(long micros, String zone, StringBuilder out) {
        if (micros == Long.MAX_VALUE) {
            out.append("infinity");
            return;
        }
        if (micros == Long.MIN_VALUE) {
            out.append("-infinity");
            return;
        }
        if (UnrealDate.is(micros)) {
            unrealDay(UnrealDate.packed(micros), out);
            clock(UnrealDate.microsOfDay(micros), out.append(' '));
            out.append(zone);
            return;
        }
        boolean beforeChrist = day(Math.floorDiv(micros, DAY), out);
        clock(Math.floorMod(micros, DAY), out.append(' '));
        out.append(zone);
        if (beforeChrist) {
            out.append(" BC");
        }
    }

    /// Appends the date of a day and says whether its year is before Christ.
    private static boolean day(long daysSince2000, StringBuilder out) {
        var date = java.time.LocalDate.ofEpochDay(daysSince2000 + DAYS_1970_TO_2000);
        boolean beforeChrist = date.getYear() <= 0;
        int year = beforeChrist ? 1 - date.getYear() : date.getYear();
        day(year, date.getMonthValue(), date.getDayOfMonth(), out);
        return beforeChrist;
    }

    private static void unrealDay(int packed, StringBuilder out) {
        day(packed >> 9, packed >> 5 & 15, packed & 31, out);
    }

    private static void day(int year, int month, int day, StringBuilder out) {
        for (int limit = 1000; limit > 1 && year < limit; limit /= 10) {
            out.append('0');
        }
        out.append(year);
        two(month, out.append('-'));
        two(day, out.append('-'));
    }

    private static void clock(long micros, StringBuilder out) {
        long seconds = micros / 1_000_000;
        two(seconds / 3600, out);
        two(seconds / 60 % 60, out.append(':'));
        two(seconds % 60, out.append(':'));
        fraction(micros % 1_000_000, out);
    }

    private static void fraction(long micros, StringBuilder out) {
        if (micros == 0) {
            return;
        }
        out.append('.');
        for (long place = 100_000, left = micros; left > 0; left %= place, place /= 10) {
            out.append((char) ('0' + left / place));
        }
    }

    private static void two(long number, StringBuilder out) {
        if (number < 10) {
            out.append('0');
        }
        out.append(number);
    }

    private static void zone(int east, StringBuilder out) {
        int seconds = Math.abs(east);
        two(seconds / 3600, out.append(east < 0 ? '-' : '+'));
        if (seconds % 3600 != 0) {
            two(seconds / 60 % 60, out.append(':'));
        }
        if (seconds % 60 != 0) {
            two(seconds % 60, out.append(':'));
        }
    }

    /// `1 year -2 mons +3 days -04:05:06.7`: a sign is shown where it differs from the part before.
    static void interval(ValueReader value, StringBuilder out) {
        long micros = value.int8();
        int days = value.int4();
        int months = value.int4();
        if (micros == Long.MAX_VALUE && days == Integer.MAX_VALUE && months == Integer.MAX_VALUE) {
            out.append("infinity");
            return;
        }
        if (micros == Long.MIN_VALUE && days == Integer.MIN_VALUE && months == Integer.MIN_VALUE) {
            out.append("-infinity");
            return;
        }
        int start = out.length();
        boolean negative = count(months / 12, "year", start, false, out);
        negative = count(months % 12, "mon", start, negative, out);
        negative = count(days, "day", start, negative, out);
        if (micros == 0 && out.length() > start) {
            return;
        }
        if (out.length() > start) {
            out.append(' ');
        }
        if (micros < 0) {
            out.append('-');
        } else if (negative) {
            out.append('+');
        }
        // Long.MIN_VALUE has no positive counterpart: divide first.
        long seconds = Math.abs(micros / 1_000_000);
        two(seconds / 3600, out);
        two(seconds / 60 % 60, out.append(':'));
        two(seconds % 60, out.append(':'));
        fraction(Math.abs(micros % 1_000_000), out);
    }

    private static boolean count(
            int number, String unit, int start, boolean negative, StringBuilder out) {
        if (number == 0) {
            return negative;
        }
        if (out.length() > start) {
            out.append(' ');
        }
        if (negative && number > 0) {
            out.append('+');
        }
        out.append(number).append(' ').append(unit).append(number == 1 ? "" : "s");
        return number < 0;
    }
}
