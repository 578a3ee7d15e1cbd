package dev.understudy.jobs.copy;

import dev.understudy.config.Problem;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.twin.TwinChange.Merged;
import dev.understudy.twin.TwinDatabase.State;
import dev.understudy.twin.TwinSessions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a run brings a source's rows into its outputs: all of them into a new twin ({@link
/// WholeTwin}), what has changed into the live one ({@link ChangedTwin}), or into the lake alone
/// ({@link LakeAlone}). The steps are called in this order; a later execution finds by {@link
/// #state} which of them are done.
interface OutputMaking extends AutoCloseable {
    State state();

    /// Makes the output ready for rows, or finds it so.
    ///
    /// @param begun whether an earlier execution has begun
    /// @return the ledger of what is written
    Ledger prepare(boolean begun) throws InterruptedException;

    /// Opens what an earlier execution has prepared and filled, to complete it, unless it is open.
    ///
    /// @return the ledger, if it was not open
    default Optional<TwinLedger> reopen() {
        return Optional.empty();
    }

    /// Where rows of a twin are written; only for sources that have one.
    TwinSessions sessions();

    /// The table that takes a table's rows.
    default TableName into(Table table) {
        return table.name();
    }

    /// Whatever of the twin must be the same when a later execution goes on.
    default List<String> definition() {
        return List.of();
    }

    /// The twin's structure as SQL, in the order in which it is executed, so that a snapshot of the
    /// lake can be restored.
    default List<String> statements() {
        return List.of();
    }

    /// Which rows a delta reads; known once it is prepared, and empty where all of them come.
    default Optional<DeltaRows> deltaRows() {
        return Optional.empty();
    }

    /// Whether the rows of a table go into the lake when all of them are in the twin, and not as
    /// they are copied.
    default boolean lakeFollows(TableName table) {
        return false;
    }

    /// How many rows of a table have come besides those that were copied, because they were not as
    /// in the source; known once everything after the rows is done.
    default long missed(TableName table) {
        return 0;
    }

    /// Starts what comes after the rows of a table.
    ///
    /// @param rows how many were copied
    default void tableDone(TableName table, long rows) {}

    /// Does what comes after all rows.
    default void finish() throws InterruptedException {}

    /// What is not as in the source, for people.
    default List<String> notCarried() {
        return List.of();
    }

    /// What the user should know before the rows come; known once it is prepared.
    default List<Problem> warnings() {
        return List.of();
    }

    /// What the user should know of the rows.
    default List<Problem> found() {
        return List.of();
    }

    /// Where this execution's point in time is, for the next run; asked of jobs with deltas alone.
    Map<String, Positions.OfTable> positions();

    /// What the lake's next version says of where the next run goes on; empty where the twin says
    /// it.
    default Optional<String> lakePosition() {
        return Optional.empty();
    }

    /// Marks the output as complete: from then on a restart only publishes it.
    ///
    /// @param receipt what a twin is, for whoever looks at it
    default void complete(String receipt) {}

    /// Puts a twin in its place; may be repeated.
    default void publish() {}

    /// What was done to each table; empty if an earlier execution has done it.
    default List<Merged> merged() {
        return List.of();
    }

    /// Removes what publishing has left.
    default void clean() {}

    @Override
    default void close() {}
}
