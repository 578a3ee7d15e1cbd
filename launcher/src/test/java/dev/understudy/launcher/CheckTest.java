package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.launcher.Installation.Ended;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Users with exactly the grants that the product prints pass its check and can run the job, and
/// each grant that is taken away is asked for.
class CheckTest {
    @RegisterExtension static final PostgresServer postgres = PostgresServer.embedded();
    @RegisterExtension static final MariaDbServer mariaDb = MariaDbServer.embedded();

    private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON (.+) TO (.+)");

    private static final String RULES =
            """
            columns: { "*.id": keep, "*.name": first-name, "*.at": keep }
            delta: { watermarks: ["*.at"] }
            """;

    @TempDir Path folder;

    @Test
    void onMySqlEachGrantThatIsMissingIsAskedFor() throws Exception {
        mariaDb.execute("SET GLOBAL log_bin_trust_function_creators = 1");
        mariaDb.execute("SET GLOBAL local_infile = ON"); // it is off on MySQL
        try {
            var people =
                    MySqlInstallation.of(
                            mariaDb,
                            folder,
                            """
                            CREATE TABLE person (id int PRIMARY KEY, name varchar(80), at timestamp NULL);
                            INSERT INTO person (id, name) VALUES (1, 'canary');
                            CREATE VIEW names AS SELECT name FROM person;
                            CREATE TRIGGER named BEFORE INSERT ON person FOR EACH ROW SET NEW.name = 'n';
                            CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;
                            CREATE EVENT never ON SCHEDULE EVERY 1 YEAR DO SELECT 1;
                            """,
                            RULES);
            String file = people.file().toString();

            Ended good = people.execute("check", file);
            assertThat(good.code()).as(good.said()).isZero();
            assertThat(good.out())
                    .contains("people: a run could start")
                    .doesNotContain("warn  ", "opensesame", "more than sixteen");
            assertThat(people.execute("plan", file).out()).doesNotContain("refused");
            Ended run = people.execute("run", file);
            assertThat(run.code()).as(run.said()).isZero();
            assertThat(run.out()).doesNotContain("does not show");
            assertThat(people.execute("check", file).code()).isZero();

            var before = people.everything();
            for (String grant : people.grants()) {
                Matcher parts = GRANT.matcher(grant);
                assertThat(parts.matches()).as(grant).isTrue();
                for (String privilege : parts.group(1).split(", ")) {
                    String one = privilege + " ON " + parts.group(2);
                    mariaDb.execute("REVOKE " + one + " FROM " + parts.group(3));
                    Ended ended = people.execute("check", file);
                    String asked = "GRANT " + one + " TO " + parts.group(3);
                    assertThat(ended.said()).as(asked).contains(asked);
                    boolean reading = parts.group(3).contains(people.reader);
                    assertThat(ended.code())
                            .as(ended.said())
                            .isEqualTo(!reading ? 4 : isVital(privilege) ? 3 : 0);
                    mariaDb.execute(asked);
                }
            }
            assertThat(people.execute("check", file).out()).doesNotContain("warn  ", "FAIL");
            assertThat(people.everything()).isEqualTo(before);
            assertThat(people.siblings()).isEmpty();
        } finally {
            mariaDb.execute("SET GLOBAL log_bin_trust_function_creators = 0");
        }
    }

    @Test
    void onPostgreSqlEachGrantThatIsMissingIsAskedFor() throws Exception {
        var people =
                Installation.of(
                        postgres,
                        folder,
                        """
                        CREATE TABLE person (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, at timestamptz);
                        INSERT INTO person (name) VALUES ('canary');
                        """);
        people.source.execute(
                "REVOKE ALL ON DATABASE %1$s FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %2$s"
                        .formatted(people.source.name(), Installation.READER));
        String config = people.config(RULES);
        String file =
                people.write(config.replaceAll("understudy_(loader|reader),", "check_$1,"))
                        .toString();
        people.source.execute(
                "CREATE ROLE check_reader LOGIN PASSWORD 'opensesame'; CREATE ROLE check_loader LOGIN PASSWORD 'opensesame'");

        List<String> grants = new ArrayList<>();
        for (String each : people.execute("check", file, "--grants").out().split("\n")) {
            if (!each.startsWith("--") && !each.isEmpty()) {
                grants.add(each.substring(0, each.length() - 1));
                people.source.execute(each);
            }
        }
        assertThat(grants).hasSize(9);

        Ended good = people.execute("check", file);
        assertThat(good.code()).as(good.said()).isZero();
        assertThat(good.out())
                .contains("people: a run could start")
                .doesNotContain("warn  ", "opensesame", "more than sixteen");
        assertThat(people.execute("plan", file).out()).doesNotContain("refused");
        Ended run = people.execute("run", file);
        assertThat(run.code()).as(run.said()).isZero();

        var before = people.everything();
        for (String grant : grants) {
            if (grant.startsWith("ALTER DEFAULT")) {
                continue; // of tables to come
            }
            people.source.execute(taken(grant));
            Ended ended = people.execute("check", file);
            String asked =
                    grant.replace("ALL TABLES IN SCHEMA \"public\"", "\"public\".\"person\"");
            assertThat(ended.out()).as(asked).contains(asked);
            boolean warned = grant.contains("SEQUENCES") || grant.contains("pg_signal_backend");
            assertThat(ended.code())
                    .as(ended.said())
                    .isEqualTo(warned ? 0 : grant.contains("reader") ? 3 : 4);
            people.source.execute(grant);
        }
        assertThat(people.execute("check", file).out()).doesNotContain("warn  ", "FAIL");
        assertThat(people.everything()).isEqualTo(before);
        assertThat(people.siblings()).isEmpty();
    }

    @Test
    void partitionsAreLookedAtTogetherWithTheirTable() throws Exception {
        var people =
                Installation.of(
                        postgres,
                        folder,
                        """
                        CREATE TABLE visit (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
                        CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
                        """);

        Path file = people.write(people.config("columns: { id: keep, at: keep }\n"));
        Ended good = people.execute("check", file.toString());

        assertThat(good.code()).as(good.said()).isZero();
        assertThat(good.out())
                .contains("everything would be carried")
                .doesNotContain("not be carried");
    }

    private static String taken(String grant) {
        return grant.startsWith("ALTER ROLE")
                ? grant.replace(" CREATEDB", " NOCREATEDB")
                : grant.replaceFirst("GRANT", "REVOKE").replace(" TO ", " FROM ");
    }

    private static boolean isVital(String privilege) {
        return List.of("SELECT", "SHOW VIEW", "PROCESS").contains(privilege);
    }
}
