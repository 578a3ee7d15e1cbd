package dev.understudy.jobs.copy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;

/// What became of one table.
///
/// @param sourceRows read, in all snapshots
/// @param countedInSource rows that the source counts itself, under the snapshot that all of them
///   came from; empty if that snapshot has ended with an earlier execution
/// @param mixed whether the rows came from several snapshots
/// @param twinRows counted in the twin; empty without one
/// @param lakeRows counted in the footers of the lake's parts; empty without one
/// @param unfitValues values that were replaced by their format class
/// @param unfitCounts the same by columns and shapes
/// @param pulledRows that came although the config does not ask for them, because others reference
///   them
/// @param nullifiedKeys foreign keys that became NULL, because their row is left out
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
        List<UnfitCount> unfitCounts,
        long pulledRows,
        long nullifiedKeys,
        String keptChecksum,
        boolean agrees,
        boolean structureOnly,
        long millis) {
    public TableOutcome {
        // Outcomes of earlier versions have none.
        unfitCounts = List.copyOf(Objects.requireNonNullElse(unfitCounts, List.of()));
    }

    /// What does not agree, for people: `public.customer: 100 rows read, but 99 in the twin`.
    String difference() {
        var found = new StringJoiner(", ", table + ": " + sourceRows + " rows read, but ", "");
        found.setEmptyValue(
                table
                        + ": the rows are all there, but the kept columns' checksums as read and as handed on differ");
        differing(countedInSource, " counted in the source", found);
        differing(twinRows, " in the twin", found);
        differing(lakeRows, " in the lake", found);
        return found.toString();
    }

    private void differing(Optional<Long> rows, String where, StringJoiner found) {
        rows.filter(count -> count != sourceRows).ifPresent(count -> found.add(count + where));
    }
}
