package dev.understudy.jobs.plan;

import dev.understudy.jobs.plan.Checks.Masked;
import dev.understudy.jobs.plan.ColumnGraph.Edge;
import dev.understudy.jobs.plan.ColumnGraph.Node;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds out, before a row is read, whether columns of different types that are to hold the same
/// values still do once they are masked: masks made-up values in both.
final class Agreement {
    private static final String MIDNIGHT = "T00:00";

    /// Some that each pair of comparable types can hold.
    private static final List<String> VALUES =
            List.of(
                    "7",
                    "42",
                    "12345",
                    "7654321",
                    "0b9ff2e8-5d4c-4f6a-9c59-3f1d6a7c2e11",
                    "192.0.2.17/32",
                    "2004-02-29");

    private final Binder binder;
    private final Findings findings;

    Agreement(Binder binder, Findings findings) {
        this.binder = binder;
        this.findings = findings;
    }

    void examine(Node node) {
        for (Edge edge : node.references) {
            Optional<Masked> one = binder.masked(node.path);
            Optional<Masked> other = binder.masked(edge.to().path);
            if (one.isPresent() && other.isPresent() && !agree(one.get(), other.get())) {
                findings.error(
                        "reference-masks-differ",
                        one.get().where(),
                        "%s (%s) and %s (%s) are to hold the same values (%s), but of values of different types the rule %s makes different ones"
                                .formatted(
                                        node.path,
                                        node.column.type().sql(),
                                        edge.to().path,
                                        edge.to().column.type().sql(),
                                        edge.key().name(),
                                        one.get().decision().rule()),
                        "choose a masker for which types make no difference: digits for numbers, uuid for UUIDs");
            }
        }
    }

    private static boolean agree(Masked one, Masked other) {
        ValueForm form = one.decision().profile().form();
        ValueForm otherForm = other.decision().profile().form();
        if (form == otherForm || !standsAlone(one)) {
            return true;
        }
        List<String> both =
                VALUES.stream()
                        .filter(each -> WireText.encode(form, spelt(form, each)).isPresent())
                        .filter(each ->
                                WireText.encode(otherForm, spelt(otherForm, each)).isPresent())
                        .toList();
        List<@Nullable String> masked = mask(one, both);
        List<@Nullable String> otherMasked = mask(other, both);
        for (int i = 0; i < both.size(); i++) {
            if (!Objects.equals(plain(masked.get(i)), plain(otherMasked.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean standsAlone(Masked masked) {
        MaskingRule rule = masked.decision().rule();
        return Maskers.named(rule.masker())
                .filter(each -> each.reads(rule).columns().isEmpty())
                .filter(each -> each.reads(rule).subject().isEmpty())
                .filter(each -> each.guarantees(rule, masked.decision().profile()).deterministic())
                .isPresent();
    }

    private static List<@Nullable String> mask(Masked masked, List<String> values) {
        ValueForm form = masked.decision().profile().form();
        return Checks.mask(masked, values.stream().map(each -> spelt(form, each)).toList());
    }

    /// A value as {@link WireText} reads it in a form.
    private static String spelt(ValueForm form, String value) {
        return switch (form) {
            case TIMESTAMP, TIMESTAMPTZ -> value + MIDNIGHT;
            case BYTES -> value.replace("-", "");
            default -> value;
        };
    }

    /// What is left of a result when its form is forgotten.
    private static @Nullable String plain(@Nullable String masked) {
        return masked == null
                ? null
                : masked.replaceFirst("^\\\\x", "")
                        .replaceFirst("/32$", "")
                        .replaceFirst(MIDNIGHT + "Z?$", "")
                        .replace("-", "");
    }
}
