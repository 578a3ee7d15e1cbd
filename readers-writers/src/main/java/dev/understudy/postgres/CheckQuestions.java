package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe.Question;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        String sql =
                """
                SELECT (%s)::boolean FROM (
                  SELECT "understudy value"::%s AS %s, "understudy number"
                  FROM unnest(?::text[]) WITH ORDINALITY AS probe("understudy value", "understudy number")
                ) AS %s ORDER BY "understudy number"
                """
                        .formatted(
                                question.expression().replace("?", "??"),
                                question.sqlType(),
                                TableName.quote(question.column()),
                                TableName.quote(question.table()));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Array values =
                    connection.createArrayOf("text", question.values().toArray(new String[0]));
            statement.setArray(1, values);
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
