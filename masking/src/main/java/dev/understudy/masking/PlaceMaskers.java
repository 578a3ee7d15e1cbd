package dev.understudy.masking;

import static dev.understudy.masking.Declarations.UNIQUE;
import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.needCharacters;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import dev.understudy.masking.MaskerDefinition.Reads;
import dev.understudy.masking.PlaceMasker.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The maskers of where somebody lives.
final class PlaceMaskers {
    private static final Guarantees CHOSEN = promise(false, true, false);
    private static final int FEWEST_PLACES = 20;

    private PlaceMaskers() {}

    static List<Masker> all() {
        return List.of(
                street(),
                houseNumber(),
                IdentityMaskers.word("city", "a city of a dictionary", Words.CITIES),
                IdentityMaskers.word("region", "a region of a dictionary", Places.regions()),
                country(),
                postcode(),
                zip3(),
                place());
    }

    private static Masker street() {
        return new Masker(
                "street",
                "a street of a dictionary and a house number",
                List.of(
                        new Parameter(
                                "house-number",
                                "boolean",
                                false,
                                "true (default), or false for the street alone")),
                EnumSet.of(TEXT),
                always(CHOSEN),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    boolean alone = Boolean.FALSE.equals(rule.parameters().get("house-number"));
                    int room = longest(column);
                    IdentityMaskers.needWords(rule, column, Words.STREETS, alone ? room : room - 4);
                    return tagged(
                            column,
                            keys,
                            domain,
                            alone ? Writers.word(Words.STREETS, room) : Writers.street(room));
                });
    }

    private static Masker zip3() {
        return new Masker(
                "zip3",
                "the first three digits of a US ZIP code; 000 for the 17 regions of 20,000 people or fewer (HIPAA's Safe Harbor), and for what is no ZIP code",
                List.of(),
                EnumSet.of(TEXT),
                // Three digits come through.
                always(new Guarantees(true, false, true, false, false, false, true, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needCharacters(rule, column, 3);
                    return Zip3::mask;
                });
    }

    private static Masker houseNumber() {
        return new Masker(
                "house-number",
                "another number of a house, up to 199, with a letter where there is one",
                List.of(),
                EnumSet.of(TEXT, INT2, INT4, INT8),
                always(CHOSEN),
                Declarations::anything,
                (rule, column, keys, domain) ->
                        tagged(
                                column,
                                keys,
                                domain,
                                column.form() == TEXT
                                        ? ContactWriters.houseNumber(longest(column))
                                        : ContactWriters.houseNumber(column.form())));
    }

    private static Masker country() {
        return new Masker(
                "country",
                "another country, as the value says it: a name, or a code of two or three letters or digits",
                List.of(),
                EnumSet.of(TEXT),
                always(CHOSEN),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needCharacters(rule, column, 2);
                    return tagged(
                            column,
                            keys,
                            domain,
                            new CountryWriter(
                                    longest(column),
                                    keys.permutation(
                                            domain, "countries", Places.countries().size())));
                });
    }

    private static Masker postcode() {
        return new Masker(
                "postcode",
                "other letters and digits in the same layout",
                List.of(
                        new Parameter(
                                "country",
                                "string",
                                false,
                                "the country whose postcodes they are: GB; the result is formed as its are")),
                EnumSet.of(TEXT),
                always(UNIQUE),
                (rule, problem) -> {
                    String country = string(rule, "country", "US");
                    if (Postcodes.of(country).isEmpty()) {
                        problem.accept(
                                "country must be the code of one whose postcodes are known: "
                                        + codes());
                    }
                },
                (rule, column, keys, domain) ->
                        Postcodes.of(string(rule, "country", ""))
                                .map(format ->
                                        CarriedNumberMaskers.bind(
                                                format, rule, column, keys, domain))
                                .orElseGet(() -> new ScrambleMasker(keys, domain)));
    }

    private static String codes() {
        List<String> codes = new ArrayList<>();
        for (Places.Country each : Places.countries()) {
            codes.add(each.code());
        }
        return String.join(", ", codes);
    }

    private static Masker place() {
        return new Masker(
                "place",
                "one part of a true place that the parts in the row decide together, so that city, region, postcode and country fit",
                List.of(
                        new Parameter(
                                "part", "string", true, "of this column: city, region or postcode"),
                        new Parameter(
                                "city", "string", false, "the column of the row with the city"),
                        new Parameter("region", "string", false, "the one with the region"),
                        new Parameter("postcode", "string", false, "the one with the postcode"),
                        new Parameter(
                                "country",
                                "string",
                                false,
                                "the one with the country; the place is in what that becomes"),
                        new Parameter(
                                "in",
                                "string",
                                false,
                                "the country where that column says none that is known, or is missing: DE; without it, any")),
                EnumSet.of(TEXT),
                always(CHOSEN),
                PlaceMaskers::checkPlace,
                PlaceMaskers::readsOfPlace,
                (rule, column, read, keys, domain) -> {
                    RowMaskers.needText(column, read);
                    Part part = Part.of(string(rule, "part", "")).orElseThrow();
                    Map<Part, ColumnProfile> parts = new EnumMap<>(Part.class);
                    parts.put(part, column);
                    int next = 0;
                    for (Part each : others(rule)) {
                        parts.put(each, read.get(next++));
                    }
                    var row =
                            new PlaceMasker.Row(parts, next < read.size() ? read.get(next) : null);
                    if (PlaceMasker.count(row) < FEWEST_PLACES) {
                        throw new MaskingRefused(
                                "%s: rule place has too few places that fit this %s and the other columns of the place; use %s"
                                        .formatted(
                                                column.path(),
                                                column.sqlType(),
                                                Maskers.insteadFor(column)));
                    }
                    return new PlaceMasker(
                            part,
                            row,
                            Places.country(string(rule, "in", "")),
                            Cmac.of(keys, domain));
                });
    }

    private static List<Part> others(MaskingRule rule) {
        return EnumSet.allOf(Part.class).stream()
                .filter(each -> rule.parameters().containsKey(each.word))
                .toList();
    }

    private static Reads readsOfPlace(MaskingRule rule) {
        List<String> columns = new ArrayList<>();
        others(rule).forEach(each -> columns.add(string(rule, each.word, "")));
        String country = string(rule, "country", "");
        if (country.isEmpty()) {
            return Reads.original(columns);
        }
        columns.add(country);
        return new Reads(columns, Set.of(country));
    }

    private static void checkPlace(MaskingRule rule, Consumer<String> problem) {
        String part = string(rule, "part", "");
        if (Part.of(part).isEmpty()) {
            problem.accept("part must be city, region or postcode");
        } else if (rule.parameters().containsKey(part)) {
            problem.accept("%s is the column itself, which has the part %s".formatted(part, part));
        }
        if (rule.parameters().containsKey("in")
                && Places.country(string(rule, "in", "")) == Spellings.UNKNOWN) {
            problem.accept("in must be the code of a country that is known: " + codes());
        }
    }
}
