package dev.understudy.jobs.copy;

import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import java.util.List;

/// Keys as rows of their table, for whoever wants whole rows.
final class KeyRows {
    private KeyRows() {}

    /// Appends for each key a row with NULL in all other columns.
    ///
    /// @param keys whose columns are some of the rows'
    static void widen(RowBatch keys, RowBatch rows) {
        List<RowColumn> columns = rows.shape().columns();
        var places = new int[columns.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = place(keys, columns.get(i).name());
        }
        for (int row = 0; row < keys.rows(); row++) {
            RowBatch.SHORT.set(rows.reserve(2), rows.size(), (short) places.length);
            rows.advance(2);
            for (int place : places) {
                int start = place < 0 ? -1 : keys.valueStart(row, place);
                int length = place < 0 ? -1 : keys.valueLength(start);
                RowBatch.INT.set(rows.reserve(4), rows.size(), length);
                rows.advance(4);
                if (length > 0) {
                    rows.append(keys.bytes(), start, length);
                }
            }
            rows.endRow();
        }
    }

    private static int place(RowBatch keys, String column) {
        List<RowColumn> columns = keys.shape().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        return -1;
    }
}
