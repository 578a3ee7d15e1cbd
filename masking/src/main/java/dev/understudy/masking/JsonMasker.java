package dev.understudy.masking;

import dev.understudy.masking.InnerRules.Names;
import dev.understudy.masking.JsonText.Token;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Masks the leaves of JSON documents by path. A document is read twice: once to gather the leaves
/// of the batch for their maskers, once to write it again with the results in their places.
///
/// A path names a leaf, or an object or array and so all leaves in it; the longest path wins, and
/// an exact name over `*`. A document that is no JSON becomes `null`.
final class JsonMasker extends DocumentMasker {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern STEP =
            Pattern.compile("\\.([^.\\[\\]\"*]+)|\\.(\\*)|\\[(\\*)]|\\[\"([^\"]+)\"]");

    private final boolean binary;
    private final Place root;
    private final @Nullable Leaf numbers;
    private final Names names;
    private final Leaf name;
    private final JsonText text = new JsonText();
    private final MaskedValues scratch = new MaskedValues();

    /// Of what is open at each depth, from 1 on: its place, and the rule that holds for all in it.
    private @Nullable Place[] places = new @Nullable Place[16];

    private @Nullable Leaf[] rules = new @Nullable Leaf[16];

    /// The place of the value behind the last name.
    private @Nullable Place property;

    /// @param rule with rules by path in `paths`, and perhaps `unlisted` and `names`
    JsonMasker(ColumnProfile column, MaskingRule rule, MaskingKeys keys) {
        super(column, Declarations.fixed(nothing(column)), rule, keys);
        binary = column.form() == ValueForm.JSONB;
        numbers =
                InnerRules.unlisted(rule) == InnerRules.Unlisted.MASK
                        ? leaf(MaskingRule.of("digits"), "")
                        : unlisted();
        names = InnerRules.names(rule);
        name = leaf(MaskingRule.of("text-scramble"), "");
        root = new Place();
        InnerRules.of(rule, "paths")
                .forEach((path, inner) -> root.at(steps(path)).leaf = leaf(inner, path));
        root.spreadWildcards();
        root.freeze();
    }

    private static byte[] nothing(ColumnProfile column) {
        return (column.form() == ValueForm.JSONB ? "\u0001null" : "null")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The steps of a path: a property's name, `*` for all properties, `[*]` for all elements.
    ///
    /// @throws IllegalArgumentException if it is no path
    static List<Step> steps(String path) {
        List<Step> steps = new ArrayList<>();
        var matcher = STEP.matcher(path);
        int at = 1;
        while (path.startsWith("$") && at < path.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                break;
            }
            if (matcher.group(3) != null) {
                steps.add(Step.ELEMENTS);
            } else if (matcher.group(2) != null) {
                steps.add(Step.PROPERTIES);
            } else {
                String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(4);
                steps.add(new Step(false, name));
            }
            at = matcher.end();
        }
        if (!path.startsWith("$") || at != path.length()) {
            throw new IllegalArgumentException("not a path like $.customer.notes[*].text");
        }
        return steps;
    }

    /// Writes a value of strings, numbers, booleans, nulls, lists and maps as JSON.
    static String json(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator to = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(value, to);
        }
        return text.toString();
    }

    private static void write(@Nullable Object value, JsonGenerator to) {
        switch (value) {
            case null -> to.writeNull();
            case Boolean truth -> to.writeBoolean(truth);
            case Number number -> to.writeNumber(number.toString());
            case List<?> list -> {
                to.writeStartArray();
                list.forEach(each -> write(each, to));
                to.writeEndArray();
            }
            case Map<?, ?> map -> {
                to.writeStartObject();
                map.forEach((name, each) -> {
                    to.writeName(String.valueOf(name));
                    write(each, to);
                });
                to.writeEndObject();
            }
            default -> to.writeString(value.toString());
        }
    }

    @Override
    boolean gather(byte[] bytes, int start, int length) {
        begin(bytes, start, length);
        boolean undecided = false;
        for (Token token = text.next(); token != Token.END; token = text.next()) {
            if (token == Token.BROKEN) {
                return false;
            }
            Leaf leaf = step(token);
            undecided |= leaf == null && needsRule(token);
            if (leaf != null && !leaf.keeps()) {
                text.read(leaf.gathered());
                leaf.gathered().commitParts();
            }
        }
        return !undecided;
    }

    private static boolean needsRule(Token token) {
        return token == Token.STRING || token == Token.NUMBER;
    }

    @Override
    void rewrite(byte[] bytes, int start, int length, MaskedValues out) {
        begin(bytes, start, length);
        if (binary) {
            out.put((byte) 1);
        }
        boolean follows = false;
        for (Token token = text.next(); token != Token.END; token = text.next()) {
            boolean closes = token == Token.END_OBJECT || token == Token.END_ARRAY;
            if (follows && !closes) {
                out.put((byte) ',');
            }
            Leaf leaf = step(token);
            switch (token) {
                case OBJECT -> out.put((byte) '{');
                case END_OBJECT -> out.put((byte) '}');
                case ARRAY -> out.put((byte) '[');
                case END_ARRAY -> out.put((byte) ']');
                default -> {
                    if (leaf == null || leaf.keeps()) {
                        text.copy(token, out);
                    } else {
                        write(token, leaf.masked(), leaf.take(), out);
                    }
                }
            }
            if (token == Token.NAME) {
                out.put((byte) ':');
            }
            follows = token != Token.NAME && token != Token.OBJECT && token != Token.ARRAY;
        }
        out.commitParts();
    }

    /// A pseudonym stays a number or a boolean where it still reads as one.
    private static void write(Token token, MaskedValues masked, int index, MaskedValues out) {
        byte[] bytes = masked.bytes();
        int start = masked.start(index);
        int length = masked.length(index);
        if (length < 0 && token != Token.NAME) {
            out.put(NULL, 0, NULL.length);
            return;
        }
        boolean same =
                switch (token) {
                    case NUMBER -> JsonText.isNumber(bytes, start, start + length);
                    case TRUE, FALSE ->
                            isWord(TRUE, bytes, start, length)
                                    || isWord(FALSE, bytes, start, length);
                    default -> false;
                };
        if (same) {
            out.put(bytes, start, length);
        } else {
            JsonText.quote(bytes, start, Math.max(0, length), out);
        }
    }

    private static boolean isWord(byte[] word, byte[] bytes, int start, int length) {
        return Arrays.equals(word, 0, word.length, bytes, start, start + length);
    }

    private void begin(byte[] bytes, int start, int length) {
        text.begin(bytes, start + (binary ? 1 : 0), start + length);
    }

    /// Follows a token through the places, and says what masks its text; null for one without.
    private @Nullable Leaf step(Token token) {
        if (token == Token.NAME) {
            return name(places[text.depth()]);
        }
        if (token == Token.END_OBJECT || token == Token.END_ARRAY) {
            return null;
        }
        boolean opens = token == Token.OBJECT || token == Token.ARRAY;
        int depth = opens ? text.depth() - 1 : text.depth();
        Place place = place(depth);
        Leaf rule = place != null && place.leaf != null ? place.leaf : rules[depth];
        if (opens) {
            open(depth + 1, place, rule);
            return null;
        }
        return switch (token) {
            case STRING -> rule != null ? rule : unlisted();
            case NUMBER -> rule != null ? rule : numbers;
            case TRUE, FALSE -> rule;
            default -> null;
        };
    }

    private void open(int depth, @Nullable Place place, @Nullable Leaf rule) {
        if (depth == places.length) {
            places = Arrays.copyOf(places, 2 * depth);
            rules = Arrays.copyOf(rules, 2 * depth);
        }
        places[depth] = place;
        rules[depth] = rule;
    }

    /// The place of the next value in what is open at a depth.
    private @Nullable Place place(int depth) {
        if (depth == 0) {
            return root;
        }
        Place parent = places[depth];
        if (!text.isArray(depth)) {
            return property;
        }
        return parent == null ? null : parent.elements;
    }

    /// Goes on at a property, and says what masks its name.
    private @Nullable Leaf name(@Nullable Place parent) {
        property = null;
        if (parent == null && names != Names.WORDS) {
            return names == Names.KEEP ? null : name;
        }
        text.read(scratch);
        byte[] bytes = scratch.bytes();
        int start = scratch.position();
        int length = scratch.partsLength();
        scratch.dropParts();
        if (parent != null) {
            property = parent.property(bytes, start, length);
        }
        return names.keep(bytes, start, length) ? null : name;
    }

    /// A step of a path: to a property by name, to all properties (no name), or to all elements.
    record Step(boolean elements, @Nullable String name) {
        static final Step ELEMENTS = new Step(true, null);
        static final Step PROPERTIES = new Step(false, null);
    }

    /// A place of documents that paths lead to or through.
    private static final class Place {
        private final Map<String, Place> properties = new HashMap<>();
        private byte[][] names = {};
        private Place[] named = {};
        private @Nullable Place anyProperty;
        private @Nullable Place elements;
        private @Nullable Leaf leaf;

        Place at(List<Step> steps) {
            Place place = this;
            for (Step step : steps) {
                place = place.next(step);
            }
            return place;
        }

        private Place next(Step step) {
            if (step.elements()) {
                elements = elements == null ? new Place() : elements;
                return elements;
            }
            if (step.name() == null) {
                anyProperty = anyProperty == null ? new Place() : anyProperty;
                return anyProperty;
            }
            return properties.computeIfAbsent(step.name(), name -> new Place());
        }

        @Nullable Place property(byte[] bytes, int start, int length) {
            for (int i = 0; i < names.length; i++) {
                if (Arrays.equals(names[i], 0, names[i].length, bytes, start, start + length)) {
                    return named[i];
                }
            }
            return anyProperty;
        }

        /// Makes names ready to be looked up by their bytes.
        void freeze() {
            names =
                    properties.keySet().stream()
                            .map(each -> each.getBytes(StandardCharsets.UTF_8))
                            .toArray(byte[][]::new);
            named = properties.values().toArray(Place[]::new);
            properties.values().forEach(Place::freeze);
            if (anyProperty != null) {
                anyProperty.freeze();
            }
            if (elements != null) {
                elements.freeze();
            }
        }

        /// What `*` leads to holds for the named properties beside it too, unless they say more.
        void spreadWildcards() {
            Place any = anyProperty;
            if (any != null) {
                properties.values().forEach(each -> each.inherit(any));
                any.spreadWildcards();
            }
            properties.values().forEach(Place::spreadWildcards);
            if (elements != null) {
                elements.spreadWildcards();
            }
        }

        private void inherit(Place other) {
            leaf = leaf == null ? other.leaf : leaf;
            other.properties.forEach((name, place) -> next(new Step(false, name)).inherit(place));
            if (other.anyProperty != null) {
                next(Step.PROPERTIES).inherit(other.anyProperty);
            }
            if (other.elements != null) {
                next(Step.ELEMENTS).inherit(other.elements);
            }
        }
    }
}
