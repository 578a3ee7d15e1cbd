package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.literal;

import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe.Question;
import dev.understudy.source.CheckProbe.Tried;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Evaluates checks in a session on the source.
final class CheckQuestions {
    private final Connection connection;

    CheckQuestions(Connection connection) {
        this.connection = connection;
    }

    Optional<List<@Nullable Boolean>> holds(Question question) {
        try {
            return connection.getAutoCommit() ? Optional.of(ask(question)) : askInside(question);
        } catch (SQLException e) {
            return Optional.empty(); // the expression itself fails; the message may hold a value
        }
    }

    private Optional<List<@Nullable Boolean>> askInside(Question question) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            return Optional.of(ask(question));
        } catch (SQLException e) {
            connection.rollback(before);
            return Optional.empty();
        } finally {
            connection.releaseSavepoint(before);
        }
    }

    private List<@Nullable Boolean> ask(Question question) throws SQLException {
        var columns = new StringJoiner(", ");
        var values = new StringJoiner(", ");
        var names = new StringJoiner(", ");
        for (int i = 0; i < question.columns().size(); i++) {
            Tried each = question.columns().get(i);
            String name = "\"understudy value " + i + "\"";
            columns.add(
                    "%s::%s AS %s".formatted(name, each.sqlType(), TableName.quote(each.column())));
            String[] made = each.values().toArray(new String[0]);
            values.add(literal(connection.createArrayOf("text", made).toString()) + "::text[]");
            names.add(name);
        }
        String sql =
                """
                SELECT (%s)::boolean FROM (
                  SELECT %s, "understudy number"
                  FROM unnest(%s) WITH ORDINALITY AS probe(%s, "understudy number")
                ) AS %s ORDER BY "understudy number"
                """
                        .formatted(
                                question.expression(),
                                columns,
                                values,
                                names,
                                TableName.quote(question.table()));
        try (Statement statement = connection.createStatement()) {
            // The driver would take a question mark of an operator for a parameter; doubled, one
            // within a text would be two.
            statement.setEscapeProcessing(false);
            var answers = new ArrayList<@Nullable Boolean>();
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    boolean holds = rows.getBoolean(1);
                    answers.add(rows.wasNull() ? null : Boolean.valueOf(holds));
                }
            }
            return answers;
        }
    }
}
