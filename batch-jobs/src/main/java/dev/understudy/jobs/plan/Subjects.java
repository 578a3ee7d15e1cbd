package dev.understudy.jobs.plan;

import dev.understudy.config.Location;
import dev.understudy.jobs.plan.ColumnGraph.Node;
import dev.understudy.jobs.plan.Decider.Verdict;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskerDefinition.Reads;
import dev.understudy.masking.MaskerDefinition.Subject;
import dev.understudy.masking.Maskers;
import dev.understudy.schema.Column;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the row of another table that a rule reads, or says why there is none.
final class Subjects {
    private final Decider decider;
    private final Findings findings;

    /// A column of it.
    ///
    /// @param via the own row's column, which holds a value of `key`
    record Found(String via, String key, ColumnPath path, ColumnProfile profile) {}

    Subjects(Decider decider, Findings findings) {
        this.decider = decider;
        this.findings = findings;
    }

    /// The columns of a subject, in the rule's order; empty if they cannot be read, which is
    /// reported.
    Optional<List<Found>> find(
            Table table, Decision decision, Subject subject, Optional<Location> where) {
        Optional<Column> via =
                table.copiedColumns().stream()
                        .filter(each -> each.name().equals(subject.via()))
                        .findFirst();
        if (via.isEmpty()) {
            return refused(
                    decision,
                    where,
                    "via names %s, which is no column of %s".formatted(subject.via(), table.name()),
                    "name the column that holds the key of %s".formatted(subject.table()));
        }
        List<Table> named =
                decider.graph().nodes().stream()
                        .map(node -> node.table)
                        .filter(each -> each.name().source().equals(table.name().source()))
                        .filter(each -> SubjectColumn.isNamed(each.name(), subject.table()))
                        .distinct()
                        .toList();
        if (named.size() != 1) {
            return refused(
                    decision,
                    where,
                    "of names %s, but %s of that name"
                            .formatted(
                                    subject.table(),
                                    named.isEmpty()
                                            ? "the job copies no rows of a table"
                                            : "there are several tables"),
                    "name a table that is copied with its schema; its rules say what its values become");
        }
        return find(table, via.get(), decision, named.getFirst(), subject, where);
    }

    private Optional<List<Found>> find(
            Table table,
            Column via,
            Decision decision,
            Table owner,
            Subject subject,
            Optional<Location> where) {
        Optional<Column> key = key(table, via, owner);
        if (key.isEmpty()) {
            return refused(
                    decision,
                    where,
                    "%s cannot say which row of %s is meant: that has no primary key of one column, and no unique one that %s references, of the type %s"
                            .formatted(via.name(), owner.name(), via.name(), via.type().sql()),
                    "name a column that holds a unique key of %s".formatted(owner.name()));
        }
        var found = new ArrayList<Found>();
        for (String name : subject.columns()) {
            Optional<Node> node = decider.graph().node(new ColumnPath(owner.name(), name));
            Optional<Verdict> verdict = node.flatMap(decider::verdict);
            if (node.isEmpty() || verdict.isEmpty()) {
                return refused(
                        decision,
                        where,
                        "columns names %s, which is no copied column of %s"
                                .formatted(name, owner.name()),
                        "name columns of %s; case counts".formatted(owner.name()));
            }
            if (readsOthers(verdict.get())) {
                return refused(
                        decision,
                        where,
                        "%s.%s is masked by a rule that reads other columns, which are not here"
                                .formatted(owner.name(), name),
                        "leave it out, or give it a rule that stands alone");
            }
            found.add(
                    new Found(
                            via.name(),
                            key.get().name(),
                            new ColumnPath(owner.name(), name),
                            Profiles.of(owner, node.get().column)));
        }
        return Optional.of(found);
    }

    /// The column that `via` references, or else the primary key, if values of one type stand in
    /// both.
    private Optional<Column> key(Table table, Column via, Table owner) {
        ColumnPath path = decider.owner(new ColumnPath(table.name(), via.name()));
        Stream<String> referenced =
                decider.graph().node(path).stream()
                        .flatMap(each -> each.references.stream())
                        .filter(each -> each.to().table.name().equals(owner.name()))
                        .map(each -> each.to().column.name());
        Stream<String> primary =
                owner.primaryKey().stream()
                        .filter(each -> each.columns().size() == 1)
                        .map(each -> each.columns().getFirst());
        return Stream.concat(referenced, primary)
                .filter(each -> isUnique(owner, each))
                .flatMap(each -> owner.column(each).stream())
                .filter(each -> haveOneType(Profiles.of(table, via), Profiles.of(owner, each)))
                .findFirst();
    }

    private static boolean isUnique(Table table, String column) {
        return table.keys().stream()
                .filter(each -> !each.partial())
                .map(Key::columns)
                .anyMatch(List.of(column)::equals);
    }

    private static boolean haveOneType(ColumnProfile one, ColumnProfile other) {
        return one.sqlType().equals(other.sqlType())
                || (one.form() == other.form() && one.form().isText())
                || (one.form().isInteger() && other.form().isInteger());
    }

    private static boolean readsOthers(Verdict verdict) {
        return Maskers.named(verdict.rule().masker())
                .map(each -> each.reads(verdict.rule()))
                .filter(Subjects::readsAny)
                .isPresent();
    }

    private static boolean readsAny(Reads reads) {
        return !reads.columns().isEmpty() || reads.subject().isPresent();
    }

    private Optional<List<Found>> refused(
            Decision decision, Optional<Location> where, String found, String advice) {
        findings.error(
                "rule-reads-no-subject",
                where,
                "%s: rule %s: subject: %s"
                        .formatted(decision.profile().path(), decision.rule(), found),
                advice);
        return Optional.empty();
    }
}
