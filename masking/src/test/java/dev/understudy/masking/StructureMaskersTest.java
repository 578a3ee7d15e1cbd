package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the maskers of values inside of values do beyond the laws that all obey. JSON has a test of
/// its own.
final class StructureMaskersTest {
    private static final long SEED = 20_261_123;
    private static final String EMAIL = Columns.maskText("email", "anna@firm.test");
    private static final String OTHER_EMAIL = Columns.maskText("email", "bob@firm.test");

    // ---- XML

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0000',
            value = {
                "/a/b | <a><b>anna@firm.test</b></a> | <a><b>E</b></a>",
                "/a/b | <a x='1'> <b>⇥anna@firm.test </b>¶</a> | <a x='1'> <b>⇥E </b>¶</a>",
                "/a/b | <a><c><b>anna@firm.test</b></c></a> | <a><c><b>anna@firm.test</b></c></a>",
                "//b | <a><c><b>anna@firm.test</b></c></a> | <a><c><b>E</b></c></a>",
                "/a//b | <b><a><c><b>anna@firm.test</b></c></a></b> | <b><a><c><b>anna@firm.test</b></c></a></b>",
                "/a//b | <a><c><b>anna@firm.test</b></c></a> | <a><c><b>E</b></c></a>",
                "/a/*/b | <a><c><b>anna@firm.test</b></c><b>x</b></a> | <a><c><b>E</b></c><b>x</b></a>",
                "/a/@b | <a b=\"anna@firm.test\" c='y'>x</a> | <a b=\"E\" c='y'>x</a>",
                "//@b | <a c='y'><d b = 'anna&#64;firm.test'/></a> | <a c='y'><d b = 'E'/></a>",
                "//@* | <a xmlns='u:1' xmlns:p='u:2' p:b='anna@firm.test'/> | <a xmlns='u:1' xmlns:p='u:2' p:b='E'/>",
                "//p:b | <a xmlns:p='u:2'><p:b>anna@firm.test</p:b></a> | <a xmlns:p='u:2'><p:b>E</p:b></a>",
                "/a | <a><b c='anna@firm.test'>anna@firm.test</b></a> | <a><b c='E'>E</b></a>",
                "//text() | <a b='x'>anna&#x40;firm.test<c/>anna@<![CDATA[firm]]>.test</a> | <a b='x'>E<c/>E</a>",
                "/a/text() | <a>anna@firm.test<b>x</b><!-- y --></a> | <a>E<b>x</b><!-- y --></a>",
                "/a | <?xml version='1.0'?><!-- x --><a>anna@firm.test</a> | <?xml version='1.0'?><!-- x --><a>E</a>",
            })
    void masksWhatAPathLeadsTo(String path, String given, String expected) {
        MaskingRule rule =
                Columns.rule("xml", Map.of("paths", Map.of(path, "email"), "unlisted", "keep"));
        for (ColumnProfile column : List.of(Columns.of(ValueForm.XML), Columns.text())) {
            assertThat(one(rule, column, lines(given)))
                    .isEqualTo(lines(expected).replace("E", EMAIL));
        }
    }

    @Test
    void theNearestElementsRuleHoldsAndThePathThatNamesMore() {
        MaskingRule rule =
                Columns.rule(
                        "xml",
                        Map.of(
                                "paths",
                                Map.of(
                                        "/a", "redact",
                                        "//b", "keep",
                                        "/a/b", "email",
                                        "/a/b/c", "null",
                                        "//@id", "keep")));
        assertThat(
                        one(
                                rule,
                                Columns.of(ValueForm.XML),
                                "<a id='1' x='2'>t<b id='3'>anna@firm.test<c>secret</c></b></a>"))
                .isEqualTo(
                        "<a id='1' x='[redacted]'>[redacted]<b id='3'>%s<c></c></b></a>"
                                .formatted(EMAIL));
    }

    @Test
    void masksAllOfADocumentThatNoPathNames() {
        String masked =
                one(
                        MaskingRule.of("xml"),
                        Columns.of(ValueForm.XML),
                        "<p xmlns:i=\"u:Anna\" id=\"4711\">Anna &amp; <b>Bob</b> <!-- call Carl --><?do it Dora?></p>");
        assertThat(masked)
                .matches(
                        "<p xmlns:i=\"u:Anna\" id=\"\\d{4}\">[A-Z][a-z]{3} &amp; <b>[A-Z][a-z]{2}</b> <!-- [a-z]{4} [A-Z][a-z]{3} --><\\?do [a-z]{2} [A-Z][a-z]{3}\\?></p>")
                .doesNotContain("4711", ">Anna", "Bob", "Carl", "Dora");
    }

    @Test
    void whatAPseudonymHoldsIsEscaped() {
        MaskingRule rule =
                Columns.rule(
                        "xml",
                        Map.of(
                                "paths",
                                Map.of("/a", Map.of("mask", "constant", "value", "<&>\"'"))));
        assertThat(one(rule, Columns.text(), "<a b='x'>y</a>"))
                .isEqualTo("<a b='&lt;&amp;&gt;&quot;&apos;'>&lt;&amp;&gt;&quot;&apos;</a>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n/a",
                "Anna <a/>",
                "<a>",
                "<a></b>",
                "<a",
                "<a b>x</a>",
                "<a b=x>y</a>",
                "<a b='<'/>",
                "<a b='1'c='2'/>",
                "<a>&other;</a>",
                "<a>&#0;</a>",
                "<a>&#xD800;</a>",
                "<a>& b</a>",
                "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>",
                "<!DOCTYPE a><a/>",
                "<a><![CDATA[x</a>",
                "<a><!-- x</a>",
                "<a/></a>",
                "< a/>",
            })
    void whatIsNoDocumentNeverPasses(String given) {
        MaskingRule rule = Columns.rule("xml", Map.of("paths", Map.of("//email", "email")));
        MaskedValues out = new MaskedValues();
        Columns.mask(
                Columns.bind(rule, Columns.text()),
                List.of(
                        Columns.utf8("<email>anna@firm.test</email>"),
                        Columns.utf8(given),
                        Columns.utf8("<email>bob@firm.test</email>")),
                out);
        assertThat(text(out, 0)).isEqualTo("<email>%s</email>".formatted(EMAIL));
        assertThat(text(out, 1)).isEqualTo(scrambled("xml", given));
        assertThat(text(out, 2)).isEqualTo("<email>%s</email>".formatted(OTHER_EMAIL));
        assertThat(out.unfit()).isEqualTo(1);
    }

    @Test
    void contentWithoutARootIsXmlForAColumnOfXmlAlone() {
        MaskingRule rule = Columns.rule("xml", Map.of("unlisted", "keep"));
        ColumnProfile xml = Columns.of(ValueForm.XML);
        assertThat(one(rule, xml, "Anna <b/>")).isEqualTo("Anna <b/>");
        assertThat(one(rule, xml, "<!DOCTYPE a><a/>")).isEmpty();
    }

    /// The JDK's own parser reads what was written, and finds the same structure.
    @Test
    void documentsStayDocuments() throws XMLStreamException {
        Random random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            String given = element(random, 0);
            String masked = one(MaskingRule.of("xml"), Columns.text(), given);
            assertThat(events(masked)).as("seed %d, %s", SEED, given).isEqualTo(events(given));
            assertThat(masked).as("seed %d, %s", SEED, given).doesNotContain("Anna");
        }
    }

    private static String element(Random random, int depth) {
        StringBuilder text = new StringBuilder("<n").append(random.nextInt(3));
        if (random.nextBoolean()) {
            text.append(random.nextBoolean() ? " a = 'Anna\"'" : "\n a=\"Anna &lt;'\"");
        }
        if (random.nextInt(4) == 0) {
            return text.append(random.nextBoolean() ? "/>" : " />").toString();
        }
        int name = text.charAt(2);
        text.append('>');
        for (int i = random.nextInt(4); i >= 0 && depth < 6; i--) {
            text.append(
                    switch (random.nextInt(6)) {
                        case 0 -> "Anna &#228; &amp; Zoë";
                        case 1 -> "<![CDATA[ Anna <b> & ]]>";
                        case 2 -> "<!-- Anna -->";
                        case 3 -> "  ";
                        default -> element(random, depth + 1);
                    });
        }
        return text.append("</n").append((char) name).append(" >").toString();
    }

    private static List<String> events(String document) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(document));
        List<String> events = new ArrayList<>();
        while (reader.hasNext()) {
            int event = reader.next();
            events.add(event + (reader.hasName() ? " " + reader.getName() : ""));
            if (reader.hasText()) {
                events.add(reader.getText().length() + " characters");
            }
        }
        return events;
    }

    @Test
    void hugeAndDeepDocumentsAreMasked() {
        int depth = 50_000;
        String given = "<a>".repeat(depth) + "Anna" + "</a>".repeat(depth);
        assertThat(one(MaskingRule.of("xml"), Columns.text(), given))
                .hasSameSizeAs(given)
                .doesNotContain("Anna");
    }

    // ---- hstore

    @Test
    void masksValuesOfHstoreByKey() {
        MaskingRule rule =
                Columns.rule(
                        "hstore",
                        Map.of("keys", Map.of("email", "email", "size", "keep", "note", "null")));
        byte[] given =
                Columns.hstore(
                        "email",
                        "anna@firm.test",
                        "size",
                        "XL",
                        "note",
                        "x",
                        "name",
                        "Anna",
                        "gone",
                        null,
                        "",
                        "");
        assertThat(mask(rule, Columns.of(ValueForm.HSTORE), given))
                .isEqualTo(
                        Columns.hstore(
                                "email",
                                EMAIL,
                                "size",
                                "XL",
                                "note",
                                null,
                                "name",
                                Columns.maskText("text-scramble", "Anna"),
                                "gone",
                                null,
                                "",
                                ""));
    }

    @Test
    void masksKeysOfHstoreWhereAsked() {
        MaskingRule rule = Columns.rule("hstore", Map.of("names", "mask", "unlisted", "keep"));
        assertThat(
                        mask(
                                rule,
                                Columns.of(ValueForm.HSTORE),
                                Columns.hstore("Anna", "1", "Bob", null)))
                .isEqualTo(
                        Columns.hstore(
                                Columns.maskText("text-scramble", "Anna"),
                                "1",
                                Columns.maskText("text-scramble", "Bob"),
                                null));
    }

    @Test
    void keepsWordsAmongKeysOfHstore() {
        MaskingRule rule = Columns.rule("hstore", Map.of("names", "words", "unlisted", "keep"));
        assertThat(
                        mask(
                                rule,
                                Columns.of(ValueForm.HSTORE),
                                Columns.hstore("first_name", "1", "anna@firm.test", "2")))
                .isEqualTo(
                        Columns.hstore(
                                "first_name",
                                "1",
                                Columns.maskText("text-scramble", "anna@firm.test"),
                                "2"));
    }

    @Test
    void anHstoreWithAnUndecidedKeyBecomesEmptyWhereThatIsRefused() {
        MaskingRule rule =
                Columns.rule("hstore", Map.of("keys", Map.of("a", "keep"), "unlisted", "refuse"));
        ColumnProfile column = Columns.of(ValueForm.HSTORE);
        assertThat(mask(rule, column, Columns.hstore("a", "1")))
                .isEqualTo(Columns.hstore("a", "1"));
        assertThat(mask(rule, column, Columns.hstore("a", "1", "b", "2")))
                .isEqualTo(Columns.hstore());
        assertThat(mask(rule, column, Columns.hstore("b", null)))
                .isEqualTo(Columns.hstore("b", null));
    }

    // ---- composite types

    @Test
    void masksAttributesByName() {
        MaskingRule rule =
                Columns.rule("composite", Map.of("attributes", Map.of("street", "street")));
        List<byte @Nullable []> values = new ArrayList<>();
        values.add(Columns.composite("Main Street 5", 12_345));
        values.add(null);
        values.add(Columns.composite(null, null));
        List<byte @Nullable []> masked =
                Columns.mask(Columns.bind(rule, Columns.of(ValueForm.COMPOSITE)), values);
        assertThat(masked)
                .containsExactly(
                        Columns.composite(
                                Columns.maskText("street", "Main Street 5"),
                                Integer.parseInt(Columns.maskText("digits", "12345"))),
                        null,
                        Columns.composite(null, null));
    }

    @Test
    void refusesAttributesThatAreUndecidedOrUnknown() {
        ColumnProfile column = Columns.of(ValueForm.COMPOSITE);
        assertThatThrownBy(() ->
                        Columns.bind(
                                Columns.rule(
                                        "composite",
                                        Map.of(
                                                "attributes",
                                                Map.of("street", "street"),
                                                "unlisted",
                                                "refuse")),
                                column))
                .isInstanceOf(MaskingRefused.class)
                .hasMessage(
                        "public.t.c: no rule is for this attribute, and unlisted is refuse; give it one");
        assertThatThrownBy(() ->
                        Columns.bind(
                                Columns.rule(
                                        "composite",
                                        Map.of("attributes", Map.of("streat", "street"))),
                                column))
                .isInstanceOf(MaskingRefused.class)
                .hasMessage(
                        "public.t.c: rule composite names the attribute streat, which composite has not; did you mean street?");
    }

    @Test
    void arraysOfCompositesAreMaskedElementwise() {
        byte[] element = Columns.composite("Main Street 5", 7);
        byte[] array = Columns.arrayOf(element, null);
        ColumnProfile column = Columns.of(ValueForm.COMPOSITE);
        MaskingRule rule = MaskingRule.of("composite");
        assertThat(mask(rule, Columns.array(column), array))
                .isEqualTo(Columns.arrayOf(mask(rule, column, element), null));
    }

    // ---- delimited text

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0000',
            value = {
                "; | | 4711;anna@firm.test | 4711;E",
                "; | | 4711 ; anna@firm.test ;x | 4711 ; E ;x",
                "; | | 4711;;x | 4711;;x",
                "; | | 1;anna@firm.test¶2;bob@firm.test¶ | 1;E¶2;B¶",
                "; | | 1;anna@firm.test§¶2;bob@firm.test | 1;E§¶2;B",
                ":: | | a:b::anna@firm.test::c | a:b::E::c",
                ", | \" | 1,\"anna@firm.test\",\"x,y\" | 1,\"E\",\"x,y\"",
                ", | \" | \"a,\"\"b\",anna@firm.test | \"a,\"\"b\",E",
            })
    void masksColumnsByNumber(
            String separator, @Nullable String quote, String given, String expected) {
        MaskingRule rule =
                Columns.rule(
                        "delimited",
                        Map.of(
                                "separator",
                                separator,
                                "quote",
                                quote == null ? "" : quote,
                                "columns",
                                Map.of("2", "email"),
                                "unlisted",
                                "keep"));
        assertThat(one(rule, Columns.text(), lines(given)))
                .isEqualTo(lines(expected).replace("E", EMAIL).replace("B", OTHER_EMAIL));
    }

    private static String lines(String text) {
        return text.replace("¶", "\n").replace("§", "\r").replace("⇥", "\t");
    }

    @Test
    void aPseudonymNeverAddsAColumn() {
        Map<String, Object> words = Map.of("mask", "constant", "value", "Keller, \"Anna\"\nx");
        MaskingRule bare =
                Columns.rule("delimited", Map.of("separator", ",", "columns", Map.of("1", words)));
        assertThat(one(bare, Columns.text(), "a,1")).startsWith("Keller  \"Anna\" x,");
        MaskingRule quoting =
                Columns.rule(
                        "delimited",
                        Map.of("separator", ",", "quote", "\"", "columns", Map.of("1", words)));
        assertThat(one(quoting, Columns.text(), "a,1")).startsWith("\"Keller, \"\"Anna\"\"\nx\",");
    }

    @Test
    void oneRuleMayHoldForAllOtherColumns() {
        MaskingRule rule =
                Columns.rule(
                        "delimited",
                        Map.of("separator", ";", "columns", Map.of("*", "email", "2", "redact")));
        assertThat(one(rule, Columns.text(), "anna@firm.test;x;bob@firm.test"))
                .isEqualTo(EMAIL + ";[redacted];" + OTHER_EMAIL);
    }

    @Test
    void aTextThatNoColumnHoldsIsScrambled() {
        MaskingRule rule =
                Columns.rule(
                        "delimited", Map.of("separator", ";", "columns", Map.of("1", "email")));
        String given = "anna@firm.test;Anna";
        ColumnProfile narrow = Columns.varchar(given.length());
        assertThat(one(rule, narrow, given)).isEqualTo(scrambled("delimited", given));
        MaskingRule refusing =
                Columns.rule(
                        "delimited",
                        Map.of(
                                "separator",
                                ";",
                                "columns",
                                Map.of("1", "email"),
                                "unlisted",
                                "refuse"));
        assertThat(one(refusing, Columns.text(), given)).isEqualTo(scrambled("delimited", given));
        MaskingRule quoted = Columns.rule("delimited", Map.of("separator", ";", "quote", "'"));
        assertThat(one(quoted, Columns.text(), "'Anna;1"))
                .isEqualTo(scrambled("delimited", "'Anna;1"));
        assertThat(one(quoted, Columns.text(), "'Anna'x;1"))
                .isEqualTo(scrambled("delimited", "'Anna'x;1"));
    }

    // ---- URLs

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://h.test/p?email=anna@firm.test&page=2 | https://h.test/p?email=E&page=2",
                "https://h.test/p?email=anna%40firm.test#top | https://h.test/p?email=E#top",
                "HTTP://h.test:8080?email=anna@firm.test&&x | HTTP://h.test:8080?email=E&&x",
                "//h.test/?email=anna@firm.test | //h.test/?email=E",
                "/p/q?email= | /p/q?email=",
                "?page=1&email=anna@firm.test | ?page=1&email=E",
                "https://h.test/p#email=anna@firm.test&x=1 | https://h.test/p#email=E&x=1",
                "https://h.test/p?a=b?email=x | https://h.test/p?a=b?email=x",
                "ftp://h.test | ftp://h.test",
            })
    void keepsAUrlAndMasksItsParameters(String given, String expected) {
        MaskingRule rule =
                Columns.rule(
                        "url-query",
                        Map.of("parameters", Map.of("email", "email"), "unlisted", "keep"));
        String encoded = EMAIL.replace("@", "%40").replace("+", "%2B");
        assertThat(one(rule, Columns.text(), given)).isEqualTo(expected.replace("E", encoded));
    }

    @Test
    void masksUserPasswordAndEveryParameterThatNoRuleNames() {
        assertThat(
                        one(
                                MaskingRule.of("url-query"),
                                Columns.text(),
                                "https://anna:geheim1@h.test/p?name=Anna+Keller&ref=Zo%C3%AB&flag#Sect4"))
                .matches(
                        "https://[a-z]{4}:[a-z]{6}\\d@h.test/p\\?name=[A-Z][a-z]{3}%20[A-Z][a-z]{5}&ref=[A-Z][a-z](%C3%[0-9A-F]{2})&[a-z]{4}#[A-Z][a-z]{3}\\d")
                .doesNotContain("anna", "geheim", "Anna", "Keller", "flag", "Sect");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"n/a", "anna@firm.test", "mailto:anna@firm.test", "https://a b", "Anna"})
    void whatIsNoUrlIsScrambled(String given) {
        assertThat(one(MaskingRule.of("url-query"), Columns.text(), given))
                .isEqualTo(scrambled("url-query", given));
    }

    // ---- all

    @Test
    void documentsInDocumentsAreMaskedByTheirOwnRules() {
        MaskingRule rule =
                Columns.rule(
                        "hstore",
                        Map.of(
                                "keys",
                                Map.of(
                                        "doc",
                                        Map.of("mask", "json", "paths", Map.of("$.e", "email")))));
        assertThat(
                        mask(
                                rule,
                                Columns.of(ValueForm.HSTORE),
                                Columns.hstore("doc", "{\"e\":\"anna@firm.test\"}")))
                .isEqualTo(Columns.hstore("doc", "{\"e\":\"%s\"}".formatted(EMAIL)));
    }

    @Test
    void rulesThatCannotBeAreRefused() {
        assertThat(problems("xml", Map.of("paths", Map.of("/a[1]", "email", "//b", "shift-time"))))
                .containsExactlyInAnyOrder(
                        "xml: /a[1]: not a path like /order/customer/@email, //phone or //note/text()",
                        "xml: //b: shift-time cannot mask a text or a date in one");
        assertThat(problems("xml", Map.of("paths", Map.of("//@a/b", "email", "a", "email"))))
                .hasSize(2);
        assertThat(problems("hstore", Map.of("keys", Map.of("a", 1), "names", "hide")))
                .containsExactlyInAnyOrder(
                        "hstore: names must be keep, mask or words",
                        "hstore: a: a rule is a masker's name or a map with `mask`");
        assertThat(
                        problems(
                                "delimited",
                                Map.of("separator", "\n", "columns", Map.of("0", "email"))))
                .containsExactlyInAnyOrder(
                        "delimited: separator must be one or more signs of a line",
                        "delimited: 0: a column is a number from 1 to 1000, or \"*\" for all others");
        assertThat(problems("delimited", Map.of("separator", ";", "quote", ";")))
                .containsExactly(
                        "delimited: quote must be one sign of ASCII that the separator has not");
        assertThat(problems("url-query", Map.of("parameters", Map.of("a", "emial"))))
                .containsExactly("url-query: a: there is no masker emial; did you mean email?");
    }

    private static List<String> problems(String masker, Map<String, @Nullable Object> parameters) {
        return Maskers.check(Columns.rule(masker, parameters));
    }

    private static String one(MaskingRule rule, ColumnProfile column, String given) {
        return new String(mask(rule, column, Columns.utf8(given)), StandardCharsets.UTF_8);
    }

    private static byte[] mask(MaskingRule rule, ColumnProfile column, byte[] given) {
        return Objects.requireNonNull(
                Columns.mask(Columns.bind(rule, column), List.of(given)).getFirst());
    }

    private static String scrambled(String domain, String given) {
        MaskingRule rule =
                new MaskingRule(
                        "text-scramble",
                        Map.of(),
                        java.util.Optional.of(domain),
                        java.util.Optional.empty());
        return Columns.maskText(rule, Columns.text(), given).getFirst();
    }

    private static String text(MaskedValues out, int index) {
        return new String(out.bytes(), out.start(index), out.length(index), StandardCharsets.UTF_8);
    }
}
