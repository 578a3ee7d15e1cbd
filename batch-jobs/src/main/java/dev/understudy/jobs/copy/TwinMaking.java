package dev.understudy.jobs.copy;

import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.twin.TwinDatabase.State;
import dev.understudy.twin.TwinSessions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a run brings a source's rows into its twin: all of them into a new one ({@link WholeTwin}),
/// or what has changed into the live one ({@link ChangedTwin}). The steps are called in this order;
/// a later execution finds by {@link #state} which of them are done.
interface TwinMaking extends AutoCloseable {
    State state();

    /// Makes the twin ready for rows, or finds it so.
    ///
    /// @param begun whether an earlier execution has begun
    /// @return the ledger of what is written
    TwinLedger prepare(boolean begun) throws InterruptedException;

    /// Opens what an earlier execution has prepared and filled, to complete it, unless it is open.
    ///
    /// @return the ledger, if it was not open
    Optional<TwinLedger> reopen();

    /// Where rows are written.
    TwinSessions sessions();

    /// The twin's table that takes a table's rows.
    TableName into(Table table);

    /// Whatever of the twin must be the same when a later execution goes on.
    List<String> definition();

    /// The structure as SQL, in the order in which it is executed, so that a snapshot of the lake
    /// can be restored.
    List<String> statements();

    /// The condition that rows of a table must meet besides others, if not all of them come.
    Optional<String> condition(TableName table);

    /// Whether any row of a table may have to be copied; known once it is prepared.
    default boolean reads(TableName table) {
        return true;
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
    void tableDone(TableName table, long rows);

    /// Does what comes after all rows.
    void finish() throws InterruptedException;

    /// What is not as in the source, for people.
    List<String> notCarried();

    /// Where this execution's point in time is, for the next run of a job with deltas.
    Map<String, Positions.OfTable> positions();

    /// Marks the twin as complete: from then on a restart only publishes it.
    ///
    /// @param receipt what the twin is, for whoever looks at it
    void complete(String receipt);

    /// Puts the twin in its place; may be repeated.
    void publish();

    /// Removes what publishing has left.
    void clean();

    @Override
    void close();
}
