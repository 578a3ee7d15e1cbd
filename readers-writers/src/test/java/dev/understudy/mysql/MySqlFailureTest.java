package dev.understudy.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.understudy.rows.Failure;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MySqlFailureTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    @Test
    void noValueReachesAMessage() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE t (email VARCHAR(40) UNIQUE, n INT, j LONGTEXT CHECK (json_valid(j)));
                INSERT INTO t (email) VALUES ('anna''s key@secret.example')
                """);
        for (String sql :
                new String[] {
                    "INSERT INTO t (email) VALUES ('anna''s key@secret.example')",
                    "INSERT INTO t (n) VALUES ('secret')",
                    "INSERT INTO t (n) SELECT CAST('secret' AS INT)",
                    "INSERT INTO t (j) VALUES ('secret')",
                    "INSERT INTO t (email) VALUES (x'736563726574ff')",
                    "SELECT 'secret' FROM",
                    "INSERT INTO t (email) VALUES (repeat('secret', 40))",
                }) {
            SQLException e = catchThrowableOfType(SQLException.class, () -> database.execute(sql));
            assertThat((Throwable) e).as(sql).isNotNull();
            Failure failure = MySqlFailure.of(Failure.Kind.TARGET, "trying", e);
            assertThat(failure.getMessage()).doesNotContain("secret").contains("error");
            assertThat(failure.getCause()).isNull();
        }
    }

    @Test
    void aDuplicateNamesItsKeyAndAdvice() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                "CREATE TABLE t (a INT, UNIQUE KEY by_a (a)); INSERT INTO t VALUES (4711)");
        SQLException e =
                catchThrowableOfType(
                        SQLException.class, () -> database.execute("INSERT INTO t VALUES (4711)"));
        assertThat(MySqlFailure.of(Failure.Kind.TARGET, "loading t", e))
                .hasMessageMatching(
                        "loading t: duplicate entry for key (t\\.)?by_a \\(error 1062, SQLSTATE 23000\\);"
                                + " if it holds in the source, masked values break it: change the"
                                + " rule of a column that it concerns");
    }

    @Test
    void aCharacterThatAColumnCannotHoldNamesTheColumnAndAdvice() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute("CREATE TABLE t (town VARCHAR(9) CHARACTER SET cp1251)");
        SQLException e =
                catchThrowableOfType(
                        SQLException.class,
                        () -> database.execute("INSERT INTO t VALUES (_utf8mb4 'Łódź')"));
        assertThat(MySqlFailure.of(Failure.Kind.TARGET, "loading t", e))
                .hasMessageContaining("town")
                .hasMessageNotContaining("Łódź")
                .hasMessageContaining("a rule that makes plain letters and digits, such as hash");
    }

    @Test
    void aStatementThatWasClosedWithItsLostSessionIsNoFailureOfTheDriver() throws Exception {
        try (var session = server.newDatabase().connect()) {
            Statement statement = session.createStatement();
            statement.close();
            var e = catchThrowableOfType(SQLException.class, () -> statement.execute("SELECT 1"));
            assertThat(MySqlFailure.of(Failure.Kind.SOURCE, "reading", e))
                    .hasMessageContaining("when the server can be reached");
        }
    }

    @Test
    void aMaskedValueThatAnIndexOverAnExpressionRefusesNamesTheIndex() {
        // MySQL alone has such indexes, and says this of `cast(doc->'$.zips' as unsigned array)`.
        var e =
                new SQLException(
                        "Value is out of range for functional index 'by_zip' at row 1",
                        "22001",
                        3752);
        assertThat(MySqlFailure.of(Failure.Kind.TARGET, "writing t", e))
                .hasMessageContaining("functional index 'by_zip'")
                .hasMessageContaining("change the rule of a column that it concerns");
    }

    @Test
    void aKeyThatTheOtherProductCannotHaveIsNamed() {
        // MariaDB alone refuses it.
        var e =
                new SQLException(
                        "Primary key cannot be defined upon a generated column", "HY000", 1903);
        assertThat(MySqlFailure.of(Failure.Kind.TARGET, "table t", e))
                .hasMessageContaining("upon a generated column")
                .hasMessageContaining("choose one like it");
    }

    @Test
    void aWrongDatabaseAndAWrongPasswordAreToldApart() throws Exception {
        server.execute("CREATE USER IF NOT EXISTS 'guest'@'%' IDENTIFIED BY 'right'");
        Failure database =
                catchThrowableOfType(
                        Failure.class,
                        () ->
                                MySqlSessions.readOnly(
                                        MariaDbServer.url(server.port(), "nowhere"),
                                        "root",
                                        "",
                                        1));
        assertThat(database).hasMessageContaining("check the database in the url");
        Failure user =
                catchThrowableOfType(
                        Failure.class,
                        () ->
                                MySqlSessions.readOnly(
                                        MariaDbServer.url(server.port(), "mysql"),
                                        "guest",
                                        "wrong",
                                        1));
        assertThat(user).hasMessageContaining("check user and password");
        Failure nobody =
                catchThrowableOfType(
                        Failure.class,
                        () -> MySqlSessions.readOnly("jdbc:mysql://127.0.0.1:1/a", "a", "b", 1));
        assertThat(nobody)
                .hasMessageContaining(
                        "nothing listens on this port; check host and port in the url");
    }
}
