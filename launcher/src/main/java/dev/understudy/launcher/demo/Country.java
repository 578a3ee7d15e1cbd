package dev.understudy.launcher.demo;

import java.util.List;

/// Where people live, and what they and their streets are called there.
///
/// @param postcode a pattern for {@link Dice#fill}
record Country(
        String code,
        String name,
        String currency,
        String prefix,
        String postcode,
        List<String> firstNames,
        List<String> lastNames,
        List<String> cities,
        List<String> streets) {

    static List<Country> all() {
        return DemoShop.resource("countries.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(Country::parse)
                .toList();
    }

    private static Country parse(String line) {
        String[] parts = line.split("\\|", -1);
        return new Country(
                parts[0],
                parts[1],
                parts[2],
                parts[3],
                parts[4],
                List.of(parts[5].split(",")),
                List.of(parts[6].split(",")),
                List.of(parts[7].split(",")),
                List.of(parts[8].split(",")));
    }

    /// A street and a house number.
    String street(Dice dice) {
        return dice.of(streets) + " " + (1 + dice.skewed(240)) + (dice.chance(0.1) ? "b" : "");
    }

    String phone(Dice dice) {
        return prefix + dice.fill(dice.of(" ## #######", " ### ### ####", "-##-###-##-##"));
    }

    /// Formed like an IBAN of this country; its check digits are random.
    String iban(Dice dice) {
        return code + dice.fill("####################");
    }
}
