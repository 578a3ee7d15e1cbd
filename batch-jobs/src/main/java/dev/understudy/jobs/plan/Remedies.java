package dev.understudy.jobs.plan;

import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskingRule;
import java.math.BigDecimal;
import java.time.LocalDate;
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
    /// @param given the rule that does not
    /// @param named values that the check names and lets pass
    /// @param expression the check's
    /// @param passing all values that were tried and passed
    static List<MaskingRule> of(
            ColumnProfile profile,
            MaskingRule given,
            List<String> named,
            String expression,
            Set<String> passing) {
        var rules = new ArrayList<MaskingRule>();
        List<BigDecimal> marks = TrialValues.numbers(expression);
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
                if (given.masker().equals("noise")) {
                    between(given, marks, rules);
                }
                range(named, passing).ifPresent(rules::add);
                rules.add(MaskingRule.of("noise"));
                between(MaskingRule.of("noise"), marks, rules);
            }
            case FLOAT4, FLOAT8, NUMERIC -> {
                MaskingRule noise = orElse(given, "noise");
                rules.add(noise);
                between(noise, marks, rules);
            }
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                    shifts(
                            orElse(given, "shift-date"),
                            TrialValues.days(expression).stream()
                                    .filter(each ->
                                            passing.contains(
                                                    TrialValues.start(each, profile.form())))
                                    .toList(),
                            rules);
            case TEXT -> rules.add(MaskingRule.of("url"));
            // Checks on bytes mostly ask for some, and those are often secrets.
            case BYTES -> rules.add(MaskingRule.of("hash"));
            default -> {}
        }
        return rules;
    }

    /// What stays on its side of the marks: of the outermost two, for with one of them the values
    /// tried may have passed by luck.
    private static void between(MaskingRule rule, List<?> marks, List<MaskingRule> rules) {
        if (marks.size() == 1) {
            rules.add(rule.with("from", marks.getFirst()));
            rules.add(rule.with("to", marks.getFirst()));
        } else if (marks.size() > 1) {
            rules.add(rule.with("from", marks.getFirst()).with("to", marks.getLast()));
        }
    }

    /// Shifts that stay on their side of days; or only go one way, where a clock is the limit.
    ///
    /// @param days that pass, of those that the check names and those beside them, ascending
    private static void shifts(MaskingRule rule, List<LocalDate> days, List<MaskingRule> rules) {
        var bounded = new ArrayList<MaskingRule>();
        if (!days.isEmpty()) {
            String first = days.getFirst().toString();
            String last = days.getLast().toString();
            bounded.add(rule.with("from", first));
            bounded.add(rule.with("to", last));
            if (!first.equals(last)) {
                bounded.add(rule.with("from", first).with("to", last));
            }
        }
        rules.addAll(bounded);
        bounded.addFirst(rule);
        for (String direction : List.of("earlier", "later")) {
            bounded.forEach(each -> rules.add(each.with("direction", direction)));
        }
    }

    private static MaskingRule orElse(MaskingRule given, String masker) {
        return given.masker().equals(masker) ? given : MaskingRule.of(masker);
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
