package dev.understudy.jobs.copy;

import dev.understudy.config.Tuning;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Copies one split, by one thread: {@link #next}, then {@link #copy}, until nothing is left. What
/// was not checkpointed when it is closed has not happened.
///
/// A batch passes in blocks, each read, masked and sent on before the next one is read. So the rows
/// are in the core's cache for all passes over them, the servers work while we do, and memory does
/// not grow with the batch. Measured against whole batches of 8 MB: a fifth less CPU.
public final class SplitCopy implements AutoCloseable {
    /// Read and masked, a block takes half of a common second-level cache.
    private static final int BLOCK_BYTES = 1 << 18;

    private static final int BLOCK_ROWS = 4096;

    /// About how long a batch takes. Spring Batch stores something after each, which is for people
    /// and costs more than the copying of a small table: where to go on is what the checkpoints
    /// say, and there are several in a batch.
    private static final long BATCH_NANOS = 1_000_000_000;

    private static final int KEPT_MEMORY = 16 << 20;

    private final CopyRun run;
    private final Split split;
    private final Map<PieceId, Checkpoint> checkpoints;
    private final SourceCopy of;
    private SourceSession source;
    private final SplitWriter writer;
    private final Map<TableName, RowMasker> maskers = new HashMap<>();
    private final RowBatch read;
    private final RowBatch masked;
    private int next;
    private @Nullable PieceCopy piece;
    private @Nullable RowReader reader;

    SplitCopy(CopyRun run, Split split) {
        this.run = run;
        this.split = split;
        this.checkpoints = run.checkpoints();
        var shape = run.target(split.pieces().getFirst().table()).read();
        read = new RowBatch(shape, 1 << 16);
        masked = new RowBatch(shape, 1 << 16);
        of = run.of(split.pieces().getFirst().table());
        source = of.database().join();
        writer = new SplitWriter(run, split);
    }

    /// The next batch, whose rows are still to be copied; null when the split is complete.
    public @Nullable SplitBatch next() {
        if (reader == null && !openNextPiece()) {
            writer.finish();
            return null;
        }
        return new SplitBatch(split);
    }

    /// Copies the rows of a batch to every output, and makes checkpoints where they are due. Ends
    /// at one, soon after somebody asked to stop.
    public void copy(SplitBatch batch) {
        long began = System.nanoTime();
        do {
            copyToCheckpoint(batch);
        } while (!run.mustStop()
                && System.nanoTime() - began < BATCH_NANOS
                && (reader != null || openNextPiece()));
    }

    private void copyToCheckpoint(SplitBatch batch) {
        PieceCopy copied = Objects.requireNonNull(piece);
        Tuning tuning = run.config().tuning();
        long endRows = batch.rows() + tuning.batchRows();
        long endBytes = batch.bytes() + tuning.batchBytes();
        boolean last;
        do {
            RowReader from = readBlock(copied);
            masked.clear(copied.target.written());
            masked.trim(KEPT_MEMORY);
            long keptChecksum = copied.masker.mask(read, masked);
            copied.add(read, masked, keptChecksum, lastKey(copied));
            writer.write(copied, masked);
            batch.add(read);
            last = from.isAtEnd();
        } while (!last && batch.rows() < endRows && batch.bytes() < endBytes);
        if (last) {
            Objects.requireNonNull(reader).close();
            reader = null;
        }
        writer.checkpointIfDue(copied, last);
    }

    private RowReader readBlock(PieceCopy copied) {
        RowReader from = Objects.requireNonNull(reader);
        read.clear(copied.target.read());
        read.trim(KEPT_MEMORY);
        try {
            from.read(read);
            return from;
        } catch (Failure e) {
            RowReader other = goOnElsewhere(copied, from, e);
            read.clear(copied.target.read());
            other.read(read);
            return other;
        }
    }

    /// All sessions of the source see the same rows, so where the server has ended one, another one
    /// goes on behind the last row. Without an order nobody knows which that is.
    private RowReader goOnElsewhere(PieceCopy copied, RowReader from, Failure lost) {
        from.close();
        if (!copied.piece.ordered() || source.lives()) {
            throw lost;
        }
        try {
            source.close();
            source = of.database().join();
            RowReader other = open(copied);
            reader = other;
            run.wentOn(split, lost);
            return other;
        } catch (Failure e) {
            lost.addSuppressed(e);
            throw lost;
        }
    }

    private boolean openNextPiece() {
        while (next < split.pieces().size()) {
            var id = new PieceId(split.number(), next);
            Piece candidate = split.pieces().get(next++);
            Checkpoint began = checkpoints.getOrDefault(id, Checkpoint.none(of.snapshotNumber()));
            if (began.done()) {
                continue;
            }
            TableTarget target = run.target(candidate.table());
            RowMasker masker = maskers.computeIfAbsent(candidate.table(), _ -> run.masker(target));
            piece =
                    new PieceCopy(
                            id,
                            candidate,
                            target,
                            masker,
                            run.progress().of(candidate.table()),
                            began,
                            of.snapshotNumber());
            reader = open(piece);
            return true;
        }
        return false;
    }

    private RowReader open(PieceCopy opened) {
        KeyRange whole = opened.piece.range();
        return source.read(
                opened.target.query(
                        opened.last().map(whole::resumeAfter).orElse(whole),
                        opened.piece.ordered()),
                Math.min(BLOCK_ROWS, run.config().tuning().batchRows()),
                Math.min(BLOCK_BYTES, run.config().tuning().batchBytes()));
    }

    private Optional<KeyValue> lastKey(PieceCopy of) {
        if (!of.piece.ordered() || read.rows() == 0) {
            return Optional.empty();
        }
        TableTarget target = of.target;
        var texts = new ArrayList<String>();
        for (RowColumn column : target.keyColumns()) {
            int start = read.valueStart(read.rows() - 1, target.read().indexOf(column.name()));
            texts.add(new ColumnText(column).of(read.bytes(), start, read.valueLength(start)));
        }
        return Optional.of(new KeyValue(texts));
    }

    @Override
    public void close() {
        try {
            if (reader != null) {
                reader.close();
                reader = null;
            }
        } finally {
            try {
                writer.close();
            } finally {
                source.close();
            }
        }
    }
}
