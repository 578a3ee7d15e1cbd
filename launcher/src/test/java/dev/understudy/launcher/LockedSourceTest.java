package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.launcher.Installation.Ended;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A table that somebody else has locked so that nobody may read it: no command hangs, and each
/// says who is in the way.
class LockedSourceTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;
    private Installation people;
    private String file = "";
    private Map<String, String> before = Map.of();

    @BeforeEach
    void publishAFirstTwin() throws Exception {
        people =
                Installation.of(
                        server,
                        folder,
                        """
                        CREATE TABLE person (id int PRIMARY KEY, name text);
                        CREATE TABLE pay (id int PRIMARY KEY, amount int CHECK (amount > 0));
                        INSERT INTO person SELECT n, 'canary' FROM generate_series(1, 1000) n;
                        INSERT INTO pay VALUES (1, 1);
                        """);
        String config =
                people.config(
                        "columns: { \"*.id\": keep, \"*.name\": first-name, amount: keep }\n");
        file = people.write(config).toString();
        Ended first = people.execute("run", file);
        assertThat(first.code()).as(first.said()).isZero();
        before = people.everything();
    }

    /// Who waits for less than a minute says so by a setting of the role or the database.
    private void waitFor(String time) throws SQLException {
        people.source.execute(
                "ALTER DATABASE %s SET lock_timeout = '%s'".formatted(people.source.name(), time));
    }

    private interface Locked {
        void commands(int process) throws Exception;
    }

    private void lock(String table, Locked locked) throws Exception {
        try (Connection other = people.source.connect()) {
            other.setAutoCommit(false);
            try (var statement = other.createStatement()) {
                statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
            }
            int process =
                    Integer.parseInt(
                            Installation.strings(other, "SELECT pg_backend_pid()").getFirst());
            locked.commands(process);
            other.rollback();
        }
        assertThat(people.everything()).isEqualTo(before);
    }

    @Test
    void aPlanNeedsNoLockAndTheCheckWarns() throws Exception {
        lock(
                "person",
                process -> {
                    Ended planned = people.execute("plan", file);
                    assertThat(planned.code()).as(planned.said()).isZero();
                    Ended checked = people.execute("check", file);
                    assertThat(checked.code()).as(checked.said()).isZero();
                    assertThat(checked.out().replaceAll("\\s+", " "))
                            .contains(
                                    "a run would wait 1min, and then fail, for who locks public.person by process "
                                            + process)
                            .contains("of the role postgres");
                });
    }

    @Test
    void whatNeedsTheLockSaysWhoHoldsIt() throws Exception {
        waitFor("300ms");
        // Since PostgreSQL 17 it locks a table to tell its checks.
        lock(
                "pay",
                process -> {
                    for (String command : new String[] {"check", "plan", "run"}) {
                        Ended ended = people.execute(command, file);
                        assertThat(ended.code()).as(ended.said()).isEqualTo(3);
                        assertThat(ended.said().replaceAll("\\s+", " "))
                                .contains("waited in vain for who locks public.pay by process")
                                .contains(process + " of the role postgres; try again");
                    }
                });
    }

    @Test
    void aRunEndsAndCanBeRestarted() throws Exception {
        waitFor("300ms");
        lock(
                "person",
                process -> {
                    Ended ended = people.execute("run", file);
                    assertThat(ended.code()).as(ended.said()).isEqualTo(3);
                    assertThat(ended.said().replaceAll("\\s+", " "))
                            .contains("locks public.person by process " + process)
                            .doesNotContain("canary");
                });
        Ended restarted = people.execute("restart", "2");
        assertThat(restarted.code()).as(restarted.said()).isZero();
        assertThat(people.siblings()).isEmpty();
    }
}
