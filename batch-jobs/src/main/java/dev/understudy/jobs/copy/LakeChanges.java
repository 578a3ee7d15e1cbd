package dev.understudy.jobs.copy;

import dev.understudy.lake.Change;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.Manifest.ChangeSet;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.lake.Part;
import dev.understudy.schema.TableName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What a delta adds to the published version of a lake. Thread-safe.
final class LakeChanges {
    private final Manifest published;
    private final String run;
    private final Instant at;
    private final Map<TableName, Added> tables;
    private final Map<TableName, List<Part>> deleted = new ConcurrentHashMap<>();

    /// A table whose files stay.
    ///
    /// @param table as it is published, with the key that it has now
    /// @param textColumns that are stored as text though they have a better type
    record Added(LakeTable table, Set<String> textColumns) {}

    /// @param taken the moment that the rows are of; moved on where an earlier set of changes says
    ///   it was later, as clocks may, because the order of the sets decides which row counts
    LakeChanges(Manifest published, String run, Instant taken, Map<TableName, Added> tables) {
        this.published = published;
        this.run = run;
        this.tables = Map.copyOf(tables);
        Instant before =
                tables.values().stream()
                        .flatMap(each -> each.table().changes().stream())
                        .map(ChangeSet::at)
                        .max(Instant::compareTo)
                        .orElse(Instant.MIN);
        Instant wanted = taken.truncatedTo(ChronoUnit.MICROS);
        at = wanted.isAfter(before) ? wanted : before.plus(1, ChronoUnit.MICROS);
    }

    Manifest published() {
        return published;
    }

    boolean has(TableName lakeTable) {
        return tables.containsKey(lakeTable);
    }

    Set<String> textColumns(TableName lakeTable) {
        return Objects.requireNonNull(tables.get(lakeTable)).textColumns();
    }

    Change change(Change.Op op) {
        return new Change(op, run, at);
    }

    void addDeleted(TableName lakeTable, Part part) {
        deleted.merge(
                lakeTable,
                List.of(part),
                (before, next) -> {
                    var all = new ArrayList<>(before);
                    all.addAll(next);
                    return all;
                });
    }

    List<Part> deleted() {
        return deleted.values().stream().flatMap(List::stream).toList();
    }

    /// The table in the version that is made.
    LakeTable with(TableName lakeTable, List<Part> upserted) {
        return Objects.requireNonNull(tables.get(lakeTable))
                .table()
                .with(new ChangeSet(run, at, upserted, deleted.getOrDefault(lakeTable, List.of())));
    }
}
