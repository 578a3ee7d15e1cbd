package dev.understudy.jobs.copy;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The truth about a run's progress, kept in the output itself and committed together with the
/// rows. Nothing else decides where a restart goes on.
///
/// Thread-safe. A process that was overtaken by another (a lower fence) cannot record any more: its
/// attempts fail.
interface Ledger {
    /// The splits of the run, as they were decided when it began; empty if it has not begun.
    List<Split> splits();

    /// What the run was made from, as {@link #begin} was told; empty if it has not begun.
    String fingerprint();

    /// Where the source stood with each table when the run began, as {@link #begin} was told; empty
    /// if it has not begun.
    Map<String, Positions.OfTable> positions();

    /// Begins the run. Once it returns, the splits never change.
    ///
    /// @param fingerprint of everything that must be the same when a later execution goes on
    /// @param positions at the first point in time that rows are read at
    void begin(List<Split> splits, String fingerprint, Map<String, Positions.OfTable> positions);

    /// What is durable of every piece that has a checkpoint.
    Map<PieceId, Checkpoint> checkpoints();

    /// Records a checkpoint.
    ///
    /// @param twin the session in whose open transaction the rows were written; the ledger commits
    ///   it. Null without a twin
    void record(@Nullable Connection twin, PieceId piece, Checkpoint checkpoint);

    /// Returns when every checkpoint so far survives the outputs' own crash. Before that, a
    /// checkpoint may be lost together with its rows, which is only work to repeat; a split that
    /// Spring Batch will never ask for again must be beyond it.
    ///
    /// @param twin a session of the twin that is in no transaction; null without a twin
    void makeDurable(@Nullable Connection twin);

    /// Opens the next snapshot's number: 1 for the first.
    int nextSnapshot();
}
