package dev.understudy.twin;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a run writes its rows, and a bounded pool of sessions on it. Thread-safe; a session
/// belongs to one thread.
public interface TwinSessions extends AutoCloseable {
    /// Borrows a session, in autocommit mode; closing it gives it back.
    Connection session();

    /// Writes rows of one table inside the session's transaction.
    RowWriter writer(Connection session, RowShape shape);

    /// Why rows are loaded more slowly than this engine can, and what to do about it; empty if they
    /// are not.
    default Optional<String> slowness() {
        return Optional.empty();
    }

    /// How many rows of each of these tables were written.
    Map<TableName, Long> count(Connection session, List<TableName> tables) throws SQLException;

    /// How the run's progress is kept in this database.
    LedgerSql ledger();

    /// What went wrong, without any row's value.
    Failure failure(String doing, SQLException e);

    /// Whether a statement failed because it was cancelled.
    boolean isCancelled(SQLException e);

    /// Ends all sessions.
    @Override
    void close();
}
