package dev.understudy.jobs.copy;

import dev.understudy.lake.Part;
import dev.understudy.lake.PartWriter;
import dev.understudy.rows.RowBatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Changes of a table on their way into the lake. One thread.
final class LakeChangeWriter implements AutoCloseable {
    private final Supplier<PartWriter> next;
    private final Consumer<Part> done;
    private final long fullBytes;
    private @Nullable PartWriter part;

    /// @param fullBytes behind which size a part is closed
    LakeChangeWriter(Supplier<PartWriter> next, Consumer<Part> done, long fullBytes) {
        this.next = next;
        this.done = done;
        this.fullBytes = fullBytes;
    }

    /// Adds rows in the shape that the table's rows are written in, masked as they are; of deleted
    /// ones, with NULL in all columns that are not of the key.
    void write(RowBatch batch) {
        if (batch.rows() == 0) {
            return;
        }
        PartWriter open = part == null ? next.get() : part;
        part = open;
        open.write(batch);
        if (open.bytesWritten() >= fullBytes) {
            finish();
        }
    }

    /// Makes what was added part of the version that the run publishes.
    void finish() {
        if (part != null) {
            done.accept(part.finish());
            part = null;
        }
    }

    /// Gives up what was added since the last finished part.
    @Override
    public void close() {
        if (part != null) {
            part.close();
        }
    }
}
