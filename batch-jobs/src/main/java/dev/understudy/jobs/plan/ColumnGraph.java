package dev.understudy.jobs.plan;

import dev.understudy.config.ColumnRule;
import dev.understudy.schema.Column;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The columns that need a decision, and which of them reference which. Columns of partitions and
/// inherited columns are no nodes of their own: they belong to their parent's.
final class ColumnGraph {
    private final Map<ColumnPath, Node> nodes = new LinkedHashMap<>();

    /// A column that is decided about, with those that follow it as partitions and children.
    static final class Node {
        final ColumnPath path;
        final Table table;
        final Column column;
        final List<Member> followers = new ArrayList<>();
        final List<Edge> references = new ArrayList<>();

        /// The rules that match it, most specific first.
        final List<ColumnRule> rules;

        Node(ColumnPath path, Table table, Column column, List<ColumnRule> rules) {
            this.path = path;
            this.table = table;
            this.column = column;
            this.rules = rules;
        }

        Optional<ColumnRule> rule() {
            return rules.stream().findFirst();
        }
    }

    /// A column of a partition or a child table.
    ///
    /// @param rules that match it by its own name, most specific first
    record Member(Table table, Column column, List<ColumnRule> rules) {}

    /// A column references another, by a key.
    record Edge(ForeignKey key, Node to) {}

    Node add(ColumnPath path, Table table, Column column, List<ColumnRule> rules) {
        return nodes.computeIfAbsent(path, _ -> new Node(path, table, column, rules));
    }

    Optional<Node> node(ColumnPath path) {
        return Optional.ofNullable(nodes.get(path));
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    static void connect(Node from, Node to, ForeignKey key) {
        boolean known = from.references.stream().anyMatch(each -> each.to() == to);
        if (from != to && !known) {
            from.references.add(new Edge(key, to));
        }
    }

    /// The nodes in groups, referenced groups before those that reference them. A group is one
    /// node, or the nodes of a cycle.
    ///
    /// Source: R. Tarjan, Depth-first search and linear graph algorithms, 1972; without recursion,
    /// because chains of references may be long.
    List<List<Node>> referencedFirst() {
        var groups = new ArrayList<List<Node>>();
        var visits = new HashMap<Node, Visit>();
        var open = new ArrayDeque<Node>();
        for (Node start : nodes.values()) {
            if (!visits.containsKey(start)) {
                walk(start, visits, open, groups);
            }
        }
        return groups;
    }

    private static void walk(
            Node start, Map<Node, Visit> visits, Deque<Node> open, List<List<Node>> groups) {
        var path = new ArrayDeque<Visit>();
        path.push(enter(start, visits, open));
        while (!path.isEmpty()) {
            Visit visit = path.element();
            if (visit.next < visit.node.references.size()) {
                Node to = visit.node.references.get(visit.next++).to();
                Visit seen = visits.get(to);
                if (seen == null) {
                    path.push(enter(to, visits, open));
                } else if (seen.open) {
                    visit.lowest = Math.min(visit.lowest, seen.number);
                }
                continue;
            }
            path.pop();
            Visit below = path.peek();
            if (below != null) {
                below.lowest = Math.min(below.lowest, visit.lowest);
            }
            if (visit.lowest == visit.number) {
                groups.add(close(visit.node, visits, open));
            }
        }
    }

    private static Visit enter(Node node, Map<Node, Visit> visits, Deque<Node> open) {
        var visit = new Visit(node, visits.size());
        visits.put(node, visit);
        open.push(node);
        return visit;
    }

    private static List<Node> close(Node first, Map<Node, Visit> visits, Deque<Node> open) {
        var group = new ArrayList<Node>();
        Node node;
        do {
            node = open.pop();
            @Nullable Visit visit = visits.get(node);
            if (visit != null) {
                visit.open = false;
            }
            group.add(node);
        } while (node != first);
        return group;
    }

    private static final class Visit {
        final Node node;
        final int number;
        int lowest;
        int next;
        boolean open = true;

        Visit(Node node, int number) {
            this.node = node;
            this.number = number;
            this.lowest = number;
        }
    }
}
