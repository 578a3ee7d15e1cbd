package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Pseudonyms that must never change by accident: twins and lakes of different versions of the
/// product would no longer join. A wanted change is written into `golden.txt`, and into the
/// changelog.
final class GoldenTest {
    private static final List<String> TEXTS =
            List.of(
                    "anna@firm.test",
                    "n/a",
                    "+49 30 1234567",
                    "Zoë Müller",
                    "12345",
                    "00123",
                    "4111 1111 1111 1111",
                    "a longer text, with 2 digits and more than one block of the cipher");

    @Test
    void pseudonymsAreThoseOfEveryVersion() throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream("golden.txt")) {
            byte[] golden = Objects.requireNonNull(in).readAllBytes();
            assertThat(new String(golden, StandardCharsets.UTF_8).lines().toList())
                    .containsExactlyElementsOf(lines());
        }
    }

    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (String masker :
                List.of(
                        "email",
                        "first-name",
                        "last-name",
                        "full-name",
                        "phone",
                        "street",
                        "city",
                        "postcode",
                        "digits",
                        "text-scramble",
                        "hash",
                        "uuid")) {
            for (String text : TEXTS) {
                lines.add("%s | %s | %s".formatted(masker, text, Columns.maskText(masker, text)));
            }
        }
        addBytes(lines, "digits", ValueForm.INT4, Columns.int4(12_345));
        addBytes(lines, "digits", ValueForm.INT4, Columns.int4(-123_456_789));
        addBytes(lines, "digits", ValueForm.INT8, Columns.int8(1_234_567_890_123_456_789L));
        addBytes(lines, "digits", ValueForm.NUMERIC, Columns.numeric("1234567.25"));
        addBytes(lines, "hash", ValueForm.INT2, Columns.int2(77));
        addBytes(lines, "hash", ValueForm.INT4, Columns.int4(1_000_000));
        addBytes(lines, "hash", ValueForm.INT8, Columns.int8(-9_000_000_000L));
        addBytes(lines, "hash", ValueForm.BYTES, Columns.utf8("anna"));
        addBytes(lines, "hash", ValueForm.UUID, new byte[16]);
        addBytes(lines, "noise", ValueForm.INT4, Columns.int4(1_000_000));
        addBytes(lines, "noise", ValueForm.FLOAT8, Columns.int8(Double.doubleToLongBits(1.25)));
        addBytes(lines, "noise", ValueForm.NUMERIC, Columns.numeric("1000.00"));
        addBytes(lines, "shift-date", ValueForm.DATE, Columns.int4(7000));
        addBytes(lines, "shift-date", ValueForm.TIMESTAMPTZ, Columns.int8(604_800_123_456L));
        addBytes(lines, "choice", ValueForm.ENUM, Columns.utf8("paid"));
        MaskingRule json = Columns.rule("json", Map.of("paths", Map.of("$.e", "email")));
        lines.add(
                "json | "
                        + Columns.maskText(
                                json,
                                Columns.of(ValueForm.JSON),
                                "{\"e\": \"anna@firm.test\", \"n\": 12.5, \"s\": [\"Anna\"]}"));
        addTechnical(lines);
        addQuantities(lines);
        addCarriedNumbers(lines);
        addWritten(lines);
        addCryptoAddresses(lines);
        addStructures(lines);
        addPeopleAndPlaces(lines);
        addPlaceholders(lines);
        addZipsAndDates(lines);
        addManyTexts(lines);
        addSpellings(lines);
        addTexts(
                lines,
                Columns.rule(
                        "password-hash",
                        Map.of("test-password", "let me in", "algorithm", "argon2id")),
                "hunter2",
                "$argon2id$v=19$m=64,t=3,p=2$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA");
        return lines;
    }

    private static void addZipsAndDates(List<String> lines) {
        String[] zips = {"10001", "10001-1234", "03601", "036", "1234", "n/a", "89301", "90210"};
        addTexts(lines, MaskingRule.of("zip3"), zips);
        addTexts(
                lines,
                MaskingRule.of("free-text"),
                "Seen on 2024-02-29, 02/28/24 and 1.3.2024; born May 5th, 1936.",
                "Dr. Anna Keller-Smith wrote to bob@firm.test from 10.1.2.3 on MARCH 3.",
                "La paciente María García de la Cruz, DE89370400440532013000.",
                "Card 4111 1111 1111 1111, case AB-12345, www.firm.test/a?b=c, +49 30 1234567.");
        MaskingRule dates = Columns.rule("json", Map.of("paths", Map.of("$[*]", "shift-date")));
        String document =
                "[\"2024-02-29\",\"2024-02-29T12:30:15.250Z\",\"1999-12-31 23:59\",\"29.2.2024\"]";
        lines.add(
                "json dates | "
                        + Columns.maskText(dates, Columns.of(ValueForm.JSON), document).getFirst());
    }

    private static void addManyTexts(List<String> lines) {
        for (String masker :
                List.of(
                        "email",
                        "first-name",
                        "last-name",
                        "full-name",
                        "username",
                        "phone",
                        "street",
                        "city",
                        "postcode",
                        "company",
                        "digits",
                        "text-scramble",
                        "hash",
                        "tokenise")) {
            for (int i = 0; i < 40; i++) {
                String text =
                        switch (i % 5) {
                            case 0 -> "anna" + i + "@firm.test";
                            case 1 -> "+49 30 " + (1_234_567 + i);
                            case 2 -> "" + (i + 5) * 271L * 271 * 271;
                            case 3 -> "Müller-Łuk " + i;
                            default -> "AB-" + i + "-xy, second of two";
                        };
                addTexts(lines, MaskingRule.of(masker), text);
            }
        }
    }

    private static void addPlaceholders(List<String> lines) {
        for (String head : List.of("89504e47", "ffd8ff", "47494638", "25504446", "00")) {
            addBytes(lines, "placeholder", ValueForm.BYTES, HexFormat.of().parseHex(head + "00ff"));
        }
        addTexts(
                lines,
                Columns.rule("password-hash", Map.of("test-password", "let me in", "cost", 4)),
                "hunter2");
    }

    private static void addStructures(List<String> lines) {
        MaskingRule ip = MaskingRule.of("ip-address");
        for (String each : List.of("10.1.2.3", "10.1.2.3/24", "2001:db8::1")) {
            addBytes(lines, ip, ValueForm.INET, encoded(ValueForm.INET, each));
        }
        addBytes(lines, ip, ValueForm.CIDR, encoded(ValueForm.CIDR, "10.1.2.0/24"));
        HexFormat octets = HexFormat.ofDelimiter(":");
        MaskingRule mac = MaskingRule.of("mac-address");
        addBytes(lines, mac, ValueForm.MACADDR, octets.parseHex("08:00:2b:01:02:03"));
        addBytes(lines, mac, ValueForm.MACADDR8, octets.parseHex("08:00:2b:ff:fe:01:02:03"));
        addBytes(lines, mac, ValueForm.MACADDR8, octets.parseHex("08:00:2b:11:12:01:02:03"));
        addBytes(
                lines,
                "hstore",
                ValueForm.HSTORE,
                Columns.hstore("email", "anna@firm.test", "gone", null));
        addBytes(lines, "composite", ValueForm.COMPOSITE, Columns.composite("Main Street 5", 77));
        addTexts(
                lines,
                Columns.rule("xml", Map.of("paths", Map.of("//@mail", "email"))),
                "<a mail='anna@firm.test'> Anna &amp; Bob <b>12</b></a>",
                "Anna");
        addTexts(
                lines,
                Columns.rule(
                        "delimited", Map.of("separator", ";", "columns", Map.of("2", "email"))),
                "Anna; anna@firm.test ;12");
        addTexts(
                lines,
                Columns.rule("url-query", Map.of("parameters", Map.of("mail", "email"))),
                "https://anna:x1@firm.test/p?mail=anna%40firm.test&q=Zo%C3%AB+M",
                "n/a");
    }

    private static byte[] encoded(ValueForm form, String address) {
        return Objects.requireNonNull(NetworkAddress.encode(form, address));
    }

    private static void addPeopleAndPlaces(List<String> lines) {
        for (String masker : List.of("username", "social-handle")) {
            addTexts(lines, MaskingRule.of(masker), "@anna", "anna.k", "n/a");
            addTexts(lines, Columns.rule(masker, Map.of("unique", false)), "@anna", "anna.k");
        }
        addTexts(lines, MaskingRule.of("company"), "Keller & Co. GmbH", "Acme Inc.", "n/a");
        addTexts(lines, MaskingRule.of("job-title"), "Clerk", "n/a");
        addTexts(lines, MaskingRule.of("url"), "https://firm.test/x?y=1", "www.firm.test", "n/a");
        addTexts(lines, MaskingRule.of("house-number"), "12", "12b", "7-9 C");
        addBytes(lines, "house-number", ValueForm.INT4, Columns.int4(12));
        addTexts(lines, Columns.rule("street", Map.of("house-number", false)), "Hauptstr.", "n/a");
        addTexts(lines, MaskingRule.of("region"), "Bayern", "NY");
        addTexts(lines, MaskingRule.of("country"), "DE", "deu", "276", "Germany", "Narnia");
        addTexts(lines, Columns.rule("postcode", Map.of("country", "GB")), "SW1A 1AA", "n/a");
        addTexts(lines, Columns.rule("postcode", Map.of("country", "US")), "10001", "94105-1234");
        addTexts(lines, MaskingRule.of("title"), "Mr", "Frau", "Dr.");
        addTexts(lines, MaskingRule.of("gender"), "m", "Female", "2", "n/a");
        List<String> berlin = List.of("Berlin", "10115", "DE");
        List<String> names = List.of("region", "postcode", "country");
        addRow(lines, place("city", names), "Berlin", berlin);
        addRow(lines, place("city", names), "Zossen", List.of("Brandenburg", "", "?"));
        addRow(
                lines,
                place("region", List.of("city", "country")),
                "NY",
                List.of("Albany", "United States"));
        addRow(
                lines,
                place("postcode", List.of("city", "region", "country")),
                "10115",
                List.of("Berlin", "Berlin", "DE"));
        MaskingRule told = Columns.rule("first-name", Map.of("gender", "g", "culture", "c"));
        addRow(lines, told, "Anna", List.of("f", "DE"));
        addRow(lines, told, "Anna", List.of("Herr", "fr_FR"));
        addRow(lines, told, "Anna", List.of("?", "?"));
        addRow(lines, Columns.rule("last-name", Map.of("culture", "c")), "Real", List.of("PL"));
        addRow(lines, Columns.rule("full-name", Map.of("gender", "g")), "Ann Real", List.of("2"));
        addRow(lines, Columns.rule("title", Map.of("gender", "g")), "Mrs", List.of("m"));
        addRow(
                lines,
                Columns.rule("gender", Map.of("of", List.of("first", "last"))),
                "m",
                List.of("Ann", "Real"));
        addRow(
                lines,
                Columns.rule("username", Map.of("from", List.of("first"))),
                "ann",
                List.of("Zoë"));
    }

    private static MaskingRule place(String part, List<String> columns) {
        Map<String, Object> parameters = new TreeMap<>(Map.of("part", part));
        columns.forEach(each -> parameters.put(each, each));
        return Columns.rule("place", parameters);
    }

    /// @param others what the columns hold that the rule reads, masked as well
    private static void addRow(
            List<String> lines, MaskingRule rule, String value, List<String> others) {
        List<List<byte[]>> columns =
                others.stream().map(each -> List.of(Columns.utf8(each))).toList();
        byte[] masked =
                Columns.mask(
                                rule,
                                Columns.text(),
                                List.of(Columns.utf8(value)),
                                others.stream().map(each -> Columns.text()).toList(),
                                columns,
                                columns)
                        .getFirst();
        lines.add(
                "%s | %s %s | %s"
                        .formatted(
                                named(rule),
                                value,
                                others,
                                new String(
                                        Objects.requireNonNull(masked), StandardCharsets.UTF_8)));
    }

    private static void addCryptoAddresses(List<String> lines) {
        addTexts(
                lines,
                MaskingRule.of("crypto-address"),
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359",
                "n/a");
    }

    private static void addCarriedNumbers(List<String> lines) {
        CarriedNumberTest.kinds()
                .forEach(kind -> {
                    List<String> texts = new ArrayList<>(kind.examples());
                    texts.addAll(List.of("n/a", "123-45-6788", "123456789012345"));
                    addTexts(lines, kind.rule(), texts.toArray(String[]::new));
                });
        addTexts(
                lines,
                MaskingRule.of("payment-card"),
                "4929 1234 5678 9016",
                "5105105105105100",
                "371449635398431",
                "9999999999999995");
        for (String masker :
                List.of(
                        "passport",
                        "driver-licence",
                        "licence-plate",
                        "medical-record-number",
                        "account-number")) {
            addTexts(lines, MaskingRule.of(masker), "C01X-00T47", "0012345", "n/a");
        }
        addBytes(lines, "us-ssn", ValueForm.INT4, Columns.int4(536_904_399));
        addBytes(lines, "us-ssn", ValueForm.INT4, Columns.int4(12_345_678));
        addBytes(lines, "us-ssn", ValueForm.INT4, Columns.int4(1234));
        addBytes(lines, "uk-nhs-number", ValueForm.INT8, Columns.int8(9_434_765_870L));
        addBytes(lines, "nl-bsn", ValueForm.NUMERIC, Columns.numeric("111222333"));
    }

    private static void addTechnical(List<String> lines) {
        addTexts(
                lines,
                MaskingRule.of("ip-address"),
                "10.1.2.3",
                "10.1.2.99",
                "10.1.2.0/24",
                "10.1.2.3/24",
                "2001:db8::1",
                "2001:DB8:0::/48",
                "::ffff:192.0.2.1",
                "n/a");
        addTexts(
                lines,
                Columns.rule("ip-address", Map.of("method", "flat")),
                "10.1.2.3",
                "10.1.2.99",
                "2001:db8::1");
        addTexts(
                lines,
                MaskingRule.of("mac-address"),
                "08:00:2b:01:02:03",
                "08-00-2B-01-02-03",
                "0800.2b01.0203",
                "33:33:00:00:00:01");
        addTexts(lines, Columns.rule("mac-address", Map.of("vendor", "keep")), "08:00:2b:01:02:03");
        addTexts(lines, MaskingRule.of("hostname"), "mail.firm.test", "db-1", "10.0.0.1");
        addTexts(lines, MaskingRule.of("user-agent"), "Mozilla/5.0", "curl/7.1");
        addTexts(
                lines,
                MaskingRule.of("api-token"),
                "9f86d081884c7d659a2feaa0c55ad015",
                "AKIAIOSFODNN7EXAMPLE",
                "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
                "short");
        addTexts(
                lines,
                Columns.rule("api-token", Map.of("prefix", "sk_test_")),
                "sk_live_4eC39HqLyjWDarjtT1zdp7dc");
        addTexts(
                lines,
                MaskingRule.of("password-hash"),
                "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
                "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b7dWRWJTmaasgM6MTi0wM2FFDs",
                "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8",
                "5f4dcc3b5aa765d61d8327deb882cf99",
                "hunter2");
        addTexts(
                lines,
                MaskingRule.of("file-path"),
                "/home/anna/cv 2024.pdf",
                "/home/anna/photo.JPEG",
                "C:\\Users\\anna.keller");
        addTexts(lines, MaskingRule.of("coordinate"), "52.520008, 13.404954", "-0.1 179.9999");
        addTexts(
                lines,
                Columns.rule("coordinate", Map.of("axis", "latitude", "method", "grid")),
                "52.520008");
        MaskingRule longitude = Columns.rule("coordinate", Map.of("axis", "longitude"));
        addBytes(lines, longitude, ValueForm.NUMERIC, Columns.numeric("13.404954"));
        addBytes(
                lines,
                longitude,
                ValueForm.FLOAT8,
                Columns.int8(Double.doubleToLongBits(13.404954)));
        MaskingRule key = Columns.rule("key", Map.of("to", 2_000_000_000));
        for (int each : new int[] {1, 2, 1_999_999_999, 0, -7, 2_100_000_000}) {
            addBytes(lines, key, ValueForm.INT4, Columns.int4(each));
        }
        MaskingRule smallKey = Columns.rule("key", Map.of("from", 10, "to", 9999));
        addBytes(lines, smallKey, ValueForm.INT8, Columns.int8(77));
    }

    private static void addQuantities(List<String> lines) {
        MaskingRule round = Columns.rule("round", Map.of("step", 250));
        addBytes(lines, round, ValueForm.INT4, Columns.int4(12_345));
        addBytes(lines, round, ValueForm.NUMERIC, Columns.numeric("-12345.67"));
        MaskingRule bucket = Columns.rule("bucket", Map.of("bounds", List.of(0, 18, 30)));
        addBytes(lines, bucket, ValueForm.INT2, Columns.int2(29));
        MaskingRule clamp = Columns.rule("clamp", Map.of("max", 90));
        addBytes(lines, clamp, ValueForm.NUMERIC, Columns.numeric("104.5"));
        MaskingRule truncate = Columns.rule("truncate", Map.of("to", "week"));
        addBytes(lines, truncate, ValueForm.DATE, Columns.int4(9000));
        MaskingRule birthDate = Columns.rule("birth-date", Map.of("on", "2026-01-01"));
        addBytes(lines, birthDate, ValueForm.DATE, Columns.int4(-5000));
        addBytes(lines, birthDate, ValueForm.DATE, Columns.int4(-30_000));
        addBytes(lines, birthDate, ValueForm.TIMESTAMP, Columns.int8(604_800_123_456L));
        MaskingRule shiftTime = MaskingRule.of("shift-time");
        addBytes(lines, shiftTime, ValueForm.TIME, Columns.int8(36_000_000_000L));
        addBytes(lines, shiftTime, ValueForm.TIME, Columns.int8(36_000_123_456L));
        addBytes(lines, shiftTime, ValueForm.TIMESTAMPTZ, Columns.int8(604_800_123_456L));
    }

    private static void addWritten(List<String> lines) {
        String[] texts = {"anna@firm.test", "A-123", "north"};
        addTexts(lines, MaskingRule.of("tokenise"), texts);
        addTexts(lines, Columns.rule("tokenise", Map.of("prefix", "tok_", "length", 25)), texts);
        addTexts(lines, Columns.rule("template", Map.of("text", "C-{digits:6}-{upper:2}")), texts);
        addTexts(
                lines,
                Columns.rule("template", Map.of("text", "{first-name} {last-name} {hex:20}")),
                texts);
        addTexts(
                lines,
                Columns.rule("dictionary", Map.of("words", List.of("north", "south", "west"))),
                texts);
        addTexts(
                lines,
                Columns.rule("categorical", Map.of("values", List.of("north", "south", "west"))),
                texts);
        addTexts(lines, Columns.rule("redact", Map.of("style", "ends")), texts);
        addTexts(
                lines,
                Columns.rule("uuid", Map.of("version", "keep")),
                "01932c07-209f-7c31-8a5b-6f1d2e3c4b5a");
    }

    private static void addTexts(List<String> lines, MaskingRule rule, String... texts) {
        List<String> masked = Columns.maskText(rule, Columns.text(), texts);
        for (int i = 0; i < texts.length; i++) {
            lines.add("%s | %s | %s".formatted(named(rule), texts[i], masked.get(i)));
        }
    }

    private static void addSpellings(List<String> lines) {
        HexFormat hex = HexFormat.of();
        addBytes(lines, "uuid", ValueForm.BYTES, hex.parseHex("0b5a2f6e1f3c4a579d0e7c1f7d5a9b10"));
        addBytes(lines, "uuid", ValueForm.BYTES, new byte[] {1, 2, 3});
        MaskingRule any = Columns.rule("uuid", Map.of("spelling", "any"));
        for (String text :
                List.of(
                        "0B5A2F6E-1F3C-4A57-9D0E-7C1F7D5A9B10",
                        "0b5a2f6e1f3c4a579d0e7c1f7d5a9b10")) {
            lines.add(
                    "%s | %s | %s"
                            .formatted(
                                    named(any),
                                    text,
                                    Columns.maskText(any, Columns.text(), text).getFirst()));
        }
    }

    /// `coordinate axis: latitude, method: grid`
    private static String named(MaskingRule rule) {
        return rule.masker()
                + new TreeMap<>(rule.parameters())
                        .entrySet().stream()
                                .map(each -> each.getKey() + ": " + each.getValue())
                                .collect(Collectors.joining(", ", " ", ""))
                                .stripTrailing();
    }

    private static void addBytes(List<String> lines, String masker, ValueForm form, byte[] value) {
        addBytes(lines, MaskingRule.of(masker), form, value);
    }

    private static void addBytes(
            List<String> lines, MaskingRule rule, ValueForm form, byte[] value) {
        ColumnMasker bound = Columns.bind(rule, Columns.of(form));
        byte[] masked = Objects.requireNonNull(Columns.mask(bound, List.of(value)).getFirst());
        HexFormat hex = HexFormat.of();
        lines.add(
                "%s %s | %s | %s"
                        .formatted(named(rule), form, hex.formatHex(value), hex.formatHex(masked)));
    }

    /// Prints the file anew.
    public static void main(String[] arguments) {
        lines().forEach(System.out::println);
    }
}
