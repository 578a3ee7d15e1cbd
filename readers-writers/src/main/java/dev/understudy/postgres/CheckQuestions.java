package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe.Question;
import dev.understudy.source.CheckProbe.Tried;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
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
        var parameters = new StringJoiner(", ");
        var names = new StringJoiner(", ");
        for (int i = 0; i < question.columns().size(); i++) {
            Tried each = question.columns().get(i);
            String name = "\"understudy value " + i + "\"";
            columns.add(
                    "%s::%s AS %s".formatted(name, each.sqlType(), TableName.quote(each.column())));
            parameters.add("?::text[]");
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
                                question.expression().replace("?", "??"),
                                columns,
                                parameters,
                                names,
                                TableName.quote(question.table()));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < question.columns().size(); i++) {
                List<@Nullable String> values = question.columns().get(i).values();
                statement.setArray(
                        i + 1, connection.createArrayOf("text", values.toArray(new String[0])));
            }
            var answers = new ArrayList<@Nullable Boolean>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    boolean holds = rows.getBoolean(1);
                    answers.add(rows.wasNull() ? null : Boolean.valueOf(holds));
                }
            }
            return answers;
        }
    }
}
