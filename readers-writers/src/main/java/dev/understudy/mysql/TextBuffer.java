package dev.understudy.mysql;

import java.util.Arrays;

/// Bytes of text that grow as they are written and are kept when it is cleared. One thread.
final class TextBuffer {
    private static final long DAYS_0000_TO_2000 = 730_425; // from 0000-03-01

    private byte[] bytes;
    private int size;

    TextBuffer(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void setSize(int shorter) {
        size = shorter;
    }

    /// Gives back memory that one unusually wide row took.
    void trim(int keepBytes) {
        if (bytes.length > keepBytes && size == 0) {
            bytes = new byte[keepBytes];
        }
    }

    void append(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
    }

    /// Appends text that is ASCII.
    void append(CharSequence ascii) {
        int length = ascii.length();
        reserve(length);
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) ascii.charAt(i);
        }
    }

    void append(byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, size, source.length);
        size += source.length;
    }

    /// Appends text, with a backslash before what would end a field, a line or a literal.
    void appendEscaped(byte[] source, int start, int length) {
        reserve(2 * (long) length);
        byte[] out = bytes;
        int at = size;
        for (int i = start, end = start + length; i < end; i++) {
            byte b = source[i];
            if (b <= '\\' && b >= 0) {
                switch (b) {
                    case '\\', '\'' -> out[at++] = '\\';
                    case '\t' -> {
                        out[at++] = '\\';
                        b = 't';
                    }
                    case '\n' -> {
                        out[at++] = '\\';
                        b = 'n';
                    }
                    case 0 -> {
                        out[at++] = '\\';
                        b = '0';
                    }
                    default -> {
                        // stands for itself
                    }
                }
            }
            out[at++] = b;
        }
        size = at;
    }

    void appendHex(byte[] source, int start, int length) {
        reserve(2 * (long) length);
        byte[] out = bytes;
        int at = size;
        for (int i = start, end = start + length; i < end; i++) {
            out[at++] = digit((source[i] >> 4) & 15);
            out[at++] = digit(source[i] & 15);
        }
        size = at;
    }

    private static byte digit(int value) {
        return (byte) (value < 10 ? '0' + value : 'a' - 10 + value);
    }

    void append(long number) {
        reserve(20);
        if (number < 0) {
            bytes[size++] = '-';
            if (number == Long.MIN_VALUE) {
                append("9223372036854775808");
                return;
            }
            number = -number;
        }
        int digits = 1;
        for (long limit = 10; digits < 19 && number >= limit; limit *= 10) {
            digits++;
        }
        appendDigits(number, digits);
    }

    /// Appends the last digits of a number that is not negative.
    void appendDigits(long number, int digits) {
        reserve(digits);
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + number % 10);
            number /= 10;
        }
        size += digits;
    }

    /// Appends a date as `2018-10-28`; days count from 2000-01-01.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    void appendDate(long days) {
        long fromMarch = days + DAYS_0000_TO_2000;
        long era = Math.floorDiv(fromMarch, 146_097);
        int dayOfEra = (int) (fromMarch - era * 146_097);
        int yearOfEra =
                (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        if (year < 0 || year > 9999) {
            append(year); // the server will refuse it
        } else {
            appendDigits(year, 4);
        }
        append('-');
        appendDigits(month, 2);
        append('-');
        appendDigits(dayOfYear - (153 * marchMonth + 2) / 5 + 1, 2);
    }

    /// Appends a time as `[-]23:59:59[.000001]`; more hours have more digits.
    void appendClock(long micros) {
        if (micros < 0) {
            append('-');
            micros = -micros;
        }
        long seconds = micros / 1_000_000;
        long hours = seconds / 3600;
        if (hours < 100) {
            appendDigits(hours, 2);
        } else {
            append(hours);
        }
        append(':');
        appendDigits(seconds / 60 % 60, 2);
        append(':');
        appendDigits(seconds % 60, 2);
        if (micros % 1_000_000 != 0) {
            append('.');
            appendDigits(micros % 1_000_000, 6);
        }
    }

    private void reserve(long length) {
        if (bytes.length - size < length) {
            long wanted = Math.max(size + length, bytes.length + (bytes.length >> 1));
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, wanted));
        }
    }

    @Override
    public String toString() {
        return "TextBuffer[" + size + " bytes]";
    }
}
