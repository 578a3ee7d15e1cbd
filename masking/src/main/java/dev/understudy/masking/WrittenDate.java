package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/// A date as people write it: 2024-02-29, 29.2.2024, 02/29/24, 29 February 2024, Feb 29th, 2024, 29
/// de febrero de 2024, February 2024. One object holds one date after the other.
final class WrittenDate {
    private static final int NONE = -1;
    private static final DayRange BY = DayRange.around(60);
    private static final long NO_DAY = Long.MIN_VALUE;
    private static final int MONTHS_OF_YEAR = 12;
    private static final String[] MONTH_NAMES = {
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    };
    private static final WordSet MONTHS = WordSet.of(MONTH_NAMES);
    private static final byte[][] MONTH_BYTES =
            Stream.of(MONTH_NAMES)
                    .map(each -> each.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
    private static final WordSet ORDINALS = WordSet.of("st", "nd", "rd", "th", "er");
    private static final WordSet OF = WordSet.of("of", "de", "del");

    private int dayAt;
    private int dayEnd;
    private int monthAt;
    private int monthEnd;
    private int yearAt;
    private int yearEnd;

    /// Which of the names of months stands there, or none.
    private int name;

    private final byte[] digits = new byte[Decimals.LONGEST_LONG];

    /// The length of the date that begins with a digit or a letter here, or 0.
    int find(byte[] bytes, int at, int end) {
        dayAt = NONE;
        yearAt = NONE;
        name = NONE;
        int stop = isDigit(bytes[at]) ? fromDigits(bytes, at, end) : fromMonth(bytes, at, end);
        boolean alone = stop == end || (stop > 0 && !TextPieces.isWord(bytes, stop));
        return alone && stop > 0 && day(bytes) != NO_DAY ? stop - at : 0;
    }

    private int fromDigits(byte[] bytes, int at, int end) {
        int first = digits(bytes, at, end);
        if (first == end || first - at > 4) {
            return 0;
        }
        byte separator = bytes[first];
        if (separator == '.' || separator == '-' || separator == '/') {
            int second = digits(bytes, first + 1, end);
            boolean two = second > first + 1 && second - first <= 3;
            if (two && second < end && bytes[second] == separator) {
                int third = digits(bytes, second + 1, end);
                return numbers(at, first, second, third) ? third : 0;
            }
        }
        if (first - at > 2) {
            return 0;
        }
        dayAt = at;
        dayEnd = first;
        int next = first;
        if (separator == '.') {
            next++;
        } else {
            int ordinal = word(bytes, first, end);
            next = ORDINALS.has(bytes, first, ordinal) ? ordinal : first;
        }
        int of = behindOf(bytes, next, end);
        int stop = month(bytes, of, end);
        if (of == next || stop == 0) {
            return 0;
        }
        int year = year(bytes, stop, end);
        boolean clear = year > 0 || of - next > 1 || isCapital(bytes[monthAt]);
        return clear ? Math.max(year, stop) : 0;
    }

    private boolean numbers(int at, int first, int second, int third) {
        int last = third - second - 1;
        if (first - at == 4 && last >= 1 && last <= 2) {
            yearAt = at;
            yearEnd = first;
            dayAt = second + 1;
            dayEnd = third;
        } else if (first - at <= 2 && (last == 4 || last == 2)) {
            dayAt = at;
            dayEnd = first;
            yearAt = second + 1;
            yearEnd = third;
        } else {
            return false;
        }
        monthAt = first + 1;
        monthEnd = second;
        return true;
    }

    private int fromMonth(byte[] bytes, int at, int end) {
        int stop = month(bytes, at, end);
        if (stop == 0 || stop == end) {
            return 0;
        }
        int year = year(bytes, stop, end);
        if (year > 0) {
            return year;
        }
        int day = bytes[stop] == ' ' ? stop + 1 : stop;
        int dayStop = digits(bytes, day, end);
        if (day == stop || dayStop == day || dayStop - day > 2 || !isCapital(bytes[at])) {
            return 0;
        }
        dayAt = day;
        dayEnd = dayStop;
        int ordinal = word(bytes, dayStop, end);
        int next = ORDINALS.has(bytes, dayStop, ordinal) ? ordinal : dayStop;
        return Math.max(year(bytes, next, end), next);
    }

    /// The end of the month's name, with its point, or 0.
    private int month(byte[] bytes, int at, int end) {
        int stop = word(bytes, at, end);
        name = MONTHS.numberOf(bytes, at, stop);
        if (name < 0 || stop == at) {
            return 0;
        }
        monthAt = at;
        monthEnd = stop;
        return stop < end && bytes[stop] == '.' ? stop + 1 : stop;
    }

    /// The end of a year of four digits behind a blank, a comma, a hyphen or an "of", or 0.
    private int year(byte[] bytes, int at, int end) {
        int from = behindOf(bytes, at < end && bytes[at] == ',' ? at + 1 : at, end);
        int stop = digits(bytes, from, end);
        if (from == at || stop - from != 4) {
            return 0;
        }
        yearAt = from;
        yearEnd = stop;
        return stop;
    }

    /// Behind a blank or a hyphen, and behind the word "of" if one follows.
    private static int behindOf(byte[] bytes, int at, int end) {
        if (at >= end || (bytes[at] != ' ' && bytes[at] != '-')) {
            return at;
        }
        int stop = word(bytes, at + 1, end);
        boolean of = stop < end && bytes[stop] == ' ' && OF.has(bytes, at + 1, stop);
        return of ? stop + 1 : at + 1;
    }

    private static int digits(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && isDigit(bytes[stop])) {
            stop++;
        }
        return stop;
    }

    private static int word(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && TextPieces.isWord(bytes, stop) && !isDigit(bytes[stop])) {
            stop++;
        }
        return stop;
    }

    private static boolean isDigit(byte each) {
        return each >= '0' && each <= '9';
    }

    private static boolean isCapital(byte each) {
        return each >= 'A' && each <= 'Z';
    }

    /// The day since 2000, or {@link #NO_DAY}. What is not written is taken for the middle.
    private long day(byte[] bytes) {
        int day = dayAt < 0 ? 15 : number(bytes, dayAt, dayEnd);
        int year = yearAt < 0 ? 2000 : number(bytes, yearAt, yearEnd);
        if (yearAt >= 0 && yearEnd - yearAt == 2) {
            year += year < 50 ? 2000 : 1900;
        }
        int month = name < 0 ? number(bytes, monthAt, monthEnd) : name % MONTHS_OF_YEAR + 1;
        return isMonthFirst(bytes) ? day(year, day, month) : day(year, month, day);
    }

    private static long day(int year, int month, int day) {
        if (month < 1 || month > MONTHS_OF_YEAR || day < 1 || day > 31) {
            return NO_DAY;
        }
        long days = Calendar.day(year, month, day);
        boolean exists = (Calendar.civil(days) & 31) == day; // else it fell into the next month
        return exists ? days : NO_DAY;
    }

    /// Whether in 02/29/2024 the month is what stands where the day does elsewhere.
    private boolean isMonthFirst(byte[] bytes) {
        return name < 0 && dayAt < monthAt && number(bytes, monthAt, monthEnd) > MONTHS_OF_YEAR;
    }

    private static int number(byte[] bytes, int start, int end) {
        return (int) Decimals.ofDigits(bytes, start, end - start);
    }

    /// Writes the date that was found last, moved by some days, as it is written.
    void move(byte[] bytes, int start, int length, int days, MaskedValues out) {
        long civil = Calendar.civil(day(bytes) + days);
        long year = civil >> 9;
        long month = (civil >> 5) & 15;
        long day = civil & 31;
        boolean monthFirst = isMonthFirst(bytes);
        int at = start;
        while (at < start + length) {
            if (at == dayAt) {
                put(monthFirst ? month : day, dayEnd - at, out);
                at = dayEnd;
            } else if (at == yearAt) {
                put(yearEnd - at == 2 ? year % 100 : year, yearEnd - at, out);
                at = yearEnd;
            } else if (at == monthAt && name < 0) {
                put(monthFirst ? day : month, monthEnd - at, out);
                at = monthEnd;
            } else if (at == monthAt) {
                boolean all = monthEnd - at > 1 && isCapital(bytes[at + 1]);
                putMonth((int) month, isCapital(bytes[at]), all, out);
                at = monthEnd;
            } else {
                out.put(bytes[at++]);
            }
        }
        out.commitParts();
    }

    /// Puts a month in the language of the one that was found.
    private void putMonth(int month, boolean capital, boolean capitals, MaskedValues out) {
        byte[] letters = MONTH_BYTES[name - name % MONTHS_OF_YEAR + month - 1];
        for (int i = 0; i < letters.length; i++) {
            boolean large = i == 0 ? capital : capitals;
            // The second bytes of ä and é differ from those of Ä and É as letters do.
            boolean letter = letters[i] != (byte) 0xC3;
            out.put(large && letter ? (byte) (letters[i] & ~0x20) : letters[i]);
        }
    }

    private void put(long number, int width, MaskedValues out) {
        int length = Decimals.write(number, digits, 0);
        for (int i = length; i < width; i++) {
            out.put((byte) '0');
        }
        out.put(digits, 0, length);
    }

    /// Moves dates by some weeks at most.
    static ColumnMasker masker(Cmac cmac) {
        WrittenDate date = new WrittenDate();
        return new TagMasker(
                new Canonical(ValueForm.TEXT),
                cmac,
                (bytes, start, length, high, low, out) -> {
                    date.find(bytes, start, start + length);
                    date.move(bytes, start, length, BY.pick(high), out);
                });
    }
}
