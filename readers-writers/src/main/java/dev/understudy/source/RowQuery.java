package dev.understudy.source;

import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Which rows of a table are read, and in which order. The table's own rows are meant, not those of
/// partitions or children.
///
/// @param joined columns of other tables' rows, which come behind the row's own; NULLs where there
///   is no such row
/// @param conditions in the source's SQL, over the table's own columns without a qualifier: a row
///   must meet all of them
/// @param nullIf conditions by names of own columns: where one holds, the column comes as NULL.
///   They call the row `own`
/// @param keyColumns the columns of the key, a prefix of which the range's bounds give values for;
///   empty if it has none
/// @param ordered whether rows come in the order of the key, so that a checkpoint may lie anywhere
///   among them
public record RowQuery(
        RowShape shape,
        List<Joined> joined,
        List<String> conditions,
        Map<String, String> nullIf,
        List<RowColumn> keyColumns,
        KeyRange range,
        boolean ordered) {
    public RowQuery {
        joined = List.copyOf(joined);
        conditions = List.copyOf(conditions);
        nullIf = Map.copyOf(nullIf);
        keyColumns = List.copyOf(keyColumns);
        if (ordered && keyColumns.isEmpty()) {
            throw new IllegalArgumentException(shape.table() + " has no key to read it in order");
        }
    }

    /// All rows of one table alone.
    public RowQuery(RowShape shape, List<RowColumn> keyColumns, KeyRange range, boolean ordered) {
        this(shape, List.of(), List.of(), Map.of(), keyColumns, range, ordered);
    }

    /// The columns of a row as it is read: its own, then the joined ones.
    public List<RowColumn> columns() {
        return Stream.concat(shape.columns().stream(), joined.stream().map(Joined::column))
                .toList();
    }

    /// A column of the row of another table that a column of the own row names.
    ///
    /// @param via the own row's column
    /// @param key the other table's column that must equal it, which is unique
    public record Joined(TableName table, String key, String via, RowColumn column) {}
}
