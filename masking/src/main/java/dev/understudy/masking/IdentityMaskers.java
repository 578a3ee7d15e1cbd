package dev.understudy.masking;

import static dev.understudy.masking.Declarations.UNIQUE;
import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.fitting;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.needCharacters;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.util.EnumSet;
import java.util.List;

/// The maskers of who somebody is and where to reach them.
final class IdentityMaskers {
    /// With fewer words than these to choose from, a column would say too little and tell too much.
    private static final int FEWEST_WORDS = 20;

    private IdentityMaskers() {}

    static List<Masker> all() {
        return List.of(
                email(),
                word("first-name", "a first name of a dictionary", Words.FIRST_NAMES),
                word("last-name", "a last name of a dictionary", Words.LAST_NAMES),
                fullName(),
                phone(),
                street(),
                word("city", "a city of a dictionary", Words.CITIES),
                postcode());
    }

    private static Masker email() {
        return new Masker(
                "email",
                "an address of a domain reserved for examples, unique for each address",
                List.of(
                        new Parameter(
                                "from",
                                "array",
                                false,
                                "columns of the row whose masked names the address begins with: [first_name, last_name]; without them names are made up")),
                EnumSet.of(TEXT),
                always(promise(true, true, false)),
                (rule, problem) -> RowMaskers.checkColumns(rule, "from", 3, problem),
                rule -> RowMaskers.masked(rule, "from"),
                (rule, column, read, keys, domain) -> {
                    needCharacters(rule, column, Writers.SHORTEST_EMAIL);
                    RowMaskers.needText(column, read);
                    ColumnMasker address =
                            read.isEmpty()
                                    ? tagged(column, keys, domain, Writers.email(longest(column)))
                                    : new NamedEmail(
                                            longest(column), column.form(), Cmac.of(keys, domain));
                    return fitting(Writers::looksLikeEmail, address, keys, domain);
                });
    }

    static Masker word(String name, String summary, Words words) {
        return new Masker(
                name,
                summary,
                List.of(),
                EnumSet.of(TEXT),
                always(promise(false, true, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, words, longest(column));
                    return tagged(column, keys, domain, Writers.word(words, longest(column)));
                });
    }

    private static Masker fullName() {
        return new Masker(
                "full-name",
                "a first name and a last name of a dictionary",
                List.of(),
                EnumSet.of(TEXT),
                always(promise(false, true, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, Words.FIRST_NAMES, (longest(column) - 1) / 2);
                    needWords(rule, column, Words.LAST_NAMES, (longest(column) - 1) / 2);
                    return tagged(column, keys, domain, Writers.fullName(longest(column)));
                });
    }

    private static Masker phone() {
        return new Masker(
                "phone",
                "the same layout and country code, other digits, unique for each number",
                List.of(),
                EnumSet.of(TEXT, INT8, NUMERIC),
                always(UNIQUE),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    DigitsMasker phone = DigitsMasker.phone(column.form(), keys, domain);
                    return column.form() == TEXT
                            ? fitting(DigitsMasker::looksLikePhone, phone, keys, domain)
                            : phone;
                });
    }

    private static Masker street() {
        return new Masker(
                "street",
                "a street of a dictionary and a house number",
                List.of(),
                EnumSet.of(TEXT),
                always(promise(false, true, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, Words.STREETS, longest(column) - 4);
                    return tagged(column, keys, domain, Writers.street(longest(column)));
                });
    }

    private static Masker postcode() {
        return new Masker(
                "postcode",
                "other letters and digits in the same layout",
                List.of(),
                EnumSet.of(TEXT),
                always(UNIQUE),
                Declarations::anything,
                (rule, column, keys, domain) -> new ScrambleMasker(keys, domain));
    }

    private static void needWords(
            MaskingRule rule, ColumnProfile column, Words words, int longest) {
        if (words.countUpTo(longest) < FEWEST_WORDS) {
            throw new MaskingRefused(
                    "%s: rule %s has too few words that fit the column's %s; use %s"
                            .formatted(
                                    column.path(),
                                    rule.masker(),
                                    column.sqlType(),
                                    Maskers.insteadFor(column)));
        }
    }
}
