package dev.understudy.masking;

import static dev.understudy.masking.ValueForm.BYTES;
import static dev.understudy.masking.ValueForm.DATE;
import static dev.understudy.masking.ValueForm.ENUM;
import static dev.understudy.masking.ValueForm.FLOAT4;
import static dev.understudy.masking.ValueForm.FLOAT8;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.JSON;
import static dev.understudy.masking.ValueForm.JSONB;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.OPAQUE;
import static dev.understudy.masking.ValueForm.TEXT;
import static dev.understudy.masking.ValueForm.TIMESTAMP;
import static dev.understudy.masking.ValueForm.TIMESTAMPTZ;
import static dev.understudy.masking.ValueForm.UUID;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The catalogue of all maskers. Immutable; any thread may read it.
public final class Maskers {
    private static final Set<ValueForm> EVERY_FORM = EnumSet.allOf(ValueForm.class);
    private static final Set<ValueForm> DATES = EnumSet.of(DATE, TIMESTAMP, TIMESTAMPTZ);

    private static final String REDACTED = "[redacted]";
    private static final int INJECTIVE_BITS = 80;

    /// With fewer words than these to choose from, a column would say too little and tell too much.
    private static final int FEWEST_WORDS = 20;

    private static final Guarantees IRREVERSIBLE = promise(false, false, false);
    private static final Guarantees UNIQUE = promise(true, true, true);

    private static final List<Masker> ALL =
            List.of(
                    keep(),
                    nothing(),
                    constant(),
                    email(),
                    word("first-name", "a first name of a dictionary", Words.FIRST_NAMES),
                    word("last-name", "a last name of a dictionary", Words.LAST_NAMES),
                    fullName(),
                    phone(),
                    street(),
                    word("city", "a city of a dictionary", Words.CITIES),
                    postcode(),
                    digits(),
                    textScramble(),
                    hash(),
                    uuid(),
                    shiftDate(),
                    year(),
                    json(),
                    redact(),
                    noise(),
                    choice());

    private Maskers() {}

    /// Every masker, in the order in which the docs show them.
    public static List<MaskerDefinition> all() {
        return List.copyOf(ALL);
    }

    public static Optional<MaskerDefinition> named(String name) {
        return find(name).map(each -> each);
    }

    private static Optional<Masker> find(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// What is wrong with a rule whatever the column: an unknown masker, unknown, missing or
    /// ill-typed parameters. Empty if nothing is.
    public static List<String> check(MaskingRule rule) {
        return find(rule.masker())
                .map(masker -> masker.checkParameters(rule))
                .orElseGet(() ->
                        List.of(
                                "there is no masker %s; %s"
                                        .formatted(
                                                rule.masker(),
                                                suggestion(
                                                        rule.masker(),
                                                        ALL.stream().map(Masker::name).toList()))));
    }

    /// The rule that `unlisted: mask` gives to a column of this shape: by its type, never `keep`.
    ///
    /// @throws MaskingRefused if no masker fits, which takes a NOT NULL
    public static MaskingRule byType(ColumnProfile column) {
        boolean unique = column.unique();
        return switch (column.form()) {
            case TEXT -> MaskingRule.of("text-scramble");
            case ENUM -> MaskingRule.of("choice");
            case INT2, INT4, INT8 -> MaskingRule.of("digits");
            case NUMERIC -> MaskingRule.of(unique || scale(column) == 0 ? "digits" : "noise");
            case FLOAT4, FLOAT8 -> unique ? nullOrRefused(column) : MaskingRule.of("noise");
            case BOOL -> unique ? nullOrRefused(column) : rule("constant", "value", false);
            case TIME -> unique ? nullOrRefused(column) : rule("constant", "value", "00:00");
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                    unique ? rule("shift-date", "alike", true) : MaskingRule.of("shift-date");
            case UUID -> MaskingRule.of("uuid");
            case BYTES -> MaskingRule.of(unique ? "hash" : "redact");
            case JSON, JSONB -> unique ? nullOrRefused(column) : MaskingRule.of("json");
            case OPAQUE -> nullOrRefused(column);
        };
    }

    private static MaskingRule nullOrRefused(ColumnProfile column) {
        if (column.nullable()) {
            return MaskingRule.of("null");
        }
        throw new MaskingRefused(
                "%s: no masker fits a%s column of type %s that is NOT NULL; keep it with a reason, or exclude the table"
                        .formatted(
                                column.path(), column.unique() ? " unique" : "", column.sqlType()));
    }

    private static MaskingRule rule(String masker, String parameter, Object value) {
        return new MaskingRule(
                masker, Map.of(parameter, value), Optional.empty(), Optional.empty());
    }

    /// The rules to name where another one does not fit a column.
    static String insteadFor(ColumnProfile column) {
        MaskingRule rule;
        try {
            rule = byType(column);
        } catch (MaskingRefused e) {
            return "keep with a reason, or exclude the table";
        }
        if (column.form() == TEXT) {
            return longest(column) >= 20 ? "text-scramble or hash" : "text-scramble";
        }
        StringBuilder text = new StringBuilder(rule.masker());
        rule.parameters()
                .forEach((name, value) -> text.append(" with %s: %s".formatted(name, value)));
        return text.toString();
    }

    /// Names what somebody may have meant.
    static String suggestion(String given, List<String> known) {
        String nearest =
                known.stream()
                        .min(Comparator.comparingInt(each -> distance(given, each)))
                        .orElseThrow();
        return distance(given, nearest) <= 1 + nearest.length() / 4
                ? "did you mean %s?".formatted(nearest)
                : "known are " + String.join(", ", known);
    }

    /// How many characters to change, insert or delete (Levenshtein).
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    private static Masker keep() {
        return new Masker(
                "keep",
                "lets the value through; say why in `reason`",
                List.of(),
                EVERY_FORM,
                always(new Guarantees(true, true, true, false, true, true, true)),
                Maskers::anything,
                (rule, column, keys, domain) ->
                        (in, out) -> {
                            for (int i = 0; i < in.count(); i++) {
                                if (in.isNull(i)) {
                                    out.appendNull();
                                } else {
                                    out.append(in.bytes(), in.start(i), in.length(i));
                                }
                            }
                        });
    }

    private static Masker nothing() {
        return new Masker(
                "null",
                "NULL",
                List.of(),
                EVERY_FORM,
                always(new Guarantees(true, false, true, true, false, false, false)),
                Maskers::anything,
                (rule, column, keys, domain) -> Maskers::nulls);
    }

    private static void nulls(ColumnValues in, MaskedValues out) {
        for (int i = 0; i < in.count(); i++) {
            out.appendNull();
        }
    }

    private static Masker constant() {
        Guarantees nulls = new Guarantees(true, false, true, true, false, false, false);
        return new Masker(
                "constant",
                "one value for all; NULL stays NULL",
                List.of(new Parameter("value", "any", true, "the value, or null")),
                EnumSet.complementOf(EnumSet.of(OPAQUE)),
                (rule, column) -> rule.parameters().get("value") == null ? nulls : IRREVERSIBLE,
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    Object value = rule.parameters().get("value");
                    return value == null
                            ? Maskers::nulls
                            : fixed(Constants.encode(value, rule, column));
                });
    }

    private static Masker email() {
        return new Masker(
                "email",
                "an address of a domain reserved for examples, unique for each address",
                List.of(),
                EnumSet.of(TEXT),
                always(promise(true, true, false)),
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    needCharacters(rule, column, Writers.SHORTEST_EMAIL);
                    return fitting(
                            Writers::looksLikeEmail,
                            tagged(column, keys, domain, Writers.email(longest(column))),
                            keys,
                            domain);
                });
    }

    private static Masker word(String name, String summary, Words words) {
        return new Masker(
                name,
                summary,
                List.of(),
                EnumSet.of(TEXT),
                always(promise(false, true, false)),
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, words, longest(column));
                    return tagged(column, keys, domain, Writers.word(words, longest(column)));
                });
    }

    private static Masker fullName() {
        return new Masker(
                "full-name",
                "a first name and a last name of a dictionary",
                List.of(),
                EnumSet.of(TEXT),
                always(promise(false, true, false)),
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, Words.FIRST_NAMES, (longest(column) - 1) / 2);
                    needWords(rule, column, Words.LAST_NAMES, (longest(column) - 1) / 2);
                    return tagged(column, keys, domain, Writers.fullName(longest(column)));
                });
    }

    private static Masker phone() {
        return new Masker(
                "phone",
                "the same layout and country code, other digits, unique for each number",
                List.of(),
                EnumSet.of(TEXT, INT8, NUMERIC),
                always(UNIQUE),
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    DigitsMasker phone = DigitsMasker.phone(column.form(), keys, domain);
                    return column.form() == TEXT
                            ? fitting(DigitsMasker::looksLikePhone, phone, keys, domain)
                            : phone;
                });
    }

    private static Masker street() {
        return new Masker(
                "street",
                "a street of a dictionary and a house number",
                List.of(),
                EnumSet.of(TEXT),
                always(promise(false, true, false)),
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, Words.STREETS, longest(column) - 4);
                    return tagged(column, keys, domain, Writers.street(longest(column)));
                });
    }

    private static Masker postcode() {
        return new Masker(
                "postcode",
                "other letters and digits in the same layout",
                List.of(),
                EnumSet.of(TEXT),
                always(UNIQUE),
                Maskers::anything,
                (rule, column, keys, domain) -> new ScrambleMasker(keys, domain));
    }

    private static Masker digits() {
        return new Masker(
                "digits",
                "other digits in the same layout, unique for each value",
                List.of(),
                EnumSet.of(TEXT, INT2, INT4, INT8, NUMERIC),
                always(UNIQUE),
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    DigitsMasker digits = DigitsMasker.digits(column.form(), keys, domain);
                    return column.form() == TEXT
                            ? fitting(DigitsMasker::looksLikeDigits, digits, keys, domain)
                            : digits;
                });
    }

    private static Masker textScramble() {
        return new Masker(
                "text-scramble",
                "other letters of the same case and other digits, unique for each value",
                List.of(),
                EnumSet.of(TEXT),
                always(UNIQUE),
                Maskers::anything,
                (rule, column, keys, domain) -> new ScrambleMasker(keys, domain));
    }

    private static Masker hash() {
        return new Masker(
                "hash",
                "a keyed hash: text, bytes or a UUID; integers become other integers of their range",
                List.of(
                        new Parameter(
                                "encoding", "string", false, "of text: hex (default) or base32"),
                        new Parameter(
                                "length",
                                "integer",
                                false,
                                "characters of text, or bytes; as many as fit of 32 (hex), 25 (base32), 16 (bytes)")),
                EnumSet.of(TEXT, INT2, INT4, INT8, UUID, BYTES),
                (rule, column) ->
                        promise(
                                hashBits(rule, column) >= INJECTIVE_BITS,
                                column.form() == UUID || column.form().isInteger(),
                                false),
                Maskers::checkHash,
                (rule, column, keys, domain) ->
                        switch (column.form()) {
                            case INT2, INT4, INT8 -> new IntegerHash(column.form(), keys, domain);
                            case UUID -> tagged(column, keys, domain, Writers::uuid);
                            case BYTES ->
                                    tagged(
                                            column,
                                            keys,
                                            domain,
                                            Writers.tagBytes(hashLength(rule, column)));
                            default -> {
                                int length = hashLength(rule, column);
                                needCharacters(rule, column, length);
                                yield tagged(
                                        column,
                                        keys,
                                        domain,
                                        isHex(rule) ? Writers.hex(length) : Writers.base32(length));
                            }
                        });
    }

    private static void checkHash(MaskingRule rule, Consumer<String> problem) {
        String encoding = string(rule, "encoding", "hex");
        if (!encoding.equals("hex") && !encoding.equals("base32")) {
            problem.accept("encoding must be hex or base32");
        }
        int most = isHex(rule) ? Writers.HEX_LENGTH : Writers.BASE32_LENGTH;
        long length = integer(rule, "length", most);
        if (length < 1 || length > most) {
            problem.accept("length must be from 1 to " + most);
        }
    }

    private static boolean isHex(MaskingRule rule) {
        return string(rule, "encoding", "hex").equals("hex");
    }

    private static int hashLength(MaskingRule rule, ColumnProfile column) {
        if (column.form() == BYTES) {
            return (int) Math.min(16, integer(rule, "length", 16));
        }
        int most = isHex(rule) ? Writers.HEX_LENGTH : Writers.BASE32_LENGTH;
        return (int) integer(rule, "length", Math.min(most, longest(column)));
    }

    private static int hashBits(MaskingRule rule, ColumnProfile column) {
        return switch (column.form()) {
            case TEXT -> hashLength(rule, column) * (isHex(rule) ? 4 : 5);
            case BYTES -> hashLength(rule, column) * 8;
            default -> 128;
        };
    }

    private static Masker uuid() {
        return new Masker(
                "uuid",
                "a UUID that looks random, the same in uuid and text columns",
                List.of(),
                EnumSet.of(TEXT, UUID),
                always(promise(true, true, false)),
                Maskers::anything,
                (rule, column, keys, domain) -> {
                    needCharacters(rule, column, 36);
                    return tagged(
                            column,
                            keys,
                            domain,
                            column.form() == UUID ? Writers::uuid : Writers.uuidText());
                });
    }

    private static Masker shiftDate() {
        return new Masker(
                "shift-date",
                "some days earlier or later; the time of day stays",
                List.of(
                        new Parameter("max-days", "integer", false, "how far at most, 365"),
                        new Parameter(
                                "alike",
                                "boolean",
                                false,
                                "shift all values of the domain alike, which keeps intervals and uniqueness; false")),
                DATES,
                (rule, column) -> promise(flag(rule, "alike"), true, true),
                (rule, problem) -> {
                    long days = integer(rule, "max-days", 365);
                    if (days < 1 || days > 36_500) {
                        problem.accept("max-days must be from 1 to 36500");
                    }
                },
                (rule, column, keys, domain) -> {
                    int days = (int) integer(rule, "max-days", 365);
                    return flag(rule, "alike")
                            ? Dates.shiftAlike(column.form(), days, keys, domain)
                            : Dates.shift(column.form(), days, Cmac.of(keys, domain));
                });
    }

    private static Masker year() {
        return new Masker(
                "year",
                "the first of January of the same year",
                List.of(),
                DATES,
                always(promise(false, true, true)),
                Maskers::anything,
                (rule, column, keys, domain) -> Dates.year(column.form()));
    }

    private static Masker json() {
        return new Masker(
                "json",
                "masks the strings and numbers of documents by path",
                List.of(
                        new Parameter(
                                "paths",
                                "object",
                                false,
                                "rules by path: {\"$.customer.email\": email, \"$.notes[*].text\": redact}"),
                        new Parameter(
                                "unlisted",
                                "string",
                                false,
                                "strings and numbers that no path names: mask (default) or keep"),
                        new Parameter(
                                "names",
                                "string",
                                false,
                                "property names: keep (default) or mask")),
                EnumSet.of(TEXT, JSON, JSONB),
                always(promise(false, true, false)),
                Maskers::checkJson,
                (rule, column, keys, domain) -> {
                    if (longest(column) < Integer.MAX_VALUE) {
                        throw new MaskingRefused(
                                "%s: rule json needs a column without a length but this one is %s; use text-scramble"
                                        .formatted(column.path(), column.sqlType()));
                    }
                    return new JsonMasker(
                            column,
                            paths(rule),
                            string(rule, "unlisted", "mask").equals("keep"),
                            string(rule, "names", "keep").equals("mask"),
                            keys);
                });
    }

    private static void checkJson(MaskingRule rule, Consumer<String> problem) {
        for (String parameter : List.of("unlisted", "names")) {
            String given = string(rule, parameter, "keep");
            if (!given.equals("keep") && !given.equals("mask")) {
                problem.accept(parameter + " must be keep or mask");
            }
        }
        paths(rule)
                .forEach((path, given) -> {
                    try {
                        JsonMasker.steps(path);
                        MaskingRule leaf = JsonMasker.rule(given);
                        check(leaf).forEach(each -> problem.accept(path + ": " + each));
                        if (find(leaf.masker()).stream()
                                .anyMatch(each -> !each.forms().contains(TEXT))) {
                            problem.accept(
                                    "%s: %s cannot mask the text of a document"
                                            .formatted(path, leaf.masker()));
                        }
                    } catch (IllegalArgumentException e) {
                        problem.accept(path + ": " + e.getMessage());
                    }
                });
    }

    private static Map<String, @Nullable Object> paths(MaskingRule rule) {
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        if (rule.parameters().get("paths") instanceof Map<?, ?> given) {
            given.forEach((path, value) -> paths.put(String.valueOf(path), value));
        }
        return paths;
    }

    private static Masker redact() {
        return new Masker(
                "redact",
                "a fixed text, or the shape of the value",
                List.of(
                        new Parameter("text", "string", false, "the text, " + REDACTED),
                        new Parameter(
                                "style",
                                "string",
                                false,
                                "fixed (default), or shape: Xx for letters and 9 for digits; of text only")),
                EnumSet.of(TEXT, BYTES, JSON, JSONB),
                always(IRREVERSIBLE),
                (rule, problem) -> {
                    String style = string(rule, "style", "fixed");
                    if (!style.equals("fixed") && !style.equals("shape")) {
                        problem.accept("style must be fixed or shape");
                    }
                },
                (rule, column, keys, domain) -> {
                    if (string(rule, "style", "fixed").equals("fixed")) {
                        return fixed(redacted(rule, column));
                    }
                    if (column.form() != TEXT) {
                        throw new MaskingRefused(
                                "%s: rule redact with style shape needs a text column but this one is %s; use style fixed"
                                        .formatted(column.path(), column.sqlType()));
                    }
                    return tagged(column, keys, domain, Writers::shape);
                });
    }

    private static byte[] redacted(MaskingRule rule, ColumnProfile column) {
        if (rule.parameters().get("text") instanceof String text) {
            return Constants.encode(text, rule, column);
        }
        if (column.form() == BYTES) {
            return new byte[0];
        }
        if (column.form() == TEXT && longest(column) < REDACTED.length()) {
            return "*".repeat(longest(column)).getBytes(StandardCharsets.US_ASCII);
        }
        return Constants.encode(REDACTED, rule, column);
    }

    private static Masker noise() {
        return new Masker(
                "noise",
                "a number some percent larger or smaller; zero stays zero",
                List.of(new Parameter("percent", "number", false, "how far at most, 10")),
                EnumSet.of(INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC),
                always(promise(false, true, false)),
                (rule, problem) -> {
                    double percent = number(rule, "percent", 10);
                    if (!(percent > 0 && percent < 100)) {
                        problem.accept("percent must be above 0 and below 100");
                    }
                },
                (rule, column, keys, domain) ->
                        tagged(
                                column,
                                keys,
                                domain,
                                Noise.of(column, number(rule, "percent", 10))));
    }

    private static Masker choice() {
        return new Masker(
                "choice",
                "one of some values; without values, another label of an enum, unique for each",
                List.of(new Parameter("values", "array", false, "the values to choose from")),
                EnumSet.complementOf(EnumSet.of(OPAQUE)),
                (rule, column) ->
                        rule.parameters().isEmpty() ? promise(true, true, false) : IRREVERSIBLE,
                (rule, problem) -> {
                    if (rule.parameters().get("values") instanceof List<?> values
                            && (values.isEmpty() || values.stream().anyMatch(Objects::isNull))) {
                        problem.accept("values must be given, and none of them null");
                    }
                },
                (rule, column, keys, domain) -> {
                    if (rule.parameters().get("values") instanceof List<?> values) {
                        byte[][] encoded =
                                values.stream()
                                        .map(Objects::requireNonNull)
                                        .map(each -> Constants.encode(each, rule, column))
                                        .toArray(byte[][]::new);
                        return tagged(column, keys, domain, Writers.choice(encoded));
                    }
                    if (column.form() != ENUM || column.labels().isEmpty()) {
                        throw new MaskingRefused(
                                "%s: rule choice needs values for a column of type %s; give some"
                                        .formatted(column.path(), column.sqlType()));
                    }
                    return new EnumMasker(column, keys, domain);
                });
    }

    private static ColumnMasker tagged(
            ColumnProfile column, MaskingKeys keys, String domain, TagMasker.Writer writer) {
        return new TagMasker(new Canonical(column.form()), Cmac.of(keys, domain), writer);
    }

    private static ColumnMasker fixed(byte[] constant) {
        return (in, out) -> {
            for (int i = 0; i < in.count(); i++) {
                if (in.isNull(i)) {
                    out.appendNull();
                } else {
                    out.append(constant, 0, constant.length);
                }
            }
        };
    }

    private static ColumnMasker fitting(
            FitMasker.Fit fit, ColumnMasker masker, MaskingKeys keys, String domain) {
        return new FitMasker(fit, masker, () -> new ScrambleMasker(keys, domain));
    }

    private static void needCharacters(MaskingRule rule, ColumnProfile column, int needed) {
        if (column.form() == TEXT && longest(column) < needed) {
            throw new MaskingRefused(
                    "%s: rule %s needs %d characters but the column is %s; use %s"
                            .formatted(
                                    column.path(),
                                    rule.masker(),
                                    needed,
                                    column.sqlType(),
                                    insteadFor(column)));
        }
    }

    private static void needWords(
            MaskingRule rule, ColumnProfile column, Words words, int longest) {
        if (words.countUpTo(longest) < FEWEST_WORDS) {
            throw new MaskingRefused(
                    "%s: rule %s has too few words that fit the column's %s; use %s"
                            .formatted(
                                    column.path(),
                                    rule.masker(),
                                    column.sqlType(),
                                    insteadFor(column)));
        }
    }

    private static Guarantees promise(boolean injective, boolean keepsFormat, boolean keepsLength) {
        return new Guarantees(true, injective, true, false, keepsFormat, keepsLength, false);
    }

    private static BiFunction<MaskingRule, ColumnProfile, Guarantees> always(
            Guarantees guarantees) {
        return (rule, column) -> guarantees;
    }

    private static void anything(MaskingRule rule, Consumer<String> problem) {}

    private static int longest(ColumnProfile column) {
        return column.maxLength().orElse(Integer.MAX_VALUE);
    }

    private static final Pattern SCALE = Pattern.compile(",\\s*(-?[0-9]+)\\s*\\)");

    private static int scale(ColumnProfile column) {
        var matcher = SCALE.matcher(column.sqlType());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static long integer(MaskingRule rule, String name, long otherwise) {
        return rule.parameters().get(name) instanceof Number number
                ? number.longValue()
                : otherwise;
    }

    private static double number(MaskingRule rule, String name, double otherwise) {
        return rule.parameters().get(name) instanceof Number number
                ? number.doubleValue()
                : otherwise;
    }

    private static String string(MaskingRule rule, String name, String otherwise) {
        return rule.parameters().get(name) instanceof String text ? text : otherwise;
    }

    private static boolean flag(MaskingRule rule, String name) {
        return Boolean.TRUE.equals(rule.parameters().get(name));
    }
}
