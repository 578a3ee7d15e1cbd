package dev.understudy.lake;

import dev.understudy.lake.Field.NotHeld;
import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueReader.CorruptValue;
import java.math.BigInteger;

/// numeric(p, s) as an integer of units of 10^-s.
final class Decimals {
    private static final int NEGATIVE = 0x4000;
    private static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = 10 * POWERS[i - 1];
        }
    }

    private final int precision;
    private final int scale;
    private final BigInteger limit;

    Decimals(int precision, int scale) {
        this.precision = precision;
        this.scale = scale;
        this.limit = BigInteger.TEN.pow(precision);
    }

    /// Up to 18 digits.
    long unscaled(ValueReader value) {
        int groups = value.int2();
        int weight = value.int2();
        int sign = sign(value.int2());
        value.int2(); // how many digits to show
        int exponent = 4 * (weight - groups + 1) + scale;
        // Four groups and two powers of ten fit into a long in between.
        if (groups > 4 || exponent < -4 || exponent > 18) {
            BigInteger whole = whole(value, groups, exponent);
            return sign * whole.longValueExact();
        }
        long result = 0;
        for (int i = 0; i < groups; i++) {
            result = 10_000 * result + group(value);
        }
        if (exponent < 0) {
            long divisor = POWERS[-exponent];
            if (result % divisor != 0) {
                throw tooFine();
            }
            result /= divisor;
        } else if (result > 0) {
            if (result > POWERS[precision] / POWERS[exponent]) {
                throw tooLarge();
            }
            result *= POWERS[exponent];
        }
        if (result >= POWERS[precision]) {
            throw tooLarge();
        }
        return sign * result;
    }

    /// Any number of digits.
    BigInteger unscaledWhole(ValueReader value) {
        int groups = value.int2();
        int weight = value.int2();
        int sign = sign(value.int2());
        value.int2(); // how many digits to show
        BigInteger whole = whole(value, groups, 4 * (weight - groups + 1) + scale);
        return sign < 0 ? whole.negate() : whole;
    }

    private BigInteger whole(ValueReader value, int groups, int exponent) {
        BigInteger result = BigInteger.ZERO;
        for (int i = 0; i < groups; i++) {
            result =
                    result.multiply(BigInteger.valueOf(10_000))
                            .add(BigInteger.valueOf(group(value)));
        }
        if (exponent >= 0) {
            result = result.multiply(BigInteger.TEN.pow(exponent));
        } else {
            BigInteger[] parts = result.divideAndRemainder(BigInteger.TEN.pow(-exponent));
            if (parts[1].signum() != 0) {
                throw tooFine();
            }
            result = parts[0];
        }
        if (result.compareTo(limit) >= 0) {
            throw tooLarge();
        }
        return result;
    }

    private static int sign(int bits) {
        return switch (bits & 0xffff) {
            case 0 -> 1;
            case NEGATIVE -> -1;
            default -> throw new NotHeld("NaN or an infinity");
        };
    }

    private static int group(ValueReader value) {
        int group = value.int2();
        if (group < 0 || group > 9999) {
            throw new CorruptValue("a numeric with a group of more than four digits");
        }
        return group;
    }

    private NotHeld tooFine() {
        return new NotHeld("a number with more than " + scale + " decimal places");
    }

    private NotHeld tooLarge() {
        return new NotHeld("a number of more than " + precision + " digits");
    }
}
