package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.launcher.Installation.Ended;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Path;
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
        String twin = people.twinUrl();
        try (var way = new CutProxy(server.port())) {
            String file =
                    people.write(
                                    people.config("columns: { \"*.id\": keep, \"*.name\": hash }\n")
                                            .replace(
                                                    twin,
                                                    twin.replace(
                                                            ":" + server.port(), ":" + way.port())))
                            .toString();
            // Nothing can be written then, so what is read stops half-way.
            way.holdAfter(500_000);
            CompletableFuture<Ended> run =
                    CompletableFuture.supplyAsync(() -> people.execute("run", file));
            while (ended(people).isEmpty()) {
                assertThat(run).isNotDone();
            }
            people.source.execute("INSERT INTO person VALUES (0, 'late')");
            way.release();
            Ended ended = run.get(1, TimeUnit.MINUTES);
            assertThat(ended.code()).as(ended.said()).isZero();
            assertThat(ended.out()).doesNotContain("points in time");
        }
        assertThat(people.strings(people.twinUrl(), "SELECT count(*) FROM person"))
                .containsExactly("20000");
    }

    private static List<String> ended(Installation people) throws Exception {
        return people.strings(
                people.url("postgres"),
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '%s' AND wait_event = 'ClientWrite'"
                        .formatted(Installation.READER));
    }
}
