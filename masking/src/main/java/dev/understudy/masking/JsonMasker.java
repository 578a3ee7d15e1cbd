package dev.understudy.masking;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// Masks the leaves of JSON documents by path. A document is read twice: once to gather the leaves
/// of the batch for their maskers, once to write it again with the results in their places.
///
/// A path names a leaf, or an object or array and so all leaves in it; the longest path wins, and
/// an exact name over `*`. A document that is no JSON becomes `null`.
final class JsonMasker extends DocumentMasker {
    /// Databases hold what they hold: no limit may turn a valid document into an invalid one.
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(100_000)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .build())
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder().maxNestingDepth(100_000).build())
                    // Names can be people's data: no symbol table keeps them.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                    .build();

    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final Pattern STEP =
            Pattern.compile("\\.([^.\\[\\]\"*]+)|\\.(\\*)|\\[(\\*)]|\\[\"([^\"]+)\"]");

    private final boolean binary;
    private final Place root;
    private final @Nullable Leaf numbers;
    private final @Nullable Leaf names;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /// @param rule with rules by path in `paths`, and perhaps `unlisted` and `names`
    JsonMasker(ColumnProfile column, MaskingRule rule, MaskingKeys keys) {
        super(column, Declarations.fixed(nothing(column)), rule, keys);
        binary = column.form() == ValueForm.JSONB;
        numbers =
                InnerRules.unlisted(rule) == InnerRules.Unlisted.MASK
                        ? leaf(MaskingRule.of("digits"), "")
                        : unlisted();
        names = InnerRules.names(rule) ? leaf(MaskingRule.of("text-scramble"), "") : null;
        root = new Place();
        InnerRules.of(rule, "paths")
                .forEach((path, inner) -> root.at(steps(path)).leaf = leaf(inner, path));
        root.spreadWildcards();
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
        try (JsonParser from = parser(bytes, start, length)) {
            Walk walk = new Walk();
            while (from.nextToken() != null) {
                Leaf leaf = walk.step(from);
                if (leaf != null && !leaf.keeps()) {
                    byte[] text = from.getString().getBytes(StandardCharsets.UTF_8);
                    leaf.gathered().append(text, 0, text.length);
                }
            }
            return walk.isWhole();
        } catch (JacksonException e) {
            // Not JSON, or not whole. The message would quote the document.
            return false;
        }
    }

    @Override
    void rewrite(byte[] bytes, int start, int length, MaskedValues out) {
        written.reset();
        if (binary) {
            written.write(1);
        }
        try (JsonParser from = parser(bytes, start, length);
                JsonGenerator to = FACTORY.createGenerator(ObjectWriteContext.empty(), written)) {
            Walk walk = new Walk();
            for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
                Leaf leaf = walk.step(from);
                if (leaf == null || leaf.keeps()) {
                    copy(token, from, to);
                } else {
                    write(token, text(leaf.masked(), leaf.take()), to);
                }
            }
        }
        out.append(written.toByteArray(), 0, written.size());
    }

    private static @Nullable String text(MaskedValues masked, int index) {
        int length = masked.length(index);
        return length < 0
                ? null
                : new String(masked.bytes(), masked.start(index), length, StandardCharsets.UTF_8);
    }

    private JsonParser parser(byte[] bytes, int start, int length) {
        int skipped = binary ? 1 : 0;
        return FACTORY.createParser(
                ObjectReadContext.empty(), bytes, start + skipped, length - skipped);
    }

    private static void copy(JsonToken token, JsonParser from, JsonGenerator to) {
        switch (token) {
            case START_OBJECT -> to.writeStartObject();
            case END_OBJECT -> to.writeEndObject();
            case START_ARRAY -> to.writeStartArray();
            case END_ARRAY -> to.writeEndArray();
            case PROPERTY_NAME -> to.writeName(from.currentName());
            case VALUE_STRING -> to.writeString(from.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> to.writeNumber(from.getString());
            case VALUE_TRUE -> to.writeBoolean(true);
            case VALUE_FALSE -> to.writeBoolean(false);
            case VALUE_NULL -> to.writeNull();
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("JSON text has no " + token);
        }
    }

    /// A pseudonym stays a number or a boolean where it still reads as one.
    private static void write(JsonToken token, @Nullable String masked, JsonGenerator to) {
        if (token == JsonToken.PROPERTY_NAME) {
            to.writeName(masked == null ? "" : masked);
        } else if (masked == null) {
            to.writeNull();
        } else if (token.isNumeric() && NUMBER.matcher(masked).matches()) {
            to.writeNumber(masked);
        } else if (token.isBoolean() && (masked.equals("true") || masked.equals("false"))) {
            to.writeBoolean(masked.equals("true"));
        } else {
            to.writeString(masked);
        }
    }

    /// A step of a path: to a property by name, to all properties (no name), or to all elements.
    record Step(boolean elements, @Nullable String name) {
        static final Step ELEMENTS = new Step(true, null);
        static final Step PROPERTIES = new Step(false, null);
    }

    /// A place of documents that paths lead to or through.
    private static final class Place {
        private final Map<String, Place> properties = new HashMap<>();
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

        @Nullable Place property(String name) {
            Place named = properties.get(name);
            return named == null ? anyProperty : named;
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

    /// Follows a document's tokens through the places.
    private final class Walk {
        private final List<Level> open = new ArrayList<>();
        private @Nullable String name;
        private boolean whole;
        private boolean second;
        private boolean undecided;

        /// What masks the token's text; null for a token without one.
        @Nullable Leaf step(JsonParser from) {
            JsonToken token = from.currentToken();
            switch (token) {
                case PROPERTY_NAME -> {
                    name = from.currentName();
                    return names;
                }
                case END_OBJECT, END_ARRAY -> {
                    open.removeLast();
                    whole = open.isEmpty();
                    return null;
                }
                default -> {}
            }
            if (open.isEmpty() && whole) {
                second = true;
            }
            Place place = place();
            Leaf rule = place != null && place.leaf != null ? place.leaf : inherited();
            if (token.isStructStart()) {
                open.add(new Level(place, rule, token == JsonToken.START_ARRAY));
                return null;
            }
            whole = open.isEmpty();
            if (token == JsonToken.VALUE_NULL) {
                return null;
            }
            if (rule != null || token.isBoolean()) {
                return rule;
            }
            Leaf otherwise = token.isNumeric() ? numbers : unlisted();
            undecided |= otherwise == null;
            return otherwise;
        }

        boolean isWhole() {
            return whole && !second && !undecided;
        }

        private @Nullable Place place() {
            if (open.isEmpty()) {
                return root;
            }
            Level parent = open.getLast();
            if (parent.place == null) {
                return null;
            }
            if (parent.array) {
                return parent.place.elements;
            }
            return name == null ? null : parent.place.property(name);
        }

        private @Nullable Leaf inherited() {
            return open.isEmpty() ? null : open.getLast().rule;
        }
    }

    private record Level(@Nullable Place place, @Nullable Leaf rule, boolean array) {}
}
