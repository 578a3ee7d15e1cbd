package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Counts the rows of many tables.
public final class RowCounts {
    /// So many tables are counted by one query.
    private static final int TABLES_A_QUERY = 200;

    private RowCounts() {}

    /// How many rows each table has of its own, without partitions' and children's.
    public static Map<TableName, Long> of(Connection session, List<TableName> tables)
            throws SQLException {
        var counts = new HashMap<TableName, Long>();
        try (var statement = session.createStatement()) {
            for (int from = 0; from < tables.size(); from += TABLES_A_QUERY) {
                List<TableName> some =
                        tables.subList(from, Math.min(tables.size(), from + TABLES_A_QUERY));
                var query = new StringJoiner(" UNION ALL ");
                for (int i = 0; i < some.size(); i++) {
                    query.add(
                            "SELECT "
                                    + i
                                    + ", pg_catalog.count(*) FROM ONLY "
                                    + some.get(i).quoted());
                }
                try (var result = statement.executeQuery(query.toString())) {
                    while (result.next()) {
                        counts.put(some.get(result.getInt(1)), result.getLong(2));
                    }
                }
            }
            return counts;
        }
    }
}
