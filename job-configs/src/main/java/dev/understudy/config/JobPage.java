package dev.understudy.config;

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
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import java.util.Locale;
import java.util.stream.Collectors;

/// Writes the layout and the catalogue of maskers as a page of the documentation.
final class JobPage {
    private static final String INTRODUCTION =
            """
            # Job config

            One YAML file declares one job. This page is made from the code that reads the file; so is the
            JSON Schema beside it, `job-config.schema.json`, which editors use for completion.

            ```yaml
            job: shop-nightly
            secret: ${env:UNDERSTUDY_SECRET}
            source:
              url: jdbc:postgresql://replica/shop
              user: reader
              password: ${file:/run/secrets/shop}
            columns:
              public.customer.email: email
              public.customer.photo: { mask: constant, value: null, reason: portrait }
              "*.*_id": keep
            twin:
              url: jdbc:postgresql://dev/shop_twin
              user: loader
              password: ${env:TWIN_PASSWORD}
            lake: s3://acme-lake/understudy
            ```

            ## Placeholders

            `${env:NAME}` stands for an environment variable, `${file:path}` for the text of a file without its
            last line end. They may stand in texts, also in the middle of one, but not in keys, the job's name,
            patterns and references: what a job does is to be read in its file. `$${` is a `${` as it stands. Inside `{ }` and `[ ]` YAML needs quotes around them. Relative paths start at the
            folder of the config. What a placeholder stands for is never shown, logged or hashed.

            ## Patterns

            `schema.table.column` names columns, `schema.table` tables. `*` in a part stands for any run of
            characters, also of none. Parts left away at the front are `*`: `customer.email` is for any schema,
            `email` for any table. Case counts. A part in double quotes is taken as it stands:
            `public."odd.name".email`. YAML needs quotes around a key that begins with `*` or `"`.

            The most specific pattern wins. Compared are first the column parts, then the table parts, then the
            schema parts; the first difference decides: a part without `*` is more specific than one with `*`;
            of two with `*` the one with more other characters is; of two with as many the one with fewer `*`.
            So `public.customer.email` wins over `public.*.email`, that over `*.email`, and that over
            `public.customer.*`. Two patterns that are equally specific and match one column must ask for the same.

            A job with several `sources` may say in front of a pattern which one it means: `crm:app.contact.email`,
            `crm:*`. Without that it is for all of them, and where both match, the one that names a source wins over the
            same pattern that does not. A name that itself begins with a word and a colon stands in double quotes.

            A reference is `schema.table.column -> schema.table.column`, or with several columns
            `public.a.(x, y) -> public.b.(u, v)`. With `~` instead of `->` the columns hold the same values, but neither
            needs the other's: `crm:app.contact.email ~ shop:public.customer.email`. Both are masked alike. With several
            sources, both sides say which.

            """;

    private JobPage() {}

    static String markdown() {
        var page = new StringBuilder(INTRODUCTION);
        section(page, "The keys of the file", JobLayout.JOB);
        sections(page, "", JobLayout.JOB);
        rules(page);
        return page.toString();
    }

    /// @param before the keys that lead to the section
    private static void sections(StringBuilder page, String before, Section in) {
        for (Key key : in.keys()) {
            String path = before + key.name();
            switch (key.shape()) {
                case Section section -> section(page, "`" + path + "`", section);
                case TextOrSection either -> section(page, "`" + path + "`", either.section());
                case Rows rows -> {
                    section(page, "`" + path + "`", rows.keys());
                    sections(page, path + ": ", rows.keys());
                }
                case Groups groups -> {
                    section(page, "`" + path + "`", groups.kinds());
                    sections(page, path + ": ", groups.kinds());
                }
                default -> {}
            }
        }
    }

    private static void section(StringBuilder page, String title, Section section) {
        page.append("## ").append(title).append("\n\n");
        page.append("| key | type | default | |\n|---|---|---|---|\n");
        for (Key key : section.keys()) {
            page.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    key.name(),
                                    type(key.shape()),
                                    key.required() ? "required" : key.shownDefault(),
                                    key.summary()));
        }
        if (!section.together().isEmpty()) {
            page.append("\nAll or none of these are given: `")
                    .append(String.join("`, `", section.together()))
                    .append("`.\n");
        }
        page.append('\n');
    }

    private static void rules(StringBuilder page) {
        page.append(
                """
                ## Rules and maskers

                A rule is a masker's name, or a map with the name at `mask`, the masker's parameters, and these:

                | key | type | default | |
                |---|---|---|---|
                | `domain` | text | the masker's own | The named set of columns whose equal values mask to equal values. |
                | `ignore-case` | `true`, `false` | `false` | Whether texts that differ in case alone are one value, as under a collation that ignores case: they get one pseudonym. Columns of the type `citext` always do. |
                | `reason` | text | | Why, for whoever reviews the config. |
                | `on-mismatch` | pseudonym or stop | what the job's `on-mismatch` says | What happens to values that do not fit the rule: `stop` ends the run, and nothing is published. |

                | masker | what it does | parameters |
                |---|---|---|
                """);
        for (MaskerDefinition each : Maskers.all()) {
            String parameters =
                    each.parameters().stream()
                            .map(parameter ->
                                    "`%s` (%s%s): %s"
                                            .formatted(
                                                    parameter.name(),
                                                    parameter.type(),
                                                    parameter.required() ? ", required" : "",
                                                    cell(parameter.summary())))
                            .collect(Collectors.joining("<br>"));
            page.append(
                    "| `%s` | %s | %s |\n"
                            .formatted(each.name(), cell(each.summary()), parameters));
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String type(Shape shape) {
        return switch (shape) {
            case Text text -> type(text.kind());
            case Choices choices ->
                    "one or a list of `" + String.join("`, `", choices.words()) + "`";
            case Kinds _ -> "map of column patterns and kinds";
            case Acknowledgements _ ->
                    "map of ids and reasons, or of ids, column patterns and reasons";
            case Choice choice -> "`" + String.join("`, `", choice.words()) + "`";
            case Whole whole ->
                    String.format(
                            Locale.ROOT, "whole number, %,d to %,d", whole.least(), whole.most());
            case Flag _ -> "`true`, `false`";
            case Size _ -> "size: `512KB`, `8MB`";
            case Texts texts -> "list of " + type(texts.kind()) + "s";
            case Section _ -> "map, see below";
            case TextOrSection either ->
                    either.section().key(either.key()).orElseThrow().shape() instanceof Texts
                            ? "list or map, see below"
                            : "text or map, see below";
            case Named named -> "map of names, and of maps as at `" + named.like() + "`";
            case Pairs _ -> "map of names and texts";
            case Meanings meanings ->
                    "map of texts and `" + String.join("`, `", meanings.words()) + "`";
            case TextOrTexts texts -> type(texts.kind()) + ", or a list of them";
            case Rows _ -> "map of table patterns and maps, see below";
            case Orphans orphans ->
                    "`%s`, or a map of column patterns and these"
                            .formatted(String.join("`, `", orphans.words()));
            case Groups _ -> "map of table patterns and groups, see below";
            case Rules _ -> "map of patterns and rules, see below";
        };
    }

    private static String type(TextKind kind) {
        return switch (kind) {
            case JOB_NAME, SOURCE_NAME, NAME, ACCESS_KEY -> "text";
            case MASTER_SECRET, PASSWORD -> "secret text";
            case CIPHERTEXT -> "base 64";
            case KEY_ID -> "eight hexadecimal digits";
            case DATABASE_URL -> "JDBC URL";
            case LAKE_URI -> "URI or directory";
            case ENDPOINT -> "URL";
            case TABLE_PATTERN -> "table pattern";
            case COLUMN_PATTERN -> "column pattern";
            case COLUMN -> "column";
            case REFERENCE -> "reference";
            case PERIOD -> "period: `P400D`, `P6M`";
            case CONDITION -> "SQL";
        };
    }
}
