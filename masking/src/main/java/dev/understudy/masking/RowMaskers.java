package dev.understudy.masking;

import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import dev.understudy.masking.MaskerDefinition.Reads;
import dev.understudy.masking.MaskerDefinition.Subject;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The maskers that combine others by what stands elsewhere in the row.
final class RowMaskers {
    /// Of any cases together: what two of them make may become equal.
    private static final Guarantees OF_CASES =
            new Guarantees(true, false, true, false, true, true, false, true);

    private static final int MOST_COLUMNS = 16;

    private RowMaskers() {}

    static List<Masker> all() {
        return List.of(byCase(), freeText());
    }

    private static Masker byCase() {
        return new Masker(
                "case",
                "another rule for each value of another column",
                List.of(
                        new Parameter("of", "string", true, "the column of the row that decides"),
                        new Parameter(
                                "when",
                                "object",
                                true,
                                "rules by its values: { DE: digits, US: { mask: hash } }"),
                        new Parameter(
                                "otherwise",
                                "any",
                                true,
                                "the rule for every other value, and for none")),
                EnumSet.allOf(ValueForm.class),
                RowMaskers::guarantees,
                RowMaskers::check,
                rule -> Reads.original(List.of(string(rule, "of", ""))),
                (rule, column, read, keys, domain) ->
                        new CaseMasker(
                                column, read.getFirst(), cases(rule), otherwise(rule), keys));
    }

    private static Masker freeText() {
        return new Masker(
                "free-text",
                "running text without what tells of a person: names, addresses, numbers, dates, links; what it does not recognise stays",
                List.of(
                        new Parameter(
                                "of",
                                "array",
                                false,
                                "columns of the row whose values become in the text what they become in their column: [first_name, email]"),
                        new Parameter(
                                "subject",
                                "object",
                                false,
                                "the same for columns of a row of another table, which a column of this one names by its key: { via: patient_id, of: public.patient, columns: [first_name, phone] }")),
                EnumSet.of(TEXT),
                // Words come through.
                always(new Guarantees(true, false, true, false, true, false, true, true)),
                (rule, problem) -> {
                    checkColumns(rule, "of", MOST_COLUMNS, problem);
                    if (rule.parameters().containsKey("subject") && subject(rule).isEmpty()) {
                        problem.accept(
                                "subject must be { via: column, of: schema.table, columns: [...] } with 1 to %d columns"
                                        .formatted(MOST_COLUMNS));
                    }
                },
                rule -> {
                    Reads own = masked(rule, "of");
                    return new Reads(own.columns(), own.masked(), subject(rule));
                },
                (rule, column, read, keys, domain) -> {
                    needText(column, read);
                    return new FreeTextMasker(longest(column), column, keys, domain);
                });
    }

    /// A parameter that is a list of columns.
    static void checkColumns(
            MaskingRule rule, String parameter, int most, Consumer<String> problem) {
        if (rule.parameters().get(parameter) instanceof List<?> columns
                && (columns.isEmpty()
                        || columns.size() > most
                        || !columns.stream().allMatch(each -> each instanceof String))) {
            problem.accept("%s must be a list of 1 to %d columns".formatted(parameter, most));
        }
    }

    /// What the parameter `subject` says, if it says it right.
    private static Optional<Subject> subject(MaskingRule rule) {
        if (rule.parameters().get("subject") instanceof Map<?, ?> subject
                && subject.size() == 3
                && subject.get("via") instanceof String via
                && subject.get("of") instanceof String table
                && subject.get("columns") instanceof List<?> columns
                && !columns.isEmpty()
                && columns.size() <= MOST_COLUMNS
                && columns.stream().allMatch(each -> each instanceof String)) {
            return Optional.of(
                    new Subject(via, table, columns.stream().map(String::valueOf).toList()));
        }
        return Optional.empty();
    }

    /// The columns that such a parameter names, read as they are masked.
    static Reads masked(MaskingRule rule, String parameter) {
        return rule.parameters().get(parameter) instanceof List<?> columns
                ? Reads.masked(columns.stream().map(String::valueOf).toList())
                : Reads.NONE;
    }

    /// Columns that are read as words.
    static void needText(ColumnProfile column, List<ColumnProfile> read) {
        for (ColumnProfile each : read) {
            if (each.form() != TEXT || each.array()) {
                throw new MaskingRefused(
                        "%s: its rule reads words, but %s is %s; name columns of text"
                                .formatted(column.path(), each.path(), each.sqlType()));
            }
        }
    }

    private static Guarantees guarantees(MaskingRule rule, ColumnProfile column) {
        return Stream.concat(cases(rule).values().stream(), Stream.of(otherwise(rule)))
                .map(each -> Maskers.named(each.masker()).orElseThrow().guarantees(each, column))
                .reduce(OF_CASES, Guarantees::and);
    }

    private static void check(MaskingRule rule, Consumer<String> problem) {
        if (rule.parameters().get("when") instanceof Map<?, ?> when) {
            if (when.isEmpty()) {
                problem.accept("when names no value");
            }
            when.forEach((value, given) -> checkRule(value + ": ", given, problem));
        }
        checkRule("otherwise: ", rule.parameters().get("otherwise"), problem);
    }

    private static void checkRule(String where, @Nullable Object given, Consumer<String> problem) {
        try {
            MaskingRule rule = MaskingRule.read(given);
            Maskers.check(rule).forEach(each -> problem.accept(where + each));
            if (rule.masker().equals("keep") && rule.reason().isEmpty()) {
                problem.accept(where + "keep needs a `reason` here");
            }
        } catch (IllegalArgumentException e) {
            problem.accept(where + e.getMessage());
        }
    }

    private static Map<String, MaskingRule> cases(MaskingRule rule) {
        var cases = new LinkedHashMap<String, MaskingRule>();
        if (rule.parameters().get("when") instanceof Map<?, ?> when) {
            when.forEach(
                    (value, given) -> cases.put(String.valueOf(value), MaskingRule.read(given)));
        }
        return cases;
    }

    private static MaskingRule otherwise(MaskingRule rule) {
        return MaskingRule.read(rule.parameters().get("otherwise"));
    }
}
