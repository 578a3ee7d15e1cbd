package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.JobConfig;
import dev.understudy.jobs.control.ControlDatabase;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.rows.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class MainJobTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    @Test
    void copiesEveryTableIntoTwinAndLake() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(6000));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES));

        RunReport report = shop.run(config);

        assertThat(report.failure()).isEmpty();
        assertThat(report.status()).isEqualTo(RunStatus.DONE);
        assertThat(report.tables())
                .allSatisfy(table -> {
                    assertThat(table.agrees()).as(table.table()).contains(true);
                    assertThat(table.twinRows()).as(table.table()).contains(table.sourceRows());
                    assertThat(table.lakeRows()).as(table.table()).contains(table.sourceRows());
                });
        assertThat(report.rows()).isEqualTo(6000L * 6 + 3000 + 2);
        // Kept columns are equal, masked ones are not.
        String kept =
                "SELECT string_agg(id || moods::text || spent || spent_gross || coalesce(favourite, 0), ',' ORDER BY id) FROM"
                        + " public.customer";
        assertThat(shop.strings(shop.twinUrl(), kept))
                .isEqualTo(shop.strings(shop.source.url(), kept));
        assertThat(shop.strings(shop.twinUrl(), "SELECT count(*) FROM public.happy"))
                .containsExactly("6000");
        assertNothingPersonalIn(shop);
        assertThat(
                        shop.strings(
                                shop.twinUrl(),
                                "SELECT DISTINCT tablename FROM pg_stats WHERE tablename IN ('customer', 'happy')"))
                .containsExactly("customer");
        // Nothing of ours stays.
        assertThat(
                        shop.strings(
                                shop.twinUrl(),
                                "SELECT nspname FROM pg_namespace WHERE nspname = 'understudy'"))
                .isEmpty();
        assertThat(
                        shop.strings(
                                shop.source.url(),
                                "SELECT datname FROM pg_database WHERE datname LIKE '"
                                        + shop.twinName
                                        + "\\_\\_%'"))
                .isEmpty();
        assertThat(
                        shop.strings(
                                shop.twinUrl(),
                                "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"))
                .isEmpty();
        assertThat(
                        shop.strings(
                                shop.twinUrl(),
                                "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"))
                .isEqualTo(
                        shop.strings(
                                shop.source.url(),
                                "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"));
    }

    private static void assertNothingPersonalIn(Scenario shop) throws SQLException {
        for (String pattern :
                List.of("real-company", "Realfirst", "Reallast", "Realstreet", "+49 170 100")) {
            for (String table : List.of("customer", "orders", "subscription", "session", "log")) {
                assertThat(
                                shop.strings(
                                        shop.twinUrl(),
                                        "SELECT 'found' FROM public."
                                                + table
                                                + " t WHERE strpos(t::text, '"
                                                + pattern
                                                + "') > 0 LIMIT 1"))
                        .as("%s in %s", pattern, table)
                        .isEmpty();
            }
        }
    }

    @Test
    void aSecondRunReplacesTheTwinAsAWhole() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(300));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES));
        assertThat(shop.run(config).failure()).isEmpty();
        var first = shop.contents(shop.twinUrl());
        shop.execute("DELETE FROM log WHERE line LIKE '%9'");

        RunReport second = shop.run(config);

        assertThat(second.failure()).isEmpty();
        assertThat(second.run()).isEqualTo(2);
        var contents = shop.contents(shop.twinUrl());
        assertThat(contents.get("public.log")).startsWith("270 rows");
        first.remove("public.log");
        contents.remove("public.log");
        assertThat(contents).isEqualTo(first);
    }

    @Test
    void saysHowToStoreWhatTheLakesTypeCannotHold() throws Exception {
        // One row a page: larger than what is looked at before the copy.
        Scenario big =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE big (id int PRIMARY KEY, amount numeric(9, 2), filler text) PARTITION BY RANGE (id);
                        CREATE TABLE big_1 PARTITION OF big FOR VALUES FROM (0) TO (100000) WITH (fillfactor = 10);
                        INSERT INTO big SELECT i, CASE i WHEN 7777 THEN 'NaN'::numeric ELSE i END, repeat('x', 800)
                        FROM generate_series(1, 9000) AS i;
                        """);
        String rules = "columns: { \"*\": keep }\n";

        RunReport failed = big.run(Scenario.read(big.config(rules)));

        assertThat(failed.failure().orElseThrow().message())
                .contains("public.big_1.amount")
                .contains("NaN")
                .contains("lake: { text: ['public.big_1.amount'] }");
        for (String pattern : List.of("public.big_1.amount", "*.amount")) {
            String config =
                    Files.readString(big.config(rules))
                            .replace("lake: { ", "lake: { text: ['" + pattern + "'], ");
            RunReport report =
                    big.run(Scenario.read(Files.writeString(folder.resolve("text.yaml"), config)));
            assertThat(report.failure()).as(pattern).isEmpty();
        }
        String config =
                Files.readString(big.config(rules))
                        .replace("lake: { ", "lake: { text: [big.amonut], ");
        assertThatThrownBy(() ->
                        big.run(
                                Scenario.read(
                                        Files.writeString(folder.resolve("text.yaml"), config))))
                .hasMessageContaining("text: big.amonut matches no column that is copied");
    }

    @Test
    void aRunOfAnotherHomeWithTheSameNumberIsAnotherRun() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(300));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES));
        assertThat(shop.run(config).failure()).isEmpty();
        shop.execute("DELETE FROM log WHERE line LIKE '%9'");

        RunReport elsewhere;
        try (Understudy understudy = Understudy.open(folder.resolve("another-home"))) {
            elsewhere = understudy.run(config).await();
        }

        assertThat(elsewhere.failure()).isEmpty();
        assertThat(elsewhere.run()).isEqualTo(1);
        assertThat(shop.contents(shop.twinUrl()).get("public.log")).startsWith("270 rows");
        assertThat(Files.readString(lakePointerFile(shop))).contains("\"version\":2");
    }

    private static Path lakePointerFile(Scenario shop) {
        return shop.lake().resolve("test-job").resolve("current.json");
    }

    @Test
    void aFailedRunLeavesTheOldTwinAsItWas() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(300));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES));
        assertThat(shop.run(config).failure()).isEmpty();
        var before = shop.contents(shop.twinUrl());
        var manifest = lakePointer(shop);
        // No two rows are equal in the source, all are masked; only the loaded twin can show it.
        shop.execute(
                "CREATE UNIQUE INDEX ON customer ((CASE WHEN email LIKE 'person%' THEN id ELSE 0 END))");

        RunReport failed = shop.run(config);

        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.failure().orElseThrow().kind()).isEqualTo(Failure.Kind.TARGET);
        assertThat(failed.failure().orElseThrow().message()).doesNotContain("@");
        assertThat(shop.contents(shop.twinUrl())).isEqualTo(before);
        assertThat(lakePointer(shop)).isEqualTo(manifest);
    }

    @Test
    void aRunThatIsGivenUpLeavesNothingBehind() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(300));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES));
        shop.execute(
                "CREATE UNIQUE INDEX ON customer ((CASE WHEN email LIKE 'person%' THEN id ELSE 0 END))");
        RunReport failed = shop.run(config);
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(lakeFiles(shop)).anyMatch(each -> each.contains("/run=1-"));
        // As a process leaves it that dies in the middle of a part.
        Path part =
                Path.of(
                        lakeFiles(shop).stream()
                                .filter(each -> each.contains("/run=1-"))
                                .findFirst()
                                .orElseThrow());
        Files.writeString(part.resolveSibling(".understudy-of-a-dead-process"), "half a part");
        String sibling =
                shop.strings(
                                shop.source.url(),
                                "SELECT datname FROM pg_database WHERE datname LIKE '"
                                        + shop.twinName
                                        + "\\_\\_understudy%'")
                        .getFirst();
        shop.execute("CREATE DATABASE \"" + sibling.replace("__understudy_", "__retired_") + "\"");

        shop.execute("DROP INDEX customer_case_idx");
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            assertThat(understudy.runAfresh(config).await().failure()).isEmpty();
        }

        assertThat(lakeFiles(shop)).noneMatch(each -> each.contains("run=1-"));
        assertThat(lakeFiles(shop)).noneMatch(each -> each.contains("/ledgers/"));
        assertThat(
                        shop.strings(
                                shop.source.url(),
                                "SELECT datname FROM pg_database WHERE datname LIKE '"
                                        + shop.twinName
                                        + "\\_\\_%'"))
                .isEmpty();
    }

    private static List<String> lakeFiles(Scenario shop) throws Exception {
        try (Stream<Path> files = Files.walk(shop.lake())) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }

    @Test
    void removesOldVersionsOfTheLake() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(20));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, false, true));
        for (int i = 0; i < 3; i++) {
            assertThat(shop.run(config).failure()).isEmpty();
        }
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            var policy = new PurgePolicy(java.util.Optional.of(1), java.util.Optional.empty());
            assertThat(understudy.purgeableInLake(config, policy))
                    .extracting(LakeVersion::version)
                    .containsExactly(2L, 1L);
            assertThat(understudy.purgeLake(config, policy))
                    .extracting(LakeVersion::version)
                    .containsExactly(2L, 1L);
            assertThat(understudy.purgeableInLake(config, policy)).isEmpty();
            assertThat(understudy.run(config).await().failure()).isEmpty();
        }
        assertThat(lakeFiles(shop))
                .noneMatch(each -> each.contains("/run=1-") || each.contains("/run=2-"))
                .anyMatch(each -> each.contains("/run=3-"))
                .anyMatch(each -> each.contains("/run=4-"));
    }

    private static String lakePointer(Scenario shop) throws Exception {
        return Files.readString(shop.lake().resolve("test-job").resolve("current.json"));
    }

    @Test
    void stopsAtACheckpointAndGoesOnWithTheSameResult() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(20_000));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, true, false));
        assertThat(shop.run(config).failure()).isEmpty();
        var undisturbed = shop.contents(shop.twinUrl());

        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunningJob job = understudy.runAfresh(config);
            while (job.progress().rows() == 0) {
                Thread.onSpinWait();
            }
            job.requestStop();
            RunReport stopped = job.await();
            assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);

            RunReport resumed = understudy.restart(stopped.run(), config).await();

            assertThat(resumed.failure()).isEmpty();
            assertThat(resumed.status()).isEqualTo(RunStatus.DONE);
            assertThat(resumed.executions()).isEqualTo(2);
            assertThat(understudy.show(stopped.run()).orElseThrow().steps())
                    .filteredOn(step ->
                            step.name().startsWith("copy:") && step.status().equals("COMPLETED"))
                    .extracting(RunDetails.Step::name)
                    .doesNotHaveDuplicates();
        }
        assertThat(shop.contents(shop.twinUrl())).isEqualTo(undisturbed);
    }

    @Test
    void aRestartSaysWhichTablesMixSnapshotsAndDoesNotTakeTheSourcesChangesForLoss()
            throws Exception {
        Scenario shop = twoTables();
        JobConfig config = Scenario.read(shop.config(TWO_TABLES_RULES, true, false));
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            long run = stopInTheMiddle(understudy, config);
            // Behind the checkpoint, where the rows are copied already.
            shop.execute("DELETE FROM large WHERE id < 10");

            RunReport resumed = understudy.restart(run, config).await();

            assertThat(resumed.failure()).isEmpty();
            assertThat(resumed.snapshots()).isEqualTo(2);
            RunReport.TableReport large = table(resumed, "public.large");
            assertThat(large.mixed()).isTrue();
            assertThat(large.countedAsSent()).isTrue();
            assertThat(large.sourceRows()).isEqualTo(20_000);
            RunReport.TableReport small = table(resumed, "public.small");
            assertThat(small.mixed()).isFalse();
            assertThat(small.countedAsSent()).isFalse();
        }
    }

    @Test
    void aConstraintThatOnlyMixedSnapshotsBreakIsSaidToBeOne() throws Exception {
        Scenario shop = twoTables();
        JobConfig config = Scenario.read(shop.config(TWO_TABLES_RULES, true, false));
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            long run = stopInTheMiddle(understudy, config);
            shop.execute("DELETE FROM large WHERE small = 1; DELETE FROM small WHERE id = 1");

            RunReport failed = understudy.restart(run, config).await();

            assertThat(failed.failure().orElseThrow().kind()).isEqualTo(Failure.Kind.TARGET);
            assertThat(failed.failure().orElseThrow().message())
                    .contains("large_small_fkey", "2 points in time", "--fresh");
            assertThat(understudy.runAfresh(config).await().failure()).isEmpty();
        }
    }

    private static final String TWO_TABLES_RULES =
            """
            columns: { large.line: redact, "*.*": keep }
            tuning: { workers: 1, batch-rows: 1000, split-rows: 10000 }
            """;

    private Scenario twoTables() throws SQLException {
        return Scenario.of(
                server,
                folder,
                """
                CREATE TABLE small (id int PRIMARY KEY);
                CREATE TABLE large (id int PRIMARY KEY, small int REFERENCES small, line text);
                INSERT INTO small SELECT generate_series(1, 10);
                INSERT INTO large SELECT n, 1 + n % 10, 'line ' || n FROM generate_series(1, 20000) n;
                ANALYZE;
                """);
    }

    private static long stopInTheMiddle(Understudy understudy, JobConfig config)
            throws InterruptedException {
        RunningJob job = understudy.run(config);
        while (job.progress().rows() == 0) {
            Thread.onSpinWait();
        }
        job.requestStop();
        RunReport stopped = job.await();
        assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
        assertThat(table(stopped, "public.large").sourceRows()).isBetween(1L, 19_999L);
        return stopped.run();
    }

    private static RunReport.TableReport table(RunReport report, String name) {
        return report.tables().stream()
                .filter(each -> each.table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTwinMayBeTheSourceOfAnother() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(100));
        shop.execute("CREATE SCHEMA understudy; CREATE TABLE understudy.run (id int PRIMARY KEY)");

        RunReport report = shop.run(Scenario.read(shop.config(ShopSql.RULES)));

        assertThat(report.status()).isEqualTo(RunStatus.DONE);
        assertThat(report.notCarried())
                .contains(
                        "tables of schema understudy 1: a twin keeps there what it knows of its runs");
    }

    /// Newer servers let no function of an index find another one so.
    @Test
    void statisticsOfIndexesFindFunctionsAlongASearchPath() throws Exception {
        Assumptions.assumeTrue(
                PostgresServer.installed().isPresent(), "skipped: no PostgreSQL is installed");
        Scenario scenario =
                Scenario.of(
                        PostgresServer.installed().get(),
                        folder,
                        """
                        CREATE SCHEMA util;
                        CREATE FUNCTION util.up(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
                        CREATE FUNCTION util.up2(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN up($1); END';
                        CREATE TABLE t (id int PRIMARY KEY, a text);
                        SET search_path = public, util;
                        INSERT INTO t SELECT i, 'a' || i FROM generate_series(1, 100) i;
                        CREATE INDEX ON t (util.up2(a));
                        """);

        RunReport report = scenario.run(Scenario.read(scenario.config("unlisted: mask\n")));

        assertThat(report.status()).isEqualTo(RunStatus.DONE);
    }

    @Test
    void anExecutionThatOnlyPublishesReportsWhatTheFirstOneFound() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(100));
        shop.execute("CREATE PUBLICATION news");
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, true, false));
        RunReport first = shop.run(config);
        assertThat(first.notCarried()).anyMatch(each -> each.contains("publication news"));
        dieBehindTheSwap();

        RunReport again = shop.run(config);

        assertThat(again.run()).isEqualTo(1);
        assertThat(again.status()).isEqualTo(RunStatus.DONE);
        assertThat(again.notCarried()).isEqualTo(first.notCarried());
        assertThat(again.snapshots()).isEqualTo(1);
        assertThat(again.tables()).isEqualTo(first.tables());
    }

    // As a process leaves it that dies behind the swap.
    private void dieBehindTheSwap() throws SQLException {
        try (var control = ControlDatabase.inFolder(folder.resolve("home"));
                var connection = control.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("UPDATE understudy_run SET status = 'FAILED'");
            statement.execute("UPDATE batch_job_execution SET status = 'FAILED'");
            statement.execute(
                    "UPDATE batch_step_execution SET status = 'FAILED' WHERE step_name = 'publish'");
        }
    }

    @Test
    void refusesToGoOnWithAChangedSource() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(20_000));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, true, false));
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunningJob job = understudy.run(config);
            while (job.progress().rows() == 0) {
                Thread.onSpinWait();
            }
            job.requestStop();
            RunReport stopped = job.await();
            assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
            shop.execute("ALTER TABLE session ALTER COLUMN customer TYPE int");

            RunReport refused = understudy.restart(stopped.run(), config).await();

            assertThat(refused.status()).isEqualTo(RunStatus.FAILED);
            assertThat(refused.failure().orElseThrow().kind()).isEqualTo(Failure.Kind.SOURCE);
            assertThat(refused.failure().orElseThrow().message()).contains("--fresh");
            assertThat(understudy.runAfresh(config).await().status()).isEqualTo(RunStatus.DONE);
        }
    }

    @Test
    void refusesToGoOnWithAChangedConfig() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(2_000));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, true, false));
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunningJob job = understudy.run(config);
            job.requestStop();
            RunReport stopped = job.await();
            JobConfig changed =
                    Scenario.read(shop.config(ShopSql.RULES + "# changed\n", true, false));

            assertThatThrownBy(() -> understudy.restart(stopped.run(), changed))
                    .isInstanceOfSatisfying(
                            Failure.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CONFIG))
                    .hasMessageContaining("--fresh");
            assertThat(understudy.restart(stopped.run(), config).await().failure()).isEmpty();
            assertThatThrownBy(() -> understudy.restart(stopped.run(), changed))
                    .hasMessageContaining("is done and cannot be restarted");
        }
    }

    @Test
    void writesALakeWithoutATwin() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(3000));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, false, true));

        RunReport report = shop.run(config);

        assertThat(report.failure()).isEmpty();
        assertThat(report.tables()).allSatisfy(table -> assertThat(table.agrees()).contains(true));
        try (Stream<Path> files = Files.walk(shop.lake())) {
            assertThat(files.map(Path::toString))
                    .anyMatch(each -> each.endsWith(".parquet"))
                    .noneMatch(each -> each.contains("/ledgers/") && each.contains("split"));
        }
    }

    @Test
    void aLakeThatWasPublishedByAnInterruptedExecutionIsDoneByTheNext() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(100));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, false, true));
        assertThat(shop.run(config).failure()).isEmpty();
        String pointer = lakePointer(shop);
        dieBehindTheSwap();

        RunReport again = shop.run(config);

        assertThat(again.failure()).isEmpty();
        assertThat(again.run()).isEqualTo(1);
        assertThat(again.status()).isEqualTo(RunStatus.DONE);
        assertThat(lakePointer(shop)).isEqualTo(pointer);
    }

    @Test
    void aDatabaseThatNoRunHasMadeIsNotReplaced() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(10));
        shop.execute("CREATE DATABASE " + shop.twinName);
        try (var connection = shop.connect(shop.twinUrl());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE precious (id int)");
        }

        RunReport report = shop.run(Scenario.read(shop.config(ShopSql.RULES, true, false)));

        assertThat(report.failure().orElseThrow().kind()).isEqualTo(Failure.Kind.TARGET);
        assertThat(report.failure().orElseThrow().message()).contains(shop.twinName);
        assertThat(shop.strings(shop.twinUrl(), "SELECT count(*) FROM precious"))
                .containsExactly("0");
    }

    @Test
    void aReaderNeedsNothingButTheDocumentedGrants() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(100));
        shop.execute(
                """
                DO $$ BEGIN CREATE ROLE documented_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                GRANT USAGE ON SCHEMA public TO documented_reader;
                GRANT SELECT ON ALL TABLES IN SCHEMA public TO documented_reader;
                GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO documented_reader;
                """);
        Path file = shop.config(ShopSql.RULES);
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst("user: \"[^\"]*\"", "user: \"documented_reader\""));

        RunReport report = shop.run(Scenario.read(file));

        assertThat(report.failure()).isEmpty();
        assertThat(report.status()).isEqualTo(RunStatus.DONE);
    }

    @Test
    void policiesThatFilterTheOwnersRowsAreInTheTwinAndHideNothingFromTheCheck() throws Exception {
        Scenario shop =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE note (id int PRIMARY KEY, line text);
                        INSERT INTO note SELECT n, 'note ' || n FROM generate_series(1, 100) n;
                        CREATE MATERIALIZED VIEW notes AS SELECT count(*) FROM note;
                        CREATE POLICY few ON note USING (id <= 10);
                        ALTER TABLE note ENABLE ROW LEVEL SECURITY;
                        ALTER TABLE note FORCE ROW LEVEL SECURITY;
                        """);
        RunReport report = runByPlainLoader(shop);

        assertThat(report.failure()).isEmpty();
        assertThat(report.tables().getFirst().twinRows()).contains(100L);
        assertThat(shop.strings(shop.twinUrl(), "SELECT count FROM notes")).containsExactly("100");
        assertThat(
                        shop.strings(
                                shop.twinUrl(),
                                "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'note'"))
                .containsExactly("t");
        try (var owner = DriverManager.getConnection(shop.twinUrl(), "plain_loader", "none")) {
            assertThat(Scenario.strings(owner, "SELECT count(*) FROM note")).containsExactly("10");
        }
    }

    /// Runs a job over the table `note` whose loader is no superuser.
    private static RunReport runByPlainLoader(Scenario shop) throws Exception {
        shop.execute(
                "DO $$ BEGIN CREATE ROLE plain_loader LOGIN CREATEDB; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        Path file = shop.config("columns: { id: keep, line: text-scramble }\n");
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst("(twin:.*user: )\"[^\"]*\"", "$1\"plain_loader\""));
        return shop.run(Scenario.read(file));
    }

    @Test
    void whatSuperusersAloneMayCreateIsLeftOutOfATwinThatIsLoadedByNone() throws Exception {
        Scenario shop =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE note (id int PRIMARY KEY, line text);
                        INSERT INTO note SELECT n, 'note ' || n FROM generate_series(1, 100) n;
                        CREATE EXTENSION pageinspect;
                        CREATE EXTENSION citext;
                        CREATE VIEW pages AS SELECT get_raw_page('note', 0);
                        CREATE FUNCTION quietly() RETURNS int LANGUAGE sql
                            SET session_replication_role = replica SET work_mem = '1MB'
                            AS 'SELECT 1';
                        """);
        RunReport report = runByPlainLoader(shop);

        assertThat(report.failure()).isEmpty();
        assertThat(String.join("\n", report.notCarried()))
                .contains(
                        "extension pageinspect: ",
                        "view public.pages: ",
                        "session_replication_role of function public.quietly(): ")
                .doesNotContain("citext");
        assertThat(
                        shop.strings(
                                shop.twinUrl(),
                                "SELECT extname FROM pg_extension ORDER BY extname"))
                .containsExactly("citext", "plpgsql");
        assertThat(
                        shop.strings(
                                shop.twinUrl(),
                                "SELECT proconfig FROM pg_proc WHERE proname = 'quietly'"))
                .containsExactly("{work_mem=1MB}");
    }

    @Test
    void browsesAndForgetsRuns() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(100));
        JobConfig config = Scenario.read(shop.config(ShopSql.RULES, true, false));
        for (int i = 0; i < 3; i++) {
            assertThat(shop.run(config).failure()).isEmpty();
        }
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            assertThat(understudy.runs(10)).extracting(RunSummary::run).containsExactly(3L, 2L, 1L);
            RunDetails details = understudy.show(2).orElseThrow();
            assertThat(details.summary().phase()).isEqualTo(Phase.DONE);
            assertThat(details.report().orElseThrow().rows()).isEqualTo(details.summary().rows());
            assertThat(details.steps())
                    .extracting(RunDetails.Step::status)
                    .containsOnly("COMPLETED");

            var policy = new PurgePolicy(java.util.Optional.of(1), java.util.Optional.empty());
            assertThat(understudy.purge(policy))
                    .extracting(RunSummary::run)
                    .containsExactly(2L, 1L);
            assertThat(understudy.runs(10)).extracting(RunSummary::run).containsExactly(3L);
            assertThat(understudy.show(1)).isEmpty();
        }
    }
}
