package dev.understudy.masking;

import static dev.understudy.masking.Declarations.UNIQUE;
import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.fitting;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.needCharacters;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.BOOL;
import static dev.understudy.masking.ValueForm.ENUM;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import dev.understudy.masking.MaskerDefinition.Reads;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The maskers of who somebody is and how to reach them.
final class IdentityMaskers {
    /// With fewer words than these to choose from, a column would say too little and tell too much.
    private static final int FEWEST_WORDS = 20;

    private static final Guarantees CHOSEN = promise(false, true, false);

    private static final Parameter GENDER =
            new Parameter(
                    "gender",
                    "string",
                    false,
                    "a column of the row that tells the gender, by what it becomes: m, female, Mrs, 2");
    private static final Parameter CULTURE =
            new Parameter(
                    "culture",
                    "string",
                    false,
                    "a column of the row that tells a country or a language, whose names are taken: DE, Germany, de-AT");
    private static final Parameter CODES =
            new Parameter(
                    "codes",
                    "object",
                    false,
                    "what the gender column's values mean, where they say it otherwise: { 0: male, 1: female, 2: neutral }");

    private IdentityMaskers() {}

    static List<Masker> all() {
        return List.of(
                email(),
                name("first-name", "a first name of a dictionary", true),
                name("last-name", "a last name of a dictionary", false),
                fullName(),
                title(),
                gender(),
                phone(),
                account("username", "a name of an account", '.', 0),
                account("social-handle", "a handle of a social network, with its @", '_', 1),
                company(),
                word("job-title", "a job of a dictionary", Words.JOB_TITLES),
                url());
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
                                    : NamedAccount.email(
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
                always(CHOSEN),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, words, longest(column));
                    return tagged(column, keys, domain, Writers.word(words, longest(column)));
                });
    }

    private static Masker name(String name, String summary, boolean first) {
        Words words = first ? Words.FIRST_NAMES : Words.LAST_NAMES;
        return new Masker(
                name,
                summary,
                first ? List.of(GENDER, CULTURE, CODES) : List.of(CULTURE),
                EnumSet.of(TEXT),
                always(CHOSEN),
                IdentityMaskers::checkCodes,
                rule -> told(rule, "gender", "culture"),
                (rule, column, read, keys, domain) -> {
                    int room = longest(column);
                    needWords(rule, column, words, room);
                    if (read.isEmpty()) {
                        return tagged(column, keys, domain, Writers.word(words, room));
                    }
                    return told(
                            rule,
                            column,
                            read,
                            (culture, gender) ->
                                    Writers.word(
                                            first
                                                    ? firstNames(culture, gender, room)
                                                    : lastNames(culture, room),
                                            room),
                            Cmac.of(keys, domain));
                });
    }

    private static Masker fullName() {
        return new Masker(
                "full-name",
                "a first name and a last name of a dictionary",
                List.of(
                        GENDER,
                        CULTURE,
                        CODES,
                        new Parameter(
                                "from",
                                "array",
                                false,
                                "instead: columns of the row whose masked names it is made of: [first_name, last_name]")),
                EnumSet.of(TEXT),
                always(CHOSEN),
                (rule, problem) -> {
                    RowMaskers.checkColumns(rule, "from", 3, problem);
                    checkCodes(rule, problem);
                    if (rule.parameters().containsKey("from") && rule.parameters().size() > 1) {
                        problem.accept("from stands alone: the names of the row are made already");
                    }
                },
                rule ->
                        rule.parameters().containsKey("from")
                                ? RowMaskers.masked(rule, "from")
                                : told(rule, "gender", "culture"),
                (rule, column, read, keys, domain) -> {
                    int room = longest(column);
                    needWords(rule, column, Words.FIRST_NAMES, (room - 1) / 2);
                    needWords(rule, column, Words.LAST_NAMES, (room - 1) / 2);
                    ColumnMasker alone = tagged(column, keys, domain, Writers.fullName(room));
                    if (read.isEmpty()) {
                        return alone;
                    }
                    if (rule.parameters().containsKey("from")) {
                        RowMaskers.needText(column, read);
                        return new JoinedName(room, alone);
                    }
                    return told(
                            rule,
                            column,
                            read,
                            (culture, gender) ->
                                    Writers.fullName(
                                            firstNames(culture, gender, (room - 1) / 2),
                                            lastNames(culture, (room - 1) / 2),
                                            room),
                            Cmac.of(keys, domain));
                });
    }

    private static Masker title() {
        return new Masker(
                "title",
                "a title like Mr, Frau or Mme, in the manner of the value; Dr. and others become plain ones",
                List.of(
                        GENDER,
                        CODES,
                        new Parameter(
                                "of",
                                "array",
                                false,
                                "instead: columns of the row whose values decide about the gender: [first_name, email]")),
                EnumSet.of(TEXT, ENUM),
                always(promise(false, true, false)),
                (rule, problem) -> {
                    RowMaskers.checkColumns(rule, "of", 8, problem);
                    checkCodes(rule, problem);
                    if (rule.parameters().containsKey("gender")
                            && rule.parameters().containsKey("of")) {
                        problem.accept("gender and of exclude each other");
                    }
                },
                rule ->
                        rule.parameters().containsKey("gender")
                                ? told(rule, "gender")
                                : Reads.original(RowMaskers.masked(rule, "of").columns()),
                (rule, column, read, keys, domain) -> {
                    needCharacters(rule, column, 3);
                    GenderMasker.Told told = gender(rule, column, read);
                    return GenderMasker.titles(
                            told,
                            told == null ? read : List.of(),
                            Genders.of(MaskingRule.of(rule.masker()), column, Genders.TITLE),
                            column,
                            Cmac.of(keys, domain));
                });
    }

    private static Masker gender() {
        return new Masker(
                "gender",
                "female or male, as the value says it: f, Male, weiblich, Mrs, 2; rarer ones become one of the two",
                List.of(
                        new Parameter(
                                "of",
                                "array",
                                false,
                                "columns of the row whose values decide: [first_name, email]; without them the value alone does, and each becomes always the same"),
                        CODES),
                EnumSet.of(TEXT, ENUM, INT2, INT4, INT8, BOOL),
                always(promise(false, true, false)),
                (rule, problem) -> {
                    RowMaskers.checkColumns(rule, "of", 8, problem);
                    checkCodes(rule, problem);
                },
                rule -> Reads.original(RowMaskers.masked(rule, "of").columns()),
                (rule, column, read, keys, domain) -> {
                    Genders genders = Genders.of(rule, column, Genders.LETTER);
                    ColumnMasker masker =
                            GenderMasker.decidedBy(read, genders, column, Cmac.of(keys, domain));
                    return column.form() == TEXT
                            ? fitting(genders::knows, masker, keys, domain)
                            : masker;
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

    /// @param sign how many characters stand before the name
    private static Masker account(String name, String summary, char separator, int sign) {
        return new Masker(
                name,
                summary + ", unique for each",
                List.of(
                        new Parameter(
                                "from",
                                "array",
                                false,
                                "columns of the row whose masked names it begins with: [first_name]; without them a name is made up"),
                        new Parameter(
                                "unique",
                                "boolean",
                                false,
                                "true (default); false for short ones that two values may share: anna.keller42")),
                EnumSet.of(TEXT),
                (rule, column) -> promise(isUnique(rule), true, false),
                (rule, problem) -> {
                    RowMaskers.checkColumns(rule, "from", 3, problem);
                    if (!isUnique(rule) && rule.parameters().containsKey("from")) {
                        problem.accept("unique: false takes no names of the row");
                    }
                },
                rule -> RowMaskers.masked(rule, "from"),
                (rule, column, read, keys, domain) -> {
                    int room = longest(column);
                    needCharacters(
                            rule,
                            column,
                            sign
                                    + (isUnique(rule)
                                            ? ContactWriters.TOKEN
                                            : ContactWriters.SHORTEST_USERNAME));
                    RowMaskers.needText(column, read);
                    if (!read.isEmpty()) {
                        return NamedAccount.username(
                                separator, room, column.form(), Cmac.of(keys, domain));
                    }
                    return tagged(
                            column,
                            keys,
                            domain,
                            isUnique(rule)
                                    ? ContactWriters.username(room, separator)
                                    : ContactWriters.plainUsername(room, separator));
                });
    }

    private static boolean isUnique(MaskingRule rule) {
        return !Boolean.FALSE.equals(rule.parameters().get("unique"));
    }

    private static Masker company() {
        return new Masker(
                "company",
                "a made-up firm; its form stays: GmbH, Inc., S.A.",
                List.of(),
                EnumSet.of(TEXT),
                always(CHOSEN),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needWords(rule, column, Words.COMPANIES, longest(column));
                    return tagged(column, keys, domain, ContactWriters.company(longest(column)));
                });
    }

    private static Masker url() {
        return new Masker(
                "url",
                "a link to a domain reserved for examples, unique for each; the scheme stays",
                List.of(),
                EnumSet.of(TEXT),
                always(promise(true, true, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needCharacters(rule, column, ContactWriters.SHORTEST_URL);
                    return fitting(
                            ContactWriters::looksLikeUrl,
                            tagged(column, keys, domain, ContactWriters.url(longest(column))),
                            keys,
                            domain);
                });
    }

    /// The columns that a rule names in these parameters, as they become.
    private static Reads told(MaskingRule rule, String... parameters) {
        return Reads.masked(
                Stream.of(parameters)
                        .map(each -> string(rule, each, ""))
                        .filter(each -> !each.isEmpty())
                        .toList());
    }

    private static NameMasker told(
            MaskingRule rule,
            ColumnProfile column,
            List<ColumnProfile> read,
            BiFunction<Integer, Integer, TagMasker.Writer> writer,
            Cmac cmac) {
        ColumnProfile culture = rule.parameters().containsKey("culture") ? read.getLast() : null;
        if (culture != null) {
            RowMaskers.needText(column, List.of(culture));
        }
        return new NameMasker(
                gender(rule, column, read),
                culture == null ? null : new ReadColumn(culture),
                writer,
                column.form(),
                cmac);
    }

    private static GenderMasker.@Nullable Told gender(
            MaskingRule rule, ColumnProfile column, List<ColumnProfile> read) {
        if (!rule.parameters().containsKey("gender")) {
            return null;
        }
        ColumnProfile gender = read.getFirst();
        Set<ValueForm> forms = EnumSet.of(TEXT, ENUM, INT2, INT4, INT8, BOOL);
        if (!forms.contains(gender.form()) || gender.array()) {
            throw new MaskingRefused(
                    "%s: its rule reads a gender, but %s is %s; name a column of text, integers, an enum or boolean"
                            .formatted(column.path(), gender.path(), gender.sqlType()));
        }
        return new GenderMasker.Told(gender, rule);
    }

    private static void checkCodes(MaskingRule rule, Consumer<String> problem) {
        if (rule.parameters().get("codes") instanceof Map<?, ?> codes
                && (codes.isEmpty()
                        || !codes.values().stream().allMatch(Genders.NAMES::contains))) {
            problem.accept("codes must say female, male or neutral of each value");
        }
    }

    private static Words firstNames(int culture, int gender, int longest) {
        return enough(Names.first(culture, gender), Names.first(Names.ANYWHERE, gender), longest);
    }

    private static Words lastNames(int culture, int longest) {
        return enough(Names.last(culture), Names.last(Names.ANYWHERE), longest);
    }

    /// Names of anywhere for a column that is too short for enough of the culture's.
    private static Words enough(Words words, Words all, int longest) {
        if (words.countUpTo(longest) >= 2) {
            return words;
        }
        return all.countUpTo(longest) >= 2 ? all : Words.FIRST_NAMES;
    }

    static void needWords(MaskingRule rule, ColumnProfile column, Words words, int longest) {
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
