package dev.understudy.twin;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The database that is being loaded, and a bounded pool of sessions on it. Thread-safe; a session
/// belongs to one thread.
public interface LoadingTwin extends AutoCloseable {
    /// Borrows a session, in autocommit mode; closing it gives it back.
    Connection session();

    /// What the twin will be made from, for some of the source's tables. Everything else that is
    /// asked for comes later.
    ///
    /// @param unheld counts for a source of another engine
    Blueprint blueprint(SourceDatabase source, Predicate<TableName> wanted, Unheld unheld);

    /// The statement that adds the column of the source's key to a table, before its rows.
    StructureStatement addKeyColumn(TableName table, String column);

    /// The statement that indexes that column, after the rows.
    StructureStatement indexKeyColumn(TableName table, String column);

    /// Executes steps one after the other in a session without autocommit, in as few round trips as
    /// the engine allows. Steps that an earlier attempt has done already are passed over where the
    /// engine commits them by themselves.
    ///
    /// @throws Failure that names the step
    void execute(Connection session, Statement statement, List<StructureStep> steps)
            throws SQLException;

    /// Does in the session's transaction what comes last of all, and marks the twin as complete:
    /// from then on a restart only publishes it. The caller commits.
    ///
    /// @param receipt what the twin is, for whoever looks at it
    void complete(Connection session, Blueprint blueprint, String receipt) throws SQLException;

    /// Constraints that are there and that rows do not meet, once everything is made: those that
    /// the source's own rows did not meet, or that its engine has another idea of.
    List<NotCarried> unmet(Connection session) throws SQLException;

    /// Writes rows of one table inside the session's transaction.
    RowWriter writer(Connection session, RowShape shape);

    /// Why rows are loaded more slowly than this engine can, and what to do about it; empty if they
    /// are not.
    default Optional<String> slowness() {
        return Optional.empty();
    }

    /// How many rows each of these tables has of its own.
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
