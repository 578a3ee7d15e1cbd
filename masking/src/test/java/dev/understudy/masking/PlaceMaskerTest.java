package dev.understudy.masking;

import static dev.understudy.masking.Columns.texts;
import static dev.understudy.masking.Columns.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Places whose parts are masked apart and must fit.
final class PlaceMaskerTest {
    private static final long SEED = 20_261_122;
    private static final int ROWS = 3000;

    /// A table of addresses, and what the rules of its columns read.
    private static final class Table {
        private final Map<String, ColumnProfile> profiles = new HashMap<>();
        private final Map<String, List<@Nullable String>> values = new HashMap<>();
        private final List<String> order = List.of("city", "region", "postcode", "country");
        private final Map<String, Object> more;

        Table(Map<String, Object> more) {
            this.more = more;
            order.forEach(each -> profiles.put(each, Columns.text()));
            Random random = new Random(SEED);
            for (String each : order) {
                values.put(each, new ArrayList<>());
            }
            for (int i = 0; i < ROWS; i++) {
                List<Places.Country> countries = Places.countries();
                Places.Country country = countries.get(random.nextInt(countries.size()));
                Places.City city =
                        Places.cities()
                                .get(country.from + random.nextInt(country.to - country.from));
                add("city", random.nextInt(15) == 0 ? null : text(city.name));
                add("region", random.nextInt(15) == 0 ? null : text(city.region));
                add("postcode", random.nextInt(15) == 0 ? null : "" + random.nextInt(100_000));
                add("country", text(random.nextBoolean() ? country.alpha2 : country.english));
            }
        }

        void add(String column, @Nullable String value) {
            values.get(column).add(value);
        }

        List<@Nullable String> of(String column) {
            return values.get(column);
        }

        /// @param countries what the countries become
        List<@Nullable String> masked(String part, List<@Nullable String> countries) {
            Map<String, @Nullable Object> parameters = new HashMap<>(more);
            parameters.put("part", part);
            List<ColumnProfile> read = new ArrayList<>();
            List<List<byte @Nullable []>> originals = new ArrayList<>();
            List<List<byte @Nullable []>> results = new ArrayList<>();
            for (String each : order) {
                if (!each.equals(part)) {
                    parameters.put(each, each);
                    read.add(profiles.get(each));
                    originals.add(utf8(values.get(each)));
                    results.add(utf8(each.equals("country") ? countries : values.get(each)));
                }
            }
            return texts(
                    Columns.mask(
                            Columns.rule("place", parameters),
                            profiles.get(part),
                            utf8(values.get(part)),
                            read,
                            originals,
                            results));
        }

        List<@Nullable String> maskedCountries() {
            return texts(
                    Columns.mask(
                            Columns.bind(MaskingRule.of("country"), profiles.get("country")),
                            utf8(values.get("country"))));
        }
    }

    @Test
    void thePartsOfARowAreOnePlaceInTheCountryThatItsCountryBecomes() {
        Table table = new Table(Map.of());
        List<@Nullable String> countries = table.maskedCountries();
        List<@Nullable String> cities = table.masked("city", countries);
        List<@Nullable String> regions = table.masked("region", countries);
        List<@Nullable String> postcodes = table.masked("postcode", countries);

        Map<List<@Nullable String>, List<@Nullable String>> places = new HashMap<>();
        for (int i = 0; i < ROWS; i++) {
            String country = String.valueOf(countries.get(i));
            assertThat(country).isNotEqualTo(table.of("country").get(i));
            Optional<Places.City> city =
                    city(country, cities.get(i), regions.get(i), postcodes.get(i));
            assertThat(city).as("row %d, seed %d", i, SEED).isPresent();
            assertThat(cities.get(i) == null).isEqualTo(table.of("city").get(i) == null);
            assertThat(regions.get(i) == null).isEqualTo(table.of("region").get(i) == null);
            assertThat(postcodes.get(i) == null).isEqualTo(table.of("postcode").get(i) == null);
            if (cities.get(i) != null) {
                assertThat(cities.get(i)).isNotEqualTo(table.of("city").get(i));
                List<@Nullable String> from = new ArrayList<>();
                from.add(table.of("city").get(i));
                from.add(table.of("region").get(i));
                from.add(text(Places.countries().get(country(country)).alpha2));
                List<@Nullable String> to = List.of(cities.get(i));
                assertThat(places.getOrDefault(from, to)).isEqualTo(to);
                places.put(from, to);
            }
        }
    }

    @Test
    void aKeptCountryStaysTheCountryOfItsPlaces() {
        Table table = new Table(Map.of());
        List<@Nullable String> kept = table.of("country");
        List<@Nullable String> cities = table.masked("city", kept);
        List<@Nullable String> regions = table.masked("region", kept);
        for (int i = 0; i < ROWS; i++) {
            assertThat(city(String.valueOf(kept.get(i)), cities.get(i), regions.get(i), null))
                    .isPresent();
        }
    }

    @Test
    void whereNoCountryIsKnownThePlaceIsInTheOneThatTheRuleNamesOrInAny() {
        Table table = new Table(Map.of("in", "PT"));
        table.values.get("country").replaceAll(each -> "nowhere");
        List<@Nullable String> unknown = table.of("country");
        List<@Nullable String> cities = table.masked("city", unknown);
        List<@Nullable String> regions = table.masked("region", unknown);
        for (int i = 0; i < ROWS; i++) {
            assertThat(city("PT", cities.get(i), regions.get(i), null)).isPresent();
        }
        Table anywhere = new Table(Map.of());
        assertThat(new HashSet<>(anywhere.masked("city", unknown))).hasSizeGreaterThan(500);
    }

    @Test
    void everyPartFitsItsColumn() {
        Table table = new Table(Map.of());
        table.profiles.put("city", Columns.varchar(9));
        table.profiles.put("region", Columns.varchar(2));
        table.profiles.put("postcode", Columns.varchar(5));
        List<@Nullable String> america = new ArrayList<>();
        table.of("country").forEach(each -> america.add("US"));
        List<@Nullable String> cities = table.masked("city", america);
        List<@Nullable String> regions = table.masked("region", america);
        List<@Nullable String> postcodes = table.masked("postcode", america);
        for (int i = 0; i < ROWS; i++) {
            assertThat(city("US", cities.get(i), null, postcodes.get(i))).isPresent();
            assertThat(cities.get(i) == null || cities.get(i).length() <= 9).isTrue();
            assertThat(regions.get(i) == null || regions.get(i).matches("[A-Z]{2}")).isTrue();
            assertThat(postcodes.get(i) == null || postcodes.get(i).matches("\\d{5}")).isTrue();
        }
        table.profiles.put("city", Columns.varchar(2));
        assertThatThrownBy(() -> table.masked("city", america))
                .isInstanceOf(MaskingRefused.class)
                .hasMessageContaining("too few places");
    }

    /// What masks `city` sees its values trimmed and folded, what masks `region` sees them as they
    /// are: both must choose the same place.
    @Test
    void paddedColumnsAndThoseThatIgnoreCaseAgreeWithTheOthers() {
        Table table = new Table(Map.of());
        table.profiles.put("city", ColumnProfile.of("public.t.city", "citext", ValueForm.TEXT));
        table.profiles.put("region", Columns.of(ValueForm.TEXT, "character(40)", 40));
        table.values
                .get("region")
                .replaceAll(each -> each == null ? null : each + " ".repeat(40 - each.length()));
        table.values
                .get("city")
                .replaceAll(each -> each == null ? null : each.toUpperCase(Locale.ROOT));
        List<@Nullable String> kept = table.of("country");
        List<@Nullable String> cities = table.masked("city", kept);
        List<@Nullable String> regions = table.masked("region", kept);
        for (int i = 0; i < ROWS; i++) {
            String region = regions.get(i) == null ? null : regions.get(i).strip();
            assertThat(city(String.valueOf(kept.get(i)), cities.get(i), region, null)).isPresent();
        }
    }

    @Test
    void aCountryBecomesOneOtherHoweverItIsSpelled() {
        MaskingRule rule = MaskingRule.of("country");
        Set<Integer> others = new TreeSet<>();
        for (Places.Country each : Places.countries()) {
            List<String> masked =
                    Columns.maskText(
                            rule,
                            Columns.text(),
                            text(each.alpha2),
                            text(each.alpha3),
                            text(each.number),
                            text(each.english),
                            text(each.own),
                            text(each.alpha2).toLowerCase(Locale.ROOT));
            int other = country(masked.getFirst());
            others.add(other);
            Places.Country country = Places.countries().get(other);
            assertThat(country).isNotSameAs(each);
            assertThat(masked)
                    .containsExactly(
                            text(country.alpha2),
                            text(country.alpha3),
                            text(country.number),
                            text(country.english),
                            text(
                                    text(each.own).equals(text(each.english))
                                            ? country.english
                                            : country.own),
                            text(country.alpha2).toLowerCase(Locale.ROOT));
        }
        assertThat(others).hasSize(Places.countries().size());
        assertThat(Columns.maskText(rule, Columns.varchar(4), "Peru").getFirst())
                .hasSizeBetween(3, 4);
    }

    @Test
    void postcodesOfPlacesAreFormedAsThoseOfTheirCountry() {
        byte[] to = new byte[20];
        Random random = new Random(SEED);
        for (Places.Country country : Places.countries()) {
            NumberFormat format = Postcodes.of(country.code()).orElseThrow();
            for (Places.City city : Places.cities().subList(country.from, country.to)) {
                int end = Places.putPostcode(city.postcode, random.nextLong(), to, 0);
                String postcode = new String(to, 0, end, StandardCharsets.US_ASCII);
                byte[] symbols = Columns.utf8(postcode.replaceAll("[- ]", ""));
                assertThat(format.read(symbols, 0, symbols.length, new Wide(), new Wide()))
                        .as("%s of %s, seed %d", postcode, text(city.name), SEED)
                        .isNotNull();
            }
        }
    }

    @Test
    void postcodesOfACountryStayFormedAsItsAre() {
        assertThat(masked("GB", "SW1A 1AA", "M1 1AE", "B33 8TH", "cr2 6xh"))
                .satisfiesExactly(
                        each -> assertThat(each).matches("[A-Z]{2}\\d[A-Z] \\d[ABD-HJLNP-UW-Z]{2}"),
                        each -> assertThat(each).matches("[A-Z]\\d \\d[ABD-HJLNP-UW-Z]{2}"),
                        each -> assertThat(each).matches("[A-Z]\\d\\d \\d[ABD-HJLNP-UW-Z]{2}"),
                        each -> assertThat(each).matches("[a-z]{2}\\d \\d[abd-hjlnp-uw-z]{2}"));
        assertThat(masked("ES", "28013", "08001"))
                .allSatisfy(each -> assertThat(each).matches("(0[1-9]|[1-4]\\d|5[0-2])\\d{3}"));
        assertThat(masked("US", "10001", "94105-1234"))
                .satisfiesExactly(
                        each -> assertThat(each).matches("\\d{5}"),
                        each -> assertThat(each).matches("\\d{5}-\\d{4}"));
        assertThat(Maskers.check(Columns.rule("postcode", Map.of("country", "Germany"))))
                .singleElement()
                .asString()
                .contains("country must be the code of one whose postcodes are known: DE, AT");
    }

    private static List<String> masked(String country, String... postcodes) {
        return Columns.maskText(
                Columns.rule("postcode", Map.of("country", country)), Columns.text(), postcodes);
    }

    /// A city of the country with this name, region and postcode, whichever of them is given.
    private static Optional<Places.City> city(
            String country,
            @Nullable String name,
            @Nullable String region,
            @Nullable String postcode) {
        Places.Country in = Places.countries().get(country(country));
        return Places.cities().subList(in.from, in.to).stream()
                .filter(each -> name == null || name.equals(text(each.name)))
                .filter(each -> region == null || region.equals(text(each.region)))
                .filter(each -> postcode == null || matches(text(each.postcode), postcode))
                .findFirst();
    }

    private static boolean matches(String pattern, String postcode) {
        return postcode.matches(pattern.replace("#", "[0-9]").replace("@", "[A-Z]"));
    }

    private static int country(String spelled) {
        byte[] bytes = Columns.utf8(spelled);
        return Places.spellings().of(bytes, 0, bytes.length);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
