package dev.understudy.config;

import dev.understudy.config.JobReader.Entry;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.MaskerDefinition.Parameter;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.OnMismatch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads the map of column patterns and rules, and checks rules against the catalogue of maskers.
final class RuleReader {
    /// Keys of a rule that are no parameters of its masker.
    static final String MASK = "mask";

    static final String DOMAIN = "domain";
    static final String REASON = "reason";
    static final String ON_MISMATCH = "on-mismatch";
    static final String IGNORE_CASE = "ignore-case";

    /// A parameter of `dictionary`.
    private static final String FILE = "file";

    private static final String FORM =
            "write `schema.table.column: masker`, or `schema.table.column: { mask: masker, ... }`";

    private final JobReader reader;
    private final List<Problem> problems;
    private final List<List<String>> wordFiles = new ArrayList<>();

    RuleReader(JobReader reader, List<Problem> problems) {
        this.reader = reader;
        this.problems = problems;
    }

    /// A list of {@link ColumnRule}, or null.
    @Nullable Object read(Node node, Location where) {
        if (!(node instanceof MappingNode map && JobReader.is(node, Tag.MAP))) {
            return reader.wrongType(where, "a map from patterns to rules", node, FORM);
        }
        Map<List<Object>, ColumnRule> rules = new LinkedHashMap<>();
        for (Entry entry : reader.entries(map, where)) {
            Optional<NamePattern> pattern = pattern(entry);
            Optional<MaskingRule> rule = rule(entry);
            if (pattern.isPresent() && rule.isPresent()) {
                var next = new ColumnRule(pattern.get(), rule.get(), entry.where());
                refuseRepeated(next, rules.put(next.name().meaning(), next));
            }
        }
        return List.copyOf(rules.values());
    }

    private Optional<NamePattern> pattern(Entry entry) {
        if (Placeholders.anyIn(entry.name())) {
            reader.misplacedPlaceholder(entry.where());
            return Optional.empty();
        }
        try {
            return Optional.of(NamePattern.parse(entry.name(), ColumnRule.FORM));
        } catch (IllegalArgumentException e) {
            problems.add(
                    Problem.error(
                            "malformed-pattern",
                            entry.where(),
                            "the pattern '%s' %s".formatted(entry.name(), e.getMessage()),
                            "a pattern is schema.table.column, table.column or column"));
            return Optional.empty();
        }
    }

    private void refuseRepeated(ColumnRule next, @Nullable ColumnRule earlier) {
        if (earlier != null) {
            problems.add(
                    Problem.error(
                            "repeated-pattern",
                            next.where(),
                            "the pattern '%s' matches the same columns as '%s' on line %d"
                                    .formatted(
                                            next.pattern(),
                                            earlier.pattern(),
                                            earlier.where().line()),
                            "keep one of the two"));
        }
    }

    private Optional<MaskingRule> rule(Entry entry) {
        Optional<String> alone = masker(entry.value());
        if (alone.isPresent()) {
            return check(MaskingRule.of(alone.get()), Map.of(), entry.where(), entry.where());
        }
        if (!(entry.value() instanceof MappingNode map && JobReader.is(map, Tag.MAP))) {
            reader.wrongType(entry.where(), "a masker or a map with `mask`", entry.value(), FORM);
            return Optional.empty();
        }
        return rule(map, entry.where());
    }

    private Optional<MaskingRule> rule(MappingNode map, Location where) {
        int before = problems.size();
        Optional<String> masker = Optional.empty();
        Optional<String> domain = Optional.empty();
        Optional<String> reason = Optional.empty();
        Optional<OnMismatch> onMismatch = Optional.empty();
        boolean ignoreCase = false;
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        Map<String, Location> places = new LinkedHashMap<>();
        for (Entry entry : reader.entries(map, where)) {
            places.put(entry.name(), entry.where());
            switch (entry.name()) {
                case MASK -> masker = masker(entry);
                case DOMAIN -> domain = name(entry);
                case REASON -> reason = name(entry);
                case ON_MISMATCH -> onMismatch = onMismatch(entry);
                case IGNORE_CASE ->
                        ignoreCase =
                                Boolean.TRUE.equals(
                                        reader.read(
                                                entry.value(), new Shape.Flag(), entry.where()));
                default -> parameters.put(entry.name(), any(entry.value(), entry.where()));
            }
        }
        if (!places.containsKey(MASK)) {
            problems.add(
                    Problem.error(
                            "malformed-rule",
                            where,
                            "the rule `%s` is a map without `mask`".formatted(where.path()),
                            "name a masker with `mask`; schema, table and column are not nested: "
                                    + FORM));
        }
        if (problems.size() > before || masker.isEmpty()) {
            return Optional.empty();
        }
        putWords(masker.get(), parameters, places.getOrDefault(FILE, where));
        if (problems.size() > before) {
            return Optional.empty();
        }
        return check(
                new MaskingRule(masker.get(), parameters, domain, reason, onMismatch, ignoreCase),
                places,
                where,
                places.getOrDefault(MASK, where));
    }

    List<List<String>> wordFiles() {
        return List.copyOf(wordFiles);
    }

    /// Puts the words of a file in its place.
    private void putWords(Object masker, Map<String, @Nullable Object> parameters, Location where) {
        if (!masker.equals("dictionary")
                || parameters.containsKey("words")
                || !(parameters.get(FILE) instanceof String name)) {
            return;
        }
        @Nullable String text = reader.file(name, where);
        if (text != null) {
            List<String> words = text.lines().filter(each -> !each.isBlank()).toList();
            wordFiles.add(words);
            parameters.remove(FILE);
            parameters.put("words", words);
        }
    }

    private Optional<String> masker(Entry entry) {
        Optional<String> name = masker(entry.value());
        if (name.isEmpty()) {
            reader.wrongType(entry.where(), "the name of a masker", entry.value(), FORM);
        }
        return name;
    }

    /// The masker `null` looks like YAML's null. An empty place is one too, but no masker.
    private static Optional<String> masker(Node node) {
        boolean named =
                node instanceof ScalarNode scalar
                        && !scalar.getValue().isBlank()
                        && (JobReader.is(node, Tag.STR) || scalar.getValue().equals("null"));
        return named ? Optional.of(((ScalarNode) node).getValue()) : Optional.empty();
    }

    private Optional<String> name(Entry entry) {
        return Optional.ofNullable(
                (String)
                        reader.read(
                                entry.value(), new Shape.Text(Shape.TextKind.NAME), entry.where()));
    }

    private Optional<OnMismatch> onMismatch(Entry entry) {
        var words = Shape.Choice.of(OnMismatch.values());
        return Optional.ofNullable((String) reader.read(entry.value(), words, entry.where()))
                .map(each -> OnMismatch.valueOf(each.toUpperCase(Locale.ROOT)));
    }

    /// Any value, as Java has it; a null may be one of the config's or follow a problem.
    private @Nullable Object any(Node node, Location where) {
        if (node instanceof ScalarNode scalar && Scalars.known(scalar)) {
            return JobReader.is(node, Tag.STR)
                    ? reader.resolve(scalar.getValue(), where)
                    : Scalars.value(scalar);
        }
        if (node instanceof SequenceNode list && JobReader.is(node, Tag.SEQ)) {
            List<@Nullable Object> result = new ArrayList<>();
            for (Node each : list.getValue()) {
                String path = "%s[%d]".formatted(where.path(), result.size());
                result.add(any(each, JobReader.at(each, path)));
            }
            return result;
        }
        if (node instanceof MappingNode map && JobReader.is(node, Tag.MAP)) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            for (Entry each : reader.entries(map, where)) {
                result.put(each.name(), any(each.value(), each.where()));
            }
            if (result.get(MASK) instanceof String masker) {
                putWords(masker, result, where);
            }
            return result;
        }
        return reader.wrongType(
                where, "a text, number, boolean, list or map", node, "leave the tag away");
    }

    private Optional<MaskingRule> check(
            MaskingRule rule, Map<String, Location> places, Location where, Location masker) {
        List<String> names = Maskers.all().stream().map(MaskerDefinition::name).toList();
        Optional<MaskerDefinition> definition = Maskers.named(rule.masker());
        if (definition.isEmpty()) {
            problems.add(
                    Problem.error(
                            "unknown-masker",
                            masker,
                            "there is no masker '%s'".formatted(rule.masker()),
                            JobReader.meant(rule.masker(), names)
                                    .orElse("the maskers are " + String.join(", ", names))));
            return Optional.empty();
        }
        int before = problems.size();
        List<Parameter> parameters = definition.get().parameters();
        for (String given : rule.parameters().keySet()) {
            refuseUnknown(rule.masker(), given, parameters, places.getOrDefault(given, where));
        }
        for (Parameter parameter : parameters) {
            if (!rule.parameters().containsKey(parameter.name())) {
                refuseMissing(rule.masker(), parameter, where);
                continue;
            }
            if (!fits(rule.parameters().get(parameter.name()), parameter.type())) {
                problems.add(
                        Problem.error(
                                "wrong-type",
                                places.getOrDefault(parameter.name(), where),
                                "the parameter `%s` of %s must be of the type %s"
                                        .formatted(
                                                parameter.name(), rule.masker(), parameter.type()),
                                parameter.summary()));
            }
        }
        if (problems.size() > before) {
            return Optional.empty();
        }
        for (String message : Maskers.check(rule)) {
            problems.add(
                    Problem.error(
                            "malformed-rule",
                            where,
                            "the rule `%s`: %s".formatted(where.path(), message),
                            "see %s in the job config's reference".formatted(rule.masker())));
        }
        return problems.size() == before ? Optional.of(rule) : Optional.empty();
    }

    private void refuseUnknown(
            String masker, String given, List<Parameter> parameters, Location where) {
        List<String> names = parameters.stream().map(Parameter::name).toList();
        if (names.contains(given)) {
            return;
        }
        List<String> known =
                new ArrayList<>(List.of(MASK, DOMAIN, REASON, ON_MISMATCH, IGNORE_CASE));
        known.addAll(names);
        problems.add(
                Problem.error(
                        "unknown-parameter",
                        where,
                        "%s has no parameter `%s`".formatted(masker, given),
                        JobReader.meant(given, known)
                                .orElse("the keys here are " + String.join(", ", known))));
    }

    private void refuseMissing(String masker, Parameter parameter, Location where) {
        if (parameter.required()) {
            problems.add(
                    Problem.error(
                            "missing-parameter",
                            where,
                            "%s needs the parameter `%s`".formatted(masker, parameter.name()),
                            "add it: " + parameter.summary()));
        }
    }

    private static boolean fits(@Nullable Object value, String type) {
        return switch (type) {
            case "string" -> value instanceof String;
            case "integer" ->
                    value instanceof Integer
                            || value instanceof Long
                            || value instanceof BigInteger;
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            case "array" -> value instanceof List;
            case "object" -> value instanceof Map;
            default -> true;
        };
    }
}
