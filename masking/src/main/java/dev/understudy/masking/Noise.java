package dev.understudy.masking;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// Moves numbers by a keyed share of themselves. Zero, NaN and the infinities stay.
final class Noise {
    private static final int LONGEST_SHORT = 12;
    private static final long SHORT = 1_000_000_000_000L;

    private Noise() {}

    static TagMasker.Writer of(ColumnProfile column, double percent) {
        double share = percent / 100;
        return switch (column.form()) {
            case INT2 ->
                    (bytes, start, length, high, low, out) -> {
                        short number = (short) Bytes.SHORT.get(bytes, start);
                        long moved = move(number, share(high, share), Short.MAX_VALUE);
                        Bytes.SHORT.set(out.reserve(2), out.position(), (short) moved);
                        out.commit(2);
                    };
            case INT4 ->
                    (bytes, start, length, high, low, out) -> {
                        int number = (int) Bytes.INT.get(bytes, start);
                        long moved = move(number, share(high, share), Integer.MAX_VALUE);
                        Bytes.INT.set(out.reserve(4), out.position(), (int) moved);
                        out.commit(4);
                    };
            case INT8 ->
                    (bytes, start, length, high, low, out) -> {
                        long number = (long) Bytes.LONG.get(bytes, start);
                        long moved = move(number, share(high, share), Long.MAX_VALUE);
                        Bytes.LONG.set(out.reserve(8), out.position(), moved);
                        out.commit(8);
                    };
            case FLOAT4 ->
                    (bytes, start, length, high, low, out) -> {
                        float number = Float.intBitsToFloat((int) Bytes.INT.get(bytes, start));
                        float moved = (float) (number * (1 + share(high, share)));
                        if (Float.isInfinite(moved) && Float.isFinite(number)) {
                            moved = (float) (number * (1 - share));
                        }
                        Bytes.INT.set(
                                out.reserve(4), out.position(), Float.floatToRawIntBits(moved));
                        out.commit(4);
                    };
            case FLOAT8 ->
                    (bytes, start, length, high, low, out) -> {
                        double number =
                                Double.longBitsToDouble((long) Bytes.LONG.get(bytes, start));
                        double moved = number * (1 + share(high, share));
                        if (Double.isInfinite(moved) && Double.isFinite(number)) {
                            moved = number * (1 - share);
                        }
                        Bytes.LONG.set(
                                out.reserve(8), out.position(), Double.doubleToRawLongBits(moved));
                        out.commit(8);
                    };
            default -> numeric(column.maxLength().orElse(Integer.MAX_VALUE), share);
        };
    }

    private static TagMasker.Writer numeric(int maxDigits, double share) {
        byte[] text = new byte[LONGEST_SHORT + 3];
        return (bytes, start, length, high, low, out) -> {
            if (Decimals.isSpecial(bytes, start)) {
                out.append(bytes, start, length);
                return;
            }
            double part = share(high, share);
            int scale = (short) Bytes.SHORT.get(bytes, start + 6);
            long number = Decimals.unscaled(bytes, start);
            if (isPlain(number, scale, part)) {
                long moved = move(number, part, Long.MAX_VALUE);
                int digits = Decimals.digits(Math.abs(moved));
                moved = digits > maxDigits ? 2 * number - moved : moved;
                Decimals.textToNumeric(text, 0, write(moved, scale, text), out);
                return;
            }
            BigDecimal exact = Decimals.decimal(bytes, start);
            Decimals.append(move(exact, scale, part, maxDigits), out);
        };
    }

    /// Whether a number, times a part of it, is rounded to the same in floating point as exactly:
    /// it is small, and not about in the middle between two.
    private static boolean isPlain(long number, int scale, double part) {
        double delta = Math.abs(number * part);
        return Math.abs(number) < SHORT
                && scale < LONGEST_SHORT
                && Math.abs(delta - Math.floor(delta) - 0.5) > 0.001;
    }

    /// Writes a number with its decimals and returns the length.
    private static int write(long number, int scale, byte[] to) {
        int at = 0;
        if (number < 0) {
            to[at++] = '-';
        }
        long magnitude = Math.abs(number);
        long power = Decimals.POWERS[scale];
        at += Decimals.write(magnitude / power, to, at);
        if (scale > 0) {
            to[at++] = '.';
            at += Decimals.writeDigits(magnitude % power, scale, to, at);
        }
        return at;
    }

    private static BigDecimal move(BigDecimal number, int scale, double share, int maxDigits) {
        if (number.signum() == 0) {
            return number.setScale(scale, RoundingMode.UNNECESSARY);
        }
        BigDecimal delta =
                number.multiply(BigDecimal.valueOf(share)).setScale(scale, RoundingMode.HALF_EVEN);
        if (delta.signum() == 0) {
            delta = new BigDecimal(BigInteger.valueOf(share < 0 ? -1 : 1), scale);
        }
        BigDecimal moved = number.add(delta);
        return moved.precision() <= maxDigits ? moved : number.subtract(delta);
    }

    /// From `-share` to `share`.
    private static double share(long hash, double share) {
        return ((hash >>> 11) * 0x1p-52 - 1) * share;
    }

    private static long move(long number, double share, long max) {
        if (number == 0) {
            return 0;
        }
        long delta = Math.round(number * share);
        if (delta == 0) {
            delta = share < 0 ? -1 : 1;
        }
        long moved = number + delta;
        boolean overflowed = ((number ^ moved) & (delta ^ moved)) < 0;
        return overflowed || moved > max || moved < -max - 1 ? number - delta : moved;
    }
}
