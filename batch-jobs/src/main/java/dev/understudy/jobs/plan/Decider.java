package dev.understudy.jobs.plan;

import dev.understudy.config.ColumnRule;
import dev.understudy.config.DeltaConfig.Undecided;
import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfig.Unlisted;
import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.config.Reference;
import dev.understudy.config.Spelling;
import dev.understudy.jobs.plan.ColumnGraph.Edge;
import dev.understudy.jobs.plan.ColumnGraph.Member;
import dev.understudy.jobs.plan.ColumnGraph.Node;
import dev.understudy.jobs.plan.Decision.Origin;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRefused;
import dev.understudy.masking.MaskingRule;
import dev.understudy.schema.Check;
import dev.understudy.schema.Column;
import dev.understudy.schema.Database;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Finds the rule of every column: the most specific rule that matches it, unless it is a
/// partition's or inherited column, which follows its parent, or references another, which it
/// follows.
final class Decider {
    /// Unused rules beyond these get no proposal, which would cost a look at every column.
    private static final int PROPOSALS = 50;

    private static final int MOST_DATES_TOGETHER = 15;

    /// What was decided about a column.
    ///
    /// @param where the line that decided, however far away
    record Verdict(MaskingRule rule, Origin origin, Optional<Location> where) {
        boolean keeps() {
            return rule.masker().equals("keep");
        }
    }

    private final JobConfig config;
    private final Database database;
    private final Selection selection;
    private final Findings findings;
    private final RuleIndex index;
    private final ColumnGraph graph = new ColumnGraph();
    private final Map<ColumnPath, ColumnPath> owners = new HashMap<>();
    private final Map<Node, Verdict> verdicts = new LinkedHashMap<>();
    private final Set<ColumnRule> used = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<List<Location>> ambiguous = new HashSet<>();

    /// A column that the database computes, and the foreign key by which another must equal it.
    private record Computed(ColumnPath column, ForeignKey key) {}

    private final Map<Node, Computed> besideComputed = new LinkedHashMap<>();

    private final ProfileRules profiles;
    private final List<Problem> undecided = new ArrayList<>();

    private Decider(
            JobConfig config,
            Database database,
            Selection selection,
            ProfileRules profiles,
            Findings findings) {
        this.profiles = profiles;
        this.config = config;
        this.database = database;
        this.selection = selection;
        this.findings = findings;
        this.index = new RuleIndex(config.columns());
    }

    static Decider decide(
            JobConfig config,
            Database database,
            Selection selection,
            ProfileRules profiles,
            Findings findings) {
        var decider = new Decider(config, database, selection, profiles, findings);
        decider.addColumns();
        decider.addReferences();
        decider.graph.referencedFirst().forEach(decider::settle);
        decider.graph.nodes().forEach(decider::checkReferences);
        decider.graph.nodes().forEach(decider::checkFollowers);
        decider.besideComputed.forEach(decider::checkBesideComputed);
        decider.reportUnusedRules();
        return decider;
    }

    /// What was decided about a copied column of a table that copies rows; empty if that is a
    /// problem which was reported.
    Optional<Verdict> verdict(TableName table, String column) {
        return node(new ColumnPath(table, column)).map(verdicts::get);
    }

    Optional<Verdict> verdict(Node node) {
        return Optional.ofNullable(verdicts.get(node));
    }

    /// The column that decides for this one: itself, or a parent's.
    ColumnPath owner(ColumnPath path) {
        return owners.getOrDefault(path, path);
    }

    ColumnGraph graph() {
        return graph;
    }

    long comparisons() {
        return index.comparisons();
    }

    private Optional<Node> node(ColumnPath path) {
        return graph.node(owner(path));
    }

    private void addColumns() {
        for (Table table : database.tables()) {
            if (!selection.copiesRows(table.name())) {
                continue;
            }
            for (Column column : table.copiedColumns()) {
                addColumn(table, column);
            }
        }
    }

    private void addColumn(Table table, Column column) {
        var path = new ColumnPath(table.name(), column.name());
        if (owners.containsKey(path)) {
            return;
        }
        List<ColumnRule> rules = index.matching(table.name(), column.name());
        Optional<Table> parent = decidingParent(table, column);
        if (parent.isEmpty()) {
            owners.put(path, path);
            graph.add(path, table, column, rules);
            reportAmbiguity(path, rules);
            return;
        }
        Table above = parent.get();
        addColumn(above, above.column(column.name()).orElseThrow());
        ColumnPath owner = owner(new ColumnPath(above.name(), column.name()));
        owners.put(path, owner);
        graph.node(owner).orElseThrow().followers.add(new Member(table, column, rules));
    }

    private Optional<Table> decidingParent(Table table, Column column) {
        if (table.partitionRoot().isPresent()) {
            return database.table(table.partitionRoot().get());
        }
        return table.parents().stream()
                .filter(selection::copiesRows)
                .flatMap(each -> database.table(each).stream())
                .filter(each -> each.column(column.name()).filter(c -> !c.generated()).isPresent())
                .findFirst();
    }

    private void reportAmbiguity(ColumnPath path, List<ColumnRule> matching) {
        matching.stream().filter(Decider::yields).forEach(used::add);
        List<ColumnRule> rules = matching.stream().filter(each -> !yields(each)).toList();
        if (rules.size() < 2) {
            return;
        }
        ColumnRule first = rules.get(0);
        if (first.isMember()) {
            reportRivals(path, first, rules.subList(1, rules.size()));
            return;
        }
        ColumnRule second = rules.get(1);
        if (first.compareSpecificity(second) == 0
                && !first.rule().agreesWith(second.rule())
                && ambiguous.add(List.of(first.where(), second.where()))) {
            used.add(second);
            findings.error(
                    "ambiguous-rule",
                    Optional.of(second.where()),
                    "%s is matched by %s: %s and, in line %d, by %s: %s, which is exactly as specific"
                            .formatted(
                                    path,
                                    second.pattern(),
                                    second.rule(),
                                    first.where().line(),
                                    first.pattern(),
                                    first.rule()),
                    "write a rule for %s itself".formatted(path));
        }
    }

    /// A group decides about its columns alone.
    private void reportRivals(ColumnPath path, ColumnRule member, List<ColumnRule> others) {
        for (ColumnRule other : others) {
            boolean explicit = other.isMember() || other.compareSpecificity(member) >= 0;
            if (explicit) {
                used.add(other);
                findings.error(
                        "group-disagrees",
                        Optional.of(other.where()),
                        "%s is decided by %s: %s, but also, in line %d, by %s: %s"
                                .formatted(
                                        path,
                                        other.shown(),
                                        other.rule(),
                                        member.where().line(),
                                        member.shown(),
                                        member.rule()),
                        "take %s out of one of the two".formatted(path));
            }
        }
    }

    /// Whether a rule decides only where no other does.
    private static boolean yields(ColumnRule rule) {
        return rule.group().isPresent() && !rule.isMember();
    }

    private void addReferences() {
        for (Table table : database.tables()) {
            table.foreignKeys().forEach(this::connect);
        }
        config.references().forEach(this::addUndeclared);
    }

    private void connect(ForeignKey key) {
        for (int i = 0; i < key.columns().size(); i++) {
            var column = new ColumnPath(key.table(), key.columns().get(i));
            var referenced = new ColumnPath(key.referenced(), key.referencedColumns().get(i));
            Optional<Node> from = node(column);
            Optional<Node> to = node(referenced);
            if (from.isPresent() && to.isPresent()) {
                ColumnGraph.connect(from.get(), to.get(), key);
            } else if (isComputed(column)) {
                to.ifPresent(each -> besideComputed.put(each, new Computed(column, key)));
            } else if (isComputed(referenced)) {
                from.ifPresent(each -> besideComputed.put(each, new Computed(referenced, key)));
            }
        }
    }

    private boolean isComputed(ColumnPath path) {
        return selection.copiesRows(path.table())
                && database.table(path.table())
                        .flatMap(each -> each.column(path.column()))
                        .filter(Column::generated)
                        .isPresent();
    }

    private void addUndeclared(Reference reference) {
        TableName from = table(reference.from());
        TableName to = table(reference.to());
        List<Column> columns = columns(reference, from, reference.from().columns());
        List<Column> referenced = columns(reference, to, reference.to().columns());
        if (columns.isEmpty() || referenced.isEmpty()) {
            return;
        }
        for (int i = 0; i < columns.size(); i++) {
            Column a = columns.get(i);
            Column b = referenced.get(i);
            if (!Profiles.comparable(profile(from, a), profile(to, b))) {
                findings.error(
                        "reference-types-differ",
                        Optional.of(reference.where()),
                        "%s: %s is %s but %s is %s, and their values cannot be compared"
                                .formatted(
                                        reference.text(),
                                        new ColumnPath(from, a.name()),
                                        a.type().sql(),
                                        new ColumnPath(to, b.name()),
                                        b.type().sql()),
                        "reference a column of the same type");
                return;
            }
        }
        var key =
                new ForeignKey(
                        reference.text(),
                        from,
                        reference.from().columns(),
                        to,
                        reference.to().columns(),
                        false);
        connect(key);
        if (reference.kind() == Reference.Kind.ALIKE) {
            connect(key.reversed());
        }
    }

    private TableName table(Reference.End end) {
        String source = end.source().orElseGet(() -> config.sources().getFirst().name());
        return new TableName(source, end.schema(), end.table());
    }

    private ColumnProfile profile(TableName table, Column column) {
        return Profiles.of(database.table(table).orElseThrow(), column);
    }

    /// The named columns; none if one of them is missing, which is reported.
    private List<Column> columns(Reference reference, TableName name, List<String> names) {
        Optional<Table> table = database.table(name);
        if (table.isEmpty()) {
            unknown(
                    reference,
                    "the source has no table " + name,
                    name.toString(),
                    database.tables().stream().map(each -> each.name().toString()).toList());
            return List.of();
        }
        if (!selection.selected().contains(name)) {
            findings.error(
                    "reference-unknown",
                    Optional.of(reference.where()),
                    "%s: %s is not copied".formatted(reference.text(), name),
                    "remove the reference, or include the table");
            return List.of();
        }
        var found = new ArrayList<Column>();
        for (String each : names) {
            Optional<Column> column = table.get().column(each);
            if (column.isEmpty()) {
                unknown(
                        reference,
                        "%s has no column %s".formatted(name, each),
                        each,
                        table.get().columns().stream().map(Column::name).toList());
                return List.of();
            }
            found.add(column.get());
        }
        return found;
    }

    private void unknown(
            Reference reference, String message, String written, List<String> candidates) {
        findings.error(
                "reference-unknown",
                Optional.of(reference.where()),
                "%s: %s".formatted(reference.text(), message),
                Spelling.closest(written, candidates)
                        .map(near -> "did you mean %s?".formatted(near))
                        .orElse("remove the reference, or correct the name; case counts"));
    }

    /// Decides about a node, or about the nodes of a cycle, after everything that they reference.
    private void settle(List<Node> group) {
        var members = new HashSet<>(group);
        var waiting = new ArrayList<>(group);
        boolean leaderUndecided = false;
        boolean led = false;
        for (Node node : group) {
            List<Edge> outside =
                    node.references.stream().filter(each -> !members.contains(each.to())).toList();
            List<Edge> decided =
                    outside.stream().filter(each -> verdicts.containsKey(each.to())).toList();
            leaderUndecided |= decided.size() < outside.size();
            if (!decided.isEmpty()) {
                follow(node, decided.getFirst());
                waiting.remove(node);
                led = true;
            }
        }
        if (!led) {
            Optional<Node> leader = leader(group);
            if (leader.isEmpty() && !leaderUndecided) {
                leader = Optional.of(group.getFirst());
                unlisted(group.getFirst());
            } else {
                leader.ifPresent(each -> decideByRule(each, each.rule().orElseThrow()));
            }
            leader.ifPresent(waiting::remove);
        }
        followInCycle(waiting);
    }

    /// Lets the rest of a cycle follow those of it that are decided, step by step.
    private void followInCycle(List<Node> waiting) {
        boolean moved = true;
        while (moved && !waiting.isEmpty()) {
            moved = false;
            for (Node node : List.copyOf(waiting)) {
                List<Edge> decided =
                        node.references.stream()
                                .filter(each -> verdicts.containsKey(each.to()))
                                .toList();
                if (!decided.isEmpty()) {
                    follow(node, decided.getFirst());
                    waiting.remove(node);
                    moved = true;
                }
            }
        }
    }

    private static Optional<Node> leader(List<Node> group) {
        return group.stream()
                .filter(each -> each.rule().isPresent())
                .max(
                        Comparator.comparingInt(
                                        (Node each) -> each.rule().orElseThrow().specificity())
                                .thenComparing(each ->
                                        !each.rule().orElseThrow().rule().masker().equals("keep")));
    }

    private void decideByRule(Node node, ColumnRule rule) {
        used.add(rule);
        verdicts.put(
                node,
                new Verdict(
                        rule.rule(),
                        new Origin.Rule(rule.shown(), rule.where()),
                        Optional.of(rule.where())));
    }

    private void unlisted(Node node) {
        ColumnProfile own = Profiles.of(node.table, node.column);
        boolean unique = own.unique() || Profiles.inCompositeKey(node.table, node.column.name());
        ColumnProfile profile = Profiles.with(own, unique, own.maxLength());
        Optional<ProfileRules.Choice> chosen = profiles.choose(node.path, profile);
        if (chosen.isPresent()) {
            verdicts.put(
                    node,
                    new Verdict(
                            chosen.get().rule(),
                            new Origin.ByProfile(chosen.get().profile(), chosen.get().kind()),
                            Optional.empty()));
            return;
        }
        if (config.unlisted() == Unlisted.MASK) {
            try {
                verdicts.put(
                        node,
                        new Verdict(byType(node, profile), new Origin.ByType(), Optional.empty()));
            } catch (MaskingRefused e) {
                undecided(
                        "no rule decides about " + e.getMessage(),
                        node.path.asPattern() + ": " + PersonalNames.KEEP_FOR_A_REASON);
            }
            return;
        }
        undecided(
                "%s (%s): no rule decides about this column"
                        .formatted(node.path, node.column.type().sql()),
                "%s: %s"
                        .formatted(
                                node.path.asPattern(),
                                PersonalNames.suggestion(
                                        node.column.name(),
                                        profile,
                                        Checks.isListed(node.table, node.column))));
    }

    private MaskingRule byType(Node node, ColumnProfile profile) {
        // Few columns are in checks with others, and whether one is free takes a look at all
        // columns.
        Set<String> together = comparedDates(node);
        if (together.isEmpty() || together.size() > MOST_DATES_TOGETHER || !freeDate(node)) {
            return Maskers.byType(profile);
        }
        return new MaskingRule(
                "shift-date",
                Map.of("with", List.copyOf(together)),
                Optional.empty(),
                Optional.empty());
    }

    /// The row's other dates that checks compare with this one: unless all move alike, one would
    /// pass the other.
    private Set<String> comparedDates(Node node) {
        var found = new TreeSet<>(Set.of(node.column.name()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Check check : node.table.checks()) {
                if (check.columns().stream().anyMatch(found::contains)) {
                    grown |=
                            found.addAll(
                                    check.columns().stream()
                                            .filter(each ->
                                                    graph.node(
                                                                    new ColumnPath(
                                                                            node.table.name(),
                                                                            each))
                                                            .filter(this::freeDate)
                                                            .isPresent())
                                            .toList());
                }
            }
        }
        found.remove(node.column.name());
        return found;
    }

    /// Whether a column is a date whose type alone decides how it is masked.
    private boolean freeDate(Node node) {
        ColumnProfile profile = Profiles.of(node.table, node.column);
        return Profiles.isDay(profile)
                && !profile.unique()
                && !Profiles.inCompositeKey(node.table, node.column.name())
                && node.rule().isEmpty()
                && node.references.isEmpty()
                && profiles.choose(node.path, profile).isEmpty()
                && graph.nodes().stream()
                        .flatMap(each -> each.references.stream())
                        .noneMatch(each -> each.to() == node);
    }

    private void undecided(String message, String hint) {
        var problem =
                new Problem(
                        "undecided-column",
                        Problem.Severity.ERROR,
                        Optional.empty(),
                        message,
                        hint);
        if (config.delta().filter(each -> each.undecided() == Undecided.LEAVE).isPresent()) {
            undecided.add(problem);
        } else {
            findings.add(problem);
        }
    }

    /// Columns that no rule decides about, where their tables may be left as they are; otherwise
    /// they are among the findings.
    List<Problem> undecided() {
        return undecided;
    }

    /// Decides about a column by what it references.
    private void follow(Node node, Edge edge) {
        Verdict lead = verdict(edge);
        Optional<ColumnRule> own = node.rule().filter(each -> !yields(each));
        if (own.isPresent() && masksToNull(own.get().rule())) {
            decideByRule(node, own.get());
            return;
        }
        if (own.isPresent() && own.get().rule().agreesWith(lead.rule())) {
            decideByRule(node, own.get());
            return;
        }
        if (own.isPresent() && contradicts(own.get(), lead)) {
            used.add(own.get());
            findings.error(
                    "foreign-key-disagrees",
                    Optional.of(own.get().where()),
                    "%s (%s) references %s (%s%s) by %s, but their rules differ"
                            .formatted(
                                    node.path,
                                    own.get().rule(),
                                    edge.to().path,
                                    lead.rule(),
                                    lead.where().map(where -> ", line " + where.line()).orElse(""),
                                    edge.key().name()),
                    "remove the rule of %s: it follows %s by itself"
                            .formatted(node.path, edge.to().path));
        }
        verdicts.put(
                node,
                new Verdict(
                        lead.rule(),
                        new Origin.Referenced(
                                edge.key(), edge.to().path.table(), edge.to().path.column()),
                        lead.where()));
    }

    /// A `keep` for many columns at once gives way to a masked referenced column; nothing else
    /// does.
    private static boolean contradicts(ColumnRule own, Verdict lead) {
        boolean broadKeep = own.rule().masker().equals("keep") && !RuleIndex.namesOneColumn(own);
        return !broadKeep || lead.keeps();
    }

    /// A column that references several, or is part of a cycle, followed only one of them.
    private void checkReferences(Node node) {
        Verdict verdict = verdicts.get(node);
        if (verdict == null || masksToNull(verdict.rule())) {
            return;
        }
        for (Edge edge : node.references) {
            Verdict other = verdicts.get(edge.to());
            if (other != null && !other.rule().agreesWith(verdict.rule())) {
                findings.error(
                        "foreign-key-disagrees",
                        other.where().or(verdict::where),
                        "%s (%s: %s) references %s (%s: %s) by %s, but their rules differ"
                                .formatted(
                                        node.path,
                                        verdict.rule(),
                                        Decision.describe(verdict.origin()),
                                        edge.to().path,
                                        other.rule(),
                                        Decision.describe(other.origin()),
                                        edge.key().name()),
                        "give %s and what %s references besides the same rule"
                                .formatted(edge.to().path, node.path));
            }
        }
    }

    /// No rule decides what a computed column becomes, so a masked one cannot be told to equal it.
    private void checkBesideComputed(Node node, Computed computed) {
        Verdict verdict = verdicts.get(node);
        if (verdict == null || verdict.keeps() || masksToNull(verdict.rule())) {
            return;
        }
        ColumnPath decisive = decisive(node.path);
        String message =
                "%s (%s) and %s must be equal by %s, and the database computes the latter"
                        .formatted(
                                node.path,
                                verdict.rule(),
                                computed.column(),
                                computed.key().name());
        // Whoever has chosen a rule may know what the database will make of its results.
        if (verdict(decisive.table(), decisive.column()).map(Verdict::origin).orElse(null)
                instanceof Origin.ByType) {
            findings.error(
                    "foreign-key-would-break",
                    verdict.where(),
                    message,
                    "%s: %s".formatted(decisive.asPattern(), PersonalNames.KEEP_FOR_A_REASON));
        } else {
            findings.warn(
                    "foreign-key-over-computed",
                    verdict.where(),
                    message,
                    "keep the column; the twin checks it after loading, and nothing is published if it fails");
        }
    }

    /// The column whose rule decides about this one: the root's of a partition, the referenced one
    /// of a foreign key.
    ColumnPath decisive(ColumnPath path) {
        ColumnPath at = owner(path);
        var seen = new HashSet<ColumnPath>();
        while (seen.add(at)
                && verdict(at.table(), at.column()).map(Verdict::origin).orElse(null)
                        instanceof Origin.Referenced(var _, TableName table, String column)) {
            at = owner(new ColumnPath(table, column));
        }
        return at;
    }

    private Verdict verdict(Edge edge) {
        Verdict verdict = verdicts.get(edge.to());
        if (verdict == null) {
            throw new IllegalStateException(edge.to().path + " is not decided yet");
        }
        return verdict;
    }

    /// Whether every value becomes NULL, so that a foreign key has nothing to check.
    static boolean masksToNull(MaskingRule rule) {
        return rule.masker().equals("null")
                || (rule.masker().equals("constant")
                        && rule.parameters().containsKey("value")
                        && rule.parameters().get("value") == null);
    }

    /// Partitions and inherited columns follow; a rule that is made for one of them must agree.
    private void checkFollowers(Node node) {
        Verdict verdict = verdicts.get(node);
        for (Member member : node.followers) {
            Optional<ColumnRule> own = member.rules().stream().findFirst();
            if (own.isEmpty() || node.rules.contains(own.get())) {
                continue;
            }
            used.add(own.get());
            if (verdict == null || !own.get().rule().agreesWith(verdict.rule())) {
                findings.error(
                        "parent-disagrees",
                        Optional.of(own.get().where()),
                        "%s.%s has the rule %s, but it belongs to %s, which %s"
                                .formatted(
                                        member.table().name(),
                                        member.column().name(),
                                        own.get().rule(),
                                        node.path,
                                        verdict == null
                                                ? "nobody decided about"
                                                : "has the rule " + verdict.rule()),
                        "write the rule for %s; partitions and inherited columns follow it"
                                .formatted(node.path));
            }
        }
    }

    private void reportUnusedRules() {
        int reported = 0;
        for (ColumnRule rule : config.columns()) {
            if (!used.contains(rule)) {
                boolean look = reported++ < PROPOSALS;
                findings.error(
                        "rule-matches-nothing",
                        Optional.of(rule.where()),
                        "%s: %s decides about no column%s"
                                .formatted(rule.pattern(), rule.rule(), look ? because(rule) : ""),
                        look ? proposal(rule) : "remove it, or correct its names; case counts");
            }
        }
    }

    private String because(ColumnRule rule) {
        for (Table table : database.tables()) {
            for (Column column : table.columns()) {
                if (!matches(rule, table, column)) {
                    continue;
                }
                var path = new ColumnPath(table.name(), column.name());
                Optional<Node> node = node(path);
                if (node.isEmpty()) {
                    return ": %s is not copied (%s)"
                            .formatted(
                                    path,
                                    column.generated()
                                            ? "the database computes it"
                                            : "its table is excluded or comes without rows");
                }
                Verdict verdict = verdicts.get(node.get());
                return verdict == null
                        ? ": " + path + " depends on a column that is not decided"
                        : ": %s is decided by %s"
                                .formatted(path, Decision.describe(verdict.origin()));
            }
        }
        return ": the source has no such column";
    }

    private String proposal(ColumnRule rule) {
        String otherwise = "remove it, or correct its names; case counts";
        long dots = rule.pattern().chars().filter(each -> each == '.').count();
        if (rule.pattern().contains("*") || rule.pattern().contains("\"") || used(rule)) {
            return otherwise;
        }
        var candidates = new HashSet<String>();
        for (Table table : database.tables()) {
            for (Column column : table.copiedColumns()) {
                candidates.add(
                        (dots > 1 ? table.name().schema() + "." : "")
                                + (dots > 0 ? table.name().name() + "." : "")
                                + column.name());
            }
        }
        return Spelling.closest(rule.pattern(), candidates)
                .map(near -> "did you mean %s?".formatted(near))
                .orElse(otherwise);
    }

    /// Whether the rule matches a column at all, so that its names are right.
    private boolean used(ColumnRule rule) {
        return database.tables().stream()
                .anyMatch(table ->
                        table.columns().stream().anyMatch(column -> matches(rule, table, column)));
    }

    private static boolean matches(ColumnRule rule, Table table, Column column) {
        TableName name = table.name();
        return rule.matches(name.source(), name.schema(), name.name(), column.name());
    }
}
