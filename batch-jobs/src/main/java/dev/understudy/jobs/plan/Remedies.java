package dev.understudy.jobs.plan;

import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskingRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Rules to propose for a column whose rule makes values that a check refuses. Whether their own
/// values pass is to be tried out.
final class Remedies {
    private Remedies() {}

    /// Rules that may fit, those that tell least of a value first.
    ///
    /// @param named values that the check names and lets pass
    /// @param marks numbers that it names, ascending
    /// @param passing all values that were tried and passed
    static List<MaskingRule> of(
            ColumnProfile profile,
            List<String> named,
            List<BigDecimal> marks,
            Set<String> passing) {
        var rules = new ArrayList<MaskingRule>();
        // Where nothing else passes, the check lists what the column may hold.
        if (!named.isEmpty() && passing.stream().allMatch(named::contains)) {
            rules.add(
                    named.size() == 1
                            ? rule("constant", Map.of("value", value(profile, named.getFirst())))
                            : rule(
                                    "choice",
                                    Map.of(
                                            "values",
                                            named.stream()
                                                    .map(each -> value(profile, each))
                                                    .toList())));
        }
        switch (profile.form()) {
            case INT2, INT4, INT8 -> {
                range(named, passing).ifPresent(rules::add);
                rules.add(MaskingRule.of("noise"));
                between("noise", marks, rules);
            }
            case FLOAT4, FLOAT8, NUMERIC -> {
                rules.add(MaskingRule.of("noise"));
                between("noise", marks, rules);
            }
            case DATE -> between("shift-date", named.stream().sorted().toList(), rules);
            case TEXT -> rules.add(MaskingRule.of("url"));
            // Checks on bytes mostly ask for some, and those are often secrets.
            case BYTES -> rules.add(MaskingRule.of("hash"));
            default -> {}
        }
        return rules;
    }

    /// What stays on its side of the marks: of the outermost two, for with one of them the values
    /// tried may have passed by luck.
    private static void between(String masker, List<?> marks, List<MaskingRule> rules) {
        if (marks.size() == 1) {
            rules.add(rule(masker, Map.of("from", marks.getFirst())));
            rules.add(rule(masker, Map.of("to", marks.getFirst())));
        } else if (marks.size() > 1) {
            rules.add(rule(masker, Map.of("from", marks.getFirst(), "to", marks.getLast())));
        }
    }

    /// Another number between the two outermost that the check names, if none beyond them passes.
    private static Optional<MaskingRule> range(List<String> named, Set<String> passing) {
        List<Long> marks = named.stream().map(Long::valueOf).sorted().toList();
        boolean bounded =
                marks.size() > 1
                        && passing.stream()
                                .map(Long::valueOf)
                                .allMatch(each ->
                                        each >= marks.getFirst() && each <= marks.getLast());
        return bounded
                ? Optional.of(rule("key", Map.of("from", marks.getFirst(), "to", marks.getLast())))
                : Optional.empty();
    }

    private static Object value(ColumnProfile profile, String text) {
        return switch (profile.form()) {
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC -> new BigDecimal(text);
            default -> text;
        };
    }

    private static MaskingRule rule(String masker, Map<String, Object> parameters) {
        return new MaskingRule(
                masker, new TreeMap<>(parameters), Optional.empty(), Optional.empty());
    }
}
