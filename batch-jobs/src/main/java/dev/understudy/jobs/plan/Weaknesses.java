package dev.understudy.jobs.plan;

import dev.understudy.config.Concern;
import dev.understudy.config.Location;
import dev.understudy.jobs.plan.ColumnGraph.Node;
import dev.understudy.jobs.plan.Decider.Verdict;
import dev.understudy.jobs.plan.Decision.Origin;
import dev.understudy.jobs.plan.ProfileRules.Broken;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import dev.understudy.schema.TableName;
import dev.understudy.source.ColumnStatistics;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Looks at every decided column for what its masking does not protect from, and for what a profile
/// forbids.
final class Weaknesses {
    private static final int FEW = 20;
    private static final double FREQUENT = 0.2;
    private static final int SHORT = 4;

    /// Whose results differ too little from value to value to tell frequencies, or mean to.
    private static final Set<String> COARSE =
            Set.of(
                    "null",
                    "empty",
                    "constant",
                    "redact",
                    "year",
                    "truncate",
                    "round",
                    "bucket",
                    "clamp",
                    "birth-date",
                    "zip3",
                    "coordinate");

    /// Such a pattern decides about columns, too, that nobody has seen yet.
    private static final Pattern OF_ALL_TABLES =
            Pattern.compile("([^:]*:)?(\\*|(.*\\.)?\\*\\.\\*)");

    private final ProfileRules profiles;
    private final Map<TableName, Map<String, ColumnStatistics>> statistics;
    private final Binder binder;
    private final Findings findings;

    Weaknesses(
            ProfileRules profiles,
            Map<TableName, Map<String, ColumnStatistics>> statistics,
            Binder binder,
            Findings findings) {
        this.binder = binder;
        this.profiles = profiles;
        this.statistics = statistics;
        this.findings = findings;
    }

    void examine(Node node, Verdict verdict) {
        ColumnProfile column = Profiles.of(node.table, node.column);
        MaskingRule rule = verdict.rule();
        for (Broken each : profiles.unmet(node.path, column, rule)) {
            findings.concern(
                    each.demand().concern(),
                    node.path,
                    verdict.where(),
                    "%s (%s) has the rule %s, but %s demands: %s"
                            .formatted(
                                    node.path,
                                    each.kind().word(),
                                    rule,
                                    each.profile().word(),
                                    each.demand().requirement().summary()));
        }
        if (profiles.keepsUnknownDate(node.path, column, rule)) {
            findings.concern(
                    Concern.UNKNOWN_DATE_UNDER_HIPAA,
                    node.path,
                    verdict.where(),
                    "%s (%s) is kept, and may be a date about a person"
                            .formatted(node.path, column.sqlType()));
        }
        boolean kept = verdict.keeps() && verdict.origin() instanceof Origin.Rule;
        boolean refers = !node.references.isEmpty();
        boolean reasoned = rule.reason().filter(Weaknesses::says).isPresent();
        boolean byAll =
                verdict.origin() instanceof Origin.Rule(String pattern, Location _)
                        && OF_ALL_TABLES.matcher(pattern).matches();
        if (kept && !refers && (!reasoned || byAll) && Kinds.isPersonal(node.column.name())) {
            findings.concern(
                    Concern.KEPT,
                    node.path,
                    verdict.where(),
                    "%s is kept as it is, but its name looks personal%s"
                            .formatted(
                                    node.path,
                                    reasoned
                                            ? ", and a reason for all columns of all tables is none for it"
                                            : ""));
        }
        // What references another column says nothing that is not said of that one.
        boolean follows = verdict.origin() instanceof Origin.Referenced;
        if (!follows && binder.isMasked(node.path) && showsFrequencies(rule, column)) {
            examineFrequencies(node, verdict, column);
        }
    }

    /// The dots of a proposed line are no reason.
    private static boolean says(String reason) {
        return reason.chars().anyMatch(Character::isLetterOrDigit);
    }

    /// Whether each value has one pseudonym, which mostly no other value has.
    private static boolean showsFrequencies(MaskingRule rule, ColumnProfile column) {
        boolean flattened = "flatten".equals(rule.parameters().get("frequencies"));
        boolean chosen = rule.masker().equals("choice") && !rule.parameters().isEmpty();
        return !COARSE.contains(rule.masker())
                && !flattened
                && !chosen
                && !column.unique()
                && !column.array()
                && Maskers.named(rule.masker())
                        .filter(each -> each.reads(rule).columns().isEmpty())
                        .map(each -> each.guarantees(rule, column).deterministic())
                        .orElse(false);
    }

    private void examineFrequencies(Node node, Verdict verdict, ColumnProfile column) {
        ColumnStatistics known =
                statistics
                        .getOrDefault(node.path.table(), Map.of())
                        .getOrDefault(node.path.column(), ColumnStatistics.UNKNOWN);
        boolean fewByType =
                column.form() == ValueForm.BOOL
                        || (column.form() == ValueForm.ENUM && column.labels().size() <= FEW);
        boolean few = known.distinct() > 0 && known.distinct() <= FEW;
        if (fewByType || few) {
            findings.concern(
                    Concern.FEW_VALUES,
                    node.path,
                    verdict.where(),
                    "%s has %s, and the rule %s gives each of them one pseudonym"
                            .formatted(
                                    node.path,
                                    !few
                                            ? "the few values of " + column.sqlType()
                                            : known.distinct() < 2
                                                    ? "hardly more than one value"
                                                    : "about %.0f different values"
                                                            .formatted(known.distinct()),
                                    verdict.rule()));
        } else if (known.largestShare() >= FREQUENT) {
            findings.concern(
                    Concern.FREQUENT_VALUE,
                    node.path,
                    verdict.where(),
                    "%s has one value in about %.0f %% of its rows, and under the rule %s its pseudonym is in as many"
                            .formatted(node.path, 100 * known.largestShare(), verdict.rule()));
        }
        boolean shortText =
                column.form() == ValueForm.TEXT
                        && column.maxLength().orElse(Integer.MAX_VALUE) <= SHORT;
        boolean injective =
                Maskers.named(verdict.rule().masker())
                        .map(each -> each.guarantees(verdict.rule(), column).injective())
                        .orElse(false);
        if (injective && (shortText || column.form() == ValueForm.INT2)) {
            findings.concern(
                    Concern.SMALL_DOMAIN,
                    node.path,
                    verdict.where(),
                    "%s (%s) has few possible values, and the rule %s gives each of them a pseudonym of its own"
                            .formatted(node.path, column.sqlType(), verdict.rule()));
        }
    }
}
