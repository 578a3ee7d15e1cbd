package dev.understudy.mysql;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/// A statement that makes a part of a schema's structure, in a session whose default database is
/// that schema. Such statements commit by themselves, so each can be repeated: it knows how to see
/// that it has been done.
///
/// @param kind of the object that it makes: `table`, `index`, `foreign key`, `view`
/// @param object its name, for messages
/// @param table of the source that it belongs to, if to one
/// @param alone whether it needs no other table: such statements, if they follow each other and are
///   of different tables, may be executed side by side
/// @param settings statements to be executed right before it
/// @param sql the statement itself
/// @param done a query that gives a row if it has been done; empty if it replaces what is there
public record MySqlStatement(
        String kind,
        String object,
        Optional<TableName> table,
        boolean alone,
        List<String> settings,
        String sql,
        Optional<String> done) {
    public MySqlStatement {
        settings = List.copyOf(settings);
    }

    /// Does it, unless it has been done. The session's settings are as before when it returns.
    public void apply(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            if (done.isPresent() && hasRow(statement, done.get())) {
                return;
            }
            if (settings.isEmpty()) {
                statement.execute(sql);
                return;
            }
            String before = restoring(statement);
            try {
                for (String each : settings) {
                    statement.execute(each);
                }
                statement.execute(sql);
            } finally {
                statement.execute(before);
            }
        }
    }

    private static boolean hasRow(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static String restoring(Statement statement) throws SQLException {
        try (var row =
                statement.executeQuery("SELECT @@sql_mode, @@collation_connection, @@time_zone")) {
            row.next();
            return "SET SESSION sql_mode = %s, collation_connection = %s, time_zone = %s"
                    .formatted(
                            MySqlName.literal(row.getString(1)),
                            row.getString(2),
                            MySqlName.literal(row.getString(3)));
        }
    }
}
