package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.schema.Database;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The order in which changed rows are merged: each table behind those that it references, as far
/// as there is such an order. In a cycle any is as good as another: its keys are checked at the
/// end.
final class ParentsFirst {
    private final Database database;
    private final Map<TableName, List<TableCopy>> byRoot = new LinkedHashMap<>();

    private ParentsFirst(Database database) {
        this.database = database;
    }

    /// Those of some tables whose rows are copied, in that order.
    static List<TableCopy> of(List<TableCopy> tables, Database database) {
        var order = new ParentsFirst(database);
        for (TableCopy table : tables) {
            if (!table.structureOnly()) {
                order.byRoot
                        .computeIfAbsent(table.table().root(), _ -> new ArrayList<>())
                        .add(table);
            }
        }
        return order.ordered();
    }

    /// A table or the partitions of one, which follow all that they reference.
    private record Visit(List<TableCopy> tables, Iterator<TableName> referenced) {}

    private List<TableCopy> ordered() {
        var ordered = new ArrayList<TableCopy>();
        var seen = new HashSet<TableName>();
        for (TableName start : byRoot.keySet()) {
            // Chains of references may be longer than a thread's stack is deep.
            var path = new ArrayDeque<Visit>();
            if (seen.add(start)) {
                path.push(visit(start));
            }
            while (!path.isEmpty()) {
                Visit visit = path.peek();
                if (!visit.referenced().hasNext()) {
                    ordered.addAll(visit.tables());
                    path.pop();
                    continue;
                }
                TableName next = visit.referenced().next();
                if (byRoot.containsKey(next) && seen.add(next)) {
                    path.push(visit(next));
                }
            }
        }
        return ordered;
    }

    private Visit visit(TableName root) {
        List<TableCopy> tables = Objects.requireNonNull(byRoot.get(root));
        return new Visit(
                tables,
                Stream.concat(Stream.of(root), tables.stream().map(TableCopy::name))
                        .distinct()
                        .flatMap(this::referenced)
                        .iterator());
    }

    private Stream<TableName> referenced(TableName table) {
        return database.table(table).stream()
                .flatMap(found -> found.foreignKeys().stream())
                .flatMap(key -> database.table(key.referenced()).stream())
                .map(Table::root);
    }
}
