package dev.understudy.source;

import dev.understudy.rows.RowColumn;
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
    /// @param tables with the conditions that counted rows must meet, as {@link RowQuery} has them;
    ///   they may call the row `own`
    Map<TableName, Long> count(Map<TableName, List<String>> tables);

    /// How far the least and the largest value of a column of whole numbers lie apart, as an
    /// unsigned number; 0 without rows.
    default long span(TableName table, RowColumn column) {
        throw new UnsupportedOperationException("sums of keys");
    }

    /// Counts and sums the keys of a table in buckets, in the order of the buckets.
    ///
    /// @param conditions that rows must meet
    default List<KeyBuckets.Sum> sums(
            TableName table, List<String> conditions, KeyBuckets buckets) {
        throw new UnsupportedOperationException("sums of keys");
    }

    /// Conditions that together are met by the keys of these buckets, each for a read of its own.
    default List<String> inBuckets(KeyBuckets buckets, long[] which) {
        throw new UnsupportedOperationException("sums of keys");
    }

    /// Gives the session back.
    @Override
    void close();
}
