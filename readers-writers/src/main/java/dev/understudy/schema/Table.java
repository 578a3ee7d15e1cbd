package dev.understudy.schema;

import java.util.List;
import java.util.Optional;

/// A table.
///
/// @param oid PostgreSQL's number of it in the database it was read from
/// @param partitioned whether it holds no rows itself but has partitions
/// @param partitionRoot the topmost partitioned table that it is a partition of
/// @param parents whose columns it inherits: its partitioned parent, or INHERITS
/// @param columns in the order of their positions
/// @param primaryKey empty if none is declared
/// @param keys all unique keys over plain columns, the primary key included
/// @param uniqueInExpressions columns that take part in a unique index over expressions or in an
///   exclusion constraint, so that changed values may clash although no {@link Key} names them
/// @param estimatedRows the database's own guess; -1 if it has none
/// @param bytes on disk, without indexes, with TOAST
/// @param pages of the main heap
public record Table(
        int oid,
        TableName name,
        boolean partitioned,
        Optional<TableName> partitionRoot,
        List<TableName> parents,
        List<Column> columns,
        Optional<Key> primaryKey,
        List<Key> keys,
        List<ForeignKey> foreignKeys,
        List<Check> checks,
        List<String> uniqueInExpressions,
        long estimatedRows,
        long bytes,
        long pages) {
    public Table {
        parents = List.copyOf(parents);
        columns = List.copyOf(columns);
        keys = List.copyOf(keys);
        foreignKeys = List.copyOf(foreignKeys);
        checks = List.copyOf(checks);
        uniqueInExpressions = List.copyOf(uniqueInExpressions);
    }

    /// The same table as seen from outside its source.
    public Table in(String source) {
        return new Table(
                oid,
                name.in(source),
                partitioned,
                partitionRoot.map(each -> each.in(source)),
                parents.stream().map(each -> each.in(source)).toList(),
                columns,
                primaryKey,
                keys,
                foreignKeys.stream().map(each -> each.in(source)).toList(),
                checks,
                uniqueInExpressions,
                estimatedRows,
                bytes,
                pages);
    }

    /// The topmost partitioned table that it belongs to; itself if it is no partition.
    public TableName root() {
        return partitionRoot.orElse(name);
    }

    public Optional<Column> column(String columnName) {
        return columns.stream().filter(each -> each.name().equals(columnName)).findFirst();
    }

    /// Columns that are copied: all but generated ones.
    public List<Column> copiedColumns() {
        return columns.stream().filter(each -> !each.generated()).toList();
    }
}
