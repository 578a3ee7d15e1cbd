package dev.understudy.config;

import dev.understudy.config.ColumnRule.Group;
import dev.understudy.config.JobReader.Entry;
import dev.understudy.config.Shape.Groups;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads the map of groups, and writes each out as the rules of its columns: rules that read each
/// other's columns, so that what they make fits together.
final class GroupReader {
    private static final List<String> PLACE = List.of("city", "region", "postcode");
    private static final List<String> NAMES = List.of("first-name", "last-name");
    private static final List<String> ACCOUNTS = List.of("email", "username", "social-handle");

    private final JobReader reader;
    private final List<Problem> problems;
    private final Map<List<Object>, ColumnRule> rules = new LinkedHashMap<>();

    GroupReader(JobReader reader, List<Problem> problems) {
        this.reader = reader;
        this.problems = problems;
    }

    /// A list of {@link ColumnRule}, or null.
    @Nullable Object read(Node node, Groups groups, Location where) {
        if (!(node instanceof MappingNode map && JobReader.is(node, Tag.MAP))) {
            return reader.wrongType(
                    where,
                    "a map from tables to groups",
                    node,
                    "write `schema.table: { place: { city: ..., country: ... } }`");
        }
        for (Entry entry : reader.entries(map, where)) {
            Optional<TablePattern> table = table(entry);
            boolean several = entry.value() instanceof SequenceNode;
            for (Node each : nodes(entry.value())) {
                Location place = several ? JobReader.at(each, entry.where().path()) : entry.where();
                int before = problems.size();
                if (reader.read(each, groups.kinds(), place) instanceof Settings settings
                        && table.isPresent()
                        && problems.size() == before) {
                    addAll(table.get(), settings);
                }
            }
        }
        return List.copyOf(rules.values());
    }

    private static List<Node> nodes(Node node) {
        return node instanceof SequenceNode list ? list.getValue() : List.of(node);
    }

    private Optional<TablePattern> table(Entry entry) {
        return Optional.ofNullable((TablePattern) reader.key(entry, Shape.TextKind.TABLE_PATTERN));
    }

    private void addAll(TablePattern table, Settings kinds) {
        kinds.find("place", Settings.class).ifPresent(each -> new Place(table, each).add());
        kinds.find("person", Settings.class).ifPresent(each -> new Person(table, each).add());
        kinds.find("span", Settings.class).ifPresent(each -> addSpan(table, each));
    }

    /// City, region and postcode read each other and what the country becomes.
    private final class Place extends Members {
        Place(TablePattern table, Settings columns) {
            super("place", table, columns);
        }

        void add() {
            for (String part : PLACE) {
                Map<String, Object> parameters = new LinkedHashMap<>(Map.of("part", part));
                Stream.of("city", "region", "postcode", "country", "in")
                        .filter(each -> !each.equals(part))
                        .forEach(each -> put(parameters, each, each));
                add(part, "place", parameters);
            }
            lead("country", "country", Map.of());
            expect(PLACE);
        }
    }

    /// Everything follows what the gender becomes, or the title where there is no gender; names
    /// follow the culture, and accounts the names.
    private final class Person extends Members {
        Person(TablePattern table, Settings columns) {
            super("person", table, columns);
        }

        void add() {
            Map<String, Object> deciding = new LinkedHashMap<>();
            List<String> known =
                    columns("first-name", "last-name", "full-name", "email", "username");
            if (!known.isEmpty()) {
                deciding.put("of", known);
            }
            boolean hasGender = settings.values().containsKey("gender");
            Map<String, Object> gender = new LinkedHashMap<>(deciding);
            Map<String, Object> told = new LinkedHashMap<>();
            put(told, "gender", hasGender ? "gender" : "title");
            if (hasGender && settings.values().containsKey("codes")) {
                Map<?, ?> codes = settings.the("codes", Map.class);
                gender.put("codes", codes);
                told.put("codes", codes);
            }
            lead("gender", "gender", gender);
            add("title", "title", hasGender ? told : deciding);
            put(told, "culture", "culture");
            add("first-name", "first-name", told);
            Map<String, Object> culture = new LinkedHashMap<>();
            put(culture, "culture", "culture");
            add("last-name", "last-name", culture);
            List<String> names = columns("first-name", "last-name");
            add("full-name", "full-name", names.size() == 2 ? Map.of("from", names) : told);

            List<String> from = names.isEmpty() ? columns("full-name") : names;
            for (String each : ACCOUNTS) {
                add(each, each, from.isEmpty() ? Map.of() : Map.of("from", from));
            }
            expect(
                    Stream.of(NAMES, List.of("full-name", "title", "gender"), ACCOUNTS)
                            .flatMap(List::stream)
                            .toList());
        }
    }

    /// What the groups of columns with names have in common.
    private abstract class Members {
        private final String kind;
        private final TablePattern table;
        final Settings settings;

        Members(String kind, TablePattern table, Settings settings) {
            this.kind = kind;
            this.table = table;
            this.settings = settings;
        }

        /// The columns of those members that are given.
        final List<String> columns(String... members) {
            return Stream.of(members)
                    .flatMap(each -> settings.find(each, String.class).stream())
                    .toList();
        }

        final void put(Map<String, Object> parameters, String name, String member) {
            settings.find(member, String.class).ifPresent(each -> parameters.put(name, each));
        }

        final void add(String member, String masker, Map<String, ?> parameters) {
            add(member, masker, parameters, false);
        }

        /// Adds the rule of a column that others follow, and that `columns` may decide about.
        final void lead(String member, String masker, Map<String, ?> parameters) {
            add(member, masker, parameters, true);
        }

        private void add(String member, String masker, Map<String, ?> parameters, boolean yields) {
            settings.find(member, String.class)
                    .ifPresent(column ->
                            GroupReader.this.add(
                                    table,
                                    column,
                                    new Group(kind, table.text(), yields),
                                    rule(masker, parameters),
                                    settings.place(member)));
        }

        final void expect(List<String> members) {
            if (members.stream().noneMatch(settings.values()::containsKey)) {
                problems.add(
                        Problem.error(
                                "empty-group",
                                settings.where(),
                                "%s names no column that it could decide about"
                                        .formatted(settings.where().path()),
                                "give it one or more of " + String.join(", ", members)));
            }
        }
    }

    private void addSpan(TablePattern table, Settings span) {
        List<String> columns = span.list("of", String.class);
        if (columns.size() < 2) {
            problems.add(
                    Problem.error(
                            "empty-group",
                            span.where(),
                            "%s must name two columns or more".formatted(span.where().path()),
                            "write span: [starts_on, ends_on]"));
            return;
        }
        for (String column : columns) {
            Map<String, Object> parameters = new LinkedHashMap<>();
            parameters.put("max-days", span.whole("max-days"));
            span.find("direction", String.class)
                    .ifPresent(direction -> parameters.put("direction", direction));
            parameters.put("with", columns.stream().filter(each -> !each.equals(column)).toList());
            add(
                    table,
                    column,
                    new Group("span", table.text(), false),
                    rule("shift-date", parameters),
                    span.place("of"));
        }
    }

    private static MaskingRule rule(String masker, Map<String, ?> parameters) {
        return new MaskingRule(
                masker, new LinkedHashMap<>(parameters), Optional.empty(), Optional.empty());
    }

    private void add(
            TablePattern table, String column, Group group, MaskingRule rule, Location where) {
        for (String message : Maskers.check(rule)) {
            problems.add(
                    Problem.error(
                            "malformed-rule",
                            where,
                            "`%s`: %s".formatted(where.path(), message),
                            "see %s in the job config's reference".formatted(rule.masker())));
        }
        var next = new ColumnRule(table.column(column), rule, where, Optional.of(group));
        @Nullable ColumnRule earlier = rules.putIfAbsent(next.name().meaning(), next);
        if (earlier == null || (group.yields() && earlier.rule().agreesWith(rule))) {
            return;
        }
        problems.add(
                Problem.error(
                        "repeated-member",
                        where,
                        "`%s`: %s is already `%s` on line %d"
                                .formatted(
                                        where.path(),
                                        next.pattern(),
                                        earlier.where().path(),
                                        Objects.requireNonNull(earlier).where().line()),
                        "a column is in one group only, and once"));
    }
}
