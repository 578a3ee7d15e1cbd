package dev.understudy.postgres;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.postgres.StructureNode.Phase;
import dev.understudy.schema.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;

/// Decides which objects are carried, when each is made, and in which order.
final class StructureGraph {
    private static final Comparator<StructureNode> ORDER =
            Comparator.<StructureNode, Kind>comparing(node -> node.kind)
                    .thenComparing(node -> node.name);

    private final List<StructureNode> nodes;

    StructureGraph(Collection<StructureNode> nodes) {
        this.nodes = new ArrayList<>(nodes);
    }

    /// The carried objects in an order that works, those of each phase among themselves. Refused
    /// ones say why afterwards.
    List<StructureNode> resolve() {
        refuseOwnedSequences();
        refuseDependents();
        silenceBelongings();
        nodes.removeIf(node -> node.refusal != null);
        breakCycles();
        bringForward();
        return sort();
    }

    /// A sequence of a table that is left out stays only where another table draws from it.
    private void refuseOwnedSequences() {
        var drawn = new HashSet<StructureNode>();
        for (StructureNode node : nodes) {
            for (StructureNode need : node.needs) {
                StructureNode owner = need.ownedBy;
                if (owner != null
                        && !node.kind.isAttachment()
                        && node.made() != owner
                        && node.refusal == null) {
                    drawn.add(need);
                }
            }
        }
        for (StructureNode node : nodes) {
            StructureNode owner = node.ownedBy;
            if (owner != null && owner.refusal != null && !drawn.contains(node)) {
                node.refusal = "its table is left out";
                node.silent = true;
            }
        }
    }

    private void refuseDependents() {
        var dependents = new HashMap<StructureNode, List<StructureNode>>();
        for (StructureNode node : nodes) {
            node.needs.forEach(
                    need -> dependents.computeIfAbsent(need, key -> new ArrayList<>()).add(node));
            StructureNode owner = node.owner;
            if (owner != null) {
                dependents.computeIfAbsent(owner, key -> new ArrayList<>()).add(node);
            }
        }
        Deque<StructureNode> refused = new ArrayDeque<>();
        nodes.stream().filter(node -> node.refusal != null).forEach(refused::add);
        while (!refused.isEmpty()) {
            StructureNode cause = refused.remove();
            for (StructureNode node : dependents.getOrDefault(cause, List.of())) {
                if (node.refusal == null) {
                    node.refusal = "it needs " + cause.title() + ", which is not carried";
                    refused.add(node);
                }
            }
        }
    }

    /// A table that is not there needs no word about its indexes.
    private void silenceBelongings() {
        var missing = new HashSet<TableName>();
        for (StructureNode node : nodes) {
            if (node.refusal != null && node.kind.isRelation() && node.table != null) {
                missing.add(node.table);
            }
        }
        for (StructureNode node : nodes) {
            node.silent |=
                    node.kind.isAttachment()
                            || (!node.kind.isRelation() && missing.contains(node.table));
        }
    }

    /// Parts leave their tables and domains, and views get a first shape without a body, wherever
    /// objects need each other in a circle.
    private void breakCycles() {
        for (StructureNode node : List.copyOf(nodes)) {
            if (node.needsItself) {
                shape(node, Set.of(node));
            }
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (List<StructureNode> circle : new Circles(edges()).find()) {
                var members = new HashSet<StructureNode>(circle);
                boolean parted = false;
                for (StructureNode node : nodes) {
                    if (node.owner != null && !node.apart && members.contains(node.owner)) {
                        node.apart = true;
                        node.needs.add(node.owner);
                        parted = true;
                    }
                }
                if (!parted) {
                    for (StructureNode node : circle) {
                        parted |= shape(node, members);
                    }
                }
                changed |= parted;
            }
        }
    }

    private boolean shape(StructureNode view, Set<StructureNode> circle) {
        Supplier<List<String>> first = view.shapeSql;
        if (first == null) {
            return false;
        }
        view.shapeSql = null;
        var shape = new StructureNode(Kind.VIEW_SHAPE, view.name, view.table, first);
        shape.needs.addAll(view.shapeNeeds);
        for (StructureNode member : circle) {
            if (member != view && member.needs.remove(view)) {
                member.needs.add(shape);
            }
            if (member != view && member.shapeNeeds.remove(view)) {
                member.shapeNeeds.add(shape);
            }
        }
        for (StructureNode part : nodes) {
            if (part.owner != null && circle.contains(part.made()) && part.needs.remove(view)) {
                part.needs.add(shape);
            }
        }
        view.needs.add(shape);
        nodes.add(shape);
        return true;
    }

    /// What each made object needs, parts counted to what they are made with.
    private Map<StructureNode, Set<StructureNode>> edges() {
        var edges = new LinkedHashMap<StructureNode, Set<StructureNode>>();
        nodes.sort(ORDER);
        for (StructureNode node : nodes) {
            edges.computeIfAbsent(node.made(), key -> new LinkedHashSet<>());
        }
        for (StructureNode node : nodes) {
            for (StructureNode need : node.needs) {
                StructureNode made = need.made();
                if (made != node.made() && edges.containsKey(made)) {
                    edges.getOrDefault(node.made(), new LinkedHashSet<>()).add(made);
                }
            }
        }
        return edges;
    }

    /// Whatever an object of an early phase needs is made in that phase too; a function that needs
    /// something late comes late.
    private void bringForward() {
        Map<StructureNode, Set<StructureNode>> edges = edges();
        Deque<StructureNode> open = new ArrayDeque<>();
        var seen = new HashSet<StructureNode>();
        for (StructureNode node : edges.keySet()) {
            if (node.phase == Phase.BEFORE_ROWS) {
                open.add(node);
                seen.add(node);
            } else if (node.phase == Phase.AFTER_ROWS) {
                for (StructureNode need : edges.getOrDefault(node, Set.of())) {
                    if (need.phase != Phase.AFTER_ROWS && seen.add(need)) {
                        open.add(need);
                    }
                }
            }
        }
        while (!open.isEmpty()) {
            StructureNode node = open.remove();
            node.phase = Phase.BEFORE_ROWS;
            edges.getOrDefault(node, Set.of()).stream().filter(seen::add).forEach(open::add);
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (StructureNode node : edges.keySet()) {
                if (node.phase == Phase.FUNCTION
                        && edges.getOrDefault(node, Set.of()).stream()
                                .anyMatch(need -> need.phase.compareTo(Phase.FUNCTION) > 0)) {
                    node.phase = Phase.AFTER_ALL_ROWS;
                    changed = true;
                }
            }
        }
        for (StructureNode node : edges.keySet()) {
            if (node.phase == Phase.FUNCTION) {
                node.phase = Phase.BEFORE_ROWS;
            }
        }
    }

    private List<StructureNode> sort() {
        Map<StructureNode, Set<StructureNode>> edges = edges();
        var waiting = new HashMap<StructureNode, Integer>();
        var dependents = new HashMap<StructureNode, List<StructureNode>>();
        var ready =
                new PriorityQueue<StructureNode>(
                        Comparator.<StructureNode, Phase>comparing(node -> node.phase)
                                .thenComparing(ORDER));
        edges.forEach((node, needs) -> {
            node.alone =
                    node.kind == Kind.TABLE
                            && needs.stream().noneMatch(need -> need.kind == Kind.TABLE);
            waiting.put(node, needs.size());
            needs.forEach(
                    need -> dependents.computeIfAbsent(need, key -> new ArrayList<>()).add(node));
            if (needs.isEmpty()) {
                ready.add(node);
            }
        });
        var sorted = new ArrayList<StructureNode>();
        var done = new HashSet<StructureNode>();
        while (sorted.size() < edges.size()) {
            StructureNode node = ready.poll();
            if (node == null) {
                // A circle that nothing breaks: the server will say what is wrong with it.
                node =
                        edges.keySet().stream()
                                .filter(each -> !done.contains(each))
                                .min(ORDER)
                                .orElseThrow();
            }
            if (!done.add(node)) {
                continue;
            }
            sorted.add(node);
            for (StructureNode dependent : dependents.getOrDefault(node, List.of())) {
                if (waiting.merge(dependent, -1, Integer::sum) == 0) {
                    ready.add(dependent);
                }
            }
        }
        return sorted;
    }

    /// Groups of objects that need each other, by Tarjan's algorithm, without recursion: chains of
    /// partitions and views may be long.
    private static final class Circles {
        private final Map<StructureNode, Set<StructureNode>> edges;
        private final Map<StructureNode, Integer> index = new HashMap<>();
        private final Map<StructureNode, Integer> low = new HashMap<>();
        private final Set<StructureNode> onStack = new HashSet<>();
        private final Deque<StructureNode> stack = new ArrayDeque<>();
        private final List<List<StructureNode>> circles = new ArrayList<>();

        Circles(Map<StructureNode, Set<StructureNode>> edges) {
            this.edges = edges;
        }

        List<List<StructureNode>> find() {
            for (StructureNode node : edges.keySet()) {
                if (!index.containsKey(node)) {
                    visit(node);
                }
            }
            return circles;
        }

        private void visit(StructureNode start) {
            Deque<Visit> path = new ArrayDeque<>();
            path.push(enter(start));
            while (!path.isEmpty()) {
                Visit visit = path.element();
                if (visit.needs.hasNext()) {
                    StructureNode need = visit.needs.next();
                    if (!index.containsKey(need)) {
                        path.push(enter(need));
                    } else if (onStack.contains(need)) {
                        low.merge(visit.node, index.getOrDefault(need, 0), Math::min);
                    }
                } else {
                    path.pop();
                    leave(visit.node);
                    if (!path.isEmpty()) {
                        low.merge(path.element().node, low.getOrDefault(visit.node, 0), Math::min);
                    }
                }
            }
        }

        private Visit enter(StructureNode node) {
            index.put(node, index.size());
            low.put(node, index.size() - 1);
            stack.push(node);
            onStack.add(node);
            return new Visit(node, edges.getOrDefault(node, Set.of()).iterator());
        }

        private void leave(StructureNode node) {
            if (!index.getOrDefault(node, -1).equals(low.get(node))) {
                return;
            }
            var circle = new ArrayList<StructureNode>();
            StructureNode member;
            do {
                member = stack.pop();
                onStack.remove(member);
                circle.add(member);
            } while (member != node);
            if (circle.size() > 1) {
                circles.add(circle);
            }
        }

        private record Visit(StructureNode node, Iterator<StructureNode> needs) {}
    }
}
