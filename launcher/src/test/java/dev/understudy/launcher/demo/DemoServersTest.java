package dev.understudy.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.launcher.secret.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoServersTest {
    /// One for all tests: unpacking and initialising take seconds, and whatever a test leaves must
    /// be fit for the next.
    @TempDir static Path home;

    @AfterEach
    void stopWhatATestLeft() {
        DemoServers.stop(home);
    }

    @Test
    void dataAndPortsStayWhenTheServersStop() throws SQLException {
        int port;
        try (var servers = DemoServers.start(home)) {
            port = servers.source().port();
            execute(servers.source(), "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS n");
        }
        assertThat(DemoServers.stop(home)).as("nothing runs any more").isFalse();

        try (var servers = DemoServers.start(home)) {
            assertThat(servers.source().port()).isEqualTo(port);
            assertThat(query(servers.source(), "SELECT n FROM kept")).isEqualTo("7");
        }
    }

    @Test
    void takesOverServersThatWereLeftRunning() throws SQLException {
        String started;
        try (var servers = DemoServers.start(home)) {
            started = query(servers.twin(), "SELECT pg_postmaster_start_time()");
            servers.keepRunning();
        }
        try (var servers = DemoServers.start(home)) {
            assertThat(query(servers.twin(), "SELECT pg_postmaster_start_time()"))
                    .isEqualTo(started);
            servers.keepRunning();
        }
        assertThat(DemoServers.stop(home)).isTrue();
        assertThat(DemoServers.stop(home)).isFalse();
    }

    @Test
    void worksAgainAfterAServerWasKilled() throws Exception {
        try (var servers = DemoServers.start(home)) {
            execute(servers.source(), "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS n");
            servers.keepRunning();
        }
        Path pidFile = home.resolve("source/data/postmaster.pid");
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        ProcessHandle killed = ProcessHandle.of(pid).orElseThrow();
        killed.destroyForcibly();
        killed.onExit().get();

        try (var servers = DemoServers.start(home)) {
            assertThat(query(servers.source(), "SELECT n FROM kept")).isEqualTo("7");
        }
    }

    @Test
    void aNumberThatNowBelongsToAnotherProcessDoesNotKeepAServerFromStarting() throws Exception {
        DemoServers.start(home).close();
        // Line 1 is the process; after a restart of the machine it may be anybody: here, this test.
        Files.writeString(
                home.resolve("source/data/postmaster.pid"),
                "%d\n%s\n0\n5432\n\n127.0.0.1\n\n"
                        .formatted(ProcessHandle.current().pid(), home.resolve("source/data")));

        try (var servers = DemoServers.start(home)) {
            assertThat(query(servers.source(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void oneProcessAtATimeOwnsAHome() {
        try (var _ = DemoServers.start(home)) {
            assertThatThrownBy(() -> DemoServers.start(home))
                    .isInstanceOf(DemoFailed.class)
                    .hasMessageContaining("another process runs a demo in");
        }
    }

    @Test
    void rolesMayDoNoMoreThanTheyMust() throws Exception {
        try (var servers = DemoServers.start(home)) {
            try (var reader = connect(servers, servers.source(), DemoServers.READER);
                    var statement = reader.createStatement()) {
                assertThatThrownBy(() -> statement.execute("CREATE DATABASE no"))
                        .hasMessageContaining("permission denied");
            }
            try (var loader = connect(servers, servers.twin(), DemoServers.LOADER);
                    var statement = loader.createStatement()) {
                statement.execute("CREATE DATABASE made_by_loader");
                assertThatThrownBy(() -> statement.execute("CREATE ROLE no"))
                        .hasMessageContaining("permission denied");
            }
            assertThatThrownBy(() ->
                            DriverManager.getConnection(
                                    servers.source().url("postgres"), DemoServers.READER, "guess"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    private static Connection connect(DemoServers servers, DemoServer server, String role)
            throws SQLException {
        return DriverManager.getConnection(
                server.url("postgres"), role, SecretFile.read(servers.secretFile(role)));
    }

    private static void execute(DemoServer server, String sql) throws SQLException {
        try (var connection = server.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(DemoServer server, String sql) throws SQLException {
        try (var connection = server.connect("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
