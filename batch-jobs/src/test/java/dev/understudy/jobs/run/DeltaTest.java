package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.rows.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that copy what has changed: afterwards the twin is what a full run would have made.
class DeltaTest {
    private static final String SOURCE =
            """
            CREATE TYPE mood AS ENUM ('low', 'high');
            CREATE TABLE country (code char(2) PRIMARY KEY, name text);
            CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE, first_name text,
                country char(2) REFERENCES country, moods mood[], doc json, updated_at timestamptz DEFAULT clock_timestamp());
            CREATE INDEX ON customer (updated_at);
            CREATE TABLE orders (id int PRIMARY KEY, customer bigint NOT NULL REFERENCES customer ON DELETE CASCADE,
                placed timestamp NOT NULL DEFAULT clock_timestamp(), changed timestamp, total numeric(10, 2));
            CREATE TABLE item (orders int REFERENCES orders ON DELETE CASCADE, line int, text text,
                updated_at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (orders, line));
            CREATE TABLE account (number int PRIMARY KEY, owner bigint REFERENCES customer ON DELETE SET NULL,
                updated_at timestamptz DEFAULT clock_timestamp());
            CREATE TABLE token (id uuid PRIMARY KEY, text text, updated_at timestamptz DEFAULT clock_timestamp());
            CREATE TABLE staff (id int PRIMARY KEY, boss int REFERENCES staff, updated_at timestamptz DEFAULT clock_timestamp());
            CREATE TABLE log (at timestamptz DEFAULT clock_timestamp(), text text);
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$;
            CREATE TRIGGER touch BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
            INSERT INTO country VALUES ('DE', 'Germany'), ('FR', 'France');
            INSERT INTO customer (email, first_name, country, moods, doc)
                SELECT 'p' || i || '@real.test', 'Realfirst' || i % 90, CASE i % 2 WHEN 0 THEN 'DE' ELSE 'FR' END,
                       ARRAY['low', 'high']::mood[], json_build_object('n', i)
                FROM generate_series(1, 3000) i;
            INSERT INTO orders (id, customer, total) SELECT i, 1 + i % 3000, i FROM generate_series(1, 6000) i;
            INSERT INTO item (orders, line, text) SELECT i, 1, 'x' || i FROM generate_series(1, 6000) i;
            INSERT INTO account (number, owner) SELECT i, 1 + i % 3000 FROM generate_series(1, 2000) i;
            INSERT INTO token SELECT gen_random_uuid(), 'x' || i FROM generate_series(1, 2000) i;
            INSERT INTO staff SELECT i, NULLIF(i / 2, 0) FROM generate_series(1, 100) i;
            INSERT INTO log (text) SELECT 'x' || i FROM generate_series(1, 500) i;
            """;

    private static final String RULES =
            """
            columns:
              "*": keep
              "customer.email": email
              "customer.first_name": first-name
              "account.number": { mask: key, to: 10000000 }
              "item.text": hash
            delta:
              watermarks: ["*.updated_at", "orders.placed", "orders.changed"]
            """;

    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    private Map<String, String> tables(Scenario scenario, String url) throws SQLException {
        var contents = new TreeMap<>(scenario.contents(url));
        contents.keySet().removeIf(each -> each.startsWith("understudy."));
        return contents;
    }

    /// What a full run makes of the source as it is now.
    private Map<String, String> fresh(Scenario scenario) throws Exception {
        Path elsewhere = folder.resolve("fresh");
        JobConfig config =
                Scenario.read(
                        scenario.config(RULES.replaceAll("delta:[\\s\\S]*", ""), true, false));
        elsewhere.toFile().mkdirs();
        String url = scenario.twinUrl() + "_fresh";
        Files.writeString(
                elsewhere.resolve("job.yaml"),
                Files.readString(config.file())
                        .replace(scenario.twinUrl(), url)
                        .replace("job: test-job", "job: fresh"));
        scenario.config(RULES, true, false);
        try (Understudy understudy = Understudy.open(elsewhere)) {
            RunReport report = understudy.run(Scenario.read(elsewhere.resolve("job.yaml"))).await();
            assertThat(report.failure()).isEmpty();
        }
        return tables(scenario, url);
    }

    private static JobConfig keepsAll(Scenario scenario) throws Exception {
        return Scenario.read(scenario.config("columns: { \"*\": keep }\ndelta: {}\n", true, false));
    }

    private RunReport delta(Scenario scenario, JobConfig config) throws Exception {
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().why()).isEmpty();
        assertThat(report.scope().mode()).isEqualTo(RunMode.CHANGES);
        return report;
    }

    /// What twin and lake must agree in, in words that both understand.
    private static final List<String> COMPARED =
            List.of(
                    "SELECT id || ' ' || coalesce(email, '-') || ' ' || coalesce(first_name, '-') FROM public.customer ORDER BY id",
                    "SELECT id || ' ' || customer || ' ' || total FROM public.orders ORDER BY id",
                    "SELECT orders || ' ' || line || ' ' || text FROM public.item ORDER BY orders, line",
                    "SELECT number || ' ' || coalesce(owner, 0) FROM public.account ORDER BY number",
                    "SELECT id || ' ' || text FROM public.token ORDER BY CAST(id AS text)",
                    "SELECT count(*) || '' FROM public.log",
                    "SELECT code || name FROM public.country ORDER BY code");

    private void lakeIsAsTheTwin(Scenario scenario) throws Exception {
        var rows = new LinkedHashMap<String, List<String>>();
        for (String query : COMPARED) {
            rows.put(query, scenario.strings(scenario.twinUrl(), query));
        }
        lakeHas(scenario, rows);
    }

    private static Map<String, Long> changedRows(Scenario scenario) {
        var rows = new TreeMap<String, Long>();
        ShownLake.manifest(scenario.lake())
                .tables()
                .forEach(each -> rows.put(each.name().name(), each.changedRows()));
        return rows;
    }

    /// @param rows by the query that gives them
    private void lakeHas(Scenario scenario, Map<String, List<String>> rows) throws Exception {
        try (ShownLake lake = ShownLake.of(scenario.lake())) {
            for (String query : rows.keySet()) {
                assertThat(lake.strings(query)).as(query).isEqualTo(rows.get(query));
            }
        }
    }

    @Test
    void theLakeGetsTheChangesToo() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config =
                Scenario.read(scenario.config(RULES + "  overlap-seconds: 0\n", true, true));
        assertThat(scenario.run(config).failure()).isEmpty();
        lakeIsAsTheTwin(scenario);
        for (int round = 0; round < 3; round++) {
            new RandomChanges(scenario, round).run();
            assertThat(delta(scenario, config).lake()).isPresent();
            lakeIsAsTheTwin(scenario);
        }
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunReport report = understudy.runFull(config).await();
            assertThat(report.failure()).isEmpty();
            assertThat(report.scope().why()).hasValue("asked for");
        }
        lakeIsAsTheTwin(scenario);
        delta(scenario, config);
        lakeIsAsTheTwin(scenario);

        scenario.source.execute(
                "UPDATE customer SET moods = '{{low},{high}}', updated_at = clock_timestamp() WHERE id = (SELECT min(id) FROM customer)");
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().why().orElseThrow())
                .contains("public.customer.moods", "cannot hold");
        lakeIsAsTheTwin(scenario);
        delta(scenario, config);
    }

    @Test
    void insertsUpdatesKeyChangesAndDeletesArrive() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config = Scenario.read(scenario.config(RULES, true, false));
        RunReport full = scenario.run(config);
        assertThat(full.failure()).isEmpty();
        assertThat(full.scope().mode()).isEqualTo(RunMode.WHOLE);
        assertThat(full.scope().why()).hasValue("no run of a job with deltas has made the twin");
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));

        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));

        scenario.execute(
                """
                INSERT INTO country VALUES ('IT', 'Italy');
                UPDATE country SET name = 'Allemagne' WHERE code = 'DE';
                INSERT INTO customer (email, first_name, country) VALUES ('new@real.test', 'Realnew', 'IT');
                INSERT INTO orders (id, customer, total) SELECT 7000, max(id), 5 FROM customer;
                INSERT INTO item (orders, line, text) VALUES (7000, 1, 'new');
                UPDATE customer SET first_name = 'Changed', updated_at = clock_timestamp() WHERE id <= 10;
                UPDATE customer SET email = 'swap', updated_at = clock_timestamp() WHERE id = 20;
                UPDATE orders SET changed = clock_timestamp(), total = 1 WHERE id % 1000 = 0;
                UPDATE item SET line = 2 WHERE orders = 5;
                DELETE FROM customer WHERE id IN (100, 200, 300);
                DELETE FROM token WHERE text LIKE 'x19%';
                DELETE FROM account WHERE number % 100 = 7;
                INSERT INTO account (number, owner) VALUES (5000, 1);
                INSERT INTO log (text) VALUES ('new'), ('new');
                DELETE FROM log WHERE text = 'x1';
                UPDATE staff SET boss = 100, updated_at = NULL WHERE id = 50;
                INSERT INTO staff VALUES (101, 102), (102, 1);
                """);
        RunReport report = delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(), "SELECT total FROM totals ORDER BY customer"))
                .isEqualTo(
                        scenario.strings(
                                scenario.source.url(),
                                "SELECT sum(total) FROM orders GROUP BY customer ORDER BY customer"));
        assertThat(report.scope().changes())
                .filteredOn(each -> each.table().equals("public.token"))
                .containsExactly(new RunReport.Change("public.token", 0, 0, 111));
    }

    @Test
    void lateCommitsRollbacksAndTiesAreNotLost() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config =
                Scenario.read(scenario.config(RULES + "  overlap-seconds: 0\n", true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        try (Connection late = scenario.connect(scenario.source.url());
                Connection never = scenario.connect(scenario.source.url());
                var lateStatement = late.createStatement();
                var neverStatement = never.createStatement()) {
            late.setAutoCommit(false);
            never.setAutoCommit(false);
            lateStatement.execute(
                    "INSERT INTO customer (email, updated_at) VALUES ('late@real.test', now())");
            neverStatement.execute(
                    "INSERT INTO customer (email, updated_at) VALUES ('never@real.test', now())");
            scenario.execute(
                    "UPDATE customer SET first_name = 'Tie', updated_at = '2100-01-01' WHERE id < 50");
            delta(scenario, config);
            scenario.execute(
                    "UPDATE customer SET first_name = 'Later', updated_at = clock_timestamp() WHERE id = 77");
            delta(scenario, config);
            late.commit();
            never.rollback();
        }
        // The clock behind times without a zone was put back.
        scenario.execute(
                "INSERT INTO orders (id, customer, placed) SELECT 9000, 1, max(placed) - interval '59 minutes' FROM orders");
        delta(scenario, config);
        // One that runs behind, in a column that also holds a time that never comes.
        String slow = "clock_timestamp() AT TIME ZONE 'UTC' - interval '5 hours'";
        scenario.execute(
                "UPDATE orders SET changed = 'infinity' WHERE id = 5; UPDATE orders SET changed = %s WHERE id <> 5"
                        .formatted(slow));
        delta(scenario, config);
        scenario.execute("UPDATE orders SET total = -7, changed = %s WHERE id = 7".formatted(slow));
        delta(scenario, config);
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT count(*) FROM customer"))
                .isEqualTo(List.of("3001"));
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));
    }

    @Test
    void tablesAreReadAgainOnlyWhereRowsBehindTheirMarksAreNotAsTheyWere() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config =
                Scenario.read(scenario.config(RULES + "  overlap-seconds: 0\n", true, true));
        scenario.execute("UPDATE orders SET placed = '2100-01-01' WHERE id = 6000");
        assertThat(scenario.run(config).failure()).isEmpty();
        assertThat(readAgain(delta(scenario, config))).isEmpty();

        // Within the same instant, without a time, by a time of its own, and gone.
        scenario.execute("UPDATE orders SET total = -1 WHERE id = 6000");
        scenario.execute(
                "INSERT INTO customer (email, updated_at) VALUES ('none@real.test', NULL)");
        scenario.execute("UPDATE item SET text = 'new' WHERE orders = 77");
        scenario.execute("DELETE FROM token WHERE text = 'x77'");
        assertThat(readAgain(delta(scenario, config)))
                .containsExactlyInAnyOrder("public.orders", "public.customer", "public.item");
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));
        lakeIsAsTheTwin(scenario);
        assertThat(readAgain(delta(scenario, config))).isEmpty();

        scenario.execute("DELETE FROM customer WHERE email = 'none@real.test'");
        assertThat(readAgain(delta(scenario, config))).containsExactly("public.customer");
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));
        lakeIsAsTheTwin(scenario);
    }

    /// Tables of which rows were read, without those that are read whole each time.
    private static List<String> readAgain(RunReport report) {
        return report.tables().stream()
                .filter(each -> each.sourceRows() > 0)
                .map(RunReport.TableReport::table)
                .filter(each ->
                        !List.of("public.account", "public.country", "public.log").contains(each))
                .toList();
    }

    @Test
    void whatChangesBetweenTwoPointsInTimeOfAFullRunComesWithTheNextDelta() throws Exception {
        Scenario scenario = Scenario.of(server, folder, LARGE);
        JobConfig config = Scenario.read(scenario.config(LARGE_RULES, true, false));
        // Where the rows are copied already, and where they are not.
        runAtTwoPointsInTime(
                scenario,
                config,
                "UPDATE large SET line = 'new', updated_at = clock_timestamp() WHERE id = 1",
                "UPDATE large SET line = 'new', updated_at = clock_timestamp() WHERE id = 20000");
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
    }

    /// A shift that is the same for all dates would be known from one of them.
    @Test
    void marksAreNotReadableInTheTwin() throws Exception {
        Scenario scenario = Scenario.of(server, folder, LARGE);
        scenario.execute("UPDATE large SET updated_at = '2019-03-04 05:06:07+00'");
        JobConfig config =
                Scenario.read(
                        scenario.config(
                                LARGE_RULES.replace(
                                        "keep }",
                                        "keep, updated_at: { mask: shift-date, alike: true } }"),
                                true,
                                false));
        assertThat(scenario.run(config).failure()).isEmpty();
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT content FROM understudy.position"))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("keyId")
                .doesNotContain("2019-03-04")
                .doesNotContain("marks");
        scenario.execute(
                "UPDATE large SET line = 'new', updated_at = '2019-03-04 05:06:08+00' WHERE id = 3");
        delta(scenario, config);
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT id FROM large WHERE line = 'new'"))
                .containsExactly("3");
    }

    @Test
    void whatIsTakenBackAfterTheSecondPointInTimeOfAFullRunComesWithTheNextDelta()
            throws Exception {
        Scenario scenario = Scenario.of(server, folder, LARGE);
        JobConfig config = Scenario.read(scenario.config(LARGE_RULES, true, false));
        runAtTwoPointsInTime(scenario, config, "UPDATE large SET line = 'new' WHERE id = 20000");
        scenario.execute("UPDATE large SET line = 'line 20000' WHERE id = 20000");
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
    }

    private static final String LARGE =
            """
            CREATE TABLE large (id int PRIMARY KEY, line text, updated_at timestamptz DEFAULT clock_timestamp());
            CREATE INDEX ON large (updated_at);
            INSERT INTO large SELECT n, 'line ' || n FROM generate_series(1, 20000) n;
            ANALYZE;
            """;

    private static final String LARGE_RULES =
            """
            columns: { "*": keep }
            delta: { watermarks: [updated_at], overlap-seconds: 0 }
            tuning: { workers: 1, batch-rows: 1000, split-rows: 10000 }
            """;

    /// A full run that is stopped after its first rows, and restarted after some changes.
    private void runAtTwoPointsInTime(Scenario scenario, JobConfig config, String... between)
            throws Exception {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunningJob job = understudy.run(config);
            while (job.progress().rows() == 0) {
                Thread.onSpinWait();
            }
            job.requestStop();
            long run = job.await().run();
            for (String each : between) {
                scenario.execute(each);
            }
            RunReport resumed = understudy.restart(run, config).await();
            assertThat(resumed.failure()).isEmpty();
            assertThat(resumed.snapshots()).isEqualTo(2);
        }
    }

    @Test
    void aTwinIsWhatAFullRunMakesHoweverTheSourceWasChanged() throws Exception {
        long seed = Long.getLong("delta.seed", System.nanoTime());
        int rounds = Integer.getInteger("delta.rounds", 5);
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config = Scenario.read(scenario.config(RULES, true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            var changes = new RandomChanges(scenario, random.nextLong());
            Thread other = Thread.ofPlatform().start(changes);
            delta(scenario, config);
            other.join();
            assertThat(changes.failure).as("seed %d", seed).isNull();
        }
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .as("seed %d", seed)
                .isEqualTo(fresh(scenario));
    }

    @Test
    void deltasThatAreKilledLoseAndDoubleNothing() throws Exception {
        long seed = Long.getLong("delta.seed", System.nanoTime());
        int kills = Integer.getInteger("kills", 4);
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        Path file =
                scenario.config(RULES + "  checksum-columns: [orders.*, token.text]\n", true, true);
        JobConfig config = Scenario.read(file);
        assertThat(scenario.run(config).failure()).isEmpty();
        new ChildRuns(folder)
                .killBetweenChanges(
                        file,
                        random -> {
                            new RandomChanges(scenario, random.nextLong()).run();
                            scenario.execute(
                                    random.nextInt(3) == 0
                                            ? "ALTER TABLE staff ADD IF NOT EXISTS note_%d int DEFAULT 7"
                                                    .formatted(random.nextInt(100))
                                            : "UPDATE orders SET total = total + 1 WHERE id %% 701 = %1$d; UPDATE token SET text = text || '.' WHERE text LIKE '%%%1$d'"
                                                    .formatted(random.nextInt(100)));
                        },
                        kills,
                        seed);
        // The run that was killed may have ended at its own point in time.
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(tables(scenario, scenario.twinUrl()))
                .as("seed %d", seed)
                .isEqualTo(fresh(scenario));
        lakeIsAsTheTwin(scenario);
    }

    @Test
    void rowsWrittenByHandGoAndTablesWithOtherRulesAreLoadedInFull() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config = Scenario.read(scenario.config(RULES, true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        // Somebody wrote into the twin what clashes with the source's next row.
        try (Connection twin = scenario.connect(scenario.twinUrl());
                var statement = twin.createStatement()) {
            statement.execute(
                    "INSERT INTO country VALUES ('XX', 'by hand'); INSERT INTO customer (email, country) SELECT email, 'XX' FROM customer WHERE FALSE");
        }
        scenario.execute("DELETE FROM country WHERE code = 'IT'");
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));
        JobConfig changed =
                Scenario.read(
                        scenario.config(
                                RULES.replace(
                                        "\"customer.first_name\": first-name",
                                        "\"customer.first_name\": redact"),
                                true,
                                false));
        RunReport reloaded = delta(scenario, changed);
        assertThat(reloaded.warnings())
                .extracting(Problem::message)
                .contains(
                        "public.customer: column first_name: another rule masks it, or the same one within other limits");
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(),
                                "SELECT DISTINCT 'x' FROM customer WHERE first_name LIKE 'Real%'"))
                .isEmpty();
        JobConfig otherKey = Scenario.read(scenario.config(RULES + "epoch: 1\n", true, false));
        RunReport report = scenario.run(otherKey);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).isEqualTo(RunMode.WHOLE);
        assertThat(report.scope().why()).hasValue("the twin was masked with another key");
    }

    /// Keys at the ends of their types, in clumps and far apart, beyond all that the source still
    /// has, in an emptied table: each key that is gone lies in some interval.
    @Test
    void keysThatAreGoneAreFoundWhereverTheyLie() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE DOMAIN code AS int8;
                        CREATE TABLE far (id int8 PRIMARY KEY, at timestamptz DEFAULT clock_timestamp());
                        INSERT INTO far SELECT -9223372036854775808 + i FROM generate_series(0, 300) i
                            UNION ALL SELECT i * 31 FROM generate_series(-500, 500) i
                            UNION ALL SELECT 1000000000000 + i FROM generate_series(1, 3000) i
                            UNION ALL SELECT 9223372036854775807 - i FROM generate_series(0, 300) i;
                        CREATE TABLE near (id int2 PRIMARY KEY, at timestamptz DEFAULT clock_timestamp());
                        INSERT INTO near SELECT i FROM generate_series(-32768, 32767, 7) i;
                        CREATE TABLE coded (first code PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), parts int);
                        INSERT INTO coded SELECT i * 1000, now(), i FROM generate_series(1, 5000) i;
                        CREATE TABLE emptied (id int PRIMARY KEY, at timestamptz DEFAULT clock_timestamp());
                        INSERT INTO emptied SELECT i FROM generate_series(1, 3000) i;
                        CREATE TABLE pairs (a text, b date, at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (a, b));
                        INSERT INTO pairs SELECT 'a' || i % 50, date '2020-01-01' + i FROM generate_series(1, 5000) i;
                        ANALYZE;
                        CREATE TABLE skewed (id int8 PRIMARY KEY, at timestamptz DEFAULT clock_timestamp());
                        INSERT INTO skewed SELECT i FROM generate_series(1, 150000) i UNION ALL SELECT 1000000000000000;
                        """);
        String rules =
                "columns: { \"*\": keep }\ndelta: { watermarks: [at], overlap-seconds: 0 }\n";
        JobConfig config = Scenario.read(scenario.config(rules, true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        List<String> changes =
                List.of(
                        """
                        DELETE FROM far WHERE id IN (-9223372036854775808, 9223372036854775807, 0, 31, 1000000001500);
                        DELETE FROM near WHERE id IN (-32768, -32761, 32763); DELETE FROM emptied;
                        DELETE FROM skewed WHERE id % 30011 = 0;
                        DELETE FROM pairs WHERE a = 'a7' AND b > '2028-01-01'; INSERT INTO pairs VALUES ('', '2020-01-01');
                        DELETE FROM coded WHERE first % 77000 = 0; INSERT INTO coded VALUES (-5), (77001)\
                        """,
                        """
                        DELETE FROM far WHERE id < -100 OR id BETWEEN 1000000000100 AND 1000000002900 OR id > 1000000002950;
                        INSERT INTO far VALUES (9223372036854775807); INSERT INTO near VALUES (-32768);
                        DELETE FROM coded WHERE parts IS NULL OR parts > 4000; INSERT INTO emptied VALUES (5)\
                        """,
                        "DELETE FROM far WHERE id <> 62; DELETE FROM pairs; DELETE FROM near WHERE id > 0; DELETE FROM coded WHERE parts <> 17; DELETE FROM skewed WHERE id < 140000");
        for (String each : changes) {
            scenario.execute(each);
            RunReport report = scenario.run(config);
            assertThat(report.failure()).isEmpty();
            assertThat(report.scope().why()).isEmpty();
            assertThat(tables(scenario, scenario.twinUrl()))
                    .as(each)
                    .isEqualTo(tables(scenario, scenario.source.url()));
        }
    }

    /// Rows that change in other ways than their times tell.
    private static final String SILENT =
            """
            UPDATE orders SET total = total + 0.01 WHERE id % 997 = 0;
            UPDATE orders SET total = 5, changed = clock_timestamp() WHERE id = 998;
            UPDATE orders SET placed = '2001-01-01' WHERE id = 999;
            INSERT INTO orders (id, customer, total, placed) VALUES (20000, 5, 1, '2001-01-01');
            DELETE FROM orders WHERE id % 1009 = 0;
            UPDATE customer SET country = NULL, first_name = 'Realsilent' WHERE id = 7;
            DELETE FROM customer WHERE id = 8;
            INSERT INTO customer (email, updated_at) VALUES ('silent@real.test', '2001-01-01');
            UPDATE token SET text = 'silent' WHERE text IN ('x5', 'x1999');
            UPDATE token SET text = NULL WHERE text = 'x6';
            """;

    @Test
    void rowsThatChangeWithoutTheirTimesAreFoundByChecksumColumns() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        String checked =
                RULES
                        + "  checksum-columns: [orders.*, \"customer.*\", \"token.text\", account.owner]\n";
        JobConfig config = Scenario.read(scenario.config(checked, true, true));
        scenario.execute(
                "UPDATE customer SET updated_at = '2020-01-01' WHERE id < 2990; UPDATE orders SET placed = '2020-01-01' WHERE id < 5990");
        assertThat(scenario.run(config).failure()).isEmpty();
        assertThat(delta(scenario, config).scope().changes())
                .allMatch(each -> each.updated() + each.inserted() + each.deleted() == 0);
        scenario.execute(SILENT);
        assertThat(delta(scenario, config).warnings())
                .extracting(Problem::message)
                .contains(
                        "public.customer: rows that had changed although their times had not: 2; they were copied by their checksum columns");
        lakeIsAsTheTwin(scenario);
        new RandomChanges(scenario, 1).run();
        scenario.execute("UPDATE orders SET total = 8 WHERE id IN (11, 12, 13, 20000)");
        delta(scenario, config);
        lakeIsAsTheTwin(scenario);
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));

        String again = Files.readString(scenario.config(checked, true, true));
        scenario.execute("ALTER TABLE country ALTER name SET DEFAULT 'nowhere'");
        assertThat(reasons(config))
                .containsEntry("orders", "checksum columns compare values of one structure")
                .containsEntry("account", "it has checksum columns, and a masked key");
        Path other = folder.resolve("other.yaml");
        Files.writeString(
                other,
                again.replace(scenario.twinUrl(), scenario.twinUrl() + "_other")
                        .replace("delta:", "  customer.doc: \"null\"\ndelta:"));
        assertThat(reasons(Scenario.read(other)))
                .containsEntry(
                        "customer",
                        "it has checksum columns, and masked ones that a server writes in its own way");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsThatComeWithOldTimesAreFoundByTheirKeys(boolean lake) throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config =
                Scenario.read(scenario.config(RULES + "  overlap-seconds: 0\n", true, lake));
        assertThat(scenario.run(config).failure()).isEmpty();
        delta(scenario, config);
        scenario.execute(
                """
                INSERT INTO customer (email, updated_at) SELECT 'old' || i || '@real.test', '2001-01-01' FROM generate_series(1, 9000) i;
                INSERT INTO item (orders, line, text, updated_at) SELECT i, 2, 'old', '2001-01-01' FROM generate_series(1, 9) i;
                UPDATE token SET id = gen_random_uuid() WHERE text LIKE 'x19%';
                INSERT INTO account (number, owner, updated_at) VALUES (30000, 1, '2001-01-01');
                INSERT INTO log (text) VALUES ('new');
                """);
        var missed = new TreeMap<>(Map.of("customer", "9,000", "item", "9", "token", "111"));
        // There, tables whose key is masked are written anew.
        if (!lake) {
            missed.put("account", "1");
        }
        assertThat(delta(scenario, config).warnings())
                .filteredOn(each -> each.id().equals("missed-by-watermarks"))
                .extracting(Problem::message)
                .containsExactlyElementsOf(
                        missed.entrySet().stream()
                                .map(each ->
                                        "public.%s: rows that had come although their times are old: %s; they were copied by their keys"
                                                .formatted(each.getKey(), each.getValue()))
                                .toList());
        assertThat(tables(scenario, scenario.twinUrl())).isEqualTo(fresh(scenario));
        if (lake) {
            lakeIsAsTheTwin(scenario);
        }
        assertThat(delta(scenario, config).scope().changes())
                .allMatch(each -> each.updated() + each.inserted() + each.deleted() == 0);
    }

    /// Why deltas read tables whole.
    private Map<String, String> reasons(JobConfig config) {
        var reasons = new TreeMap<String, String>();
        for (var each :
                Understudy.outlook(config, folder.resolve("home")).delta().orElseThrow().tables()) {
            each.why().ifPresent(why -> reasons.put(each.table().name(), why));
        }
        return reasons;
    }

    @Test
    void tablesThatAreAskedForAreLoadedInFullAndTheOthersGetWhatHasChanged() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE parent (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT clock_timestamp());
                        CREATE TABLE child (id int PRIMARY KEY, name text, parent int REFERENCES parent,
                            updated_at timestamptz DEFAULT clock_timestamp());
                        INSERT INTO parent SELECT i, 'n', '2000-01-01' FROM generate_series(1, 49) i;
                        INSERT INTO child SELECT i, 'n', i, '2000-01-01' FROM generate_series(1, 49) i;
                        INSERT INTO parent VALUES (50, 'n', now());
                        INSERT INTO child VALUES (50, 'n', 50, now());
                        """);
        String columns = "columns: { \"*\": keep }\n";
        String delta = columns + "delta: { watermarks: [updated_at] }\n";
        JobConfig config = Scenario.read(scenario.config(delta, true, true));
        assertThat(refused(config, "child"))
                .isEqualTo(
                        "no tables can be loaded alone, because the next run copies everything (no run of a job with deltas has made the twin); run it without --tables: understudy run "
                                + config.file());
        assertThat(scenario.run(config).failure()).isEmpty();
        // What moves no watermark is seen only by those who read everything.
        scenario.execute(
                """
                UPDATE parent SET name = 'silent' WHERE id < 5;
                UPDATE child SET name = 'silent' WHERE id < 5;
                INSERT INTO parent VALUES (51, 'new');
                INSERT INTO child VALUES (51, 'new', 51);
                """);
        assertThat(refused(config, "chld"))
                .isEqualTo("chld matches no table whose rows are copied; did you mean child?");
        assertThat(refused(config, "public.chld"))
                .isEqualTo(
                        "public.chld matches no table whose rows are copied; did you mean public.child?");
        RunReport report;
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            report = understudy.runTables(config, List.of(pattern("child"))).await();
        }
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().reloads())
                .containsExactly(new RunReport.TableAndWhy("public.child", "asked for"));
        assertThat(report.scope().changes())
                .containsExactly(
                        new RunReport.Change("public.parent", 0, 1, 0),
                        new RunReport.Change("public.child", 4, 1, 0));
        String rows = "SELECT name || count(*) FROM %s GROUP BY name ORDER BY name";
        assertThat(scenario.strings(scenario.twinUrl(), rows.formatted("child")))
                .containsExactly("n46", "new1", "silent4");
        assertThat(scenario.strings(scenario.twinUrl(), rows.formatted("parent")))
                .containsExactly("n50", "new1");
        lakeHas(
                scenario,
                Map.of(rows.formatted("public.child"), List.of("n46", "new1", "silent4")));
        // What is read again and is as it was does not go into the lake again.
        assertThat(changedRows(scenario))
                .containsOnly(Map.entry("parent", 1L), Map.entry("child", 0L));
        delta(scenario, config);
        assertThat(changedRows(scenario))
                .containsOnly(Map.entry("parent", 1L), Map.entry("child", 0L));
        scenario.execute("UPDATE child SET name = 'changed', updated_at = now() WHERE id = 9");
        delta(scenario, config);
        assertThat(changedRows(scenario))
                .containsOnly(Map.entry("parent", 1L), Map.entry("child", 1L));
        JobConfig without = Scenario.read(scenario.config(columns, true, true));
        assertThat(refused(without, "child"))
                .endsWith(
                        "every run of the job test-job copies everything, for it has no section delta; add one, or run it without --tables");
    }

    private static TablePattern pattern(String text) {
        return new TablePattern(text, new Location(1, 1, "--tables"));
    }

    private String refused(JobConfig config, String table) {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            Failure refused =
                    catchThrowableOfType(
                            Failure.class,
                            () -> understudy.runTables(config, List.of(pattern(table))));
            assertThat(refused.kind()).isEqualTo(Failure.Kind.CONFIG);
            return refused.getMessage();
        }
    }

    private static final String FAMILIES =
            """
            CREATE TABLE parent (id int PRIMARY KEY, updated_at timestamptz DEFAULT clock_timestamp());
            CREATE TABLE child (id int PRIMARY KEY, updated_at timestamptz DEFAULT clock_timestamp(),
                parent int REFERENCES parent ON UPDATE CASCADE ON DELETE CASCADE);
            INSERT INTO parent SELECT i FROM generate_series(1, 100) i;
            INSERT INTO child (id, parent) SELECT i, 1 + i % 100 FROM generate_series(1, 1000) i;
            """;

    private static final String FAMILY_RULES =
            "columns: { \"*\": keep }\ndelta: { watermarks: [updated_at], overlap-seconds: 0 }\n";

    private static final String OF_OLD =
            "UPDATE child SET updated_at = '2000-01-01' WHERE id > 1; UPDATE parent SET updated_at = '2000-01-01' WHERE id > 1";

    private static final String OTHER_KEY =
            "UPDATE parent SET id = 200, updated_at = clock_timestamp() WHERE id = 5";

    @Test
    void whatIsGoneIsLookedForWhenSomebodyAsksWhereTheConfigDoesNot() throws Exception {
        Scenario scenario = Scenario.of(server, folder, FAMILIES);
        JobConfig config =
                Scenario.read(
                        scenario.config(
                                FAMILY_RULES.replace(
                                        "overlap-seconds", "sweep: false, overlap-seconds"),
                                true,
                                false));
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute("DELETE FROM child WHERE id = 7");
        delta(scenario, config);
        String count = "SELECT count(*) FROM child";
        assertThat(scenario.strings(scenario.twinUrl(), count)).containsExactly("1000");
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            assertThat(understudy.runSweep(config).await().failure()).isEmpty();
        }
        assertThat(scenario.strings(scenario.twinUrl(), count)).containsExactly("999");
    }

    /// One twin has its changes already when the other's turn out to be impossible.
    @Test
    void ofSeveralSourcesAllAreCopiedWholeWhereOneMustBe() throws Exception {
        Scenario first = Scenario.of(server, folder, FAMILIES);
        Scenario second = Scenario.of(server, folder, FAMILIES);
        var text = new StringBuilder("job: both\nsecret: \"${env:SECRET}\"\nsources:\n");
        for (Scenario each : List.of(first, second)) {
            text.append(
                    "  %s: { url: \"%s\", user: %s, connections: 4 }\n"
                            .formatted(
                                    each == first ? "first" : "second",
                                    each.source.url(),
                                    each.source.user()));
        }
        text.append("twins:\n");
        for (Scenario each : List.of(first, second)) {
            text.append(
                    "  %s: { url: \"%s\", user: %s, connections: 6 }\n"
                            .formatted(
                                    each == first ? "first" : "second",
                                    each.twinUrl(),
                                    each.source.user()));
        }
        Path file = Files.writeString(folder.resolve("both.yaml"), text + FAMILY_RULES);
        JobConfig config = Scenario.read(file);
        assertThat(first.run(config).failure()).isEmpty();
        first.execute(OF_OLD);
        second.execute(OF_OLD);
        delta(first, config);
        first.execute("INSERT INTO parent VALUES (300)");
        second.execute(OTHER_KEY);
        RunReport report = first.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).isEqualTo(RunMode.WHOLE);
        assertThat(report.scope().why().orElseThrow()).contains("child_parent_fkey");
        for (Scenario each : List.of(first, second)) {
            assertThat(tables(each, each.twinUrl())).isEqualTo(tables(each, each.source.url()));
        }
        delta(first, config);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ");",
                ") PARTITION BY HASH (id); CREATE TABLE part PARTITION OF parent FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
            })
    void aKeyThatTakesOthersAlongLosesNoneOfThem(String end) throws Exception {
        Scenario scenario = Scenario.of(server, folder, FAMILIES.replaceFirst("\\);", end));
        JobConfig config = Scenario.read(scenario.config(FAMILY_RULES, true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute(OF_OLD);
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute(OTHER_KEY);
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().why())
                .hasValue(
                        "rows that the foreign key child_parent_fkey would take along with deleted rows of public.%s are still in the source"
                                .formatted(end.length() > 2 ? "part" : "parent"));
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(),
                                "SELECT count(*) FROM child WHERE parent = 200"))
                .containsExactly("10");
    }

    @Test
    void rowsThatNoKeyTellsApartTakeNoneOfThoseAlongThatReferenceThem() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE net (address inet PRIMARY KEY, note text);
                        CREATE TABLE host (id int PRIMARY KEY, updated_at timestamptz DEFAULT clock_timestamp(),
                            net inet REFERENCES net ON DELETE CASCADE);
                        INSERT INTO net SELECT '10.0.0.0'::inet + i, 'of old' FROM generate_series(1, 9) i;
                        INSERT INTO host (id, net) SELECT i, '10.0.0.0'::inet + i FROM generate_series(1, 9) i;
                        """);
        JobConfig config = Scenario.read(scenario.config(FAMILY_RULES, true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        delta(scenario, config);
        scenario.execute("UPDATE net SET note = 'new' WHERE address = '10.0.0.5'");
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().why())
                .hasValue(
                        "rows of public.net have changed, and they have no key of NOT NULL columns whose types tell them apart, while the foreign key host_net_fkey references them");
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
    }

    @Test
    void rowsGoThatAreReferencedByValuesOfAnExtensionsType() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE EXTENSION ltree;
                        CREATE TABLE topic (id int PRIMARY KEY, path ltree UNIQUE);
                        CREATE TABLE post (id int PRIMARY KEY, topic ltree REFERENCES topic (path) ON DELETE CASCADE);
                        INSERT INTO topic VALUES (1, 'a'), (2, 'a.b');
                        INSERT INTO post VALUES (1, 'a'), (2, 'a.b');
                        """);
        JobConfig config = keepsAll(scenario);
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute("DELETE FROM topic WHERE id = 2");
        delta(scenario, config);
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT id FROM post"))
                .containsExactly("1");
    }

    @Test
    void rowsGoThatReferenceEachOtherInACircle() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE team (id int PRIMARY KEY, lead int);
                        CREATE TABLE member (id int PRIMARY KEY, team int REFERENCES team ON DELETE CASCADE, boss int REFERENCES member ON DELETE CASCADE);
                        INSERT INTO team SELECT i, i FROM generate_series(1, 9) i;
                        INSERT INTO member SELECT i, i, 1 + i / 4 FROM generate_series(1, 9) i;
                        ALTER TABLE team ADD FOREIGN KEY (lead) REFERENCES member ON DELETE CASCADE;
                        """);
        JobConfig config = keepsAll(scenario);
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute("DELETE FROM member WHERE id = 2");
        RunReport report = delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
        assertThat(report.scope().changes()).hasSize(2).allMatch(each -> each.deleted() == 5);
    }

    @Test
    void numbersThatAreAlwaysGeneratedFollowTheSourceWhereTheyAreNoKey() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE word (text text PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY);
                        CREATE TABLE part (text text PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (text);
                        CREATE TABLE part_a PARTITION OF part FOR VALUES IN ('a');
                        CREATE TABLE part_b PARTITION OF part FOR VALUES IN ('b');
                        INSERT INTO word (text) VALUES ('a'), ('b');
                        INSERT INTO part (text) VALUES ('a'), ('b');
                        """);
        JobConfig config = keepsAll(scenario);
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute(
                "DELETE FROM word; INSERT INTO word (text) VALUES ('b'), ('a'); DELETE FROM part; INSERT INTO part (text) VALUES ('b'), ('a')");
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(),
                                "SELECT count(*) FROM pg_attribute WHERE attidentity = 'a' AND attrelid > 16384"))
                .containsExactly("4");
    }

    @Test
    void tablesWithoutColumnsToCopyHaveAsManyRowsAsInTheSource() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE bare ();
                        CREATE TABLE made (two int GENERATED ALWAYS AS (1 + 1) STORED);
                        CREATE TABLE other (id int PRIMARY KEY);
                        INSERT INTO bare SELECT FROM generate_series(1, 3);
                        INSERT INTO made SELECT FROM generate_series(1, 3);
                        """);
        JobConfig config = keepsAll(scenario);
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute(
                "INSERT INTO bare SELECT FROM generate_series(1, 2); INSERT INTO made DEFAULT VALUES");
        delta(scenario, config);
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(),
                                "SELECT count(*) FROM bare UNION ALL SELECT sum(two) FROM made"))
                .containsExactly("5", "8");
    }

    @Test
    void functionsOfChecksFindOthersAlongASearchPath() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE SCHEMA tools;
                        SET search_path = public, tools;
                        CREATE FUNCTION tools.trimmed(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT trim($1)';
                        CREATE FUNCTION public.plain(word text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN lower(trimmed(word)); END';
                        CREATE DOMAIN public.word AS text CHECK (plain(VALUE) <> 'none');
                        CREATE TABLE public.term (id int PRIMARY KEY, name text CHECK (plain(name) <> 'none'),
                            plain text GENERATED ALWAYS AS (plain(name)) STORED, word public.word);
                        INSERT INTO public.term (id, name, word) VALUES (1, ' A', 'b'), (2, 'C', 'd');
                        """);
        JobConfig config = keepsAll(scenario);
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute(
                "SET search_path = public, tools; UPDATE term SET name = 'E' WHERE id = 1; INSERT INTO term (id, name, word) VALUES (3, 'F', 'g')");
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
    }

    /// The planner looks into such a function whatever is asked of its table. From PostgreSQL 17
    /// on, a source cannot have such an index.
    @Test
    void sqlFunctionsOfIndexesFindOthersAlongASearchPath() throws Exception {
        Assumptions.assumeTrue(
                PostgresServer.installed().isPresent(), "skipped: no PostgreSQL is installed");
        Scenario scenario =
                Scenario.of(
                        PostgresServer.installed().get(),
                        folder,
                        """
                        CREATE FUNCTION plain(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
                        CREATE FUNCTION found(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT plain($1)';
                        CREATE TABLE term (id int PRIMARY KEY, name text);
                        CREATE INDEX ON term (found(name));
                        INSERT INTO term VALUES (1, 'A'), (2, 'B');
                        """);
        JobConfig config = keepsAll(scenario);
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute(
                "UPDATE term SET name = 'E' WHERE id = 1; DELETE FROM term WHERE id = 2; INSERT INTO term VALUES (3, 'F')");
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
    }

    @Test
    void partitionsThatReferenceEachOtherAreMergedInAnyOrder() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE node (id int PRIMARY KEY, updated_at timestamptz DEFAULT clock_timestamp(),
                            parent int REFERENCES node) PARTITION BY RANGE (id);
                        CREATE TABLE low PARTITION OF node FOR VALUES FROM (0) TO (100);
                        CREATE TABLE high PARTITION OF node FOR VALUES FROM (100) TO (200);
                        INSERT INTO node (id, parent) VALUES (1, 101), (101, 1);
                        """);
        JobConfig config = Scenario.read(scenario.config(FAMILY_RULES, true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute("INSERT INTO node (id, parent) VALUES (2, 102), (102, 2)");
        delta(scenario, config);
        assertThat(tables(scenario, scenario.twinUrl()))
                .isEqualTo(tables(scenario, scenario.source.url()));
    }

    @Test
    void onlyPartitionsThatAreGoneMakeTheLakeLoadTheirTableInFull() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE node (id int PRIMARY KEY, updated_at timestamptz DEFAULT clock_timestamp()) PARTITION BY RANGE (id);
                        CREATE TABLE low PARTITION OF node FOR VALUES FROM (0) TO (100);
                        CREATE TABLE high PARTITION OF node FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
                        CREATE TABLE high_1 PARTITION OF high FOR VALUES FROM (100) TO (150);
                        CREATE TABLE high_2 PARTITION OF high FOR VALUES FROM (150) TO (200);
                        INSERT INTO node SELECT generate_series(0, 160);
                        """);
        JobConfig config = Scenario.read(scenario.config(FAMILY_RULES, true, true));
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute("UPDATE node SET id = 161 WHERE id = 10");
        assertThat(delta(scenario, config).scope().reloads()).isEmpty();
        scenario.execute("DROP TABLE high_2");
        assertThat(delta(scenario, config).scope().reloads())
                .extracting(each -> each.table() + ": " + each.why())
                .containsExactly(
                        "public.high_1: partitions of it are gone",
                        "public.low: partitions of it are gone");
        String ids = "SELECT CAST(id AS text) FROM public.node ORDER BY 1";
        lakeHas(scenario, Map.of(ids, scenario.strings(scenario.twinUrl(), ids)));
    }

    @Test
    void aReaderThatDoesNotSeeOpenTransactionsIsToldWhatToAskFor() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        scenario.execute(
                "DROP ROLE IF EXISTS blind; CREATE ROLE blind LOGIN; GRANT USAGE ON SCHEMA public TO blind; GRANT SELECT ON ALL TABLES IN SCHEMA public TO blind");
        Path file = scenario.config(RULES, true, false);
        Files.writeString(
                file, Files.readString(file).replaceFirst("user: \"[^\"]*\"", "user: \"blind\""));
        RunReport report = scenario.run(Scenario.read(file));
        assertThat(report.failure().orElseThrow().message())
                .isEqualTo(
                        "blind may not see when the source's oldest transaction began; ask for: GRANT pg_read_all_stats TO \"blind\"; or say how long a transaction lasts at most: delta.longest-transaction-seconds");
        Files.writeString(file, Files.readString(file) + "  longest-transaction-seconds: 600\n");
        assertThat(scenario.run(Scenario.read(file)).failure()).isEmpty();
        delta(scenario, Scenario.read(file));
    }

    @Test
    void watermarksThatAreNoneAreRefused() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        JobConfig config =
                Scenario.read(
                        scenario.config(
                                RULES.replace(
                                                "\"*.updated_at\"",
                                                "\"customer.email\", \"*.changed_at\"")
                                        + "  compare: [nothing]\n  checksum-columns: [customer.email, \"orders.id\", \"log.*\"]\n",
                                true,
                                false));
        assertThatThrownBy(() -> Understudy.plan(config))
                .isInstanceOfSatisfying(
                        ConfigProblems.class,
                        refused ->
                                assertThat(refused.problems())
                                        .filteredOn(
                                                each -> each.severity() == Problem.Severity.ERROR)
                                        .extracting(Problem::message)
                                        .containsExactlyInAnyOrder(
                                                "public.customer.email (text) is named as a watermark, but is no date or time that deltas can read by",
                                                "watermarks: *.changed_at matches no column that is copied",
                                                "compare: nothing matches no table that is copied",
                                                "checksum-columns: customer.email matches no kept column outside of the key of a table with watermarks",
                                                "checksum-columns: orders.id matches no kept column outside of the key of a table with watermarks",
                                                "checksum-columns: log.* matches no kept column outside of the key of a table with watermarks"));
    }

    /// What applications do to a database, one transaction after the other.
    private static final class RandomChanges implements Runnable {
        private static final List<String> CHANGES =
                List.of(
                        "INSERT INTO customer (email, first_name, country) VALUES ('r%1$d@real.test', 'Realfirst%2$d', 'DE')",
                        "UPDATE customer SET first_name = 'Real%1$d', updated_at = clock_timestamp() WHERE id %% 500 = %2$d %% 500",
                        "UPDATE customer SET country = NULL, updated_at = NULL WHERE id = %2$d",
                        "DELETE FROM customer WHERE id = %2$d",
                        "INSERT INTO orders (id, customer, total) SELECT 10000 + %1$d, id, 5 FROM customer WHERE id >= %2$d ORDER BY id LIMIT 1 ON CONFLICT DO NOTHING",
                        "UPDATE orders SET total = %1$d, changed = clock_timestamp() WHERE id %% 700 = %2$d %% 700",
                        "DELETE FROM orders WHERE id = %2$d",
                        "INSERT INTO item (orders, line, text) SELECT id, %1$d, 'x' FROM orders WHERE id >= %2$d ORDER BY id LIMIT 1 ON CONFLICT DO NOTHING",
                        "UPDATE item SET line = line + 1000000 WHERE orders = %2$d",
                        "UPDATE item SET text = 'y%1$d' WHERE orders = %2$d",
                        "UPDATE account SET number = 100000 + %1$d, updated_at = clock_timestamp() WHERE number = %2$d",
                        "DELETE FROM account WHERE number = %2$d",
                        "INSERT INTO token SELECT gen_random_uuid(), 'r%1$d'",
                        "INSERT INTO token SELECT gen_random_uuid(), 'r%1$d', '2001-01-01'",
                        "UPDATE token SET id = gen_random_uuid() WHERE text = 'x%2$d'",
                        "DELETE FROM token WHERE text = 'x%2$d'",
                        "UPDATE staff SET id = 1000000 + %1$d WHERE id = 51 + %2$d %% 50",
                        "INSERT INTO account (number, updated_at) VALUES (200000 + %1$d, '2001-01-01')",
                        "INSERT INTO log (text) VALUES ('r%1$d')",
                        "DELETE FROM log WHERE text = 'x%2$d'",
                        "UPDATE country SET name = 'c%1$d' WHERE code = 'FR'");

        /// No two changes make the same key, and none one that is there: each order has a line 1.
        private static final AtomicInteger NUMBERS = new AtomicInteger(1);

        private final Scenario scenario;
        private final Random random;
        private Throwable failure;

        RandomChanges(Scenario scenario, long seed) {
            this.scenario = scenario;
            random = new Random(seed);
        }

        @Override
        public void run() {
            try (Connection session = scenario.connect(scenario.source.url());
                    var statement = session.createStatement()) {
                session.setAutoCommit(false);
                for (int i = 0; i < 300; i++) {
                    int changes = 1 + random.nextInt(5);
                    for (int j = 0; j < changes; j++) {
                        statement.execute(
                                CHANGES.get(random.nextInt(CHANGES.size()))
                                        .formatted(
                                                NUMBERS.incrementAndGet(),
                                                random.nextInt(1, 3000)));
                    }
                    if (random.nextInt(8) == 0) {
                        session.rollback();
                    } else {
                        session.commit();
                    }
                }
            } catch (SQLException e) {
                failure = e;
            }
        }
    }
}
