package dev.understudy.twin;

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
public record StagedTable(
        int number, TableName table, List<String> columns, List<String> key, Rows rows) {
    /// What is staged of a table.
    public enum Rows {
        /// Those that may have changed; what is gone is found by the keys.
        CHANGED,
        /// All: whatever else is in the table is gone.
        ALL
    }

    public StagedTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        if (key.isEmpty() && rows == Rows.CHANGED) {
            throw new IllegalArgumentException(table + " has no key to find its rows by");
        }
        if (!Set.copyOf(columns).containsAll(key)) {
            throw new IllegalArgumentException(table + ": the key is not staged");
        }
    }
}
