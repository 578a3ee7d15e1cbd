package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Countries, their regions and cities, and what the postcodes of each city look like. A line of
/// the file is `code|code|number|names|culture|region:city=postcode,...;...`: names are the English
/// one, the country's own and others; a region may have a code before its name; in a postcode `#`
/// stands for a digit and `@` for a letter. The order is part of every pseudonym, so countries and
/// cities are only ever added in a release that says so.
final class Places {
    private static final Places ALL = new Places();

    /// Letters that stand in the postcodes of every country which has some.
    private static final byte[] LETTERS = utf8("AEHNPRTWX");

    private final List<Country> countries = new ArrayList<>();
    private final List<City> cities = new ArrayList<>();
    private final Map<String, Integer> spelled = new HashMap<>();
    private final Set<String> regions = new LinkedHashSet<>();
    private final Spellings spellings;

    /// A country, and its cities from one to before another.
    static final class Country {
        final byte[] alpha2;
        final byte[] alpha3;
        final byte[] number;
        final byte[] english;
        final byte[] own;
        final int englishCharacters;
        final int ownCharacters;
        final String culture;
        final int from;
        final int to;

        private Country(String[] parts, String[] names, int from, int to) {
            alpha2 = utf8(parts[0]);
            alpha3 = utf8(parts[1]);
            number = utf8(parts[2]);
            english = utf8(names[0]);
            own = names.length > 1 && !names[1].isEmpty() ? utf8(names[1]) : english;
            englishCharacters = Bytes.characters(english, 0, english.length);
            ownCharacters = Bytes.characters(own, 0, own.length);
            culture = parts[4];
            this.from = from;
            this.to = to;
        }

        /// Of two capitals.
        String code() {
            return new String(alpha2, StandardCharsets.US_ASCII);
        }
    }

    /// A city, with its region, whose code is empty if it has none.
    static final class City {
        final byte[] name;
        final byte[] region;
        final byte[] code;
        final byte[] postcode;

        private City(String name, String region, String code, String postcode) {
            this.name = utf8(name);
            this.region = utf8(region);
            this.code = utf8(code);
            this.postcode = utf8(postcode);
        }
    }

    private Places() {
        for (String line : Words.lines("places")) {
            String[] parts = line.split("\\|", -1);
            String[] names = parts[3].split("/", -1);
            int from = cities.size();
            for (String region : parts[5].split(";", -1)) {
                addRegion(region);
            }
            for (int i = 0; i < 3; i++) {
                spelled.put(parts[i], countries.size());
            }
            for (String name : names) {
                spelled.put(name, countries.size());
            }
            spelled.remove("");
            countries.add(new Country(parts, names, from, cities.size()));
        }
        spellings = new Spellings(spelled);
    }

    private void addRegion(String text) {
        String[] parts = text.split(":", 2);
        int slash = parts[0].indexOf('/');
        String name = parts[0].substring(slash + 1);
        regions.add(name);
        for (String city : parts[1].split(",", -1)) {
            String[] written = city.split("=", 2);
            cities.add(
                    new City(
                            written[0],
                            name,
                            parts[0].substring(0, Math.max(0, slash)),
                            written[1]));
        }
    }

    static List<Country> countries() {
        return ALL.countries;
    }

    static List<City> cities() {
        return ALL.cities;
    }

    /// The names of all regions.
    static Words regions() {
        return Words.of(List.copyOf(ALL.regions));
    }

    /// Numbers of countries by their codes and names.
    static Spellings spellings() {
        return ALL.spellings;
    }

    /// The country of a code of two capitals, or {@link Spellings#UNKNOWN}.
    static int country(String code) {
        return code.matches("[A-Z]{2}")
                ? ALL.spelled.getOrDefault(code, Spellings.UNKNOWN)
                : Spellings.UNKNOWN;
    }

    /// Writes a postcode of a city, and returns the place behind it.
    static int putPostcode(byte[] pattern, long hash, byte[] to, int at) {
        long rest = hash;
        for (int i = 0; i < pattern.length; i++) {
            byte sign = pattern[i];
            if (sign != '#' && sign != '@') {
                to[at + i] = sign;
                continue;
            }
            int choices = sign == '#' ? 10 : LETTERS.length;
            int picked = Bytes.pick(rest, choices);
            to[at + i] = sign == '#' ? (byte) ('0' + picked) : LETTERS[picked];
            rest *= choices;
        }
        return at + pattern.length;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
