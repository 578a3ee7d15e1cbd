package dev.understudy.rows;

import dev.understudy.schema.TableName;
import java.util.List;

/// What the rows of a batch look like: their table and the columns in the order in which they
/// travel.
public record RowShape(TableName table, List<RowColumn> columns) {
    public RowShape {
        columns = List.copyOf(columns);
    }

    /// The place of a column among the travelling ones.
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException(table + " has no travelling column " + column);
    }
}
