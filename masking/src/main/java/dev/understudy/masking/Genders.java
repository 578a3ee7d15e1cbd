package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a column says a gender: by words and titles of many languages, by the numbers of ISO/IEC
/// 5218, by the labels of an enum, or by codes that the rule explains.
final class Genders {
    static final int FEMALE = 0;
    static final int MALE = 1;
    static final int NEUTRAL = 2;
    static final List<String> NAMES = List.of("female", "male", "neutral");

    /// The manners in which titles without a language of their own become one.
    static final int TITLE = 1;

    static final int DOTTED_TITLE = 2;

    /// The manner of single letters, which fit everywhere.
    static final int LETTER = 0;

    private static final int CASES = 3;

    /// One manner each: her, him, and others, of which the first is written.
    private static final String[][] MANNERS = {
        {"f", "m", "x", "d", "n", "o", "u"},
        {"ms", "mr", "mx"},
        {"ms.", "mr.", "mx."},
        {"mrs", "mr"},
        {"mrs.", "mr."},
        {"miss", "mr"},
        {"2", "1", "9", "0"},
        {
            "female",
            "male",
            "other",
            "unknown",
            "diverse",
            "non-binary",
            "nonbinary",
            "non binary",
            "unspecified",
            "not specified",
            "prefer not to say"
        },
        {"woman", "man"},
        {"girl", "boy"},
        {"weiblich", "männlich", "divers", "unbekannt"},
        {"frau", "herr"},
        {"mme", "m."},
        {"mlle", "m."},
        {"madame", "monsieur"},
        {"femme", "homme"},
        {"féminin", "masculin", "autre"},
        {"señora", "señor"},
        {"sra.", "sr."},
        {"sra", "sr"},
        {"mujer", "hombre"},
        {"femenino", "masculino"},
        {"feminino", "masculino"},
        {"signora", "signor"},
        {"sig.ra", "sig."},
        {"donna", "uomo"},
        {"femmina", "maschio"},
        {"mevrouw", "meneer"},
        {"mevr.", "dhr."},
        {"mevr", "dhr"},
        {"vrouw", "man"},
        {"pani", "pan"},
        {"kobieta", "mężczyzna"},
        {"fru", "hr"},
        {"kvinna", "man"},
        {"nainen", "mies"},
        {"bayan", "bay"},
    };

    private static final Map<String, Integer> SPELLED = spelled();
    private static final Spellings OF_WORDS = new Spellings(SPELLED);

    private final Spellings spellings;

    /// By manner, gender and case; null where a manner has none for a gender.
    private final byte[] @Nullable [] words;

    private Genders(Spellings spellings, byte[] @Nullable [] words) {
        this.spellings = spellings;
        this.words = words;
    }

    private static Map<String, Integer> spelled() {
        Map<String, Integer> spelled = new HashMap<>();
        for (int manner = 0; manner < MANNERS.length; manner++) {
            for (int i = 0; i < MANNERS[manner].length; i++) {
                spelled.putIfAbsent(MANNERS[manner][i], 3 * manner + Math.min(i, NEUTRAL));
                spelled.putIfAbsent(
                        capitals(MANNERS[manner][i]), 3 * manner + Math.min(i, NEUTRAL));
            }
        }
        return spelled;
    }

    private static String capitals(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    /// What the values of a column say under a rule: its codes, if it gives some.
    static Spellings spellings(MaskingRule rule) {
        Map<String, Integer> codes = codes(rule);
        return codes.isEmpty() ? OF_WORDS : new Spellings(codes);
    }

    private static Map<String, Integer> codes(MaskingRule rule) {
        Map<String, Integer> codes = new LinkedHashMap<>();
        if (rule.parameters().get("codes") instanceof Map<?, ?> given) {
            given.forEach((code, gender) ->
                    codes.put(String.valueOf(code), NAMES.indexOf(String.valueOf(gender))));
        }
        return codes;
    }

    /// Which gender a spelling says; neutral for one that is unknown.
    static int gender(int spelling) {
        return spelling == Spellings.UNKNOWN ? NEUTRAL : spelling % 3;
    }

    /// How a column is written.
    ///
    /// @param shortest the manner for what does not fit the column
    /// @throws MaskingRefused if nobody can say which of its values are her and him
    static Genders of(MaskingRule rule, ColumnProfile column, int shortest) {
        Map<String, Integer> codes = codes(rule);
        if (codes.isEmpty() && column.form() == ValueForm.TEXT) {
            return new Genders(OF_WORDS, words(Declarations.longest(column), shortest));
        }
        if (codes.isEmpty() && column.form() == ValueForm.ENUM) {
            for (String label : column.labels()) {
                Integer spelling = SPELLED.get(label.toLowerCase(Locale.ROOT));
                if (spelling != null) {
                    codes.put(label, spelling % 3);
                }
            }
        }
        if (codes.isEmpty() && column.form().isInteger()) { // ISO/IEC 5218
            codes.putAll(Map.of("0", NEUTRAL, "1", MALE, "2", FEMALE, "9", NEUTRAL));
        }
        if (!codes.containsValue(FEMALE) || !codes.containsValue(MALE)) {
            throw new MaskingRefused(
                    "%s: rule %s cannot tell which values of this %s column are female and which are male; say it: codes: { a: female, b: male }"
                            .formatted(column.path(), rule.masker(), column.sqlType()));
        }
        byte[] @Nullable [] words = new byte[3 * CASES][];
        codes.forEach((code, gender) -> {
            for (int i = 0; i < CASES; i++) {
                if (words[gender * CASES + i] == null) {
                    words[gender * CASES + i] = Constants.encode(code, rule, column);
                }
            }
        });
        return new Genders(new Spellings(codes), words);
    }

    private static byte[] @Nullable [] words(int longest, int shortest) {
        byte[] @Nullable [] words = new byte[MANNERS.length * 3 * CASES][];
        for (int manner = 0; manner < MANNERS.length; manner++) {
            for (int gender = 0; gender < Math.min(3, MANNERS[manner].length); gender++) {
                String word = MANNERS[manner][gender];
                if (word.length() > longest) {
                    word = MANNERS[shortest][gender];
                }
                int at = (3 * manner + gender) * CASES;
                words[at] = utf8(word);
                words[at + 1] = utf8(capitals(word.substring(0, 1)) + word.substring(1));
                words[at + 2] = utf8(capitals(word));
            }
        }
        return words;
    }

    boolean knows(byte[] bytes, int start, int length) {
        return spelling(bytes, start, length) != Spellings.UNKNOWN;
    }

    /// In how many manners it can be written.
    int manners() {
        return words.length / (3 * CASES);
    }

    /// The spelling of a canonical value, or {@link Spellings#UNKNOWN}.
    int spelling(byte[] bytes, int start, int length) {
        return spellings.of(bytes, start, length);
    }

    /// Appends a gender in the manner of a spelling, and in the case of a value.
    ///
    /// @param hash decides between her and him where the manner knows nobody else
    void write(
            int spelling,
            int gender,
            long hash,
            byte[] bytes,
            int start,
            int length,
            MaskedValues out) {
        int manner = spelling / 3;
        int letters = letters(bytes, start, length);
        byte[] word = words[(3 * manner + gender) * CASES + letters];
        if (word == null) {
            word = words[(3 * manner + (hash < 0 ? FEMALE : MALE)) * CASES + letters];
        }
        out.append(Objects.requireNonNull(word), 0, word.length);
    }

    /// 0 for a value in small letters, 1 for one with a first capital, 2 for one in capitals.
    private static int letters(byte[] bytes, int start, int length) {
        if (!isCapital(bytes[start])) {
            return 0;
        }
        return length > 1 && isCapital(bytes[start + 1]) ? 2 : 1;
    }

    private static boolean isCapital(byte letter) {
        return letter >= 'A' && letter <= 'Z';
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
