package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The numbers that people carry, held to numbers that authorities and standards publish.
final class CarriedNumberTest {
    private static final long SEED = 20_261_121;
    private static final MaskingRule KEPT_BIN = Columns.rule("payment-card", Map.of("bin", "keep"));

    /// @param examples numbers that are published as examples, all of them valid
    record Kind(String masker, NumberFormat format, List<String> examples) {
        MaskingRule rule() {
            return masker.equals("payment-card") ? KEPT_BIN : MaskingRule.of(masker);
        }

        @Override
        public String toString() {
            return masker;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                kind("us-ssn", PersonNumbers.usSsn(), "536-90-4399", "078051121", "912-90-3456"),
                kind("us-itin", PersonNumbers.usItin(), "912-90-3456"),
                kind("us-npi", PersonNumbers.usNpi(), "1234567893", "1245319599"),
                kind("us-mbi", PersonNumbers.usMbi(), "1EG4-TE5-MK73", "1eg4te5mk73"),
                kind("uk-nino", PersonNumbers.ukNino(), "AB 12 34 56 C", "ab123456c", "AB123456"),
                kind("uk-nhs-number", PersonNumbers.ukNhsNumber(), "943 476 5870", "4505577104"),
                kind("de-steuer-id", PersonNumbers.deSteuerId(), "36 574 261 809", "86095742719"),
                kind(
                        "es-dni",
                        PersonNumbers.esDni(),
                        "54362315-K",
                        "12345678Z",
                        "X-2482300W",
                        "x2482300w"),
                kind(
                        "fr-nir",
                        PersonNumbers.frNir(),
                        "2 95 10 99 126 111 93",
                        "253072B07300470",
                        "253072A07300443",
                        "2951099126111"),
                kind(
                        "it-codice-fiscale",
                        PersonNumbers.itCodiceFiscale(),
                        "RCCMNL83S18D969H",
                        "rccmnl83s18d969h",
                        "00743110157"),
                kind("nl-bsn", PersonNumbers.nlBsn(), "1112.22.333", "111222333"),
                kind("be-national-number", PersonNumbers.beNationalNumber(), "85.07.30-033 28"),
                kind("ch-ahv", PersonNumbers.chAhv(), "756.9217.0769.85"),
                kind(
                        "se-personnummer",
                        PersonNumbers.sePersonnummer(),
                        "880320-0016",
                        "811228+9874",
                        "19811228-9874"),
                kind("no-fodselsnummer", PersonNumbers.noFodselsnummer(), "151086 95088"),
                kind("dk-cpr", PersonNumbers.dkCpr(), "211062-5629"),
                kind("fi-hetu", PersonNumbers.fiHetu(), "131052-308T", "131052A308T"),
                kind("pl-pesel", PersonNumbers.plPesel(), "44051401359", "02211307589"),
                kind("br-cpf", PersonNumbers.brCpf(), "111.444.777-35", "390.533.447-05"),
                kind("br-cnpj", PersonNumbers.brCnpj(), "16.727.230/0001-97", "12.ABC.345/01DE-35"),
                kind("in-aadhaar", PersonNumbers.inAadhaar(), "2341 2341 2346"),
                kind("in-pan", PersonNumbers.inPan(), "ACUPA7085R"),
                kind("ca-sin", PersonNumbers.caSin(), "046 454 286", "123-456-782"),
                kind("au-tfn", PersonNumbers.auTfn(), "123 456 782"),
                kind("au-medicare", PersonNumbers.auMedicare(), "2123 45670 1", "21234567011"),
                kind(
                        "vin",
                        TradeNumbers.vin(),
                        "1M8GDM9AXKP042788",
                        "11111111111111111",
                        "WVWZZZ1JZXW000001"),
                kind("imei", TradeNumbers.imei(), "49-015420-323751-8", "35686800-004141-20"),
                kind(
                        "payment-card",
                        TradeNumbers.paymentCard(Field.kept(Field.digits(6))),
                        "4111 1111 1111 1111",
                        "5555555555554444",
                        "378282246310005",
                        "6011111111111117",
                        "30569309025904",
                        "3530111333300000",
                        "6759649826438453"),
                kind(
                        "iban",
                        TradeNumbers.iban(),
                        "DE89 3704 0044 0532 0130 00",
                        "GB29NWBK60161331926819",
                        "gb29nwbk60161331926819",
                        "FR1420041010050500013M02606",
                        "NO9386011117947",
                        "MT84MALT011000012345MTLCAST001S",
                        "BE68539007547034",
                        "CH9300762011623852957",
                        "ES9121000418450200051332",
                        "IT60X0542811101000000123456",
                        "NL91ABNA0417164300"),
                kind("bic", TradeNumbers.bic(), "AGRIFRPP882", "ABNA BE 2A", "DEUTDEFF"),
                kind(
                        "us-routing-number",
                        TradeNumbers.usRoutingNumber(),
                        "111000025",
                        "021000021"));
    }

    private static Kind kind(String masker, NumberFormat format, String... examples) {
        return new Kind(masker, format, List.of(examples));
    }

    /// What a validator says of a number: no layout, no right check, or valid.
    private static boolean isValid(NumberFormat format, String text) {
        boolean mixed = !text.equals(text.toUpperCase(Locale.ROOT)) && text.matches(".*[A-Z].*");
        if (mixed) {
            return false;
        }
        byte[] symbols = Columns.utf8(symbols(text));
        Layout layout = format.read(symbols, 0, symbols.length, new Wide(), new Wide());
        if (layout == null) {
            return false;
        }
        int check = layout.check(symbols, 0);
        return check >= 0 && layout.checkOffset(check, symbols, 0) == 0;
    }

    private static String symbols(String text) {
        return text.replaceAll("[-+ ./]", "").toUpperCase(Locale.ROOT);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void publishedNumbersAreValidAndStaySo(Kind kind) {
        for (String example : kind.examples()) {
            assertThat(isValid(kind.format(), example)).as(example).isTrue();
            MaskedValues out = new MaskedValues();
            ColumnMasker masker = Columns.bind(kind.rule(), Columns.text());
            Columns.mask(masker, List.of(Columns.utf8(example)), out);
            assertThat(out.unfit()).as(example).isZero();
            String masked = mask(kind, example);
            assertThat(isValid(kind.format(), masked)).as("%s: %s", example, masked).isTrue();
            assertThat(masked).isNotEqualTo(example);
            assertThat(shape(masked)).isEqualTo(shape(example, masked));
            assertThat(symbols(masked)).isEqualTo(symbols(mask(kind, symbols(example))));
        }
    }

    /// Layout and case stay; a letter may become a digit in a check of both only.
    private static String shape(String text) {
        return text.replaceAll("[0-9]", "9").replaceAll("[A-Z]", "A").replaceAll("[a-z]", "a");
    }

    private static String shape(String original, String masked) {
        String shape = shape(original);
        StringBuilder agreed = new StringBuilder(shape(masked));
        for (int i = 0; i < shape.length(); i++) {
            boolean either = shape.charAt(i) == 'A' || shape.charAt(i) == '9';
            boolean both = agreed.charAt(i) == 'A' || agreed.charAt(i) == '9';
            if (!either || !both) {
                agreed.setCharAt(i, shape.charAt(i));
            }
        }
        return agreed.toString();
    }

    private static String mask(Kind kind, String text) {
        return Columns.maskText(kind.rule(), Columns.text(), text).getFirst();
    }

    /// Every single digit that is changed must be noticed, where there is a check of one.
    @ParameterizedTest
    @MethodSource("kinds")
    void oneWrongDigitMakesANumberInvalidAndItStaysSo(Kind kind) {
        if (Set.of("us-ssn", "us-itin", "us-mbi", "uk-nino", "in-pan", "bic")
                .contains(kind.masker())) {
            return; // they have no check
        }
        String example = kind.examples().getFirst();
        for (int at = 0; at < example.length(); at++) {
            if (!Character.isDigit(example.charAt(at))
                    || (kind.masker().equals("au-medicare") && at == example.length() - 1)) {
                continue;
            }
            for (char digit = '0'; digit <= '9'; digit++) {
                if (digit != example.charAt(at)) {
                    String wrong = example.substring(0, at) + digit + example.substring(at + 1);
                    assertThat(isValid(kind.format(), wrong)).as(wrong).isFalse();
                    assertThat(isValid(kind.format(), mask(kind, wrong))).as(wrong).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void noTwoNumbersBecomeEqualWhateverTheirCheck(Kind kind) {
        Random random = new Random(SEED);
        Set<String> values = new HashSet<>();
        for (int i = 0; i < 4000; i++) {
            values.add(changed(kind, random));
        }
        List<String> originals = new ArrayList<>(values);
        List<String> masked =
                Columns.maskText(kind.rule(), Columns.text(), originals.toArray(String[]::new));
        Map<String, String> seen = new HashMap<>();
        int valid = 0;
        for (int i = 0; i < masked.size(); i++) {
            String before = seen.put(masked.get(i), originals.get(i));
            assertThat(before).as("%s and %s, seed %d", before, originals.get(i), SEED).isNull();
            boolean wasValid = isValid(kind.format(), originals.get(i));
            valid += wasValid ? 1 : 0;
            assertThat(isValid(kind.format(), masked.get(i)))
                    .as("%s, seed %d", originals.get(i), SEED)
                    .isEqualTo(wasValid);
            assertThat(masked.get(i)).hasSameSizeAs(originals.get(i));
        }
        assertThat(valid).as("valid numbers among them, seed %d", SEED).isPositive();
    }

    /// An example with some digits changed, in another case or without separators.
    private static String changed(Kind kind, Random random) {
        String example = kind.examples().get(random.nextInt(kind.examples().size()));
        StringBuilder text = new StringBuilder(example);
        for (int changes = random.nextInt(6); changes > 0; changes--) {
            int at = random.nextInt(text.length());
            if (Character.isDigit(text.charAt(at))) {
                text.setCharAt(at, (char) ('0' + random.nextInt(10)));
            } else if (Character.isUpperCase(text.charAt(at))) {
                text.setCharAt(at, (char) ('A' + random.nextInt(26)));
            }
        }
        return switch (random.nextInt(4)) {
            case 0 -> symbols(text.toString());
            case 1 ->
                    kind.masker().equals("fi-hetu") // small letters tell nothing there
                            ? text.toString()
                            : text.toString().toLowerCase(Locale.ROOT);
            case 2 -> random.nextInt(8) == 0 ? text + "x" : text.toString();
            default -> text.toString();
        };
    }

    @Test
    void belgiansBornFrom2000OnHaveACheckOfTheirOwnWhichStaysRight() {
        String masked = Columns.maskText("be-national-number", "17 07 30 033 84");
        String digits = masked.replace(" ", "");
        long number = Long.parseLong("2" + digits.substring(0, 9));
        assertThat(Long.parseLong(digits.substring(9))).isEqualTo(97 - number % 97);
    }

    @Test
    void aTableOfFewNumbersIsPermutedWhole() {
        List<String> cards = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            cards.add("123456%05d%d".formatted(i, i % 10)); // 12 digits
        }
        List<String> masked =
                Columns.maskText(KEPT_BIN, Columns.text(), cards.toArray(String[]::new));
        assertThat(new HashSet<>(masked)).hasSize(10_000);
        assertThat(masked).allMatch(each -> each.startsWith("123456"));
    }

    @Test
    void integersAndTextAgreeAndZerosInFrontCount() {
        List<String> numbers = List.of("536904399", "012345678", "912903456");
        for (String number : numbers) {
            String text = Columns.maskText("us-ssn", number);
            int asInteger = Integer.parseInt(number);
            for (ValueForm form : List.of(ValueForm.INT4, ValueForm.INT8, ValueForm.NUMERIC)) {
                byte[] value =
                        switch (form) {
                            case INT4 -> Columns.int4(asInteger);
                            case INT8 -> Columns.int8(asInteger);
                            default -> Columns.numeric("" + asInteger);
                        };
                byte[] masked = one(MaskingRule.of("us-ssn"), form, value);
                byte[] expected =
                        switch (form) {
                            case INT4 -> Columns.int4(Integer.parseInt(text));
                            case INT8 -> Columns.int8(Integer.parseInt(text));
                            default -> Columns.numeric("" + Integer.parseInt(text));
                        };
                assertThat(masked).as("%s of %s", form, number).isEqualTo(expected);
            }
        }
    }

    @Test
    void integersThatAreNoNumbersOfTheKindStayApartFromThoseThatAre() {
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = -20_000; i < 20_000; i++) {
            values.add(Columns.int4(i));
            values.add(Columns.int4(1_000_000 + i * 49));
        }
        Set<String> distinct = new HashSet<>();
        values.forEach(each -> distinct.add(java.util.Arrays.toString(each)));
        Set<String> seen = new HashSet<>();
        ColumnMasker masker = Columns.bind(MaskingRule.of("us-ssn"), Columns.of(ValueForm.INT4));
        for (byte[] each : Columns.mask(masker, values)) {
            seen.add(java.util.Arrays.toString(each));
        }
        assertThat(seen).hasSameSizeAs(distinct);
    }

    @Test
    void whatIsNoNumberOfTheKindIsCountedAndNeverBecomesOne() {
        NumberFormat format = PersonNumbers.usSsn();
        for (String value : List.of("n/a", "000-12-3456", "123-45-678", "Ab1", "12345678９", "-1")) {
            MaskedValues out = new MaskedValues();
            ColumnMasker masker = Columns.bind(MaskingRule.of("us-ssn"), Columns.text());
            Columns.mask(masker, List.of(Columns.utf8(value)), out);
            assertThat(out.unfit()).as(value).isEqualTo(1);
            String masked = Columns.maskText("us-ssn", value);
            assertThat(isValid(format, masked)).as(value).isFalse();
        }
        assertThat(Columns.maskText("us-ssn", "000-12-3456")).isNotEqualTo("000-12-3456");
    }

    @Test
    void cardsGetTestNumbersOfTheirBrandAndAreNotUniqueThen() {
        assertThat(Columns.maskText("payment-card", "4929 1234 5678 9016"))
                .matches("4111 11\\d\\d \\d{4} \\d{4}");
        assertThat(Columns.maskText("payment-card", "5105105105105100")).startsWith("555555");
        assertThat(Columns.maskText("payment-card", "371449635398431")).startsWith("378282");
        String masked = Columns.maskText("payment-card", "5105105105105100");
        assertThat(isValid(TradeNumbers.paymentCard(new Field.TestBin()), masked)).isTrue();
        ColumnProfile unique = Columns.unique(Columns.text());
        assertThatThrownBy(() -> Columns.bind(MaskingRule.of("payment-card"), unique))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining("unique");
        Columns.bind(KEPT_BIN, unique);
        assertThat(Maskers.check(Columns.rule("payment-card", Map.of("bin", "real"))))
                .containsExactly("payment-card: bin must be test or keep");
    }

    @Test
    void whatANumberTellsBesidesStays() {
        assertThat(Columns.maskText("iban", "DE89 3704 0044 0532 0130 00"))
                .matches("DE\\d\\d( \\d{4}){4} \\d\\d");
        assertThat(Columns.maskText("vin", "1M8GDM9AXKP042788")).matches("1M8.{6}K.{7}");
        assertThat(Columns.maskText("bic", "AGRIFRPP882")).matches("[A-Z]{4}FR[A-Z]{2}882");
        assertThat(Columns.maskText("bic", "AGRIFRPP882"))
                .startsWith(Columns.maskText("bic", "AGRIFRPP"));
        assertThat(Columns.maskText("se-personnummer", "19811228-9874"))
                .matches("198\\d{5}-\\d\\d[13579]\\d")
                .endsWith(Columns.maskText("se-personnummer", "811228-9874"));
        assertThat(Columns.maskText("br-cnpj", "16.727.230/0001-97")).contains("/0001-");
    }

    @Test
    void papersOfAnyLayoutKeepTheirOwn() {
        for (String masker :
                List.of(
                        "passport",
                        "driver-licence",
                        "licence-plate",
                        "medical-record-number",
                        "account-number")) {
            assertThat(Columns.maskText(masker, "C01X-00T47"))
                    .matches("[A-Z]\\d\\d[A-Z]-\\d\\d[A-Z]\\d\\d")
                    .isNotEqualTo("C01X-00T47");
            String masked = Columns.maskText(masker, "0012345");
            assertThat(masked).matches("0\\d{6}");
            byte[] number = one(MaskingRule.of(masker), ValueForm.INT4, Columns.int4(712_345));
            assertThat(number)
                    .isEqualTo(Columns.int4(Integer.parseInt(Columns.maskText(masker, "712345"))));
            MaskedValues out = new MaskedValues();
            Columns.mask(
                    Columns.bind(MaskingRule.of(masker), Columns.text()),
                    List.of(Columns.utf8("none"), Columns.utf8("AB12")),
                    out);
            assertThat(out.unfit()).isEqualTo(1);
        }
    }

    @Test
    void columnsThatIgnoreCaseTakeEveryNumber() {
        ColumnProfile citext = ColumnProfile.of("public.t.c", "citext", ValueForm.TEXT);
        List<String> masked =
                Columns.maskText(MaskingRule.of("fi-hetu"), citext, "131052-308T", "131052-308t");
        assertThat(masked.getFirst()).isEqualTo(masked.getLast());
        assertThat(isValid(PersonNumbers.fiHetu(), masked.getFirst())).isTrue();
    }

    @Test
    void numericsThatAreTooNarrowAreRefused() {
        ColumnProfile narrow = Columns.of(ValueForm.NUMERIC, "numeric(10,2)", 10);
        assertThatThrownBy(() -> Columns.bind(MaskingRule.of("us-ssn"), narrow))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining("needs 9 digits");
        Columns.bind(MaskingRule.of("us-ssn"), Columns.of(ValueForm.NUMERIC, "numeric(11,2)", 11));
    }

    private static byte[] one(MaskingRule rule, ValueForm form, byte[] value) {
        return Objects.requireNonNull(
                Columns.mask(Columns.bind(rule, Columns.of(form)), List.of(value)).getFirst());
    }
}
