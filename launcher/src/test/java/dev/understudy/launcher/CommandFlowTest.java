package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.launcher.Installation.Ended;
import dev.understudy.ops.OpsServer;
import dev.understudy.ops.OpsSettings;
import dev.understudy.postgres.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands one after the other on the same home, as scripts and people use them.
class CommandFlowTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir Path folder;

    private Installation people(int rows) throws Exception {
        var people =
                Installation.of(
                        server,
                        folder,
                        "CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL);"
                                + "INSERT INTO person SELECT n, 'canary' || n FROM generate_series(1, %d) n"
                                        .formatted(rows));
        people.write(people.config("columns: { id: keep, name: first-name }\n"));
        return people;
    }

    @Test
    void everyCommandThatReportsDoesSoAsJsonAndTheWebServesTheSame() throws Exception {
        Installation people = people(100);
        String file = folder.resolve("job.yaml").toString();

        JsonNode report = json(people.execute("run", file, "--json"));
        assertThat(report.get("run").asLong()).isEqualTo(1);
        assertThat(report.get("status").asString()).isEqualTo("done");
        assertThat(report.get("rows").asLong()).isEqualTo(100);
        JsonNode table = report.get("tables").get(0);
        assertThat(table.get("table").asString()).isEqualTo("public.person");
        assertThat(table.get("twinRows").asLong()).isEqualTo(100);
        assertThat(table.get("lakeRows").asLong()).isEqualTo(100);
        assertThat(table.get("agrees").asBoolean()).isTrue();
        json(people.execute("run", file, "--json"));

        JsonNode runs = json(people.execute("runs", "--json"));
        assertThat(runs.size()).isEqualTo(2);
        assertThat(runs.get(0).get("run").asLong()).isEqualTo(2);
        assertThat(runs.get(1).get("status").asString()).isEqualTo("done");
        JsonNode shown = json(people.execute("show", "1", "--json"));
        assertThat(shown.get("report").get("rows").asLong()).isEqualTo(100);
        assertThat(shown.get("steps").toString()).contains("public.person", "COMPLETED");
        JsonNode purge = json(people.execute("purge", "--keep", "1", "--dry-run", "--json"));
        assertThat(purge.get("dryRun").asBoolean()).isTrue();
        assertThat(purge.get("runs").size()).isEqualTo(1);
        assertThat(json(people.execute("runs", "--json")).size()).isEqualTo(2);

        JsonNode versions = json(people.execute("lake", "versions", file, "--json"));
        assertThat(versions.get(0).get("version").asInt()).isEqualTo(2);
        assertThat(people.execute("lake", "sql", file).out())
                .contains("CREATE OR REPLACE VIEW \"public\".\"person\"");
        Path to = folder.resolve("exported");
        String[] exporting = {"export", file, "--as-of", "1", "--to", to.toString(), "--json"};
        JsonNode export = json(people.execute(exporting));
        assertThat(export.get("version").asInt()).isEqualTo(1);
        assertThat(export.get("tables").get(0).get("rows").asLong()).isEqualTo(100);
        assertThat(to.resolve("public.person/00000.parquet")).isNotEmptyFile();
        Ended again = people.execute(exporting);
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains(to + " is not empty; name a folder");

        var settings = new OpsSettings("127.0.0.1", 0, Optional.empty());
        try (var open = Product.installed().open(people.home());
                var web = OpsServer.start(settings, open)) {
            assertThat(JsonMapper.shared().readTree(get(web, "/api/runs").body())).isEqualTo(runs);
            assertThat(JsonMapper.shared().readTree(get(web, "/api/runs/1").body()))
                    .isEqualTo(shown);
            assertThat(get(web, "/api/runs/1/report").body()).contains("public.person");
            assertThat(get(web, "/runs/1/report.html").body())
                    .contains("Run 1 of people: done")
                    .doesNotContain("canary", "opensesame");
            assertThat(get(web, "/api/runs/99").statusCode()).isEqualTo(404);
            assertThat(get(web, "/actuator/health").statusCode()).isEqualTo(200);
            assertThat(get(web, "/actuator/prometheus").body()).contains("people");
        }
    }

    @Test
    void planAndReportTellWhichRowsCome() throws Exception {
        var shop =
                Installation.of(
                        server,
                        folder,
                        """
                        CREATE TABLE person (id int PRIMARY KEY, name text);
                        CREATE TABLE note (id int PRIMARY KEY, person_id int REFERENCES person, about int REFERENCES person);
                        INSERT INTO person SELECT n, 'canary' FROM generate_series(1, 100) n;
                        INSERT INTO note SELECT n, n, 101 - n FROM generate_series(1, 50) n;
                        ANALYZE\
                        """);
        shop.write(
                shop.config(
                        """
                        columns: { "*.*": keep, person.name: first-name }
                        rows: { person: { where: id <= 10 } }
                        orphans: { note.person_id: nullify, note.about: pull }
                        """));
        String file = folder.resolve("job.yaml").toString();

        assertThat(shop.execute("plan", file).out())
                .contains("at most 100")
                .contains("where id <= 10")
                .contains("and rows that copied rows reference")
                .contains("person_id becomes NULL where its row of public.person is left out");
        JsonNode plan = json(shop.execute("plan", file, "--json"));
        assertThat(plan.get("tables").toString())
                .contains("\"pullsRows\":true", "\"columns\":[\"person_id\"]");
        assertThat(shop.execute("run", file).out())
                .contains("rows that came because others reference them: 50 of public.person")
                .contains(
                        "foreign keys that became NULL because their row is left out: 40 of public.note");
    }

    @Test
    void planTellsHowTheNextRunReadsTablesAndWhatHasChangedInTheStructure() throws Exception {
        var shop =
                Installation.of(
                        server,
                        folder,
                        """
                        CREATE TABLE person (id int PRIMARY KEY, name varchar(20), at timestamptz DEFAULT now(), changed timestamptz);
                        CREATE INDEX ON person (at);
                        CREATE TABLE note (id int PRIMARY KEY, text text);
                        CREATE TABLE log (text text);
                        INSERT INTO person (id, name) VALUES (1, 'Ann');
                        GRANT pg_read_all_stats TO %s\
                        """
                                .formatted(Installation.READER));
        String rules =
                """
                columns: { "*.*": keep, person.name: first-name }
                delta: { watermarks: [at, changed] }
                """;
        shop.write(shop.config(rules));
        String file = folder.resolve("job.yaml").toString();

        assertThat(shop.execute("plan", file).out())
                .contains(
                        "The next run copies everything: no run of a job with deltas has made the twin")
                .containsPattern("public.person +what has changed +at, changed \\(no index\\) *\\n")
                .containsPattern("public.note +all, compared +it has no watermark")
                .containsPattern("public.log +all, compared +it has no key");
        Ended firstRun = shop.execute("run", file);
        assertThat(firstRun.code()).as(firstRun.said()).isZero();
        JsonNode same = json(shop.execute("plan", file, "--json")).get("delta");
        assertThat(same.get("next").asString()).isEqualTo("changes");
        assertThat(same.get("why").isNull()).isTrue();
        assertThat(same.get("changes").isEmpty()).isTrue();

        shop.source.execute(
                "ALTER TABLE note ADD at timestamptz; ALTER TABLE person ALTER name TYPE varchar(30); DROP TABLE log");
        Map<String, String> before = shop.everything();
        Ended changed = shop.execute("plan", file);
        assertThat(changed.code()).isZero();
        assertThat(changed.out())
                .contains("The next run copies what has changed since run 1-")
                .containsPattern("public.note +all, made anew +at \\(no index\\) +column at is new")
                .contains(
                        """
                            public.log: the table is gone, or left out
                              gone: it goes from the twin, too
                            public.note: column at is new (timestamp with time zone) and kept as it is
                              reload: the table is loaded in full
                        """);
        JsonNode delta = json(shop.execute("plan", file, "--json")).get("delta");
        assertThat(delta.get("changes").get(1).toString())
                .isEqualTo(
                        "{\"table\":\"public.note\",\"class\":\"reload\",\"what\":\"column at is new (timestamp with time zone) and kept as it is\",\"do\":\"the table is loaded in full\"}");
        assertThat(delta.get("tables").toString())
                .contains(
                        "{\"column\":\"at\",\"indexed\":true},{\"column\":\"changed\",\"indexed\":false}],\"checksumColumns\":[]");

        shop.write(shop.config(rules + "epoch: 1\n"));
        assertThat(shop.execute("plan", file).out())
                .contains("The next run copies everything: the twin was masked with another key");
        shop.write(shop.config(rules).replaceFirst("(?s)(.*file:)password", "$1wrong"));
        Ended locked = shop.execute("plan", file);
        assertThat(locked.code()).isZero();
        assertThat(locked.out())
                .contains(
                        "Whether the next run copies everything is not known: looking at the twin: cannot connect to "
                                + shop.twinUrl()
                                + " as understudy_loader: password authentication failed for user");
        assertThat(shop.everything()).isEqualTo(before);

        shop.write(shop.config(rules));
        Ended unknown = shop.execute("run", file, "--tables", "public.persons");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err())
                .contains(
                        "public.persons matches no table whose rows are copied; did you mean public.person?");
        Ended run = shop.execute("run", file, "--tables", "person");
        assertThat(run.code()).as(run.said()).isZero();
        assertThat(run.out())
                .contains(
                        "loaded in full: public.note (column at is new (timestamp with time zone) and kept as it is), public.person (column name was");
    }

    @Test
    void aTableThatIsLeftAsItIsIsToldByPlanReportAndExitCode() throws Exception {
        var shop =
                Installation.of(
                        server,
                        folder,
                        """
                        CREATE TABLE person (id int PRIMARY KEY, name text);
                        CREATE TABLE note (id int PRIMARY KEY);
                        GRANT pg_read_all_stats TO %s\
                        """
                                .formatted(Installation.READER));
        String rules = "columns: { id: keep, person.name: first-name }\ndelta: { undecided: %s }\n";
        shop.write(shop.config(rules.formatted("leave")));
        String file = folder.resolve("job.yaml").toString();
        Ended firstRun = shop.execute("run", file);
        assertThat(firstRun.code()).as(firstRun.said()).isZero();
        shop.source.execute(
                "ALTER TABLE person ADD email text; INSERT INTO person VALUES (1, 'a', 'canary'); INSERT INTO note VALUES (1)");

        String line = "public.person.email: email";
        Ended plan = shop.execute("plan", file);
        assertThat(plan.code()).isZero();
        assertThat(plan.out())
                .containsPattern("public.person +none, left as it is +no rule decides about email")
                .contains("needs a rule: its values go nowhere until a rule decides: " + line);
        assertThat(shop.execute("validate", file).code()).isEqualTo(2);
        Ended run = shop.execute("run", file);
        assertThat(run.code()).isEqualTo(6);
        assertThat(run.out())
                .contains(
                        "LEFT AS THEY WERE, for columns that no rule decides about: public.person (no rule decides about email)")
                .contains(line);
        assertThat(shop.strings(shop.twinUrl(), "SELECT count(*) FROM note")).containsExactly("1");
        assertThat(shop.strings(shop.twinUrl(), "SELECT count(*) FROM person"))
                .containsExactly("0");

        shop.write(shop.config(rules.formatted("refuse")));
        Ended refused = shop.execute("run", file);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(line);
        shop.write(shop.config(rules.formatted("skip")));
        assertThat(shop.execute("run", file).err()).contains("undecided", "refuse, leave");
    }

    private static HttpResponse<String> get(OpsServer web, String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path)).build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(Ended ended) {
        assertThat(ended.code()).as(ended.said()).isZero();
        return JsonMapper.shared().readTree(ended.out());
    }

    @Test
    void aRunThatIsInterruptedEndsWith130AndItsRestartMakesTheSameTwin() throws Exception {
        interruptAndRestart("-INT");
    }

    @Test
    void aRunThatIsToldToStopEndsWith130AndItsRestartMakesTheSameTwin() throws Exception {
        interruptAndRestart("stop");
    }

    private void interruptAndRestart(String how) throws Exception {
        Installation people = people(20_000);
        String file = folder.resolve("job.yaml").toString();
        Ended first = people.execute("run", file);
        assertThat(first.code()).as(first.said()).isZero();
        var undisturbed = people.contents(people.twinUrl());

        Path log = folder.resolve("child.log");
        Process child = people.start(log, "run", file);
        try {
            try (Connection sibling = connectToSibling(people, child, log);
                    var statement = sibling.createStatement()) {
                // Rows may be added beside this lock, but no index may be built: the run cannot
                // end before it is interrupted.
                sibling.setAutoCommit(false);
                statement.execute("LOCK TABLE person IN ROW EXCLUSIVE MODE");
                if (how.equals("stop")) {
                    Ended stop = people.execute("stop", "2");
                    assertThat(stop.code()).as(stop.said()).isZero();
                    assertThat(stop.out()).contains("understudy restart 2");
                    // The process asks once a second whether it should stop.
                    boolean _ = child.waitFor(3, TimeUnit.SECONDS);
                } else {
                    new ProcessBuilder("kill", how, Long.toString(child.pid())).start().waitFor();
                    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
                    while (!Files.readString(log).contains("Stopping at the next checkpoint")) {
                        assertThat(child.isAlive()).as(Files.readString(log)).isTrue();
                        assertThat(System.nanoTime()).as("heard of SIGINT").isLessThan(deadline);
                        Thread.onSpinWait();
                    }
                }
                sibling.rollback();
            }
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        String said = Files.readString(log);
        assertThat(child.exitValue()).as(said).isEqualTo(130);
        assertThat(said).contains("understudy restart 2").doesNotContain("canary");

        Ended restarted = people.execute("restart", "2");
        assertThat(restarted.code()).as(restarted.said()).isZero();
        assertThat(people.contents(people.twinUrl())).isEqualTo(undisturbed);
        assertThat(people.siblings()).isEmpty();
    }

    private static Connection connectToSibling(Installation people, Process child, Path log)
            throws Exception {
        while (true) {
            assertThat(child.isAlive()).as(Files.readString(log)).isTrue();
            for (String name : people.siblings()) {
                Connection sibling = people.connect(people.url(name));
                List<String> table = Installation.strings(sibling, "SELECT to_regclass('person')");
                if (!table.contains(null)) {
                    return sibling;
                }
                sibling.close();
            }
        }
    }
}
