package dev.understudy.mysql;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/// Compares rows of a table byte for byte, whatever its types and collations take for equal.
final class RowImages {
    private final Map<String, String> types = new HashMap<>();

    private RowImages() {}

    static RowImages of(Connection session, TableName table) throws SQLException {
        var images = new RowImages();
        try (var query =
                session.prepareStatement(
                        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = ? AND table_name = ?")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    images.types.put(rows.getString(1), rows.getString(2).toLowerCase(Locale.ROOT));
                }
            }
        }
        return images;
    }

    /// The condition that two rows differ in one of these columns.
    String differ(List<String> columns, String one, String other) {
        var any = new StringJoiner(" OR ", "(", ")");
        for (String column : columns) {
            String name = MySqlName.quote(column);
            any.add("NOT (" + same(type(column), one + "." + name, other + "." + name) + ")");
        }
        return any.toString();
    }

    private String type(String column) {
        return types.getOrDefault(column, "");
    }

    private static String same(String type, String one, String other) {
        return switch (type) {
            case "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "bigint",
                    "decimal",
                    "bit",
                    "year",
                    "date",
                    "time",
                    "datetime",
                    "timestamp" ->
                    one + " <=> " + other;
            // Zero has a sign that no comparison sees.
            case "float", "double" ->
                    "%1$s <=> %2$s AND CAST(%1$s AS CHAR) <=> CAST(%2$s AS CHAR)"
                            .formatted(one, other);
            default -> "CAST(%s AS BINARY) <=> CAST(%s AS BINARY)".formatted(one, other);
        };
    }

    /// A row's digest. It is made of each value's own: together, values might pass the server's
    /// largest packet, and then they are NULL.
    String digest(List<String> columns) {
        var values = new StringJoiner(", ", "concat(", ")");
        for (String column : columns) {
            values.add(
                    "coalesce(sha2("
                            + bytes(type(column), MySqlName.quote(column))
                            + ", 256), '-')");
        }
        return "sha2(" + values + ", 256)";
    }

    private static String bytes(String type, String column) {
        return switch (type) {
            case "float" -> "CAST(" + column + " + 0e0 AS CHAR)";
            case "bit" -> column + " + 0";
            default -> "CAST(" + column + " AS BINARY)";
        };
    }
}
