package dev.understudy.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.config.Problem;
import dev.understudy.config.Problem.Severity;
import dev.understudy.jobs.keys.JobKeys;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.PostgresSource;
import dev.understudy.postgres.SharedData;
import dev.understudy.postgres.SqlDump;
import dev.understudy.postgres.TestDatabase;
import dev.understudy.schema.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plans of real structures: made here, and those of the shared packages, where they exist.
class PlannerOnPostgresTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static PostgresSource open(TestDatabase source) {
        return PostgresSource.open(source.url(), source.user(), source.password(), 2);
    }

    private static List<Problem> problems(TestDatabase source, JobConfig config) {
        try (PostgresSource database = open(source)) {
            return Planner.plan(config, JobKeys.open(config), KeyHistory.NONE, Map.of("", database))
                    .warnings();
        } catch (ConfigProblems e) {
            return e.problems();
        }
    }

    private static List<String> briefs(TestDatabase source, String rest) throws Exception {
        return problems(source, Sketch.config(rest)).stream().map(Sketch::brief).toList();
    }

    @Test
    void findsOutWhetherMaskedValuesWouldBreakACheck() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE FUNCTION shouted(text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 = upper($1)';
                CREATE DOMAIN mail AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
                CREATE TABLE t (
                  id int PRIMARY KEY,
                  kind text CHECK (kind IN ('new', 'old')),
                  code char(8) CHECK (char_length(code) = 8),
                  age int CHECK (age BETWEEN 18 AND 30),
                  loud text CHECK (shouted(loud)),
                  email mail,
                  born date CHECK (born > '1900-01-01'),
                  started date, ended date, CHECK (started <= ended),
                  broken text CHECK (broken::int > 0))
                """);
        String good =
                """
                columns:
                  id: digits
                  kind: keep
                  code: text-scramble
                  age: keep
                  loud: text-scramble
                  email: email
                  born: { mask: shift-date, from: "1900-01-02" }
                  started: keep
                  ended: keep
                  broken: keep
                """;

        assertThat(briefs(source, good)).isEmpty();
        assertThat(briefs(source, good.replace("kind: keep", "kind: text-scramble")))
                .contains("check-would-break:6");
        assertThat(
                        briefs(
                                source,
                                good.replace("kind: keep", "kind: { mask: constant, value: new }")))
                .doesNotContain("check-would-break:6");
        assertThat(
                        briefs(
                                source,
                                good.replace("kind: keep", "kind: { mask: constant, value: odd }")))
                .contains("check-would-break:6");
        assertThat(briefs(source, good.replace("code: text-scramble", "code: city")))
                .contains("check-would-break:7");
        assertThat(briefs(source, good.replace("age: keep", "age: hash")))
                .contains("check-would-break:8");
        assertThat(briefs(source, good.replace("loud: text-scramble", "loud: city")))
                .contains("check-would-break:9");
        assertThat(briefs(source, good.replace("email: email", "email: full-name")))
                .contains("check-would-break:10");
        assertThat(briefs(source, good.replace("from: \"1900-01-02\"", "max-days: 40")))
                .contains("check-would-break:11");
        assertThat(briefs(source, good.replace("started: keep", "started: shift-date")))
                .contains("check-would-break:12");
        assertThat(briefs(source, good.replace("broken: keep", "broken: hash")))
                .contains("check-unproven:14");
    }

    @Test
    void warnsOfChecksOnPartsOfValues() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE DOMAIN few AS int CHECK (VALUE < 10);
                CREATE TYPE pair AS (a few, b text);
                CREATE TABLE t (id int PRIMARY KEY, list few[], pair pair, pairs pair[], kept few[], gone few[])
                """);
        assertThat(
                        briefs(
                                source,
                                """
                                columns:
                                  id: keep
                                  list: digits
                                  pair: composite
                                  pairs: composite
                                  kept: keep
                                  gone: "null"
                                """))
                .containsExactly("check-unproven:6", "check-unproven:7", "check-unproven:8");
    }

    @Test
    void findsOutWhetherMaskedRowsWouldBreakACheckOverSeveralColumns() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE t (
                  state text, failure text, CHECK (state <> 'failed' OR failure IS NOT NULL),
                  done int, total int, CHECK (done <= total),
                  kind text NOT NULL, a text, b int[], c jsonb,
                  CHECK (kind = 'a' AND num_nonnulls(a) = 1 AND num_nonnulls(b, c) = 0
                    OR kind = 'b' AND num_nonnulls(b) = 1 AND num_nonnulls(a, c) = 0),
                  CHECK (num_nonnulls(a, b, c) = 1),
                  started date, ended timestamptz, closed timestamp, CHECK (started <= ended), CHECK (ended < closed),
                  priced text, free boolean, CHECK (priced <> 'old' OR free),
                  city text, zip text, CHECK (city IS NULL OR length(zip) > 3),
                  low numeric(5,2), high numeric(5,2), CHECK (low < high AND low >= 0))
                """);

        assertThat(problems(source, Sketch.config("unlisted: mask")))
                .filteredOn(each -> each.id().startsWith("check-"))
                .extracting(each -> each.id() + " " + each.hint().replaceFirst(":.*", ""))
                .containsExactlyInAnyOrder(
                        "check-would-break public.t.done",
                        "check-would-break public.t.total",
                        "check-would-break public.t.kind",
                        "check-would-break public.t.low",
                        "check-would-break public.t.high");
        assertThat(
                        problems(
                                source,
                                Sketch.config(
                                        "unlisted: mask\ncolumns: { done: keep, total: keep, kind: keep, low: keep, high: keep }")))
                .noneMatch(each -> each.id().startsWith("check-"));
        assertThat(
                        problems(
                                source,
                                Sketch.config(
                                        "unlisted: mask\ncolumns: { done: keep, total: keep, kind: keep, low: keep, high: keep, ended: shift-date }")))
                .filteredOn(each -> each.id().equals("check-would-break"))
                .isNotEmpty();
    }

    @Test
    void datesThatMoveTogetherMayPassOthersEitherWay() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE stay (id int PRIMARY KEY, enters date, leaves date, billed date, CHECK (enters < leaves), CHECK (leaves < billed));
                """);
        assertThat(problems(source, Sketch.config("unlisted: mask\ncolumns: { billed: keep }")))
                .filteredOn(each -> each.id().equals("check-would-break"))
                .extracting(each -> each.hint().replaceAll(":.*", ""))
                .contains("public.stay.leaves");
    }

    /// Of a domain all are shifted as far as its key says, which may be too little to be noticed.
    @Test
    void datesThatAreShiftedAlikeMayPassThoseOfTheRowWhateverTheKey() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE flight (id int PRIMARY KEY, departs timestamptz NOT NULL, arrives timestamptz NOT NULL, boards timestamptz NOT NULL, CHECK (departs > boards), CHECK (arrives > departs));
                """);
        for (int i = 0; i < 5; i++) {
            String rules =
                    """
                    unlisted: mask
                    columns:
                      public.flight.departs: { mask: shift-date, alike: true, domain: flights%1$d }
                      public.flight.boards: { mask: shift-date, alike: true, domain: flights%1$d }
                      public.flight.arrives: shift-date
                    """
                            .formatted(i);
            assertThat(problems(source, Sketch.config(rules)))
                    .filteredOn(each -> each.id().equals("check-would-break"))
                    .extracting(Problem::message)
                    .isNotEmpty()
                    .allMatch(each -> each.contains("arrives > departs"));
        }
    }

    @Test
    void refusesToLetMaskedRowsUnderAPartialKey() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE vote (voter int, post int, deleted boolean NOT NULL, primary_one boolean, gone timestamptz);
                CREATE UNIQUE INDEX ON vote (voter, post) WHERE NOT deleted;
                CREATE UNIQUE INDEX ON vote (post) WHERE primary_one;
                CREATE UNIQUE INDEX ON vote (voter) WHERE gone IS NULL;
                CREATE TABLE poll (id int PRIMARY KEY, open boolean NOT NULL);
                CREATE UNIQUE INDEX ON poll (id, open) WHERE NOT open;
                """);

        assertThat(problems(source, Sketch.config("unlisted: mask")))
                .filteredOn(each -> each.id().startsWith("unique-"))
                .extracting(each -> each.id() + " " + each.hint())
                .containsExactly(
                        "unique-would-break public.vote.deleted: { mask: keep, reason: \"...\" }");
        assertThat(
                        problems(
                                source,
                                Sketch.config(
                                        "unlisted: mask\ncolumns: { deleted: { mask: constant, value: false } }")))
                .extracting(Problem::id)
                .contains("unique-under-condition")
                .doesNotContain("unique-would-break");
    }

    @Test
    void keepsWhatMustEqualAColumnThatTheDatabaseComputes() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE animal (id int PRIMARY KEY, kind text, UNIQUE (id, kind));
                CREATE TABLE dog (id int PRIMARY KEY, kind text GENERATED ALWAYS AS ('dog') STORED, FOREIGN KEY (id, kind) REFERENCES animal (id, kind));
                CREATE TABLE page (slug text, path text GENERATED ALWAYS AS ('/' || slug) STORED PRIMARY KEY);
                CREATE TABLE link (page text REFERENCES page (path));
                """);
        assertThat(problems(source, Sketch.config("unlisted: mask")))
                .filteredOn(each -> each.id().startsWith("foreign-key-"))
                .extracting(each -> each.id() + " " + each.hint())
                .containsExactlyInAnyOrder(
                        "foreign-key-would-break public.animal.kind: { mask: keep, reason: \"...\" }",
                        "foreign-key-would-break public.link.page: { mask: keep, reason: \"...\" }");
        assertThat(
                        problems(
                                source,
                                Sketch.config(
                                        "unlisted: mask\ncolumns: { kind: keep, slug: keep, page: hash }")))
                .filteredOn(each -> each.id().startsWith("foreign-key-"))
                .extracting(Problem::id)
                .containsExactly("foreign-key-over-computed");
    }

    @Test
    void proposesToHashBytesThatMustNotBeEmpty() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                "CREATE TABLE account (id int, password_hmac bytea CHECK (length(password_hmac) > 0))");
        assertThat(problems(source, Sketch.config("unlisted: mask")))
                .filteredOn(each -> each.id().equals("check-would-break"))
                .extracting(Problem::hint)
                .containsExactly(
                        "public.account.password_hmac: hash, or a masker or constant whose results pass it");
        assertThat(
                        problems(
                                source,
                                Sketch.config("unlisted: mask\ncolumns: { password_hmac: hash }")))
                .extracting(Problem::id)
                .doesNotContain("check-would-break");
    }

    @Test
    void proposesRulesThatPassTheCheck() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE DOMAIN sex AS text CHECK (VALUE IN ('F', 'M', 'O''X', '"'));
                CREATE TABLE person (
                  sex sex,
                  level int CHECK (level IN (10, 20, 30)),
                  rating smallint CHECK (rating BETWEEN 1 AND 5),
                  price numeric(8,2) CHECK (price > 0),
                  era text CHECK (era = 'AD'),
                  share numeric CHECK (share BETWEEN 0.15 AND 0.90),
                  hired date CHECK (hired BETWEEN '1996-07-01' AND '2024-12-31'),
                  born date CHECK (born <= CURRENT_DATE),
                  adult date CHECK (adult < CURRENT_DATE - interval '18 years'),
                  seen timestamp CHECK (seen >= '2010-01-01' AND seen <= now()),
                  since timestamp CHECK (since >= '2010-01-01'),
                  due date CHECK (due > '2010-01-01'),
                  until date CHECK (until > now()),
                  weight float8 CHECK (weight > 0.5),
                  distance int CHECK (distance <= 1000),
                  grade int UNIQUE CHECK (grade IN (1, 2, 3)),
                  state text CHECK (state = ANY ('{new,"in use"}')),
                  site text CHECK (site LIKE 'https://%'),
                  link text CHECK (link ~ '^(?:https?://|#)'),
                  branch text CHECK (branch LIKE 'refs/%'),
                  hand text CHECK (hand IN ('l', 'r')), CHECK (hand = 'l'))
                """);

        List<String> lines =
                problems(source, Sketch.config("unlisted: mask")).stream()
                        .filter(each -> each.id().equals("check-would-break"))
                        .map(each -> each.hint().replaceFirst(", or a masker.*", ""))
                        .distinct()
                        .toList();

        assertThat(lines)
                .containsExactlyInAnyOrder(
                        "public.person.sex: { mask: choice, values: [\"F\", \"M\", \"O'X\", \"\\\"\"] }",
                        "public.person.level: { mask: choice, values: [10, 20, 30] }",
                        "public.person.rating: { mask: key, from: 1, to: 5 }",
                        "public.person.price: { mask: noise, from: 0 }",
                        "public.person.era: { mask: constant, value: \"AD\" }",
                        "public.person.share: { mask: noise, from: 0.15, to: 0.90 }",
                        "public.person.hired: { mask: shift-date, from: \"1996-07-01\", to: \"2024-12-31\" }",
                        "public.person.born: { mask: shift-date, direction: \"earlier\" }",
                        "public.person.adult: { mask: shift-date, direction: \"earlier\" }",
                        "public.person.seen: { mask: shift-date, from: \"2010-01-01\", direction: \"earlier\" }",
                        "public.person.since: { mask: shift-date, from: \"2010-01-01\" }",
                        "public.person.due: { mask: shift-date, from: \"2010-01-02\" }",
                        "public.person.until: { mask: shift-date, direction: \"later\" }",
                        "public.person.weight: { mask: noise, from: 0.5 }",
                        "public.person.distance: { mask: noise, to: 1000 }",
                        "public.person.grade: { mask: key, from: 1, to: 3 }",
                        "public.person.state: { mask: choice, values: [\"new\", \"in use\"] }",
                        "public.person.site: url",
                        "public.person.link: url",
                        "public.person.branch: { mask: constant, value: \"refs/example\" }",
                        "public.person.hand: { mask: constant, value: \"l\" }");
        assertThat(
                        problems(
                                source,
                                Sketch.config(
                                        lines.stream()
                                                .map(each -> "  " + each + "\n")
                                                .collect(
                                                        Collectors.joining(
                                                                "",
                                                                "unlisted: mask\ncolumns:\n",
                                                                "")))))
                .extracting(Problem::id)
                .doesNotContain("check-would-break", "check-unproven");
    }

    @Test
    void everyDigitIsTriedAgainstAChecksForbiddenNumber() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE t (a int CHECK (a <> 0), b int CHECK (b <> 1), c int CHECK (c <> 2), d int CHECK (d <> 3),
                  e int CHECK (e <> 4), f int CHECK (f <> 5), g int CHECK (g <> 6), h int CHECK (h <> 7), i int CHECK (i <> 8),
                  j int CHECK (j <> 9), k int, CHECK (k <> 2 OR a IS NULL))
                """);

        // Digits change places; what stays itself breaks nothing.
        assertThat(problems(source, Sketch.config("unlisted: mask")))
                .filteredOn(each -> each.id().equals("check-would-break"))
                .hasSizeGreaterThanOrEqualTo(9);
    }

    @Test
    void noMessageOfACheckHoldsAMaskedOrMadeUpValue() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute("CREATE TABLE t (code text CHECK (char_length(code) = 8))");

        assertThat(problems(source, Sketch.config("columns: { code: hash }")))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message() + problem.hint())
                                .doesNotContain("@", "QUARTZ", "kestrel")
                                .contains("public.t.code", "hash", "t_code_check"));
    }

    @Test
    void refusesToMaskPartitionKeysInsideExpressions() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE visit (name text, day date, room int) PARTITION BY RANGE (lower(name), day);
                CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('a', '2020-01-01') TO ('m', '2021-01-01');
                """);

        assertThat(
                        problems(
                                source,
                                Sketch.config(
                                        "columns: { name: full-name, day: keep, room: keep }")))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.id()).isEqualTo("partition-key-masked");
                    assertThat(each.hint())
                            .startsWith("public.visit.name: { mask: keep, reason: \"...\" } if");
                });
        assertThat(briefs(source, "columns: { name: keep, day: keep, room: digits }")).isEmpty();
    }

    @Test
    void aHintNamesTheColumnWhoseRuleDecides() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE branch (branch_id int PRIMARY KEY);
                CREATE TABLE visit (branch int REFERENCES branch CHECK (branch IN (1, 2)), words tsvector NOT NULL, note text)
                    PARTITION BY LIST (branch);
                CREATE TABLE visit_1 PARTITION OF visit FOR VALUES IN (1);
                """);

        assertThat(
                        problems(
                                source,
                                Sketch.config(
                                        "columns: { branch_id: digits, words: keep, note: hash }")))
                .filteredOn(each -> each.severity() == Severity.ERROR)
                .allSatisfy(each -> assertThat(each.hint()).contains("public.branch.branch_id"))
                .extracting(Problem::id)
                .contains("check-would-break", "partition-key-masked");
        assertThat(problems(source, Sketch.config("columns: { \"branch*\": keep }")))
                .extracting(Problem::hint)
                .containsExactly("public.visit.words: empty", "public.visit.note: redact");
    }

    @Test
    void columnsWhoseValuesACheckListsAreProposedToBeKept() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE DOMAIN size AS text CHECK (VALUE IN ('S', 'L'));
                CREATE TABLE parcel (id int PRIMARY KEY, "Way" varchar(9) CHECK ("Way" IN ('road', 'rail')), size size,
                    note_class int CHECK (note_class = 4), letter char CHECK (letter = 'A'),
                    word text CHECK (length(word) = 5), note text CHECK (note = 'x' OR length(note) > 5));
                """);
        assertThat(problems(source, Sketch.config("columns: { id: keep }")))
                .extracting(Problem::hint)
                .containsExactly(
                        "public.parcel.Way: keep",
                        "public.parcel.size: keep",
                        "public.parcel.note_class: keep",
                        "public.parcel.letter: keep",
                        "public.parcel.word: text-scramble",
                        "public.parcel.note: redact");
    }

    static Stream<String> packages() {
        // Those with many rows have no structure that the others lack.
        List<String> names =
                SharedData.names("pg").stream()
                        .filter(each -> !List.of("pg_synthea", "pg_phi_notes").contains(each))
                        .toList();
        return names.isEmpty() ? Stream.of("absent") : names.stream();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void everySharedPackageCanBeMaskedByTypeOrIsRefusedForAReason(String name) throws Exception {
        TestDatabase source = server.newDatabase();
        SqlDump.load(name, source);

        List<Problem> problems = problems(source, Sketch.config("unlisted: mask"));

        // Masking by type knows neither checks nor partitions; it may be refused, but only for
        // these.
        assertThat(problems)
                .filteredOn(each -> each.severity() == Severity.ERROR)
                .extracting(Problem::id)
                .isSubsetOf(
                        "check-would-break",
                        "unique-would-break",
                        "partition-key-masked",
                        "undecided-column");
        assertThat(problems)
                .filteredOn(each -> each.id().equals("undecided-column"))
                .allMatch(each -> each.message().contains("NOT NULL"));
    }

    @Test
    void everyColumnOfPagilaIsDecidedByItsConfig() throws Exception {
        TestDatabase source = server.newDatabase();
        SqlDump.load("pg_pagila", source);
        Path file = Path.of(PlannerOnPostgresTest.class.getResource("pagila.yaml").toURI());

        JobConfig config = JobConfigs.read(file, _ -> "a secret of more than sixteen characters");
        try (PostgresSource database = open(source)) {
            Plan plan =
                    Planner.plan(
                            config, JobKeys.open(config), KeyHistory.NONE, Map.of("", database));

            assertThat(plan.warnings()).isEmpty();
            assertThat(plan.selected()).hasSize(22);
            assertThat(plan.tables()).hasSize(21).allMatch(each -> each.orderKey().isPresent());
            assertThat(plan.tables())
                    .filteredOn(each -> each.name().name().startsWith("payment_p"))
                    .hasSize(7)
                    .allMatch(each -> each.lakeTable().equals(new TableName("public", "payment")))
                    .flatExtracting(TableCopy::columns)
                    .filteredOn(each -> each.column().name().equals("customer_id"))
                    .allMatch(each -> each.rule().masker().equals("digits"));
            assertThat(plan.tables())
                    .flatExtracting(TableCopy::columns)
                    .extracting(Decision::decidedBy)
                    .contains("references public.customer.customer_id", "as in public.payment");
        }
    }

    @Test
    void theSourcesStatisticsTellOfFewAndOfFrequentValues() throws Exception {
        TestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE person (id int PRIMARY KEY, state text, name text, code text, land text);
                INSERT INTO person SELECT n, 'state ' || n % 3,
                  CASE WHEN n % 3 = 0 THEN 'Smith' ELSE 'name ' || n % 700 END, md5(n::text), 'here'
                FROM generate_series(1, 9000) n;
                ANALYZE person;
                """);
        JobConfig config =
                Sketch.config(
                        "columns: { id: keep, state: text-scramble, name: last-name, code: hash, land: hash }");

        List<Problem> problems = problems(source, config);

        assertThat(problems).extracting(Problem::id).containsExactly("W101", "W102", "W101");
        assertThat(problems)
                .extracting(Problem::message)
                .anyMatch(each -> each.contains("has about 3 different values"))
                .anyMatch(each -> each.contains("has hardly more than one value"));
    }
}
