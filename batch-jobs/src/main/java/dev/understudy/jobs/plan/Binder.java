package dev.understudy.jobs.plan;

import dev.understudy.config.Location;
import dev.understudy.config.Spelling;
import dev.understudy.jobs.plan.Checks.Masked;
import dev.understudy.jobs.plan.ColumnGraph.Edge;
import dev.understudy.jobs.plan.ColumnGraph.Member;
import dev.understudy.jobs.plan.ColumnGraph.Node;
import dev.understudy.jobs.plan.Decider.Verdict;
import dev.understudy.jobs.plan.Decision.Origin;
import dev.understudy.masking.ColumnMasker;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.MaskerDefinition.Reads;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.masking.MaskingRefused;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import dev.understudy.schema.Column;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Binds every rule to its columns once, so that whatever cannot work is refused before a row is
/// read. Columns that reference each other are bound alike: where one of them is unique or short,
/// all are treated so, because a masker's results may depend on it.
final class Binder {
    private final Decider decider;
    private final MaskingKeys keys;
    private final Findings findings;
    private final Map<Node, Shared> shared = new HashMap<>();
    private final Map<ColumnPath, Decision> decisions = new HashMap<>();
    private final Map<ColumnPath, Masked> masked = new HashMap<>();
    private final Map<ColumnPath, List<Subjects.Found>> subjects = new HashMap<>();
    private final Map<List<Object>, ColumnMasker> bound = new HashMap<>();
    private final Set<List<Object>> refused = new HashSet<>();

    /// Partitions repeat their root's keys.
    private final Set<List<Object>> reported = new HashSet<>();

    /// What columns that must agree have in common.
    private static final class Shared {
        private boolean unique;

        /// Characters of texts, and bytes.
        private final Map<ValueForm, Integer> maxLengths = new EnumMap<>(ValueForm.class);

        void include(ColumnProfile profile) {
            unique |= profile.unique();
            if (profile.form() == ValueForm.TEXT || profile.form() == ValueForm.BYTES) {
                profile.maxLength()
                        .ifPresent(each -> maxLengths.merge(profile.form(), each, Math::min));
            }
        }

        ColumnProfile applyTo(ColumnProfile profile) {
            Integer common = maxLengths.get(profile.form());
            return Profiles.with(
                    profile, unique, common == null ? profile.maxLength() : OptionalInt.of(common));
        }
    }

    private Binder(Decider decider, MaskingKeys keys, Findings findings) {
        this.decider = decider;
        this.keys = keys;
        this.findings = findings;
    }

    static Binder bind(Decider decider, MaskingKeys keys, Findings findings) {
        var binder = new Binder(decider, keys, findings);
        binder.shareTraits();
        for (List<Node> group : decider.graph().referencedFirst()) {
            group.forEach(binder::bind);
        }
        return binder;
    }

    /// The decisions about a table's copied columns, in the order of `order`; those that failed are
    /// missing.
    List<Decision> decisions(Table table, Table order) {
        return order.copiedColumns().stream()
                .map(each -> decisions.get(new ColumnPath(table.name(), each.name())))
                .filter(each -> each != null)
                .toList();
    }

    /// The columns of other tables' rows that a table's rules read.
    List<SubjectColumn> subjects(Table table) {
        return table.copiedColumns().stream()
                .map(each -> new ColumnPath(table.name(), each.name()))
                .flatMap(each -> subjects.getOrDefault(each, List.of()).stream())
                .distinct()
                .flatMap(each ->
                        Optional.ofNullable(decisions.get(each.path())).stream()
                                .map(decision ->
                                        new SubjectColumn(
                                                each.via(),
                                                each.path().table(),
                                                each.key(),
                                                decision)))
                .toList();
    }

    /// The masked columns of a table that could be bound, by name.
    Map<String, Masked> masked(Table table) {
        var result = new LinkedHashMap<String, Masked>();
        for (Column column : table.copiedColumns()) {
            Masked found = masked.get(new ColumnPath(table.name(), column.name()));
            if (found != null) {
                result.put(column.name(), found);
            }
        }
        return result;
    }

    Optional<Masked> masked(ColumnPath path) {
        return Optional.ofNullable(masked.get(path));
    }

    /// Whether a column is masked by a rule that could be bound to it.
    boolean isMasked(ColumnPath path) {
        return masked.containsKey(path);
    }

    private void shareTraits() {
        var neighbours = new HashMap<Node, List<Node>>();
        for (Node node : decider.graph().nodes()) {
            for (Edge edge : node.references) {
                if (agree(node, edge.to())) {
                    neighbours.computeIfAbsent(node, _ -> new ArrayList<>()).add(edge.to());
                    neighbours.computeIfAbsent(edge.to(), _ -> new ArrayList<>()).add(node);
                }
            }
        }
        for (Node start : decider.graph().nodes()) {
            var traits = new Shared();
            if (shared.putIfAbsent(start, traits) != null) {
                continue;
            }
            var open = new ArrayList<>(List.of(start));
            while (!open.isEmpty()) {
                Node node = open.removeLast();
                traits.include(Profiles.of(node.table, node.column));
                for (Member member : node.followers) {
                    traits.include(Profiles.of(member.table(), member.column()));
                }
                for (Node other : neighbours.getOrDefault(node, List.of())) {
                    if (shared.putIfAbsent(other, traits) == null) {
                        open.add(other);
                    }
                }
            }
        }
    }

    private boolean agree(Node a, Node b) {
        Optional<Verdict> first = decider.verdict(a);
        Optional<Verdict> second = decider.verdict(b);
        return first.isPresent()
                && second.isPresent()
                && first.get().rule().agreesWith(second.get().rule());
    }

    private void bind(Node node) {
        Optional<Verdict> verdict = decider.verdict(node);
        if (verdict.isEmpty()) {
            return;
        }
        bind(node, node.table, node.column, verdict.get());
        var asParent =
                new Verdict(
                        verdict.get().rule(),
                        new Origin.Parent(node.path.table()),
                        verdict.get().where());
        for (Member member : node.followers) {
            bind(node, member.table(), member.column(), asParent);
        }
    }

    private void bind(Node node, Table table, Column column, Verdict verdict) {
        var path = new ColumnPath(table.name(), column.name());
        ColumnProfile own = Profiles.of(table, column);
        Shared traits = shared.get(node);
        ColumnProfile profile = traits == null ? own : traits.applyTo(own);
        var decision = new Decision(column, profile, verdict.rule(), verdict.origin());
        decisions.put(path, decision);
        if (!verdict.keeps()) {
            bind(table, decision, verdict.where())
                    .ifPresent(masker ->
                            masked.put(path, new Masked(path, decision, masker, verdict.where())));
        }
    }

    /// Columns of the same shape under the same rule share what was bound to the first of them.
    private Optional<ColumnMasker> bind(Table table, Decision decision, Optional<Location> where) {
        ColumnProfile profile = decision.profile();
        MaskingRule rule = decision.rule();
        Optional<MaskerDefinition> definition = Maskers.named(rule.masker());
        Optional<List<ColumnProfile>> read =
                definition.flatMap(each -> read(table, decision, each.reads(rule), where));
        if (definition.isPresent() && read.isEmpty()) {
            return Optional.empty();
        }
        List<Object> shape =
                List.of(
                        rule,
                        profile.sqlType(),
                        profile.form(),
                        profile.array(),
                        profile.maxLength(),
                        profile.nullable(),
                        profile.unique(),
                        profile.labels(),
                        profile.attributes(),
                        read.orElse(List.of()).stream()
                                .map(each -> List.of(each.form(), each.sqlType()))
                                .toList());
        ColumnMasker known = bound.get(shape);
        if (known != null) {
            return Optional.of(known);
        }
        if (definition.isEmpty()) {
            refuse(
                    shape,
                    decision,
                    where,
                    "%s: there is no masker %s".formatted(profile.path(), rule.masker()));
            return Optional.empty();
        }
        try {
            ColumnMasker masker = definition.get().bind(rule, profile, read.orElseThrow(), keys);
            bound.put(shape, masker);
            return Optional.of(masker);
        } catch (MaskingRefused e) {
            refuse(shape, decision, where, Optional.ofNullable(e.getMessage()).orElse(""));
            return Optional.empty();
        }
    }

    /// The other columns that a rule reads; empty if one of them cannot be read, which is reported.
    private Optional<List<ColumnProfile>> read(
            Table table, Decision decision, Reads reads, Optional<Location> where) {
        var profiles = new ArrayList<ColumnProfile>();
        for (String name : reads.columns()) {
            Optional<Column> column =
                    table.copiedColumns().stream()
                            .filter(each -> each.name().equals(name))
                            .findFirst();
            if (column.isEmpty() || name.equals(decision.column().name())) {
                findings.error(
                        "rule-reads-no-column",
                        where,
                        "%s: rule %s reads the column %s, but %s has no other column of that name whose rows are copied"
                                .formatted(
                                        decision.profile().path(),
                                        decision.rule(),
                                        name,
                                        table.name()),
                        Spelling.closest(
                                        name,
                                        table.copiedColumns().stream().map(Column::name).toList())
                                .map("did you mean %s?"::formatted)
                                .orElse("name a column of the same table; case counts"));
                return Optional.empty();
            }
            String own = decision.column().name();
            if (reads.masked().contains(name) && needs(table, name, own, new HashSet<>())) {
                findings.error(
                        "rule-reads-rule",
                        where,
                        "%s: rule %s needs the masked %s first, which itself needs the masked %s"
                                .formatted(decision.profile().path(), decision.rule(), name, own),
                        "give one of the two a rule that stands alone");
                return Optional.empty();
            }
            profiles.add(Profiles.of(table, column.get()));
        }
        if (reads.subject().isPresent()) {
            Optional<List<Subjects.Found>> found =
                    new Subjects(decider, findings)
                            .find(table, decision, reads.subject().get(), where);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            subjects.put(new ColumnPath(table.name(), decision.column().name()), found.get());
            found.get().forEach(each -> profiles.add(each.profile()));
        }
        return Optional.of(profiles);
    }

    /// Whether a column can be masked only after another one.
    private boolean needs(Table table, String column, String other, Set<String> seen) {
        return seen.add(column)
                && decider.verdict(table.name(), column)
                        .map(Verdict::rule)
                        .flatMap(rule -> Maskers.named(rule.masker()).map(each -> each.reads(rule)))
                        .map(reads ->
                                reads.masked().contains(other)
                                        || reads.masked().stream()
                                                .anyMatch(each -> needs(table, each, other, seen)))
                        .orElse(false);
    }

    /// Whoever follows another column is refused for the same reason and says nothing.
    private void refuse(
            List<Object> shape, Decision decision, Optional<Location> where, String message) {
        boolean first = refused.add(List.of(shape, where));
        boolean follows =
                decision.origin() instanceof Origin.Referenced
                        || decision.origin() instanceof Origin.Parent;
        if (first || !follows) {
            findings.error(
                    "rule-does-not-fit",
                    where,
                    message,
                    "choose a masker that fits; understudy maskers lists what each one masks");
        }
    }

    /// Whether masked values could clash in a key over several columns, or in an index over
    /// expressions.
    void checkKeys(Table table) {
        Map<String, Masked> masks = masked(table);
        if (masks.isEmpty()) {
            return;
        }
        for (Key key : table.keys()) {
            for (String column :
                    Profiles.isComposite(table, key) ? key.columns() : List.<String>of()) {
                Masked mask = masks.get(column);
                if (mask != null
                        && !injective(mask)
                        && !Decider.masksToNull(mask.decision().rule())
                        && reported.add(List.of(decider.owner(mask.path()), key.columns()))) {
                    findings.error(
                            "key-not-injective",
                            mask.where(),
                            "%s: the rule %s may make different values equal, but the key %s (%s) must stay unique"
                                    .formatted(
                                            mask.path(),
                                            mask.decision().rule(),
                                            key.name(),
                                            String.join(", ", key.columns())),
                            "use an injective masker for %s: digits, text-scramble, hash, or shift-date with alike: true"
                                    .formatted(decider.decisive(mask.path()).asPattern()));
                }
            }
        }
        for (Masked mask : masks.values()) {
            Decision decision = mask.decision();
            if (decision.rule().ignoreCase()
                    && decision.profile().unique()
                    && reported.add(List.of(decider.owner(mask.path())))) {
                findings.warn(
                        "unique-ignoring-case",
                        mask.where(),
                        "%s must stay unique, and its rule takes values that differ in case alone for one"
                                .formatted(mask.path()),
                        "that is right under a collation that ignores case; elsewhere the twin's index shows it, and nothing is published if it fails");
            }
        }
        for (String column : table.uniqueInExpressions()) {
            Masked mask = masks.get(column);
            if (mask != null && !provenUnderExpressions(mask)) {
                findings.warn(
                        "unique-in-expression",
                        mask.where(),
                        "%s is part of a unique index over expressions or over beginnings of texts, or of an exclusion constraint, which masked values might break"
                                .formatted(mask.path()),
                        "the twin builds it after loading, and nothing is published if it fails");
            }
        }
    }

    /// Made-up e-mails stay different in lower case.
    private static boolean provenUnderExpressions(Masked mask) {
        MaskingRule rule = mask.decision().rule();
        return rule.masker().equals("email") || Decider.masksToNull(rule);
    }

    private static boolean injective(Masked mask) {
        return Maskers.named(mask.decision().rule().masker())
                .orElseThrow()
                .guarantees(mask.decision().rule(), mask.decision().profile())
                .injective();
    }
}
