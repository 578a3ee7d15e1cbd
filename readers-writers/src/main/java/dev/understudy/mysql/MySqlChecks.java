package dev.understudy.mysql;

import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe.Question;
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
        Optional<ColumnType> type =
                tables.database()
                        .table(name)
                        .flatMap(table -> table.column(question.column()))
                        .map(column -> column.type());
        if (type.isEmpty() || question.values().isEmpty()) {
            return Optional.empty();
        }
        String collation =
                tables.collations()
                        .getOrDefault(name, Map.of())
                        .getOrDefault(question.column(), "utf8mb4_bin");
        var rows = new StringJoiner(" UNION ALL ");
        for (int i = 0; i < question.values().size(); i++) {
            Optional<String> value = value(type.get(), collation, question.values().get(i));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            rows.add(
                    "SELECT "
                            + value.get()
                            + " AS "
                            + MySqlName.quote(question.column())
                            + ", "
                            + i
                            + " AS `understudy number`");
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
            case "int2", "int4", "int8", "numeric", "date", "time", "timestamp", "timestamptz" ->
                    Optional.of(cast(type, KeyLiteral.of(type, text)));
            default -> Optional.empty();
        };
    }

    private static String cast(ColumnType type, String literal) {
        return switch (type.name()) {
            case "date" -> "CAST(" + literal + " AS DATE)";
            case "time" -> "CAST(" + literal + " AS TIME(6))";
            case "timestamp", "timestamptz" -> "CAST(" + literal + " AS DATETIME(6))";
            default -> literal;
        };
    }
}
