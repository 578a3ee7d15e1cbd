package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.twin.StructureStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Triggers of a live twin that would fire while rows are merged: no session can pass them over, so
/// they are dropped before, and made again after it. What they are is noted among what is staged
/// before the first is dropped, and whoever comes next makes them again.
final class MySqlTriggers {
    private static final String NAME = "understudy_trigger";

    static final String TABLE =
            NAME
                    + " (position int NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(64) NOT NULL, statement longtext NOT NULL, sql_mode text NOT NULL, collation_name varchar(64) NOT NULL)";

    private MySqlTriggers() {}

    private static String table(String staging) {
        return MySqlTwin.in(staging, NAME);
    }

    /// Whether triggers were dropped that are not made again.
    static boolean areMissing(Statement statement, String staging) throws SQLException {
        if (!MySqlTwin.tables(statement, staging).contains(NAME)) {
            return false;
        }
        return !MySqlTwin.texts(statement, "SELECT 1 FROM " + table(staging) + " LIMIT 1")
                .isEmpty();
    }

    /// The tables of the twin that have triggers.
    static List<String> tables(Statement statement, MySqlTwin twin) throws SQLException {
        return MySqlTwin.texts(
                statement,
                "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_schema = "
                        + MySqlName.literal(twin.live()));
    }

    /// Drops those of some tables. Each is noted before; commits by itself.
    static void drop(Connection session, MySqlTwin twin, List<String> tables) throws SQLException {
        var names = new ArrayList<String>();
        try (var query =
                        session.prepareStatement(
                                "SELECT trigger_name, action_timing, event_manipulation, event_object_table, action_statement, sql_mode, collation_connection FROM information_schema.triggers WHERE trigger_schema = ? AND event_object_table = ? ORDER BY action_timing, event_manipulation, action_order");
                var note =
                        session.prepareStatement(
                                "INSERT INTO "
                                        + table(twin.staging())
                                        + " (name, statement, sql_mode, collation_name) VALUES (?, ?, ?, ?)")) {
            for (String table : tables) {
                query.setString(1, twin.live());
                query.setString(2, table);
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        names.add(rows.getString(1));
                        note.setString(1, rows.getString(1));
                        note.setString(
                                2,
                                "CREATE TRIGGER %s %s %s ON %s FOR EACH ROW %s"
                                        .formatted(
                                                MySqlName.quote(rows.getString(1)),
                                                rows.getString(2),
                                                rows.getString(3),
                                                MySqlName.quote(rows.getString(4)),
                                                rows.getString(5)));
                        note.setString(3, rows.getString(6));
                        note.setString(4, rows.getString(7));
                        note.executeUpdate();
                    }
                }
            }
        }
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String each : names) {
                statement.execute("DROP TRIGGER " + MySqlTwin.in(twin.live(), each));
            }
        }
    }

    /// Makes those again that are noted, in their order; may be repeated.
    static void restore(Statement statement, MySqlTwin twin) throws SQLException {
        if (!areMissing(statement, twin.staging())) {
            return;
        }
        var triggers = new ArrayList<StructureStatement>();
        try (var rows =
                statement.executeQuery(
                        "SELECT name, statement, sql_mode, collation_name FROM "
                                + table(twin.staging())
                                + " ORDER BY position")) {
            while (rows.next()) {
                triggers.add(
                        new StructureStatement(
                                "trigger",
                                rows.getString(1),
                                Optional.empty(),
                                false,
                                List.of(
                                        "SET SESSION sql_mode = "
                                                + MySqlName.literal(rows.getString(3)),
                                        "SET SESSION collation_connection = " + rows.getString(4)),
                                rows.getString(2),
                                Optional.empty()));
            }
        }
        statement.execute("USE " + MySqlName.quote(twin.live()));
        for (StructureStatement each : triggers) {
            statement.execute("DROP TRIGGER IF EXISTS " + MySqlName.quote(each.object()));
        }
        for (StructureStatement each : triggers) {
            try {
                MySqlStructure.apply(statement.getConnection(), each);
            } catch (SQLException e) {
                throw MySqlFailure.of(Failure.Kind.TARGET, "making again the " + each.what(), e);
            }
        }
        statement.execute("DELETE FROM " + table(twin.staging()));
    }
}
