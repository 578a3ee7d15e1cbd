package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.DeltaOutlook;
import dev.understudy.jobs.copy.DeltaOutlook.Reading;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.lake.Manifest;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Deltas of a job that has a lake and no twin: what they add makes the lake what a full run would
/// make of it, but for rows that are gone, until somebody asks for those.
class LakeAloneTest {
    private static final String SOURCE =
            """
            CREATE TABLE country (code char(2) PRIMARY KEY, name text);
            CREATE TABLE person (
                id bigint PRIMARY KEY, email text, country char(2) REFERENCES country,
                seen_at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE TABLE visit (
                person bigint REFERENCES person, day date, note text,
                seen_at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (person, day));
            INSERT INTO country VALUES ('DE', 'Germany'), ('FR', 'France');
            INSERT INTO person SELECT i, 'p' || i || '@real.test', 'DE' FROM generate_series(1, 3000) i;
            INSERT INTO visit SELECT 1 + i % 3000, DATE '2026-01-01' + i, 'x' || i FROM generate_series(1, 4000) i;
            """;

    private static final String RULES =
            """
            columns: { "*": keep, "person.email": email }
            delta: { watermarks: ["*.seen_at"], overlap-seconds: 0, sweep: false }
            """;

    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    private Scenario scenario() throws Exception {
        return Scenario.of(server, folder, SOURCE);
    }

    private static JobConfig config(Scenario scenario, String rules) {
        return Scenario.read(scenario.config(rules, false, true));
    }

    private static Manifest manifest(Scenario scenario) {
        return ShownLake.manifest(scenario.lake());
    }

    /// All rows of the lake as DuckDB shows them, by table.
    private static Map<String, List<String>> rows(Scenario scenario) throws Exception {
        var rows = new TreeMap<String, List<String>>();
        try (ShownLake lake = ShownLake.of(scenario.lake())) {
            for (Manifest.LakeTable each : lake.manifest().tables()) {
                rows.put(
                        each.name().name(),
                        lake.strings(
                                "SELECT CAST(t AS text) FROM %s t ORDER BY ALL"
                                        .formatted(each.name())));
            }
        }
        return rows;
    }

    /// The tables that a version keeps the files of.
    private static Set<String> added(Scenario scenario) {
        return manifest(scenario).tables().stream()
                .filter(each -> !each.changes().isEmpty())
                .map(each -> each.name().name())
                .collect(Collectors.toSet());
    }

    private static RunReport done(RunReport report, RunMode mode) {
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).as(report.scope().toString()).isEqualTo(mode);
        return report;
    }

    private RunReport full(JobConfig config) throws Exception {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            return done(understudy.runFull(config).await(), RunMode.WHOLE);
        }
    }

    private RunReport sweep(JobConfig config) throws Exception {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            return done(understudy.runSweep(config).await(), RunMode.CHANGES);
        }
    }

    private static long read(RunReport report, String table) {
        return report.tables().stream()
                .filter(each -> each.table().equals(table))
                .mapToLong(RunReport.TableReport::sourceRows)
                .sum();
    }

    @Test
    void whatHasChangedIsAddedToTheFilesOfTheLake() throws Exception {
        Scenario scenario = scenario();
        JobConfig config = config(scenario, RULES);
        done(scenario.run(config), RunMode.WHOLE);
        for (int round = 0; round < 3; round++) {
            scenario.execute(
                    """
                    UPDATE person SET email = 'new%1$d' || id || '@real.test', seen_at = clock_timestamp() WHERE id %% 500 = %1$d;
                    INSERT INTO person SELECT 10000 + %1$d * 100 + i, 'q' || i || '@real.test', 'FR' FROM generate_series(1, 20) i;
                    INSERT INTO visit SELECT 10000 + %1$d * 100 + i, '2026-05-05', 'y' FROM generate_series(1, 20) i;
                    UPDATE country SET name = name || '!';
                    """
                            .formatted(round));
            RunReport report = done(scenario.run(config), RunMode.CHANGES);
            assertThat(read(report, "public.person")).isBetween(26L, 60L);
            assertThat(read(report, "public.visit")).isBetween(20L, 60L);
            assertThat(read(report, "public.country")).isEqualTo(2);
        }
        assertThat(added(scenario)).containsExactlyInAnyOrder("person", "visit");
        Map<String, List<String>> changed = rows(scenario);
        assertThat(changed.get("person")).hasSize(3060).noneMatch(each -> each.contains("real"));

        full(config);
        assertThat(added(scenario)).isEmpty();
        assertThat(rows(scenario)).isEqualTo(changed);

        RunReport nothing = done(scenario.run(config), RunMode.CHANGES);
        assertThat(read(nothing, "public.person")).isZero();
        assertThat(rows(scenario)).isEqualTo(changed);
    }

    @Test
    void rowsThatAreGoneStayUntilSomebodyAsksForThem() throws Exception {
        Scenario scenario = scenario();
        JobConfig config = config(scenario, RULES);
        done(scenario.run(config), RunMode.WHOLE);
        scenario.execute("DELETE FROM visit WHERE person = 7; DELETE FROM person WHERE id = 7");

        done(scenario.run(config), RunMode.CHANGES);
        assertThat(rows(scenario).get("person")).hasSize(3000);
        RunReport swept = sweep(config);
        assertThat(rows(scenario).get("person")).hasSize(2999);
        assertThat(swept.scope().reloads())
                .extracting(RunReport.TableAndWhy::why)
                .contains("asked to find what is gone");

        scenario.execute("DELETE FROM visit WHERE person = 8; DELETE FROM person WHERE id = 8");
        JobConfig sweeping = config(scenario, RULES.replace(", sweep: false", ""));
        done(scenario.run(sweeping), RunMode.CHANGES);
        assertThat(rows(scenario).get("person")).hasSize(2998);
        DeltaOutlook outlook = outlook(sweeping);
        assertThat(outlook.whyWhole()).isEmpty();
        assertThat(outlook.tables())
                .allMatch(each -> each.reading() == Reading.ANEW)
                .anyMatch(each -> each.why().orElseThrow().contains("sweep: false"));
    }

    private DeltaOutlook outlook(JobConfig config) {
        return Understudy.outlook(config, folder.resolve("home")).delta().orElseThrow();
    }

    @Test
    void tablesThatHaveChangedInTheirStructureAreLoadedInFull() throws Exception {
        Scenario scenario = scenario();
        JobConfig config = config(scenario, RULES);
        done(scenario.run(config), RunMode.WHOLE);
        scenario.execute(
                """
                ALTER TABLE person ADD COLUMN level int DEFAULT 1;
                UPDATE visit SET note = 'changed', seen_at = clock_timestamp() WHERE person = 5;
                CREATE TABLE later (id int PRIMARY KEY);
                INSERT INTO later VALUES (1);
                DROP TABLE country CASCADE;
                """);

        RunReport report = done(scenario.run(config), RunMode.CHANGES);
        assertThat(report.warnings()).extracting(Problem::id).contains("structure-changed");
        assertThat(added(scenario)).containsExactly("visit");
        Map<String, List<String>> changed = rows(scenario);
        assertThat(changed).containsOnlyKeys("later", "person", "visit");
        full(config);
        assertThat(rows(scenario)).isEqualTo(changed);
    }

    @Test
    void aColumnNobodyDecidedAboutLeavesItsTableAsItIs() throws Exception {
        Scenario scenario = scenario();
        String rules =
                """
                columns: { "person.email": email, "*.id": keep, "*.country": keep, "*.seen_at": keep, "country.*": keep, "visit.*": keep }
                delta: { watermarks: ["*.seen_at"], overlap-seconds: 0, sweep: false, undecided: leave }
                """;
        JobConfig config = config(scenario, rules);
        done(scenario.run(config), RunMode.WHOLE);
        List<String> before = rows(scenario).get("person");
        scenario.execute(
                "ALTER TABLE person ADD COLUMN phone text DEFAULT '+49 30 1'; UPDATE person SET seen_at = clock_timestamp();"
                        + " UPDATE country SET name = 'Allemagne' WHERE code = 'DE'");

        RunReport report = done(scenario.run(config), RunMode.CHANGES);
        assertThat(report.scope().left())
                .extracting(RunReport.TableAndWhy::table)
                .containsExactlyInAnyOrder("public.person", "public.visit");
        assertThat(rows(scenario).get("person")).isEqualTo(before);
        assertThat(rows(scenario).get("country")).anyMatch(each -> each.contains("Allemagne"));

        JobConfig decided =
                config(
                        scenario,
                        rules.replace("columns: {", "columns: { \"person.phone\": phone,"));
        done(scenario.run(decided), RunMode.CHANGES);
        assertThat(rows(scenario).get("person"))
                .hasSize(3000)
                .noneMatch(each -> each.contains("+49 30 1,"));
    }

    @Test
    void aDeltaThatFailedIsBegunAnew() throws Exception {
        Scenario scenario = scenario();
        String rules =
                RULES.replace(
                        "\"*\": keep",
                        "\"*\": keep, \"visit.note\": { mask: email, on-mismatch: stop }");
        scenario.execute("UPDATE visit SET note = 'v' || person || '@real.test'");
        JobConfig config = config(scenario, rules);
        done(scenario.run(config), RunMode.WHOLE);
        scenario.execute(
                """
                UPDATE person SET email = 'again' || id || '@real.test', seen_at = clock_timestamp() WHERE id < 50;
                UPDATE visit SET note = 'none', seen_at = clock_timestamp() WHERE person = 5;
                """);
        Manifest before = manifest(scenario);

        RunReport failed = scenario.run(config);
        assertThat(failed.failure()).isPresent();
        assertThat(manifest(scenario)).isEqualTo(before);

        scenario.execute(
                """
                UPDATE visit SET note = 'mended@real.test', seen_at = clock_timestamp() WHERE person = 5;
                UPDATE person SET email = 'last' || id || '@real.test', seen_at = clock_timestamp() WHERE id < 9;
                """);
        RunReport report = done(scenario.run(config), RunMode.CHANGES);
        assertThat(report.run()).isEqualTo(failed.run());
        Map<String, List<String>> changed = rows(scenario);
        full(config);
        assertThat(rows(scenario)).isEqualTo(changed);
    }

    @Test
    void deltasThatAreKilledLoseAndDoubleNothing() throws Exception {
        long seed = Long.getLong("delta.seed", System.nanoTime());
        Scenario scenario = scenario();
        Path file = scenario.config(RULES, false, true);
        JobConfig config = Scenario.read(file);
        done(scenario.run(config), RunMode.WHOLE);
        new ChildRuns(folder)
                .killBetweenChanges(
                        file,
                        random ->
                                scenario.execute(
                                        """
                                        UPDATE person SET email = 'k' || random() || '@real.test', seen_at = clock_timestamp() WHERE id %% 7 = %1$d;
                                        INSERT INTO person SELECT max(id) + 1, 'n@real.test', 'DE' FROM person;
                                        INSERT INTO visit SELECT id, '2026-06-06', 'z' FROM person WHERE id %% 9 = %1$d ON CONFLICT DO NOTHING;
                                        """
                                                .formatted(random.nextInt(7))),
                        Integer.getInteger("kills", 3),
                        seed);
        // The run that was killed may have ended at its own point in time.
        done(scenario.run(config), RunMode.CHANGES);
        Map<String, List<String>> changed = rows(scenario);
        full(config);
        assertThat(rows(scenario)).as("seed %d", seed).isEqualTo(changed);
    }

    @Test
    void marksAreNotReadableInTheLake() throws Exception {
        Scenario scenario = scenario();
        scenario.execute("UPDATE person SET seen_at = '2019-03-04 05:06:07+00' WHERE id > 0");
        JobConfig config =
                config(scenario, RULES.replace("keep,", "keep, \"person.seen_at\": shift-date,"));
        done(scenario.run(config), RunMode.WHOLE);
        try (var files = Files.walk(scenario.lake())) {
            for (Path each : files.filter(file -> file.toString().endsWith(".json")).toList()) {
                assertThat(Files.readString(each))
                        .doesNotContain("2019-03-04")
                        .doesNotContain("marks");
            }
        }
        scenario.execute("UPDATE person SET seen_at = '2019-03-04 05:06:08+00' WHERE id = 3");
        RunReport report = done(scenario.run(config), RunMode.CHANGES);
        assertThat(read(report, "public.person")).isPositive();
    }

    @Test
    void withAnotherKeyEverythingIsCopied() throws Exception {
        Scenario scenario = scenario();
        done(scenario.run(config(scenario, RULES)), RunMode.WHOLE);
        JobConfig config = config(scenario, RULES + "epoch: 2\n");
        RunReport report = done(scenario.run(config), RunMode.WHOLE);
        assertThat(report.scope().why()).hasValue("the lake was masked with another key or epoch");
    }
}
