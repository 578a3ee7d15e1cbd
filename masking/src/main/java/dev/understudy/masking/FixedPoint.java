package dev.understudy.masking;

/// A decimal number of at most 18 digits, as a whole number of units of its last decimal, read and
/// written without allocating. One object holds one number after the other.
///
/// Source of the numeric form: `numeric_send` of PostgreSQL.
final class FixedPoint {
    static final int MOST_DIGITS = 18;

    private static final long[] POWER = new long[MOST_DIGITS + 1];

    static {
        POWER[0] = 1;
        for (int i = 1; i <= MOST_DIGITS; i++) {
            POWER[i] = 10 * POWER[i - 1];
        }
    }

    private long units;
    private int decimals;
    private final byte[] text = new byte[2 * MOST_DIGITS + 4];

    static long power(int exponent) {
        return POWER[exponent];
    }

    long units() {
        return units;
    }

    int decimals() {
        return decimals;
    }

    /// Reads plain decimal text; false if it is none, or too long.
    boolean read(byte[] from, int start, int length) {
        int end = start + length;
        int at = length > 0 && (from[start] == '-' || from[start] == '+') ? start + 1 : start;
        int point = -1;
        int digits = 0;
        units = 0;
        for (; at < end; at++) {
            byte each = from[at];
            if (each == '.' && point < 0 && digits > 0) {
                point = at;
            } else if (each >= '0' && each <= '9' && digits++ < MOST_DIGITS) {
                units = units * 10 + (each - '0');
            } else {
                return false;
            }
        }
        decimals = point < 0 ? 0 : end - 1 - point;
        units = length > 0 && from[start] == '-' ? -units : units;
        return digits > 0 && point != end - 1;
    }

    /// Reads a numeric with as many decimals as it shows; false if it is no number, or too long.
    boolean readNumeric(byte[] numeric, int start) {
        if (Decimals.isSpecial(numeric, start)) {
            return false;
        }
        int groups = (short) Bytes.SHORT.get(numeric, start);
        int weight = (short) Bytes.SHORT.get(numeric, start + 2);
        boolean negative = (short) Bytes.SHORT.get(numeric, start + 4) != 0;
        decimals = (short) Bytes.SHORT.get(numeric, start + 6);
        units = 0;
        int exponent = 4 * (weight - groups + 1) + decimals;
        for (int i = 0; i < groups; i++) {
            int group = (short) Bytes.SHORT.get(numeric, start + 8 + 2 * i);
            if (i == groups - 1 && exponent < 0 && exponent > -4) {
                // The last group shows only its first digits; the others are zeros.
                if (units >= POWER[MOST_DIGITS - 4 - exponent]) {
                    return false;
                }
                units = units * POWER[4 + exponent] + group / POWER[-exponent];
                exponent = 0;
            } else {
                if (units >= POWER[MOST_DIGITS - 4]) {
                    return false;
                }
                units = units * 10_000 + group;
            }
        }
        if (exponent < 0 || decimals > MOST_DIGITS || !multiply(exponent)) {
            return groups == 0 && decimals <= MOST_DIGITS;
        }
        units = negative ? -units : units;
        return true;
    }

    /// The same number with at least so many decimals; false if it becomes too long.
    boolean extend(int wanted) {
        if (wanted <= decimals) {
            return true;
        }
        if (!multiply(wanted - decimals)) {
            return false;
        }
        decimals = wanted;
        return true;
    }

    private boolean multiply(int exponent) {
        if (exponent > MOST_DIGITS || Math.abs(units) >= POWER[MOST_DIGITS - exponent]) {
            return units == 0;
        }
        units *= POWER[exponent];
        return true;
    }

    /// Writes a number of units as text and returns its length.
    static int write(long units, int decimals, byte[] to, int at) {
        int next = at;
        if (units < 0) {
            to[next++] = '-';
        }
        long magnitude = Math.abs(units);
        long whole = magnitude / POWER[decimals];
        next += Decimals.write(whole, to, next);
        if (decimals > 0) {
            to[next++] = '.';
            next += Decimals.writeDigits(magnitude % POWER[decimals], decimals, to, next);
        }
        return next - at;
    }

    /// Appends a number of units as one numeric that shows all of its decimals.
    void writeNumeric(long number, int shown, MaskedValues out) {
        Decimals.textToNumeric(text, 0, write(number, shown, text, 0), out);
    }
}
