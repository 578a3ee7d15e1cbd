package dev.understudy.masking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A masker of the catalogue: its declaration, what it checks, and how it is bound.
record Masker(
        String name,
        String summary,
        List<Parameter> parameters,
        Set<ValueForm> forms,
        BiFunction<MaskingRule, ColumnProfile, Guarantees> promise,
        Check check,
        Function<MaskingRule, Reads> reader,
        RowBinder binder)
        implements MaskerDefinition {

    /// Parameters that make some maskers tell all values apart.
    private static final Map<String, Object> TELLING =
            Map.of("spelling", "shortest", "alike", true, "bin", "keep", "unique", true);

    /// A masker that looks at its own column alone.
    Masker(
            String name,
            String summary,
            List<Parameter> parameters,
            Set<ValueForm> forms,
            BiFunction<MaskingRule, ColumnProfile, Guarantees> promise,
            Check check,
            Binder binder) {
        this(
                name,
                summary,
                parameters,
                forms,
                promise,
                check,
                rule -> Reads.NONE,
                (rule, column, read, keys, domain) -> binder.bind(rule, column, keys, domain));
    }

    @Override
    public Reads reads(MaskingRule rule) {
        return reader.apply(rule);
    }

    @Override
    public Guarantees guarantees(MaskingRule rule, ColumnProfile column) {
        return promise.apply(rule, column);
    }

    @Override
    public ColumnMasker bind(
            MaskingRule rule, ColumnProfile column, List<ColumnProfile> read, MaskingKeys keys) {
        List<String> problems = Maskers.check(rule);
        if (!problems.isEmpty()) {
            throw new MaskingRefused(column.path() + ": " + String.join("; ", problems));
        }
        Reads reads = reads(rule);
        if (read.size() != reads.count() || (reads.count() > 0 && column.array())) {
            throw new MaskingRefused(
                    "%s: rule %s reads other columns (%s), which only a rule of a whole column that is no array can"
                            .formatted(column.path(), name, String.join(", ", reads.all())));
        }
        if (!forms.contains(column.form())) {
            throw new MaskingRefused(
                    "%s: rule %s needs a %s column but this one is %s; use %s"
                            .formatted(
                                    column.path(),
                                    name,
                                    words(forms),
                                    column.sqlType(),
                                    Maskers.insteadFor(column)));
        }
        if (column.takesAddressesAlone() && !forms.contains(ValueForm.INET)) {
            throw new MaskingRefused(
                    "%s: rule %s makes no network addresses but the column is %s; use %s"
                            .formatted(
                                    column.path(),
                                    name,
                                    column.sqlType(),
                                    Maskers.insteadFor(column)));
        }
        Guarantees guarantees = guarantees(rule, column);
        if (guarantees.mayYieldNull() && !column.nullable()) {
            throw new MaskingRefused(
                    "%s: rule %s makes NULLs but the column is NOT NULL; use %s"
                            .formatted(column.path(), name, Maskers.insteadFor(column)));
        }
        if (column.unique() && !guarantees.injective() && !guarantees.mayYieldNull()) {
            throw new MaskingRefused(
                    "%s: rule %s can make two values equal but the column is unique; use %s"
                            .formatted(column.path(), name, telling(rule, column)));
        }
        ColumnMasker masker = binder.bind(rule, column, read, keys, rule.domain().orElse(name));
        boolean readsNothing = forms.contains(ValueForm.OPAQUE);
        if (readsNothing && !standsForElements(rule)) {
            return masker;
        }
        boolean folded =
                FoldedMasker.ignoresCase(column)
                        || (rule.ignoreCase() && column.form() == ValueForm.TEXT);
        return wrapped(folded ? new FoldedMasker(masker) : masker, column);
    }

    /// What tells all values apart: the rule itself, where a parameter makes it do so, comes first.
    private String telling(MaskingRule rule, ColumnProfile column) {
        String instead = Maskers.insteadFor(column);
        return TELLING.entrySet().stream()
                .filter(each -> {
                    MaskingRule same = rule.with(each.getKey(), each.getValue());
                    return checkParameters(same).isEmpty() && guarantees(same, column).injective();
                })
                .map(each -> "%s with %s: %s".formatted(name, each.getKey(), each.getValue()))
                .filter(each -> !each.equals(instead))
                .findFirst()
                .map(each -> each + ", " + instead)
                .orElse(instead);
    }

    private static ColumnMasker wrapped(ColumnMasker masker, ColumnProfile column) {
        ColumnMasker wrapped = masker;
        if (PaddedMasker.isPadded(column)) {
            wrapped = new PaddedMasker(wrapped);
        }
        wrapped = new WindowMasker(wrapped);
        return column.array() ? new WindowMasker(new ArrayMasker(wrapped)) : wrapped;
    }

    /// Whether this fits every column, and yet masks an array's elements rather than the array.
    private boolean standsForElements(MaskingRule rule) {
        return name.equals("constant") && rule.parameters().get("value") != null;
    }

    /// `date or timestamp`
    static String words(Set<ValueForm> forms) {
        Set<String> words = new LinkedHashSet<>();
        for (ValueForm form : ValueForm.values()) {
            if (forms.contains(form)) {
                words.add(word(form));
            }
        }
        List<String> all = new ArrayList<>(words);
        String last = all.removeLast();
        return all.isEmpty() ? last : String.join(", ", all) + " or " + last;
    }

    private static String word(ValueForm form) {
        return switch (form) {
            case TEXT -> "text";
            case ENUM -> "enum";
            case INT2, INT4, INT8 -> "integer";
            case FLOAT4, FLOAT8 -> "float";
            case NUMERIC -> "numeric";
            case BOOL -> "boolean";
            case DATE -> "date";
            case TIME -> "time";
            case TIMESTAMP, TIMESTAMPTZ -> "timestamp";
            case UUID -> "uuid";
            case INET, CIDR -> "inet";
            case MACADDR, MACADDR8 -> "macaddr";
            case BYTES -> "bytea";
            case JSON, JSONB -> "json";
            case XML -> "xml";
            case HSTORE -> "hstore";
            case COMPOSITE -> "composite";
            case OPAQUE -> "range, multirange, interval, tsvector or geometry";
        };
    }

    /// Problems of the parameters' names and types.
    List<String> checkParameters(MaskingRule rule) {
        List<String> problems = new ArrayList<>();
        Map<String, Parameter> known =
                parameters.stream().collect(Collectors.toMap(Parameter::name, each -> each));
        for (var given : rule.parameters().entrySet()) {
            Parameter parameter = known.get(given.getKey());
            if (parameter == null) {
                problems.add(
                        "%s has no parameter %s; %s"
                                .formatted(
                                        name,
                                        given.getKey(),
                                        known.isEmpty()
                                                ? "it takes none"
                                                : Maskers.suggestion(
                                                        given.getKey(),
                                                        parameters.stream()
                                                                .map(Parameter::name)
                                                                .toList())));
            } else if (!hasType(given.getValue(), parameter.type())) {
                problems.add(
                        "%s: %s must be %s".formatted(name, given.getKey(), article(parameter)));
            }
        }
        for (Parameter parameter : parameters) {
            if (parameter.required() && !rule.parameters().containsKey(parameter.name())) {
                problems.add(
                        "%s needs the parameter %s: %s"
                                .formatted(name, parameter.name(), parameter.summary()));
            }
        }
        if (problems.isEmpty()) {
            check.check(rule, problem -> problems.add(name + ": " + problem));
        }
        return problems;
    }

    private static String article(Parameter parameter) {
        String type = parameter.type();
        return ("aio".indexOf(type.charAt(0)) >= 0 ? "an " : "a ") + type;
    }

    private static boolean hasType(@Nullable Object value, String type) {
        return switch (type) {
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            case "array" -> value instanceof List<?>;
            case "object" -> value instanceof Map<?, ?>;
            default -> true;
        };
    }

    /// What is wrong with a rule beyond the names and types of its parameters.
    @FunctionalInterface
    interface Check {
        void check(MaskingRule rule, Consumer<String> problem);
    }

    /// Binds a rule that was checked to a column of a form that fits, and to the columns that it
    /// reads.
    @FunctionalInterface
    interface RowBinder {
        ColumnMasker bind(
                MaskingRule rule,
                ColumnProfile column,
                List<ColumnProfile> read,
                MaskingKeys keys,
                String domain);
    }

    /// Binds a rule that was checked to a column of a form that fits.
    @FunctionalInterface
    interface Binder {
        ColumnMasker bind(MaskingRule rule, ColumnProfile column, MaskingKeys keys, String domain);
    }
}
