package dev.understudy.jobs.copy;

import dev.understudy.lake.Part;
import dev.understudy.lake.PartWriter;
import dev.understudy.rows.RowBatch;

/// A part of the lake that is being written. One thread.
final class LakePartWriter implements AutoCloseable {
    private final PartWriter writer;
    private final long fullBytes;

    LakePartWriter(PartWriter writer, long fullBytes) {
        this.writer = writer;
        this.fullBytes = fullBytes;
    }

    void write(RowBatch batch) {
        writer.write(batch);
    }

    /// Whether the part is large enough to be closed at a checkpoint.
    boolean isFull() {
        return writer.bytesWritten() >= fullBytes;
    }

    Checkpoint.LakePart finish() {
        Part part = writer.finish();
        return new Checkpoint.LakePart(part.key(), part.rows(), part.bytes(), part.sha256());
    }

    @Override
    public void close() {
        writer.close();
    }
}
