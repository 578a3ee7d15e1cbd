package dev.understudy.twin;

import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The staging tables inside of a live twin. {@link #writer} writes to the staging table of the
/// shape's table, {@link #count} counts what is staged.
public interface StagingTwin extends TwinSessions {
    /// What the twin would be made from now.
    Blueprint blueprint(SourceDatabase source, Predicate<TableName> wanted);

    /// Why the twin cannot come to a changed structure of a source in its place; empty if it can.
    Optional<String> whyNotRestructured(SourceDatabase source);

    /// Makes empty staging tables in place of all that are there, where rows will be staged.
    void stage(List<StagedTable> tables);

    /// Makes statistics of what was staged, for the merge.
    void analyze(StagedTable table);

    /// Counts and sums the rows that a table will have once its staged ones are merged, before
    /// anything is deleted.
    List<KeyParts.Sum> sums(StagedTable table, KeyParts parts);

    /// The same of many tables in few statements, each as one part.
    Map<TableName, KeyParts.Sum> sums(Map<StagedTable, KeyParts.Hashed> tables);

    /// The keys in some intervals that a table will have once its staged rows are merged, before
    /// anything is deleted, in no order.
    long[] keys(StagedTable table, KeyParts.Intervals intervals);

    /// Notes keys, each one whole number, as gone.
    void noteGone(StagedTable table, long[] keys);

    /// Makes an empty key table for what the source has in some parts, in the session's
    /// transaction.
    ///
    /// @param columns in it: those of the key, or all that are staged
    /// @return where it is written to, by {@link #writer}
    TableName keyTable(Connection session, StagedTable table, List<String> columns)
            throws SQLException;

    /// Counts the keys written to the key table that are neither staged nor in the live table.
    long countMissed(Connection session, StagedTable table) throws SQLException;

    /// Stages those of the whole rows written to the key table that are neither staged nor in the
    /// live table; of a table that is checked, those, too, that are there otherwise.
    ///
    /// @return how many
    long stageMissed(Connection session, StagedTable table) throws SQLException;

    /// Notes as gone the keys of these parts that are not among those written to the key table.
    ///
    /// @param parts of which all of the source's keys were written
    /// @return how many
    long noteGone(Connection session, StagedTable table, KeyParts parts) throws SQLException;

    /// Reads the rows that {@link #stageMissed} has staged, in the session's transaction.
    ///
    /// @param rows the shape in which they come, of the table
    RowReader missed(
            Connection session, StagedTable table, RowShape rows, int mostRows, int mostBytes)
            throws SQLException;

    /// Reads the keys that were noted as gone, in the session's transaction.
    ///
    /// @param key the shape of the keys, of the table
    RowReader gone(Connection session, StagedTable table, RowShape key, int mostRows, int mostBytes)
            throws SQLException;

    /// Whether {@link #differing} can tell which staged rows of a table are not in the live one.
    boolean tellsDiffering(StagedTable table);

    /// Reads the staged rows of a table that are not in the live one as they are, in the session's
    /// transaction.
    ///
    /// @param rows the shape in which they come, of the table
    RowReader differing(
            Connection session, StagedTable table, RowShape rows, int mostRows, int mostBytes)
            throws SQLException;

    /// Notes in the session's transaction that the twin comes to another structure when it is
    /// merged.
    void restructure(Connection session, ChangedStructure structure) throws SQLException;

    /// Marks everything as staged in the session's transaction: from then on a restart only merges.
    ///
    /// @param receipt what the twin will be, for whoever looks at it
    /// @param position for the next run
    /// @param statements to be executed after the rows: where new numbers go on
    void complete(
            Connection session,
            String receipt,
            String position,
            List<StructureStatement> statements)
            throws SQLException;
}
