package dev.understudy.jobs.copy;

import dev.understudy.postgres.CopyQuery;
import dev.understudy.postgres.CopyReader;
import dev.understudy.postgres.SourceSnapshot;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Copies one split: {@link #read}, {@link #mask} and {@link #write} in turn, by one thread, until
/// there is nothing to read. What was not checkpointed when it is closed has not happened.
public final class SplitCopy implements AutoCloseable {
    private static final int KEPT_MEMORY = 16 << 20;

    private final CopyRun run;
    private final Split split;
    private final Map<PieceId, Checkpoint> checkpoints;
    private final Connection source;
    private final SplitWriter writer;
    private final Map<TableTarget, RowMasker> maskers = new HashMap<>();
    private final RowBatch readMemory;
    private final RowBatch maskedMemory;
    private int next;
    private @Nullable PieceCopy piece;
    private @Nullable CopyReader reader;

    SplitCopy(CopyRun run, Split split) {
        this.run = run;
        this.split = split;
        this.checkpoints = run.checkpoints();
        var shape = run.target(split.pieces().getFirst().table()).read();
        readMemory = new RowBatch(shape, 1 << 16);
        maskedMemory = new RowBatch(shape, 1 << 16);
        source = run.snapshot().join();
        writer = new SplitWriter(run, split);
    }

    /// The next rows; null when the split is complete. A table without rows gives one empty batch.
    public @Nullable SplitBatch read() {
        if (reader == null && !openNextPiece()) {
            writer.finish();
            return null;
        }
        CopyReader from = java.util.Objects.requireNonNull(reader);
        PieceCopy of = java.util.Objects.requireNonNull(piece);
        readMemory.clear(of.target.read());
        readMemory.trim(KEPT_MEMORY);
        from.read(readMemory);
        boolean last = from.isAtEnd();
        if (last) {
            from.close();
            reader = null;
        }
        return new SplitBatch(of, readMemory, maskedMemory, last);
    }

    private boolean openNextPiece() {
        while (next < split.pieces().size()) {
            var id = new PieceId(split.number(), next);
            Piece candidate = split.pieces().get(next++);
            Checkpoint began = checkpoints.getOrDefault(id, Checkpoint.none(run.snapshotNumber()));
            if (began.done()) {
                continue;
            }
            TableTarget target = run.target(candidate.table());
            RowMasker masker = maskers.computeIfAbsent(target, run::masker);
            piece =
                    new PieceCopy(
                            id,
                            candidate,
                            target,
                            masker,
                            run.progress().of(candidate.table()),
                            began,
                            run.snapshotNumber());
            KeyRange range =
                    began.last().map(candidate.range()::resumeAfter).orElse(candidate.range());
            var query =
                    new CopyQuery(target.read(), target.keyColumns(), range, candidate.ordered());
            reader =
                    CopyReader.open(
                            source,
                            query,
                            run.config().tuning().batchRows(),
                            run.config().tuning().batchBytes());
            return true;
        }
        return false;
    }

    /// Masks the rows.
    public SplitBatch mask(SplitBatch batch) {
        batch.masked.clear(batch.piece.target.written());
        batch.masked.trim(KEPT_MEMORY);
        batch.keptChecksum = batch.piece.masker.checksum().of(batch.read);
        batch.piece.masker.mask(batch.read, batch.masked);
        return batch;
    }

    /// Hands the rows to every output, and makes a checkpoint where one is due.
    public void write(SplitBatch batch) {
        batch.piece.add(batch, lastKey(batch));
        writer.write(batch);
    }

    private static Optional<KeyValue> lastKey(SplitBatch batch) {
        TableTarget target = batch.piece.target;
        RowBatch rows = batch.read;
        if (!batch.piece.piece.ordered() || rows.rows() == 0) {
            return Optional.empty();
        }
        var texts = new ArrayList<String>();
        for (RowColumn column : target.keyColumns()) {
            int start = rows.valueStart(rows.rows() - 1, target.read().indexOf(column.name()));
            texts.add(new ColumnText(column).of(rows.bytes(), start, rows.valueLength(start)));
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
                SourceSnapshot.leave(source);
            }
        }
    }
}
