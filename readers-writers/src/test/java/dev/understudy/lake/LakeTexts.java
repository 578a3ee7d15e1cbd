package dev.understudy.lake;

import dev.understudy.schema.ColumnType;
import org.jspecify.annotations.Nullable;

/// How PostgreSQL and DuckDB must be asked for a column, so that both give the same text for the
/// same value. Where they still differ, {@link #alike} helps.
public final class LakeTexts {
    private LakeTexts() {}

    /// The same text for the same value of a column, whichever of the two wrote it: floats as Java
    /// writes them.
    public static @Nullable String alike(@Nullable String text, ColumnType type) {
        return text == null
                ? null
                : switch (type.underlying().name()) {
                    case "float4" -> String.valueOf(Float.parseFloat(javaName(text)));
                    case "float8" -> String.valueOf(Double.parseDouble(javaName(text)));
                    default -> text;
                };
    }

    private static String javaName(String number) {
        return switch (number) {
            case "nan" -> "NaN";
            case "inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            default -> number;
        };
    }

    private static boolean isNested(ColumnType type) {
        return type.underlying().kind() == ColumnType.Kind.COMPOSITE;
    }

    /// The output of the type's own function: a cast to text would change char(n) and inet.
    static String ownText(String value) {
        return "CASE WHEN %1$s::text IS NOT NULL THEN format('%%s', %1$s) END".formatted(value);
    }

    /// @param text whether the lake stores the column as text, whatever its type
    public static String postgres(String column, ColumnType type, boolean text) {
        if (text) {
            return ownText(column);
        }
        return switch (type.kind()) {
            case ARRAY ->
                    isNested(type.element().orElseThrow())
                            ? "array_to_json(" + column + ")::text"
                            : "CASE WHEN %1$s IS NOT NULL THEN array_to_json(ARRAY(SELECT %2$s FROM unnest(%1$s) x))::text END"
                                    .formatted(
                                            column,
                                            postgres("x", type.element().orElseThrow(), false));
            case COMPOSITE -> "row_to_json(" + column + ")::text";
            default -> type.name().equals("money") ? column + "::numeric::text" : ownText(column);
        };
    }

    public static String duck(String column, ColumnType type, boolean text) {
        if (text) {
            return column;
        }
        return switch (type.kind()) {
            case COMPOSITE -> "to_json(" + column + ")::varchar";
            case ARRAY -> {
                ColumnType element = type.element().orElseThrow();
                yield isNested(element)
                        ? "to_json(" + column + ")::varchar"
                        : "to_json(["
                                + duck("x", element, false)
                                + " for x in "
                                + column
                                + "])::varchar";
            }
            default ->
                    switch (type.name()) {
                        case "bytea" -> "'\\x' || lower(hex(" + column + "))";
                        case "numeric" ->
                                "regexp_replace(" + column + "::varchar, '^(-?)\\.', '\\10.')";
                        case "date", "timestamp", "timestamptz" ->
                                "regexp_replace("
                                        + column
                                        + "::varchar, '^(.*) .BC.(.*)$', '\\1\\2 BC')";
                        case "bool" -> "left(" + column + "::varchar, 1)";
                        default -> column + "::varchar";
                    };
        };
    }
}
