package dev.understudy.rows;

import dev.understudy.rows.ValueReader.CorruptValue;
import dev.understudy.schema.ColumnType;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Binds types to their {@link ValueText}. The text forms are those of PostgreSQL's own output
/// functions; tests compare all of them with a server.
final class TypeTexts {
    private static final HexFormat HEX = HexFormat.of();

    private TypeTexts() {}

    static boolean supports(ColumnType type) {
        return find(type) != null;
    }

    static ValueText of(ColumnType type) {
        ValueText text = find(type);
        if (text == null) {
            throw new IllegalArgumentException(
                    "the binary form of type "
                            + type.sql()
                            + " is not known; have the database send it as text");
        }
        return text;
    }

    private static @Nullable ValueText find(ColumnType type) {
        if (!type.binary()) {
            return null;
        }
        return switch (type.kind()) {
            case BASE -> base(type.name());
            case ENUM -> TypeTexts::text;
            case DOMAIN -> find(type.underlying());
            case ARRAY -> array(type.element().orElseThrow());
            case RANGE -> range(type.element().orElseThrow());
            case MULTIRANGE -> multirange(type.element().orElseThrow());
            case COMPOSITE -> composite(type.attributes());
        };
    }

    private static @Nullable ValueText base(String name) {
        return switch (name) {
            case "bool" -> (value, out) -> out.append(value.bool() ? 't' : 'f');
            case "int2" -> (value, out) -> out.append(value.int2());
            case "int4" -> (value, out) -> out.append(value.int4());
            case "int8" -> (value, out) -> out.append(value.int8());
            case "oid", "xid", "cid" ->
                    (value, out) -> out.append(Integer.toUnsignedLong(value.int4()));
            case "xid8" -> (value, out) -> out.append(Long.toUnsignedString(value.int8()));
            case "float4" -> (value, out) -> FloatText.append(value.float4(), out);
            case "float8" -> (value, out) -> FloatText.append(value.float8(), out);
            case "numeric" -> NumericText::append;
            case "text", "varchar", "bpchar", "name", "citext", "xml", "json", "unknown" ->
                    TypeTexts::text;
            case "char" -> TypeTexts::singleByte;
            case "jsonb", "ltree", "lquery", "ltxtquery", "jsonpath" -> TypeTexts::versionedText;
            case "bytea" -> TypeTexts::bytea;
            case "uuid" -> TypeTexts::uuid;
            case "date" -> TimeText::date;
            case "time" -> TimeText::time;
            case "timetz" -> TimeText::timeWithZone;
            case "timestamp" -> TimeText::timestamp;
            case "timestamptz" -> TimeText::timestampWithZone;
            case "interval" -> TimeText::interval;
            case "inet" -> (value, out) -> NetworkText.address(value, false, out);
            case "cidr" -> (value, out) -> NetworkText.address(value, true, out);
            case "macaddr" -> (value, out) -> NetworkText.hardware(value, 6, out);
            case "macaddr8" -> (value, out) -> NetworkText.hardware(value, 8, out);
            case "bit", "varbit" -> TypeTexts::bits;
            case "point" -> GeometryText::point;
            case "line" -> GeometryText::line;
            case "lseg" -> GeometryText::segment;
            case "box" -> GeometryText::box;
            case "path" -> GeometryText::path;
            case "polygon" -> GeometryText::polygon;
            case "circle" -> GeometryText::circle;
            case "pg_lsn" -> TypeTexts::logPosition;
            case "tid" -> TypeTexts::tupleId;
            case "tsvector" -> TypeTexts::searchVector;
            case "hstore" -> TypeTexts::hstore;
            default -> null;
        };
    }

    private static void text(ValueReader value, StringBuilder out) {
        out.append(value.text(value.remaining()));
    }

    private static void singleByte(ValueReader value, StringBuilder out) {
        int single = value.int1();
        if (single > 127) {
            out.append('\\')
                    .append((char) ('0' + (single >> 6)))
                    .append((char) ('0' + ((single >> 3) & 7)))
                    .append((char) ('0' + (single & 7)));
        } else if (single > 0) {
            out.append((char) single);
        }
    }

    private static void versionedText(ValueReader value, StringBuilder out) {
        int version = value.int1();
        if (version != 1) {
            throw new CorruptValue("unknown version " + version);
        }
        text(value, out);
    }

    private static void bytea(ValueReader value, StringBuilder out) {
        out.append("\\x");
        int length = value.remaining();
        int start = value.skip(length);
        HEX.formatHex(out, value.bytes(), start, start + length);
    }

    private static void uuid(ValueReader value, StringBuilder out) {
        hex(value, 4, out);
        for (int i = 0; i < 3; i++) {
            hex(value, 2, out.append('-'));
        }
        hex(value, 6, out.append('-'));
    }

    private static void hex(ValueReader value, int length, StringBuilder out) {
        int start = value.skip(length);
        HEX.formatHex(out, value.bytes(), start, start + length);
    }

    private static void bits(ValueReader value, StringBuilder out) {
        int count = value.int4();
        int start = value.skip(count < 0 ? -1 : (int) ((count + 7L) / 8));
        for (int i = 0; i < count; i++) {
            out.append(((value.bytes()[start + i / 8] >> (7 - i % 8)) & 1) == 0 ? '0' : '1');
        }
    }

    private static void logPosition(ValueReader value, StringBuilder out) {
        hexNumber(value.int4(), out);
        hexNumber(value.int4(), out.append('/'));
    }

    private static void hexNumber(int number, StringBuilder out) {
        for (char digit : Integer.toHexString(number).toCharArray()) {
            out.append(digit >= 'a' ? (char) (digit - 'a' + 'A') : digit);
        }
    }

    private static void tupleId(ValueReader value, StringBuilder out) {
        out.append('(').append(Integer.toUnsignedLong(value.int4()));
        out.append(',').append(value.int2() & 0xffff).append(')');
    }

    private static void searchVector(ValueReader value, StringBuilder out) {
        int words = value.int4();
        for (int word = 0; word < words; word++) {
            if (word > 0) {
                out.append(' ');
            }
            doubling(value.zeroTerminatedText(), "'\\", '\'', out);
            int positions = value.int2() & 0xffff;
            for (int i = 0; i < positions; i++) {
                int position = value.int2();
                out.append(i == 0 ? ':' : ',').append(position & 0x3fff);
                int weight = (position >> 14) & 3;
                if (weight > 0) {
                    out.append("CBA".charAt(weight - 1));
                }
            }
        }
    }

    private static void hstore(ValueReader value, StringBuilder out) {
        int pairs = value.int4();
        for (int pair = 0; pair < pairs; pair++) {
            if (pair > 0) {
                out.append(", ");
            }
            escaped(value.text(value.int4()), out);
            out.append("=>");
            int length = value.int4();
            if (length < 0) {
                out.append("NULL");
            } else {
                escaped(value.text(length), out);
            }
        }
    }

    private static void escaped(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }

    private static void doubling(CharSequence text, String doubled, char quote, StringBuilder out) {
        out.append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (doubled.indexOf(c) >= 0) {
                out.append(c);
            }
            out.append(c);
        }
        out.append(quote);
    }

    private static @Nullable ValueText array(ColumnType element) {
        ValueText elements = find(element);
        return elements == null
                ? null
                : new ArrayText(elements, element.underlying().name().equals("box") ? ';' : ',');
    }

    /// `{1,NULL,"a b"}`, `{{1,2},{3,4}}`, `[0:1]={1,2}`.
    private static final class ArrayText implements ValueText {
        private final ValueText elements;
        private final char delimiter;
        private final ValueReader element = new ValueReader();
        private final StringBuilder text = new StringBuilder();

        ArrayText(ValueText elements, char delimiter) {
            this.elements = elements;
            this.delimiter = delimiter;
        }

        @Override
        public void append(ValueReader value, StringBuilder out) {
            int dimensions = value.int4();
            if (dimensions < 0 || dimensions > 6) {
                throw new CorruptValue("an array of " + dimensions + " dimensions");
            }
            value.skip(8); // whether there are nulls, and the element type's number
            if (dimensions == 0) {
                out.append("{}");
                return;
            }
            int[] sizes = new int[dimensions];
            int[] lowerBounds = new int[dimensions];
            boolean boundsShown = false;
            for (int i = 0; i < dimensions; i++) {
                sizes[i] = value.int4();
                lowerBounds[i] = value.int4();
                boundsShown |= lowerBounds[i] != 1;
            }
            if (boundsShown) {
                for (int i = 0; i < dimensions; i++) {
                    out.append('[').append(lowerBounds[i]).append(':');
                    out.append(lowerBounds[i] + sizes[i] - 1).append(']');
                }
                out.append('=');
            }
            level(value, sizes, 0, out);
        }

        private void level(ValueReader value, int[] sizes, int dimension, StringBuilder out) {
            out.append('{');
            for (int i = 0; i < sizes[dimension]; i++) {
                if (i > 0) {
                    out.append(delimiter);
                }
                if (dimension + 1 < sizes.length) {
                    level(value, sizes, dimension + 1, out);
                } else {
                    element(value, out);
                }
            }
            out.append('}');
        }

        private void element(ValueReader value, StringBuilder out) {
            int length = value.int4();
            if (length < 0) {
                out.append("NULL");
                return;
            }
            int start = value.skip(length);
            text.setLength(0);
            elements.append(element.set(value.bytes(), start, length), text);
            element.end();
            if (needsQuotes()) {
                out.append('"');
                for (int i = 0; i < text.length(); i++) {
                    char c = text.charAt(i);
                    if (c == '"' || c == '\\') {
                        out.append('\\');
                    }
                    out.append(c);
                }
                out.append('"');
            } else {
                out.append(text);
            }
        }

        private boolean needsQuotes() {
            if (text.isEmpty()
                    || (text.length() == 4
                            && "null"
                                    .contentEquals(
                                            text.toString().toLowerCase(java.util.Locale.ROOT)))) {
                return true;
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == delimiter || "{}\"\\".indexOf(c) >= 0 || isSpace(c)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static final String ROW_QUOTED = "(),\"\\";
    private static final String RANGE_QUOTED = "()[],\"\\";

    private static void part(CharSequence text, String quoted, StringBuilder out) {
        boolean quotes = text.isEmpty();
        for (int i = 0; i < text.length() && !quotes; i++) {
            quotes = quoted.indexOf(text.charAt(i)) >= 0 || isSpace(text.charAt(i));
        }
        if (quotes) {
            doubling(text, "\"\\", '"', out);
        } else {
            out.append(text);
        }
    }

    private static @Nullable ValueText composite(List<ColumnType.Attribute> attributes) {
        ValueText[] texts = new ValueText[attributes.size()];
        for (int i = 0; i < texts.length; i++) {
            ValueText text = find(attributes.get(i).type());
            if (text == null) {
                return null;
            }
            texts[i] = text;
        }
        return new CompositeText(texts);
    }

    /// `(1,,"a b")`.
    private static final class CompositeText implements ValueText {
        private final ValueText[] attributes;
        private final ValueReader attribute = new ValueReader();
        private final StringBuilder text = new StringBuilder();

        CompositeText(ValueText[] attributes) {
            this.attributes = attributes;
        }

        @Override
        public void append(ValueReader value, StringBuilder out) {
            int count = value.int4();
            if (count != attributes.length) {
                throw new CorruptValue(count + " attributes, not " + attributes.length);
            }
            out.append('(');
            for (int i = 0; i < count; i++) {
                if (i > 0) {
                    out.append(',');
                }
                value.skip(4); // the attribute type's number
                int length = value.int4();
                if (length >= 0) {
                    int start = value.skip(length);
                    text.setLength(0);
                    attributes[i].append(attribute.set(value.bytes(), start, length), text);
                    attribute.end();
                    part(text, ROW_QUOTED, out);
                }
            }
            out.append(')');
        }
    }

    private static @Nullable ValueText range(ColumnType subtype) {
        ValueText bounds = find(subtype);
        return bounds == null ? null : new RangeText(bounds);
    }

    /// `empty`, `[1,5)`, `(,"2020-01-01 00:00:00"]`.
    private static final class RangeText implements ValueText {
        private static final int EMPTY = 1;
        private static final int LOWER_INCLUSIVE = 2;
        private static final int UPPER_INCLUSIVE = 4;
        private static final int LOWER_INFINITE = 8;
        private static final int UPPER_INFINITE = 16;

        private final ValueText bounds;
        private final ValueReader bound = new ValueReader();
        private final StringBuilder text = new StringBuilder();

        RangeText(ValueText bounds) {
            this.bounds = bounds;
        }

        @Override
        public void append(ValueReader value, StringBuilder out) {
            int flags = value.int1();
            if ((flags & EMPTY) != 0) {
                out.append("empty");
                return;
            }
            out.append((flags & LOWER_INCLUSIVE) != 0 ? '[' : '(');
            bound(value, (flags & LOWER_INFINITE) != 0, out);
            out.append(',');
            bound(value, (flags & UPPER_INFINITE) != 0, out);
            out.append((flags & UPPER_INCLUSIVE) != 0 ? ']' : ')');
        }

        private void bound(ValueReader value, boolean infinite, StringBuilder out) {
            if (infinite) {
                return;
            }
            int length = value.int4();
            int start = value.skip(length);
            text.setLength(0);
            bounds.append(bound.set(value.bytes(), start, length), text);
            bound.end();
            part(text, RANGE_QUOTED, out);
        }
    }

    // The catalog's multirange names its range, or its range's subtype, as element.
    private static @Nullable ValueText multirange(ColumnType element) {
        ValueText range = element.kind() == ColumnType.Kind.RANGE ? find(element) : range(element);
        if (range == null) {
            return null;
        }
        var reader = new ValueReader();
        return (value, out) -> {
            int count = value.int4();
            out.append('{');
            for (int i = 0; i < count; i++) {
                if (i > 0) {
                    out.append(',');
                }
                int length = value.int4();
                int start = value.skip(length);
                range.append(reader.set(value.bytes(), start, length), out);
                reader.end();
            }
            out.append('}');
        };
    }
}
