package dev.understudy.masking;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Moves numbers by a keyed share of themselves, within what their column takes, and past no mark.
/// Zero, NaN and the infinities stay.
final class Noise {
    private static final int LONGEST_SHORT = 12;
    private static final long SHORT = 1_000_000_000_000L;

    private static final double LARGEST_EXACT = 1e15;
    private static final IntegerRange EXACT = new IntegerRange(Long.MIN_VALUE, Long.MAX_VALUE);
    private static final BigDecimal LARGEST_UNSIGNED = new BigDecimal("18446744073709551615");

    private Noise() {}

    static TagMasker.Writer of(ColumnProfile column, double percent, Marks marks) {
        double share = percent / 100;
        ValueForm form = column.form();
        return switch (form) {
            case INT2, INT4, INT8 -> {
                IntegerRange range = IntegerRange.of(column);
                yield (bytes, start, length, high, low, out) -> {
                    long number = Integers.read(form, bytes, start);
                    double part = share(high, share);
                    long moved = move(number, part, range);
                    if (marks.passes(number, moved)) {
                        moved = move(number, -part, range);
                        moved = marks.passes(number, moved) ? number : moved;
                    }
                    Integers.write(form, moved, out);
                };
            }
            case FLOAT4 -> {
                FixedDecimals decimals = FixedDecimals.of(column);
                yield (bytes, start, length, high, low, out) -> {
                    float number = Float.intBitsToFloat((int) Bytes.INT.get(bytes, start));
                    double part = share(high, share);
                    float moved = (float) decimals.move(number, part);
                    if ((!decimals.holds(moved) && Float.isFinite(number))
                            || marks.passes(number, moved)) {
                        moved = (float) decimals.move(number, -part);
                        moved = marks.passes(number, moved) ? number : moved;
                    }
                    Bytes.INT.set(out.reserve(4), out.position(), Float.floatToRawIntBits(moved));
                    out.commit(4);
                };
            }
            case FLOAT8 -> {
                FixedDecimals decimals = FixedDecimals.of(column);
                yield (bytes, start, length, high, low, out) -> {
                    double number = Double.longBitsToDouble((long) Bytes.LONG.get(bytes, start));
                    double part = share(high, share);
                    double moved = decimals.move(number, part);
                    if ((!decimals.holds(moved) && Double.isFinite(number))
                            || marks.passes(number, moved)) {
                        moved = decimals.move(number, -part);
                        moved = marks.passes(number, moved) ? number : moved;
                    }
                    Bytes.LONG.set(
                            out.reserve(8), out.position(), Double.doubleToRawLongBits(moved));
                    out.commit(8);
                };
            }
            default -> {
                int maxDigits = column.maxLength().orElse(Integer.MAX_VALUE);
                yield numeric(
                        maxDigits,
                        IntegerRange.isUnsignedLong(column)
                                ? number -> number.compareTo(LARGEST_UNSIGNED) <= 0
                                : number -> number.precision() <= maxDigits,
                        share,
                        marks);
            }
        };
    }

    /// Numbers that no other moves past or onto, nor they themselves away to the wrong side: those
    /// from `from` on stay so, and those up to `to`. What has no room between the two stays.
    record Marks(Optional<BigDecimal> from, Optional<BigDecimal> to) {
        static final Marks NONE = new Marks(Optional.empty(), Optional.empty());

        boolean passes(BigDecimal number, BigDecimal moved) {
            return from.filter(mark -> falls(number.compareTo(mark), moved.compareTo(mark)))
                            .isPresent()
                    || to.filter(mark -> falls(mark.compareTo(number), mark.compareTo(moved)))
                            .isPresent();
        }

        boolean passes(double number, double moved) {
            return isGiven()
                    && Double.isFinite(moved)
                    && passes(new BigDecimal(number), new BigDecimal(moved));
        }

        boolean passes(long number, long moved) {
            return isGiven() && passes(BigDecimal.valueOf(number), BigDecimal.valueOf(moved));
        }

        // Numbers are made into decimals for marks alone.
        private boolean isGiven() {
            return from.isPresent() || to.isPresent();
        }

        private static boolean falls(int before, int after) {
            return before >= 0 && after < before;
        }
    }

    /// What a column of MySQL's `float(M,D)` or `double(M,D)` holds; all others hold every finite
    /// number.
    ///
    /// @param power ten to the number of decimals, 0 without them
    private record FixedDecimals(double power, double most) {
        private static final Pattern TYPE =
                Pattern.compile("(?i)(?:float|double)\\((\\d+),(\\d+)\\).*");

        static FixedDecimals of(ColumnProfile column) {
            Matcher type = TYPE.matcher(column.sqlType());
            if (!type.matches()) {
                return new FixedDecimals(0, Double.MAX_VALUE);
            }
            int decimals = Integer.parseInt(type.group(2));
            double power = Math.pow(10, decimals);
            double most = Math.pow(10, Integer.parseInt(type.group(1)) - decimals) - 1 / power;
            return new FixedDecimals(power, most);
        }

        boolean holds(double number) {
            return Math.abs(number) <= most;
        }

        double move(double number, double part) {
            double units = number * power;
            if (power == 0 || !(Math.abs(units) < LARGEST_EXACT)) {
                return number * (1 + part);
            }
            return Noise.move(Math.round(units), part, EXACT) / power;
        }
    }

    private static TagMasker.Writer numeric(
            int maxDigits, Predicate<BigDecimal> fits, double share, Marks marks) {
        byte[] text = new byte[LONGEST_SHORT + 3];
        return (bytes, start, length, high, low, out) -> {
            if (Decimals.isSpecial(bytes, start)) {
                out.append(bytes, start, length);
                return;
            }
            double part = share(high, share);
            int scale = (short) Bytes.SHORT.get(bytes, start + 6);
            long number = Decimals.unscaled(bytes, start);
            if (marks.equals(Marks.NONE) && isPlain(number, scale, part)) {
                long moved = move(number, part, EXACT);
                int digits = Decimals.digits(Math.abs(moved));
                moved = digits > maxDigits ? 2 * number - moved : moved;
                Decimals.textToNumeric(text, 0, write(moved, scale, text), out);
                return;
            }
            BigDecimal exact = Decimals.decimal(bytes, start);
            Decimals.append(move(exact, scale, part, fits, marks), out);
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

    private static BigDecimal move(
            BigDecimal number, int scale, double share, Predicate<BigDecimal> fits, Marks marks) {
        if (number.signum() == 0) {
            return number.setScale(scale, RoundingMode.UNNECESSARY);
        }
        BigDecimal delta =
                number.multiply(BigDecimal.valueOf(share)).setScale(scale, RoundingMode.HALF_EVEN);
        if (delta.signum() == 0) {
            delta = new BigDecimal(BigInteger.valueOf(share < 0 ? -1 : 1), scale);
        }
        BigDecimal moved = number.add(delta);
        if (fits.test(moved) && !marks.passes(number, moved)) {
            return moved;
        }
        BigDecimal other = number.subtract(delta);
        return marks.passes(number, other) ? number : other;
    }

    /// From `-share` to `share`.
    private static double share(long hash, double share) {
        return ((hash >>> 11) * 0x1p-52 - 1) * share;
    }

    private static long move(long number, double share, IntegerRange range) {
        if (number == 0) {
            return 0;
        }
        long delta = Math.round(number * share);
        if (delta == 0) {
            delta = share < 0 ? -1 : 1;
        }
        long moved = number + delta;
        boolean overflowed = ((number ^ moved) & (delta ^ moved)) < 0;
        return overflowed || moved > range.most() || moved < range.least()
                ? Math.clamp(number - delta, range.least(), range.most())
                : moved;
    }
}
