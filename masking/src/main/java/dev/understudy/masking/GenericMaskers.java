package dev.understudy.masking;

import static dev.understudy.masking.Declarations.UNIQUE;
import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.fixed;
import static dev.understudy.masking.Declarations.integer;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.need;
import static dev.understudy.masking.Declarations.needCharacters;
import static dev.understudy.masking.Declarations.oneOf;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.BYTES;
import static dev.understudy.masking.ValueForm.COMPOSITE;
import static dev.understudy.masking.ValueForm.ENUM;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.JSON;
import static dev.understudy.masking.ValueForm.JSONB;
import static dev.understudy.masking.ValueForm.OPAQUE;
import static dev.understudy.masking.ValueForm.TEXT;
import static dev.understudy.masking.ValueForm.UUID;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The maskers that fit many kinds of values.
final class GenericMaskers {
    private static final Set<ValueForm> EVERY_FORM = EnumSet.allOf(ValueForm.class);
    private static final String REDACTED = "[redacted]";
    private static final int INJECTIVE_BITS = 80;
    private static final Guarantees COVERED =
            new Guarantees(true, false, true, false, false, true, true, false);
    private static final Guarantees IRREVERSIBLE = promise(false, false, false);

    private GenericMaskers() {}

    static List<Masker> all() {
        return List.of(
                keep(),
                nothing(),
                empty(),
                constant(),
                textScramble(),
                hash(),
                uuid(),
                redact(),
                placeholder(),
                choice());
    }

    private static Masker keep() {
        return new Masker(
                "keep",
                "lets the value through; say why in `reason`",
                List.of(),
                EVERY_FORM,
                always(new Guarantees(true, true, true, false, true, true, true, true)),
                Declarations::anything,
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
                always(new Guarantees(true, false, true, true, false, false, false, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> GenericMaskers::nulls);
    }

    private static Masker empty() {
        return new Masker(
                "empty",
                "an empty range, multirange or tsvector, an interval of no time, or a geometry of MySQL at the origin; NULL stays NULL",
                List.of(),
                EnumSet.of(OPAQUE),
                always(IRREVERSIBLE),
                Declarations::anything,
                (rule, column, keys, domain) ->
                        column.neutral()
                                .orElseThrow(() ->
                                        new MaskingRefused(
                                                "%s: rule empty needs a range, multirange, interval, tsvector or geometry column but this one is %s; use %s"
                                                        .formatted(
                                                                column.path(),
                                                                column.sqlType(),
                                                                Maskers.insteadFor(column))))
                                .masker(column.binary()));
    }

    private static void nulls(ColumnValues in, MaskedValues out) {
        for (int i = 0; i < in.count(); i++) {
            out.appendNull();
        }
    }

    private static Masker constant() {
        Guarantees nulls = new Guarantees(true, false, true, true, false, false, false, false);
        return new Masker(
                "constant",
                "one value for all; NULL stays NULL",
                List.of(new Parameter("value", "any", true, "the value, or null")),
                EVERY_FORM,
                (rule, column) -> rule.parameters().get("value") == null ? nulls : IRREVERSIBLE,
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    Object value = rule.parameters().get("value");
                    return value == null
                            ? GenericMaskers::nulls
                            : fixed(Constants.encode(value, rule, column));
                });
    }

    private static Masker textScramble() {
        return new Masker(
                "text-scramble",
                "other letters of the same case and other digits, unique for each value",
                List.of(),
                EnumSet.of(TEXT),
                always(UNIQUE),
                Declarations::anything,
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
                GenericMaskers::checkHash,
                (rule, column, keys, domain) ->
                        switch (column.form()) {
                            case INT2, INT4, INT8 ->
                                    WithinMasker.of(
                                            column,
                                            new IntegerHash(
                                                    column.form(),
                                                    IntegerRange.of(column).most(),
                                                    keys,
                                                    domain));
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
            return (int) Math.min(Math.min(16, longest(column)), integer(rule, "length", 16));
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
                "a UUID that looks random, the same in uuid and text columns and in sixteen bytes",
                List.of(
                        new Parameter(
                                "version",
                                "string",
                                false,
                                "random (default): version 4; or keep: the version and variant of the value"),
                        new Parameter(
                                "spelling",
                                "string",
                                false,
                                "of text, exact (default): another spelling is another value; or any: capital letters and missing hyphens make no difference, and stay as they are")),
                EnumSet.of(TEXT, UUID, BYTES),
                always(promise(true, true, false)),
                (rule, problem) -> {
                    oneOf(rule, "version", problem, "random", "keep");
                    oneOf(rule, "spelling", problem, "exact", "any");
                },
                GenericMaskers::bindUuid);
    }

    private static ColumnMasker bindUuid(
            MaskingRule rule, ColumnProfile column, MaskingKeys keys, String domain) {
        boolean anySpelling = string(rule, "spelling", "exact").equals("any");
        boolean keep = string(rule, "version", "random").equals("keep");
        if (column.form() == UUID) {
            TagMasker.Writer random = Writers::uuid;
            return tagged(column, keys, domain, keep ? keepingVersion(random, false) : random);
        }
        TagMasker.Writer random = Writers::uuidText;
        ColumnMasker texts =
                new TagMasker(
                        new Canonical(TEXT),
                        Cmac.of(keys, domain),
                        keep ? keepingVersion(random, true) : random);
        if (column.form() == BYTES) {
            if (!UuidMasker.hasRoom(column)) {
                throw new MaskingRefused(
                        "%s: rule uuid makes 16 bytes, but the column is %s; use hash"
                                .formatted(column.path(), column.sqlType()));
            }
            return new UuidMasker(column, texts);
        }
        needCharacters(rule, column, anySpelling ? UuidMasker.BARE_LENGTH : UuidMasker.TEXT_LENGTH);
        return anySpelling ? new UuidMasker(column, texts) : texts;
    }

    /// Copies the four bits of the version and the first two of the variant (RFC 9562) from values
    /// that are UUIDs.
    private static TagMasker.Writer keepingVersion(TagMasker.Writer random, boolean text) {
        return (bytes, start, length, high, low, out) -> {
            int place = out.position();
            random.write(bytes, start, length, high, low, out);
            byte[] to = out.bytes();
            if (!text) {
                to[place + 6] = (byte) ((bytes[start + 6] & 0xF0) | (to[place + 6] & 0x0F));
                to[place + 8] = (byte) ((bytes[start + 8] & 0xC0) | (to[place + 8] & 0x3F));
            } else if (length == 36) {
                int version = Hex.digit(bytes[start + 14]);
                int variant = Hex.digit(bytes[start + 19]);
                if (version >= 0 && variant >= 0) {
                    int rest = Hex.digit(to[place + 19]) & 3;
                    to[place + 14] = Hex.DIGITS[version];
                    to[place + 19] = Hex.DIGITS[(variant & 12) | rest];
                }
            }
        };
    }

    private static Masker redact() {
        return new Masker(
                "redact",
                "a fixed text, the shape of the value, or stars over some of it",
                List.of(
                        new Parameter("text", "string", false, "the text, " + REDACTED),
                        new Parameter(
                                "style",
                                "string",
                                false,
                                "fixed (default); or of text only: shape: Xx for letters and 9 for digits; ends: * for letters and digits but at the ends; pattern: * for those that a pattern finds, and the rest stays"),
                        new Parameter(
                                "keep-first",
                                "integer",
                                false,
                                "characters that style ends keeps of values twice as long, 0"),
                        new Parameter("keep-last", "integer", false, "the same at the end, 4"),
                        new Parameter(
                                "pattern",
                                "string",
                                false,
                                "for style pattern, a regular expression of Java")),
                EnumSet.of(TEXT, BYTES, JSON, JSONB),
                (rule, column) ->
                        switch (string(rule, "style", "fixed")) {
                            case "ends", "pattern" -> COVERED;
                            default -> IRREVERSIBLE;
                        },
                GenericMaskers::checkRedact,
                (rule, column, keys, domain) -> {
                    String style = string(rule, "style", "fixed");
                    if (style.equals("fixed")) {
                        return fixed(redacted(rule, column));
                    }
                    if (column.form() != TEXT) {
                        throw new MaskingRefused(
                                "%s: rule redact with style %s needs a text column but this one is %s; use style fixed"
                                        .formatted(column.path(), style, column.sqlType()));
                    }
                    return tagged(
                            column,
                            keys,
                            domain,
                            switch (style) {
                                case "ends" ->
                                        Stars.butEnds(
                                                (int) integer(rule, "keep-first", 0),
                                                (int) integer(rule, "keep-last", 4));
                                case "pattern" ->
                                        Stars.overMatches(
                                                Pattern.compile(string(rule, "pattern", "")));
                                default -> Writers::shape;
                            });
                });
    }

    private static void checkRedact(MaskingRule rule, Consumer<String> problem) {
        oneOf(rule, "style", problem, "fixed", "shape", "ends", "pattern");
        String style = string(rule, "style", "fixed");
        for (String parameter : List.of("keep-first", "keep-last")) {
            long kept = integer(rule, parameter, 0);
            if (kept < 0 || kept > 100) {
                problem.accept(parameter + " must be from 0 to 100");
            }
            if (rule.parameters().containsKey(parameter) && !style.equals("ends")) {
                problem.accept(parameter + " needs style ends");
            }
        }
        boolean hasPattern = rule.parameters().containsKey("pattern");
        if (hasPattern != style.equals("pattern")) {
            problem.accept("style pattern needs a pattern, and a pattern this style");
        }
        try {
            Pattern.compile(string(rule, "pattern", ""));
        } catch (PatternSyntaxException e) {
            problem.accept("pattern is no regular expression: " + e.getDescription());
        }
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

    private static Masker placeholder() {
        return new Masker(
                "placeholder",
                "a tiny picture or document in place of each, in a colour that tells different ones apart",
                List.of(
                        new Parameter(
                                "kind",
                                "string",
                                false,
                                "png, jpeg, gif or pdf; that of each value by default: others become a png, and are counted")),
                EnumSet.of(BYTES),
                always(promise(false, true, false)),
                (rule, problem) -> oneOf(rule, "kind", problem, "png", "jpeg", "gif", "pdf"),
                (rule, column, keys, domain) -> {
                    boolean given = rule.parameters().containsKey("kind");
                    Placeholder.Kind kind =
                            given ? Placeholder.Kind.of(string(rule, "kind", "")) : null;
                    need(rule, column, Placeholder.mostBytes(kind), "bytes");
                    return tagged(column, keys, domain, new Placeholder(kind));
                });
    }

    private static Masker choice() {
        return new Masker(
                "choice",
                "one of some values; without values, another label of an enum, unique for each",
                List.of(new Parameter("values", "array", false, "the values to choose from")),
                EnumSet.complementOf(EnumSet.of(COMPOSITE, OPAQUE)),
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
}
