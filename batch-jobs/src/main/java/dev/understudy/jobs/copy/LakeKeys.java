package dev.understudy.jobs.copy;

import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.LakeTypes;
import dev.understudy.schema.Key;
import dev.understudy.schema.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The columns that tell the rows of the lake's tables apart: the key by which the source's rows
/// are read, where values that the source takes for equal are the same in the lake.
final class LakeKeys {
    private final Map<TableName, List<String>> keys = new HashMap<>();

    private LakeKeys() {}

    static LakeKeys of(SourceSide sources) {
        var loose = new HashMap<TableName, Set<String>>();
        for (SourceConfig each : sources.config().sources()) {
            sources.source(each.name())
                    .database()
                    .looselyCompared()
                    .forEach((table, columns) -> loose.put(table.in(each.name()), columns));
        }
        var found = new LakeKeys();
        for (TableCopy table : sources.plan().tables()) {
            List<String> key =
                    table.orderKey()
                            .map(Key::columns)
                            .filter(columns -> isOfAll(columns, table, sources.plan()))
                            .filter(columns ->
                                    tellApart(
                                            columns,
                                            table,
                                            loose.getOrDefault(table.name(), Set.of())))
                            .orElse(List.of());
            // Partitions that have no key in common have none.
            found.keys.merge(
                    table.lakeTable(), key, (one, other) -> one.equals(other) ? one : List.of());
        }
        return found;
    }

    /// A partition's own key does not tell its rows from other partitions' rows.
    private static boolean isOfAll(List<String> key, TableCopy table, Plan plan) {
        return table.lakeTable().equals(table.name())
                || plan.database().table(table.lakeTable()).stream()
                        .flatMap(root -> root.keys().stream())
                        .anyMatch(each ->
                                !each.partial()
                                        && new HashSet<>(each.columns())
                                                .equals(new HashSet<>(key)));
    }

    private static boolean tellApart(List<String> key, TableCopy table, Set<String> loose) {
        return key.stream()
                .allMatch(name ->
                        !loose.contains(name)
                                && LakeTypes.tellsApart(
                                        table.table().column(name).orElseThrow().type()));
    }

    List<String> of(TableName lakeTable) {
        return keys.getOrDefault(lakeTable, List.of());
    }
}
