package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every masker promises, read from its own declaration, on every form that it declares.
final class MaskerLawsTest {
    private static final long SEED = 20_261_121;
    private static final int VALUES = 3000;

    /// A year's first day is its own year, and a choice may be the value by chance.
    private static final Set<String> COARSE =
            Set.of(
                    "year",
                    "choice",
                    "constant",
                    "round",
                    "bucket",
                    "truncate",
                    "dictionary",
                    "categorical",
                    "gender",
                    "title");

    record Case(MaskerDefinition masker, MaskingRule rule, ColumnProfile column) {
        Guarantees guarantees() {
            return masker.guarantees(rule, column);
        }

        ColumnMasker bind() {
            return masker.bind(rule, column, Columns.KEYS);
        }

        @Override
        public String toString() {
            return masker.name() + rule.parameters() + " on " + column.sqlType();
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (MaskerDefinition masker : Maskers.all()) {
            for (ValueForm form : masker.forms()) {
                for (MaskingRule rule : rules(masker.name(), form)) {
                    boolean empty = masker.name().equals("empty");
                    ColumnProfile column = empty ? Columns.range(true) : Columns.of(form);
                    cases.add(new Case(masker, rule, column));
                    if (form == ValueForm.TEXT && !masker.name().equals("json")) {
                        int width = masker.name().equals("user-agent") ? 200 : 60;
                        cases.add(new Case(masker, rule, Columns.varchar(width)));
                    }
                }
            }
        }
        return cases.stream();
    }

    private static List<MaskingRule> rules(String masker, ValueForm form) {
        MaskingRule plain = MaskingRule.of(masker);
        return switch (masker) {
            case "constant" -> {
                Map<String, @Nullable Object> nothing = new HashMap<>();
                nothing.put("value", null);
                MaskingRule toNull = Columns.rule("constant", nothing);
                yield form == ValueForm.COMPOSITE || form == ValueForm.OPAQUE
                        ? List.of(toNull)
                        : List.of(
                                Columns.rule("constant", Map.of("value", constant(form))), toNull);
            }
            case "choice" ->
                    form == ValueForm.ENUM
                            ? List.of(plain)
                            : List.of(
                                    Columns.rule(
                                            "choice", Map.of("values", List.of(constant(form)))));
            case "hash" ->
                    form == ValueForm.TEXT
                            ? List.of(
                                    plain,
                                    Columns.rule("hash", Map.of("encoding", "base32")),
                                    Columns.rule("hash", Map.of("length", 8)))
                            : List.of(plain);
            case "case" -> List.of(); // cannot do without a row: RowAwareMaskerTest
            case "shift-date", "shift-time" ->
                    List.of(plain, Columns.rule(masker, Map.of("alike", true)));
            case "uuid" -> List.of(plain, Columns.rule(masker, Map.of("version", "keep")));
            case "tokenise" ->
                    List.of(
                            plain,
                            Columns.rule(masker, Map.of("prefix", "tok_", "length", 16)),
                            Columns.rule(masker, Map.of("length", 8)));
            case "template" ->
                    List.of(
                            Columns.rule(masker, Map.of("text", "{first-name} #{digits:3}")),
                            Columns.rule(masker, Map.of("text", "€{token:16}")));
            case "dictionary" ->
                    List.of(Columns.rule(masker, Map.of("words", List.of("north", "süd"))));
            case "categorical" ->
                    List.of(
                            Columns.rule(masker, Map.of("values", categories(form))),
                            Columns.rule(
                                    masker,
                                    Map.of("values", categories(form), "frequencies", "flatten")));
            case "redact" ->
                    form == ValueForm.TEXT
                            ? List.of(
                                    plain,
                                    Columns.rule(masker, Map.of("style", "shape")),
                                    Columns.rule(masker, Map.of("style", "ends")),
                                    Columns.rule(
                                            masker,
                                            Map.of("style", "pattern", "pattern", "\\w+@\\w+|é")))
                            : List.of(plain);
            case "key" -> List.of(Columns.rule(masker, Map.of("from", -500, "to", 30_000)));
            case "ip-address" ->
                    List.of(
                            plain,
                            Columns.rule(masker, Map.of("spelling", "shortest")),
                            Columns.rule(
                                    masker,
                                    Map.of("method", form == ValueForm.CIDR ? "prefix" : "flat")));
            case "mac-address" -> List.of(plain, Columns.rule(masker, Map.of("vendor", "keep")));
            case "api-token" -> List.of(plain, Columns.rule(masker, Map.of("prefix", "sk_test_")));
            case "password-hash" ->
                    List.of(
                            plain,
                            Columns.rule(masker, Map.of("test-hash", "0".repeat(32))),
                            Columns.rule(masker, Map.of("test-password", "x", "cost", 4)));
            case "coordinate" ->
                    form == ValueForm.TEXT
                            ? List.of(plain, Columns.rule(masker, Map.of("axis", "latitude")))
                            : List.of(Columns.rule(masker, Map.of("axis", "longitude")));
            case "round" ->
                    List.of(
                            Columns.rule(masker, Map.of("step", 1000)),
                            Columns.rule(masker, Map.of("step", 7, "mode", "down")));
            case "bucket" ->
                    List.of(Columns.rule(masker, Map.of("bounds", List.of(-1000, 0, 18, 30_000))));
            case "clamp" ->
                    List.of(
                            Columns.rule(masker, Map.of("min", -100)),
                            Columns.rule(masker, Map.of("min", 5, "max", 1000)));
            case "truncate" ->
                    List.of(
                            Columns.rule(
                                    masker,
                                    Map.of("to", form == ValueForm.TIME ? "hour" : "month")));
            case "delimited" ->
                    List.of(
                            Columns.rule(masker, Map.of("separator", " ")),
                            Columns.rule(
                                    masker,
                                    Map.of(
                                            "separator",
                                            ".",
                                            "quote",
                                            "'",
                                            "columns",
                                            Map.of("1", "email", "*", "text-scramble"))));
            case "json" -> List.of(plain, Columns.rule(masker, Map.of("unlisted", "refuse")));
            case "place" ->
                    List.of(
                            Columns.rule(masker, Map.of("part", "city")),
                            Columns.rule(masker, Map.of("part", "region", "in", "US")),
                            Columns.rule(masker, Map.of("part", "postcode", "in", "GB")));
            case "gender" ->
                    switch (form) {
                        case ENUM ->
                                List.of(codes(masker, Map.of("new", "female", "paid", "male")));
                        case BOOL ->
                                List.of(codes(masker, Map.of("true", "female", "false", "male")));
                        default -> List.of(plain);
                    };
            // An enum of titles: RowAwareMaskerTest
            case "title" -> form == ValueForm.ENUM ? List.of() : List.of(plain);
            case "street" -> List.of(plain, Columns.rule(masker, Map.of("house-number", false)));
            case "username", "social-handle" ->
                    List.of(plain, Columns.rule(masker, Map.of("unique", false)));
            case "postcode" ->
                    List.of(
                            plain,
                            Columns.rule(masker, Map.of("country", "GB")),
                            Columns.rule(masker, Map.of("country", "DE")));
            case "birth-date" -> List.of(Columns.rule(masker, Map.of("on", "2026-01-01")));
            default -> List.of(plain);
        };
    }

    private static MaskingRule codes(String masker, Map<String, String> codes) {
        return Columns.rule(masker, Map.of("codes", codes));
    }

    private static List<Object> categories(ValueForm form) {
        return switch (form) {
            case TEXT -> List.of("n/a", "12", "x");
            case ENUM -> List.of("new", "paid", "sent", "done");
            case BOOL -> List.of(true, false);
            default -> List.of(0, 1, 2, 3, -1);
        };
    }

    private static Object constant(ValueForm form) {
        return switch (form) {
            case TEXT, JSON, JSONB -> "x";
            case ENUM -> "paid";
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC -> 7;
            case BOOL -> true;
            case DATE -> "2020-02-29";
            case TIME -> "12:00";
            case TIMESTAMP -> "2020-02-29 12:00:00";
            case TIMESTAMPTZ -> "2020-02-29 12:00:00Z";
            case UUID -> "00000000-0000-4000-8000-000000000000";
            case INET -> "192.0.2.1/24";
            case CIDR -> "2001:db8::/32";
            case MACADDR -> "08:00:2b:01:02:03";
            case MACADDR8 -> "08:00:2b:ff:fe:01:02:03";
            case XML -> "<x/>";
            case HSTORE -> Map.of("x", "y", "z", 1);
            case COMPOSITE -> "none";
            case BYTES, OPAQUE -> "\\x00";
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void dependOnTheValueAloneWhateverTheBatchOrderAndInstance(Case each) {
        List<byte @Nullable []> values = values(each.column());
        List<byte @Nullable []> masked = Columns.mask(each.bind(), values);
        assertThat(masked).hasSameSizeAs(values);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            order.add(i);
        }
        Random random = new Random(SEED);
        Collections.shuffle(order, random);
        ColumnMasker other = each.bind();
        for (int from = 0; from < order.size(); ) {
            int to = Math.min(order.size(), from + 1 + random.nextInt(2000));
            List<byte @Nullable []> batch = new ArrayList<>();
            for (int index : order.subList(from, to)) {
                batch.add(values.get(index));
            }
            List<byte @Nullable []> again = Columns.mask(other, batch);
            for (int k = 0; k < batch.size(); k++) {
                assertThat(again.get(k))
                        .as("%s, seed %d", each, SEED)
                        .isEqualTo(masked.get(order.get(from + k)));
            }
            from = to;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keepNullsAndMakeNoneUnlessDeclared(Case each) {
        List<byte @Nullable []> values = values(each.column());
        List<byte @Nullable []> masked = Columns.mask(each.bind(), values);
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null) {
                assertThat(masked.get(i)).as("%s, seed %d", each, SEED).isNull();
            } else if (!each.guarantees().mayYieldNull()) {
                assertThat(masked.get(i)).as("%s, seed %d", each, SEED).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void neverMakeTwoValuesEqualWhereDeclaredInjective(Case each) {
        if (!each.guarantees().injective()) {
            return;
        }
        Map<String, String> seen = new HashMap<>();
        List<byte @Nullable []> values = values(each.column());
        List<byte @Nullable []> masked = Columns.mask(each.bind(), values);
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            if (value != null) {
                String result = identity(each.column().form(), masked.get(i));
                String original = identity(each.column().form(), value);
                String before = seen.put(result, original);
                assertThat(before == null || before.equals(original))
                        .as("%s makes two values equal, seed %d", each, SEED)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keepTheLengthWhereDeclared(Case each) {
        if (!each.guarantees().keepsLength()) {
            return;
        }
        List<byte @Nullable []> values = values(each.column());
        List<byte @Nullable []> masked = Columns.mask(each.bind(), values);
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            if (value != null) {
                assertThat(length(each.column().form(), Objects.requireNonNull(masked.get(i))))
                        .as("%s, seed %d", each, SEED)
                        .isEqualTo(length(each.column().form(), expected(each, value)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void giveValuesThatTheColumnCanHold(Case each) {
        ColumnProfile column = each.column();
        for (byte @Nullable [] masked : Columns.mask(each.bind(), values(column))) {
            if (masked == null) {
                continue;
            }
            switch (column.form()) {
                case TEXT ->
                        assertThat(text(masked).codePointCount(0, text(masked).length()))
                                .as("%s, seed %d", each, SEED)
                                .isLessThanOrEqualTo(column.maxLength().orElse(Integer.MAX_VALUE));
                case ENUM -> assertThat(text(masked)).isIn(column.labels());
                case INT2 -> assertThat(masked).hasSize(2);
                case INT4, FLOAT4, DATE -> assertThat(masked).hasSize(4);
                case INT8, FLOAT8, TIME, TIMESTAMP, TIMESTAMPTZ -> assertThat(masked).hasSize(8);
                case NUMERIC ->
                        assertThat(
                                        Columns.numericText(
                                                Columns.numeric(Columns.numericText(masked))))
                                .isEqualTo(Columns.numericText(masked));
                case BOOL -> assertThat(masked).isIn(new byte[] {0}, new byte[] {1});
                case UUID -> assertThat(masked).hasSize(16);
                case INET, CIDR -> assertThat(masked.length).isIn(8, 20);
                case MACADDR -> assertThat(masked).hasSize(6);
                case MACADDR8 -> assertThat(masked).hasSize(8);
                case XML -> assertThat(text(masked)).isNotEmpty();
                case HSTORE, COMPOSITE -> assertThat(masked[3]).isEqualTo((byte) 2);
                case JSON -> assertThat(text(masked)).isNotEmpty();
                case JSONB -> assertThat(masked[0]).isEqualTo((byte) 1);
                case BYTES, OPAQUE -> assertThat(masked).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void letNothingThroughUnlessDeclared(Case each) {
        if (each.guarantees().reveals()
                || each.guarantees().mayYieldNull()
                || COARSE.contains(each.masker().name())) {
            return;
        }
        List<byte @Nullable []> values = values(each.column());
        List<byte @Nullable []> masked = Columns.mask(each.bind(), values);
        Set<String> words = new HashSet<>();
        int fixed = 0;
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            byte[] result = masked.get(i);
            if (value == null || result == null || value.length == 0) {
                continue;
            }
            if (each.column().form() == ValueForm.TEXT
                    && text(value).matches("(?s).*[A-Za-z]{5}.*|.*\\d{7}.*")) {
                assertThat(text(result)).as("%s, seed %d", each, SEED).doesNotContain(text(value));
                words.add(text(value));
            } else if (Arrays.equals(value, result)) {
                fixed++;
            }
        }
        assertThat(fixed).as("%s, values that stay, seed %d", each, SEED).isLessThan(VALUES / 20);
        assertThat(each.column().form() != ValueForm.TEXT || words.size() > VALUES / 4).isTrue();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bindToUniqueColumnsExactlyWhereInjective(Case each) {
        ColumnProfile unique = Columns.unique(each.column());
        boolean fits;
        try {
            each.masker().bind(each.rule(), unique, Columns.KEYS);
            fits = true;
        } catch (MaskingRefused e) {
            fits = false;
            assertThat(e).hasMessageStartingWith("public.t.c: ").hasMessageContaining("; use ");
        }
        assertThat(fits)
                .isEqualTo(each.guarantees().injective() || each.guarantees().mayYieldNull());
    }

    static List<byte @Nullable []> values(ColumnProfile column) {
        Random random = new Random(SEED);
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            values.add(random.nextInt(20) == 0 ? null : value(column, random));
        }
        values.addAll(extremes(column));
        return values;
    }

    /// What people rarely write, and the ends of every type.
    private static List<byte[]> extremes(ColumnProfile column) {
        return switch (column.form()) {
            case TEXT ->
                    Stream.of(
                                    "\uD83D\uDE00 grin \uD83D\uDC69\u200D\uD83D\uDC67 7",
                                    "e\u0301a\u0308o\u0302\u0323 decomposed",
                                    "\u05D3\u05D5\u05D3 \u0645\u062D\u0645\u062F 12",
                                    "nul\u0000byte\u00001234567",
                                    "\uFEFFbyte order\u2028line",
                                    "\uD83C\uDDE9\uD83C\uDDEA",
                                    " ",
                                    "\t\n",
                                    "-0",
                                    "+",
                                    "@",
                                    "0".repeat(58),
                                    "-" + "8".repeat(57),
                                    "\u0661\u0662\u0663")
                            .map(Columns::utf8)
                            .filter(each ->
                                    Bytes.characters(each, 0, each.length)
                                            <= column.maxLength().orElse(1000))
                            .toList();
            case INT2 -> Stream.of(0, 1, -1, 32_767, -32_768).map(Columns::int2).toList();
            case INT4 ->
                    Stream.of(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE)
                            .map(Columns::int4)
                            .toList();
            case INT8 ->
                    Stream.of(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE)
                            .map(Columns::int8)
                            .toList();
            case FLOAT4 ->
                    Stream.of(0f, -0f, Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN, -1f / 0)
                            .map(each -> Columns.int4(Float.floatToIntBits(each)))
                            .toList();
            case FLOAT8 ->
                    Stream.of(0d, -0d, Double.MAX_VALUE, Double.MIN_VALUE, Double.NaN, 1d / 0)
                            .map(each -> Columns.int8(Double.doubleToLongBits(each)))
                            .toList();
            case DATE ->
                    Stream.of(0, Integer.MAX_VALUE, Integer.MIN_VALUE, -2_451_545, 2_145_031_948)
                            .map(Columns::int4)
                            .toList();
            case TIME -> Stream.of(0L, 86_399_999_999L).map(Columns::int8).toList();
            case TIMESTAMP, TIMESTAMPTZ ->
                    Stream.of(
                                    0L,
                                    Long.MAX_VALUE,
                                    Long.MIN_VALUE,
                                    -211_813_488_000_000_000L,
                                    9_223_371_331_199_999_999L)
                            .map(Columns::int8)
                            .toList();
            case NUMERIC ->
                    Stream.of("0", "0.000", "-0.001", "9".repeat(60), "0." + "0".repeat(30) + "1")
                            .map(Columns::numeric)
                            .toList();
            default -> List.of();
        };
    }

    private static byte[] value(ColumnProfile column, Random random) {
        return switch (column.form()) {
            case TEXT -> Columns.utf8(text(random, column.maxLength()));
            case ENUM -> Columns.utf8(column.labels().get(random.nextInt(4)));
            case INT2 -> Columns.int2(random.nextInt());
            case INT4 -> Columns.int4(random.nextInt() >> random.nextInt(32));
            case INT8 -> Columns.int8(random.nextLong() >> random.nextInt(64));
            case FLOAT4 -> Columns.int4(Float.floatToIntBits((float) random.nextGaussian()));
            case FLOAT8 -> Columns.int8(Double.doubleToLongBits(random.nextGaussian()));
            case NUMERIC -> {
                String digits = digits(random, 1 + random.nextInt(45));
                String fraction =
                        random.nextBoolean() ? "" : "." + digits(random, 1 + random.nextInt(9));
                yield Columns.numeric((random.nextBoolean() ? "-" : "") + digits + fraction);
            }
            case BOOL -> new byte[] {(byte) random.nextInt(2)};
            case DATE -> Columns.int4(random.nextInt(40_000) - 20_000);
            case TIME -> Columns.int8(random.nextLong(Calendar.MICROS_PER_DAY));
            case TIMESTAMP, TIMESTAMPTZ ->
                    Columns.int8(random.nextLong(40_000 * Calendar.MICROS_PER_DAY));
            case UUID -> bytes(random, 16);
            case BYTES, OPAQUE -> bytes(random, random.nextInt(60));
            case INET, CIDR -> address(column.form(), random);
            case MACADDR -> bytes(random, 6);
            case MACADDR8 -> bytes(random, 8);
            case XML ->
                    Columns.utf8(
                            "<p id='%d'>%s<n>%s</n></p>"
                                    .formatted(
                                            random.nextInt(),
                                            letters(random, 8),
                                            letters(random, 4)));
            case HSTORE -> Columns.hstore("email", letters(random, 9), letters(random, 3), null);
            case COMPOSITE -> Columns.composite(letters(random, 9), random.nextInt());
            case JSON -> Columns.utf8(json(random));
            case JSONB -> Columns.utf8("\u0001" + json(random));
        };
    }

    private static byte[] address(ValueForm form, Random random) {
        boolean small = random.nextBoolean();
        int bits = small ? 32 : 128;
        int prefix = random.nextInt(3) > 0 ? bits : 8 + random.nextInt(bits - 8);
        byte[] address = bytes(random, bits / 8);
        for (int i = 0; i < bits && form == ValueForm.CIDR; i++) {
            if (i >= prefix) {
                address[i / 8] &= (byte) ~(0x80 >> (i % 8));
            }
        }
        return ByteBuffer.allocate(4 + address.length)
                .put((byte) (small ? 2 : 3))
                .put((byte) prefix)
                .put((byte) (form == ValueForm.CIDR ? 1 : 0))
                .put((byte) address.length)
                .put(address)
                .array();
    }

    private static String text(Random random, OptionalInt maxLength) {
        String text =
                switch (random.nextInt(10)) {
                    case 0 -> "anna.%d@firm.test".formatted(random.nextInt(1_000_000));
                    case 1 ->
                            "+49 %d %d"
                                    .formatted(
                                            100 + random.nextInt(900), random.nextInt(10_000_000));
                    case 2 ->
                            "0%d/%d-%d"
                                    .formatted(
                                            random.nextInt(999),
                                            random.nextInt(9999),
                                            random.nextInt(9999));
                    case 3 -> letters(random, 5 + random.nextInt(12));
                    case 4 -> digits(random, 1 + random.nextInt(50));
                    case 5 -> (random.nextBoolean() ? "-" : "") + random.nextInt(100_000);
                    case 6 ->
                            letters(random, 6)
                                    + " "
                                    + letters(random, 8)
                                    + ", "
                                    + digits(random, 3);
                    case 7 ->
                            "Zoë ä"
                                    + Character.toString(0x100 + random.nextInt(0x2000))
                                    + letters(random, 7);
                    case 8 -> technical(random);
                    default -> random.nextBoolean() ? "n/a" : "";
                };
        return text.length() > maxLength.orElse(1000)
                ? text.substring(0, maxLength.getAsInt())
                : text;
    }

    private static String technical(Random random) {
        int number = random.nextInt();
        String hex = "%08x".formatted(number);
        return switch (random.nextInt(9)) {
            case 0 -> "10.%d.%d.%d".formatted(number & 255, number >>> 16 & 255, number >>> 24);
            case 1 -> "10.%d.0.0/%d".formatted(number & 255, 8 + random.nextInt(25));
            case 2 -> "2001:db8::%x:%x".formatted(number >>> 16, number & 0xFFFF);
            case 3 -> "2001:0DB8::%04X:%X".formatted(number >>> 16, number & 0xFFFF);
            case 4 ->
                    "08:00:2b:%s:%s:%s"
                            .formatted(
                                    hex.substring(0, 2), hex.substring(2, 4), hex.substring(4, 6));
            case 5 ->
                    "0800.2B%s.%s"
                            .formatted(hex.substring(0, 2), hex.substring(2, 6))
                            .toUpperCase(Locale.ROOT);
            case 6 -> "sk_live_" + letters(random, 10) + hex + hex;
            case 7 ->
                    "/home/%s/%s.%s"
                            .formatted(
                                    letters(random, 6), hex, random.nextBoolean() ? "pdf" : "abc");
            default -> (hex + Integer.toHexString(random.nextInt() | 0x1000_0000)).repeat(2);
        };
    }

    private static String json(Random random) {
        return """
        {"email": "a%d@firm.test", "n": %d, "tags": ["%s", null, true, 1.50], "deep": {"x": -0.25}}\
        """
                .formatted(random.nextInt(1000), random.nextInt(), letters(random, 9));
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ((i == 0 ? 'A' : 'a') + random.nextInt(26)));
        }
        return text.toString();
    }

    private static String digits(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.toString();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// What the database holds to be the same value.
    private static String identity(ValueForm form, byte @Nullable [] value) {
        byte[] given = Objects.requireNonNull(value);
        return switch (form) {
            case TEXT -> Normalizer.normalize(text(given), Normalizer.Form.NFC);
            case NUMERIC -> Columns.numericText(given);
            default -> Arrays.toString(given);
        };
    }

    /// Maskers read text in its composed form; `keep` does not read it.
    private static byte[] expected(Case each, byte[] value) {
        return each.column().form() == ValueForm.TEXT && !each.guarantees().reveals()
                ? Columns.utf8(identity(ValueForm.TEXT, value))
                : value;
    }

    private static int length(ValueForm form, byte[] value) {
        return switch (form) {
            case TEXT -> Bytes.characters(value, 0, value.length);
            case NUMERIC -> Columns.numericText(value).length();
            case INT2 -> ("" + ByteBuffer.wrap(value).getShort()).length();
            case INT4 -> ("" + ByteBuffer.wrap(value).getInt()).length();
            case INT8 -> ("" + ByteBuffer.wrap(value).getLong()).length();
            default -> value.length;
        };
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("not UTF-8", e);
        }
    }
}
