package dev.understudy.twin;

import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The database that is being loaded as a whole.
public interface LoadingTwin extends TwinSessions {
    /// What the twin will be made from, for some of the source's tables. Everything else that is
    /// asked for comes later.
    ///
    /// @param unheld counts for a source of another engine
    /// @param deltas whether the twin is one that changes will be merged into
    Blueprint blueprint(
            SourceDatabase source, Predicate<TableName> wanted, Unheld unheld, boolean deltas);

    /// The statement that adds the column of the source's key to a table, before its rows.
    StructureStatement addKeyColumn(TableName table, String column);

    /// The statement that indexes that column, after the rows.
    StructureStatement indexKeyColumn(TableName table, String column);

    /// Executes steps one after the other in a session without autocommit, in as few round trips as
    /// the engine allows. Steps that an earlier attempt has done already are passed over where the
    /// engine commits them by themselves.
    ///
    /// @throws dev.understudy.rows.Failure that names the step
    void execute(Connection session, Statement statement, List<StructureStep> steps)
            throws SQLException;

    /// Does in the session's transaction what comes last of all, and marks the twin as complete:
    /// from then on a restart only publishes it. The caller commits.
    ///
    /// @param receipt what the twin is, for whoever looks at it
    /// @param position from which the next run can go on, for {@link TwinChange#position}; empty if
    ///   none will
    /// @return what the server, being of another product than the source's, lacks the words for
    List<NotCarried> complete(
            Connection session, Blueprint blueprint, String receipt, Optional<String> position)
            throws SQLException;

    /// Constraints that are there and that rows do not meet, once everything is made: those that
    /// the source's own rows did not meet, or that its engine has another idea of.
    List<NotCarried> unmet(Connection session) throws SQLException;
}
