package dev.understudy.jobs.copy;

import dev.understudy.rows.RowBatch;

/// Rows on their way through a split: as they were read, then also as they are handed on. Spring
/// Batch's item. Its owner uses the same memory for the next one.
public final class SplitBatch {
    final PieceCopy piece;
    final RowBatch read;
    final RowBatch masked;
    final boolean last;
    long keptChecksum;

    SplitBatch(PieceCopy piece, RowBatch read, RowBatch masked, boolean last) {
        this.piece = piece;
        this.read = read;
        this.masked = masked;
        this.last = last;
    }

    public int rows() {
        return read.rows();
    }

    public int bytes() {
        return read.size();
    }

    @Override
    public String toString() {
        return read.toString();
    }
}
