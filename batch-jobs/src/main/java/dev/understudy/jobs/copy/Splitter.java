package dev.understudy.jobs.copy;

import dev.understudy.config.Tuning;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.postgres.SqlFailure;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.schema.Column;
import dev.understudy.schema.Key;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Cuts the tables of a plan into splits: ranges of about equal size of large tables, small tables
/// together, largest first.
final class Splitter {
    /// A table below these needs no checkpoint within and shares its split with others.
    private static final long SMALL_BYTES = 4 << 20;

    /// Small tables are packed until a split has so many or so much.
    private static final int PACKED_TABLES = 64;

    private static final long PACKED_BYTES = 16 << 20;

    /// A Spring Batch partition costs 5 to 7 ms: a run has hundreds of them, not thousands.
    private static final long MOST_RANGES = 400;

    /// Below this, an ordered read would cost about a random page a row. Source:
    /// pg_stats.correlation, and the figure that an index scan in the order of the heap costs
    /// nearly nothing extra.
    private static final double ORDERED_FROM = 0.8;

    private static final int SAMPLED_ROWS = 10_000;

    private final Connection source;
    private final Tuning tuning;

    /// @param source a session inside the snapshot
    Splitter(Connection source, Tuning tuning) {
        this.source = source;
        this.tuning = tuning;
    }

    /// The splits of all tables whose rows are copied.
    List<Split> split(List<TableCopy> tables) {
        long rows = tables.stream().mapToLong(each -> rows(each)).sum();
        long splitRows = Math.max(tuning.splitRows(), rows / MOST_RANGES);
        var large = new ArrayList<Sized>();
        var small = new ArrayList<TableCopy>();
        for (TableCopy table : tables) {
            if (table.structureOnly()) {
                continue;
            }
            if (table.table().bytes() <= SMALL_BYTES && rows(table) <= tuning.batchRows()) {
                small.add(table);
            } else {
                large.addAll(ranges(table, splitRows));
            }
        }
        large.addAll(packs(small));
        large.sort(Comparator.comparingLong(Sized::bytes).reversed());
        var splits = new ArrayList<Split>();
        for (Sized each : large) {
            splits.add(new Split(splits.size() + 1, each.title(), each.pieces()));
        }
        return splits;
    }

    private record Sized(String title, long bytes, List<Piece> pieces) {}

    private static long rows(TableCopy table) {
        return Math.max(0, table.table().estimatedRows());
    }

    private List<Sized> packs(List<TableCopy> small) {
        long bytes = small.stream().mapToLong(each -> each.table().bytes()).sum();
        // At least as many packs as workers, so that none is idle.
        int most =
                Math.max(
                        1,
                        Math.min(PACKED_TABLES, Math.ceilDiv(small.size(), 2 * tuning.workers())));
        long mostBytes = Math.min(PACKED_BYTES, Math.max(1, bytes / tuning.workers()));
        var packs = new ArrayList<Sized>();
        var pieces = new ArrayList<Piece>();
        long size = 0;
        for (TableCopy table : small) {
            pieces.add(new Piece(table.name(), KeyRange.ALL, false));
            size += table.table().bytes();
            if (pieces.size() >= most || size >= mostBytes) {
                packs.add(pack(pieces, size));
                pieces.clear();
                size = 0;
            }
        }
        if (!pieces.isEmpty()) {
            packs.add(pack(pieces, size));
        }
        return packs;
    }

    private static Sized pack(List<Piece> pieces, long bytes) {
        String title =
                pieces.size() == 1
                        ? pieces.getFirst().table().toString()
                        : pieces.size() + " tables";
        return new Sized(title, bytes, List.copyOf(pieces));
    }

    private List<Sized> ranges(TableCopy table, long splitRows) {
        TableName name = table.name();
        long bytes = table.table().bytes();
        Optional<Key> key = table.orderKey();
        if (key.isEmpty()) {
            return List.of(
                    new Sized(
                            name.toString(), bytes, List.of(new Piece(name, KeyRange.ALL, false))));
        }
        Column first = table.table().column(key.get().columns().getFirst()).orElseThrow();
        boolean ordered = isInHeapOrder(name, first);
        long wanted = Math.ceilDiv(rows(table), splitRows);
        List<KeyValue> bounds = wanted <= 1 ? List.of() : bounds(table, first, wanted);
        var ranges = new ArrayList<Sized>();
        Optional<KeyValue> after = Optional.empty();
        for (int i = 0; i <= bounds.size(); i++) {
            Optional<KeyValue> upTo =
                    i < bounds.size() ? Optional.of(bounds.get(i)) : Optional.empty();
            String title =
                    bounds.isEmpty()
                            ? name.toString()
                            : name + "[" + (i + 1) + "/" + (bounds.size() + 1) + "]";
            ranges.add(
                    new Sized(
                            title,
                            bytes / (bounds.size() + 1),
                            List.of(new Piece(name, new KeyRange(after, upTo), ordered))));
            after = upTo;
        }
        return ranges;
    }

    // Without statistics, numbers and times are taken to rise with the heap, everything else not
    // to.
    private boolean isInHeapOrder(TableName table, Column first) {
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
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "reading the statistics of " + table, e);
        }
        return Set.of("int2", "int4", "int8", "date", "timestamp", "timestamptz")
                .contains(first.type().underlying().name().toLowerCase(Locale.ROOT));
    }

    // Bounds from a sample of pages, so that they follow the data however it is distributed, and
    // need no statistics.
    private List<KeyValue> bounds(TableCopy table, Column first, long wanted) {
        double percent =
                Math.min(100, Math.max(0.01, 100.0 * SAMPLED_ROWS / Math.max(1, rows(table))));
        var fractions = new StringBuilder();
        for (int i = 1; i < wanted; i++) {
            fractions.append(i == 1 ? "" : ",").append((double) i / wanted);
        }
        String column = TableName.quote(first.name());
        String sql =
                "SELECT bound::pg_catalog.text FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.percentile_disc(ARRAY[%s]::pg_catalog.float8[]) WITHIN GROUP (ORDER BY %s)) FROM ONLY %s TABLESAMPLE SYSTEM (%s) REPEATABLE (1)) AS sample(bound) WHERE bound IS NOT NULL ORDER BY sample.bound"
                        .formatted(fractions, column, table.name().quoted(), percent);
        var bounds = new ArrayList<KeyValue>();
        try (var statement = source.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                bounds.add(new KeyValue(List.of(result.getString(1))));
            }
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "sampling the keys of " + table.name(), e);
        }
        return bounds;
    }
}
