package dev.understudy.source;

import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Map;

/// A session at a source's point in time. One thread, and one reader at a time.
public interface SourceSession extends AutoCloseable {
    /// Starts reading rows.
    ///
    /// @param mostRows after so many rows a batch is full
    /// @param mostBytes a batch is full before it would exceed so many; one larger row is a batch
    ///   of its own
    RowReader read(RowQuery query, int mostRows, int mostBytes);

    /// How many rows each of these tables has of its own, without partitions' and children's.
    ///
    /// @param tables with the conditions that counted rows must meet, as {@link RowQuery} has them
    Map<TableName, Long> count(Map<TableName, List<String>> tables);

    /// Gives the session back.
    @Override
    void close();
}
