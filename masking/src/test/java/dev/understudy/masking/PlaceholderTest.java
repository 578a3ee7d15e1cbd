package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlaceholderTest {
    @ParameterizedTest
    @CsvSource({"png, 89504E47, 32", "jpeg, FFD8FF, 8", "gif, 47494638, 1"})
    void picturesAreReadByWhatReadsPictures(String kind, String head, int side) throws IOException {
        Set<Integer> colours = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            byte[] masked = mask(MaskingRule.of("placeholder"), file(head, i), 0);
            try (ImageInputStream in =
                    ImageIO.createImageInputStream(new ByteArrayInputStream(masked))) {
                var reader = ImageIO.getImageReaders(in).next();
                assertThat(reader.getFormatName()).isEqualToIgnoringCase(kind);
                reader.setInput(in);
                BufferedImage picture = reader.read(0);
                assertThat(picture.getWidth()).isEqualTo(side);
                assertThat(picture.getHeight()).isEqualTo(side);
                int colour = picture.getRGB(0, 0);
                assertThat(picture.getRGB(side - 1, side / 2)).isEqualTo(colour);
                colours.add(colour);
            }
        }
        assertThat(colours).hasSizeGreaterThan(250);
    }

    @Test
    void documentsAreOfOnePageWhoseObjectsAreWhereTheTableSays() {
        Set<String> pages = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            String text =
                    new String(
                            mask(MaskingRule.of("placeholder"), file("25504446", i), 0),
                            StandardCharsets.US_ASCII);
            assertThat(text).startsWith("%PDF-1.4\n").endsWith("%%EOF\n");
            int table = Integer.parseInt(text.replaceAll("(?s).*startxref\n(\\d+)\n.*", "$1"));
            List<String> lines = text.substring(table).lines().toList();
            assertThat(lines.subList(0, 3)).containsExactly("xref", "0 5", "0000000000 65535 f ");
            for (int object = 1; object < 5; object++) {
                String entry = lines.get(2 + object);
                assertThat(entry).matches("\\d{10} 00000 n ");
                assertThat(text.substring(Integer.parseInt(entry.substring(0, 10))))
                        .startsWith(object + " 0 obj<<");
            }
            String page = text.replaceAll("(?s).*stream\n(.*)\nendstream.*", "$1");
            assertThat(text).contains("<</Length " + page.length() + ">>");
            assertThat(page).matches("(0\\.\\d{3} ){3}rg 0 0 200 200 re f");
            pages.add(page);
        }
        assertThat(pages).hasSizeGreaterThan(290);
    }

    @Test
    void whatIsOfNoKnownKindBecomesAPictureAndIsCounted() {
        assertThat(mask(MaskingRule.of("placeholder"), file("00", 1), 1)).startsWith(0x89, 'P');
        MaskingRule pdf = Columns.rule("placeholder", Map.of("kind", "pdf"));
        assertThat(mask(pdf, file("89504E47", 1), 0)).startsWith('%', 'P', 'D', 'F');
        assertThat(Maskers.check(Columns.rule("placeholder", Map.of("kind", "exe"))))
                .containsExactly("placeholder: kind must be png, jpeg, gif or pdf");
    }

    @ParameterizedTest
    @CsvSource({"png", "jpeg", "gif", "pdf"})
    void aColumnThatIsTooShortForAResultIsRefused(String kind) {
        MaskingRule rule = Columns.rule("placeholder", Map.of("kind", kind));
        int longest =
                IntStream.range(0, 3000)
                        .map(each -> mask(rule, file("00", each), 0).length)
                        .max()
                        .orElseThrow();

        assertThatThrownBy(() -> Columns.bind(rule, binary(longest - 1)))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageMatching(
                        "public.t.c: rule placeholder needs \\d+ bytes but the column is varbinary\\(%d\\); use .+"
                                .formatted(longest - 1));
        assertThat(Columns.bind(rule, binary(longest + 6))).isNotNull();
    }

    private static ColumnProfile binary(int length) {
        return Columns.of(ValueForm.BYTES, "varbinary(%d)".formatted(length), length);
    }

    private static byte[] file(String head, int number) {
        byte[] file = HexFormat.of().parseHex(head + "%08x".formatted(number) + "00".repeat(500));
        return file;
    }

    private static byte[] mask(MaskingRule rule, byte[] file, int unfit) {
        MaskedValues out = new MaskedValues();
        ColumnMasker masker = Columns.bind(rule, Columns.of(ValueForm.BYTES));
        Columns.mask(masker, List.of(file), out);
        assertThat(out.unfit()).isEqualTo(unfit);
        return Objects.requireNonNull(Columns.mask(masker, List.of(file)).getFirst());
    }
}
