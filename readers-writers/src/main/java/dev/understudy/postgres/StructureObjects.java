package dev.understudy.postgres;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The objects that were found, by the numbers that the catalog knows them by.
final class StructureObjects {
    final Map<Id, StructureNode> byId = new HashMap<>();
    final Set<StructureNode> nodes = new LinkedHashSet<>();
    final List<NotCarried> notCarried = new ArrayList<>();

    /// An object: its catalog and its number there.
    record Id(int catalog, int oid) {}

    /// Adds an object that is made by some statements.
    StructureNode add(
            Kind kind,
            int catalog,
            int oid,
            String name,
            @Nullable TableName table,
            Supplier<List<String>> sql) {
        StructureNode node = attach(kind, name, table, sql);
        var id = new Id(catalog, oid);
        node.id = id;
        byId.put(id, node);
        return node;
    }

    /// Adds a step that is no object of its own.
    StructureNode attach(
            Kind kind, String name, @Nullable TableName table, Supplier<List<String>> sql) {
        var node = new StructureNode(kind, name, table, sql);
        nodes.add(node);
        return node;
    }

    /// Another number by which the catalog knows an object.
    void alias(int catalog, int oid, StructureNode node) {
        byId.put(new Id(catalog, oid), node);
    }

    @Nullable StructureNode find(int catalog, int oid) {
        return byId.get(new Id(catalog, oid));
    }

    void report(String kind, String object, String reason) {
        notCarried.add(new NotCarried(kind, object, reason));
    }

    /// Adds a step that comes after a relation is made.
    ///
    /// @param undo null if it goes with something else
    StructureNode late(
            Relation relation, Kind kind, String what, String sql, @Nullable String undo) {
        StructureNode step =
                attach(kind, relation.name + " " + what, relation.name, () -> List.of(sql));
        step.needs.add(relation.node());
        step.undo = undo;
        return step;
    }
}
