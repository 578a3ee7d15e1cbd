package dev.understudy.benchmarks.masking;

import static dev.understudy.masking.ValueForm.BOOL;
import static dev.understudy.masking.ValueForm.BYTES;
import static dev.understudy.masking.ValueForm.DATE;
import static dev.understudy.masking.ValueForm.ENUM;
import static dev.understudy.masking.ValueForm.FLOAT8;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.JSON;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.TEXT;
import static dev.understudy.masking.ValueForm.TIME;
import static dev.understudy.masking.ValueForm.TIMESTAMP;
import static dev.understudy.masking.ValueForm.UUID;

import dev.understudy.benchmarks.masking.Trial.Values;
import dev.understudy.masking.ColumnMasker;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.ColumnValues;
import dev.understudy.masking.MaskedValues;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// What is measured: every masker of the catalogue on a column of the kind that it is for. The goals
/// are those of hot maskers on one core of a server of 2020 or later.
final class Trials {
    private static final int PSEUDORANDOM = 60;
    private static final int FF1 = 80;
    private static final int DICTIONARY = 60;
    private static final int EMAIL = 150;
    private static final int FREE_TEXT = 3000;

    private static final Values WORDS = text("~~~~~~~~");
    private static final Values NAMES = text("^~~~~~");

    private static final List<Trial> ALL = new ArrayList<>();

    static {
        generic();
        persons();
        carriedNumbers();
        technical();
        quantities();
        rows();
        everyMaskerIsThere();
    }

    private Trials() {}

    static List<Trial> all() {
        return ALL;
    }

    static Trial named(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    private static void generic() {
        add("keep", TEXT, WORDS, 0);
        add("null", TEXT, WORDS, 0);
        add("constant", Map.of("value", "x"), TEXT, WORDS, 0);
        add("text-scramble", TEXT, text("Customer #####"), 0);
        add("hash", TEXT, text("account-######"), PSEUDORANDOM);
        add("hash", INT4, integers(4), FF1);
        add("hash", BYTES, text("account-######"), PSEUDORANDOM);
        add("uuid", UUID, text("################"), PSEUDORANDOM);
        add("uuid", TEXT, text("%%%%%%%%-%%%%-4%%%-8%%%-%%%%%%%%%%%%"), 0);
        add("redact", TEXT, WORDS, 0);
        add("redact", Map.of("style", "shape"), TEXT, WORDS, 0);
        add("redact", Map.of("style", "ends"), TEXT, text("################"), 0);
        add("redact", Map.of("style", "pattern", "pattern", "\\d+"), TEXT, text("Order #####"), 0);
        add("choice", ENUM, text("paid"), PSEUDORANDOM);
        add("choice", Map.of("values", List.of("a", "b", "c")), TEXT, WORDS, PSEUDORANDOM);
        add("digits", TEXT, text("1########"), FF1);
        add("digits", TEXT, text("1###############"), FF1);
        add("digits", Map.of(), INT4, integers(4), FF1);
        add("digits", Map.of(), INT8, integers(8), FF1);
        add("digits", NUMERIC, numerics(), 0);
        add("tokenise", TEXT, text("account-######"), PSEUDORANDOM);
        add("template", Map.of("text", "C-{digits:6}-{upper:2}"), TEXT, WORDS, 0);
        add("dictionary", Map.of("words", List.of("north", "south")), TEXT, WORDS, DICTIONARY);
        add("categorical", Map.of("values", List.of("a", "b", "c")), TEXT, text("b"), 0);
        add("xml", TEXT, text("<p a=\"~~~~\"><name>^~~~~~</name><n>####</n></p>"), 0);
        add("delimited", Map.of("separator", ";"), TEXT, text("^~~~~~;####;~~~~"), 0);
        add("url-query", TEXT, text("https://firm.test/a?name=^~~~~~&n=####"), 0);
        add("json", JSON, text("{\"name\": \"^~~~~~\", \"orders\": [####, ####]}"), 0);
    }

    private static void persons() {
        add("email", TEXT, text("~~~~~~~###@firm.test"), EMAIL);
        add("first-name", TEXT, NAMES, DICTIONARY);
        add("last-name", TEXT, NAMES, DICTIONARY);
        add("full-name", TEXT, text("^~~~~~ ^~~~~~~~"), DICTIONARY);
        add("phone", TEXT, text("+49 30 1######"), FF1);
        add("street", TEXT, text("^~~~~~ Street ##"), DICTIONARY);
        add("city", TEXT, NAMES, DICTIONARY);
        add("postcode", TEXT, text("1####"), 0);
        add("postcode", Map.of("country", "GB"), TEXT, text("M1 1AE"), 0);
        add("title", TEXT, text("Mrs"), 0);
        add("gender", TEXT, text("female"), 0);
        add("username", TEXT, text("~~~~~~###"), 0);
        add("social-handle", TEXT, text("@~~~~~~###"), 0);
        add("company", TEXT, text("^~~~~~ GmbH"), 0);
        add("job-title", TEXT, NAMES, DICTIONARY);
        add("url", TEXT, text("https://www.firm.test/~~~~/###"), 0);
        add("house-number", TEXT, text("1##b"), 0);
        add("region", TEXT, NAMES, DICTIONARY);
        add("country", TEXT, text("Germany"), DICTIONARY);
        add("place", Map.of("part", "city"), TEXT, NAMES, 0);
        add("birth-date", Map.of("on", "2026-01-01"), DATE, days(), 0);
    }

    private static void carriedNumbers() {
        carried("us-ssn", "536-90-4399");
        carried("us-itin", "912-90-3456");
        carried("us-npi", "1234567893");
        carried("us-mbi", "1EG4-TE5-MK73");
        carried("uk-nino", "AB 12 34 56 C");
        carried("uk-nhs-number", "943 476 5870");
        carried("de-steuer-id", "36 574 261 809");
        carried("es-dni", "54362315-K");
        carried("fr-nir", "2 95 10 99 126 111 93");
        carried("it-codice-fiscale", "RCCMNL83S18D969H");
        carried("nl-bsn", "111222333");
        carried("be-national-number", "85.07.30-033 28");
        carried("ch-ahv", "756.9217.0769.85");
        carried("se-personnummer", "880320-0016");
        carried("no-fodselsnummer", "151086 95088");
        carried("dk-cpr", "211062-5629");
        carried("fi-hetu", "131052-308T");
        carried("pl-pesel", "44051401359");
        carried("br-cpf", "111.444.777-35");
        carried("br-cnpj", "16.727.230/0001-97");
        carried("in-aadhaar", "2341 2341 2346");
        carried("in-pan", "ACUPA7085R");
        carried("ca-sin", "046 454 286");
        carried("au-tfn", "123 456 782");
        carried("au-medicare", "2123 45670 1");
        carried("passport", "C01X00T47");
        carried("driver-licence", "B072RRE2I55");
        carried("licence-plate", "B-AB 1234");
        carried("vin", "1M8GDM9AXKP042788");
        carried("imei", "49-015420-323751-8");
        carried("medical-record-number", "MRN-0012345");
        carried("payment-card", "4111 1111 1111 1111");
        carried("iban", "DE89 3704 0044 0532 0130 00");
        carried("bic", "DEUTDEFF");
        carried("us-routing-number", "111000025");
        carried("account-number", "0012345678");
        carried("crypto-address", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    }

    private static void technical() {
        add("key", Map.of("to", 2_000_000_000), INT4, integers(4), FF1);
        add("ip-address", TEXT, text("10.1##.2#.1##"), 0);
        add("ip-address", Map.of("method", "flat"), TEXT, text("10.1##.2#.1##"), 0);
        add("ip-address", TEXT, text("2001:db8::1%%%:1%%%"), 0);
        add("mac-address", TEXT, text("08:00:2b:%%:%%:%%"), 0);
        add("hostname", TEXT, text("~~~~~~.firm.test"), PSEUDORANDOM);
        add("user-agent", TEXT, text("Mozilla/5.0 (X11; Linux) ####"), DICTIONARY);
        add("api-token", TEXT, text("sk_live_~~~~~~~~~~~~~~~~~~~~~~~~"), 0);
        add("password-hash", TEXT, text("%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%"), 0);
        add("file-path", TEXT, text("/home/~~~~~/~~~~~~~~.pdf"), 0);
        add("coordinate", TEXT, text("52.5####, 13.4####"), 0);
        add("coordinate", Map.of("axis", "longitude"), FLOAT8, floats(), 0);
    }

    private static void quantities() {
        add("noise", INT4, integers(4), PSEUDORANDOM);
        add("noise", NUMERIC, numerics(), 0);
        add("noise", FLOAT8, floats(), 0);
        add("round", Map.of("step", 250), INT4, integers(4), 0);
        add("round", Map.of("step", 250), NUMERIC, numerics(), 0);
        add("bucket", Map.of("bounds", List.of(0, 100, 10_000)), INT4, integers(4), 0);
        add("clamp", Map.of("max", 90_000), INT4, integers(4), 0);
        add("shift-date", DATE, days(), PSEUDORANDOM);
        add("shift-date", TIMESTAMP, instants(), PSEUDORANDOM);
        add("shift-date", Map.of("alike", true), DATE, days(), 0);
        add("shift-time", TIME, times(), PSEUDORANDOM);
        add("year", DATE, days(), 0);
        add("truncate", Map.of("to", "month"), DATE, days(), 0);
    }

    private static void rows() {
        Values note =
                text(
                        "Spoke with Anna Keller (anna.####@firm.test, +49 30 1######) about case"
                            + " AB-####; visited on 2024-02-1#, pays from DE89370400440532013000."
                            + " She asks to be called back next week, in the morning only.");
        add("free-text", TEXT, note, FREE_TEXT);
        ALL.add(
                new Trial(
                        "free-text",
                        Map.of("of", List.of("first_name", "last_name", "email")),
                        TEXT,
                        note,
                        List.of(text("Anna"), text("Keller"), text("anna.####@firm.test")),
                        FREE_TEXT));
        ALL.add(
                new Trial(
                        "email",
                        Map.of("from", List.of("first_name", "last_name")),
                        TEXT,
                        text("~~~~~~~###@firm.test"),
                        List.of(NAMES, NAMES),
                        EMAIL));
        ALL.add(
                new Trial(
                        "shift-date",
                        Map.of("per", "customer"),
                        DATE,
                        days(),
                        List.of(text("#####")),
                        0));
        ALL.add(
                new Trial(
                        "case",
                        Map.of("of", "kind", "when", Map.of("a", "email"), "otherwise", "hash"),
                        TEXT,
                        text("~~~~~~~###@firm.test"),
                        List.of(text("a")),
                        0));
    }

    /// Maskers of text that need no parameters and have no trial of their own are measured on words.
    private static void everyMaskerIsThere() {
        Set<String> known = ALL.stream().map(Trial::masker).collect(Collectors.toSet());
        for (MaskerDefinition masker : Maskers.all()) {
            MaskingRule rule = MaskingRule.of(masker.name());
            if (!known.contains(masker.name())
                    && masker.forms().contains(TEXT)
                    && Maskers.check(rule).isEmpty()) {
                add(masker.name(), TEXT, WORDS, 0);
            }
        }
    }

    private static void add(String masker, ValueForm form, Values values, int goal) {
        add(masker, Map.of(), form, values, goal);
    }

    private static void add(
            String masker, Map<String, Object> parameters, ValueForm form, Values values, int goal) {
        ALL.add(new Trial(masker, Map.copyOf(parameters), form, values, List.of(), goal));
    }

    /// Valid numbers of a kind: what the masker makes of an example, again and again.
    private static void carried(String masker, String example) {
        add(masker, TEXT, new Chain(masker, example), 0);
    }

    private static final class Chain implements Values {
        private final ColumnMasker masker;
        private byte[] value;

        Chain(String masker, String example) {
            ColumnProfile column = ColumnProfile.of("public.t.c", "text", TEXT);
            this.masker =
                    Maskers.named(masker)
                            .orElseThrow()
                            .bind(
                                    MaskingRule.of(masker),
                                    column,
                                    MaskingKeys.of("what makes the examples", 1));
            this.value = example.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] next(Random random) {
            var one = new ColumnValues();
            one.reset(value, 1);
            one.add(0, value.length);
            var masked = new MaskedValues();
            masker.mask(one, masked);
            value = new byte[masked.length(0)];
            System.arraycopy(masked.bytes(), masked.start(0), value, 0, value.length);
            return value;
        }
    }

    /// `#` becomes a digit, `%` a hex digit, `~` a small letter and `^` a capital one.
    private static Values text(String pattern) {
        return random -> {
            StringBuilder text = new StringBuilder();
            for (char each : pattern.toCharArray()) {
                text.append(
                        switch (each) {
                            case '#' -> (char) ('0' + random.nextInt(10));
                            case '%' -> Character.forDigit(random.nextInt(16), 16);
                            case '~' -> (char) ('a' + random.nextInt(26));
                            case '^' -> (char) ('A' + random.nextInt(26));
                            default -> each;
                        });
            }
            return text.toString().getBytes(StandardCharsets.UTF_8);
        };
    }

    private static Values integers(int bytes) {
        return random -> {
            ByteBuffer number = ByteBuffer.allocate(bytes);
            return bytes == 4
                    ? number.putInt(100_000_000 + random.nextInt(900_000_000)).array()
                    : number.putLong(1_000_000_000_000_000L + random.nextLong(1L << 50)).array();
        };
    }

    private static Values floats() {
        return random -> ByteBuffer.allocate(8).putDouble(random.nextDouble() * 100).array();
    }

    /// Amounts with two decimals, below a hundred million.
    private static Values numerics() {
        return random ->
                ByteBuffer.allocate(14)
                        .putShort((short) 3)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .putShort((short) 2)
                        .putShort((short) (1 + random.nextInt(9999)))
                        .putShort((short) random.nextInt(10_000))
                        .putShort((short) (100 * (1 + random.nextInt(99))))
                        .array();
    }

    private static Values days() {
        return random -> ByteBuffer.allocate(4).putInt(random.nextInt(20_000) - 10_000).array();
    }

    private static Values times() {
        return random -> ByteBuffer.allocate(8).putLong(random.nextLong(86_400_000_000L)).array();
    }

    private static Values instants() {
        return random ->
                ByteBuffer.allocate(8).putLong(random.nextLong(800_000_000_000_000L)).array();
    }
}
