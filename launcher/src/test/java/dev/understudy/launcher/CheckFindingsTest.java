package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.mysql.MariaDbServer;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What the check says of servers that are replicas, have standbys, or are in use.
class CheckFindingsTest {
    @RegisterExtension static final PostgresServer postgres = PostgresServer.embedded();
    @RegisterExtension static final MariaDbServer mariaDb = MariaDbServer.embedded();

    @TempDir Path folder;

    private interface Check {
        String out() throws Exception;
    }

    private static void says(Check check, String... findings) throws Exception {
        assertThat(check.out().replaceAll("\\s+", " ")).contains(findings);
    }

    @Test
    void ofPostgreSql() throws Exception {
        var people =
                Installation.of(
                        postgres,
                        folder,
                        "CREATE TABLE person (id int PRIMARY KEY); INSERT INTO person VALUES (1)");
        String file = people.write(people.config("columns: { \"*.id\": keep }\n")).toString();
        assertThat(people.execute("run", file).code()).isZero();
        Check check = () -> people.execute("check", file).out();

        says(
                check,
                "ok replica a primary",
                "ok time-outs none is set",
                "ok locks nobody locks a table that is read",
                "ok sessions nobody is connected to the live twin",
                "ok wal wal_level ");

        try (Connection other = people.connect(people.twinUrl())) {
            says(
                    check,
                    "warn sessions the live twin is in use by "
                            + other.getMetaData().getUserName());
        }
        people.source.execute(
                "ALTER DATABASE %s SET statement_timeout = '1h'".formatted(people.source.name()));
        says(check, "ok time-outs lifted for the run's sessions: statement_timeout 3600000 ms");

        people.source.execute(
                """
                CREATE ACCESS METHOD here TYPE TABLE HANDLER heap_tableam_handler;
                CREATE TABLE odd (id int) USING here; GRANT SELECT ON odd TO PUBLIC;
                """);
        says(
                check,
                "FAIL structure tables cannot be made: table public.odd (it needs access method here, which is not carried); make that possible, or list them under tables: exclude");
        var run = people.execute("run", file);
        assertThat(run.out() + run.err())
                .contains(
                        "twin: tables that cannot be made: 1, the first being public.odd: it needs");
        people.source.execute("DROP TABLE odd; DROP ACCESS METHOD here");

        setting(people, "synchronous_standby_names = 'nobody'");
        try {
            says(check, "warn wal wal_level ", "is loaded waits for a standby, too");
        } finally {
            setting(people, "synchronous_standby_names = ''");
        }
    }

    private static void setting(Installation people, String setting) throws Exception {
        try (Connection admin = people.connect(people.source.url());
                var statement = admin.createStatement()) {
            statement.execute("ALTER SYSTEM SET " + setting);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @Test
    void ofMariaDb() throws Exception {
        var people =
                MySqlInstallation.of(
                        mariaDb,
                        folder,
                        "CREATE TABLE person (id int PRIMARY KEY); INSERT INTO person VALUES (1)",
                        "columns: { \"*.id\": keep }\n");
        Check check = () -> people.execute("check", people.file().toString()).out();
        says(check, "ok replica read_only is off, as on a primary", "ok binary log log_bin is on");

        mariaDb.execute("SET GLOBAL read_only = ON");
        try {
            says(
                    check,
                    "ok replica read_only is on, as on a replica; how far it is behind",
                    "FAIL replica read_only is on: a replica cannot hold a twin");
        } finally {
            mariaDb.execute("SET GLOBAL read_only = OFF");
        }

        mariaDb.execute("GRANT REPLICA MONITOR ON *.* TO '%s'@'%%'".formatted(people.reader));
        says(check, "ok replica a primary");
        mariaDb.execute("CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_USER = 'nobody'");
        try {
            says(check, "warn replica a replica that does not replicate now");
        } finally {
            mariaDb.execute("RESET SLAVE ALL");
        }
    }
}
