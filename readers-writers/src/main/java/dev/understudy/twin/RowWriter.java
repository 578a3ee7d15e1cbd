package dev.understudy.twin;

import dev.understudy.rows.RowBatch;

/// Writes rows of one table in its caller's transaction. One thread.
public interface RowWriter {
    /// Sends the rows of a batch, whose values' type numbers may be changed in place.
    void write(RowBatch batch);

    /// Ends writing; another batch would begin anew.
    ///
    /// @return how many rows the server took since it began
    long end();

    /// Gives up what was begun; the caller rolls back.
    void abort();
}
