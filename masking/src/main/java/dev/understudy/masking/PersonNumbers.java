package dev.understudy.masking;

import static dev.understudy.masking.CheckDigits.complement;
import static dev.understudy.masking.CheckDigits.number;
import static dev.understudy.masking.CheckDigits.rest;
import static dev.understudy.masking.CheckDigits.value;
import static dev.understudy.masking.CheckDigits.weighted;
import static dev.understudy.masking.Field.check;
import static dev.understudy.masking.Field.dayAndMonth;
import static dev.understudy.masking.Field.digits;
import static dev.understudy.masking.Field.kept;
import static dev.understudy.masking.Field.letter;
import static dev.understudy.masking.Field.listed;
import static dev.understudy.masking.Field.mixed;
import static dev.understudy.masking.Field.monthAndDay;
import static dev.understudy.masking.Field.oneOf;
import static dev.understudy.masking.Field.parity;
import static dev.understudy.masking.Field.ranges;

import java.util.ArrayList;
import java.util.List;

/// The numbers that states give to persons and companies. Where a number tells a birth date, the
/// decade stays, and the sex where a digit of its own tells it, so that ages stay plausible.
final class PersonNumbers {
    private static final int[] NORWEGIAN_FIRST = {3, 7, 6, 1, 8, 9, 4, 5, 2};
    private static final int[] NORWEGIAN_SECOND = {5, 4, 3, 2, 7, 6, 5, 4, 3};

    private PersonNumbers() {}

    // Source: Social Security Administration, "Social Security Number Randomization", 2011.
    static NumberFormat usSsn() {
        return NumberFormat.ofDigits(
                Layout.of(ranges(3, 1, 665, 667, 899), ranges(2, 1, 99), ranges(4, 1, 9999)),
                itin());
    }

    static NumberFormat usItin() {
        return NumberFormat.ofDigits(itin());
    }

    // Source: IRS, Internal Revenue Manual 3.21.263.
    private static Layout itin() {
        return Layout.of(
                kept("9"), digits(2), ranges(2, 50, 65, 70, 88, 90, 92, 94, 99), digits(4));
    }

    // Source: US 45 CFR 162.406.
    static NumberFormat usNpi() {
        return NumberFormat.ofDigits(
                Layout.of(kept(oneOf("12")), digits(8), check(digits(1), CheckDigits::npi)));
    }

    // Source: CMS, "Understanding the Medicare Beneficiary Identifier (MBI) format".
    static NumberFormat usMbi() {
        String letters = "ACDEFGHJKMNPQRTUVWXY";
        return NumberFormat.ofText(
                Layout.of(
                        oneOf("123456789"),
                        oneOf(letters),
                        mixed(letters),
                        digits(1),
                        oneOf(letters),
                        mixed(letters),
                        digits(1),
                        oneOf(letters),
                        oneOf(letters),
                        digits(2)));
    }

    // Source: HM Revenue and Customs, National Insurance Manual NIM39110.
    static NumberFormat ukNino() {
        List<String> prefixes = new ArrayList<>();
        for (String first : "ABCEGHJKLMNOPRSTWXYZ".split("", 0)) {
            for (String second : "ABCEGHJKLMNPRSTWXYZ".split("", 0)) {
                if (!List.of("BG", "GB", "NK", "KN", "TN", "NT", "ZZ").contains(first + second)) {
                    prefixes.add(first + second);
                }
            }
        }
        Field prefix = listed(prefixes);
        return NumberFormat.ofText(
                Layout.of(prefix, digits(6), kept(oneOf("ABCD"))), Layout.of(prefix, digits(6)));
    }

    // Source: NHS Data Model and Dictionary, "NHS Number".
    static NumberFormat ukNhsNumber() {
        return NumberFormat.ofDigits(
                Layout.of(digits(9), check(digits(1), complement(11, 10, 9, 8, 7, 6, 5, 4, 3, 2))));
    }

    // Source: Bundeszentralamt für Steuern, "Aufbau der Identifikationsnummer".
    static NumberFormat deSteuerId() {
        Field check = check(digits(1), CheckDigits::mod11And10);
        return NumberFormat.ofDigits(
                Layout.of(ranges(1, 1, 9), digits(9), check).where(PersonNumbers::repeatsOneDigit),
                Layout.of(kept("0"), digits(9), check).where(PersonNumbers::repeatsOneDigit));
    }

    /// Of ten digits, one comes twice, or three times but not in a row, and no other one does.
    private static boolean repeatsOneDigit(byte[] s, int at) {
        long counts = 0;
        for (int i = at; i < at + 10; i++) {
            counts += 1L << (4 * (s[i] - '0'));
        }
        int repeated = 0;
        int most = 0;
        for (int digit = 0; digit < 10; digit++) {
            int count = (int) (counts >>> (4 * digit)) & 15;
            repeated += count > 1 ? 1 : 0;
            most = Math.max(most, count);
        }
        if (repeated != 1 || most > 3) {
            return false;
        }
        for (int i = at; i < at + 8; i++) {
            if (s[i] == s[i + 1] && s[i] == s[i + 2]) {
                return false;
            }
        }
        return true;
    }

    // Source: Real Decreto 1553/2005 (DNI), Real Decreto 557/2011 and the Ministerio del Interior,
    // "Cálculo del dígito de control del NIF-NIE".
    static NumberFormat esDni() {
        String letters = "TRWAGMYFPDXBNJZSQVHLCKE";
        return NumberFormat.ofText(
                Layout.of(
                        digits(8),
                        check(letter(), (s, at, length) -> spanish(letters, number(s, at, 8)))),
                Layout.of(
                        kept(oneOf("XYZ")),
                        digits(7),
                        check(
                                letter(),
                                (s, at, length) ->
                                        spanish(
                                                letters,
                                                (s[at] - 'X') * 10_000_000L
                                                        + number(s, at + 1, 7)))));
    }

    private static int spanish(String letters, long number) {
        return letters.charAt((int) (number % 23)) - 'A';
    }

    // Source: INSEE, "Numéro d'inscription au répertoire des personnes physiques", and Décret
    // 82-103. 2A and 2B, the departments of Corsica, count as 19 and 18.
    static NumberFormat frNir() {
        List<Layout> layouts = new ArrayList<>();
        Field key = check(ranges(2, 1, 97), (s, at, length) -> 96 - (int) (nir(s, at) % 97));
        for (Field department :
                List.of(ranges(2, 1, 19, 21, 99), kept(listed(List.of("2A", "2B"))))) {
            Field sex = kept(oneOf("123478"));
            Field decade = kept(digits(1));
            Field month = ranges(2, 1, 12, 20, 20, 30, 42, 50, 99);
            layouts.add(Layout.of(sex, decade, digits(1), month, department, digits(6), key));
            layouts.add(Layout.of(sex, decade, digits(1), month, department, digits(6)));
        }
        return NumberFormat.ofText(layouts);
    }

    private static long nir(byte[] s, int at) {
        int department =
                switch (s[at + 6]) {
                    case 'A' -> 19;
                    case 'B' -> 18;
                    default -> (int) number(s, at + 5, 2);
                };
        return number(s, at, 5) * 100_000_000L + department * 1_000_000L + number(s, at + 7, 6);
    }

    // Source: Decreto ministeriale 12 marzo 1974 and 23 dicembre 1976; companies: partita IVA,
    // DPR 633/1972.
    static NumberFormat itCodiceFiscale() {
        Field instead = mixed("LMNPQRSTUV");
        List<Layout> layouts = new ArrayList<>();
        for (Field day : List.of(ranges(2, 1, 31), ranges(2, 41, 71))) {
            layouts.add(
                    Layout.of(
                                    letter(),
                                    letter(),
                                    letter(),
                                    letter(),
                                    letter(),
                                    letter(),
                                    kept(instead),
                                    instead,
                                    oneOf("ABCDEHLMPRST"),
                                    day,
                                    oneOf("ABCDEFGHILMZ"),
                                    instead,
                                    instead,
                                    instead,
                                    check(letter(), PersonNumbers::codiceFiscale))
                            .where(PersonNumbers::isItalianDay));
        }
        layouts.add(Layout.of(digits(7), kept(digits(3)), check(digits(1), CheckDigits::luhn)));
        return NumberFormat.ofText(layouts);
    }

    private static boolean isItalianDay(byte[] s, int at) {
        int day = (int) number(s, at + 9, 2) % 40;
        return switch (s[at + 8]) {
            case 'B' -> day <= 29;
            case 'D', 'H', 'P', 'S' -> day <= 30;
            default -> true;
        };
    }

    private static final int[] ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    private static int codiceFiscale(byte[] s, int at, int length) {
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            int value = value(s[at + i]);
            int place = value > 9 ? value - 10 : value;
            sum += i % 2 == 0 ? ODD[place] : place;
        }
        return sum % 26;
    }

    // Source: Rijksdienst voor Identiteitsgegevens, "Logisch Ontwerp BSN": the test of eleven.
    static NumberFormat nlBsn() {
        return eightByElevens(9, 8, 7, 6, 5, 4, 3, 2);
    }

    // Source: Rijksregister / Registre national, "Informatietypen: identificatienummer". Those born
    // from 2000 on have a 2 before the number when its check is made: the check is then a fixed way
    // off the other one, and stays so.
    static NumberFormat beNationalNumber() {
        return NumberFormat.ofDigits(
                Layout.of(
                                kept(digits(1)),
                                digits(1),
                                monthAndDay(0, 0),
                                digits(2),
                                parity(),
                                check(
                                        ranges(2, 1, 97),
                                        (s, at, length) -> 96 - (int) (number(s, at, 9) % 97)))
                        .where((s, at) -> isDay(s, at, 2, 4)));
    }

    // Source: Bundesamt für Sozialversicherungen, "Die AHV-Nummer": the check of EAN-13.
    static NumberFormat chAhv() {
        return NumberFormat.ofDigits(
                Layout.of(
                        kept("756"),
                        digits(9),
                        check(digits(1), complement(10, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3))));
    }

    // Source: Skatteverket, SKV 704 "Personnummer", and "Samordningsnummer" (day plus 60).
    static NumberFormat sePersonnummer() {
        List<Layout> layouts = new ArrayList<>();
        Field luhn = check(digits(1), (s, at, length) -> CheckDigits.luhn(s, at + length - 10, 10));
        for (int coordination : new int[] {0, 60}) {
            Field day = monthAndDay(0, coordination);
            Field decade = kept(digits(1));
            layouts.add(
                    Layout.of(decade, digits(1), day, digits(2), parity(), luhn)
                            .where((s, at) -> isDay(s, at, 2, 4)));
            Field century = kept(listed(List.of("18", "19", "20")));
            layouts.add(
                    Layout.of(century, decade, digits(1), day, digits(2), parity(), luhn)
                            .where((s, at) -> isDay(s, at + 2, 2, 4)));
        }
        return NumberFormat.ofDigits(layouts.toArray(Layout[]::new));
    }

    // Source: Skatteetaten, "Fødselsnummer" and "D-nummer" (day plus 40); Forskrift til
    // folkeregisterloven § 2-2-3.
    static NumberFormat noFodselsnummer() {
        List<Layout> layouts = new ArrayList<>();
        for (int foreigner : new int[] {0, 40}) {
            layouts.add(
                    Layout.of(
                                    dayAndMonth(foreigner, 0),
                                    kept(digits(1)),
                                    digits(1),
                                    kept(digits(1)),
                                    digits(1),
                                    parity(),
                                    check(digits(2), PersonNumbers::norwegian))
                            .where((s, at) -> isDay(s, at, 2, 0)));
        }
        return NumberFormat.ofDigits(layouts.toArray(Layout[]::new));
    }

    private static int norwegian(byte[] s, int at, int length) {
        int first = (11 - weighted(s, at, NORWEGIAN_FIRST) % 11) % 11;
        int sum = weighted(s, at, NORWEGIAN_SECOND) + 2 * first;
        int second = (11 - sum % 11) % 11;
        return first == 10 || second == 10 ? -1 : 10 * first + second;
    }

    // Source: CPR-kontoret, "Personnummeret i CPR", 2008. Numbers since 2007 need no check.
    static NumberFormat dkCpr() {
        List<Layout> layouts = new ArrayList<>();
        for (int replacement : new int[] {0, 60}) {
            layouts.add(
                    Layout.of(
                                    dayAndMonth(replacement, 0),
                                    kept(digits(1)),
                                    digits(1),
                                    kept(digits(1)),
                                    digits(2),
                                    check(digits(1), complement(11, 4, 3, 2, 7, 6, 5, 4, 3, 2)))
                            .where((s, at) -> isDay(s, at, 2, 0)));
        }
        return NumberFormat.ofDigits(layouts.toArray(Layout[]::new));
    }

    // Source: Digi- ja väestötietovirasto, "The personal identity code"; Valtioneuvoston asetus
    // 128/2010. The sign of the century, a letter or a separator, stays.
    static NumberFormat fiHetu() {
        String signs = "0123456789ABCDEFHJKLMNPRSTUVWXY";
        List<Layout> layouts = new ArrayList<>();
        for (Field hundred : List.of(oneOf("012345678"), kept("9"))) {
            Field decade = kept(digits(1));
            Field century = kept(oneOf("ABCDEFUVWXY"));
            layouts.add(
                    Layout.of(
                                    dayAndMonth(0, 0),
                                    decade,
                                    digits(1),
                                    hundred,
                                    digits(1),
                                    parity(),
                                    check(
                                            oneOf(signs),
                                            (s, at, length) -> (int) (number(s, at, 9) % 31)))
                            .where((s, at) -> isDay(s, at, 2, 0) && number(s, at + 6, 3) > 1));
            layouts.add(
                    Layout.of(
                                    dayAndMonth(0, 0),
                                    decade,
                                    digits(1),
                                    century,
                                    hundred,
                                    digits(1),
                                    parity(),
                                    check(
                                            oneOf(signs),
                                            (s, at, length) ->
                                                    (int)
                                                            ((number(s, at, 6) * 1000
                                                                            + number(s, at + 7, 3))
                                                                    % 31)))
                            .where((s, at) -> isDay(s, at, 2, 0) && number(s, at + 7, 3) > 1));
        }
        return NumberFormat.ofText(layouts);
    }

    // Source: Ustawa o ewidencji ludności, art. 15: the month tells the century.
    static NumberFormat plPesel() {
        List<Layout> layouts = new ArrayList<>();
        for (int century : new int[] {0, 20, 40, 60, 80}) {
            layouts.add(
                    Layout.of(
                                    kept(digits(1)),
                                    digits(1),
                                    monthAndDay(century, 0),
                                    digits(3),
                                    parity(),
                                    check(digits(1), complement(10, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3)))
                            .where((s, at) -> isDay(s, at, 2, 4)));
        }
        return NumberFormat.ofDigits(layouts.toArray(Layout[]::new));
    }

    // Source: Receita Federal, Instrução Normativa RFB 2.172/2024.
    static NumberFormat brCpf() {
        return NumberFormat.ofDigits(
                Layout.of(digits(9), check(digits(2), (s, at, length) -> brazilian(s, at, 9, 11)))
                        .where((s, at) -> !allEqual(s, at, 9)));
    }

    // Source: Receita Federal, Instrução Normativa RFB 2.229/2024: digits, and letters from July
    // 2026 on. The four symbols of the branch stay, so that a company's branches stay together.
    static NumberFormat brCnpj() {
        Field any = mixed();
        Field stays = kept(any);
        return NumberFormat.ofDigits(
                Layout.of(
                        any,
                        any,
                        any,
                        any,
                        any,
                        any,
                        any,
                        any,
                        stays,
                        stays,
                        stays,
                        stays,
                        check(digits(2), (s, at, length) -> brazilian(s, at, 12, 9))));
    }

    /// Two digits, the second over the first, too; weights from 2 up to the largest from the right.
    private static int brazilian(byte[] s, int at, int count, int largest) {
        int one = 0;
        int two = 0;
        for (int i = 0; i < count; i++) {
            int value = s[at + i] - '0'; // of letters, too: A counts 17
            one += value * (2 + (count - 1 - i) % (largest - 1));
            two += value * (2 + (count - i) % (largest - 1));
        }
        int first = one % 11 < 2 ? 0 : 11 - one % 11;
        two += 2 * first;
        return 10 * first + (two % 11 < 2 ? 0 : 11 - two % 11);
    }

    // Source: UIDAI, "A UID numbering scheme", 2010.
    static NumberFormat inAadhaar() {
        return NumberFormat.ofDigits(
                Layout.of(
                        ranges(1, 2, 9),
                        digits(9),
                        digits(1),
                        check(digits(1), CheckDigits::verhoeff)));
    }

    // Source: Income Tax Department of India, "Structure of PAN": the fourth letter tells the kind
    // of holder, and how the last one is made is not published.
    static NumberFormat inPan() {
        return NumberFormat.ofText(
                Layout.of(
                        letter(),
                        letter(),
                        letter(),
                        kept(oneOf("ABCEFGHJLPT")),
                        letter(),
                        ranges(4, 1, 9999),
                        letter()));
    }

    // Source: Employment and Social Development Canada, "Social Insurance Number: code of
    // practice".
    static NumberFormat caSin() {
        return NumberFormat.ofDigits(
                Layout.of(kept(digits(1)), digits(7), check(digits(1), CheckDigits::luhn)));
    }

    /// Eight digits and the rest of their weighted sum by eleven, which must be a digit.
    private static NumberFormat eightByElevens(int... weights) {
        return NumberFormat.ofDigits(Layout.of(digits(8), check(digits(1), rest(11, weights))));
    }

    // Source: Australian Taxation Office, "Tax file number algorithm"; the last weight is 10, so
    // the
    // last digit is the rest of the others.
    static NumberFormat auTfn() {
        return eightByElevens(1, 4, 3, 7, 5, 8, 6, 9);
    }

    // Source: Services Australia, "Medicare card number": ten digits, the last the issue of the
    // card, and often the person's number on it.
    static NumberFormat auMedicare() {
        CheckDigits rest = rest(10, 1, 3, 7, 9, 1, 3, 7, 9);
        Field card = ranges(1, 2, 6);
        Field issue = kept(digits(1));
        return NumberFormat.ofDigits(
                Layout.of(card, digits(7), check(digits(1), rest), issue),
                Layout.of(card, digits(7), check(digits(1), rest), issue, issue));
    }

    /// False for the 29th of February of a year that has none; months may be raised by twenties,
    /// days by 40 or 60.
    private static boolean isDay(byte[] s, int at, int month, int day) {
        int number = (int) number(s, at + day, 2);
        boolean last = number == 29 || number == 69 || number == 89;
        int year = day == 4 ? 0 : 4;
        return !last || number(s, at + month, 2) % 20 != 2 || number(s, at + year, 2) % 4 == 0;
    }

    private static boolean allEqual(byte[] s, int at, int count) {
        for (int i = at + 1; i < at + count; i++) {
            if (s[i] != s[at]) {
                return false;
            }
        }
        return true;
    }
}
