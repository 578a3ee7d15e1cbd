package dev.understudy.config;

import static dev.understudy.config.Key.optional;
import static dev.understudy.config.Key.required;

import dev.understudy.config.Shape.Acknowledgements;
import dev.understudy.config.Shape.Choice;
import dev.understudy.config.Shape.Choices;
import dev.understudy.config.Shape.Flag;
import dev.understudy.config.Shape.Groups;
import dev.understudy.config.Shape.Kinds;
import dev.understudy.config.Shape.Meanings;
import dev.understudy.config.Shape.Named;
import dev.understudy.config.Shape.Orphans;
import dev.understudy.config.Shape.Pairs;
import dev.understudy.config.Shape.Rows;
import dev.understudy.config.Shape.Rules;
import dev.understudy.config.Shape.Section;
import dev.understudy.config.Shape.Size;
import dev.understudy.config.Shape.Text;
import dev.understudy.config.Shape.TextKind;
import dev.understudy.config.Shape.TextOrSection;
import dev.understudy.config.Shape.TextOrTexts;
import dev.understudy.config.Shape.Texts;
import dev.understudy.config.Shape.Whole;
import dev.understudy.masking.OnMismatch;
import java.util.List;
import java.util.stream.Stream;

/// Every key of a job config.
final class JobLayout {
    /// What a run needs beside its workers: one connection that holds the snapshot, one to look.
    static final int CONNECTIONS_BESIDE_WORKERS = 2;

    private static final Text NAME = new Text(TextKind.NAME);
    private static final Text PASSWORD = new Text(TextKind.PASSWORD);
    private static final Texts TABLES = new Texts(TextKind.TABLE_PATTERN);
    private static final Tuning TUNING = Tuning.defaults();

    private static final Key URL =
            required(
                    "url",
                    new Text(TextKind.DATABASE_URL),
                    "Where the database is: `jdbc:postgresql://host:port/database`, or `jdbc:mysql://host:port/database` for MySQL and MariaDB.");
    private static final Key USER = required("user", NAME, "Who logs in.");
    private static final Key USER_PASSWORD =
            optional("password", PASSWORD, "The user's password, best as a placeholder.")
                    .byDefaultInWords("none: the server must let the user in without one");
    private static final Key CONNECTIONS =
            optional(
                            "connections",
                            new Whole(CONNECTIONS_BESIDE_WORKERS + 1, 1_000),
                            "The most connections that a run opens to it.")
                    .byDefaultInWords("`tuning.workers` + " + CONNECTIONS_BESIDE_WORKERS);

    private static final Section SECRET =
            new Section(
                    List.of(
                            optional(
                                    "text",
                                    new Text(TextKind.MASTER_SECRET),
                                    "The secret itself, best as a placeholder: `${env:NAME}` or `${file:path}`. `understudy key new` makes one."),
                            optional(
                                    "aws-kms",
                                    new Text(TextKind.CIPHERTEXT),
                                    "The secret as AWS KMS has encrypted it, in base 64. Decrypted once, when a command starts."),
                            optional(
                                            "key",
                                            NAME,
                                            "The ARN of the KMS key that it must be encrypted with.")
                                    .byDefaultInWords("whichever it is"),
                            optional(
                                            "context",
                                            new Pairs(TextKind.NAME),
                                            "The encryption context that it was encrypted with: the same names and texts.")
                                    .byDefaultInWords("none"),
                            optional("region", NAME, "The KMS key's region.")
                                    .byDefaultInWords("the environment's"),
                            optional(
                                    "endpoint",
                                    new Text(TextKind.ENDPOINT),
                                    "A KMS server other than Amazon's: `https://host:port`."),
                            optional(
                                            "access-key",
                                            new Text(TextKind.ACCESS_KEY),
                                            "The AWS access key's id.")
                                    .byDefaultInWords("the environment's credentials"),
                            optional(
                                            "secret-key",
                                            PASSWORD,
                                            "The AWS secret access key, best as a placeholder.")
                                    .byDefaultInWords("the environment's credentials")),
                    List.of(List.of("text", "aws-kms")),
                    List.of("access-key", "secret-key"));

    private static final Section SOURCE = new Section(URL, USER, USER_PASSWORD, CONNECTIONS);

    private static final Section TWIN =
            new Section(
                    URL,
                    USER,
                    USER_PASSWORD,
                    CONNECTIONS,
                    optional(
                                    "source-primary-key",
                                    new Flag(),
                                    "Whether every table gets a last, nullable, indexed column `source_primary_key`.")
                            .byDefault(false),
                    optional(
                                    "unheld",
                                    Choice.of(TwinConfig.Unheld.values()),
                                    "What happens to a value that the twin's engine does not have, where that is not the source's: the run fails, or it becomes NULL.")
                            .byDefault("refuse"));

    private static final Section SELECTION =
            new Section(
                    optional("include", TABLES, "Tables to copy.").byDefault(List.of("*")),
                    optional(
                                    "structure-only",
                                    TABLES,
                                    "Tables of these that come without their rows.")
                            .byDefaultInWords("none"),
                    optional("exclude", TABLES, "Tables of these that do not come at all.")
                            .byDefaultInWords("none"));

    private static final Section DELTA =
            new Section(
                    optional(
                                    "watermarks",
                                    new Texts(TextKind.COLUMN_PATTERN),
                                    "Columns with the time of a row's last change, such as `*.updated_at`; a table may have several, such as one of creation and one of change. Rows where any of them has moved are read. A table without one is compared whole.")
                            .byDefaultInWords("none"),
                    optional(
                                    "compare",
                                    TABLES,
                                    "Tables that are compared whole although they have such a column.")
                            .byDefaultInWords("none"),
                    optional(
                                    "checksum-columns",
                                    new Texts(TextKind.COLUMN_PATTERN),
                                    "Kept columns, such as `orders.*`, whose values source and twin sum up besides the keys when they look for rows that are gone. It finds rows that have changed although their times have not, at the cost of one read of the table on either side.")
                            .byDefaultInWords("none"),
                    optional(
                                    "sweep",
                                    new Flag(),
                                    "Whether every delta looks for rows that are gone, and for those that came with an old time, which no time of change can tell. Of sources without a twin, all rows are read for that.")
                            .byDefault(true),
                    optional(
                                    "overlap-seconds",
                                    new Whole(0, 86_400),
                                    "How much earlier than needed the next delta begins to read, for applications that write times by their own clocks. Rows that are as they were are not written again.")
                            .byDefault(60L),
                    optional(
                                    "longest-transaction-seconds",
                                    new Whole(0, 604_800),
                                    "How old an open transaction of the source may be, where the reader may not see it or the source is a standby.")
                            .byDefaultInWords("asked from the source"),
                    optional(
                                    "undecided",
                                    Choice.of(DeltaConfig.Undecided.values()),
                                    "What a delta does with a table that has got a column no rule decides about: `refuse` the run, or `leave` the table, and those that reference it, as they are in twin and lake while the others go on; such a run ends with exit code 6.")
                            .byDefault("refuse"));

    private static final Section LAKE =
            new Section(
                    List.of(
                            required(
                                    "uri",
                                    new Text(TextKind.LAKE_URI),
                                    "`s3://bucket/prefix`, or a directory; a relative one starts at the config file's."),
                            optional(
                                            "compression",
                                            Choice.of(LakeConfig.Compression.values()),
                                            "The codec of the Parquet files.")
                                    .byDefault("zstd"),
                            optional(
                                    "endpoint",
                                    new Text(TextKind.ENDPOINT),
                                    "An S3 server other than Amazon's: `https://host:port`."),
                            optional("region", NAME, "The bucket's region.")
                                    .byDefaultInWords("the environment's"),
                            optional(
                                            "access-key",
                                            new Text(TextKind.ACCESS_KEY),
                                            "The S3 access key's id.")
                                    .byDefaultInWords("the environment's credentials"),
                            optional(
                                            "secret-key",
                                            PASSWORD,
                                            "The S3 secret access key, best as a placeholder.")
                                    .byDefaultInWords("the environment's credentials"),
                            optional(
                                            "path-style",
                                            new Flag(),
                                            "Whether the bucket stands in the URL's path and not in its host name.")
                                    .byDefault(false),
                            optional(
                                            "compact-at",
                                            new Whole(0, 1000),
                                            "How many rows the changes of a table may have, in percent of its base's, before a delta writes a new base instead.")
                                    .byDefault(20L),
                            optional(
                                            "text",
                                            new Texts(TextKind.COLUMN_PATTERN),
                                            "Columns that are stored as text, because they hold values that their type in the lake has no place for: NaN, the first and last timestamps, arrays of several dimensions.")
                                    .byDefaultInWords(
                                            "columns of small tables, and arrays, that hold such values")),
                    List.of(),
                    List.of("access-key", "secret-key"));

    private static final Section KNOBS =
            new Section(
                    optional("workers", new Whole(1, 256), "Splits copied at the same time.")
                            .byDefaultInWords("the machine's processors, 2 at least"),
                    optional(
                                    "batch-rows",
                                    new Whole(1, 1_000_000),
                                    "The most rows between two checkpoints of a split.")
                            .byDefault((long) TUNING.batchRows()),
                    optional(
                                    "batch-size",
                                    new Size(64 << 10, 256 << 20),
                                    "The most bytes between two checkpoints, `64KB` to `256MB`; one larger row stands alone.")
                            .byDefault((TUNING.batchBytes() >> 20) + "MB"),
                    optional(
                                    "split-rows",
                                    new Whole(1_000, 1_000_000_000),
                                    "About how many rows a split of a large table has.")
                            .byDefault(TUNING.splitRows()));

    private static final Text COLUMN = new Text(TextKind.COLUMN);

    private static final Section SINCE =
            new Section(
                    required(
                            "column",
                            new TextOrTexts(TextKind.COLUMN),
                            "The column with a date or timestamp. Of several, one in the window is enough."),
                    required(
                            "within",
                            new Text(TextKind.PERIOD),
                            "How far back the window reaches, from the day of the run by the source's clock, in UTC."));

    private static final Section ROWS =
            new Section(
                    optional(
                                    "since",
                                    SINCE,
                                    "A window: rows that are older stay behind. A row without any of the dates comes.")
                            .byDefaultInWords("all"),
                    optional(
                                    "keep",
                                    new Choices(
                                            Stream.of(RowRule.CalendarDay.values())
                                                    .map(RowRule.CalendarDay::word)
                                                    .toList()),
                                    "Rows of such days come although they are older than the window.")
                            .byDefaultInWords("none"),
                    optional(
                                    "where",
                                    new Text(TextKind.CONDITION),
                                    "A condition in the source's SQL that rows must meet, on the table's own columns. What it makes of a row must not change while the run reads.")
                            .byDefaultInWords("none"));

    private static final Section PLACE =
            new Section(
                    optional("city", COLUMN, "The column with the city."),
                    optional("region", COLUMN, "The one with the region, by name or code."),
                    optional("postcode", COLUMN, "The one with the postcode."),
                    optional(
                            "country",
                            COLUMN,
                            "The one with the country, by name or code. A rule of `columns` that matches it decides about it, such as `keep`; without one it gets `country`. The place is in what it becomes."),
                    optional(
                                    "in",
                                    NAME,
                                    "The code of the country where that column is missing or says none that is known: `DE`.")
                            .byDefaultInWords("any"));

    private static final Section PERSON =
            new Section(
                    optional(
                            "gender",
                            COLUMN,
                            "The column with the gender. A rule of `columns` that matches it decides about it, such as `keep`; without one it gets `gender`. Title and names agree with what it becomes."),
                    optional(
                                    "codes",
                                    new Meanings(List.of("female", "male", "neutral")),
                                    "What the values of that column mean: `{ 0: male, 1: female }`.")
                            .byDefaultInWords(
                                    "words and titles of many languages, and 1 and 2 of ISO/IEC 5218"),
                    optional("title", COLUMN, "The one with the title: Mr, Frau, Mme."),
                    optional("first-name", COLUMN, "The one with the first name."),
                    optional("last-name", COLUMN, "The one with the last name."),
                    optional("full-name", COLUMN, "The one with both."),
                    optional("email", COLUMN, "The one with the e-mail address."),
                    optional("username", COLUMN, "The one with the name of an account."),
                    optional("social-handle", COLUMN, "The one with a handle."),
                    optional(
                            "culture",
                            COLUMN,
                            "A column that tells a country or a language, whose names are taken. It is only read."));

    private static final Section SPAN =
            new Section(
                    required(
                            "of",
                            new Texts(TextKind.COLUMN),
                            "Two columns or more of dates and timestamps. All of a row move by the same number of days, so their order stays."),
                    optional("max-days", new Whole(1, 36_500), "How far at most.").byDefault(365L),
                    optional(
                                    "direction",
                                    new Choice(List.of("both", "earlier", "later")),
                                    "Which way; `earlier` where a CHECK lets no date lie in the future.")
                            .byDefaultInWords("both"));

    private static final Section GROUPS =
            new Section(
                    optional("place", PLACE, "Columns of an address that become one true place."),
                    optional("person", PERSON, "Columns that become one person."),
                    optional(
                            "span",
                            new TextOrSection("of", SPAN),
                            "Dates of which one is not before the other; a list alone is its `of`."));

    static final Section JOB =
            new Section(
                    List.of(
                            required(
                                    "job",
                                    new Text(TextKind.JOB_NAME),
                                    "The job's name: letters, digits, dots, dashes and underscores."),
                            required(
                                    "secret",
                                    new TextOrSection("text", SECRET),
                                    "What all masking keys are derived from, 16 characters at least; a text alone is its `text`. Whoever has it can look pseudonyms up; another one makes other pseudonyms."),
                            optional(
                                            "epoch",
                                            new Whole(0, Integer.MAX_VALUE),
                                            "Another number makes other pseudonyms, which cannot be joined with the old ones.")
                                    .byDefault(0L),
                            optional(
                                    "replaces-key",
                                    new Text(TextKind.KEY_ID),
                                    "The id of the key that made the twin and the lake before the secret was changed, as `understudy key check` shows it. In quotes, for it may be digits alone. Without it a run with another secret is refused."),
                            optional("source", SOURCE, "The production database. Only ever read."),
                            optional(
                                    "sources",
                                    new Named(SOURCE, "source"),
                                    "Several production databases by name, instead of `source`: `crm: { url: ... }`. Patterns may begin with the name: `crm:app.contact`."),
                            optional("tables", SELECTION, "Which tables are copied.")
                                    .byDefaultInWords("all"),
                            optional(
                                            "rows",
                                            new Rows(ROWS),
                                            "Which rows of a table are copied: a table pattern and a window, a condition or both. The most specific pattern decides alone; `{}` is for all rows.")
                                    .byDefaultInWords("all"),
                            optional(
                                            "orphans",
                                            new Orphans(
                                                    Choice.of(OrphanRule.Fate.values()).words()),
                                            "What becomes of foreign keys, declared or in `references`, whose row `rows` leaves out: `refuse` ends the run before it starts, `nullify` makes them NULL, `pull` copies the row all the same; one for all, or by columns.")
                                    .byDefaultInWords("`refuse`"),
                            optional(
                                            "columns",
                                            new Rules(),
                                            "What happens to each column: a pattern and its rule.")
                                    .byDefaultInWords("no rule"),
                            optional(
                                            "groups",
                                            new Groups(GROUPS),
                                            "Columns of one table that must fit together after masking: a table pattern and its groups, one map or a list of maps.")
                                    .byDefaultInWords("none"),
                            optional(
                                            "unlisted",
                                            Choice.of(JobConfig.Unlisted.values()),
                                            "What happens where a column has no rule: `refuse` ends the run before it starts, `mask` masks by the column's type.")
                                    .byDefault("refuse"),
                            optional(
                                            RuleReader.ON_MISMATCH,
                                            Choice.of(OnMismatch.values()),
                                            "What happens to values that do not fit their column's rule, such as `n/a` in a column of e-mail addresses: `pseudonym` replaces and counts them, `stop` ends the run, and nothing is published. A rule's own `on-mismatch` comes first.")
                                    .byDefault("pseudonym"),
                            optional(
                                            "profile",
                                            new Choices(
                                                    Stream.of(Profile.values())
                                                            .map(Profile::word)
                                                            .toList()),
                                            "What the masking must comply with, one or a list: see [warnings and profiles](warnings.md).")
                                    .byDefaultInWords("none"),
                            optional(
                                            "kinds",
                                            new Kinds(
                                                    Stream.of(PersonalKind.values())
                                                            .map(PersonalKind::word)
                                                            .toList()),
                                            "What columns tell of people, for profiles, where their names do not say it; `none` for nothing.")
                                    .byDefaultInWords("what names and maskers say"),
                            optional(
                                            "acknowledge",
                                            new Acknowledgements(),
                                            "Warnings that are accepted: an id, the columns, and why.")
                                    .byDefaultInWords("none"),
                            optional(
                                            "references",
                                            new Texts(TextKind.REFERENCE),
                                            "Foreign keys that the database does not declare.")
                                    .byDefaultInWords("none"),
                            optional(
                                    "twin",
                                    TWIN,
                                    "The masked clone database. A job has a twin, a lake, or both."),
                            optional(
                                    "twins",
                                    new Named(TWIN, "twin"),
                                    "The masked clones of `sources`, by the same names. Without a lake every source has one."),
                            optional(
                                            "delta",
                                            DELTA,
                                            "Runs after the first copy what has changed since the one before. `understudy run --full` copies everything.")
                                    .byDefaultInWords("every run copies everything"),
                            optional(
                                    "lake",
                                    new TextOrSection("uri", LAKE),
                                    "Where the masked Parquet goes; a text alone is its `uri`."),
                            optional("tuning", KNOBS, "Knobs that have good defaults.")),
                    List.of(List.of("source", "sources"), List.of("twin", "twins", "lake")),
                    List.of());

    private JobLayout() {}
}
