package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/// Comparisons of a key's columns with values given as text, in the order of the key's index.
final class KeyLiteral {
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final Pattern TIME = Pattern.compile("[-0-9:. ]+");
    private static final Pattern UUID = Pattern.compile("[-0-9a-fA-F]{32,36}");

    private KeyLiteral() {}

    /// Whether what `>` and ORDER BY mean for a type is what its index does, and its texts mean
    /// exactly the same value. Sets sort by bits and compare as text, numbers of floating point
    /// have no exact text.
    static boolean isOrdered(ColumnType type) {
        if (type.kind() == Kind.ENUM) {
            return !type.labels().contains(""); // as which an invalid value shows, too
        }
        return !MySqlTypes.isSet(type)
                && switch (type.name()) {
                    case "float4", "float8", "json" -> false;
                    default -> true;
                };
    }

    static String behind(String column, ColumnType type, String text) {
        return type.kind() == Kind.ENUM
                ? among(column, labelsBehind(type, text))
                : column + " > " + of(type, text);
    }

    static String before(String column, ColumnType type, String text) {
        return type.kind() == Kind.ENUM
                ? among(column, labelsBefore(type, text))
                : column + " < " + of(type, text);
    }

    static String upTo(String column, ColumnType type, String text) {
        return type.kind() == Kind.ENUM
                ? "(" + before(column, type, text) + " OR " + same(column, type, text) + ")"
                : column + " <= " + of(type, text);
    }

    static String same(String column, ColumnType type, String text) {
        return column + " = " + of(type, text);
    }

    // Enums sort by their place in the declaration, behind the empty text of invalid values, but
    // compare as text.
    private static List<String> labelsBehind(ColumnType type, String text) {
        List<String> labels = type.labels();
        return text.isEmpty() ? labels : labels.subList(place(type, text) + 1, labels.size());
    }

    private static List<String> labelsBefore(ColumnType type, String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        var labels = new ArrayList<>(type.labels().subList(0, place(type, text)));
        labels.add("");
        return labels;
    }

    private static int place(ColumnType type, String text) {
        int place = type.labels().indexOf(text);
        if (place < 0) {
            throw broken(type);
        }
        return place;
    }

    private static String among(String column, List<String> labels) {
        if (labels.isEmpty()) {
            return "FALSE";
        }
        var list = new StringJoiner(", ", column + " IN (", ")");
        labels.forEach(each -> list.add(string(each)));
        return list.toString();
    }

    /// A value as SQL.
    static String of(ColumnType type, String text) {
        if (type.kind() == Kind.ENUM) {
            return string(text);
        }
        return switch (type.name()) {
            case "int2", "int4", "int8", "numeric" -> matching(NUMBER, type, text);
            case "varbit" -> new BigInteger("0" + text, 2).toString();
            case "bytea" -> text.equals("\\x") ? "''" : "X'" + bytes(type, text) + "'";
            case "date", "time", "timestamp" -> "'" + matching(TIME, type, text) + "'";
            case "timestamptz" -> "'" + matching(TIME, type, text.replace("+00", "")) + "'";
            case "uuid" -> "'" + matching(UUID, type, text) + "'";
            default -> string(text);
        };
    }

    /// A text that is no constant of any character set but the column's own, and holds no quotes.
    static String string(String text) {
        return "_utf8mb4 X'" + HEX.formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }

    /// A text as a column of this collation compares it.
    static String collated(String text, String collation) {
        String characterSet =
                collation.contains("_")
                        ? collation.substring(0, collation.indexOf('_'))
                        : collation;
        return "CONVERT(%s USING %s) COLLATE %s".formatted(string(text), characterSet, collation);
    }

    private static String bytes(ColumnType type, String text) {
        String digits = text.substring(2);
        if (!text.startsWith("\\x") || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw broken(type);
        }
        return digits;
    }

    private static String matching(Pattern form, ColumnType type, String text) {
        if (!form.matcher(text).matches()) {
            throw broken(type);
        }
        return text;
    }

    private static Failure broken(ColumnType type) {
        return new Failure(
                Failure.Kind.INTERNAL, "a bound of a key is no value of its type " + type.sql());
    }
}
