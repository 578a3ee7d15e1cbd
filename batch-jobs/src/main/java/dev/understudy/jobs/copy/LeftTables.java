package dev.understudy.jobs.copy;

import dev.understudy.jobs.change.Change;
import dev.understudy.jobs.change.Changes;
import dev.understudy.jobs.change.Description;
import dev.understudy.jobs.change.Description.TableDescription;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which tables a delta leaves as they are in twin and lake, because some of them have columns that
/// nobody has decided about. The twin's structure stays as it is then, so whatever has changed in
/// its own structure is left, too; and so is what references a table that is left, for its new rows
/// may reference rows that do not come.
final class LeftTables {
    private final Plan plan;
    private final Map<TableName, List<TableName>> ofRoot = new HashMap<>();
    private final Map<TableName, String> left = new TreeMap<>();
    private final Queue<TableName> unfollowed = new ArrayDeque<>();

    LeftTables(Plan plan) {
        this.plan = plan;
        for (TableName each : plan.selected()) {
            plan.database()
                    .table(each)
                    .ifPresent(table ->
                            ofRoot.computeIfAbsent(table.root(), _ -> new ArrayList<>()).add(each));
        }
        plan.tables().stream()
                .filter(TableCopy::isUndecided)
                .forEach(each ->
                        leave(each.table().root(), "no rule decides about " + columns(each)));
    }

    private static String columns(TableCopy table) {
        List<String> decided = table.columns().stream().map(each -> each.column().name()).toList();
        return String.join(
                ", ",
                table.table().copiedColumns().stream()
                        .map(each -> each.name())
                        .filter(each -> !decided.contains(each))
                        .toList());
    }

    /// Adds what has changed in the structure of a source.
    ///
    /// @param before as the twin was made from it
    void add(String source, Description before, Changes changes) {
        for (Change each : changes.all()) {
            each.table()
                    .ifPresent(table -> {
                        TableName name = table.in(source);
                        TableName root =
                                plan.database()
                                        .table(name)
                                        .map(Table::root)
                                        .orElseGet(() -> rootBefore(table, before).in(source));
                        leave(root, each.what());
                    });
        }
    }

    private static TableName rootBefore(TableName table, Description before) {
        return before.tables().stream()
                .filter(each -> each.table().equals(table) && !each.root().isEmpty())
                .map(TableDescription::root)
                .flatMap(root ->
                        before.tables().stream()
                                .map(TableDescription::table)
                                .filter(each -> each.toString().equals(root)))
                .findFirst()
                .orElse(table);
    }

    /// The tables, and why.
    Map<TableName, String> all() {
        var referencing = new HashMap<TableName, Set<TableName>>();
        for (TableCopy each : plan.tables()) {
            referenced(each)
                    .forEach(referenced ->
                            referencing
                                    .computeIfAbsent(referenced, _ -> new TreeSet<>())
                                    .add(each.table().root()));
        }
        while (!unfollowed.isEmpty()) {
            TableName referenced = unfollowed.remove();
            for (TableName root : referencing.getOrDefault(referenced, Set.of())) {
                leave(root, "it references " + referenced);
            }
        }
        return left;
    }

    private void leave(TableName root, String why) {
        for (TableName each : ofRoot.getOrDefault(root, List.of(root))) {
            if (left.putIfAbsent(each, why) == null) {
                unfollowed.add(each);
            }
        }
    }

    private Stream<TableName> referenced(TableCopy table) {
        return Stream.of(table.name(), table.table().root())
                .flatMap(each -> plan.database().table(each).stream())
                .flatMap(each -> each.foreignKeys().stream())
                .map(ForeignKey::referenced);
    }
}
