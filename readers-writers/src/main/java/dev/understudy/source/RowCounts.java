package dev.understudy.source;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/// Counts the rows of many tables.
public final class RowCounts {
    /// So many tables are counted by one query.
    private static final int TABLES_A_QUERY = 200;

    private RowCounts() {}

    /// How many rows each table has.
    ///
    /// @param select what follows SELECT for a table: `count(*) FROM t`
    public static Map<TableName, Long> of(
            Connection session, Collection<TableName> counted, Function<TableName, String> select)
            throws SQLException {
        List<TableName> tables = List.copyOf(counted);
        var counts = new HashMap<TableName, Long>();
        try (var statement = session.createStatement()) {
            for (int first = 0; first < tables.size(); first += TABLES_A_QUERY) {
                List<TableName> some =
                        tables.subList(first, Math.min(tables.size(), first + TABLES_A_QUERY));
                var query = new StringJoiner(" UNION ALL ");
                for (int i = 0; i < some.size(); i++) {
                    query.add("SELECT " + i + ", " + select.apply(some.get(i)));
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
