package dev.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ConfigMistakesTest {
    private static final String RULE = Samples.SMALL + "columns:\n  ";

    @TempDir Path folder;

    /// A mistake, and the one problem that it must lead to: id, line, path, and words of the
    /// message or hint.
    record Mistake(String yaml, String id, int line, String path, String words) {}

    static List<Mistake> mistakes() {
        var all = new ArrayList<Mistake>();
        // YAML itself
        all.add(new Mistake("job: [\n", "yaml-syntax", 2, "", "brackets"));
        all.add(new Mistake("job: a: b\n", "yaml-syntax", 1, "", "not YAML"));
        all.add(new Mistake("job: shop\n*.email: email\n", "yaml-syntax", 2, "", "needs quotes"));
        all.add(
                new Mistake(
                        "a:\n  x: y\n  *name: b\n  c: d\n", "yaml-syntax", 4, "", "needs quotes"));
        all.add(
                new Mistake(
                        "a: { b: ${env:X} }\n", "yaml-syntax", 1, "", "placeholder needs quotes"));
        all.add(new Mistake("a:\n\tb: 1\n", "yaml-syntax", 2, "", "not with tabs"));
        all.add(new Mistake("secret: *hunter2\n", "yaml-syntax", 1, "", "nothing defines"));
        all.add(new Mistake("a: 1\nb: \u0007\n", "yaml-syntax", 2, "", "control characters"));
        all.add(new Mistake("--- {}\n--- {}\n", "yaml-syntax", 2, "", "another document"));
        all.add(new Mistake("a: { <<: 5 }\n", "yaml-syntax", 2, "", "not YAML"));
        all.add(new Mistake("", "empty-config", 1, "", "holds no config"));
        all.add(new Mistake("# later\n", "empty-config", 1, "", "holds no config"));
        all.add(new Mistake("- job: shop\n", "wrong-type", 1, "", "a map but is a list"));
        all.add(new Mistake("shop\n", "wrong-type", 1, "", "a map but is a text"));
        all.add(new Mistake("a: " + "[".repeat(9_000), "oversized-config", 1, "", "nested"));
        all.add(new Mistake("a: &a [*a]\n", "oversized-config", 1, "", "aliases"));
        all.add(new Mistake("a: &a { <<: *a, <<: *a }\n", "oversized-config", 1, "", "aliases"));
        all.add(new Mistake(bomb(), "oversized-config", 1, "", "aliases"));
        all.add(new Mistake("#".repeat(1_100_000), "unreadable-config", 1, "", "1 MB"));
        // rows
        all.add(rows("5", "wrong-type", "", "since: { column: created_at, within: P400D }"));
        all.add(
                rows(
                        "{ a.b: { since: { column: c, within: 400 } } }",
                        "wrong-type",
                        ".a.b.since.within",
                        "put it in quotes"));
        all.add(
                rows(
                        "{ a.b: { since: { column: c, within: PT5H } } }",
                        "malformed-period",
                        ".a.b.since.within",
                        "must be a period in whole days, like P400D, P6M or P2Y but is 'PT5H'"));
        all.add(
                rows(
                        "{ a.b: { since: { column: c } } }",
                        "missing-key",
                        ".a.b.since",
                        "lacks the key `within`"));
        all.add(
                rows(
                        "{ a.b: { since: { column: [], within: P1D } } }",
                        "missing-key",
                        ".a.b.since.column",
                        "`rows.a.b.since.column` names no column"));
        all.add(
                rows(
                        "{ a.b: { since: { column: c, within: P1D }, keep: month-end } }",
                        "unknown-value",
                        ".a.b.keep",
                        "did you mean `month-ends`?"));
        all.add(
                rows(
                        "{ a.b: { keep: feb-29 } }",
                        "misplaced-key",
                        ".a.b.keep",
                        "saves rows from a window, but there is none"));
        all.add(rows("{ a.b: { where: '' } }", "empty-text", ".a.b.where", "a condition"));
        all.add(
                rows(
                        "{ a.b: { where: '${env:HOST} = 1' } }",
                        "misplaced-placeholder",
                        ".a.b.where",
                        "hash"));
        all.add(rows("{ a.b.c: {} }", "malformed-pattern", ".a.b.c", "has 3 parts"));
        all.add(
                new Mistake(
                        Samples.SMALL + "since: { column: c, within: P1D }\n",
                        "unknown-key",
                        6,
                        "since",
                        "it belongs under `rows: { schema.table: ... }`"));
        all.add(
                new Mistake(
                        Samples.SMALL + "orphans: nulify\n",
                        "unknown-value",
                        6,
                        "orphans",
                        "did you mean `nullify`?"));
        all.add(
                new Mistake(
                        Samples.SMALL + "orphans: [pull]\n",
                        "wrong-type",
                        6,
                        "orphans",
                        "a word, or a map of column patterns and words but is a list"));
        all.add(
                new Mistake(
                        Samples.SMALL + "orphans: { a.b.c: drop }\n",
                        "unknown-value",
                        6,
                        "orphans.a.b.c",
                        "one of refuse, nullify, pull"));
        // keys
        all.add(
                new Mistake(
                        Samples.SMALL + "unlistet: mask\n",
                        "unknown-key",
                        6,
                        "unlistet",
                        "did you mean `unlisted`?"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables:\n  columns:\n    a.b.c: keep\n",
                        "unknown-key",
                        7,
                        "tables.columns",
                        "at the top of the file"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables:\n  public.a.email: email\n",
                        "unknown-key",
                        7,
                        "tables.public.a.email",
                        "under `columns`"));
        all.add(
                new Mistake(
                        Samples.SMALL + "public.a.email: email\n",
                        "unknown-key",
                        6,
                        "public.a.email",
                        "under `columns`"));
        all.add(
                new Mistake(
                        Samples.SMALL + "exclude: [a]\n",
                        "unknown-key",
                        6,
                        "exclude",
                        "under `tables`"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables: { includes: [a] }\n",
                        "unknown-key",
                        6,
                        "tables.includes",
                        "did you mean `include`?"));
        all.add(
                new Mistake(
                        Samples.SMALL + "zzz: 1\n",
                        "unknown-key",
                        6,
                        "zzz",
                        "the keys here are job, secret"));
        all.add(
                new Mistake(
                        Samples.SMALL + "job: again\n", "duplicate-key", 6, "job", "on line 1"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: keep\n  a.b.c: email\n",
                        "duplicate-key",
                        8,
                        "columns.a.b.c",
                        "on line 7"));
        all.add(
                new Mistake(
                        Samples.SMALL + "? [a]\n: 1\n", "malformed-key", 6, "", "must be a text"));
        all.add(without("job: shop\n", "missing-key", 1, "", "`job`"));
        all.add(without("secret: ${env:UNDERSTUDY_SECRET}\n", "missing-key", 1, "", "`secret`"));
        all.add(without(", user: reader", "missing-key", 3, "source", "`user`"));
        all.add(
                without(
                        "twin: { url: \"jdbc:postgresql://dev/shop_twin\", user: loader }\n",
                        "missing-key",
                        1,
                        "",
                        "twin, twins, lake"));
        all.add(
                new Mistake(
                        Samples.SMALL + "lake: { uri: s3://bucket, access-key: x }\n",
                        "missing-key",
                        6,
                        "lake",
                        "secret-key"));
        // values
        all.add(changed("job: shop", "job: 7", "wrong-type", 1, "job", "put it in quotes"));
        all.add(changed("job: shop", "job: a b", "malformed-name", 1, "job", "'a b'"));
        all.add(changed("job: shop", "job: ../x", "malformed-name", 1, "job", "letters"));
        all.add(changed("job: shop", "job: !mine x", "wrong-type", 1, "job", "YAML tag"));
        all.add(changed("job: shop", "job:", "wrong-type", 1, "job", "is empty"));
        all.add(
                changed(
                        "unlisted: mask",
                        "unlisted: pass",
                        "unknown-value",
                        5,
                        "unlisted",
                        "'pass'"));
        all.add(
                changed(
                        "unlisted: mask",
                        "unlisted: Mask",
                        "unknown-value",
                        5,
                        "unlisted",
                        "did you mean `mask`?"));
        all.add(
                new Mistake(
                        Samples.SMALL + "on-mismatch: keep\n",
                        "unknown-value",
                        6,
                        "on-mismatch",
                        "pseudonym, stop"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { mask: email, on-mismatch: stopp }\n",
                        "unknown-value",
                        7,
                        "columns.a.b.c.on-mismatch",
                        "did you mean `stop`?"));
        all.add(changed("unlisted: mask", "epoch: -1", "out-of-range", 5, "epoch", "from 0"));
        all.add(
                changed(
                        "unlisted: mask",
                        "epoch: 99999999999999999999",
                        "out-of-range",
                        5,
                        "epoch",
                        "from 0"));
        all.add(
                changed(
                        "unlisted: mask",
                        "epoch: \"1\"",
                        "wrong-type",
                        5,
                        "epoch",
                        "whole number"));
        all.add(
                changed(
                        "user: loader",
                        "user: loader, source-primary-key: yes",
                        "wrong-type",
                        4,
                        "twin.source-primary-key",
                        "true or false"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tuning: { batch-size: 8 }\n",
                        "wrong-type",
                        6,
                        "tuning.batch-size",
                        "8MB"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tuning: { batch-size: 8mb }\n",
                        "malformed-size",
                        6,
                        "tuning.batch-size",
                        "8MB"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tuning: { batch-size: 1KB }\n",
                        "malformed-size",
                        6,
                        "tuning.batch-size",
                        "from 64KB"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tuning: { workers: 0 }\n",
                        "out-of-range",
                        6,
                        "tuning.workers",
                        "from 1"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables: { include: public.* }\n",
                        "wrong-type",
                        6,
                        "tables.include",
                        "even of one"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables:\n  include:\n    - a.*\n    - 5\n",
                        "wrong-type",
                        9,
                        "tables.include[1]",
                        "put it in quotes"));
        all.add(
                new Mistake(
                        Samples.SMALL + "lake: { uri: ./lake, text: [a.b.c.d] }\n",
                        "malformed-pattern",
                        6,
                        "lake.text[0]",
                        "has 4 parts"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables: { include: [a.b.c] }\n",
                        "malformed-pattern",
                        6,
                        "tables.include[0]",
                        "has 3 parts"));
        all.add(
                new Mistake(
                        Samples.SMALL + "lake: { uri: s3://bucket/x, compression: gzip }\n",
                        "unknown-value",
                        6,
                        "lake.compression",
                        "zstd, snappy, none"));
        all.add(
                new Mistake(
                        Samples.SMALL + "lake: s3://b/x\n",
                        "malformed-url",
                        6,
                        "lake",
                        "s3://bucket"));
        all.add(
                new Mistake(
                        Samples.SMALL + "lake: gs://bucket/x\n",
                        "malformed-url",
                        6,
                        "lake",
                        "s3://bucket"));
        all.add(
                new Mistake(
                        Samples.SMALL + "lake: s3://key:hunter2@bucket/x\n",
                        "malformed-url",
                        6,
                        "lake",
                        "s3://bucket"));
        all.add(
                new Mistake(
                        Samples.SMALL + "lake: { uri: s3://bucket, endpoint: localhost }\n",
                        "malformed-url",
                        6,
                        "lake.endpoint",
                        "https://"));
        // placeholders and secrets
        all.add(
                changed(
                        "UNDERSTUDY_SECRET",
                        "NOWHERE",
                        "unset-variable",
                        2,
                        "secret",
                        "NOWHERE is not set"));
        all.add(
                changed(
                        "env:UNDERSTUDY_SECRET",
                        "file:nowhere",
                        "unreadable-file",
                        2,
                        "secret",
                        "nowhere of a placeholder does not exist"));
        all.add(
                changed(
                        "env:UNDERSTUDY_SECRET",
                        "file:.",
                        "unreadable-file",
                        2,
                        "secret",
                        "cannot be read"));
        all.add(
                changed(
                        "env:UNDERSTUDY_SECRET",
                        "vault:x",
                        "malformed-placeholder",
                        2,
                        "secret",
                        "${env:NAME}"));
        all.add(
                changed(
                        "env:UNDERSTUDY_SECRET}",
                        "env:UNDERSTUDY_SECRET",
                        "malformed-placeholder",
                        2,
                        "secret",
                        "no } ends it"));
        all.add(
                changed(
                        "env:UNDERSTUDY_SECRET",
                        "env:SHORT",
                        "short-secret",
                        2,
                        "secret",
                        "at least 16"));
        all.add(
                changed(
                        "env:UNDERSTUDY_SECRET",
                        "env:WEAK",
                        "weak-secret",
                        2,
                        "secret",
                        "understudy key new"));
        all.add(
                changed(
                        "secret: ${env:UNDERSTUDY_SECRET}",
                        "secret: { aws-kms: \"too short\" }",
                        "malformed-ciphertext",
                        2,
                        "secret.aws-kms",
                        "in base 64"));
        String kms = "secret: { aws-kms: %s, context: %%s }".formatted(Samples.CIPHERTEXT);
        all.add(
                changed(
                        "secret: ${env:UNDERSTUDY_SECRET}",
                        kms.formatted("{ year: 2026 }"),
                        "wrong-type",
                        2,
                        "secret.context.year",
                        "put it in quotes"));
        all.add(
                changed(
                        "secret: ${env:UNDERSTUDY_SECRET}",
                        kms.formatted("job=shop"),
                        "wrong-type",
                        2,
                        "secret.context",
                        "write { name: \"text\", ... }"));
        all.add(
                changed(
                        "secret: ${env:UNDERSTUDY_SECRET}",
                        kms.formatted("{}"),
                        "missing-key",
                        2,
                        "secret.context",
                        "write { name: \"text\", ... }"));
        all.add(
                changed(
                        "secret: ${env:UNDERSTUDY_SECRET}",
                        "secret: { text: \"${env:UNDERSTUDY_SECRET}\", context: { job: shop } }",
                        "misplaced-key",
                        2,
                        "secret.context",
                        "either as `text` or as `aws-kms`"));
        all.add(
                changed(
                        "secret: ${env:UNDERSTUDY_SECRET}",
                        "secret: { region: eu-central-1 }",
                        "missing-key",
                        2,
                        "secret",
                        "text, aws-kms"));
        all.add(
                changed(
                        "secret: ${env:UNDERSTUDY_SECRET}",
                        "secret: { text: \"${env:UNDERSTUDY_SECRET}\", region: eu-central-1 }",
                        "misplaced-key",
                        2,
                        "secret.region",
                        "either as `text` or as `aws-kms`"));
        all.add(
                new Mistake(
                        Samples.SMALL + "profile: hippa-safe-harbor\n",
                        "unknown-value",
                        6,
                        "profile",
                        "did you mean `hipaa-safe-harbor`?"));
        all.add(
                new Mistake(
                        Samples.SMALL + "kinds: { public.a.b: nmae }\n",
                        "unknown-value",
                        6,
                        "kinds.public.a.b",
                        "did you mean `name`?"));
        all.add(
                new Mistake(
                        Samples.SMALL + "acknowledge: { W999: { a.b.c: fine } }\n",
                        "unknown-acknowledgement",
                        6,
                        "acknowledge.W999",
                        "W101, W102"));
        all.add(
                new Mistake(
                        Samples.SMALL + "acknowledge: { P201: { a.b.c: fine } }\n",
                        "unknown-acknowledgement",
                        6,
                        "acknowledge.P201",
                        "cannot be acknowledged"));
        all.add(
                new Mistake(
                        Samples.SMALL + "acknowledge: { W101: fine }\n",
                        "wrong-type",
                        6,
                        "acknowledge.W101",
                        "why it is accepted"));
        all.add(
                new Mistake(
                        Samples.SMALL + "acknowledge: { W101: { a.b.c: \"\" } }\n",
                        "empty-text",
                        6,
                        "acknowledge.W101.a.b.c",
                        "not empty"));
        all.add(
                new Mistake(
                        Samples.SMALL + "replaces-key: xyz\n",
                        "malformed-key-id",
                        6,
                        "replaces-key",
                        "eight hexadecimal digits"));
        all.add(
                changed(
                        "job: shop",
                        "job: shop-${env:HOST}",
                        "misplaced-placeholder",
                        1,
                        "job",
                        "the name itself"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables: { include: [\"${env:HOST}.*\"] }\n",
                        "misplaced-placeholder",
                        6,
                        "tables.include[0]",
                        "hash"));
        all.add(
                new Mistake(
                        RULE + "a.b.${env:HOST}: keep\n",
                        "misplaced-placeholder",
                        7,
                        "columns.a.b.${env:HOST}",
                        "hash"));
        // URLs
        all.add(
                changed(
                        "jdbc:postgresql://replica/shop",
                        "jdbc:oracle://replica/shop",
                        "unsupported-engine",
                        3,
                        "source.url",
                        "supported: jdbc:postgresql, jdbc:mysql and jdbc:mariadb"));
        all.add(
                changed(
                        "jdbc:postgresql://replica/shop",
                        "postgresql://replica/shop",
                        "malformed-url",
                        3,
                        "source.url",
                        "jdbc:postgresql://host"));
        all.add(
                changed(
                        "jdbc:postgresql://replica/shop",
                        "jdbc:postgresql://replica",
                        "malformed-url",
                        3,
                        "source.url",
                        "database"));
        all.add(
                changed(
                        "jdbc:postgresql://replica/shop",
                        "jdbc:postgresql://me:hunter2@replica/shop",
                        "malformed-url",
                        3,
                        "source.url",
                        "jdbc:postgresql://host"));
        all.add(
                changed(
                        "jdbc:postgresql://replica/shop",
                        "jdbc:postgresql://replica/shop?password=hunter2",
                        "login-in-url",
                        3,
                        "source.url",
                        "keys user and password"));
        all.add(
                changed(
                        "dev/shop_twin",
                        "replica:5432/shop?ssl=true",
                        "twin-is-source",
                        4,
                        "twin.url",
                        "replace the source"));
        all.add(
                changed(
                        "dev/shop_twin",
                        "dev/template1?ssl=true",
                        "twin-is-of-the-server",
                        4,
                        "twin.url",
                        "part of every server"));
        // several sources
        all.add(several("lake: out\nsource: DB(b)\n", "misplaced-key", 6, "source"));
        all.add(several("twin: TWIN(a)\nlake: out\n", "misplaced-key", 5, "twin"));
        all.add(
                new Mistake(
                        Samples.SMALL
                                + "twins: { crm: { url: \"jdbc:mysql://dev/a\", user: a } }\n",
                        "misplaced-key",
                        6,
                        "twins",
                        "has one `source`"));
        all.add(several("twins: { crm: TWIN(a) }\n", "source-without-output", 4, "sources.shop"));
        all.add(several("twins: { crn: TWIN(a) }\nlake: out\n", "unknown-source", 5, "twins.crn"));
        all.add(
                several(
                        "twins: { crm: TWIN(shop) }\nlake: out\n",
                        "twin-is-source",
                        5,
                        "twins.crm.url"));
        all.add(
                several(
                        "twins:\n  crm: TWIN(a)\n  shop: TWIN(a)\n",
                        "twin-is-twin",
                        7,
                        "twins.shop.url"));
        all.add(
                several(
                        "lake: out\ncolumns:\n  crn:app.contact.email: email\n",
                        "unknown-source",
                        7,
                        "columns.crn:app.contact.email"));
        all.add(
                several(
                        "lake: out\nreferences: [\"app.a.b ~ shop:app.c.d\"]\n",
                        "malformed-reference",
                        6,
                        "references[0]"));
        all.add(
                new Mistake(
                        Samples.SMALL + "tables: { include: [\"crm:*\"] }\n",
                        "unknown-source",
                        6,
                        "tables.include[0]",
                        "has no name"));
        // rules
        all.add(
                new Mistake(
                        Samples.SMALL + "columns: [email]\n",
                        "wrong-type",
                        6,
                        "columns",
                        "from patterns to rules"));
        all.add(
                new Mistake(
                        RULE + "a.b.c.d: keep\n",
                        "malformed-pattern",
                        7,
                        "columns.a.b.c.d",
                        "has 4 parts"));
        all.add(
                new Mistake(
                        RULE + "a..c: keep\n",
                        "malformed-pattern",
                        7,
                        "columns.a..c",
                        "lacks a name at character 3"));
        all.add(
                new Mistake(
                        RULE + "a b: keep\n",
                        "malformed-pattern",
                        7,
                        "columns.a b",
                        "double quotes"));
        all.add(
                new Mistake(
                        RULE + "'a.\"b': keep\n",
                        "malformed-pattern",
                        7,
                        "columns.a.\"b",
                        "nothing closes"));
        all.add(
                new Mistake(
                        RULE + "email: keep\n  \"*.email\": email\n",
                        "repeated-pattern",
                        8,
                        "columns.*.email",
                        "on line 7"));
        all.add(
                new Mistake(
                        RULE + "public:\n    customer:\n      email: email\n",
                        "malformed-rule",
                        7,
                        "columns.public",
                        "not nested"));
        all.add(new Mistake(RULE + "a.b.c: [email]\n", "wrong-type", 7, "columns.a.b.c", "a list"));
        all.add(new Mistake(RULE + "a.b.c:\n", "wrong-type", 7, "columns.a.b.c", "is empty"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: true\n", "wrong-type", 7, "columns.a.b.c", "true or false"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { mask: }\n",
                        "wrong-type",
                        7,
                        "columns.a.b.c.mask",
                        "is empty"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { mask: email, domain: 5 }\n",
                        "wrong-type",
                        7,
                        "columns.a.b.c.domain",
                        "put it in quotes"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { mask: constant, value: !x y }\n",
                        "wrong-type",
                        7,
                        "columns.a.b.c.value",
                        "YAML tag"));
        // maskers
        all.add(
                new Mistake(
                        RULE + "a.b.c: emial\n",
                        "unknown-masker",
                        7,
                        "columns.a.b.c",
                        "did you mean `email`?"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { reason: x, mask: nonsense-masker }\n",
                        "unknown-masker",
                        7,
                        "columns.a.b.c.mask",
                        "the maskers are keep"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { mask: shift-date, max-dais: 3 }\n",
                        "unknown-parameter",
                        7,
                        "columns.a.b.c.max-dais",
                        "did you mean `max-days`?"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { mask: shift-date, max-days: many }\n",
                        "wrong-type",
                        7,
                        "columns.a.b.c.max-days",
                        "integer"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: constant\n",
                        "missing-parameter",
                        7,
                        "columns.a.b.c",
                        "`value`"));
        all.add(
                new Mistake(
                        RULE + "a.b.c: { mask: dictionary, file: nowhere.txt }\n",
                        "unreadable-file",
                        7,
                        "columns.a.b.c.file",
                        "the file nowhere.txt does not exist"));
        // groups
        all.add(group("{ place: { town: c } }", "unknown-key", ".place.town", "city"));
        all.add(group("{ place: { in: DE } }", "empty-group", ".place", "one or more of city"));
        all.add(group("{ span: [a] }", "empty-group", ".span", "two columns or more"));
        all.add(
                group(
                        "{ place: { city: c, region: c } }",
                        "repeated-member",
                        ".place.region",
                        "a.b.c is already `groups.a.b.place.city` on line 7"));
        all.add(
                group(
                        "[{ place: { city: c } }, { person: { last-name: c } }]",
                        "repeated-member",
                        ".person.last-name",
                        "is in one group only"));
        all.add(group("{ person: { gender: [x] } }", "wrong-type", ".person.gender", "a column"));
        all.add(
                group(
                        "{ person: { gender: g, codes: { m: man } } }",
                        "unknown-value",
                        ".person.codes.m",
                        "female, male, neutral"));
        all.add(group("place", "wrong-type", "", "its keys are place, person, span"));
        // references
        all.add(reference("a.b.c", "must be a reference"));
        all.add(reference("a.b -> c.d.e", "lacks . at character 4"));
        all.add(reference("a.b.* -> c.d.e", "one certain name"));
        all.add(reference("a.b.(x, y) -> c.d.e", "2 columns on its left and 1"));
        all.add(reference("a.b.(x, x) -> c.d.(y, z)", "names a column twice"));
        all.add(reference("a.b.c -> d.e.f g", "goes on with"));
        return all;
    }

    @TestFactory
    Stream<DynamicTest> everyMistakeIsReportedWithItsPlace() {
        return mistakes().stream()
                .map(each -> DynamicTest.dynamicTest(name(each), () -> check(each)));
    }

    @Test
    void whatAMaskerRefusesIsReported() throws Exception {
        check(
                new Mistake(
                        RULE + "a.b.c: { mask: dictionary, file: job.yaml, words: [a, b] }\n",
                        "malformed-rule",
                        7,
                        "columns.a.b.c",
                        "words, or a file of them"));
        check(
                new Mistake(
                        RULE + "a.b.c: { mask: postcode, country: Germany }\n",
                        "malformed-rule",
                        7,
                        "columns.a.b.c",
                        "country must be the code"));
        check(
                group(
                        "{ place: { city: c, in: Germany } }",
                        "malformed-rule",
                        ".place.city",
                        "in must be the code of a country"));
    }

    @Test
    void textThatIsNotUtf8IsRefused() throws Exception {
        Path file = folder.resolve("latin1.yaml");
        Files.write(file, "job: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problems(file)).extracting(Problem::id).containsExactly("unreadable-config");
    }

    private void check(Mistake mistake) throws Exception {
        Path file = folder.resolve("job.yaml");
        Files.writeString(file, mistake.yaml());

        List<Problem> problems = problems(file);

        List<Problem> wanted =
                problems.stream()
                        .filter(each -> each.severity() == Problem.Severity.ERROR)
                        .filter(each ->
                                !mistake.id().equals("unknown-key")
                                        || each.id().equals("unknown-key"))
                        .toList();
        assertThat(wanted).as("%s", problems).hasSize(1);
        Problem problem = wanted.getFirst();
        assertThat(problem.id()).as("%s", problem).isEqualTo(mistake.id());
        assertThat(problem.where().orElseThrow().line())
                .as("%s", problem)
                .isEqualTo(mistake.line());
        assertThat(problem.where().orElseThrow().path()).isEqualTo(mistake.path());
        assertThat(problem.message() + "; " + problem.hint()).contains(mistake.words());
        assertThat(problems.toString()).doesNotContain("hunter2", "hush", Samples.SECRET);
    }

    private static List<Problem> problems(Path file) {
        ConfigProblems thrown =
                catchThrowableOfType(
                        ConfigProblems.class,
                        () -> JobConfigs.read(file, Samples.ENVIRONMENT::get));
        assertThat(thrown).isNotNull();
        return thrown.problems();
    }

    private static String name(Mistake mistake) {
        String shown = mistake.yaml().replace(Samples.SMALL, "").strip();
        return mistake.id() + ": " + shown.substring(0, Math.min(60, shown.length()));
    }

    private static Mistake without(String part, String id, int line, String path, String words) {
        return changed(part, "", id, line, path, words);
    }

    private static Mistake changed(
            String from, String to, String id, int line, String path, String words) {
        assertThat(Samples.SMALL).contains(from);
        return new Mistake(Samples.SMALL.replace(from, to), id, line, path, words);
    }

    /// A mistake after the two sources crm and shop.
    private static Mistake several(String rest, String id, int line, String path) {
        String yaml =
                """
                job: both
                secret: ${env:UNDERSTUDY_SECRET}
                sources:
                  { crm: DB(crm), shop: DB(shop) }
                """
                                .indent(0)
                        + rest;
        return new Mistake(
                yaml.replaceAll(
                        "(DB|TWIN)\\((\\w+)\\)", "{ url: \"jdbc:mysql://replica/$2\", user: a }"),
                id,
                line,
                path,
                "");
    }

    private static Mistake group(String group, String id, String path, String words) {
        return new Mistake(
                Samples.SMALL + "groups:\n  a.b: " + group + "\n",
                id,
                7,
                "groups.a.b" + path,
                words);
    }

    private static Mistake rows(String rows, String id, String path, String words) {
        return new Mistake(Samples.SMALL + "rows: " + rows + "\n", id, 6, "rows" + path, words);
    }

    private static Mistake reference(String text, String words) {
        return new Mistake(
                Samples.SMALL + "references:\n  - " + text + "\n",
                "malformed-reference",
                7,
                "references[0]",
                words);
    }

    /// Thirty lists, each of the one before, twice.
    private static String bomb() {
        var yaml = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 30; i++) {
            yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        return yaml.toString();
    }
}
