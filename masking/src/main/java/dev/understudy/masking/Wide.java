package dev.understudy.masking;

/// A whole number below 2^120 that is built up and taken apart digit by digit, in mixed radix.
final class Wide {
    static final int BITS = 120;

    long high;
    long low;
    private boolean overflown;

    void set(long newHigh, long newLow) {
        high = newHigh;
        low = newLow;
        overflown = false;
    }

    /// Appends a digit of a radix below 2^31.
    void append(long digit, long radix) {
        overflown |= Math.unsignedMultiplyHigh(high, radix) != 0;
        high = high * radix + Math.unsignedMultiplyHigh(low, radix);
        low = low * radix + digit;
        if (Long.compareUnsigned(low, digit) < 0) {
            high++;
        }
    }

    /// Takes the last digit of a radix below 2^31 away.
    long takeLast(long radix) {
        if (high == 0 && low >= 0) {
            long rest = low / radix;
            long digit = low - rest * radix;
            low = rest;
            return digit;
        }
        long restHigh = high / radix;
        long upper = ((high - restHigh * radix) << 32) | (low >>> 32);
        long restUpper = upper / radix;
        long lower = ((upper - restUpper * radix) << 32) | (low & 0xFFFFFFFFL);
        long restLower = Long.divideUnsigned(lower, radix);
        high = restHigh;
        low = (restUpper << 32) | restLower;
        return lower - restLower * radix;
    }

    boolean fits() {
        return !overflown && high >>> (BITS - 64) == 0;
    }
}
