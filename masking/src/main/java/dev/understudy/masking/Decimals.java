package dev.understudy.masking;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigDecimal;
import java.util.Arrays;

/// Numbers as decimal text and back, without allocating: PostgreSQL's integers and its `numeric`.
///
/// Source of the numeric form: `numeric_send` of PostgreSQL.
final class Decimals {
    private static final int NEGATIVE = 0x4000;

    /// What int64 takes as text, with its sign.
    static final int LONGEST_LONG = 20;

    /// Of ten; the last one only as an unsigned number.
    static final long[] POWERS = new long[20];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    /// The groups of 18446744073709551615.
    private static final int[] LARGEST_UNSIGNED = {1844, 6744, 737, 955, 1615};

    private static final long ZEROS = 0x30303030_30303030L;

    private Decimals() {}

    /// Writes a number as text and returns its length.
    static int write(long number, byte[] to, int at) {
        if (number == Long.MIN_VALUE) {
            to[at] = '-';
            return 1 + writeDigits(Long.MIN_VALUE, 19, to, at + 1);
        }
        if (number < 0) {
            to[at] = '-';
            return 1 + write(-number, to, at + 1);
        }
        return writeDigits(number, digits(number), to, at);
    }

    /// Writes the last `count` digits of an unsigned number, and returns `count`.
    static int writeDigits(long number, int count, byte[] to, int at) {
        long left = number;
        int next = at + count;
        if (left < 0) {
            long tenth = Long.divideUnsigned(left, 10);
            to[--next] = (byte) ('0' + (left - tenth * 10));
            left = tenth;
        }
        for (; next - at >= 8; next -= 8) {
            long rest = left / 100_000_000;
            Bytes.LONG.set(to, next - 8, eightOf(left - rest * 100_000_000));
            left = rest;
        }
        if (next - at >= 4) {
            long rest = left / 10_000;
            next -= 4;
            Bytes.INT.set(to, next, (int) digitsOf(left - rest * 10_000));
            left = rest;
        }
        while (next > at) {
            long tenth = left / 10;
            to[--next] = (byte) ('0' + (left - tenth * 10));
            left = tenth;
        }
        return count;
    }

    /// Writes the two digits of a number below 100, and returns 2.
    static int writeTwo(int number, byte[] to, int at) {
        int tens = (number * 103) >>> 10;
        to[at] = (byte) ('0' + tens);
        to[at + 1] = (byte) ('0' + number - 10 * tens);
        return 2;
    }

    /// Writes a number of `count` digits, from 1 to 8, over eight bytes: nothing is to be behind it
    /// yet.
    static void writeEight(long number, int count, byte[] to, int at) {
        Bytes.LONG.set(to, at, eightOf(number) << (64 - 8 * count));
    }

    private static long eightOf(long number) {
        long fours = number / 10_000;
        return digitsOf((fours << 32) | (number - fours * 10_000));
    }

    /// The digits of two numbers of four digits, those of the upper 32 bits first: both are halved
    /// into numbers of two digits, and of one, at the same time.
    private static long digitsOf(long fours) {
        long hundreds = ((fours * 10_486) >>> 20) & 0x0000007F_0000007FL;
        long twos = (hundreds << 16) | (fours - 100 * hundreds);
        long tens = ((twos * 103) >>> 10) & 0x000F000F_000F000FL;
        return ((tens << 8) | (twos - 10 * tens)) + ZEROS;
    }

    /// The number that at most 18 ASCII digits make.
    static long ofDigits(byte[] text, int start, int count) {
        int at = start;
        int end = start + count;
        long number = 0;
        int odd = count & 7;
        if (odd > 0 && at + 8 <= text.length) {
            number = eight(readEight(text, at, odd));
            at += odd;
        }
        for (; at + 8 <= end; at += 8) {
            number = number * 100_000_000 + eight((long) Bytes.LONG.get(text, at));
        }
        for (; at < end; at++) {
            number = number * 10 + (text[at] - '0');
        }
        return number;
    }

    /// The bytes of a number of `count` digits, from 1 to 8, with zeros in front of it, of an array
    /// that goes on for eight bytes.
    static long readEight(byte[] text, int start, int count) {
        long digits = (long) Bytes.LONG.get(text, start) >>> (64 - 8 * count);
        return digits | ((ZEROS << (4 * count)) << (4 * count));
    }

    /// The number that eight digits make, the first one in the highest byte.
    static long eight(long digits) {
        long ones = digits - ZEROS;
        long twos = ((ones >>> 8) & 0x00FF00FF_00FF00FFL) * 10 + (ones & 0x00FF00FF_00FF00FFL);
        long fours = ((twos >>> 16) & 0x0000FFFF_0000FFFFL) * 100 + (twos & 0x0000FFFF_0000FFFFL);
        return (fours >>> 32) * 10_000 + (fours & 0xFFFFFFFFL);
    }

    /// How many digits a number that is not negative has.
    static int digits(long number) {
        // 1233 / 4096 is the logarithm of 2 to the base of 10.
        int fewest = ((Long.SIZE - Long.numberOfLeadingZeros(number | 1)) * 1233) >> 12;
        return number < POWERS[fewest] ? Math.max(1, fewest) : fewest + 1;
    }

    /// Reads an integer's text of at most 19 digits. A magnitude of 2^63 becomes `Long.MIN_VALUE`.
    static long parse(byte[] text, int start, int length) {
        boolean negative = text[start] == '-';
        long number = 0;
        for (int at = negative ? start + 1 : start; at < start + length; at++) {
            number = number * 10 + (text[at] - '0');
        }
        return negative ? -number : number;
    }

    /// Whether a numeric is an integer of 64 bits without a sign.
    static boolean isUnsignedLong(byte[] numeric, int start) {
        int groups = (short) Bytes.SHORT.get(numeric, start);
        int weight = (short) Bytes.SHORT.get(numeric, start + 2);
        if ((short) Bytes.SHORT.get(numeric, start + 4) != 0 || groups - 1 > weight) {
            return false;
        }
        if (weight != LARGEST_UNSIGNED.length - 1) {
            return weight < LARGEST_UNSIGNED.length;
        }
        for (int i = 0; i < LARGEST_UNSIGNED.length; i++) {
            int difference = group(numeric, start, groups, i) - LARGEST_UNSIGNED[i];
            if (difference != 0) {
                return difference < 0;
            }
        }
        return true;
    }

    /// Whether a numeric is NaN or an infinity.
    static boolean isSpecial(byte[] numeric, int start) {
        return ((short) Bytes.SHORT.get(numeric, start + 4) & 0xC000) == 0xC000;
    }

    /// Appends a numeric as plain decimal text without needless zeros, as one value.
    static void numericToText(byte[] numeric, int start, MaskedValues out) {
        if (isSpecial(numeric, start)) {
            int sign = (short) Bytes.SHORT.get(numeric, start + 4) & 0xFFFF;
            byte[] name =
                    switch (sign) {
                        case 0xD000 -> Special.INFINITY;
                        case 0xF000 -> Special.MINUS_INFINITY;
                        default -> Special.NAN;
                    };
            out.append(name, 0, name.length);
            return;
        }
        int groups = (short) Bytes.SHORT.get(numeric, start);
        int weight = (short) Bytes.SHORT.get(numeric, start + 2);
        boolean negative = (short) Bytes.SHORT.get(numeric, start + 4) == NEGATIVE;
        int fractionGroups = Math.max(0, groups - weight - 1);
        byte[] to = out.reserve(6 + 4 * (Math.max(0, weight + 1) + fractionGroups));
        int begin = out.position();
        int at = begin;
        if (negative && groups > 0) {
            to[at++] = '-';
        }
        int whole = at;
        for (int i = 0; i <= weight; i++) {
            at += writeDigits(group(numeric, start, groups, i), 4, to, at);
        }
        int zeros = 0;
        while (zeros < at - whole - 1 && to[whole + zeros] == '0') {
            zeros++;
        }
        System.arraycopy(to, whole + zeros, to, whole, at - whole - zeros);
        at -= zeros;
        if (at == whole) {
            to[at++] = '0';
        }
        if (fractionGroups > 0) {
            to[at++] = '.';
            for (int i = weight + 1; i < groups; i++) {
                at += writeDigits(group(numeric, start, groups, i), 4, to, at);
            }
            while (to[at - 1] == '0') {
                at--;
            }
            if (to[at - 1] == '.') {
                at--;
            }
        }
        out.commit(at - begin);
    }

    /// A numeric without its point, with as many decimals as it shows; `Long.MAX_VALUE` if it has
    /// more digits than a long holds.
    static long unscaled(byte[] numeric, int start) {
        int groups = (short) Bytes.SHORT.get(numeric, start);
        int weight = (short) Bytes.SHORT.get(numeric, start + 2);
        int scale = (short) Bytes.SHORT.get(numeric, start + 6);
        if (groups == 0) {
            return 0;
        }
        int last = (scale + 3) / 4;
        if (weight + last > 3) {
            return Long.MAX_VALUE;
        }
        long number = 0;
        for (int i = 0; i <= weight + last; i++) {
            number = number * 10_000 + group(numeric, start, groups, i);
        }
        number /= POWERS[4 * last - scale];
        return (short) Bytes.SHORT.get(numeric, start + 4) == NEGATIVE ? -number : number;
    }

    /// A numeric that is a number, with as many decimals as it shows.
    static BigDecimal decimal(byte[] numeric, int start) {
        MaskedValues text = new MaskedValues();
        numericToText(numeric, start, text);
        int shown = (short) Bytes.SHORT.get(numeric, start + 6);
        return new BigDecimal(new String(text.bytes(), 0, text.length(0), US_ASCII))
                .setScale(shown);
    }

    /// Appends a number with its decimals as one numeric.
    static void append(BigDecimal number, MaskedValues out) {
        byte[] plain = number.toPlainString().getBytes(US_ASCII);
        textToNumeric(plain, 0, plain.length, out);
    }

    private static int group(byte[] numeric, int start, int groups, int index) {
        return index < 0 || index >= groups
                ? 0
                : (short) Bytes.SHORT.get(numeric, start + 8 + 2 * index);
    }

    /// Appends plain decimal text, with or without sign and fraction, as one numeric.
    static void textToNumeric(byte[] text, int start, int length, MaskedValues out) {
        int end = start + length;
        boolean negative = text[start] == '-';
        int whole = negative ? start + 1 : start;
        int point = whole;
        while (point < end && text[point] != '.') {
            point++;
        }
        while (whole < point && text[whole] == '0') {
            whole++;
        }
        int scale = Math.max(0, end - point - 1);
        int wholeGroups = (point - whole + 3) / 4;
        int fractionGroups = (scale + 3) / 4;
        byte[] to = out.reserve(8 + 2 * (wholeGroups + fractionGroups));
        int begin = out.position();
        int at = begin + 8;
        Arrays.fill(to, at, at + 2 * (wholeGroups + fractionGroups), (byte) 0);
        for (int i = 0; i < wholeGroups; i++) {
            int to4 = point - 4 * (wholeGroups - 1 - i);
            int group = 0;
            for (int k = Math.max(whole, to4 - 4); k < to4; k++) {
                group = group * 10 + (text[k] - '0');
            }
            Bytes.SHORT.set(to, at + 2 * i, (short) group);
        }
        for (int i = 0; i < fractionGroups; i++) {
            int group = 0;
            for (int k = point + 1 + 4 * i; k < point + 5 + 4 * i; k++) {
                group = group * 10 + (k < end ? text[k] - '0' : 0);
            }
            Bytes.SHORT.set(to, at + 2 * (wholeGroups + i), (short) group);
        }
        int first = 0;
        int groups = wholeGroups + fractionGroups;
        while (groups > 0 && (short) Bytes.SHORT.get(to, at + 2 * (groups - 1)) == 0) {
            groups--;
        }
        while (first < groups && (short) Bytes.SHORT.get(to, at + 2 * first) == 0) {
            first++;
        }
        System.arraycopy(to, at + 2 * first, to, at, 2 * (groups - first));
        groups -= first;
        Bytes.SHORT.set(to, begin, (short) groups);
        Bytes.SHORT.set(to, begin + 2, (short) (groups == 0 ? 0 : wholeGroups - 1 - first));
        Bytes.SHORT.set(to, begin + 4, (short) (negative && groups > 0 ? NEGATIVE : 0));
        Bytes.SHORT.set(to, begin + 6, (short) scale);
        out.commit(8 + 2 * groups);
    }

    private static final class Special {
        static final byte[] NAN = {'N', 'a', 'N'};
        static final byte[] INFINITY = {'I', 'n', 'f', 'i', 'n', 'i', 't', 'y'};
        static final byte[] MINUS_INFINITY = {'-', 'I', 'n', 'f', 'i', 'n', 'i', 't', 'y'};
    }
}
