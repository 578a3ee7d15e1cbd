package dev.understudy.masking;

import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.integer;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.needCharacters;
import static dev.understudy.masking.Declarations.oneOf;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.BOOL;
import static dev.understudy.masking.ValueForm.ENUM;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/// The maskers whose results the config writes: tokens, own words, own categories, templates.
final class TextMaskers {
    private static final int INJECTIVE_BITS = 80;
    private static final int TOKEN_LENGTH = 20;
    private static final int MOST_CATEGORIES = 1000;
    private static final Guarantees CHOSEN = promise(false, false, false);

    private TextMaskers() {}

    static List<Masker> all() {
        return List.of(tokenise(), template(), dictionary(), categorical());
    }

    private static Masker tokenise() {
        return new Masker(
                "tokenise",
                "a token in base 32, a keyed hash; of n values two meet with a chance of n² / 2^(5·length + 1)",
                List.of(
                        new Parameter("prefix", "string", false, "what stands before it; none"),
                        new Parameter(
                                "length",
                                "integer",
                                false,
                                "its characters, 8 to 25, 20; from 16 on it is unique for each value")),
                EnumSet.of(TEXT),
                (rule, column) ->
                        promise(
                                5 * integer(rule, "length", TOKEN_LENGTH) >= INJECTIVE_BITS,
                                false,
                                false),
                (rule, problem) -> {
                    long length = integer(rule, "length", TOKEN_LENGTH);
                    if (length < 8 || length > Writers.BASE32_LENGTH) {
                        problem.accept("length must be from 8 to " + Writers.BASE32_LENGTH);
                    }
                    if (!string(rule, "prefix", "").matches("[^{}\\x00]{0,32}")) {
                        problem.accept("prefix must be at most 32 characters, and no braces");
                    }
                },
                (rule, column, keys, domain) -> {
                    Template template =
                            new Template(
                                    "%s{token:%d}"
                                            .formatted(
                                                    string(rule, "prefix", ""),
                                                    integer(rule, "length", TOKEN_LENGTH)));
                    return bind(template, rule, column, keys, domain);
                });
    }

    private static Masker template() {
        return new Masker(
                "template",
                "a text of your own with places that each value fills by itself",
                List.of(
                        new Parameter(
                                "text",
                                "string",
                                true,
                                "the text with places: {digits:6}, {lower:6}, {upper:6}, {hex:6}, {token:6}, {first-name}, {last-name}, {street}, {city}; with 80 bits of characters it is unique for each value: {token:16}, {hex:20}, {digits:25}")),
                EnumSet.of(TEXT),
                (rule, column) ->
                        promise(
                                new Template(string(rule, "text", "")).bits() >= INJECTIVE_BITS,
                                false,
                                false),
                (rule, problem) -> {
                    try {
                        new Template(string(rule, "text", ""));
                    } catch (IllegalArgumentException e) {
                        problem.accept(Objects.requireNonNull(e.getMessage()));
                    }
                },
                (rule, column, keys, domain) ->
                        bind(new Template(string(rule, "text", "")), rule, column, keys, domain));
    }

    private static ColumnMasker bind(
            Template template,
            MaskingRule rule,
            ColumnProfile column,
            MaskingKeys keys,
            String domain) {
        needCharacters(rule, column, template.longest(false));
        var stream = new TagStream(keys, domain, template.picks());
        return tagged(column, keys, domain, stream, template.writer(stream));
    }

    private static Masker dictionary() {
        return new Masker(
                "dictionary",
                "a word of a list of your own, and another one than the value",
                List.of(
                        new Parameter("words", "array", false, "the words: [north, south]"),
                        new Parameter(
                                "file",
                                "string",
                                false,
                                "instead: a text file with one word a line; a relative path starts at the folder of the config")),
                EnumSet.of(TEXT),
                always(CHOSEN),
                (rule, problem) -> {
                    // Whoever reads a config has put the words in place of their file.
                    if (!(rule.parameters().get("words") instanceof List<?> words)
                            || words.size() < 2
                            || !words.stream().allMatch(TextMaskers::isWord)
                            || rule.parameters().containsKey("file")) {
                        problem.accept(
                                "words, or a file of them, must be two texts or more, none of them empty");
                    }
                },
                (rule, column, keys, domain) -> {
                    Words words = Words.of(texts(rule, "words"));
                    if (words.countUpTo(longest(column)) < 2) {
                        throw new MaskingRefused(
                                "%s: rule dictionary has less than two words that fit the column's %s; use %s"
                                        .formatted(
                                                column.path(),
                                                column.sqlType(),
                                                Maskers.insteadFor(column)));
                    }
                    return tagged(column, keys, domain, Writers.word(words, longest(column)));
                });
    }

    private static boolean isWord(Object word) {
        return word instanceof String text && !text.isEmpty() && text.indexOf('\0') < 0;
    }

    private static List<String> texts(MaskingRule rule, String name) {
        return rule.parameters().get(name) instanceof List<?> given
                ? given.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static Masker categorical() {
        return new Masker(
                "categorical",
                "another one of the column's own categories; a value that is none is counted",
                List.of(
                        new Parameter("values", "array", true, "all categories of the column"),
                        new Parameter(
                                "frequencies",
                                "string",
                                false,
                                "keep (default): each category becomes one other; or flatten: values of one category become the same one, and several may become one")),
                EnumSet.of(TEXT, ENUM, INT2, INT4, INT8, BOOL),
                always(CHOSEN),
                TextMaskers::checkCategorical,
                (rule, column, keys, domain) -> {
                    byte[][] categories =
                            ((List<?>) Objects.requireNonNull(rule.parameters().get("values")))
                                    .stream()
                                            .map(each -> category(each, rule, column))
                                            .toArray(byte[][]::new);
                    return string(rule, "frequencies", "keep").equals("keep")
                            ? new EnumMasker(categories, keys, domain)
                            : tagged(column, keys, domain, Writers.choice(categories));
                });
    }

    private static void checkCategorical(MaskingRule rule, Consumer<String> problem) {
        oneOf(rule, "frequencies", problem, "keep", "flatten");
        if (!(rule.parameters().get("values") instanceof List<?> values)
                || values.size() < 2
                || values.size() > MOST_CATEGORIES
                || values.stream().anyMatch(Objects::isNull)
                || new HashSet<>(texts(rule, "values")).size() < values.size()) {
            problem.accept(
                    "values must be 2 to %,d different ones, and none of them null"
                            .formatted(MOST_CATEGORIES));
        }
    }

    /// A category as it comes to the masker: in lower case of `citext`, without padding of
    /// `character(n)`.
    private static byte[] category(Object value, MaskingRule rule, ColumnProfile column) {
        byte[] encoded = Constants.encode(value, rule, column);
        if (column.form() != TEXT) {
            return encoded;
        }
        String text = new String(encoded, StandardCharsets.UTF_8);
        text = PaddedMasker.isPadded(column) ? text.stripTrailing() : text;
        text = FoldedMasker.ignoresCase(column) ? text.toLowerCase(Locale.ROOT) : text;
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
