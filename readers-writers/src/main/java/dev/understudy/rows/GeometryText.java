package dev.understudy.rows;

/// Geometric types.
final class GeometryText {
    private GeometryText() {}

    static void point(ValueReader value, StringBuilder out) {
        FloatText.append(value.float8(), out.append('('));
        FloatText.append(value.float8(), out.append(','));
        out.append(')');
    }

    static void line(ValueReader value, StringBuilder out) {
        FloatText.append(value.float8(), out.append('{'));
        FloatText.append(value.float8(), out.append(','));
        FloatText.append(value.float8(), out.append(','));
        out.append('}');
    }

    static void segment(ValueReader value, StringBuilder out) {
        points(value, 2, '[', ']', out);
    }

    static void box(ValueReader value, StringBuilder out) {
        point(value, out);
        point(value, out.append(','));
    }

    static void path(ValueReader value, StringBuilder out) {
        boolean closed = value.bool();
        points(value, value.int4(), closed ? '(' : '[', closed ? ')' : ']', out);
    }

    static void polygon(ValueReader value, StringBuilder out) {
        points(value, value.int4(), '(', ')', out);
    }

    static void circle(ValueReader value, StringBuilder out) {
        point(value, out.append('<'));
        FloatText.append(value.float8(), out.append(','));
        out.append('>');
    }

    private static void points(
            ValueReader value, int count, char open, char close, StringBuilder out) {
        out.append(open);
        for (int i = 0; i < count; i++) {
            point(value, i == 0 ? out : out.append(','));
        }
        out.append(close);
    }
}
