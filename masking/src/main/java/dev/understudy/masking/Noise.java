package dev.understudy.masking;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/// Moves numbers by a keyed share of themselves. Zero, NaN and the infinities stay.
final class Noise {
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
        MaskedValues text = new MaskedValues();
        return (bytes, start, length, high, low, out) -> {
            if (Decimals.isSpecial(bytes, start)) {
                out.append(bytes, start, length);
                return;
            }
            text.reset();
            Decimals.numericToText(bytes, start, text);
            int scale = (short) Bytes.SHORT.get(bytes, start + 6);
            BigDecimal number =
                    new BigDecimal(
                            new String(text.bytes(), 0, text.length(0), StandardCharsets.US_ASCII));
            BigDecimal moved = move(number, scale, share(high, share), maxDigits);
            byte[] plain = moved.toPlainString().getBytes(StandardCharsets.US_ASCII);
            Decimals.textToNumeric(plain, 0, plain.length, out);
        };
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
