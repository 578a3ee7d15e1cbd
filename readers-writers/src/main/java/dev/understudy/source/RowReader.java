package dev.understudy.source;

import dev.understudy.rows.RowBatch;

/// Reads rows into batches. One thread.
public interface RowReader extends AutoCloseable {
    /// Fills a batch with the next rows.
    ///
    /// @return whether it holds any
    boolean read(RowBatch batch);

    /// Whether the last row has been read. Known no later than with an empty batch, often one batch
    /// earlier.
    boolean isAtEnd();

    /// Ends reading. Before the last row it may cost the session, which then serves for nothing
    /// else.
    @Override
    void close();
}
