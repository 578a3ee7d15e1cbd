package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.SQLException;

/// One point in time of a source, exported so that many sessions read the same rows. It holds back
/// vacuum on the source for as long as it is open. Thread-safe.
///
/// Source: PostgreSQL manual, "Snapshot Synchronization Functions".
public final class SourceSnapshot implements AutoCloseable {
    private final PostgresSessions sessions;
    private final Connection holder;
    private final String id;

    private SourceSnapshot(PostgresSessions sessions, Connection holder, String id) {
        this.sessions = sessions;
        this.holder = holder;
        this.id = id;
    }

    /// Opens a snapshot; one of the pool's sessions is kept until it is closed.
    public static SourceSnapshot export(PostgresSessions sessions) {
        Connection holder = sessions.session();
        try {
            begin(holder);
            try (var statement = holder.createStatement();
                    var result = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
                result.next();
                return new SourceSnapshot(sessions, holder, result.getString(1));
            }
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "cannot export a snapshot", e);
        }
    }

    /// The session that holds the snapshot: for counting and reading the catalog, one thread at a
    /// time.
    public Connection holder() {
        return holder;
    }

    /// Another session that sees the same rows. Give it back with {@link #leave}.
    public Connection join() {
        Connection session = sessions.session();
        try {
            begin(session);
            try (var statement = session.createStatement()) {
                statement.execute("SET TRANSACTION SNAPSHOT '" + id + "'");
            }
            return session;
        } catch (SQLException e) {
            leave(session);
            throw SqlFailure.of(Failure.Kind.SOURCE, "cannot join the snapshot", e);
        }
    }

    /// Gives a joined session back.
    public static void leave(Connection session) {
        try (session) {
            session.rollback();
            session.setAutoCommit(true);
        } catch (SQLException e) {
            // The session is broken and the pool drops it; nothing was written through it.
        }
    }

    private static void begin(Connection session) throws SQLException {
        session.setAutoCommit(false);
        session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        session.setReadOnly(true);
    }

    @Override
    public void close() {
        leave(holder);
    }
}
