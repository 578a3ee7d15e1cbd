package dev.understudy.jobs.copy;

import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One piece while it is copied: what its last checkpoint said, and what has been added since. One
/// thread.
final class PieceCopy {
    final PieceId id;
    final Piece piece;
    final TableTarget target;
    final RowMasker masker;
    final CopyProgress.OfTable progress;
    private final long startedNanos = System.nanoTime();
    private final int snapshot;
    private final Checkpoint began;
    private final List<Checkpoint.LakePart> parts;
    private final long unfitBefore;
    private List<UnfitCount> unfitCounts;
    private long rows;
    private long bytes;
    private long keptChecksum;
    private long sentChecksum;
    private Optional<KeyValue> last;

    PieceCopy(
            PieceId id,
            Piece piece,
            TableTarget target,
            RowMasker masker,
            CopyProgress.OfTable progress,
            Checkpoint began,
            int snapshot) {
        this.id = id;
        this.piece = piece;
        this.target = target;
        this.masker = masker;
        this.progress = progress;
        this.began = began;
        this.snapshot = began.mixedWith(snapshot) ? Checkpoint.SEVERAL : snapshot;
        this.parts = new ArrayList<>(began.parts());
        this.unfitBefore = began.unfit() - masker.unfit();
        unfitCounts = began.unfitCounts();
        rows = began.rows();
        bytes = began.bytes();
        keptChecksum = began.keptChecksum();
        sentChecksum = began.sentChecksum();
        last = began.last();
    }

    Checkpoint began() {
        return began;
    }

    /// Counts a block that is handed on.
    ///
    /// @param readChecksum over the kept columns as they were read
    void add(RowBatch read, RowBatch sent, long readChecksum, Optional<KeyValue> lastKey) {
        rows += sent.rows();
        bytes += read.size();
        keptChecksum += readChecksum;
        sentChecksum += masker.checksum().of(sent);
        if (lastKey.isPresent()) {
            last = lastKey;
        }
        progress.add(sent.rows(), read.size());
    }

    long rows() {
        return rows;
    }

    /// The last key that was read, if the piece is read in order and any row was.
    Optional<KeyValue> last() {
        return last;
    }

    int nextPart() {
        return parts.size() + 1;
    }

    void add(Checkpoint.LakePart part) {
        parts.add(part);
    }

    Checkpoint checkpoint(boolean done) {
        unfitCounts =
                UnfitCount.together(
                        Stream.concat(unfitCounts.stream(), masker.takeUnfitCounts().stream()));
        long millis = began.millis() + (System.nanoTime() - startedNanos) / 1_000_000;
        return new Checkpoint(
                last,
                rows,
                bytes,
                keptChecksum,
                sentChecksum,
                unfitBefore + masker.unfit(),
                unfitCounts,
                parts,
                snapshot,
                millis,
                done);
    }
}
