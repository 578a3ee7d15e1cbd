package dev.understudy.source;

import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import java.util.List;

/// Which rows of a table are read, and in which order. The table's own rows are meant, not those of
/// partitions or children.
///
/// @param keyColumns the columns of the key, a prefix of which the range's bounds give values for;
///   empty if it has none
/// @param ordered whether rows come in the order of the key, so that a checkpoint may lie anywhere
///   among them
public record RowQuery(
        RowShape shape, List<RowColumn> keyColumns, KeyRange range, boolean ordered) {
    public RowQuery {
        keyColumns = List.copyOf(keyColumns);
        if (ordered && keyColumns.isEmpty()) {
            throw new IllegalArgumentException(shape.table() + " has no key to read it in order");
        }
    }
}
