package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What takes many values to see: that nothing meets where it must not, that chance is even, that
/// nobody stays who they are. 100,000 values, or as many as `-Dproof.rows` says; see
/// `benchmarks/README.md`.
final class ProofTest {
    private static final long SEED = 20_261_121;
    private static final int DEFAULT_ROWS = 100_000;
    private static final int ROWS = Integer.getInteger("proof.rows", DEFAULT_ROWS);
    private static final int BATCH = 4096;
    private static final List<String> OWN =
            List.of("one", "two", "three", "four", "five", "six", "seven");

    /// Values of a masker: the same number gives the same value, and another number another one.
    private interface Values extends IntFunction<byte[]> {}

    /// @param size of the domain, as far as it is permuted
    record Injective(MaskingRule rule, ColumnProfile column, Values values, double size) {
        @Override
        public String toString() {
            return rule + " on " + column.sqlType();
        }
    }

    static Stream<Injective> injective() {
        List<Injective> all = new ArrayList<>();
        all.add(text("email", i -> "a" + i + "@firm.test", 1e24));
        all.add(text("phone", i -> "+49 30 " + (10_000_000 + i), 1e10));
        all.add(text("digits", i -> "" + (100_000_000 + i), 9e8));
        all.add(text("digits", i -> "0%09d".formatted(i), 1e9));
        all.add(text("digits", i -> "12345678901234567890" + i, 1e20));
        all.add(text("text-scramble", i -> "Ab-" + letters(i), 1e10));
        all.add(text("hash", i -> "a" + i, 1e24));
        all.add(text("tokenise", i -> "a" + i, 1e24));
        all.add(text("uuid", i -> "a" + i, 1e24));
        all.add(
                text(
                        "us-ssn",
                        i ->
                                "%03d-%02d-%04d"
                                        .formatted(100 + i % 500, 1 + i / 500 % 90, 1 + i / 45_000),
                        8e8));
        all.add(
                text(
                        "uk-nino",
                        i ->
                                "A%c %06d".formatted("BCEGHJ".charAt(i / 4_000_000), i % 1_000_000)
                                        + "ABCD".charAt(i / 1_000_000 % 4),
                        1e8));
        all.add(text("de-steuer-id", i -> "" + (10_000_000_000L + 7919L * i), 1e8));
        all.add(text("iban", i -> "DE00" + (100_000_000_000_000_000L + i), 1e17));
        all.add(text("vin", i -> "1M8GDM9AXKP" + letters(i).toUpperCase(Locale.ROOT), 1e8));
        all.add(text("imei", i -> "" + (490_154_200_000_000L + 10L * i), 1e10));
        // Prefixes are kept at a price: about (3/4)^32 of all addresses stay, in some networks
        // more.
        for (String method : List.of("prefix", "flat")) {
            all.add(
                    new Injective(
                            Columns.rule(
                                    "ip-address", Map.of("method", method, "spelling", "shortest")),
                            Columns.text(),
                            i ->
                                    Columns.utf8(
                                            "%d.%d.%d.%d"
                                                    .formatted(
                                                            i >>> 24 & 255,
                                                            i >>> 16 & 255,
                                                            i >>> 8 & 255,
                                                            i & 255)),
                            method.equals("flat") ? 4e9 : 1));
        }
        all.add(text("api-token", i -> "sk_live_%024x".formatted(i), 1e24));
        all.add(text("hostname", i -> "host" + i + ".firm.test", 1e24));
        all.add(
                new Injective(
                        Columns.rule("payment-card", Map.of("bin", "keep")),
                        Columns.text(),
                        i -> Columns.utf8("411111" + (1_000_000_000L + i)),
                        1e9));
        for (ValueForm form : List.of(ValueForm.INT4, ValueForm.INT8)) {
            Values numbers =
                    i -> form == ValueForm.INT4 ? Columns.int4(i * 97) : Columns.int8(i * 97L);
            for (MaskingRule rule :
                    List.of(
                            MaskingRule.of("digits"),
                            MaskingRule.of("hash"),
                            Columns.rule("key", Map.of("to", 2_000_000_000)))) {
                all.add(new Injective(rule, Columns.of(form), numbers, 1e6));
            }
        }
        all.add(
                new Injective(
                        MaskingRule.of("digits"),
                        Columns.of(ValueForm.NUMERIC),
                        i -> Columns.numeric(i + ".0" + (1 + i % 9)),
                        1e6));
        all.add(
                new Injective(
                        Columns.rule("shift-date", Map.of("alike", true)),
                        Columns.of(ValueForm.TIMESTAMP),
                        i -> Columns.int8(i * 1000L),
                        1e9));
        all.add(
                new Injective(
                        Columns.rule("shift-time", Map.of("alike", true)),
                        Columns.of(ValueForm.TIME),
                        i -> Columns.int8(i * 1000L),
                        1e9));
        return all.stream();
    }

    private static Injective text(String masker, IntFunction<String> text, double size) {
        return new Injective(
                MaskingRule.of(masker), Columns.text(), i -> Columns.utf8(text.apply(i)), size);
    }

    /// Six letters and digits, another six for each number.
    private static String letters(int number) {
        char[] letters = new char[6];
        int left = number;
        for (int i = 0; i < letters.length; i++) {
            letters[i] = "abcdefghjklmnprstuvw".charAt(left % 20);
            left /= 20;
        }
        return new String(letters);
    }

    @ParameterizedTest
    @MethodSource("injective")
    void noTwoOfManyValuesBecomeEqualAndAlmostNoneStays(Injective each) {
        assertThat(
                        Maskers.named(each.rule.masker())
                                .orElseThrow()
                                .guarantees(each.rule, each.column)
                                .injective())
                .isTrue();
        // Equal results have equal hashes; 64 bits of different ones meet with 3 in a million among
        // 10^7.
        long[] hashes = new long[ROWS];
        long[] stayed = {0};
        masked(
                each.rule,
                each.column,
                each.values,
                (i, value, out, start, length) -> {
                    hashes[i] = hash(out, start, length);
                    stayed[0] +=
                            Arrays.equals(value, 0, value.length, out, start, start + length)
                                    ? 1
                                    : 0;
                });
        Arrays.sort(hashes);
        for (int i = 1; i < hashes.length; i++) {
            assertThat(hashes[i])
                    .as("two of %,d results of %s are equal", ROWS, each)
                    .isNotEqualTo(hashes[i - 1]);
        }
        double chance = ROWS / each.size;
        figure("%s: %,d of %,d values stay, %.1f by chance", each, stayed[0], ROWS, chance);
        assertThat((double) stayed[0])
                .as("%s returns its input", each)
                .isLessThanOrEqualTo(chance + 4 * Math.sqrt(chance) + 3);
    }

    /// All values of small domains, each of which must become one of them.
    static Stream<Whole> small() {
        List<Whole> all = new ArrayList<>();
        for (int digits = 1; digits <= 5; digits++) {
            int count = (int) Math.pow(10, digits);
            String form = "%0" + digits + "d";
            all.add(
                    new Whole(
                            MaskingRule.of("digits"),
                            Columns.text(),
                            count,
                            i -> Columns.utf8(form.formatted(i))));
            all.add(
                    new Whole(
                            MaskingRule.of("text-scramble"),
                            Columns.text(),
                            count,
                            i -> Columns.utf8(form.formatted(i))));
            all.add(
                    new Whole(
                            MaskingRule.of("account-number"),
                            Columns.text(),
                            count,
                            i -> Columns.utf8(form.formatted(i))));
        }
        all.add(
                new Whole(
                        MaskingRule.of("text-scramble"),
                        Columns.text(),
                        26 * 26 * 26,
                        i ->
                                Columns.utf8(
                                        ""
                                                + (char) ('a' + i % 26)
                                                + (char) ('A' + i / 26 % 26)
                                                + (char) ('a' + i / 676))));
        for (String masker : List.of("digits", "hash")) {
            all.add(
                    new Whole(
                            MaskingRule.of(masker),
                            Columns.of(ValueForm.INT2),
                            1 << 16,
                            i -> Columns.int2(i)));
        }
        all.add(
                new Whole(
                        Columns.rule("key", Map.of("from", -500, "to", 30_000)),
                        Columns.of(ValueForm.INT2),
                        1 << 16,
                        i -> Columns.int2(i)));
        all.add(
                new Whole(
                        Columns.rule("key", Map.of("from", 0, "to", 99_999)),
                        Columns.of(ValueForm.INT4),
                        100_000,
                        i -> Columns.int4(i)));
        return all.stream();
    }

    record Whole(MaskingRule rule, ColumnProfile column, int count, Values values) {
        @Override
        public String toString() {
            return "%s on %s, %,d values".formatted(rule, column.sqlType(), count);
        }
    }

    @ParameterizedTest
    @MethodSource("small")
    void wholeSmallDomainsArePermuted(Whole each) {
        Set<String> originals = new HashSet<>();
        Set<String> results = new HashSet<>();
        masked(
                each.rule,
                each.column,
                each.count,
                each.values,
                (i, value, out, start, length) -> {
                    originals.add(Arrays.toString(value));
                    results.add(Arrays.toString(Arrays.copyOfRange(out, start, start + length)));
                });
        assertThat(originals).hasSize(each.count);
        assertThat(results).as("%s", each).isEqualTo(originals);
    }

    static Stream<String> dictionaries() {
        return Stream.of(
                "first-name",
                "last-name",
                "city",
                "street",
                "full-name",
                "user-agent",
                "dictionary",
                "choice");
    }

    @ParameterizedTest
    @MethodSource("dictionaries")
    void wordsOfADictionaryComeEquallyOften(String masker) {
        MaskingRule rule =
                switch (masker) {
                    case "dictionary" -> Columns.rule(masker, Map.of("words", OWN));
                    case "choice" -> Columns.rule(masker, Map.of("values", OWN));
                    default -> MaskingRule.of(masker);
                };
        Map<String, Integer> words = new HashMap<>();
        add(words, words(masker));
        Map<String, Integer> found = new HashMap<>();
        masked(
                rule,
                Columns.text(),
                i -> Columns.utf8("somebody " + i),
                (i, value, out, start, length) -> {
                    String text = new String(out, start, length, StandardCharsets.UTF_8);
                    String word =
                            switch (masker) {
                                case "street" -> text.substring(0, text.lastIndexOf(' '));
                                case "full-name" -> firstOf(text, words);
                                default -> text;
                            };
                    found.merge(word, 1, Integer::sum);
                });
        int weights = words.values().stream().mapToInt(each -> each).sum();
        double chi = 0;
        for (var word : words.entrySet()) {
            double expected = (double) ROWS * word.getValue() / weights;
            chi += Math.pow(found.getOrDefault(word.getKey(), 0) - expected, 2) / expected;
        }
        figure(
                "%s: chi-squared %.0f of %,d words, %.0f at 0.001",
                masker, chi, words.size(), critical(words.size() - 1));
        assertThat(words.keySet()).containsAll(found.keySet());
        assertThat(chi)
                .as("chi-squared of %d words", words.size())
                .isLessThan(critical(words.size() - 1));
    }

    /// Each word under many keys: a function of chance leaves one word of a dictionary, whatever
    /// its size.
    @ParameterizedTest
    @ValueSource(strings = {"first-name", "last-name", "city", "user-agent"})
    void aWordOfADictionaryStaysNoMoreOftenThanByChance(String masker) {
        Words words = words(masker);
        Map<String, Integer> times = new HashMap<>();
        add(times, words);
        String[] all = times.keySet().toArray(String[]::new);
        double chance = 0;
        long stayed = 0;
        for (int domain = 0; domain < ROWS / words.size(); domain++) {
            Optional<String> name = Optional.of("domain " + domain);
            var rule = new MaskingRule(masker, Map.of(), name, Optional.empty());
            List<String> masked = Columns.maskText(rule, Columns.text(), all);
            for (int i = 0; i < all.length; i++) {
                chance += (double) times.getOrDefault(all[i], 0) / words.size();
                stayed += all[i].equals(masked.get(i)) ? 1 : 0;
            }
        }
        figure("%s: %,d words stay, %.1f by chance", masker, stayed, chance);
        assertThat((double) stayed).isLessThanOrEqualTo(chance + 4 * Math.sqrt(chance) + 3);
    }

    private static Words words(String masker) {
        return switch (masker) {
            case "first-name", "full-name" -> Words.FIRST_NAMES;
            case "last-name" -> Words.LAST_NAMES;
            case "city" -> Words.CITIES;
            case "street" -> Words.STREETS;
            case "user-agent" -> Words.USER_AGENTS;
            default -> Words.of(OWN);
        };
    }

    /// A word may stand in a dictionary twice, and then comes twice as often.
    private static void add(Map<String, Integer> counts, Words words) {
        for (int i = 0; i < words.size(); i++) {
            counts.merge(new String(words.word(i), StandardCharsets.UTF_8), 1, Integer::sum);
        }
    }

    private static String firstOf(String name, Map<String, Integer> words) {
        for (int at = name.indexOf(' '); at > 0; at = name.indexOf(' ', at + 1)) {
            if (words.containsKey(name.substring(0, at))) {
                return name.substring(0, at);
            }
        }
        return name;
    }

    /// What chi-squared exceeds with a chance of 0.001.
    ///
    /// Source: Wilson, Hilferty, "The distribution of chi-square", 1931.
    private static double critical(int degrees) {
        double part = 2.0 / (9 * degrees);
        return degrees * Math.pow(1 - part + 3.0902 * Math.sqrt(part), 3);
    }

    static Stream<MaskerDefinition> ofText() {
        return Maskers.all().stream()
                .filter(each -> each.forms().contains(ValueForm.TEXT))
                .filter(each -> !each.name().equals("choice")) // of text it needs values
                .filter(each -> Maskers.check(MaskingRule.of(each.name())).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("ofText")
    void nullsStayAsManyAndLengthsWhereDeclared(MaskerDefinition masker) {
        MaskingRule rule = MaskingRule.of(masker.name());
        ColumnProfile column = Columns.text();
        Guarantees guarantees = masker.guarantees(rule, column);
        Random random = new Random(SEED);
        int[] before = new int[64];
        int[] after = new int[64];
        int[] nulls = {0, 0};

        ColumnMasker bound = masker.bind(rule, column, Columns.KEYS);
        for (int from = 0; from < ROWS; from += BATCH) {
            List<byte @Nullable []> values = new ArrayList<>();
            for (int i = from; i < Math.min(ROWS, from + BATCH); i++) {
                byte @Nullable [] value =
                        random.nextInt(10) == 0 ? null : Columns.utf8(some(random));
                values.add(value);
                nulls[0] += value == null ? 1 : 0;
                before[value == null ? 0 : value.length]++;
            }
            MaskedValues out = new MaskedValues();
            Columns.mask(bound, values, out);
            for (int i = 0; i < out.count(); i++) {
                nulls[1] += out.length(i) < 0 ? 1 : 0;
                after[Math.clamp(out.length(i), 0, 63)]++;
            }
        }
        figure(
                "%s: %,d NULLs of %,d, before %,d; lengths %s",
                masker.name(),
                nulls[1],
                ROWS,
                nulls[0],
                Arrays.equals(before, after) ? "as before" : "others");
        if (guarantees.keepsNull() && !guarantees.mayYieldNull()) {
            assertThat(nulls[1]).as("%s, seed %d", masker.name(), SEED).isEqualTo(nulls[0]);
        }
        if (guarantees.keepsLength()) {
            assertThat(after).as("%s, seed %d", masker.name(), SEED).isEqualTo(before);
        }
    }

    private static String some(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "a" + random.nextInt() + "@firm.test";
            case 1 -> "+49 " + (100_000 + random.nextInt(1_000_000));
            case 2 -> "" + random.nextLong(1L << 50);
            case 3 -> "Anna-" + letters(random.nextInt(1 << 25));
            case 4 -> "10.1." + random.nextInt(256) + ".7";
            default -> "";
        };
    }

    /// What more rows than in every build are asked for shows.
    private static void figure(String format, Object... figures) {
        if (ROWS > DEFAULT_ROWS) {
            System.out.printf(Locale.ROOT, format + "%n", figures);
        }
    }

    private interface Result {
        void of(int index, byte[] value, byte[] out, int start, int length);
    }

    private static void masked(
            MaskingRule rule, ColumnProfile column, Values values, Result result) {
        masked(rule, column, ROWS, values, result);
    }

    private static void masked(
            MaskingRule rule, ColumnProfile column, int rows, Values values, Result result) {
        ColumnMasker masker = Columns.bind(rule, column);
        MaskedValues out = new MaskedValues();
        for (int from = 0; from < rows; from += BATCH) {
            List<byte @Nullable []> batch = new ArrayList<>();
            for (int i = from; i < Math.min(rows, from + BATCH); i++) {
                batch.add(values.apply(i));
            }
            out.reset();
            Columns.mask(masker, batch, out);
            for (int i = 0; i < batch.size(); i++) {
                result.of(
                        from + i,
                        Objects.requireNonNull(batch.get(i)),
                        out.bytes(),
                        out.start(i),
                        out.length(i));
            }
        }
    }

    private static long hash(byte[] bytes, int start, int length) {
        long hash = length * 0x9E3779B97F4A7C15L;
        for (int at = start; at < start + length; at++) {
            hash = (hash ^ bytes[at]) * 0xBF58476D1CE4E5B9L;
            hash ^= hash >>> 29;
        }
        return hash;
    }
}
