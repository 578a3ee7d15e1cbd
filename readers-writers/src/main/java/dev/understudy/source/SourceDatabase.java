package dev.understudy.source;

import dev.understudy.preflight.Finding;
import dev.understudy.rows.KeyValue;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// A source at one point in time, over bounded connections that can only read. Opened by its
/// engine; everything is thread-safe except the sessions it hands out.
///
/// Every method throws {@link dev.understudy.rows.Failure} of kind SOURCE, without any row's value.
public interface SourceDatabase extends CheckProbe, AutoCloseable {
    /// Product and version, for people: `PostgreSQL 18.0`.
    String product();

    /// The database's name.
    String name();

    /// Everything that the plan is made from, as it is at the point in time. Reads no row.
    SourceStructure structure();

    /// What another engine can have of the structure of some of the tables, and what it cannot.
    /// Reads no row.
    PortableStructure portable(Predicate<TableName> wanted);

    /// The server's own clock, not before the point in time, and soon after it.
    Instant clock();

    /// Writes conditions on rows in this source's SQL, and asks its server about them.
    RowConditions conditions();

    /// Why the sessions may not all see one point in time, for the plan and the report; empty if
    /// they do.
    Optional<String> caveat();

    /// What the database's own statistics say of columns with few or very frequent values. Reads no
    /// row; empty of a database that keeps none.
    default Map<TableName, Map<String, ColumnStatistics>> statistics() {
        return Map.of();
    }

    /// Checks, before a row is read, that every row and these columns may be read.
    ///
    /// @throws dev.understudy.rows.Failure that names the tables and what to ask for
    void checkReadable(Map<TableName, List<String>> columns);

    /// Looks, before a run, at what it will depend on: privileges, the server, its settings, locks.
    /// Changes nothing, and never fails for what it finds.
    List<Finding> preflight(SourceNeeds needs);

    /// What tables take on the source's disk, with their indexes.
    long bytes(Collection<TableName> tables);

    /// Whether reading a table in the order of a key that begins with this column costs about as
    /// much as reading it in any order.
    boolean readsInOrder(TableName table, Column first);

    /// Values of a column that divide a table's rows into about so many equal parts, rising, from a
    /// sample; fewer where the column has fewer values.
    ///
    /// @param rows the table's rows, about
    List<KeyValue> bounds(TableName table, Column first, long rows, long parts);

    /// Which of these columns hold a value that the lake's type for them cannot hold. Reads the
    /// tables.
    Map<TableName, Set<String>> needingText(Map<TableName, Map<String, ColumnType>> columns);

    /// Whether the lake's type for a column of this type cannot hold some of its values, so that
    /// {@link #needingText} has something to look for.
    boolean mayNeedText(ColumnType type);

    /// Columns of text whose collation takes different texts for equal, as one does that does not
    /// tell capital letters.
    Map<TableName, Set<String>> looselyCompared();

    /// The condition that rows meet which may have changed since other marks were taken, in this
    /// engine's SQL. A row without any of the times always meets it.
    ///
    /// @param marks of the table's watermarks, by column
    String changedSince(Map<String, String> marks);

    /// Times of change that no row can have any more which is not visible at this point in time: by
    /// table and watermark, as text. They lie before the beginning of the oldest transaction that
    /// was open, so what commits later is not lost.
    ///
    /// @param watermarks by table, with columns of them
    /// @param overlap is taken off
    /// @param longestTransaction stands for the age of the oldest transaction; empty to look at it
    Map<TableName, Map<String, String>> marks(
            Map<TableName, List<Column>> watermarks,
            Duration overlap,
            Optional<Duration> longestTransaction);

    /// Watermarks that no index begins with, so that finding changed rows reads the whole table.
    Map<TableName, List<String>> withoutIndex(Map<TableName, List<Column>> watermarks);

    /// Tables whose rows the server changes by itself when rows that they reference are deleted,
    /// which moves no time of change.
    Set<TableName> changedByDeletions();

    /// Another session that sees the same rows.
    SourceSession join();

    /// Ends all sessions.
    @Override
    void close();
}
