package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.twin.TwinChange.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/// What a run leaves in a twin for the next one: who it was, in the database's comment, and where
/// it stood, in the table `understudy.position`. Both change in the run's last transaction.
final class PostgresPosition {
    static final String CREATE =
            """
            CREATE SCHEMA IF NOT EXISTS understudy;
            CREATE TABLE IF NOT EXISTS understudy.position (run text NOT NULL, content text NOT NULL);
            """;

    private PostgresPosition() {}

    /// Puts a position in the place of any other.
    static void write(Connection session, String run, String content) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute(CREATE);
            statement.execute("DELETE FROM understudy.position");
        }
        try (var insert =
                session.prepareStatement("INSERT INTO understudy.position VALUES (?, ?)")) {
            insert.setString(1, run);
            insert.setString(2, content);
            insert.executeUpdate();
        }
    }

    /// Says in the database's comment which run has made it what it is.
    static void stamp(Connection session, Statement statement, String run, String receipt)
            throws SQLException {
        statement.execute(
                "COMMENT ON DATABASE %s IS %s"
                        .formatted(
                                TableName.quote(session.getCatalog()),
                                CopyQuery.literal(PostgresTwin.stamp(run) + receipt)));
    }

    /// Where the run stood that the database's comment names; empty if it left nothing.
    static Optional<Position> read(Connection session) throws SQLException {
        if (!exists(session, "position")) {
            return Optional.empty();
        }
        try (var statement = session.createStatement();
                var row = statement.executeQuery("SELECT run, content FROM understudy.position")) {
            if (!row.next() || !isStamped(session, row.getString(1))) {
                return Optional.empty();
            }
            return Optional.of(new Position(row.getString(1), row.getString(2)));
        }
    }

    /// Whether a run was the last one to make or change the database.
    static boolean isStamped(Connection session, String run) throws SQLException {
        try (var statement = session.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database
                                WHERE datname = pg_catalog.current_database()
                                """)) {
            return row.next()
                    && row.getString(1) != null
                    && row.getString(1).startsWith(PostgresTwin.stamp(run));
        }
    }

    /// Whether schema `understudy` has a table.
    static boolean exists(Connection session, String table) throws SQLException {
        try (var query = session.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NOT NULL")) {
            query.setString(1, "understudy." + table);
            try (var row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
