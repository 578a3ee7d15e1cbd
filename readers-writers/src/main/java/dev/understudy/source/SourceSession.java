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

    /// Intervals in their order, next to one another, from the least to the greatest value of a
    /// column of whole numbers: each has about as many rows, as far as the server's statistics
    /// tell. None without rows.
    List<KeyParts.Interval> shares(TableName table, RowColumn column);

    /// Counts and sums the rows of a table in parts of its keys, in the order of the parts; those
    /// without keys are left out.
    ///
    /// @param conditions that rows must meet
    List<KeyParts.Sum> sums(TableName table, List<String> conditions, KeyParts parts);

    /// Counts and sums up rows of many tables, in few statements.
    Map<TableName, KeyParts.Sum> sums(Map<TableName, SummedRows> tables);

    /// The keys of a table in some intervals, in no order.
    ///
    /// @param conditions that rows must meet
    long[] keys(TableName table, List<String> conditions, KeyParts.Intervals intervals);

    /// The condition that a row is of some parts, as {@link RowQuery} has conditions.
    String within(KeyParts parts);

    /// Whether the server still answers. If it does not, another session of the source sees the
    /// same rows.
    boolean lives();

    /// Gives the session back; a second time nothing happens.
    @Override
    void close();
}
