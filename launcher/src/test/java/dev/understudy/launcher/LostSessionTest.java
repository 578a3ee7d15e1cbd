package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.launcher.Installation.Ended;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Somebody ends a session of the source while it reads. {@link MySqlBadInputTest} has the same of
/// MariaDB.
class LostSessionTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    @Test
    void anotherOneOfTheSamePointInTimeGoesOn() throws Exception {
        var people =
                Installation.of(
                        server,
                        folder,
                        """
                        CREATE TABLE person (id int PRIMARY KEY, name text);
                        INSERT INTO person SELECT n, repeat('canary', 250) FROM generate_series(1, 20000) n;
                        ANALYZE person;
                        """);
        String file =
                people.write(people.config("columns: { \"*.id\": keep, \"*.name\": hash }\n"))
                        .toString();
        CompletableFuture<Ended> run =
                CompletableFuture.supplyAsync(() -> people.execute("run", file));
        try (Connection twin = people.connect(people.url(sibling(people, run)))) {
            while (Installation.strings(twin, "SELECT to_regclass('person')::text")
                    .contains(null)) {
                assertThat(run).isNotDone();
            }
            twin.setAutoCommit(false);
            // Nothing can be written, so what is read stops half-way.
            try (var statement = twin.createStatement()) {
                statement.execute("LOCK TABLE person IN ACCESS EXCLUSIVE MODE");
            }
            while (ended(people).isEmpty()) {
                assertThat(run).isNotDone();
            }
            people.source.execute("INSERT INTO person VALUES (0, 'late')");
            twin.rollback();
        }
        Ended ended = run.get(1, TimeUnit.MINUTES);
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.out()).doesNotContain("points in time");
        assertThat(people.strings(people.twinUrl(), "SELECT count(*) FROM person"))
                .containsExactly("20000");
    }

    private static List<String> ended(Installation people) throws Exception {
        return people.strings(
                people.url("postgres"),
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '%s' AND wait_event = 'ClientWrite'"
                        .formatted(Installation.READER));
    }

    private static String sibling(Installation people, CompletableFuture<Ended> run)
            throws Exception {
        while (people.siblings().isEmpty()) {
            assertThat(run).isNotDone();
        }
        return people.siblings().getFirst();
    }
}
