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
        return lines;
    }

    private static void addBytes(List<String> lines, String masker, ValueForm form, byte[] value) {
        ColumnMasker bound = Columns.bind(MaskingRule.of(masker), Columns.of(form));
        byte[] masked = Objects.requireNonNull(Columns.mask(bound, List.of(value)).getFirst());
        HexFormat hex = HexFormat.of();
        lines.add(
                "%s %s | %s | %s"
                        .formatted(masker, form, hex.formatHex(value), hex.formatHex(masked)));
    }

    /// Prints the file anew.
    public static void main(String[] arguments) {
        lines().forEach(System.out::println);
    }
}
