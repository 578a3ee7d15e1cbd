package dev.understudy.source;

import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts.Sum;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts the rows of many tables, and sums them up.
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
        var counts = new HashMap<TableName, Long>();
        var selects = new HashMap<TableName, List<String>>();
        counted.forEach(each -> selects.put(each, List.of(select.apply(each))));
        each(session, selects, (table, row) -> counts.put(table, row.getLong(2)));
        return counts;
    }

    /// How many rows each table has, and a sum over them.
    ///
    /// @param selects what follows SELECT for some of a table's rows: `count(*), sum(x) FROM t`;
    ///   those of one table are added up
    public static Map<TableName, Sum> sums(Connection session, Map<TableName, List<String>> selects)
            throws SQLException {
        var sums = new HashMap<TableName, Sum>();
        each(
                session,
                selects,
                (table, row) ->
                        sums.merge(
                                table,
                                new Sum(0, row.getLong(2), number(row.getString(3)).toString()),
                                RowCounts::added));
        return sums;
    }

    // Without rows there is no sum.
    private static BigDecimal number(@Nullable String sum) {
        return sum == null ? BigDecimal.ZERO : new BigDecimal(sum);
    }

    private static Sum added(Sum one, Sum other) {
        return new Sum(
                0,
                one.keys() + other.keys(),
                number(one.hash()).add(number(other.hash())).toString());
    }

    private interface Found {
        void row(TableName table, ResultSet row) throws SQLException;
    }

    private static void each(Connection session, Map<TableName, List<String>> selects, Found found)
            throws SQLException {
        List<Map.Entry<TableName, List<String>>> tables = List.copyOf(selects.entrySet());
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            for (int first = 0; first < tables.size(); first += TABLES_A_QUERY) {
                List<Map.Entry<TableName, List<String>>> some =
                        tables.subList(first, Math.min(tables.size(), first + TABLES_A_QUERY));
                var query = new StringJoiner(" UNION ALL ");
                for (int i = 0; i < some.size(); i++) {
                    for (String each : some.get(i).getValue()) {
                        query.add("SELECT " + i + ", " + each);
                    }
                }
                try (var result = statement.executeQuery(query.toString())) {
                    while (result.next()) {
                        found.row(some.get(result.getInt(1)).getKey(), result);
                    }
                }
            }
        }
    }
}
