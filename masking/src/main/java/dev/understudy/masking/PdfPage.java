package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// A PDF of one page in one colour.
///
/// Source: ISO 32000-1, 7.5, File structure.
final class PdfPage {
    private static final String BLACK = "0.000 0.000 0.000";

    /// Where red, green and blue stand, each as `0.` and three digits, a blank between them.
    static final int COLOUR_AT = new String(bytes(), StandardCharsets.US_ASCII).indexOf(BLACK);

    private PdfPage() {}

    static byte[] bytes() {
        String page = BLACK + " rg 0 0 200 200 re f";
        List<String> objects =
                List.of(
                        "<</Type/Catalog/Pages 2 0 R>>",
                        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 4 0 R>>",
                        "<</Length %d>>stream\n%s\nendstream".formatted(page.length(), page));
        StringBuilder file = new StringBuilder("%PDF-1.4\n");
        StringBuilder places = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            places.append(String.format(Locale.ROOT, "%010d 00000 n \n", file.length()));
            file.append("%d 0 obj%s\nendobj\n".formatted(i + 1, objects.get(i)));
        }
        int table = file.length();
        file.append("xref\n0 5\n").append(places);
        file.append("trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n".formatted(table));
        return file.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
