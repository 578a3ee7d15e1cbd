package dev.understudy.masking;

import static dev.understudy.masking.Columns.bind;
import static dev.understudy.masking.Columns.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What may be told of values that do not fit.
class UnfitShapeTest {
    private static final ColumnProfile TEXT = Columns.text();

    @ParameterizedTest
    @CsvSource({
        "n/a, a/a",
        "Ask Anna 0171, Aaa Aaaa 9999",
        "größe?, aaxxa?",
        "'', none",
        "0123456789012345678901234567890123456789, 9999999999999999999999999999999999999999",
        "01234567890123456789012345678901234567890, 9999999999999999999999999999999999999999... (41 characters)",
    })
    void lettersAndDigitsStandForTheirKind(String value, String shape) {
        List<byte @Nullable []> values =
                Arrays.asList(null, utf8("anna@firm.test"), utf8(value), utf8("another one"));
        if (shape.equals("none")) {
            assertThatThrownBy(() -> first(MaskingRule.of("email"), TEXT, values.subList(0, 3)))
                    .hasMessage("all values fit");
            return;
        }
        assertThat(first(MaskingRule.of("email"), TEXT, values)).isEqualTo(shape);
    }

    @Test
    void ofWhatIsNoTextTheTypeIsTold() {
        byte[] date = ByteBuffer.allocate(4).putInt(Integer.MIN_VALUE + 5).array();
        ColumnProfile born = ColumnProfile.of("public.person.born", "date", ValueForm.DATE);
        assertThat(first(MaskingRule.of("shift-date"), born, List.of(date)))
                .isEqualTo("date of 4 bytes");
    }

    @Test
    void allThatDoNotFitAreCountedByShapesAndTheRestTogether() {
        var values = new ArrayList<byte @Nullable []>();
        for (int i = 0; i < 1000; i++) {
            values.add(utf8("anna" + i + "@firm.test"));
            values.add(i % 3 == 0 ? null : utf8("Tel " + 1000 + i % 9));
            values.add(utf8("x".repeat(1 + i % 10)));
        }
        var shapes = new UnfitShapes(bind(MaskingRule.of("email"), TEXT), TEXT);
        shapes.count(Columns.values(values), RowContext.NONE, 1666);
        Map<String, Long> counts = shapes.take();
        assertThat(counts)
                .hasSize(UnfitShapes.MOST + 1)
                .containsEntry("Aaa 99999", 666L)
                .containsEntry("aaa", 100L)
                .containsEntry(UnfitShapes.OTHER, 300L);
        assertThat(counts.values().stream().mapToLong(each -> each).sum()).isEqualTo(1666);
        assertThat(shapes.take()).isEmpty();
    }

    private static String first(
            MaskingRule rule, ColumnProfile column, List<byte @Nullable []> values) {
        return UnfitShape.first(
                bind(rule, column), Columns.values(values), RowContext.NONE, column);
    }
}
