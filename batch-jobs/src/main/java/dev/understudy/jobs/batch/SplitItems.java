package dev.understudy.jobs.batch;

import dev.understudy.jobs.copy.CopyRun;
import dev.understudy.jobs.copy.SplitBatch;
import dev.understudy.jobs.copy.SplitCopy;
import dev.understudy.rows.Failure;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.ItemStreamWriter;

/// A split's copying as Spring Batch sees it: one batch after the other, whose rows are read,
/// masked and written in the writer's turn, so that no batch has to be whole in memory. The context
/// only keeps counts for people; where to go on is the outputs' own knowledge. Spring Batch logs
/// and stores what an exception says, so only failures, which hold no values, get there.
final class SplitItems implements ItemStreamReader<SplitBatch>, ItemStreamWriter<SplitBatch> {
    static final String ROWS = "rows";
    static final String BYTES = "bytes";

    private final CopyRun run;
    private final int split;
    private final StepExecution execution;
    private @Nullable SplitCopy copy;
    private long rows;
    private long bytes;

    SplitItems(CopyRun run, int split, StepExecution execution) {
        this.run = run;
        this.split = split;
        this.execution = execution;
    }

    @Override
    public @Nullable SplitBatch read() {
        if (run.mustStop()) {
            // Takes effect after this chunk, whose end is a checkpoint.
            execution.setTerminateOnly();
        }
        try {
            SplitCopy current = copy;
            if (current == null) {
                // Not in open(): that is called for reader, processor and writer alike.
                current = run.copy(split);
                copy = current;
            }
            return current.next();
        } catch (RuntimeException e) {
            throw Failure.safe(e);
        }
    }

    @Override
    public void write(Chunk<? extends SplitBatch> chunk) {
        for (SplitBatch batch : chunk) {
            try {
                java.util.Objects.requireNonNull(copy).copy(batch);
            } catch (RuntimeException e) {
                throw Failure.safe(e);
            }
            rows += batch.rows();
            bytes += batch.bytes();
        }
    }

    @Override
    public void update(ExecutionContext context) {
        context.putLong(ROWS, rows);
        context.putLong(BYTES, bytes);
    }

    @Override
    public void close() {
        if (copy != null) {
            copy.close();
            copy = null;
        }
    }
}
