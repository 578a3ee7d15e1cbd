package dev.understudy.launcher.demo;

import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A generated human being. A class and not a record, because real programs should not print people
/// either.
final class Person {
    private static final Pattern NO_LETTER = Pattern.compile("[^a-z]+");

    final long number;
    final Country country;
    final String gender;
    final String firstName;
    final String lastName;
    final String email;
    final List<String> phones;
    final LocalDate birthDate;
    final @Nullable String nationalId;
    final Instant registeredAt;

    Person(long seed, String role, long number, List<Country> countries, LocalDate today) {
        var dice = new Dice(seed, role, number);
        this.number = number;
        this.country = countries.get(dice.skewed(countries.size()));
        this.gender = dice.of("female", "male", "female", "male", "other", "unknown");
        this.firstName = dice.of(country.firstNames());
        this.lastName = dice.of(country.lastNames());
        this.email =
                plain(firstName)
                        + "."
                        + plain(lastName)
                        + number
                        + "@"
                        + dice.of("example.com", "example.org", "example.net", "mail.example");
        this.phones = phones(dice);
        this.birthDate = today.minusDays(18 * 365 + dice.below(65 * 365));
        this.nationalId = dice.chance(0.3) ? dice.fill("@@") + "%09d".formatted(number) : null;
        Instant now = DemoShop.midnight(today);
        this.registeredAt = dice.between(DemoShop.midnight(today.minusYears(4)), now);
    }

    /// Somebody whose every value is unlike anybody else's, to be looked for where it must not be.
    Person(List<Country> countries, LocalDate today) {
        number = 1;
        country = countries.getFirst();
        gender = "female";
        firstName = Canary.FIRST_NAME;
        lastName = Canary.LAST_NAME;
        email = Canary.EMAIL;
        phones = List.of(Canary.PHONE, Canary.MOBILE);
        birthDate = LocalDate.of(1961, 2, 3);
        nationalId = Canary.NATIONAL_ID;
        registeredAt = DemoShop.midnight(today.minusYears(3));
    }

    private List<String> phones(Dice dice) {
        return switch (dice.below(10)) {
            case 0 -> List.of();
            case 1, 2 -> List.of(country.phone(dice), country.phone(dice));
            default -> List.of(country.phone(dice));
        };
    }

    String fullName() {
        return firstName + " " + lastName;
    }

    @Nullable String phone() {
        return phones.isEmpty() ? null : phones.getFirst();
    }

    boolean isCanary() {
        return email.equals(Canary.EMAIL);
    }

    /// The letters that an e-mail address can hold.
    private static String plain(String name) {
        String decomposed =
                Normalizer.normalize(name, Normalizer.Form.NFD)
                        .toLowerCase(Locale.ROOT)
                        .replace('ł', 'l')
                        .replace('ı', 'i')
                        .replace("ß", "ss");
        String letters = NO_LETTER.matcher(decomposed).replaceAll("");
        return letters.isEmpty() ? "user" : letters;
    }

    @Override
    public String toString() {
        return "Person[" + number + "]";
    }

    /// The values of customer 1.
    static final class Canary {
        static final String FIRST_NAME = "Quirina";
        static final String LAST_NAME = "Zéphyrin-Östlund";
        static final String EMAIL = "quirina.zephyrin@example.org";
        static final String PHONE = "+49 30 55507311";
        static final String MOBILE = "+49 171 5550 7312";
        static final String NATIONAL_ID = "QZ730114882";
        static final String STREET = "Kanarienvogelgasse 1734";
        static final String CARD = "9900173455667788";
        static final String IBAN = "DE71555073110173455667";
        static final String IP = "203.0.113.173";
        static final String TRACKING = "QZ-1734-5550";

        private Canary() {}
    }
}
