package dev.understudy.lake;

import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/// Reads a table through binary COPY into batches, as plainly as can be.
final class CopiedRows {
    private CopiedRows() {}

    static List<RowBatch> read(Connection connection, String query, RowShape shape, int batchRows)
            throws SQLException, IOException {
        var out = new ByteArrayOutputStream();
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)", out);
        byte[] bytes = out.toByteArray();
        var batches = new ArrayList<RowBatch>();
        int at = 19 + (int) RowBatch.INT.get(bytes, 15);
        while ((short) RowBatch.SHORT.get(bytes, at) != -1) {
            int end = at + 2;
            for (int i = 0; i < shape.columns().size(); i++) {
                end += 4 + Math.max(0, (int) RowBatch.INT.get(bytes, end));
            }
            if (batches.isEmpty() || batches.getLast().rows() == batchRows) {
                batches.add(new RowBatch(shape, 1024));
            }
            batches.getLast().append(bytes, at, end - at);
            batches.getLast().endRow();
            at = end;
        }
        return batches;
    }

    /// What the planner would send of a column.
    static String select(RowShape shape) {
        var columns =
                shape.columns().stream()
                        .map(column ->
                                dev.understudy.schema.TableName.quote(column.name())
                                        + (column.asText() ? "::text" : ""))
                        .toList();
        return "SELECT " + String.join(", ", columns) + " FROM " + shape.table().quoted();
    }
}
