package dev.understudy.postgres;

import dev.understudy.rows.KeyValue;
import dev.understudy.schema.Column;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What is known of the order and the spread of a key's values, from statistics and samples.
final class KeySample {
    /// Below this, an ordered read would cost about a random page a row. Source:
    /// pg_stats.correlation, and the figure that an index scan in the order of the heap costs
    /// nearly nothing extra.
    private static final double ORDERED_FROM = 0.8;

    private static final int SAMPLED_ROWS = 10_000;

    private final Connection source;

    KeySample(Connection source) {
        this.source = source;
    }

    // Without statistics, numbers and times are taken to rise with the heap, everything else not
    // to.
    boolean isInHeapOrder(TableName table, Column first) throws SQLException {
        try (var query =
                source.prepareStatement(
                        "SELECT correlation FROM pg_catalog.pg_stats WHERE schemaname = ? AND tablename = ? AND attname = ? AND"
                                + " NOT inherited")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            query.setString(3, first.name());
            try (var result = query.executeQuery()) {
                if (result.next()) {
                    double correlation = result.getDouble(1);
                    if (!result.wasNull()) {
                        return correlation >= ORDERED_FROM;
                    }
                }
            }
        }
        return Set.of("int2", "int4", "int8", "date", "timestamp", "timestamptz")
                .contains(first.type().underlying().name().toLowerCase(Locale.ROOT));
    }

    // Bounds from a sample of pages, so that they follow the data however it is distributed, and
    // need no statistics.
    List<KeyValue> bounds(TableName table, Column first, long rows, long parts)
            throws SQLException {
        double percent = Math.min(100, Math.max(0.01, 100.0 * SAMPLED_ROWS / Math.max(1, rows)));
        var fractions = new StringBuilder();
        for (int i = 1; i < parts; i++) {
            fractions.append(i == 1 ? "" : ",").append((double) i / parts);
        }
        String column = TableName.quote(first.name());
        String sql =
                "SELECT bound::pg_catalog.text FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.percentile_disc(ARRAY[%s]::pg_catalog.float8[]) WITHIN GROUP (ORDER BY %s)) FROM ONLY %s TABLESAMPLE SYSTEM (%s) REPEATABLE (1)) AS sample(bound) WHERE bound IS NOT NULL ORDER BY sample.bound"
                        .formatted(fractions, column, table.quoted(), percent);
        var bounds = new ArrayList<KeyValue>();
        try (var statement = source.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                bounds.add(new KeyValue(List.of(result.getString(1))));
            }
        }
        return bounds;
    }
}
