package dev.understudy.jobs.copy;

import dev.understudy.rows.RowBatch;

/// The next rows of a split, of one piece or of many small ones, up to a checkpoint. They pass
/// through memory in blocks; this counts them. Spring Batch's item.
public final class SplitBatch {
    private final Split split;
    private long rows;
    private long bytes;

    SplitBatch(Split split) {
        this.split = split;
    }

    void add(RowBatch block) {
        rows += block.rows();
        bytes += block.size();
    }

    /// Copied so far.
    public long rows() {
        return rows;
    }

    public long bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "SplitBatch[" + split.title() + ", " + rows + " rows]";
    }
}
