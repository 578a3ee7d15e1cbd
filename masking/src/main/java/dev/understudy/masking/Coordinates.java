package dev.understudy.masking;

/// Moves latitudes and longitudes by some metres, or into the middle of a cell of a grid. A number
/// that is no such coordinate becomes another one, and is counted as unfit.
final class Coordinates {
    /// With the two digits and the sign that each of two numbers may grow by.
    static final int LONGEST = 40;

    /// A degree of latitude is longest at the poles; one of longitude is nowhere longer. Source:
    /// the ellipsoid of WGS 84.
    private static final double METRES_PER_DEGREE = 111_694;

    private final Axis axis;
    private final double degrees;
    private final boolean grid;
    private final FixedPoint point = new FixedPoint();

    enum Axis {
        LATITUDE(90),
        LONGITUDE(180),
        BOTH(90);

        private final int limit;

        Axis(int limit) {
            this.limit = limit;
        }

        int wholeDigits() {
            return this == LATITUDE ? 2 : 3;
        }
    }

    /// @param metres how far at most, by both axes together; or the side of a cell of the grid
    Coordinates(Axis axis, double metres, boolean grid) {
        this.axis = axis;
        this.degrees = metres / METRES_PER_DEGREE / (grid ? 1 : Math.sqrt(2));
        this.grid = grid;
    }

    TagMasker.Writer writer(ValueForm form) {
        return switch (form) {
            case FLOAT4 ->
                    (bytes, start, length, high, low, out) -> {
                        float number = Float.intBitsToFloat((int) Bytes.INT.get(bytes, start));
                        float moved = (float) move(number, high, out);
                        Bytes.INT.set(
                                out.reserve(4), out.position(), Float.floatToRawIntBits(moved));
                        out.commit(4);
                    };
            case FLOAT8 ->
                    (bytes, start, length, high, low, out) -> {
                        double number =
                                Double.longBitsToDouble((long) Bytes.LONG.get(bytes, start));
                        double moved = move(number, high, out);
                        Bytes.LONG.set(
                                out.reserve(8), out.position(), Double.doubleToRawLongBits(moved));
                        out.commit(8);
                    };
            case NUMERIC -> this::writeNumeric;
            default -> this::writeText;
        };
    }

    /// A number, or two behind each other, within the limits of the axes.
    boolean fits(byte[] bytes, int start, int length) {
        int end = start + length;
        int firstEnd = numberEnd(bytes, start, end);
        boolean fits = length <= LONGEST - 6 && isWithin(bytes, start, firstEnd, axis.limit);
        if (axis != Axis.BOTH) {
            return fits && firstEnd == end;
        }
        int second = separatorEnd(bytes, firstEnd, end);
        return fits && second > firstEnd && isWithin(bytes, second, end, Axis.LONGITUDE.limit);
    }

    private boolean isWithin(byte[] bytes, int start, int end, int limit) {
        return point.read(bytes, start, end - start)
                && point.decimals() <= 15
                && Math.abs(point.units()) <= limit * FixedPoint.power(point.decimals());
    }

    private static int numberEnd(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != ',' && bytes[at] != ' ' && bytes[at] != ';') {
            at++;
        }
        return at;
    }

    private static int separatorEnd(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && (bytes[at] == ',' || bytes[at] == ' ' || bytes[at] == ';')) {
            at++;
        }
        return at;
    }

    private void writeText(
            byte[] bytes, int start, int length, long high, long low, MaskedValues out) {
        int end = start + length;
        byte[] to = out.reserve(LONGEST);
        int begin = out.position();
        int firstEnd = numberEnd(bytes, start, end);
        int at = begin + putMoved(bytes, start, firstEnd, axis.limit, high, to, begin);
        if (axis == Axis.BOTH) {
            int second = separatorEnd(bytes, firstEnd, end);
            System.arraycopy(bytes, firstEnd, to, at, second - firstEnd);
            at += second - firstEnd;
            at += putMoved(bytes, second, end, Axis.LONGITUDE.limit, low, to, at);
        }
        out.commit(at - begin);
    }

    private int putMoved(
            byte[] bytes, int start, int end, int limit, long hash, byte[] to, int at) {
        point.read(bytes, start, end - start);
        long most = limit * FixedPoint.power(point.decimals());
        long moved = move(point.units(), point.decimals(), most, hash);
        return FixedPoint.write(moved, point.decimals(), to, at);
    }

    private void writeNumeric(
            byte[] bytes, int start, int length, long high, long low, MaskedValues out) {
        int shown = Math.clamp((short) Bytes.SHORT.get(bytes, start + 6), 0, 15);
        long most = axis.limit * FixedPoint.power(shown);
        boolean fits =
                point.readNumeric(bytes, start)
                        && point.decimals() == shown
                        && Math.abs(point.units()) <= most;
        if (!fits) {
            out.countUnfit();
        }
        long moved = fits ? move(point.units(), shown, most, high) : Math.round(most * share(high));
        point.writeNumeric(moved, shown, out);
    }

    private long move(long units, int decimals, long most, long hash) {
        double reach = degrees * FixedPoint.power(decimals);
        if (grid) {
            long cell = Math.max(1, Math.round(reach));
            return Math.clamp(Math.floorDiv(units, cell) * cell + cell / 2, -most, most);
        }
        double share = share(hash);
        long delta = (long) (reach * share);
        if (delta == 0) {
            delta = share < 0 ? -1 : 1;
        }
        return Math.abs(units + delta) <= most ? units + delta : units - delta;
    }

    private double move(double number, long hash, MaskedValues out) {
        if (!(Math.abs(number) <= axis.limit)) {
            out.countUnfit();
            return axis.limit * share(hash);
        }
        if (grid) {
            double middle = (Math.floor(number / degrees) + 0.5) * degrees;
            return Math.clamp(middle, -axis.limit, axis.limit);
        }
        double delta = degrees * share(hash);
        return Math.abs(number + delta) <= axis.limit ? number + delta : number - delta;
    }

    /// From -1 to 1.
    private static double share(long hash) {
        return (hash >>> 11) * 0x1p-52 - 1;
    }
}
