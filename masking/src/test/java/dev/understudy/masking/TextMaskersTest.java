package dev.understudy.masking;

import static dev.understudy.masking.Columns.bind;
import static dev.understudy.masking.Columns.int2;
import static dev.understudy.masking.Columns.maskText;
import static dev.understudy.masking.Columns.rule;
import static dev.understudy.masking.Columns.text;
import static dev.understudy.masking.Columns.utf8;
import static dev.understudy.masking.Columns.varchar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the maskers do whose results the config, or somebody else's class, writes.
final class TextMaskersTest {
    private static final String[] MANY =
            IntStream.range(0, 20_000).mapToObj(each -> "value " + each).toArray(String[]::new);

    @Test
    void tokensHaveTheirPrefixAndLength() {
        MaskingRule rule = rule("tokenise", Map.of("prefix", "tok_", "length", 16));
        assertThat(maskText(rule, varchar(20), MANY))
                .allMatch(each -> each.matches("tok_[a-z2-7]{16}"));
        assertThat(new HashSet<>(maskText(rule, varchar(20), MANY))).hasSameSizeAs(MANY);
        assertThatThrownBy(() -> bind(rule, varchar(19)))
                .hasMessage(
                        "public.t.c: rule tokenise needs 20 characters but the column is character varying(19); use text-scramble");
    }

    @Test
    void templatesAreFilledByEveryValueForItself() {
        MaskingRule rule =
                rule(
                        "template",
                        Map.of("text", "u{digits:4}-{upper:2}{lower:3}.{hex:8}@firm.test"));
        List<String> masked = maskText(rule, text(), MANY);
        assertThat(masked)
                .allMatch(
                        each -> each.matches("u\\d{4}-[A-Z]{2}[a-z]{3}\\.[0-9a-f]{8}@firm\\.test"));
        assertThat(new HashSet<>(masked)).hasSameSizeAs(MANY);
        assertThat(
                        maskText(
                                rule("template", Map.of("text", "{first-name} {last-name}")),
                                text(),
                                "x"))
                .allMatch(each -> each.matches("\\S+ .+"));
        bind(rule("template", Map.of("text", "{token:16}")), Columns.unique(text()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | template: text must have a place like {digits:6}",
                "{name} | template: text has no place {name}; the words are [city, first-name, last-name, street]",
                "{digits:0} | template: a place must have 1 to 64 characters",
            })
    void templatesSayWhatTheyDoNotUnderstand(String template, String problem) {
        assertThat(Maskers.check(rule("template", Map.of("text", template))))
                .containsExactly(problem);
        assertThat(Maskers.check(rule("template", Map.of("text", "a{digits}"))).getFirst())
                .startsWith("template: text has ");
    }

    @Test
    void wordsOfADictionaryAreNeverTheValueItself() {
        MaskingRule rule = rule("dictionary", Map.of("words", List.of("north", "south", "west")));
        assertThat(maskText(rule, text(), "north")).doesNotContain("north");
        assertThat(new HashSet<>(maskText(rule, text(), MANY)))
                .containsExactlyInAnyOrder("north", "south", "west");
        MaskingRule longer =
                rule("dictionary", Map.of("words", List.of("north", "southwest", "east")));
        assertThat(new HashSet<>(maskText(longer, varchar(5), MANY)))
                .containsExactlyInAnyOrder("north", "east");
    }

    @Test
    void categoriesBecomeOtherCategories() {
        MaskingRule rule = rule("categorical", Map.of("values", List.of("A", "B", "C")));
        List<String> masked = maskText(rule, text(), "A", "B", "C");
        assertThat(masked).containsExactlyInAnyOrder("A", "B", "C");
        assertThat(masked.get(0)).isNotEqualTo("A");
        ColumnProfile padded = Columns.of(ValueForm.TEXT, "character(3)", 3);
        assertThat(maskText(rule, padded, "A  ", "B  ", "C  "))
                .containsExactlyElementsOf(masked.stream().map(each -> each + "  ").toList());
        MaskedValues out = new MaskedValues();
        MaskingRule numbers = rule("categorical", Map.of("values", List.of(1, 2, 9)));
        Columns.mask(bind(numbers, Columns.of(ValueForm.INT2)), List.of(int2(1), int2(5)), out);
        assertThat(out.unfit()).isEqualTo(1);
        MaskingRule flat =
                rule("categorical", Map.of("values", List.of("A", "B"), "frequencies", "flatten"));
        assertThat(new HashSet<>(maskText(flat, text(), MANY))).containsExactlyInAnyOrder("A", "B");
        assertThat(Maskers.check(rule("categorical", Map.of("values", List.of("A", "A")))))
                .containsExactly(
                        "categorical: values must be 2 to 1,000 different ones, and none of them null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4111 1111 1111 1234 | **** **** **** 1234",
                "short | *****",
                "1234567 | *******",
                "12345678 | ****5678",
                "Zoë Müller-Ö | *** ****er-Ö",
            })
    void starsCoverAllButTheEnds(String value, String covered) {
        assertThat(maskText(rule("redact", Map.of("style", "ends")), text(), value))
                .containsExactly(covered);
    }

    @Test
    void starsCoverWhatAPatternFinds() {
        MaskingRule rule =
                rule("redact", Map.of("style", "pattern", "pattern", "[\\w.]+@[\\w.]+|\\d{4,}"));
        assertThat(
                        maskText(
                                rule,
                                text(),
                                "write to anna@firm.test or 030 12345, Anna",
                                "schreib an müller1@firm.test, Jürgen",
                                "nothing"))
                .containsExactly(
                        "write to ****@****.**** or 030 *****, Anna",
                        "schreib an mü*****@****.****, Jürgen",
                        "nothing");
        assertThat(Maskers.check(rule("redact", Map.of("style", "pattern"))))
                .containsExactly("redact: style pattern needs a pattern, and a pattern this style");
        assertThat(
                        Maskers.check(rule("redact", Map.of("style", "pattern", "pattern", "(")))
                                .getFirst())
                .startsWith("redact: pattern is no regular expression: ");
    }

    @Test
    void versionsOfUuidsAreKeptWhereAsked() {
        MaskingRule keep = rule("uuid", Map.of("version", "keep"));
        String given = "01932c07-209f-7c31-8a5b-6f1d2e3c4b5a";
        String masked = maskText(keep, text(), given).getFirst();
        assertThat(masked)
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        byte[] bytes = HexFormat.of().parseHex(given.replace("-", ""));
        byte[] maskedBytes =
                Columns.mask(bind(keep, Columns.of(ValueForm.UUID)), List.of(bytes)).getFirst();
        assertThat(HexFormat.of().formatHex(maskedBytes)).isEqualTo(masked.replace("-", ""));
        assertThat(maskText("uuid", given)).matches(".{14}4.*");
    }

    @Test
    void customMaskersStandInTheCatalogueAsAllOthers() {
        MaskerDefinition custom = Maskers.named("loyalty-card").orElseThrow();
        assertThat(custom.parameters()).hasSize(1);
        MaskingRule rule = rule("loyalty-card", Map.of("letters", "DE"));
        assertThat(maskText(rule, text(), "ZZ1234567890123").getFirst()).matches("DE\\d{13}");
        assertThat(Maskers.check(rule("loyalty-card", Map.of("letters", "d"))))
                .containsExactly("loyalty-card: letters must be two of A to Z");
        assertThat(Maskers.check(rule("loyalty-card", Map.of("letter", "D"))))
                .containsExactly("loyalty-card has no parameter letter; did you mean letters?");
        assertThatThrownBy(() -> bind(rule, Columns.unique(text())))
                .hasMessageContaining("can make two values equal but the column is unique");
        assertThatThrownBy(() -> bind(rule, Columns.of(ValueForm.INT4)))
                .hasMessageContaining("needs a text column but this one is int4");
        assertThat(Columns.mask(bind(rule, text()), Arrays.asList(utf8("a"), null)).get(1))
                .isNull();
    }

    @Test
    void theDocumentedExampleIsTheOneThatIsTested() throws IOException {
        String source =
                Files.readString(
                        Path.of("src/test/java/dev/understudy/masking/LoyaltyCardMasker.java"));
        String code = source.substring(source.indexOf("public final class")).strip();
        assertThat(Files.readString(Path.of("../docs/how-to/write-a-masker.md"))).contains(code);
    }
}
