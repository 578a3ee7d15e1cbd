package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonMaskerTest {
    private static final ColumnProfile JSON = Columns.of(ValueForm.JSON);

    @Test
    void masksLeavesByTheirPaths() {
        MaskingRule rule =
                json(
                        Map.of(
                                "$.customer.email", "email",
                                "$.notes[*].text", "redact",
                                "$.customer.id", "keep",
                                "$.secret", "null"));
        String masked =
                mask(
                        rule,
                        """
                        {"customer": {"email": "anna@firm.test", "id": 42}, "notes": [{"text": "call Anna"}, {"text": "x", "by": "Bob"}],
                         "secret": {"pin": 1234, "hint": ["dog"]}, "paid": true, "gone": null}\
                        """);
        assertThat(masked)
                .isEqualTo(
                        "{\"customer\":{\"email\":\"%s\",\"id\":42},\"notes\":[{\"text\":\"[redacted]\"},{\"text\":\"[redacted]\",\"by\":\"%s\"}],\"secret\":{\"pin\":null,\"hint\":[null]},\"paid\":true,\"gone\":null}"
                                .formatted(
                                        Columns.maskText("email", "anna@firm.test"),
                                        Columns.maskText("text-scramble", "Bob")));
    }

    @Test
    void masksEveryStringAndNumberThatNoPathNames() {
        String masked = mask(json(Map.of()), "[\"Anna\", 12345, -7.5, 1e10, 0, {\"k\": \"Bob\"}]");
        assertThat(masked)
                .matches(
                        "\\[\"[A-Z][a-z]{3}\",[1-9]\\d{4},-\\d\\.\\d,\\de\\d\\d,\\d,\\{\"k\":\"[A-Z][a-z]{2}\"}]");
        assertThat(masked).doesNotContain("Anna", "12345", "Bob");
        assertThat(masked).contains(Columns.maskText("digits", "12345"));
    }

    @Test
    void anExactNameWinsOverAWildcardAndLosesNothingOfIt() {
        MaskingRule rule =
                Columns.rule(
                        "json",
                        Map.of(
                                "paths",
                                Map.of("$.*.phone", "redact", "$.home.street", "null"),
                                "unlisted",
                                "keep"));
        assertThat(
                        mask(
                                rule,
                                "{\"home\":{\"phone\":\"1\",\"street\":\"x\",\"n\":1},\"work\":{\"phone\":\"2\"}}"))
                .isEqualTo(
                        "{\"home\":{\"phone\":\"[redacted]\",\"street\":null,\"n\":1},\"work\":{\"phone\":\"[redacted]\"}}");
    }

    @Test
    void masksNamesOfPropertiesWhereAsked() {
        MaskingRule rule = Columns.rule("json", Map.of("names", "mask", "unlisted", "keep"));
        assertThat(mask(rule, "{\"anna@firm.test\": 1}"))
                .isEqualTo(
                        "{\"%s\":1}"
                                .formatted(Columns.maskText("text-scramble", "anna@firm.test")));
    }

    @Test
    void keepsWordsAndMasksOtherNames() {
        MaskingRule rule =
                Columns.rule(
                        "json",
                        Map.of(
                                "names",
                                "words",
                                "unlisted",
                                "keep",
                                "paths",
                                Map.of("$.a.b", "redact")));
        List<String> words =
                List.of(
                        "name",
                        "billing_address",
                        "line-2",
                        "a.b:c/d",
                        "@type",
                        "$ref",
                        "größe",
                        "x123",
                        "max",
                        "JAN_MAX",
                        "Status",
                        "hannah",
                        "");
        for (String each : words) {
            assertThat(mask(rule, "{\"%s\":1}".formatted(each)))
                    .isEqualTo("{\"%s\":1}".formatted(each));
        }
        List<String> data =
                List.of(
                        "anna@firm.test",
                        "Anna Bell",
                        "anna",
                        "ÉVELYNE",
                        "score_of_anna",
                        "annaBell",
                        "_Jürgen",
                        "+49 30 901820",
                        "1",
                        "user1234",
                        "0b9ff2e8-5d4c-4f6a-9c59-3f1d6a7c2e11",
                        "w".repeat(65));
        for (String each : data) {
            assertThat(mask(rule, "{\"a\":{\"b\":\"x\",\"%s\":{\"c\":2}}}".formatted(each)))
                    .isEqualTo(
                            "{\"a\":{\"b\":\"[redacted]\",\"%s\":{\"c\":2}}}"
                                    .formatted(Columns.maskText("text-scramble", each)));
        }
    }

    @Test
    void quotedNamesAndRulesWithParameters() {
        MaskingRule rule =
                json(
                        Map.of(
                                "$[\"a.b\"][*]",
                                Map.of("mask", "constant", "value", 5),
                                "$.c",
                                Map.of("mask", "hash", "length", 4)));
        assertThat(mask(rule, "{\"a.b\":[\"x\",7],\"c\":\"y\"}"))
                .matches("\\{\"a.b\":\\[\"5\",5],\"c\":\"[0-9a-f]{4}\"}");
    }

    @Test
    void aDocumentWithAnUndecidedLeafIsNoneWhereThatIsRefused() {
        MaskingRule rule =
                Columns.rule(
                        "json",
                        Map.of(
                                "paths",
                                Map.of("$.e", "email", "$.n", "keep"),
                                "unlisted",
                                "refuse"));
        assertThat(mask(rule, "{\"e\":\"a@b.test\",\"n\":[1,\"x\"],\"paid\":true,\"gone\":null}"))
                .isEqualTo(
                        "{\"e\":\"%s\",\"n\":[1,\"x\"],\"paid\":true,\"gone\":null}"
                                .formatted(Columns.maskText("email", "a@b.test")));
        assertThat(mask(rule, "{\"e\":\"a@b.test\",\"other\":1}")).isEqualTo("null");
        assertThat(mask(rule, "{\"e\":\"a@b.test\",\"other\":[\"x\"]}")).isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "anna",
                "{\"a\": \"anna\"} x",
                "{\"a\": \"anna\"} {}",
                "[1,]",
                "\"anna"
            })
    void whatIsNoDocumentNeverPasses(String text) {
        MaskedValues out = new MaskedValues();
        Columns.mask(
                Columns.bind(json(Map.of()), JSON),
                List.of(Columns.utf8("\"first\""), Columns.utf8(text), Columns.utf8("[\"last\"]")),
                out);
        assertThat(text(out, 0))
                .isEqualTo("\"%s\"".formatted(Columns.maskText("text-scramble", "first")));
        assertThat(text(out, 1)).isEqualTo("null");
        assertThat(text(out, 2))
                .isEqualTo("[\"%s\"]".formatted(Columns.maskText("text-scramble", "last")));
        assertThat(out.unfit()).isEqualTo(1);
    }

    @Test
    void binaryDocumentsKeepTheirVersion() {
        byte[] masked =
                Columns.mask(
                                Columns.bind(json(Map.of()), Columns.of(ValueForm.JSONB)),
                                List.of(Columns.utf8("\u0001\"anna\"")))
                        .getFirst();
        assertThat(masked[0]).isEqualTo((byte) 1);
        assertThat(new String(masked, 1, masked.length - 1, StandardCharsets.UTF_8))
                .isEqualTo("\"%s\"".formatted(Columns.maskText("text-scramble", "anna")));
    }

    @Test
    void deepDocumentsAreMasked() {
        int depth = 20_000;
        String masked = mask(json(Map.of()), "[".repeat(depth) + "\"anna\"" + "]".repeat(depth));
        assertThat(masked).startsWith("[".repeat(depth) + "\"").doesNotContain("anna");
    }

    private static MaskingRule json(Map<String, ?> paths) {
        return Columns.rule("json", Map.of("paths", paths));
    }

    private static String mask(MaskingRule rule, String document) {
        return Columns.maskText(rule, JSON, document).getFirst();
    }

    private static @Nullable String text(MaskedValues out, int index) {
        return new String(out.bytes(), out.start(index), out.length(index), StandardCharsets.UTF_8);
    }
}
