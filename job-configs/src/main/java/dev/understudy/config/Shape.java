package dev.understudy.config;

import dev.understudy.masking.MaskingKeys;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What may stand at one place of a config. The reader, the JSON Schema and the reference page are
/// all made from it, so they cannot disagree.
sealed interface Shape {
    /// One text, in which placeholders may stand.
    record Text(TextKind kind) implements Shape {}

    /// One of a few words.
    record Choice(List<String> words) implements Shape {
        static Choice of(Enum<?>[] constants) {
            return new Choice(
                    Stream.of(constants)
                            .map(each -> each.name().toLowerCase(Locale.ROOT))
                            .toList());
        }
    }

    /// One of a few words, or a list of them.
    record Choices(List<String> words) implements Shape {}

    /// A map from column patterns to words.
    record Kinds(List<String> words) implements Shape {}

    /// A map from ids to reasons, or to maps from column patterns to reasons.
    record Acknowledgements() implements Shape {}

    /// A whole number.
    record Whole(long least, long most) implements Shape {}

    record Flag() implements Shape {}

    /// A number of bytes: `512KB`, `8MB`.
    record Size(long least, long most) implements Shape {
        static final String REGEX = "[1-9][0-9]{0,5}(KB|MB)";
    }

    /// A list of texts.
    record Texts(TextKind kind) implements Shape {}

    /// A map with known keys.
    ///
    /// @param oneOf of each of these lists of keys at least one is needed
    /// @param together of these keys either all or none are given
    record Section(List<Key> keys, List<List<String>> oneOf, List<String> together)
            implements Shape {
        Section(Key... keys) {
            this(List.of(keys), List.of(), List.of());
        }

        Optional<Key> key(String name) {
            return keys.stream().filter(each -> each.name().equals(name)).findFirst();
        }

        List<String> names() {
            return keys.stream().map(Key::name).toList();
        }
    }

    /// A map from names to maps with the same known keys.
    ///
    /// @param like where these keys are explained
    record Named(Section section, String like) implements Shape {}

    /// A map from names to texts, not empty.
    record Pairs(TextKind kind) implements Shape {}

    /// A map from texts to one of a few words.
    record Meanings(List<String> words) implements Shape {}

    /// A map, or what stands at one key of it: a text or a list.
    record TextOrSection(String key, Section section) implements Shape {}

    /// A map from column patterns to rules.
    record Rules() implements Shape {}

    /// One text, or a list of them.
    record TextOrTexts(TextKind kind) implements Shape {}

    /// A map from table patterns to maps that say which rows come.
    record Rows(Section keys) implements Shape {}

    /// One of a few words, or a map from column patterns to them.
    record Orphans(List<String> words) implements Shape {}

    /// A map from table patterns to groups of columns, one map of kinds or a list of them.
    record Groups(Section kinds) implements Shape {}

    /// What a text says.
    enum TextKind {
        JOB_NAME(
                "[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
                "malformed-name",
                "a name of up to 63 letters, digits, dots, dashes and underscores that begins with a letter or digit"),
        MASTER_SECRET(
                "[\\s\\S]{%d,}".formatted(MaskingKeys.SHORTEST_SECRET),
                "short-secret",
                "a secret of at least %d characters".formatted(MaskingKeys.SHORTEST_SECRET)),
        CIPHERTEXT(
                "[A-Za-z0-9+/\\s]{40,}[=\\s]*",
                "malformed-ciphertext",
                "what AWS KMS has encrypted, in base 64"),
        KEY_ID("[0-9a-f]{8}", "malformed-key-id", "the eight hexadecimal digits of a key's id"),
        PASSWORD("[\\s\\S]*", "", "a text"),
        ACCESS_KEY("\\S+", "malformed-text", "a text without blanks"),
        NAME("[\\s\\S]*\\S[\\s\\S]*", "empty-text", "a text that is not empty"),
        DATABASE_URL(
                "jdbc:(?:postgresql|mysql|mariadb)://[^/?#\\s@]*/[^/?#\\s]+(\\?\\S*)?",
                "malformed-url",
                "a URL of the form jdbc:postgresql://host:port/database, or jdbc:mysql://host:port/database"),
        LAKE_URI(
                "s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/\\S*)?|(?![A-Za-z0-9+.-]+:)[\\s\\S]*\\S[\\s\\S]*",
                "malformed-url",
                "s3://bucket/prefix, or a directory's path"),
        ENDPOINT(
                "https?://[^\\s/@]+(/\\S*)?",
                "malformed-url",
                "a URL of the form https://host:port"),
        TABLE_PATTERN(
                "[\\s\\S]*\\S[\\s\\S]*",
                "malformed-pattern",
                "a table pattern: " + TablePattern.FORM),
        COLUMN_PATTERN(
                "[\\s\\S]*\\S[\\s\\S]*",
                "malformed-pattern",
                "a column pattern: " + ColumnRule.FORM),
        COLUMN("[^\\x00]*\\S[^\\x00]*", "empty-text", "the name of a column"),
        REFERENCE(
                "[\\s\\S]*(->|~)[\\s\\S]*",
                "malformed-reference",
                "a reference: " + Reference.FORM),
        PERIOD(
                "P(?=[0-9])([0-9]{1,4}Y)?([0-9]{1,5}M)?([0-9]{1,5}W)?([0-9]{1,6}D)?",
                "malformed-period",
                "a period in whole days, like P400D, P6M or P2Y"),
        CONDITION("[^\\x00]*\\S[^\\x00]*", "empty-text", "a condition in the source's SQL"),
        SOURCE_NAME(
                "[A-Za-z][A-Za-z0-9_-]{0,30}",
                "malformed-name",
                "a name of up to 31 letters, digits, dashes and underscores that begins with a letter");

        /// Of the whole text, once its placeholders are resolved. Both Java and ECMA 262 read it
        /// so.
        final String regex;

        final String problem;
        final String expected;

        TextKind(String regex, String problem, String expected) {
            this.regex = regex;
            this.problem = problem;
            this.expected = expected;
        }

        boolean secret() {
            return belongsElsewhere() || this == ACCESS_KEY;
        }

        /// Whether it is better not written into the file.
        boolean belongsElsewhere() {
            return this == MASTER_SECRET || this == PASSWORD;
        }

        /// Whether it says which job this is or what it does, so that the file alone must say it.
        boolean identifies() {
            return switch (this) {
                case JOB_NAME,
                        SOURCE_NAME,
                        TABLE_PATTERN,
                        COLUMN_PATTERN,
                        COLUMN,
                        REFERENCE,
                        PERIOD,
                        CONDITION ->
                        true;
                case MASTER_SECRET,
                        CIPHERTEXT,
                        KEY_ID,
                        PASSWORD,
                        ACCESS_KEY,
                        NAME,
                        DATABASE_URL,
                        LAKE_URI,
                        ENDPOINT ->
                        false;
            };
        }
    }
}
