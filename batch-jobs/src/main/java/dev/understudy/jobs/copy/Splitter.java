package dev.understudy.jobs.copy;

import dev.understudy.config.Tuning;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.schema.Column;
import dev.understudy.schema.Key;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

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

    private final Function<TableName, SourceDatabase> sources;
    private final Predicate<TableName> whole;
    private final Tuning tuning;

    /// @param sources gives the source of a table
    /// @param whole whether all of a table's rows are read; few are taken to be of another's
    Splitter(
            Function<TableName, SourceDatabase> sources,
            Predicate<TableName> whole,
            Tuning tuning) {
        this.sources = sources;
        this.whole = whole;
        this.tuning = tuning;
    }

    /// The splits of all tables whose rows are copied.
    List<Split> split(List<TableCopy> tables) {
        long rows = tables.stream().mapToLong(each -> rows(each)).sum();
        long splitRows = Math.max(tuning.splitRows(), rows / MOST_RANGES);
        var large = new ArrayList<Sized>();
        var small = new LinkedHashMap<String, List<TableCopy>>();
        for (TableCopy table : tables) {
            if (table.structureOnly()) {
                continue;
            }
            boolean few = !whole.test(table.name());
            if (few
                    || (table.table().bytes() <= SMALL_BYTES
                            && rows(table) <= tuning.batchRows())) {
                small.computeIfAbsent(table.name().source(), _ -> new ArrayList<>()).add(table);
            } else {
                large.addAll(ranges(table, splitRows));
            }
        }
        small.values().forEach(each -> large.addAll(packs(each)));
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

    private long bytes(TableCopy table) {
        return whole.test(table.name()) ? table.table().bytes() : 0;
    }

    private List<Sized> packs(List<TableCopy> small) {
        long bytes = small.stream().mapToLong(this::bytes).sum();
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
            size += bytes(table);
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
        SourceDatabase source = sources.apply(name);
        boolean ordered = source.readsInOrder(name.local(), first);
        long wanted = Math.ceilDiv(rows(table), splitRows);
        List<KeyValue> bounds =
                wanted <= 1 ? List.of() : source.bounds(name.local(), first, rows(table), wanted);
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
}
