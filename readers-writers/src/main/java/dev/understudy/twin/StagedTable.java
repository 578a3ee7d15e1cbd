package dev.understudy.twin;

import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Set;

/// A table of a live twin whose changes are staged beside it.
///
/// @param number of the staging table, from 1; referenced tables come before those that reference
///   them, except in cycles
/// @param columns that are staged, in their order
/// @param key columns that tell a row from others in the twin; none if the table has no key
/// @param rows what the staging table will hold
/// @param types of the columns; none if they are those of the live table
/// @param checked columns whose values tell, besides the key's, which rows are not as in the source
public record StagedTable(
        int number,
        TableName table,
        List<String> columns,
        List<String> key,
        Rows rows,
        List<ColumnType> types,
        List<String> checked) {
    /// What is staged of a table.
    public enum Rows {
        /// Those that may have changed; what is gone is found by the keys.
        CHANGED,
        /// All: whatever else is in the table is gone.
        ALL,
        /// None, because none has changed; what is gone is found by the keys.
        NONE
    }

    public StagedTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        types = List.copyOf(types);
        checked = List.copyOf(checked);
        if (!types.isEmpty() && types.size() != columns.size()) {
            throw new IllegalArgumentException(
                    "%s: %d columns have %d types".formatted(table, columns.size(), types.size()));
        }
        if (key.isEmpty() && rows != Rows.ALL) {
            throw new IllegalArgumentException(table + " has no key to find its rows by");
        }
        if (!Set.copyOf(columns).containsAll(key)) {
            throw new IllegalArgumentException(table + ": the key is not staged");
        }
    }

    /// A table whose columns are what they are in the live twin.
    public StagedTable(
            int number, TableName table, List<String> columns, List<String> key, Rows rows) {
        this(number, table, columns, key, rows, List.of(), List.of());
    }
}
