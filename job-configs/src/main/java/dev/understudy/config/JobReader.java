package dev.understudy.config;

import dev.understudy.config.Shape.Acknowledgements;
import dev.understudy.config.Shape.Choice;
import dev.understudy.config.Shape.Choices;
import dev.understudy.config.Shape.Flag;
import dev.understudy.config.Shape.Groups;
import dev.understudy.config.Shape.Kinds;
import dev.understudy.config.Shape.Meanings;
import dev.understudy.config.Shape.Named;
import dev.understudy.config.Shape.Orphans;
import dev.understudy.config.Shape.Pairs;
import dev.understudy.config.Shape.Rows;
import dev.understudy.config.Shape.Rules;
import dev.understudy.config.Shape.Section;
import dev.understudy.config.Shape.Size;
import dev.understudy.config.Shape.Text;
import dev.understudy.config.Shape.TextKind;
import dev.understudy.config.Shape.TextOrSection;
import dev.understudy.config.Shape.TextOrTexts;
import dev.understudy.config.Shape.Texts;
import dev.understudy.config.Shape.Whole;
import dev.understudy.masking.MaskingKeys;
import java.nio.charset.StandardCharsets;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads nodes by their shape, and collects what is wrong instead of ending at the first problem.
/// What could not be read is null; that a problem says why is what callers rely on.
final class JobReader {
    private static final Set<String> ENGINES = Set.of("postgresql", "mysql", "mariadb");
    private static final Pattern ENGINE = Pattern.compile("jdbc:([a-z0-9]+):.*", Pattern.DOTALL);
    private static final Pattern LOGIN_IN_URL =
            Pattern.compile(".*[?&](user|password|sslpassword)=.*", Pattern.DOTALL);

    private static final String ACKNOWLEDGEMENT =
            "write W101: { schema.table.column: \"why it is accepted\" }";

    private final Placeholders placeholders;
    private final List<Problem> problems;
    private final RuleReader rules;

    JobReader(Placeholders placeholders, List<Problem> problems) {
        this.placeholders = placeholders;
        this.problems = problems;
        this.rules = new RuleReader(this, problems);
    }

    @Nullable Object read(Node node, Shape shape, Location where) {
        return switch (shape) {
            case Text text -> text(node, text.kind(), where);
            case Choice choice -> choice(node, choice, where);
            case Choices choices -> choices(node, choices, where);
            case Kinds kinds -> kinds(node, kinds, where);
            case Acknowledgements _ -> acknowledgements(node, where);
            case Whole whole -> whole(node, whole, where);
            case Flag _ -> flag(node, where);
            case Size size -> size(node, size, where);
            case Texts texts -> texts(node, texts.kind(), where);
            case Section section -> section(node, section, where);
            case TextOrSection either -> textOrSection(node, either, where);
            case Named named -> named(node, named, where);
            case Pairs pairs -> pairs(node, pairs.kind(), where);
            case Meanings meanings -> meanings(node, meanings, where);
            case Rules _ -> rules.read(node, where);
            case TextOrTexts texts ->
                    node instanceof SequenceNode
                            ? texts(node, texts.kind(), where)
                            : oneText(node, texts.kind(), where);
            case Rows rows -> new RowRuleReader(this, problems).rows(node, rows, where);
            case Orphans orphans -> new RowRuleReader(this, problems).orphans(node, orphans, where);
            case Groups groups -> new GroupReader(this, problems).read(node, groups, where);
        };
    }

    private @Nullable Object text(Node node, TextKind kind, Location where) {
        if (!(node instanceof ScalarNode scalar && is(node, Tag.STR))) {
            boolean literal = node instanceof ScalarNode && !is(node, Tag.NULL);
            return wrongType(
                    where,
                    kind.expected,
                    node,
                    literal ? "put it in quotes" : "give %s here".formatted(kind.expected));
        }
        String raw = scalar.getValue();
        boolean literal = !Placeholders.anyIn(raw);
        if (!literal && kind.identifies()) {
            misplacedPlaceholder(where);
            return null;
        }
        if (literal && !raw.isEmpty() && kind.belongsElsewhere()) {
            problems.add(
                    Problem.warning(
                            "literal-secret",
                            where,
                            "%s stands in the file, where everybody who reads it sees it"
                                    .formatted(where.path()),
                            "write ${env:NAME} or ${file:/path}, and change it where it was in use"));
        }
        @Nullable String resolved = placeholders.resolve(raw, where, problems);
        if (resolved == null) {
            return null;
        }
        @Nullable Object accepted = accept(resolved, literal ? raw : null, kind, where);
        return accepted instanceof Secret secret && kind == TextKind.MASTER_SECRET
                ? masterSecret(secret, raw, where)
                : accepted;
    }

    private @Nullable Object masterSecret(Secret secret, String raw, Location where) {
        byte[] bytes = secret.reveal().getBytes(StandardCharsets.UTF_8);
        Optional<String> refusal = MaskingKeys.refusal(bytes);
        Arrays.fill(bytes, (byte) 0);
        if (refusal.isPresent()) {
            problems.add(
                    Problem.error(
                            "weak-secret",
                            where,
                            "%s %s".formatted(where.path(), refusal.get()),
                            "make one: understudy key new --file secret.key"));
            return null;
        }
        return new SecretSource.Given(secret, Placeholders.origin(raw), placeholders.files(raw));
    }

    /// Makes what a text says.
    ///
    /// @param shown the text for messages, null if it came from a placeholder
    private @Nullable Object accept(
            String text, @Nullable String shown, TextKind kind, Location where) {
        if (kind == TextKind.DATABASE_URL && !databaseUrl(text, where)) {
            return null;
        }
        if (!Pattern.matches(kind.regex, text)) {
            boolean hidden =
                    shown == null
                            || kind.secret()
                            || kind == TextKind.DATABASE_URL
                            || kind == TextKind.ENDPOINT
                            || (kind == TextKind.LAKE_URI && text.contains("@"));
            problems.add(
                    Problem.error(
                            kind.problem,
                            where,
                            "%s must be %s%s"
                                    .formatted(
                                            where.path(),
                                            kind.expected,
                                            hidden ? "" : " but is '%s'".formatted(shown)),
                            kind == TextKind.MASTER_SECRET
                                    ? "make one: understudy key new --file secret.key"
                                    : "give " + kind.expected));
            return null;
        }
        try {
            return switch (kind) {
                case MASTER_SECRET, PASSWORD, ACCESS_KEY -> new Secret(text);
                case TABLE_PATTERN -> new TablePattern(text, where);
                case COLUMN_PATTERN -> new ColumnPattern(text, where);
                case REFERENCE -> Reference.parse(text, where);
                case PERIOD -> Period.parse(text);
                case CIPHERTEXT -> text.replaceAll("\\s", "");
                case JOB_NAME,
                        SOURCE_NAME,
                        KEY_ID,
                        NAME,
                        COLUMN,
                        CONDITION,
                        DATABASE_URL,
                        LAKE_URI,
                        ENDPOINT ->
                        text;
            };
        } catch (IllegalArgumentException e) {
            problems.add(
                    Problem.error(
                            kind.problem,
                            where,
                            shown == null
                                    ? where.path() + " is not " + kind.expected
                                    : "'%s' %s".formatted(shown, e.getMessage()),
                            "give " + kind.expected));
            return null;
        }
    }

    private boolean databaseUrl(String url, Location where) {
        Matcher engine = ENGINE.matcher(url);
        if (engine.matches() && !ENGINES.contains(engine.group(1))) {
            problems.add(
                    Problem.error(
                            "unsupported-engine",
                            where,
                            "%s is for %s, which is not supported"
                                    .formatted(where.path(), engine.group(1)),
                            "supported: jdbc:postgresql, jdbc:mysql and jdbc:mariadb"));
            return false;
        }
        if (LOGIN_IN_URL.matcher(url).matches()) {
            problems.add(
                    Problem.error(
                            "login-in-url",
                            where,
                            where.path() + " holds a user or a password; URLs get into logs",
                            "move them to the keys user and password beside it"));
            return false;
        }
        return true;
    }

    private @Nullable Object choice(Node node, Choice choice, Location where) {
        String words = String.join(", ", choice.words());
        if (!(node instanceof ScalarNode scalar && is(node, Tag.STR))) {
            return wrongType(where, "one of " + words, node, "give one of " + words);
        }
        String word = scalar.getValue();
        if (choice.words().contains(word)) {
            return word;
        }
        problems.add(
                Problem.error(
                        "unknown-value",
                        where,
                        "%s must be one of %s but is '%s'".formatted(where.path(), words, word),
                        meant(word, choice.words()).orElse("give one of " + words)));
        return null;
    }

    private List<Object> choices(Node node, Choices choices, Location where) {
        List<Node> items =
                node instanceof SequenceNode list && is(node, Tag.SEQ)
                        ? list.getValue()
                        : List.of(node);
        List<Object> results = new ArrayList<>();
        for (Node item : items) {
            @Nullable Object word =
                    choice(item, new Choice(choices.words()), at(item, where.path()));
            if (word != null) {
                results.add(word);
            }
        }
        return results;
    }

    private @Nullable Object kinds(Node node, Kinds kinds, Location where) {
        if (!(node instanceof MappingNode map && is(node, Tag.MAP))) {
            return wrongType(
                    where, "a map of column patterns and kinds", node, "write PATTERN: kind");
        }
        List<Object> rules = new ArrayList<>();
        for (Entry entry : entries(map, where)) {
            @Nullable Object columns =
                    accept(entry.name(), entry.name(), TextKind.COLUMN_PATTERN, entry.where());
            @Nullable Object word = choice(entry.value(), new Choice(kinds.words()), entry.where());
            if (columns instanceof ColumnPattern pattern && word instanceof String kind) {
                rules.add(new KindRule(pattern, PersonalKind.of(kind)));
            }
        }
        return rules;
    }

    /// The concerns that a config may acknowledge.
    static List<Concern> acknowledgeable() {
        return Stream.of(Concern.values())
                .filter(each -> each.basis() != Concern.Basis.FORBIDDEN)
                .toList();
    }

    private @Nullable Object acknowledgements(Node node, Location where) {
        if (!(node instanceof MappingNode map && is(node, Tag.MAP))) {
            return wrongType(where, "a map of ids", node, ACKNOWLEDGEMENT);
        }
        List<Object> all = new ArrayList<>();
        for (Entry entry : entries(map, where)) {
            Optional<Concern> concern =
                    acknowledgeable().stream()
                            .filter(each -> each.id().equals(entry.name()))
                            .findFirst();
            if (concern.isEmpty()) {
                String known =
                        acknowledgeable().stream()
                                .map(Concern::id)
                                .collect(Collectors.joining(", "));
                problems.add(
                        Problem.error(
                                "unknown-acknowledgement",
                                entry.where(),
                                "`%s` cannot be acknowledged".formatted(entry.name()),
                                "what can be: " + known));
            } else if (concern.get().basis() == Concern.Basis.JOB) {
                acknowledge(concern.get(), "*", entry.value(), entry.where(), all);
            } else if (entry.value() instanceof MappingNode columns && is(columns, Tag.MAP)) {
                for (Entry each : entries(columns, entry.where())) {
                    acknowledge(concern.get(), each.name(), each.value(), each.where(), all);
                }
            } else {
                wrongType(
                        entry.where(),
                        "a map of column patterns and reasons",
                        entry.value(),
                        ACKNOWLEDGEMENT);
            }
        }
        return all;
    }

    private void acknowledge(
            Concern concern, String columns, Node value, Location where, List<Object> all) {
        @Nullable Object pattern = accept(columns, columns, TextKind.COLUMN_PATTERN, where);
        @Nullable Object reason = text(value, TextKind.NAME, where);
        if (pattern instanceof ColumnPattern known && reason instanceof String why) {
            all.add(new Acknowledgement(concern, known, why));
        }
    }

    private @Nullable Object whole(Node node, Whole whole, Location where) {
        String expected = "a whole number from %d to %d".formatted(whole.least(), whole.most());
        if (!(node instanceof ScalarNode scalar && is(node, Tag.INT))) {
            return wrongType(where, expected, node, "give " + expected);
        }
        Number number = (Number) Objects.requireNonNull(Scalars.value(scalar));
        if (number instanceof Integer || number instanceof Long) {
            long value = number.longValue();
            if (value >= whole.least() && value <= whole.most()) {
                return value;
            }
        }
        problems.add(
                Problem.error(
                        "out-of-range",
                        where,
                        "%s must be %s but is %s".formatted(where.path(), expected, number),
                        "give " + expected));
        return null;
    }

    private @Nullable Object flag(Node node, Location where) {
        if (node instanceof ScalarNode scalar && is(node, Tag.BOOL)) {
            return Scalars.value(scalar);
        }
        return wrongType(where, "true or false", node, "give true or false");
    }

    private @Nullable Object size(Node node, Size size, Location where) {
        String expected =
                "a size from %dKB to %dMB, like 8MB"
                        .formatted(size.least() >> 10, size.most() >> 20);
        if (!(node instanceof ScalarNode scalar && is(node, Tag.STR))) {
            return wrongType(where, expected, node, "give " + expected);
        }
        String text = scalar.getValue();
        if (text.matches(Size.REGEX)) {
            long bytes = bytes(text);
            if (bytes >= size.least() && bytes <= size.most()) {
                return bytes;
            }
        }
        problems.add(
                Problem.error(
                        "malformed-size",
                        where,
                        "%s must be %s but is '%s'".formatted(where.path(), expected, text),
                        "give " + expected));
        return null;
    }

    private static long bytes(String size) {
        long number = Long.parseLong(size, 0, size.length() - 2, 10);
        return number << (size.endsWith("KB") ? 10 : 20);
    }

    private @Nullable Object oneText(Node node, TextKind kind, Location where) {
        @Nullable Object text = text(node, kind, where);
        return text == null ? null : List.of(text);
    }

    private @Nullable Object texts(Node node, TextKind kind, Location where) {
        if (!(node instanceof SequenceNode list && is(node, Tag.SEQ))) {
            return wrongType(where, "a list", node, "write a list, even of one: [\"...\"]");
        }
        List<Object> results = new ArrayList<>();
        List<Node> items = list.getValue();
        for (int i = 0; i < items.size(); i++) {
            Node item = items.get(i);
            @Nullable Object result =
                    text(item, kind, at(item, "%s[%d]".formatted(where.path(), i)));
            if (result != null) {
                results.add(result);
            }
        }
        return results;
    }

    private @Nullable Object pairs(Node node, TextKind kind, Location where) {
        String form = "write { name: \"text\", ... }";
        if (!(node instanceof MappingNode map && is(node, Tag.MAP))) {
            return wrongType(where, "a map of names and texts", node, form);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        for (Entry entry : entries(map, where)) {
            @Nullable Object name = key(entry, TextKind.NAME);
            @Nullable Object text = text(entry.value(), kind, entry.where());
            if (name != null && text != null) {
                result.put(entry.name(), text);
            }
        }
        if (map.getValue().isEmpty()) {
            missing(where, "a name", form);
        }
        return result;
    }

    /// What the texts of a map say: one of a few words each.
    private @Nullable Object meanings(Node node, Meanings meanings, Location where) {
        if (!(node instanceof MappingNode map && is(node, Tag.MAP))) {
            return wrongType(where, "a map", node, "write { code: word, ... }");
        }
        Map<String, Object> result = new LinkedHashMap<>();
        for (Entry entry : entries(map, where)) {
            @Nullable Object word =
                    choice(entry.value(), new Choice(meanings.words()), entry.where());
            if (word != null) {
                result.put(entry.name(), word);
            }
        }
        return result;
    }

    private @Nullable Object textOrSection(Node node, TextOrSection either, Location where) {
        Key key = either.section().key(either.key()).orElseThrow();
        boolean isShort =
                key.shape() instanceof Texts
                        ? node instanceof SequenceNode
                        : node instanceof ScalarNode && !is(node, Tag.NULL);
        if (!isShort) {
            return section(node, either.section(), where);
        }
        @Nullable Object value = read(node, key.shape(), where);
        if (value == null) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>(Map.of(either.key(), value));
        addDefaults(either.section(), values, where);
        return new Settings(values, Map.of(), where);
    }

    /// Settings of settings, by name.
    private @Nullable Object named(Node node, Named named, Location where) {
        if (!(node instanceof MappingNode map && is(node, Tag.MAP))) {
            return wrongType(where, "a map of names", node, "write NAME: { url: ..., user: ... }");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Location> places = new LinkedHashMap<>();
        for (Entry entry : entries(map, where)) {
            @Nullable Object name = key(entry, TextKind.SOURCE_NAME);
            @Nullable Object value = section(entry.value(), named.section(), entry.where());
            if (name != null && value != null) {
                values.put(entry.name(), value);
                places.put(entry.name(), entry.where());
            }
        }
        if (map.getValue().isEmpty()) {
            missing(where, "a name", "write NAME: { url: ..., user: ... }");
        }
        return new Settings(values, places, where);
    }

    private @Nullable Object section(Node node, Section section, Location where) {
        if (!(node instanceof MappingNode map && is(node, Tag.MAP))) {
            return wrongType(where, "a map", node, "its keys are " + known(section));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Location> places = new LinkedHashMap<>();
        for (Entry entry : entries(map, where)) {
            places.put(entry.name(), entry.where());
            Optional<Key> key = section.key(entry.name());
            if (key.isEmpty()) {
                unknownKey(entry, section);
                continue;
            }
            @Nullable Object value = read(entry.value(), key.get().shape(), entry.where());
            if (value != null) {
                values.put(entry.name(), value);
            }
        }
        int before = problems.size();
        for (Key key : section.keys()) {
            if (key.required() && !places.containsKey(key.name())) {
                missing(where, "the key `%s`".formatted(key.name()), "add it: " + key.summary());
            }
        }
        for (List<String> oneOf : section.oneOf()) {
            if (oneOf.stream().noneMatch(places::containsKey)) {
                missing(
                        where,
                        "a key of " + String.join(", ", oneOf),
                        "give one of them: " + String.join(", ", oneOf));
            }
        }
        List<String> given = section.together().stream().filter(places::containsKey).toList();
        if (!given.isEmpty() && given.size() < section.together().size()) {
            missing(
                    where,
                    "one of the keys " + String.join(", ", section.together()),
                    "give all of them, or none");
        }
        if (problems.size() == before) {
            addDefaults(section, values, where);
        }
        return new Settings(values, places, where);
    }

    private void addDefaults(Section section, Map<String, Object> values, Location where) {
        for (Key key : section.keys()) {
            if (key.byDefault() == null || values.containsKey(key.name())) {
                continue;
            }
            Object value =
                    switch (key.shape()) {
                        case Texts(TextKind kind) ->
                                ((List<?>) key.byDefault())
                                        .stream()
                                                .map(each ->
                                                        accept((String) each, null, kind, where))
                                                .toList();
                        case Size _ -> bytes((String) key.byDefault());
                        default -> key.byDefault();
                    };
            values.put(key.name(), value);
        }
    }

    private void missing(Location where, String what, String hint) {
        String place = where.path().isEmpty() ? "the file" : "`" + where.path() + "`";
        problems.add(Problem.error("missing-key", where, place + " lacks " + what, hint));
    }

    private void unknownKey(Entry entry, Section section) {
        List<String> homes = homes(entry.name(), JobLayout.JOB, "");
        String hint;
        if (!homes.isEmpty()) {
            hint =
                    "it belongs %s"
                            .formatted(
                                    homes.stream()
                                            .map(each ->
                                                    each.isEmpty()
                                                            ? "at the top of the file, without indentation"
                                                            : "under `" + each + "`")
                                            .collect(Collectors.joining(" or ")));
        } else if (entry.name().contains(".") || entry.name().contains("*")) {
            hint = "rules for columns belong under `columns` at the top of the file";
        } else {
            hint =
                    meant(entry.name(), section.names())
                            .orElse("the keys here are " + known(section));
        }
        problems.add(
                Problem.error(
                        "unknown-key",
                        entry.where(),
                        "unknown key `%s`".formatted(entry.where().path()),
                        hint));
    }

    /// The paths of the sections that know the key.
    private static List<String> homes(String name, Section section, String path) {
        List<String> result = new ArrayList<>();
        if (section.key(name).isPresent()) {
            result.add(path);
        }
        for (Key key : section.keys()) {
            if (key.shape() instanceof Section inner) {
                result.addAll(homes(name, inner, key.name()));
            }
            if (key.shape() instanceof TextOrSection either) {
                result.addAll(homes(name, either.section(), key.name()));
            }
            if (key.shape() instanceof Rows rows && rows.keys().key(name).isPresent()) {
                result.add(key.name() + ": { schema.table: ... }");
            }
        }
        return result;
    }

    /// The entries of a map, without repeated keys and keys that are no text, which it reports.
    List<Entry> entries(MappingNode map, Location where) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : map.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(
                        Problem.error(
                                "malformed-key",
                                at(tuple.getKeyNode(), where.path()),
                                "a key must be a text but is " + kind(tuple.getKeyNode()),
                                "put placeholders and texts with { or [ in quotes"));
                continue;
            }
            String name = key.getValue();
            String path = where.path().isEmpty() ? name : where.path() + "." + name;
            var entry = new Entry(name, tuple.getValueNode(), at(key, path));
            @Nullable Entry first = entries.putIfAbsent(name, entry);
            if (first != null) {
                problems.add(
                        Problem.error(
                                "duplicate-key",
                                entry.where(),
                                "`%s` is already given on line %d"
                                        .formatted(path, first.where().line()),
                                "keep one of the two"));
            }
        }
        return List.copyOf(entries.values());
    }

    record Entry(String name, Node value, Location where) {}

    /// Reads the key of an entry, which names something; null if it does not.
    @Nullable Object key(Entry entry, TextKind kind) {
        if (Placeholders.anyIn(entry.name())) {
            misplacedPlaceholder(entry.where());
            return null;
        }
        return accept(entry.name(), entry.name(), kind, entry.where());
    }

    @Nullable String resolve(String text, Location where) {
        return placeholders.resolve(text, where, problems);
    }

    @Nullable String file(String name, Location where) {
        return placeholders.content("the file " + name, name, where, problems);
    }

    /// The words of all files that rules name, so that a job's hash shows when they change.
    List<List<String>> wordFiles() {
        return rules.wordFiles();
    }

    /// Reports a wrong type, and is null.
    @Nullable Object wrongType(Location where, String expected, Node found, String hint) {
        String place = where.path().isEmpty() ? "the file" : where.path();
        problems.add(
                Problem.error(
                        "wrong-type",
                        where,
                        "%s must be %s but is %s".formatted(place, expected, kind(found)),
                        hint));
        return null;
    }

    void misplacedPlaceholder(Location where) {
        problems.add(
                Problem.error(
                        "misplaced-placeholder",
                        where,
                        "no placeholder may stand here: a job's hash would not show that it changed",
                        "write the name itself"));
    }

    static Optional<String> meant(String word, List<String> known) {
        return Spelling.closest(word, known).map("did you mean `%s`?"::formatted);
    }

    static Location at(Node node, String path) {
        Mark mark = node.getStartMark().orElseThrow();
        return new Location(mark.getLine() + 1, mark.getColumn() + 1, path);
    }

    static boolean is(Node node, Tag tag) {
        return node.getTag().equals(tag);
    }

    private static String known(Section section) {
        return String.join(", ", section.names());
    }

    private static String kind(Node node) {
        if (is(node, Tag.MAP)) {
            return "a map";
        }
        if (is(node, Tag.SEQ)) {
            return "a list";
        }
        if (is(node, Tag.STR)) {
            return "a text";
        }
        if (is(node, Tag.INT) || is(node, Tag.FLOAT)) {
            return "a number";
        }
        if (is(node, Tag.BOOL)) {
            return "true or false";
        }
        return is(node, Tag.NULL) ? "empty" : "something with a YAML tag";
    }
}
