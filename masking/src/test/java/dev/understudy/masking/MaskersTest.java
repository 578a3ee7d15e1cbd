package dev.understudy.masking;

import static dev.understudy.masking.Columns.KEYS;
import static dev.understudy.masking.Columns.bind;
import static dev.understudy.masking.Columns.int2;
import static dev.understudy.masking.Columns.int4;
import static dev.understudy.masking.Columns.int8;
import static dev.understudy.masking.Columns.maskText;
import static dev.understudy.masking.Columns.numeric;
import static dev.understudy.masking.Columns.numericText;
import static dev.understudy.masking.Columns.rule;
import static dev.understudy.masking.Columns.text;
import static dev.understudy.masking.Columns.utf8;
import static dev.understudy.masking.Columns.varchar;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What single maskers do beyond the laws that all obey.
final class MaskersTest {
    @Test
    void everyDistinctAddressGetsItsOwn() {
        int count = 100_000;
        String[] addresses = new String[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = "user" + i + "@company" + i % 50 + ".test";
        }
        List<String> masked = maskText(MaskingRule.of("email"), text(), addresses);
        assertThat(new HashSet<>(masked)).hasSize(count);
        assertThat(masked)
                .allMatch(each ->
                        each.matches(
                                "[a-z]{1,8}\\.[a-z]{1,9}\\.[a-z2-7]{16}@example\\.(com|net|org)"));
    }

    @Test
    void addressesFitShortColumnsAndStayUnique() {
        String masked = maskText(MaskingRule.of("email"), varchar(28), "anna@firm.test").getFirst();
        assertThat(masked).hasSize(28).matches("[a-z2-7]{16}@example\\.(com|net|org)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n/a", "none", "@", "anna at firm", "x@"})
    void whatIsNoAddressIsScrambledAndCounted(String value) {
        MaskedValues out = new MaskedValues();
        Columns.mask(
                bind(MaskingRule.of("email"), text()),
                List.of(utf8(value), utf8("anna@firm.test"), utf8(value)),
                out);
        assertThat(out.count()).isEqualTo(3);
        assertThat(out.unfit()).isEqualTo(2);
        String masked =
                new String(out.bytes(), out.start(0), out.length(0), StandardCharsets.UTF_8);
        assertThat(masked).hasSize(value.length());
        if (!value.equals("@")) {
            assertThat(masked).isNotEqualTo(value);
        }
        String third = new String(out.bytes(), out.start(2), out.length(2), StandardCharsets.UTF_8);
        assertThat(third).isEqualTo(masked);
    }

    @Test
    void phonesKeepTheirLayoutAndCountryCode() {
        assertThat(maskText("phone", "+49 (30) 1234-5678"))
                .matches("\\+49 \\(\\d\\d\\) \\d{4}-\\d{4}");
        assertThat(maskText("phone", "+1-202-555-0123")).matches("\\+1-\\d{3}-\\d{3}-\\d{4}");
        assertThat(maskText("phone", "030 1234567")).matches("0\\d\\d \\d{7}");
        assertThat(maskText("phone", "+351912345678")).matches("\\+351\\d{9}");
        assertThat(maskText("phone", "+49 (30) 1234-5678")).isNotEqualTo("+49 (30) 1234-5678");
        assertThat(maskText("phone", "call me"))
                .matches("[a-z]{4} [a-z]{2}")
                .isNotEqualTo("call me");
    }

    @Test
    void wordsBesideDigitsDoNotComeThrough() {
        MaskedValues out = new MaskedValues();
        Columns.mask(
                bind(MaskingRule.of("digits"), text()),
                List.of(
                        utf8("0171/1234567 (Anna privat)"),
                        utf8("17 Élodie 12345678"),
                        utf8("ORDER-12345"),
                        utf8("4f2ab-99")),
                out);
        assertThat(out.unfit()).isEqualTo(2);
        assertThat(maskText("digits", "0171/1234567 (Anna privat)")).doesNotContain("Anna");
        assertThat(maskText("digits", "17 Élodie 12345678")).doesNotContain("lodie");
        assertThat(maskText("digits", "ORDER-12345")).matches("ORDER-\\d{5}");
    }

    @Test
    void integersOfEveryTypeAndTextAgree() {
        for (String masker : List.of("digits", "hash")) {
            for (int number : new int[] {0, 7, 42, 123, 999, 12_345, 32_767, -1, -32_768}) {
                long two = ByteBuffer.wrap(one(masker, ValueForm.INT2, int2(number))).getShort();
                long four = ByteBuffer.wrap(one(masker, ValueForm.INT4, int4(number))).getInt();
                long eight = ByteBuffer.wrap(one(masker, ValueForm.INT8, int8(number))).getLong();
                assertThat(two).as("%s of %d", masker, number).isEqualTo(four).isEqualTo(eight);
            }
        }
        for (long number :
                new long[] {
                    0,
                    5,
                    123,
                    40_000,
                    123_456,
                    2_147_483_647,
                    9_999_999_999L,
                    Long.MAX_VALUE,
                    Long.MIN_VALUE,
                    -5,
                    -2_147_483_648,
                    -99_999
                }) {
            long eight = ByteBuffer.wrap(one("digits", ValueForm.INT8, int8(number))).getLong();
            String decimal = numericText(one("digits", ValueForm.NUMERIC, numeric("" + number)));
            String padded = numericText(one("digits", ValueForm.NUMERIC, numeric(number + ".00")));
            assertThat(decimal).isEqualTo("" + eight).isEqualTo(padded);
            assertThat(maskText("digits", "" + number)).isEqualTo("" + eight);
        }
    }

    @Test
    void digitsPermuteEveryLengthWithinItsType() {
        Set<Integer> seen = new HashSet<>();
        List<byte @Nullable []> all = new ArrayList<>();
        for (int i = Short.MIN_VALUE; i <= Short.MAX_VALUE; i++) {
            all.add(int2(i));
        }
        int i = Short.MIN_VALUE;
        for (byte[] each :
                Columns.mask(bind(MaskingRule.of("digits"), Columns.of(ValueForm.INT2)), all)) {
            int masked = ByteBuffer.wrap(each).getShort();
            assertThat(seen.add(masked)).isTrue();
            assertThat(("" + masked).length()).isEqualTo(("" + i).length());
            i++;
        }
        seen.clear();
        for (byte[] each :
                Columns.mask(bind(MaskingRule.of("hash"), Columns.of(ValueForm.INT2)), all)) {
            assertThat(seen.add((int) ByteBuffer.wrap(each).getShort())).isTrue();
        }
    }

    @Test
    void digitsKeepLayoutAndLeadingZero() {
        assertThat(maskText("digits", "DE89 3704 0044 0532 0130 00"))
                .matches("DE\\d\\d( \\d{4}){4} \\d\\d");
        assertThat(maskText("digits", "00123")).matches("0\\d{4}").isNotEqualTo("00123");
        assertThat(maskText("digits", "1".repeat(60))).matches("[1-9]\\d{59}");
        assertThat(maskText("digits", "John 5")).doesNotContain("John");
        assertThat(maskText("digits", "-0")).isEqualTo("-0");
    }

    @Test
    void fractionsOfNumericsStayUnique() {
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            values.add(numeric("%d.%02d".formatted(i / 100, i % 100)));
        }
        Set<String> seen = new HashSet<>();
        for (byte[] each :
                Columns.mask(
                        bind(MaskingRule.of("digits"), Columns.of(ValueForm.NUMERIC)), values)) {
            seen.add(numericText(each));
        }
        assertThat(seen).hasSize(10_000);
    }

    @Test
    void scrambleKeepsCaseLengthAndPunctuation() {
        assertThat(maskText("text-scramble", "Anna-Lena O'Neil, 3rd"))
                .matches("[A-Z][a-z]{3}-[A-Z][a-z]{3} [A-Z]'[A-Z][a-z]{3}, \\d[a-z]{2}");
        String mixed = "Zoë Müller Łódź Иван Ελλάδα 東京都 서울 ไทย 😀";
        String masked = maskText("text-scramble", mixed);
        assertThat(masked.codePointCount(0, masked.length()))
                .isEqualTo(mixed.codePointCount(0, mixed.length()));
        assertThat(utf8(masked)).hasSameSizeAs(utf8(mixed));
        assertThat(masked).endsWith(" 😀").doesNotContain("Иван", "東京", "서울", "ไทย");
        assertThat(maskText("text-scramble", "Smith").toLowerCase(java.util.Locale.ROOT))
                .isEqualTo(maskText("text-scramble", "smith"));
    }

    @Test
    void scrambleIsInjectiveOnShortCodes() {
        List<String> codes = new ArrayList<>();
        for (char a = 'a'; a <= 'z'; a++) {
            codes.add("" + a);
            for (char b = 'A'; b <= 'Z'; b++) {
                codes.add("" + a + b);
                codes.add("" + a + b + (b % 10));
            }
        }
        List<String> masked =
                maskText(MaskingRule.of("text-scramble"), text(), codes.toArray(String[]::new));
        assertThat(new HashSet<>(masked)).hasSize(codes.size());
    }

    @Test
    void longTextsAreMaskedWhole() {
        String text = "the quick brown fox ".repeat(60_000);
        String masked = maskText("text-scramble", text);
        assertThat(masked).hasSameSizeAs(text);
        assertThat(masked).doesNotContain("quick", "brown");
    }

    @Test
    void composedAndDecomposedTextAgree() {
        assertThat(maskText("hash", "Zoe\u0308")).isEqualTo(maskText("hash", "Zo\u00EB"));
    }

    @Test
    void strayBytesAreNoWayThrough() {
        byte[] broken = {'a', (byte) 0xC3, (byte) 0xFF, 'b', (byte) 0xE4};
        byte[] masked =
                Columns.mask(bind(MaskingRule.of("text-scramble"), text()), List.of(broken))
                        .getFirst();
        assertThat(new String(masked, StandardCharsets.US_ASCII)).matches("[a-z].*[a-z].*");
        assertThat(masked).doesNotContain((byte) 0xFF);
    }

    @Test
    void charactersOfFixedLengthStayPaddedAndAgreeWithText() {
        ColumnProfile padded = Columns.of(ValueForm.TEXT, "character(10)", 10);
        MaskingRule hash = rule("hash", Map.of("encoding", "base32", "length", 6));
        String masked = maskText(hash, padded, "ab        ").getFirst();
        assertThat(masked).hasSize(10).endsWith("    ");
        assertThat(maskText(hash, text(), "ab").getFirst()).isEqualTo(masked.strip());
        assertThat(
                        maskText(rule("constant", Map.of("value", "x")), padded, "ab        ")
                                .getFirst())
                .isEqualTo("x         ");
    }

    @Test
    void columnsThatIgnoreCaseMaskWithoutIt() {
        ColumnProfile citext = ColumnProfile.of("public.t.c", "citext", ValueForm.TEXT);
        List<String> masked =
                maskText(MaskingRule.of("email"), citext, "Anna@Firm.test", "anna@firm.TEST");
        assertThat(masked.getFirst()).isEqualTo(masked.getLast());
    }

    @Test
    void namesComeFromTheDictionaryAndFit() {
        Set<String> seen = new HashSet<>();
        String[] names = new String[2000];
        Arrays.setAll(names, i -> "Name" + i);
        for (String masked : maskText(MaskingRule.of("last-name"), varchar(5), names)) {
            assertThat(masked.codePointCount(0, masked.length())).isLessThanOrEqualTo(5);
            seen.add(masked);
        }
        assertThat(seen).hasSizeGreaterThan(80);
        String name = maskText("first-name", "Zzyzx");
        assertThat(maskText("first-name", name)).isNotEqualTo(name);
    }

    @Test
    void datesMoveWithinTheirBoundsAndKeepTheTimeOfDay() {
        ColumnMasker dates =
                bind(rule("shift-date", Map.of("max-days", 10)), Columns.of(ValueForm.DATE));
        ColumnMasker times =
                bind(rule("shift-date", Map.of("max-days", 10)), Columns.of(ValueForm.TIMESTAMPTZ));
        Set<Integer> shifts = new HashSet<>();
        for (int day = 0; day < 1000; day++) {
            int shifted =
                    ByteBuffer.wrap(Columns.mask(dates, List.of(int4(day))).getFirst()).getInt();
            shifts.add(shifted - day);
            long micros = day * 86_400_000_000L + 12_345;
            long moved =
                    ByteBuffer.wrap(Columns.mask(times, List.of(int8(micros))).getFirst())
                            .getLong();
            assertThat(moved - micros).isEqualTo((shifted - day) * 86_400_000_000L);
        }
        assertThat(shifts).hasSize(20).doesNotContain(0).allMatch(each -> Math.abs(each) <= 10);
    }

    @Test
    void infinitiesStayAndTheEndsOfTimeHold() {
        for (String masker : List.of("shift-date", "year")) {
            for (int day : new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                assertThat(one(masker, ValueForm.DATE, int4(day))).isEqualTo(int4(day));
            }
            for (long micros : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
                assertThat(one(masker, ValueForm.TIMESTAMP, int8(micros))).isEqualTo(int8(micros));
            }
            for (int day : new int[] {Calendar.FIRST_DAY, Calendar.LAST_DAY}) {
                assertThat(ByteBuffer.wrap(one(masker, ValueForm.DATE, int4(day))).getInt())
                        .isBetween(Calendar.FIRST_DAY, Calendar.LAST_DAY);
            }
        }
    }

    @Test
    void datesOfNoCalendarTellNothing() {
        int partial = Integer.MIN_VALUE + 1 + (2010 << 9 | 12);
        int zero = Integer.MIN_VALUE + 1;
        long partialTime = Long.MIN_VALUE + 1 + (2010 << 9 | 12) * 86_400_000_000L + 4711;
        long zeroTime = Long.MIN_VALUE + 1;
        for (MaskingRule rule :
                List.of(
                        MaskingRule.of("shift-date"),
                        rule("shift-date", Map.of("alike", true)),
                        MaskingRule.of("year"),
                        rule("truncate", Map.of("to", "month")),
                        rule("birth-date", Map.of("on", "2026-01-01")))) {
            ColumnMasker dates = bind(rule, Columns.of(ValueForm.DATE));
            assertThat(Columns.mask(dates, List.of(int4(partial), int4(zero))))
                    .as(rule.masker())
                    .containsExactly(int4(zero), int4(zero));
            ColumnMasker times = bind(rule, Columns.of(ValueForm.TIMESTAMP));
            assertThat(Columns.mask(times, List.of(int8(partialTime), int8(zeroTime))))
                    .as(rule.masker())
                    .containsExactly(int8(zeroTime), int8(zeroTime));
        }
    }

    @Test
    void theCalendarAgreesWithJava() {
        LocalDate epoch = LocalDate.of(2000, 1, 1);
        byte[] to = new byte[20];
        for (int day = -800_000; day < 3_000_000; day += 17) {
            LocalDate date = epoch.plusDays(day);
            int length = Calendar.write(day, to, 0);
            if (date.getYear() >= 0 && date.getYear() <= 9999) {
                assertThat(new String(to, 0, length, StandardCharsets.US_ASCII))
                        .isEqualTo(date.toString());
            }
            assertThat(Calendar.firstOfYear(day))
                    .isEqualTo(epoch.until(date.withDayOfYear(1), ChronoUnit.DAYS));
        }
    }

    @Test
    void uuidsAndTheirTextsAgree() {
        String original = "0b5a2f6e-1f3c-4a57-9d0e-7c1f7d5a9b10";
        ByteBuffer bytes = ByteBuffer.allocate(16);
        java.util.UUID uuid = java.util.UUID.fromString(original);
        bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        ByteBuffer masked = ByteBuffer.wrap(one("uuid", ValueForm.UUID, bytes.array()));
        java.util.UUID pseudonym = new java.util.UUID(masked.getLong(), masked.getLong());
        assertThat(pseudonym.version()).isEqualTo(4);
        assertThat(pseudonym.variant()).isEqualTo(2);
        assertThat(maskText("uuid", original)).isEqualTo(pseudonym.toString());
    }

    @Test
    void uuidsAgreeHoweverTheyAreWritten() {
        String original = "0b5a2f6e-1f3c-4a57-9d0e-7c1f7d5a9b10";
        String pseudonym = maskText("uuid", original);
        byte[] bytes = HexFormat.of().parseHex(original.replace("-", ""));
        assertThat(HexFormat.of().formatHex(one("uuid", ValueForm.BYTES, bytes)))
                .isEqualTo(pseudonym.replace("-", ""));
        MaskingRule any = rule("uuid", Map.of("spelling", "any"));
        for (String spelling :
                List.of(
                        original,
                        original.toUpperCase(Locale.ROOT),
                        original.replace("-", ""),
                        original.replace("-", "").toUpperCase(Locale.ROOT))) {
            String masked = maskText(any, text(), spelling).getFirst();
            assertThat(masked.toLowerCase(Locale.ROOT).replace("-", ""))
                    .isEqualTo(pseudonym.replace("-", ""));
            assertThat(masked.length()).isEqualTo(spelling.length());
            assertThat(masked.equals(masked.toUpperCase(Locale.ROOT)))
                    .isEqualTo(spelling.equals(spelling.toUpperCase(Locale.ROOT)));
        }
        assertThat(maskText(any, text(), "n/a")).containsExactly(maskText("uuid", "n/a"));
    }

    @Test
    void aRuleMayTakeTextsThatDifferInCaseForOne() {
        var ignoring =
                new MaskingRule(
                        "email",
                        Map.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        true);
        assertThat(maskText(ignoring, text(), "Anna@Firm.Test"))
                .containsExactly(maskText("email", "anna@firm.test"));
        assertThat(maskText("email", "Anna@Firm.Test"))
                .isNotEqualTo(maskText("email", "anna@firm.test"));
    }

    @Test
    void paddedNumbersAgreeWithOthers() {
        ColumnProfile padded = Columns.of(ValueForm.TEXT, "character(10)", 10);
        assertThat(maskText(MaskingRule.of("digits"), padded, "42        ").getFirst().strip())
                .isEqualTo(maskText("digits", "42"));
    }

    @Test
    void enumsBecomeOtherLabels() {
        ColumnProfile column = Columns.of(ValueForm.ENUM);
        Set<String> seen = new HashSet<>();
        for (String label : column.labels()) {
            String masked = maskText(MaskingRule.of("choice"), column, label).getFirst();
            assertThat(masked).isNotEqualTo(label).isIn(column.labels());
            seen.add(masked);
        }
        assertThat(seen).hasSize(4);
    }

    @Test
    void choicesAreTheGivenValues() {
        MaskingRule rule = rule("choice", Map.of("values", List.of("a", "b", 3)));
        assertThat(maskText(rule, text(), "x", "y", "z", "u", "v", "w")).isSubsetOf("a", "b", "3");
    }

    @Test
    void noiseMovesALittle() {
        for (int number :
                new int[] {1, 10, 1000, 1_000_000, -77, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            int masked = ByteBuffer.wrap(one("noise", ValueForm.INT4, int4(number))).getInt();
            assertThat(masked).isNotEqualTo(number);
            assertThat(Math.abs((double) masked - number))
                    .isLessThanOrEqualTo(Math.max(1, Math.abs(number * 0.1001)));
        }
        assertThat(one("noise", ValueForm.INT4, int4(0))).isEqualTo(int4(0));
        String amount = numericText(one("noise", ValueForm.NUMERIC, numeric("1234.56")));
        assertThat(amount).isNotEqualTo("1234.56").matches("1[0-9]{3}(\\.[0-9]{1,2})?");
    }

    @Test
    void noiseStaysOnItsSideOfMarks() {
        MaskingRule positive = rule("noise", Map.of("percent", 90, "from", 0));
        MaskingRule between = rule("noise", Map.of("percent", 90, "from", 5, "to", 7.5));
        for (int i = 1; i < 200; i++) {
            String cents = BigDecimal.valueOf(i, 2).toPlainString();
            assertThat(
                            new BigDecimal(
                                    numericText(one(positive, ValueForm.NUMERIC, numeric(cents)))))
                    .isPositive()
                    .isNotEqualByComparingTo(cents);
            assertThat(number(positive, i)).isPositive().isNotEqualTo(i);
            assertThat(number(positive, -i)).isNotEqualTo(-i);
            double real = i / 64.0;
            byte[] bytes = int8(Double.doubleToLongBits(real));
            double masked = ByteBuffer.wrap(one(between, ValueForm.FLOAT8, bytes)).getDouble();
            if (real >= 5 && real <= 7.5) {
                assertThat(masked).isBetween(5.0, 7.5);
            }
        }
        assertThat(number(between, 5)).isIn(6, 7, 5);
        assertThat(number(between, 6)).isIn(6, 7);
        assertThat(number(between, 7)).isIn(6, 7);
    }

    private static int number(MaskingRule rule, int number) {
        return ByteBuffer.wrap(one(rule, ValueForm.INT4, int4(number))).getInt();
    }

    @Test
    void redactingShowsTheShapeOrNothing() {
        assertThat(maskText("redact", "secret")).isEqualTo("[redacted]");
        assertThat(maskText(MaskingRule.of("redact"), varchar(3), "secret")).containsExactly("***");
        assertThat(maskText(rule("redact", Map.of("style", "shape")), text(), "Ab-12 é").getFirst())
                .isEqualTo("Xx-99 x");
        assertThat(one("redact", ValueForm.BYTES, utf8("secret"))).isEmpty();
        assertThat(new String(one("redact", ValueForm.JSON, utf8("{}")), StandardCharsets.UTF_8))
                .isEqualTo("\"[redacted]\"");
    }

    @Test
    void constantsTakeTheFormOfTheColumn() {
        record Constant(ValueForm form, Object value, byte[] expected) {}
        for (Constant each :
                List.of(
                        new Constant(ValueForm.TEXT, 5, utf8("5")),
                        new Constant(ValueForm.ENUM, "paid", utf8("paid")),
                        new Constant(ValueForm.INT2, 5, int2(5)),
                        new Constant(ValueForm.INT4, -5, int4(-5)),
                        new Constant(ValueForm.INT8, "5", int8(5)),
                        new Constant(ValueForm.FLOAT4, 1.5, int4(Float.floatToIntBits(1.5f))),
                        new Constant(ValueForm.FLOAT8, -1.5, int8(Double.doubleToLongBits(-1.5))),
                        new Constant(ValueForm.NUMERIC, 10.25, numeric("10.25")),
                        new Constant(ValueForm.BOOL, true, new byte[] {1}),
                        new Constant(ValueForm.DATE, "2000-01-02", int4(1)),
                        new Constant(ValueForm.DATE, "1999-12-31", int4(-1)),
                        new Constant(ValueForm.TIME, "00:00:01", int8(1_000_000)),
                        new Constant(ValueForm.TIMESTAMP, "2000-01-01 00:00:01", int8(1_000_000)),
                        new Constant(ValueForm.TIMESTAMPTZ, "2000-01-01T01:00:00+01:00", int8(0)),
                        new Constant(ValueForm.BYTES, "\\x00ff", new byte[] {0, -1}),
                        new Constant(
                                ValueForm.JSON,
                                Map.of("a", List.of(1, "b", true)),
                                utf8("{\"a\":[1,\"b\",true]}")),
                        new Constant(ValueForm.JSONB, "x", utf8("\u0001\"x\"")))) {
            MaskingRule rule = rule("constant", Map.of("value", each.value()));
            byte[] masked =
                    Columns.mask(bind(rule, Columns.of(each.form())), List.of(new byte[8]))
                            .getFirst();
            assertThat(masked).as("%s", each.form()).isEqualTo(each.expected());
        }
    }

    @Test
    void arraysAreMaskedElementByElement() {
        byte[] first = array(utf8("anna@firm.test"), null, utf8("n/a"));
        byte[] second = array(utf8("anna@firm.test"));
        byte[] empty = ByteBuffer.allocate(12).putInt(0).putInt(0).putInt(25).array();
        List<byte @Nullable []> values = new ArrayList<>(List.of(first, empty, second));
        values.add(1, null);
        MaskedValues out = new MaskedValues();
        Columns.mask(bind(MaskingRule.of("email"), Columns.array(text())), values, out);
        assertThat(out.count()).isEqualTo(4);
        assertThat(out.unfit()).isEqualTo(1);
        assertThat(out.length(1)).isEqualTo(ColumnValues.NULL);
        List<@Nullable String> masked =
                elements(
                        Arrays.copyOfRange(
                                out.bytes(), out.start(0), out.start(0) + out.length(0)));
        assertThat(masked.getFirst()).isEqualTo(maskText("email", "anna@firm.test"));
        assertThat(masked.get(1)).isNull();
        assertThat(masked.get(2)).matches("[a-z]/[a-z]");
        assertThat(Arrays.copyOfRange(out.bytes(), out.start(2), out.start(2) + out.length(2)))
                .isEqualTo(empty);
        assertThat(
                        elements(
                                Arrays.copyOfRange(
                                        out.bytes(), out.start(3), out.start(3) + out.length(3))))
                .containsExactly(masked.getFirst());
    }

    @Test
    void constantsStandForEachElementOfAnArray() {
        byte[] values = array(new byte[] {1}, null, new byte[] {0});
        ColumnMasker constant =
                bind(
                        rule("constant", Map.of("value", false)),
                        Columns.array(Columns.of(ValueForm.BOOL)));

        assertThat(Columns.mask(constant, List.of(values)).getFirst())
                .isEqualTo(array(new byte[] {0}, null, new byte[] {0}));
    }

    @Test
    void keysOfAnotherEpochOrDomainGiveOtherPseudonyms() {
        MaskingRule other =
                new MaskingRule("hash", Map.of(), Optional.of("people"), Optional.empty());
        assertThat(maskText(other, text(), "anna"))
                .isNotEqualTo(maskText(MaskingRule.of("hash"), text(), "anna"));
        ColumnMasker next =
                Maskers.named("hash")
                        .orElseThrow()
                        .bind(
                                MaskingRule.of("hash"),
                                text(),
                                MaskingKeys.of("a secret of the tests, no other", 2));
        assertThat(Columns.mask(next, List.of(utf8("anna"))).getFirst())
                .isNotEqualTo(utf8(maskText("hash", "anna")));
        assertThat(KEYS.toString()).doesNotContain("secret");
    }

    static byte[] array(byte @Nullable []... elements) {
        int size = 20;
        boolean nulls = false;
        for (byte @Nullable [] element : elements) {
            size += 4 + (element == null ? 0 : element.length);
            nulls |= element == null;
        }
        ByteBuffer to = ByteBuffer.allocate(size);
        to.putInt(1).putInt(nulls ? 1 : 0).putInt(25).putInt(elements.length).putInt(1);
        for (byte @Nullable [] element : elements) {
            if (element == null) {
                to.putInt(-1);
            } else {
                to.putInt(element.length).put(element);
            }
        }
        return to.array();
    }

    private static List<@Nullable String> elements(byte[] array) {
        ByteBuffer from = ByteBuffer.wrap(array, 12, array.length - 12);
        int count = from.getInt();
        from.getInt();
        List<@Nullable String> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = from.getInt();
            if (length < 0) {
                elements.add(null);
            } else {
                byte[] bytes = new byte[length];
                from.get(bytes);
                elements.add(new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return elements;
    }

    private static byte[] one(String masker, ValueForm form, byte[] value) {
        return one(MaskingRule.of(masker), form, value);
    }

    private static byte[] one(MaskingRule rule, ValueForm form, byte[] value) {
        byte[] masked = Columns.mask(bind(rule, Columns.of(form)), List.of(value)).getFirst();
        if (masked == null) {
            throw new AssertionError("NULL");
        }
        return masked;
    }
}
