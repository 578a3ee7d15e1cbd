package dev.understudy.jobs.copy;

import java.util.Optional;

/// What became of one table.
///
/// @param sourceRows read, in all snapshots
/// @param countedInSource rows that the source counts itself, under the snapshot that all of them
///   came from; empty if that snapshot has ended with an earlier execution
/// @param mixed whether the rows came from several snapshots
/// @param twinRows counted in the twin; empty without one
/// @param lakeRows counted in the footers of the lake's parts; empty without one
/// @param keptChecksum over the kept columns as they were read, hex
/// @param agrees whether all counts and checksums agree
public record TableOutcome(
        String table,
        long sourceRows,
        Optional<Long> countedInSource,
        boolean mixed,
        Optional<Long> twinRows,
        Optional<Long> lakeRows,
        long bytes,
        int maskedColumns,
        int keptColumns,
        long unfitValues,
        String keptChecksum,
        boolean agrees,
        boolean structureOnly,
        long millis) {}
