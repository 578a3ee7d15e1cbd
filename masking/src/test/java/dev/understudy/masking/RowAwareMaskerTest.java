package dev.understudy.masking;

import static dev.understudy.masking.Columns.texts;
import static dev.understudy.masking.Columns.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Maskers that read other columns of the row, over more rows than a window has.
final class RowAwareMaskerTest {
    private static final int ROWS = 2500;
    private static final MaskingRule NAMED =
            Columns.rule("email", Map.of("from", List.of("first", "last")));

    @Test
    void anAddressBeginsWithTheMaskedNamesOfItsRow() {
        List<@Nullable String> addresses = new ArrayList<>();
        List<@Nullable String> first = new ArrayList<>();
        List<@Nullable String> last = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            addresses.add("person" + i + "@firm.test");
            first.add(i % 5 == 0 ? null : "Ann\u00e9 " + i % 7);
            last.add("O'Neil" + i % 11);
        }

        List<@Nullable String> masked =
                texts(maskTexts(NAMED, Columns.text(), addresses, List.of(first, last)));
        List<@Nullable String> alone =
                texts(
                        Columns.mask(
                                Columns.bind(MaskingRule.of("email"), Columns.text()),
                                utf8(addresses)));

        for (int i = 0; i < ROWS; i++) {
            String names = (i % 5 == 0 ? "" : "anne" + i % 7 + ".") + "oneil" + i % 11 + ".";
            assertThat(masked.get(i)).startsWith(names);
            // What the address alone decides is the same with and without names.
            assertThat(unique(masked.get(i))).isEqualTo(unique(alone.get(i)));
        }
        assertThat(masked).doesNotHaveDuplicates();
    }

    @Test
    void anAddressFitsItsColumnHoweverLongTheNamesAre() {
        List<@Nullable String> names = List.of("Maximilian-Alexander-Theodor", "Li", "");
        List<@Nullable String> addresses = List.of("a@b.test", "c@d.test", "e@f.test");
        for (int length = Writers.SHORTEST_EMAIL; length < 70; length++) {
            int most = length;
            assertThat(
                            texts(
                                    maskTexts(
                                            NAMED,
                                            Columns.varchar(length),
                                            addresses,
                                            List.of(names, names))))
                    .allSatisfy(each ->
                            assertThat(each).contains("@example.").hasSizeLessThanOrEqualTo(most));
        }
    }

    @Test
    void aValueThatIsNoAddressIsScrambledInItsPlace() {
        List<@Nullable String> addresses = new ArrayList<>();
        List<@Nullable String> names = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            addresses.add(i % 3 == 0 ? "n/a" : i % 3 == 1 ? null : "p" + i + "@firm.test");
            names.add("name" + i);
        }

        List<@Nullable String> masked =
                texts(maskTexts(NAMED, Columns.text(), addresses, List.of(names, names)));

        for (int i = 0; i < ROWS; i++) {
            switch (i % 3) {
                case 0 -> assertThat(masked.get(i)).hasSize(3).isNotEqualTo("n/a");
                case 1 -> assertThat(masked.get(i)).isNull();
                default -> assertThat(masked.get(i)).startsWith("name" + i + ".name" + i + ".");
            }
        }
    }

    @Test
    void allDatesOfASubjectMoveAlikeWhateverTheTypeOfItsKey() {
        MaskingRule rule = Columns.rule("shift-date", Map.of("per", "customer"));
        List<byte @Nullable []> days = new ArrayList<>();
        List<byte @Nullable []> numbers = new ArrayList<>();
        List<byte @Nullable []> texts = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            days.add(Columns.int4(1000 + i));
            numbers.add(i % 50 == 0 ? null : Columns.int4(i % 50));
            texts.add(i % 50 == 0 ? null : Columns.utf8("" + i % 50));
        }
        ColumnProfile date = Columns.of(ValueForm.DATE);

        List<byte @Nullable []> byNumber =
                mask(rule, date, days, List.of(Columns.of(ValueForm.INT4)), List.of(numbers));
        List<byte @Nullable []> byText =
                mask(rule, date, days, List.of(Columns.text()), List.of(texts));

        int[] shifts = new int[50];
        for (int i = 0; i < ROWS; i++) {
            int shift = day(byNumber.get(i)) - (1000 + i);
            assertThat(shift).isNotZero().isBetween(-365, 365);
            assertThat(day(byText.get(i))).isEqualTo(day(byNumber.get(i)));
            if (i < 50) {
                shifts[i] = shift;
            } else {
                assertThat(shift).as("row %d", i).isEqualTo(shifts[i % 50]);
            }
        }
        assertThat(Arrays.stream(shifts).distinct().count()).isGreaterThan(30);
    }

    @Test
    void aCaseChoosesTheRuleByAnotherColumn() {
        MaskingRule rule =
                Columns.rule(
                        "case",
                        Map.of(
                                "of", "country",
                                "when",
                                        Map.of(
                                                "DE",
                                                "digits",
                                                "US",
                                                Map.of("mask", "constant", "value", "gone")),
                                "otherwise", "null"));
        List<@Nullable String> values = new ArrayList<>();
        List<@Nullable String> countries = new ArrayList<>();
        List<@Nullable String> choices = Arrays.asList("DE", "US", "FR", null);
        for (int i = 0; i < ROWS; i++) {
            values.add("" + (100_000_000 + i));
            countries.add(choices.get(i % 4));
        }

        List<@Nullable String> masked =
                texts(maskTexts(rule, Columns.text(), values, List.of(countries)));

        List<@Nullable String> digits =
                texts(
                        Columns.mask(
                                Columns.bind(MaskingRule.of("digits"), Columns.text()),
                                utf8(values)));
        for (int i = 0; i < ROWS; i++) {
            switch (i % 4) {
                case 0 -> assertThat(masked.get(i)).isEqualTo(digits.get(i));
                case 1 -> assertThat(masked.get(i)).isEqualTo("gone");
                default -> assertThat(masked.get(i)).isNull();
            }
        }
    }

    @Test
    void aCaseKeepsNothingWithoutAReasonAndLeavesNoValueOut() {
        assertThat(
                        Maskers.check(
                                Columns.rule(
                                        "case",
                                        Map.of(
                                                "of",
                                                "country",
                                                "when",
                                                Map.of("DE", "keep"),
                                                "otherwise",
                                                "hash"))))
                .containsExactly("case: DE: keep needs a `reason` here");
        assertThat(
                        Maskers.check(
                                Columns.rule(
                                        "case",
                                        Map.of("of", "country", "when", Map.of("DE", "hash")))))
                .anySatisfy(each -> assertThat(each).contains("otherwise"));
    }

    @Test
    void aRuleThatReadsOtherColumnsIsRefusedWhereThereAreNone() {
        assertThatThrownBy(() -> Columns.bind(NAMED, Columns.text()))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining("reads other columns (first, last)");
        MaskingRule json =
                Columns.rule(
                        "json",
                        Map.of(
                                "paths",
                                Map.of(
                                        "$.mail",
                                        Map.of("mask", "email", "from", List.of("first")))));
        assertThatThrownBy(() -> Columns.bind(json, Columns.of(ValueForm.JSON)))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining("reads other columns (first)");
    }

    @Test
    void aTextLosesWhatTellsOfAPersonAndKeepsTheRest() {
        MaskingRule rule = MaskingRule.of("free-text");
        String text =
                "Called Anna Schmidt (anna.s@firm.test, +49 30 1234567) on 2024-02-29 about card 4111 1111 1111 1111,"
                        + " IBAN DE89 3704 0044 0532 0130 00, passport C01X00T47 and Dr. Qwertz. See"
                        + " https://crm.test/c/77?x=1. She was happy; 3 items, room 12, from 10.1.2.3.";

        String masked = Columns.maskText(rule, Columns.text(), text).getFirst();

        assertThat(masked)
                .doesNotContain(
                        "Anna",
                        "Schmidt",
                        "anna.s@",
                        "1234567",
                        "2024-02-29",
                        "4111 1111 1111 1111",
                        "3704 0044",
                        "C01X00T47",
                        "Qwertz",
                        "crm.test",
                        "10.1.2.3")
                .matches(
                        "Called \\S+ \\S+ \\(\\S+@example\\.\\w+, \\+49 \\d\\d \\d{7}\\) on 202[34]-\\d\\d-\\d\\d about card"
                                + " \\d{4} \\d{4} \\d{4} \\d{4}, IBAN DE\\d\\d(?: \\d{4}){4} \\d\\d, passport [A-Z]\\d\\d[A-Z]\\d\\d[A-Z]\\d\\d"
                                + " and Dr\\. .+\\. See https://example\\.org/\\w{12}\\. She was happy; 3 items, room 12, from"
                                + " \\d+\\.\\d+\\.\\d+\\.\\d+\\.");
        // A piece becomes what it becomes in a column of its own.
        assertThat(masked).contains(Columns.maskText("email", "anna.s@firm.test"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "seen 29.2.2024 again # seen \\d\\d?\\.\\d\\d?\\.202[34] again",
                "on 02/29/24. # on \\d\\d/\\d\\d/2[34]\\.",
                "12 April 2023, noon # \\d\\d? (Feb|March|April|May|June)\\w* 2023, noon",
                "April 12th, 2023 # (Feb|March|April|May|June)\\w* \\d\\d?th, 2023",
                "DEC 2019 # (OCT|NOV|DEC|JAN|FEB) 20(19|20)",
                "el 12 de abril de 2023 # el \\d\\d de (febrero|marzo|abril|mayo|junio) de 2023",
                "am 3. März 1999 # am \\d\\d?\\. \\S+ 199[89]",
                "May 2 # (March|April|May|June|July) \\d\\d?",
                "you may 2 times march on 12 # you may 2 times march on 12",
                "version 1.2.3 of 12.5 and 99.9 # version 1\\.2\\.3 of 12\\.5 and 99\\.9",
                "Nombre: Xoan Pérez de la Quux. # Nombre: (?!.*(Xoan|Quux)).+ de la .+\\.",
                "Patient: QUUX, 80 # Patient: (?!QUUX).+, 80",
                "Dr Quux Bar called Home # Dr (?!.*(Quux|Bar)).+ called Home",
                "Status: Good # Status: Good",
                "„Anna“ – Anna’s, “Anna” • Anna… # „(?!Anna)\\S+“ – (?!Anna)\\S+’s, “(?!Anna)\\S+” • (?!Anna)\\S+…",
                "Anna\u00a0Quux\u202fBar # (?!.*(Anna|Quux|Bar)).+",
                "“a@b.test”\u200b # “\\S+@example\\.\\w+”\u200b",
                "from 2001:db8::7:1, ok # from (?!2001:db8::7)[0-9a-f:]+, ok",
                "2001:db8:0:0:8:800:200c:417a. # (?!2001:db8:0:0:8:800)[0-9a-f:]+\\.",
                "at 10:30:45, a::b::c # at 10:30:45, a::b::c",
                "by 00:1b:44:11:3a:b7 # by (?!00:1b:44:11)[0-9a-f:]{17}",
                "by AA-BB-CC-DD-EE-F1; # by (?!AA-BB-CC-DD)[0-9A-F-]{17};",
                "got eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIn0. # got (?!.*(JhbGci|JzdWIi|hbm5h)).+\\.",
                "Anna来了 # (?!Anna).+来了",
                "Herr Жуков, Patient:\u00a0李小龙 # Herr (?!.*(Жуков|李小龙)).+",
                "to=anna%40firm.test&x # to=\\S+@example\\.\\w+&x",
                "~to anna&#64;firm.test, anna&commat;firm.test~ # to \\S+@example\\.\\w+, \\S+@example\\.\\w+",
                "anna (at) firm.test, Anna[at]firm.test # (?!.*(nna|firm)).+ \\(..\\) .+\\[..\\].+",
                "met (at) home # met \\(at\\) home",
                "\"anna b\"@firm.test said \"no\" # (?!.*(anna|firm)).+ said \"no\"",
                "~Herr M&uuml;ller &amp; S&#246;hne~ # Herr (?!.*ller).+ &amp; Söhne",
                "Herr M=C3=BCller, M%C3%BCller, M=FCller # Herr (?!.*(ller)).+",
                "~Herr Mu\u0308ller, Mu\u0308l=\nler~ # Herr (?!.*ller).+",
                "An\u00adna An\u200bna an\u200dna@b.test # (?!.*(An|na)).+@example\\.\\w+",
                "call ０３０１２３４５６７ or ٠٣٠١٢٣٤٥٦٧ # call (?!.*01234567)\\d{10} or \\d{10}",
                "Ａｎｎａ＠ｂ.test # \\S+@example\\.\\w+",
                "R&D at 50%, a=b; land=DE 100% co # R&D at 50%, a=b; land=DE 100% co",
                "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBS # (?!.*(JVBER|xLjQK|MCBS)).+",
                "in src/main/java/dev/understudy/masking/FreeText2.java # in src/main/java/dev/understudy/masking/FreeText2.java",
            })
    void datesAndNamesAreFoundAsPeopleWriteThem(String text, String masked) {
        assertThat(Columns.maskText("free-text", text)).matches(masked).hasSizeGreaterThan(5);
    }

    @Test
    void aTextOfARowSaysOfThePersonWhatItsColumnsSay() {
        MaskingRule rule = Columns.rule("free-text", Map.of("of", List.of("name", "mail")));
        List<@Nullable String> texts =
                Arrays.asList(
                        "ANNELIESE VAN BROCK wrote from av@b.test",
                        "van Brock's order, for Anneliese",
                        null,
                        "");
        List<@Nullable String> name =
                Arrays.asList("Anneliese van Brock", "Anneliese van Brock", "x", "x");
        List<@Nullable String> mail = Arrays.asList("av@b.test", null, null, null);

        List<@Nullable String> masked =
                texts(
                        maskTexts(
                                rule,
                                Columns.text(),
                                texts,
                                List.of(name, mail),
                                List.of(
                                        List.of("Zoe de Graaf", "Zoe de Graaf", "y", "y"),
                                        Arrays.asList("z@example.org", null, null, null))));

        assertThat(masked)
                .containsExactly(
                        "Zoe de Graaf wrote from z@example.org",
                        "de Graaf's order, for Zoe",
                        null,
                        "");
    }

    @ParameterizedTest
    @CsvSource({
        "Höß Ünal, HÖß ÜNAL rief an",
        "Ünal, der ünal sagt Ünal’s",
        "Łęcki, z ŁĘCKI",
        "Жуков, „жуков“—ЖУКОВ",
        "Ωνάσης, ΩΝΆΣΗς",
        "Ng, Ng\u00a0said",
        "李小龙, 今天李小龙来了",
        "김철수, 어제 김철수는 갔다",
        "สมชาย, คุณสมชายมา"
    })
    void aTextOfARowSaysItInLettersOfAnyCaseAndBetweenAnySigns(String name, String text) {
        MaskingRule rule = Columns.rule("free-text", Map.of("of", List.of("name")));
        assertThat(
                        texts(
                                maskTexts(
                                        rule,
                                        Columns.text(),
                                        List.of(text),
                                        List.of(List.of(name)),
                                        List.of(List.of("zzz")))))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("zzz")
                .doesNotContainIgnoringCase(name + " ", name + "’")
                .doesNotEndWithIgnoringCase(name);
    }

    @Test
    void aTextFitsItsColumn() {
        String text = "Anna Anna Anna Anna äöüäöü anna@b.test";
        for (int length = 1; length < 60; length++) {
            String masked =
                    Columns.maskText(MaskingRule.of("free-text"), Columns.varchar(length), text)
                            .getFirst();
            assertThat(masked.codePointCount(0, masked.length())).isLessThanOrEqualTo(length);
        }
    }

    private static String unique(@Nullable String address) {
        String text = String.valueOf(address);
        return text.substring(text.lastIndexOf('.', text.indexOf('@')) + 1);
    }

    private static int day(byte @Nullable [] date) {
        return ByteBuffer.wrap(java.util.Objects.requireNonNull(date)).getInt();
    }

    private static List<byte @Nullable []> maskTexts(
            MaskingRule rule,
            ColumnProfile column,
            List<@Nullable String> values,
            List<List<@Nullable String>> others) {
        return mask(
                rule,
                column,
                utf8(values),
                others.stream().map(each -> Columns.text()).toList(),
                others.stream().map(Columns::utf8).toList());
    }

    /// @param results what the other columns are masked to
    private static List<byte @Nullable []> maskTexts(
            MaskingRule rule,
            ColumnProfile column,
            List<@Nullable String> values,
            List<List<@Nullable String>> others,
            List<List<@Nullable String>> results) {
        return Columns.mask(
                rule,
                column,
                utf8(values),
                others.stream().map(each -> Columns.text()).toList(),
                others.stream().map(Columns::utf8).toList(),
                results.stream().map(Columns::utf8).toList());
    }

    /// Other columns are as good as kept: masked and original are the same.
    private static List<byte @Nullable []> mask(
            MaskingRule rule,
            ColumnProfile column,
            List<byte @Nullable []> values,
            List<ColumnProfile> read,
            List<List<byte @Nullable []>> others) {
        return Columns.mask(rule, column, values, read, others, others);
    }
}
