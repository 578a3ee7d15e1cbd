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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// What a delta adds to the published version of a lake. Thread-safe.
final class LakeChanges {
    private final Manifest published;
    private final String run;
    private final Instant at;
    private final Map<TableName, Added> tables;
    private final Map<TableName, Map<Change.Op, List<Part>>> parts = new HashMap<>();

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

    /// Adds a part beside those of the pieces.
    synchronized void add(TableName lakeTable, Change.Op op, Part part) {
        parts.computeIfAbsent(lakeTable, _ -> new EnumMap<>(Change.Op.class))
                .computeIfAbsent(op, _ -> new ArrayList<>())
                .add(part);
    }

    /// All that were added.
    synchronized Stream<Part> parts() {
        return parts.values().stream()
                .flatMap(each -> each.values().stream())
                .flatMap(List::stream)
                .toList()
                .stream();
    }

    /// The table in the version that is made.
    ///
    /// @param fromPieces files of rows that came in pieces
    synchronized LakeTable with(TableName lakeTable, List<Part> fromPieces) {
        Map<Change.Op, List<Part>> added = parts.getOrDefault(lakeTable, Map.of());
        var upserted = new ArrayList<>(fromPieces);
        upserted.addAll(added.getOrDefault(Change.Op.UPSERT, List.of()));
        return Objects.requireNonNull(tables.get(lakeTable))
                .table()
                .with(
                        new ChangeSet(
                                run,
                                at,
                                upserted,
                                added.getOrDefault(Change.Op.DELETE, List.of())));
    }
}
