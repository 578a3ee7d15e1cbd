package dev.understudy.masking;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/// Takes numbers together: to multiples of a step, to the bounds of classes, or to a least and a
/// most one. NaN and the infinities stay.
final class Generalization {
    enum Kind {
        /// The nearest multiple of the mark, the upper one of two as near.
        NEAREST,
        /// The multiple of the mark below.
        DOWN,
        /// The largest mark that is not above the number; of the smallest numbers, the first mark.
        CLASSES,
        AT_LEAST,
        AT_MOST,
        BETWEEN
    }

    /// What a mark may have, so that all are exact in 64 bits together.
    static final int MOST_WHOLE_DIGITS = 12;

    static final int MOST_DECIMALS = 6;

    private static final BigDecimal HALF = new BigDecimal("0.5");

    private final Kind kind;
    private final BigDecimal[] marks;
    private final long[] units;
    private final int decimals;
    private final int mostDecimals;

    /// @param marks ascending, with at most {@link #MOST_WHOLE_DIGITS} digits before the point and
    ///   {@link #MOST_DECIMALS} behind it
    Generalization(Kind kind, List<BigDecimal> marks) {
        this.kind = kind;
        this.decimals = Math.max(0, marks.stream().mapToInt(BigDecimal::scale).max().orElseThrow());
        this.marks = marks.stream().map(each -> each.setScale(decimals)).toArray(BigDecimal[]::new);
        this.units =
                Arrays.stream(this.marks)
                        .mapToLong(each -> each.unscaledValue().longValueExact())
                        .toArray();
        int digits = Arrays.stream(this.marks).mapToInt(BigDecimal::precision).max().orElseThrow();
        this.mostDecimals = FixedPoint.MOST_DIGITS - digits + decimals;
    }

    TagMasker.Writer writer(ColumnProfile column) {
        ValueForm form = column.form();
        return switch (form) {
            case FLOAT4 ->
                    (bytes, start, length, high, low, out) -> {
                        float number = Float.intBitsToFloat((int) Bytes.INT.get(bytes, start));
                        if (Float.isFinite(number)) {
                            number = apply(new BigDecimal(Float.toString(number))).floatValue();
                        }
                        Bytes.INT.set(
                                out.reserve(4), out.position(), Float.floatToRawIntBits(number));
                        out.commit(4);
                    };
            case FLOAT8 ->
                    (bytes, start, length, high, low, out) -> {
                        double number =
                                Double.longBitsToDouble((long) Bytes.LONG.get(bytes, start));
                        if (Double.isFinite(number)) {
                            number = apply(BigDecimal.valueOf(number)).doubleValue();
                        }
                        Bytes.LONG.set(
                                out.reserve(8), out.position(), Double.doubleToRawLongBits(number));
                        out.commit(8);
                    };
            case NUMERIC -> numeric(column.maxLength().orElse(Integer.MAX_VALUE));
            default -> {
                IntegerRange range = IntegerRange.of(column);
                yield (bytes, start, length, high, low, out) -> {
                    long number = Integers.read(form, bytes, start);
                    Integers.write(form, apply(number, 0, range.least(), range.most()), out);
                };
            }
        };
    }

    private TagMasker.Writer numeric(int maxDigits) {
        FixedPoint point = new FixedPoint();
        long most = FixedPoint.power(Math.min(maxDigits, FixedPoint.MOST_DIGITS)) - 1;
        return (bytes, start, length, high, low, out) -> {
            if (Decimals.isSpecial(bytes, start)) {
                out.append(bytes, start, length);
            } else if (point.readNumeric(bytes, start)
                    && point.extend(decimals)
                    && point.decimals() <= mostDecimals) {
                long number = apply(point.units(), point.decimals(), -most, most);
                point.writeNumeric(number, point.decimals(), out);
            } else {
                BigDecimal number = Decimals.decimal(bytes, start);
                BigDecimal applied = apply(number.setScale(Math.max(decimals, number.scale())));
                if (applied.precision() > maxDigits) {
                    applied = applied.subtract(marks[0]);
                }
                Decimals.append(applied, out);
            }
        };
    }

    private long apply(long number, int shown, long least, long most) {
        long unit = FixedPoint.power(shown - decimals);
        return switch (kind) {
            case NEAREST, DOWN -> {
                long step = units[0] * unit;
                long down = Math.floorDiv(number, step) * step;
                down = down < least ? down + step : down;
                boolean up = kind == Kind.NEAREST && number - down >= step - (number - down);
                yield up && down <= most - step ? down + step : down;
            }
            case CLASSES -> {
                int at = 0;
                while (at + 1 < units.length && units[at + 1] * unit <= number) {
                    at++;
                }
                yield units[at] * unit;
            }
            case AT_LEAST -> Math.max(number, units[0] * unit);
            case AT_MOST -> Math.min(number, units[0] * unit);
            case BETWEEN -> Math.clamp(number, units[0] * unit, units[1] * unit);
        };
    }

    private BigDecimal apply(BigDecimal number) {
        BigDecimal applied =
                switch (kind) {
                    case NEAREST ->
                            marks[0].multiply(
                                    number.add(marks[0].multiply(HALF))
                                            .divide(marks[0], 0, RoundingMode.FLOOR));
                    case DOWN -> marks[0].multiply(number.divide(marks[0], 0, RoundingMode.FLOOR));
                    case CLASSES -> {
                        int at = 0;
                        while (at + 1 < marks.length && marks[at + 1].compareTo(number) <= 0) {
                            at++;
                        }
                        yield marks[at];
                    }
                    case AT_LEAST -> number.max(marks[0]);
                    case AT_MOST -> number.min(marks[0]);
                    case BETWEEN -> number.max(marks[0]).min(marks[1]);
                };
        return applied.setScale(Math.max(decimals, number.scale()));
    }
}
