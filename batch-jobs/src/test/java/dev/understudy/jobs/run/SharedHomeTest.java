package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.JobConfig;
import dev.understudy.jobs.control.ControlDatabase;
import dev.understudy.jobs.control.RunStore;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.rows.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Processes that use a home at the same time: the one that opened its database first serves it to
/// the others, and may end first.
class SharedHomeTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    @Test
    void aRunGoesOnWhenTheProcessEndsThatOpenedTheHomeFirst() throws Exception {
        goesOnWithout(process -> process.getOutputStream().close());
    }

    @Test
    void aRunGoesOnOrCanBeRestartedWhenTheProcessIsKilledThatOpenedTheHomeFirst() throws Exception {
        goesOnWithout(Process::destroyForcibly);
    }

    private interface Ending {
        void of(Process process) throws IOException;
    }

    private void goesOnWithout(Ending ending) throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(6000));
        String small =
                ShopSql.RULES.replaceFirst(
                        "tuning: .*", "tuning: { workers: 2, batch-rows: 50, split-rows: 1000 }");
        JobConfig config = Scenario.read(shop.config(small, true, false));
        Process first = openInChild();
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunningJob job = understudy.run(config);
            while (job.progress().rows() == 0) {
                Thread.onSpinWait();
            }
            ending.of(first);
            first.waitFor();

            RunReport ended = job.await();

            // A killed process takes the last half second of the home's changes with it, whoever
            // made them.
            if (!first.isAlive() && first.exitValue() != 0 && ended.failure().isPresent()) {
                assertThat(ended.failure().get().message()).contains("understudy restart 1");
                ended = understudy.restart(ended.run(), config).await();
            }
            RunReport report = ended;
            assertThat(report.failure()).isEmpty();
            assertThat(report.status()).isEqualTo(RunStatus.DONE);
            RunDetails details = understudy.show(report.run()).orElseThrow();
            assertThat(details.summary().status()).isEqualTo(RunStatus.DONE);
            assertThat(details.steps())
                    .filteredOn(each -> each.execution() == report.executions())
                    .extracting(RunDetails.Step::status)
                    .containsOnly("COMPLETED");
            RunReport next = understudy.run(config).await();
            assertThat(next.failure()).isEmpty();
            assertThat(next.run()).isEqualTo(report.run() + 1);
        } finally {
            first.destroyForcibly();
        }
    }

    private Process openInChild() throws IOException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx96m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                OpenInChild.class.getName(),
                                folder.resolve("home").toString())
                        .redirectError(folder.resolve("child.log").toFile())
                        .start();
        var said =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        String line;
        do {
            line = said.readLine();
        } while (line != null && !line.startsWith("open"));
        assertThat(line).as(Files.readString(folder.resolve("child.log"))).isNotNull();
        return child;
    }

    @Test
    void aHomeOfANewerVersionIsRefusedWithWhatToDo() throws Exception {
        Path home = folder.resolve("home");
        change(
                home,
                "INSERT INTO \"understudy_schema\" SELECT 99, '99', 'of the future', \"type\", 'V99', \"checksum\", \"installed_by\","
                        + " \"installed_on\", 1, TRUE FROM \"understudy_schema\" WHERE \"version\" = '2'");
        assertThatThrownBy(() -> ControlDatabase.inFolder(home))
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CONFIG))
                .hasMessageContaining(home.toString())
                .hasMessageContaining("update Understudy, or choose another folder with --home");
    }

    @Test
    void aHomeWhoseDatabaseIsNoneIsRefusedWithWhatToDo() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(home.resolve("control.mv.db"), "no database");
        assertThatThrownBy(() -> ControlDatabase.inFolder(home))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(home.toString())
                .hasMessageContaining("cannot be opened")
                .hasMessageContaining("choose another folder with --home");
    }

    @Test
    void processesThatDiedLongAgoAreForgotten() throws Exception {
        Path home = folder.resolve("home");
        change(
                home,
                "INSERT INTO understudy_agent VALUES ('dead', 'elsewhere', 1, CURRENT_TIMESTAMP - INTERVAL '2' DAY),"
                        + " ('asleep', 'elsewhere', 2, CURRENT_TIMESTAMP - INTERVAL '2' HOUR)");
        try (Understudy understudy = Understudy.open(home)) {
            assertThat(understudy.purge(new PurgePolicy(Optional.of(1), Optional.empty())))
                    .isEmpty();
        }
        try (var control = ControlDatabase.inFolder(home);
                var connection = control.dataSource().getConnection()) {
            assertThat(Scenario.strings(connection, "SELECT agent FROM understudy_agent"))
                    .containsExactly("asleep");
        }
    }

    @Test
    void postgresqlUnderstandsTheSameStatements() throws Exception {
        var database = server.newDatabase();
        try (var control =
                        ControlDatabase.open(database.url(), database.user(), database.password());
                var store = new RunStore(control)) {
            RunStore.Lease lease =
                    store.begin(
                            "job", "job.yaml", "hash", "0a1b2c3d", 0, "{}", null, Instant.EPOCH);
            store.prepared(lease, "[]", 1, "[]");
            store.forgetDeadAgents();
            assertThat(store.find(lease.run()).orElseThrow().alive()).isTrue();
            assertThat(store.mustStop(lease)).isFalse();
            store.forget(lease.run());
            assertThat(store.list(10)).isEmpty();
        }
    }

    /// Spring Batch makes a job's instance in one transaction and its execution in the next.
    @Test
    void aRunCanBeRestartedThatDiedBeforeItsFirstExecutionWasNoted() throws Exception {
        Scenario shop =
                Scenario.of(
                        server,
                        folder,
                        "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
        JobConfig config = Scenario.read(shop.config("columns: { \"*\": keep }", true, false));
        Path home = folder.resolve("home");
        long run;
        try (Understudy understudy = Understudy.open(home)) {
            RunningJob job = understudy.run(config);
            job.requestStop();
            run = job.await().run();
        }
        change(
                home,
                """
                DELETE FROM batch_step_execution_context; DELETE FROM batch_step_execution; DELETE FROM batch_job_execution_context;
                DELETE FROM batch_job_execution_params; DELETE FROM batch_job_execution;
                UPDATE understudy_run SET status = 'STOPPED', ended = NULL
                """);
        try (Understudy understudy = Understudy.open(home)) {
            assertThat(understudy.restart(run, config).await().failure()).isEmpty();
        }
    }

    private static void change(Path home, String sql) throws SQLException {
        try (var control = ControlDatabase.inFolder(home);
                var connection = control.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
