package dev.understudy.masking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// First names by culture and gender, and last names by culture. A line of the file is `culture|f,
/// m, s or n|names`: hers, his, last names, and first names of everybody. Their order is part of
/// every pseudonym, so names are only ever added in a release that says so.
final class Names {
    /// Any culture, for what tells none.
    static final int ANYWHERE = 0;

    /// Either gender, for a column that has none. Other genders are those of {@link Genders}.
    static final int EITHER = 3;

    private static final Map<String, String> LANGUAGES =
            Map.ofEntries(
                    Map.entry("sv", "nordic"),
                    Map.entry("da", "nordic"),
                    Map.entry("nb", "nordic"),
                    Map.entry("nn", "nordic"),
                    Map.entry("is", "nordic"),
                    Map.entry("et", "fi"),
                    Map.entry("sk", "cs"),
                    Map.entry("uk", "slavic"),
                    Map.entry("ru", "slavic"),
                    Map.entry("bg", "slavic"),
                    Map.entry("hr", "slavic"),
                    Map.entry("sr", "slavic"),
                    Map.entry("sl", "slavic"),
                    Map.entry("lv", "slavic"),
                    Map.entry("lt", "slavic"),
                    Map.entry("hi", "in"),
                    Map.entry("bn", "in"),
                    Map.entry("ms", "id"),
                    Map.entry("ca", "es"),
                    Map.entry("sw", "af"));

    private static final Names ALL = new Names();

    private final Map<String, Integer> cultures = new LinkedHashMap<>();
    private final List<Words> firstNames = new ArrayList<>();
    private final List<Words> lastNames = new ArrayList<>();
    private final Spellings languages;
    private final int[] ofCountry;

    private Names() {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (String line : Words.lines("names")) {
            String[] parts = line.split("\\|", -1);
            lists.put(parts[0] + parts[1], List.of(parts[2].split(",", -1)));
        }
        List<String> neutral = Objects.requireNonNull(lists.remove("*n"));
        cultures.put("*", ANYWHERE);
        lists.keySet().stream()
                .map(each -> each.substring(0, each.length() - 1))
                .distinct()
                .forEach(each -> cultures.put(each, cultures.size()));
        for (String culture : cultures.keySet()) {
            List<String> hers = list(lists, culture, "f");
            List<String> his = list(lists, culture, "m");
            Set<String> either = new LinkedHashSet<>(hers);
            either.addAll(his);
            firstNames.add(Words.of(hers));
            firstNames.add(Words.of(his));
            firstNames.add(Words.of(neutral));
            firstNames.add(Words.of(List.copyOf(either)));
            lastNames.add(Words.of(list(lists, culture, "s")));
        }
        ofCountry =
                Places.countries().stream()
                        .mapToInt(each -> cultures.getOrDefault(each.culture, ANYWHERE))
                        .toArray();
        Map<String, Integer> spoken = new HashMap<>(cultures);
        LANGUAGES.forEach((language, culture) ->
                spoken.put(language, cultures.getOrDefault(culture, ANYWHERE)));
        spoken.remove("*");
        languages = new Spellings(spoken);
    }

    private static List<String> list(Map<String, List<String>> lists, String culture, String kind) {
        if (!culture.equals("*")) {
            return lists.getOrDefault(culture + kind, List.of());
        }
        Set<String> all = new LinkedHashSet<>();
        lists.forEach((key, names) -> {
            if (key.endsWith(kind)) {
                all.addAll(names);
            }
        });
        return List.copyOf(all);
    }

    static int cultures() {
        return ALL.cultures.size();
    }

    static Words first(int culture, int gender) {
        return ALL.firstNames.get(4 * culture + gender);
    }

    static Words last(int culture) {
        return ALL.lastNames.get(culture);
    }

    /// The culture that a country says, in any spelling, or a language: `Germany`, `DE`, `de-AT`.
    static int culture(byte[] bytes, int start, int length) {
        int country = Places.spellings().of(bytes, start, length);
        if (country == Spellings.UNKNOWN && length > 3 && isSeparator(bytes[start + 2])) {
            country = Places.spellings().of(bytes, start + 3, length - 3);
        }
        if (country != Spellings.UNKNOWN) {
            return ALL.ofCountry[country];
        }
        int language =
                length == 2 || (length > 2 && isSeparator(bytes[start + 2]))
                        ? ALL.languages.of(bytes, start, 2)
                        : Spellings.UNKNOWN;
        return language == Spellings.UNKNOWN ? ANYWHERE : language;
    }

    private static boolean isSeparator(byte sign) {
        return sign == '-' || sign == '_';
    }
}
