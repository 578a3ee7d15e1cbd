package dev.understudy.mysql;

import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueText;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// PostgreSQL's arrays as JSON: `[1, null, 3]`, `["a", "b"]`, `[[1, 2], [3, 4]]`. Numbers, booleans
/// and JSON stay what they are, everything else is a string with the text that PostgreSQL shows. At
/// which index an array begins is not kept.
final class JsonArrayText implements FieldText {
    private static final Set<String> NUMBERS =
            Set.of("int2", "int4", "int8", "oid", "numeric", "money", "float4", "float8");

    private final ValueText elements;
    private final Kinds kind;
    private final ValueReader value = new ValueReader();
    private final ValueReader element = new ValueReader();
    private final StringBuilder shown = new StringBuilder();
    private final StringBuilder json = new StringBuilder();

    private enum Kinds {
        NUMBER,
        BOOLEAN,
        JSON,
        STRING
    }

    JsonArrayText(ColumnType array) {
        ColumnType of = array.element().orElseThrow();
        elements = FieldText.textOf(of);
        ColumnType base = of.underlying();
        String name = base.kind() == Kind.BASE ? base.name() : "";
        kind =
                NUMBERS.contains(name)
                        ? Kinds.NUMBER
                        : switch (name) {
                            case "bool" -> Kinds.BOOLEAN;
                            case "json", "jsonb" -> Kinds.JSON;
                            default -> Kinds.STRING;
                        };
    }

    @Override
    public void append(byte[] wire, int start, int length, TextBuffer out) {
        value.set(wire, start, length);
        int dimensions = value.int4();
        value.skip(8); // whether there are nulls, and the element type's number
        var sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = value.int4();
            value.skip(4); // the first index
        }
        json.setLength(0);
        if (dimensions == 0) {
            json.append("[]");
        } else {
            level(sizes, 0);
        }
        value.end();
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        out.appendEscaped(bytes, 0, bytes.length);
    }

    private void level(int[] sizes, int dimension) {
        json.append('[');
        for (int i = 0; i < sizes[dimension]; i++) {
            if (i > 0) {
                json.append(", ");
            }
            if (dimension + 1 < sizes.length) {
                level(sizes, dimension + 1);
            } else {
                element();
            }
        }
        json.append(']');
    }

    private void element() {
        int length = value.int4();
        if (length < 0) {
            json.append("null");
            return;
        }
        int start = value.skip(length);
        shown.setLength(0);
        elements.append(element.set(value.bytes(), start, length), shown);
        element.end();
        switch (kind) {
            case BOOLEAN -> json.append(shown.charAt(0) == 't');
            case JSON -> json.append(shown);
            case NUMBER -> {
                // NaN and infinities are no numbers to JSON.
                if (Character.isDigit(shown.charAt(shown.length() - 1))) {
                    json.append(shown);
                } else {
                    string();
                }
            }
            case STRING -> string();
        }
    }

    private void string() {
        json.append('"');
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16));
                json.append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
