package dev.understudy.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MySqlSessionsTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    @Test
    void sessionsReadAlikeWhateverTheServersDefaultsAre() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                "CREATE TABLE t (a TEXT CHARACTER SET latin1); INSERT INTO t VALUES ('é')");
        try (var sessions = MySqlSessions.readOnly(database.url(), "root", "", 2);
                var session = sessions.session()) {
            assertThat(one(session, "SELECT @@time_zone")).isEqualTo("+00:00");
            assertThat(one(session, "SELECT @@sql_mode")).isEqualTo("ALLOW_INVALID_DATES");
            assertThat(one(session, "SELECT @@group_concat_max_len")).isEqualTo("1073741824");
            assertThat(one(session, "SELECT database()")).isEqualTo(sessions.database());
            try (var statement = session.prepareStatement("SELECT a FROM t");
                    var row = statement.executeQuery()) {
                row.next();
                assertThat(row.getBytes(1)).isEqualTo("é".getBytes(StandardCharsets.UTF_8));
            }
            try (var statement = session.createStatement()) {
                assertThatThrownBy(() -> statement.execute("DELETE FROM t"))
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void theDriverQuotesAsItsSessionsDoWhateverTheServersDefaultsAre() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        String mode = "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'";
        String url =
                database.url()
                        + (database.url().contains("?") ? "&" : "?")
                        + "sessionVariables=sql_mode="
                        + mode;
        server.execute("SET GLOBAL sql_mode = " + mode);
        try (var sessions = MySqlSessions.loading(url, database.user(), database.password(), 1);
                var session = sessions.session();
                var statement = session.prepareStatement("SELECT ?")) {
            session.setAutoCommit(false);
            session.rollback(session.setSavepoint());
            statement.setString(1, "a\\nb'");
            try (var row = statement.executeQuery()) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("a\\nb'");
            }
        } finally {
            server.execute("SET GLOBAL sql_mode = DEFAULT");
        }
    }

    @Test
    void administrationMayChangeAndSeeAllRowsWhateverTheServersDefaultsAre() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute("CREATE TABLE t (v int); INSERT INTO t VALUES (1), (2)");
        server.execute("SET GLOBAL sql_safe_updates = 1, GLOBAL sql_select_limit = 1");
        try (var session =
                        MySqlSessions.connect(
                                database.url(), database.user(), database.password());
                var statement = session.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE t SET v = 3")).isEqualTo(2);
            try (var rows = statement.executeQuery("SELECT v FROM t")) {
                assertThat(rows.next() && rows.next()).isTrue();
            }
        } finally {
            server.execute(
                    "SET GLOBAL sql_safe_updates = DEFAULT, GLOBAL sql_select_limit = DEFAULT");
        }
    }

    @Test
    void readersWaitAMinuteForWhoAltersATableOrLessWhereTheServerSaysSo() throws Exception {
        assertThat(lockWait()).isEqualTo(60);
        server.execute("SET GLOBAL lock_wait_timeout = 7");
        try {
            assertThat(lockWait()).isEqualTo(7);
        } finally {
            server.execute("SET GLOBAL lock_wait_timeout = 86400");
        }
    }

    private static int lockWait() throws SQLException {
        MySqlTestDatabase database = server.newDatabase();
        try (var sessions =
                        MySqlSessions.readOnly(
                                database.url(), database.user(), database.password(), 1);
                var session = sessions.session();
                var statement = session.createStatement();
                var row = statement.executeQuery("SELECT @@lock_wait_timeout")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void aUrlOfTheOtherDriverIsRead() {
        assertThat(MySqlSessions.driverUrl("jdbc:mariadb://a:1/b?x=y&sslMode=verify-full"))
                .isEqualTo("jdbc:mysql://a:1/b?x=y&sslMode=VERIFY_IDENTITY");
        assertThat(MySqlSessions.driverUrl("jdbc:mysql://a:1/b?sslMode=trust"))
                .isEqualTo("jdbc:mysql://a:1/b?sslMode=trust");
    }

    @Test
    void aUrlWithoutADatabaseIsRefused() {
        assertThatThrownBy(() ->
                        MySqlSessions.readOnly(MariaDbServer.url(server.port(), ""), "root", "", 1))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("names no database");
    }

    @Test
    void versionsAreReadFromWhatServersSay() {
        assertThat(MySqlVersion.parse("8.0.31")).isEqualTo(new MySqlVersion(false, 8, 0, 31));
        assertThat(MySqlVersion.parse("5.5.5-10.11.6-MariaDB-log"))
                .isEqualTo(new MySqlVersion(true, 10, 11, 6));
        assertThat(MySqlVersion.parse("11.4.5-MariaDB").atLeast(10, 6, 1)).isTrue();
    }

    private static String one(Connection session, String sql) throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
