package dev.understudy.jobs.copy;

import dev.understudy.rows.KeyValue;
import java.util.List;
import java.util.Optional;

/// What of a piece is durable in every output, as the outputs themselves say.
///
/// @param last the key of the last row; empty before the first checkpoint and for pieces that are
///   read without order
/// @param keptChecksum sum of the row hashes over the kept columns, as read from the source
/// @param sentChecksum the same over what was handed to the outputs; differs only if a kept value
///   was damaged on the way
/// @param unfit values that were replaced by their format class
/// @param unfitCounts the same by columns and shapes
/// @param parts the lake's parts, in their order
/// @param snapshot the number of the snapshot that the rows came from, or {@link #SEVERAL}
/// @param done whether the piece is complete
record Checkpoint(
        Optional<KeyValue> last,
        long rows,
        long bytes,
        long keptChecksum,
        long sentChecksum,
        long unfit,
        List<UnfitCount> unfitCounts,
        List<LakePart> parts,
        int snapshot,
        long millis,
        boolean done) {
    /// In place of a snapshot's number: the rows came from more than one.
    static final int SEVERAL = 0;

    Checkpoint {
        unfitCounts = List.copyOf(unfitCounts);
        parts = List.copyOf(parts);
    }

    /// Whether rows of this snapshot beside those that are there would come from several.
    boolean mixedWith(int next) {
        return last.isPresent() && snapshot != next;
    }

    static Checkpoint none(int snapshot) {
        return new Checkpoint(
                Optional.empty(), 0, 0, 0, 0, 0, List.of(), List.of(), snapshot, 0, false);
    }

    /// A finished part of the lake.
    ///
    /// @param key its object's key
    /// @param checksum of the object's bytes, as the lake computes it
    record LakePart(String key, long rows, long bytes, String checksum) {}
}
