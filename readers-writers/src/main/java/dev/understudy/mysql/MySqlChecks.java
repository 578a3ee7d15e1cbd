package dev.understudy.mysql;

import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe.Question;
import dev.understudy.source.CheckProbe.Tried;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Evaluates checks on made-up values in a session on the source.
final class MySqlChecks {
    private final Connection session;
    private final MySqlTables tables;
    private final String schema;

    MySqlChecks(Connection session, MySqlTables tables, String schema) {
        this.session = session;
        this.tables = tables;
        this.schema = schema;
    }

    Optional<List<@Nullable Boolean>> holds(Question question) {
        var name = new TableName(schema, question.table());
        if (question.rows() == 0) {
            return Optional.empty();
        }
        var rows = new StringJoiner(" UNION ALL ");
        for (int i = 0; i < question.rows(); i++) {
            var row = new StringJoiner(", ", "SELECT ", ", " + i + " AS `understudy number`");
            for (Tried each : question.columns()) {
                Optional<String> value = value(name, each.column(), each.values().get(i));
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                row.add(value.get() + " AS " + MySqlName.quote(each.column()));
            }
            rows.add(row.toString());
        }
        String sql =
                "SELECT (%s) FROM (%s) AS %s ORDER BY `understudy number`"
                        .formatted(question.expression(), rows, MySqlName.quote(question.table()));
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            try (var result = statement.executeQuery(sql)) {
                var answers = new ArrayList<@Nullable Boolean>();
                while (result.next()) {
                    boolean holds = result.getBoolean(1);
                    answers.add(result.wasNull() ? null : Boolean.valueOf(holds));
                }
                return Optional.of(answers);
            }
        } catch (SQLException e) {
            return Optional.empty(); // the expression itself fails; the message may hold a value
        }
    }

    private Optional<String> value(TableName table, String column, @Nullable String text) {
        String collation =
                tables.collations()
                        .getOrDefault(table, Map.of())
                        .getOrDefault(column, "utf8mb4_bin");
        return tables.database()
                .table(table)
                .flatMap(found -> found.column(column))
                .flatMap(found -> value(found.type(), collation, text));
    }

    /// A value of a column's type, as far as expressions can make one.
    private static Optional<String> value(
            ColumnType type, String collation, @Nullable String text) {
        if (text == null) {
            return Optional.of("NULL");
        }
        if (type.kind() == Kind.ENUM || MySqlTypes.isSet(type)) {
            return Optional.of(KeyLiteral.collated(text, collation));
        }
        return switch (type.name()) {
            case "text", "varchar" -> Optional.of(KeyLiteral.collated(text, collation));
            case "int2", "int4", "int8", "numeric" -> Optional.of(KeyLiteral.of(type, text));
            case "float4", "float8" -> Optional.of(cast(text, "DOUBLE"));
            case "date" -> Optional.of(cast(text, "DATE"));
            case "time" -> Optional.of(cast(text, "TIME(6)"));
            // In UTC, which the server would say in other letters.
            case "timestamp", "timestamptz" ->
                    Optional.of(cast(text.replaceFirst("Z$", ""), "DATETIME(6)"));
            default -> Optional.empty();
        };
    }

    /// Made-up texts may be beyond what the server takes for a time: it makes NULL of those.
    private static String cast(String text, String type) {
        return "CAST(" + KeyLiteral.string(text) + " AS " + type + ")";
    }
}
