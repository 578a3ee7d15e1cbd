package dev.understudy.masking;

import static dev.understudy.masking.Field.digits;
import static dev.understudy.masking.Field.kept;
import static dev.understudy.masking.Field.letter;
import static dev.understudy.masking.Field.mixed;
import static dev.understudy.masking.Field.oneOf;
import static dev.understudy.masking.Field.ranges;

import java.util.List;
import java.util.Optional;

/// What postcodes look like in each country. Source: Universal Postal Union, "Postal addressing
/// systems".
final class Postcodes {
    private static final String CANADA = "ABCEGHJKLMNPRSTVWXYZ";
    private static final String NETHERLANDS = "ABCDEGHJKLMNPRSTVWXZ";
    private static final String BRITAIN = "ABDEFGHJLNPQRSTUWXYZ";
    private static final String IRELAND = "ACDEFHKNPRTVWXY";

    private Postcodes() {}

    /// Of a country's code of two capitals; empty for one that is unknown.
    static Optional<NumberFormat> of(String country) {
        return Optional.ofNullable(
                switch (country) {
                    case "AT", "BE", "BG", "CH", "DK", "HU", "LU", "SI" ->
                            plain(ranges(4, 1000, 9999));
                    case "AU", "NO", "NZ", "PH", "ZA" -> plain(digits(4));
                    case "AR" ->
                            NumberFormat.ofText(
                                    Layout.of(digits(4)),
                                    Layout.of(letter(), digits(4), letter(), letter(), letter()));
                    case "BR" -> plain(digits(8));
                    case "CA" -> canada();
                    case "CL", "IL", "JP" -> plain(digits(7));
                    case "CN", "CO", "NG", "RO", "VN" -> plain(digits(6));
                    case "CZ", "GR", "SE" -> plain(oneOf("123456789"), digits(4));
                    case "DE", "EE", "EG", "FI", "HR", "ID", "IT" -> plain(digits(5));
                    case "KE", "KR", "MA", "MX", "MY", "PE", "PL" -> plain(digits(5));
                    case "SA", "SK", "TH", "UA" -> plain(digits(5));
                    case "ES" -> plain(ranges(2, 1, 52), digits(3));
                    case "FR" -> plain(ranges(2, 1, 98), digits(3));
                    case "GB" -> britain();
                    case "IE" -> ireland();
                    case "IN" -> plain(oneOf("12345678"), digits(5));
                    case "IS" -> plain(digits(3));
                    case "LT" -> prefixed("LT", digits(5));
                    case "LV" -> prefixed("LV", digits(4));
                    case "NL" ->
                            NumberFormat.ofText(
                                    Layout.of(
                                            ranges(4, 1000, 9999),
                                            oneOf(NETHERLANDS),
                                            oneOf(NETHERLANDS)));
                    case "PT" ->
                            NumberFormat.ofText(
                                    Layout.of(ranges(4, 1000, 9999)),
                                    Layout.of(ranges(4, 1000, 9999), digits(3)));
                    case "TR" -> plain(ranges(2, 1, 81), digits(3));
                    case "US" -> NumberFormat.ofText(Layout.of(digits(5)), Layout.of(digits(9)));
                    default -> null;
                });
    }

    private static NumberFormat plain(Field... fields) {
        return NumberFormat.ofText(Layout.of(fields));
    }

    private static NumberFormat prefixed(String prefix, Field number) {
        return NumberFormat.ofText(Layout.of(number), Layout.of(kept(prefix), number));
    }

    private static NumberFormat canada() {
        Field later = oneOf(CANADA);
        return plain(oneOf("ABCEGHJKLMNPRSTVXY"), digits(1), later, digits(1), later, digits(1));
    }

    private static NumberFormat ireland() {
        Field unique = mixed(IRELAND);
        return NumberFormat.ofText(
                Layout.of(oneOf(IRELAND), digits(2), unique, unique, unique, unique),
                Layout.of(kept("D6W"), unique, unique, unique, unique));
    }

    private static NumberFormat britain() {
        Field inward = oneOf(BRITAIN);
        return NumberFormat.ofText(
                List.of(
                        Layout.of(letter(), digits(1), digits(1), inward, inward),
                        Layout.of(letter(), digits(2), digits(1), inward, inward),
                        Layout.of(letter(), letter(), digits(1), digits(1), inward, inward),
                        Layout.of(letter(), letter(), digits(2), digits(1), inward, inward),
                        Layout.of(letter(), digits(1), letter(), digits(1), inward, inward),
                        Layout.of(
                                letter(), letter(), digits(1), letter(), digits(1), inward,
                                inward)));
    }
}
