package dev.understudy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSessionsTest {
    @RegisterExtension static final PostgresServer SERVER = PostgresServer.embedded();

    @Test
    void aSessionOutlivesWhatTheServerDoesNotSupport() throws Exception {
        TestDatabase database = SERVER.newDatabase();
        try (var sessions =
                        PostgresSessions.loading(
                                database.url(), database.user(), database.password(), 1);
                var session = sessions.session();
                var statement = session.createStatement()) {
            session.setAutoCommit(false);
            assertThatThrownBy(
                            () -> statement.execute("SELECT DISTINCT 1 FROM pg_class FOR UPDATE"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
            session.rollback();
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }
}
