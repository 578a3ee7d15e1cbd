package dev.understudy.masking;

import static dev.understudy.masking.Columns.texts;
import static dev.understudy.masking.Columns.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Names, titles and genders that agree, and the accounts of a person.
final class PersonMaskersTest {
    private static final int ROWS = 2500;

    @Test
    void aGenderIsSaidAsTheValueSaysIt() {
        List<List<String>> manners =
                List.of(
                        List.of("f", "m"),
                        List.of("F", "M"),
                        List.of("female", "male"),
                        List.of("Female", "Male"),
                        List.of("FEMALE", "MALE"),
                        List.of("2", "1"),
                        List.of("Frau", "Herr"),
                        List.of("Ms.", "Mr."),
                        List.of("weiblich", "männlich"));
        for (List<String> manner : manners) {
            for (String value : manner) {
                List<@Nullable String> masked = genders(value, Columns.text());
                assertThat(new HashSet<>(masked)).as(value).isEqualTo(Set.copyOf(manner));
            }
        }
        assertThat(new HashSet<>(genders("diverse", Columns.text())))
                .containsExactlyInAnyOrder("female", "male");
        assertThat(genders("n/a", Columns.text())).doesNotContain("n/a", "f", "m");
    }

    @Test
    void aGenderOfIntegersIsThatOfTheStandard() {
        MaskingRule rule = Columns.rule("gender", Map.of("of", List.of("name")));
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            values.add(i % 5 == 4 ? null : Columns.int2(i % 5 == 3 ? 9 : i % 5));
        }
        Set<Integer> seen = new HashSet<>();
        List<byte @Nullable []> masked =
                Columns.mask(
                        rule,
                        Columns.of(ValueForm.INT2),
                        values,
                        List.of(Columns.text()),
                        List.of(utf8(names())),
                        List.of(utf8(names())));
        for (int i = 0; i < ROWS; i++) {
            if (i % 5 == 4) {
                assertThat(masked.get(i)).isNull();
            } else {
                seen.add((int) ByteBuffer.wrap(Objects.requireNonNull(masked.get(i))).getShort());
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void anEnumSaysGendersByItsOwnLabels() {
        ColumnProfile titles = labels("mr", "mrs", "dr");
        assertThat(new HashSet<>(genders("dr", titles))).containsExactlyInAnyOrder("mr", "mrs");
        assertThatThrownBy(() -> genders("a", labels("a", "b")))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining("say it: codes: { a: female, b: male }");
        MaskingRule rule =
                Columns.rule("gender", Map.of("codes", Map.of("a", "female", "b", "male")));
        List<String> masked = Columns.maskText(rule, labels("a", "b"), "a", "b");
        assertThat(masked).isSubsetOf("a", "b");
        assertThat(Maskers.check(Columns.rule("gender", Map.of("codes", Map.of("a", "woman")))))
                .containsExactly("gender: codes must say female, male or neutral of each value");
    }

    @Test
    void titlesAndFirstNamesAgreeWithTheGenderThatTheRowGets() {
        List<@Nullable String> genders = cycle("m", "F", "2", "Herr", "x", null, "n/a");
        List<@Nullable String> titles = cycle("Mrs", "Herr", "M.", "Dr.");
        List<@Nullable String> masked =
                texts(masked(Columns.rule("title", Map.of("gender", "g")), titles, genders));
        List<@Nullable String> first =
                texts(masked(Columns.rule("first-name", Map.of("gender", "g")), names(), genders));
        List<@Nullable String> full =
                texts(masked(Columns.rule("full-name", Map.of("gender", "g")), names(), genders));
        for (int i = 0; i < ROWS; i++) {
            String title = String.valueOf(masked.get(i));
            int gender =
                    switch (i % 7) {
                        case 0, 3 -> Genders.MALE;
                        case 1, 2 -> Genders.FEMALE;
                        default -> Genders.NEUTRAL;
                    };
            switch (gender) {
                case Genders.MALE -> assertThat(title).isIn("Mr", "Herr", "M.", "Mr.");
                case Genders.FEMALE -> assertThat(title).isIn("Mrs", "Frau", "Mme", "Ms.");
                default -> assertThat(title).doesNotContain("Dr");
            }
            Words words = Names.first(Names.ANYWHERE, gender);
            assertThat(first.get(i)).isIn(list(words));
            assertThat(String.valueOf(full.get(i)).split(" ", 2)[0]).isIn(list(words));
        }
        assertThat(new HashSet<>(first)).hasSizeGreaterThan(300);
    }

    @Test
    void namesAreThoseOfTheCultureThatTheRowTells() {
        List<@Nullable String> told = cycle("Germany", "DE", "de_AT", "TR", "tur", "sv", "?", null);
        MaskingRule rule = Columns.rule("last-name", Map.of("culture", "c"));
        List<@Nullable String> last = texts(masked(rule, names(), told));
        for (int i = 0; i < ROWS; i++) {
            byte[] country = Columns.utf8(String.valueOf(told.get(i)));
            int culture = Names.culture(country, 0, country.length);
            assertThat(culture == Names.ANYWHERE).isEqualTo(i % 8 >= 6);
            assertThat(last.get(i)).isIn(list(Names.last(culture)));
        }
    }

    @Test
    void namesFitTheirColumnWhateverTheCulture() {
        List<@Nullable String> told = cycle("DE", "US", "VN", "ES", "KR");
        for (int length = 4; length < 12; length++) {
            ColumnProfile column = Columns.varchar(length);
            List<@Nullable String> values = names().subList(0, 100);
            List<@Nullable String> cultures = told.subList(0, 100);
            int most = length;
            assertThat(
                            texts(
                                    Columns.mask(
                                            Columns.rule(
                                                    "first-name",
                                                    Map.of("culture", "c", "gender", "g")),
                                            column,
                                            utf8(values),
                                            List.of(Columns.text(), Columns.text()),
                                            List.of(utf8(values), utf8(cultures)),
                                            List.of(utf8(values), utf8(cultures)))))
                    .allSatisfy(each ->
                            assertThat(each.codePointCount(0, each.length()))
                                    .isLessThanOrEqualTo(most));
        }
    }

    @Test
    void aFullNameIsMadeOfTheMaskedNamesOfItsRow() {
        MaskingRule rule = Columns.rule("full-name", Map.of("from", List.of("first", "last")));
        List<@Nullable String> values =
                Arrays.asList("Ann Real", "Real, Ann", "Ann Real", null, "Real");
        List<@Nullable String> first = Arrays.asList("Zoë", "Zoë", null, "Zoë", null);
        List<@Nullable String> last = Arrays.asList("de Graaf", "de Graaf", "Lange", "L", null);
        ColumnProfile column = Columns.varchar(13);
        List<@Nullable String> masked =
                texts(
                        Columns.mask(
                                rule,
                                column,
                                utf8(values),
                                List.of(Columns.text(), Columns.text()),
                                List.of(utf8(values), utf8(values)),
                                List.of(utf8(first), utf8(last))));
        assertThat(masked.subList(0, 4))
                .containsExactly("Zoë de Graaf", "de Graaf, Zoë", "Lange", null);
        assertThat(masked.get(4)).isNotIn("Real", "", null);
    }

    @Test
    void accountsBeginWithTheMaskedNamesOfTheirRowAndStayUnique() {
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            values.add((i % 2 == 0 ? "@" : "") + "user" + i / 2);
        }
        List<@Nullable String> first = cycle("Zoë", "Jürgen", null);
        for (String masker : List.of("username", "social-handle")) {
            boolean handle = masker.equals("social-handle");
            List<@Nullable String> masked =
                    texts(
                            masked(
                                    Columns.rule(masker, Map.of("from", List.of("first"))),
                                    values,
                                    first));
            assertThat(masked).doesNotHaveDuplicates();
            for (int i = 0; i < ROWS; i++) {
                String begin = handle && i % 2 == 0 ? "@" : "";
                String name = List.of("zoe", "jurgen", "").get(i % 3);
                String separator = name.isEmpty() ? "" : handle ? "_" : ".";
                assertThat(masked.get(i))
                        .matches(begin + name + "[" + separator + ".]?[a-z2-7]{16}");
                assertThat(masked.get(i)).startsWith(begin + name + separator);
            }
        }
        assertThat(
                        Columns.maskText(
                                        Columns.rule("social-handle", Map.of("unique", false)),
                                        Columns.varchar(15),
                                        "@somebody")
                                .getFirst())
                .matches("@[a-z]+(_[a-z]+)?[0-9]{2}")
                .hasSizeLessThanOrEqualTo(15);
    }

    @Test
    void firmsKeepTheirFormAndLinksTheirScheme() {
        assertThat(Columns.maskText("company", "Real Industries GmbH & Co. KG"))
                .endsWith(" GmbH & Co. KG")
                .doesNotContain("Real");
        assertThat(Columns.maskText("company", "Real")).doesNotContain("Real");
        assertThat(
                        Columns.maskText(MaskingRule.of("company"), Columns.varchar(12), "Real AG")
                                .getFirst())
                .hasSizeLessThanOrEqualTo(12);
        assertThat(Columns.maskText("url", "http://firm.test/x?y=1"))
                .matches("http://example\\.(com|net|org)/[a-z2-7]{16}");
        assertThat(Columns.maskText("url", "www.firm.test"))
                .matches("example\\.(com|net|org)/[a-z2-7]{16}");
        assertThat(Columns.maskText("url", "not a link")).hasSize(10).doesNotContain("link");
        assertThat(Columns.maskText("house-number", "12b")).matches("\\d{1,3}[a-f]");
        assertThat(Columns.maskText("house-number", "12")).matches("\\d{1,3}");
    }

    @Test
    void datesOfARowMoveTogetherWhateverTheirTypes() {
        ColumnProfile date = Columns.of(ValueForm.DATE);
        ColumnProfile time = Columns.of(ValueForm.TIMESTAMPTZ);
        List<byte @Nullable []> starts = new ArrayList<>();
        List<byte @Nullable []> ends = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            starts.add(i % 9 == 0 ? null : Columns.int4(7000 + i % 300));
            long days = i % 7 == 0 ? Calendar.LAST_TIMESTAMP_DAY : 7000 + i % 300 + i % 4;
            ends.add(i % 11 == 0 ? null : Columns.int8(days * Calendar.MICROS_PER_DAY + i));
        }
        List<byte @Nullable []> from =
                Columns.mask(
                        Columns.rule("shift-date", Map.of("with", List.of("ends"))),
                        date,
                        starts,
                        List.of(time),
                        List.of(ends),
                        List.of(ends));
        List<byte @Nullable []> to =
                Columns.mask(
                        Columns.rule("shift-date", Map.of("with", List.of("starts"))),
                        time,
                        ends,
                        List.of(date),
                        List.of(starts),
                        List.of(starts));
        Set<Integer> shifts = new HashSet<>();
        for (int i = 0; i < ROWS; i++) {
            byte[] start = from.get(i);
            byte[] end = to.get(i);
            assertThat(start == null).isEqualTo(starts.get(i) == null);
            assertThat(end == null).isEqualTo(ends.get(i) == null);
            if (start == null || end == null) {
                continue;
            }
            int shift = ByteBuffer.wrap(start).getInt() - (7000 + i % 300);
            shifts.add(shift);
            assertThat(shift).isNotZero().isBetween(-365, 365);
            long moved = ByteBuffer.wrap(end).getLong();
            assertThat(Math.floorMod(moved, Calendar.MICROS_PER_DAY)).isEqualTo(i);
            long day = Math.floorDiv(moved, Calendar.MICROS_PER_DAY);
            if (i % 7 == 0) {
                assertThat(day).isEqualTo(Calendar.LAST_TIMESTAMP_DAY + Math.min(0, shift));
            } else {
                assertThat(day).isEqualTo(7000 + i % 300 + i % 4 + shift);
            }
        }
        assertThat(shifts).hasSizeGreaterThan(300);
        assertThatThrownBy(() ->
                        Columns.mask(
                                Columns.rule("shift-date", Map.of("with", List.of("x"))),
                                date,
                                starts,
                                List.of(Columns.text()),
                                List.of(ends),
                                List.of(ends)))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining("shifts dates together, but public.t.c is text");
    }

    private static List<@Nullable String> genders(String value, ColumnProfile column) {
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            values.add(value);
        }
        MaskingRule rule = Columns.rule("gender", Map.of("of", List.of("name")));
        return texts(
                Columns.mask(
                        rule,
                        column,
                        utf8(values),
                        List.of(Columns.text()),
                        List.of(utf8(names())),
                        List.of(utf8(names()))));
    }

    private static List<byte @Nullable []> masked(
            MaskingRule rule, List<@Nullable String> values, List<@Nullable String> told) {
        return Columns.mask(
                rule,
                Columns.text(),
                utf8(values),
                List.of(Columns.text()),
                List.of(utf8(values)),
                List.of(utf8(told)));
    }

    private static List<@Nullable String> names() {
        List<@Nullable String> names = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            names.add("Realname" + i);
        }
        return names;
    }

    private static List<@Nullable String> cycle(@Nullable String... values) {
        List<@Nullable String> all = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            all.add(values[i % values.length]);
        }
        return all;
    }

    private static ColumnProfile labels(String... labels) {
        return new ColumnProfile(
                "public.t.c",
                "kind",
                ValueForm.ENUM,
                false,
                OptionalInt.empty(),
                true,
                false,
                List.of(labels));
    }

    private static List<String> list(Words words) {
        List<String> list = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            list.add(new String(words.word(i), StandardCharsets.UTF_8));
        }
        return list;
    }
}
