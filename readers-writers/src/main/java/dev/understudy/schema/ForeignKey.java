package dev.understudy.schema;

import java.util.List;

/// A foreign key: `columns` of `table` reference `referencedColumns` of `referenced`, pairwise.
///
/// @param name the constraint's name, or how the config wrote it where it is not declared
/// @param declared whether the database knows it
public record ForeignKey(
        String name,
        TableName table,
        List<String> columns,
        TableName referenced,
        List<String> referencedColumns,
        boolean declared) {
    public ForeignKey {
        columns = List.copyOf(columns);
        referencedColumns = List.copyOf(referencedColumns);
        if (columns.size() != referencedColumns.size()) {
            throw new IllegalArgumentException(
                    name
                            + ": "
                            + columns.size()
                            + " columns reference "
                            + referencedColumns.size());
        }
    }

    /// The other way round.
    public ForeignKey reversed() {
        return new ForeignKey(name, referenced, referencedColumns, table, columns, declared);
    }

    /// The same key as seen from outside its source.
    ForeignKey in(String source) {
        return new ForeignKey(
                name,
                table.in(source),
                columns,
                referenced.in(source),
                referencedColumns,
                declared);
    }
}
