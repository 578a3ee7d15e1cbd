package dev.understudy.masking;

import java.nio.charset.StandardCharsets;

/// Hexadecimal digits in text.
final class Hex {
    static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final byte[] UPPER_DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private Hex() {}

    /// Writes the sixteen digits of a number, in lower case.
    static void write(long number, byte[] to, int at) {
        Bytes.LONG.set(to, at, digits(number >>> 32));
        Bytes.LONG.set(to, at + 8, digits(number & 0xFFFFFFFFL));
    }

    /// Writes the 36 characters of a UUID, in lower case.
    static void writeUuid(long high, long low, byte[] to, int at) {
        long second = digits(high & 0xFFFFFFFFL);
        long third = digits(low >>> 32);
        Bytes.LONG.set(to, at, digits(high >>> 32));
        to[at + 8] = '-';
        Bytes.INT.set(to, at + 9, (int) (second >>> 32));
        to[at + 13] = '-';
        Bytes.INT.set(to, at + 14, (int) second);
        to[at + 18] = '-';
        Bytes.INT.set(to, at + 19, (int) (third >>> 32));
        to[at + 23] = '-';
        Bytes.INT.set(to, at + 24, (int) third);
        Bytes.LONG.set(to, at + 28, digits(low & 0xFFFFFFFFL));
    }

    /// The digits of 32 bits, one a byte, all at the same time.
    private static long digits(long number) {
        long fours = (number | (number << 16)) & 0x0000FFFF_0000FFFFL;
        long twos = (fours | (fours << 8)) & 0x00FF00FF_00FF00FFL;
        long ones = (twos | (twos << 4)) & 0x0F0F0F0F_0F0F0F0FL;
        long letters = ((ones + 0x06060606_06060606L) >>> 4) & 0x01010101_01010101L;
        return ones + 0x30303030_30303030L + letters * ('a' - '0' - 10);
    }

    /// The number that a digit of either case stands for, or -1.
    static int digit(byte digit) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        int lower = digit | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
