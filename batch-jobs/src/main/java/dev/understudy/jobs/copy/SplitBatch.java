package dev.understudy.jobs.copy;

import dev.understudy.rows.RowBatch;

/// The next rows of a piece of a split, up to a checkpoint. They pass through memory in blocks;
/// this counts them. Spring Batch's item.
public final class SplitBatch {
    final PieceCopy piece;
    private long rows;
    private long bytes;

    SplitBatch(PieceCopy piece) {
        this.piece = piece;
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
        return "SplitBatch[" + piece.piece.table() + ", " + rows + " rows]";
    }
}
