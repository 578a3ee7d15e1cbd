package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.DeltaOutlook;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.lake.Manifest;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.PostgresStructure;
import dev.understudy.postgres.SchemaChange;
import dev.understudy.postgres.StructureTarget;
import dev.understudy.twin.StructureStatement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Sources whose structure changes between runs that copy what has changed.
class StructureChangesTest {
    private static final String RULES =
            """
            columns:
              "*": keep
              email: email
            delta:
              watermarks: [orders.placed]
            """;

    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    /// Everything that a database consists of besides rows, and that is not ours.
    private static List<String> structure(Scenario scenario, String url) throws SQLException {
        try (Connection session = scenario.connect(url)) {
            return PostgresStructure.read(
                            session,
                            table -> !table.schema().equals("understudy"),
                            StructureTarget.read(session))
                    .all()
                    .stream()
                    .map(StructureStatement::sql)
                    .filter(sql -> !sql.contains("understudy"))
                    .toList();
        }
    }

    /// Rows of all tables but the masked one, whatever the order of their columns: those of
    /// children may come in another one.
    private static Map<String, List<String>> rows(Scenario scenario, String url)
            throws SQLException {
        var rows = new TreeMap<String, List<String>>();
        for (String table : scenario.contents(url).keySet()) {
            if (!table.startsWith("understudy.") && !table.equals("shop.customer")) {
                rows.put(
                        table,
                        scenario.strings(
                                url,
                                "SELECT to_jsonb(t) FROM ONLY %s t ORDER BY 1".formatted(table)));
            }
        }
        return rows;
    }

    private static void assertAlike(Scenario scenario) throws SQLException {
        assertThat(structure(scenario, scenario.twinUrl()))
                .containsExactlyInAnyOrderElementsOf(structure(scenario, scenario.source.url()));
        assertThat(rows(scenario, scenario.twinUrl()))
                .isEqualTo(rows(scenario, scenario.source.url()));
        String left = "SELECT count(*) FROM shop.customer";
        assertThat(scenario.strings(scenario.twinUrl(), left))
                .isEqualTo(scenario.strings(scenario.source.url(), left));
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(),
                                "SELECT count(*) FROM shop.customer WHERE email LIKE '%@shop.example'"))
                .containsExactly("0");
    }

    @Test
    void twinsFollowTheirSourcesThroughAllKindsOfChanges() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SchemaChange.BASE);
        JobConfig config = Scenario.read(scenario.config(RULES, true, true));
        assertThat(scenario.run(config).failure()).isEmpty();
        assertAlike(scenario);
        int applied = 0;
        int changed = 0;
        int runs = 0;
        // What takes most away comes last.
        List<SchemaChange> all =
                SchemaChange.ALL.stream()
                        .sorted(
                                Comparator.comparing(each ->
                                        List.of("COMPATIBLE", "RELOAD", "RULE", "GONE")
                                                .indexOf(each.effect())))
                        .toList();
        for (int from = 0; from < all.size(); from += 10) {
            var names = new ArrayList<String>();
            for (SchemaChange each : all.subList(from, Math.min(from + 10, all.size()))) {
                try {
                    scenario.execute(each.sql());
                    names.add(each.name());
                } catch (SQLException e) {
                    // What it changes has changed already.
                }
            }
            applied += names.size();
            scenario.execute("UPDATE shop.orders SET placed = '2026-12-12' WHERE id % 3 = 0");
            RunReport report = scenario.run(config);
            assertThat(report.failure()).as("after %s", names).isEmpty();
            runs++;
            if (report.scope().mode() == RunMode.CHANGES) {
                changed++;
            } else {
                assertThat(report.scope().why().orElseThrow())
                        .as("after %s", names)
                        .startsWith("types have changed, and column home of shop.customer");
            }
            assertAlike(scenario);
        }
        assertThat(applied).isGreaterThan(70);
        assertThat(changed).isGreaterThan(runs / 2);
    }

    @Test
    void aColumnNobodyDecidedAboutGoesNowhereUntilSomebodyDoes() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        "CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t VALUES (1, 'Ann')");
        String rules = "columns: { id: keep, name: first-name%s }\ndelta: { compare: [t] }\n";
        JobConfig config = Scenario.read(scenario.config(rules.formatted(""), true, false));
        assertThat(scenario.run(config).failure()).isEmpty();

        scenario.execute("ALTER TABLE t ADD phone text; UPDATE t SET phone = '+49 30 123456'");
        ConfigProblems refused =
                catchThrowableOfType(ConfigProblems.class, () -> scenario.run(config));
        assertThat(refused.problems())
                .anySatisfy(each -> {
                    assertThat(each.message())
                            .isEqualTo("public.t.phone (text): no rule decides about this column");
                    assertThat(each.hint()).isEqualTo("public.t.phone: phone");
                });
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT to_json(t) FROM t"))
                .noneMatch(each -> each.contains("phone"));

        JobConfig decided =
                Scenario.read(scenario.config(rules.formatted(", phone: phone"), true, false));
        RunReport report = scenario.run(decided);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).isEqualTo(RunMode.CHANGES);
        assertThat(report.warnings())
                .filteredOn(each -> each.id().equals("structure-changed"))
                .extracting(Problem::message, Problem::hint)
                .containsExactly(
                        tuple(
                                "public.t: column phone is new (text)",
                                "the table was loaded in full"));
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT phone FROM t"))
                .doesNotContain("+49 30 123456")
                .allMatch(each -> each.startsWith("+49"));
    }

    @Test
    void aTableWithAColumnNobodyDecidedAboutCanBeLeftAsItIsWhileTheOthersGoOn() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE country (id int PRIMARY KEY, name text);
                        CREATE TABLE person (id int PRIMARY KEY, name text, country int REFERENCES country ON DELETE SET NULL);
                        CREATE TABLE visit (id int PRIMARY KEY, person int REFERENCES person) PARTITION BY RANGE (id);
                        CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM (0) TO (1000);
                        CREATE TABLE note (id serial PRIMARY KEY, text text);
                        CREATE TABLE other (id int PRIMARY KEY, text text);
                        INSERT INTO country VALUES (1, 'x'), (2, 'x');
                        INSERT INTO person VALUES (1, 'Ann', 1), (2, 'Bob', 2);
                        INSERT INTO visit VALUES (1, 1);
                        INSERT INTO note (text) VALUES ('old');
                        INSERT INTO other VALUES (1, 'old');
                        """);
        String rules =
                """
                columns: { "*.id": keep, person.country: keep, country.name: keep, person.name: first-name, visit.person: keep, text: keep%s }
                delta: { watermarks: [], undecided: leave }
                """;
        JobConfig config = Scenario.read(scenario.config(rules.formatted(""), true, true));
        assertThat(scenario.run(config).failure()).isEmpty();
        Map<String, String> before = scenario.contents(scenario.twinUrl());
        List<String> structure = withoutNumbers(structure(scenario, scenario.twinUrl()));

        scenario.execute(
                """
                ALTER TABLE person ADD phone text; UPDATE person SET phone = '+49 30 123456', name = 'Eve';
                INSERT INTO person VALUES (3, 'Zoe', 1, '+49 30 999999');
                INSERT INTO visit VALUES (2, 3);
                INSERT INTO country VALUES (3, 'new');
                UPDATE note SET text = 'new'; INSERT INTO note (text) VALUES ('more');
                CREATE INDEX ON other (text); UPDATE other SET text = 'new';
                CREATE TABLE fresh (id int PRIMARY KEY); CREATE SEQUENCE numbers START 5;
                """);
        List<String> left =
                List.of(
                        "public.fresh: the table is new",
                        "public.other: index other_text_idx is new",
                        "public.person: no rule decides about phone",
                        "public.visit_1: it references public.person");
        Outlook outlook = Understudy.outlook(config, folder.resolve("home"));
        assertThat(outlook.delta().orElseThrow().tables())
                .filteredOn(each -> each.reading() == DeltaOutlook.Reading.LEFT)
                .extracting(each -> each.table() + ": " + each.why().orElseThrow())
                .containsExactlyInAnyOrderElementsOf(left);
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(report.status()).isEqualTo(RunStatus.DONE);
        assertThat(report.scope().left())
                .extracting(each -> each.table() + ": " + each.why())
                .containsExactly(
                        left.get(0),
                        left.get(1),
                        left.get(2),
                        "public.visit: it references public.person");
        assertThat(report.warnings())
                .extracting(Problem::id, Problem::message, Problem::hint)
                .contains(
                        tuple(
                                "undecided-column",
                                "public.person.phone (text): no rule decides about this column",
                                "public.person.phone: phone"));
        Map<String, String> after = scenario.contents(scenario.twinUrl());
        assertThat(after).containsAllEntriesOf(only(before, "person", "visit_1", "other"));
        assertThat(withoutNumbers(structure(scenario, scenario.twinUrl()))).isEqualTo(structure);
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT text FROM note ORDER BY id"))
                .containsExactly("new", "more");
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT nextval('note_id_seq')"))
                .containsExactly("3");
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT count(*) FROM country"))
                .containsExactly("3");
        assertThat(lake(scenario))
                .contains("person: 2", "visit: 1", "other: 1", "note: 2", "country: 3");

        // What a table that is left still references may not go.
        scenario.execute("UPDATE person SET country = 1; DELETE FROM country WHERE id = 2");
        report = scenario.run(config);
        assertThat(report.failure().orElseThrow().message())
                .isEqualTo(
                        "rows that the foreign key person_country_fkey would take along with deleted rows of public.country are still in the source; and everything cannot be copied: public.person.phone (text): no rule decides about this column; add the line public.person.phone: phone");
        assertThat(scenario.contents(scenario.twinUrl()))
                .containsAllEntriesOf(only(after, "person", "visit_1", "other", "country", "note"));

        JobConfig decided =
                Scenario.read(scenario.config(rules.formatted(", phone: phone"), true, true));
        report = scenario.run(decided);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).isEqualTo(RunMode.CHANGES);
        assertThat(report.scope().left()).isEmpty();
        assertThat(structure(scenario, scenario.twinUrl()))
                .containsExactlyInAnyOrderElementsOf(structure(scenario, scenario.source.url()));
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT phone FROM person"))
                .hasSize(3)
                .doesNotContain("+49 30 123456", "+49 30 999999");
        assertThat(lake(scenario))
                .contains("person: 3", "visit: 2", "other: 1", "note: 2", "country: 2");
    }

    @Test
    void whatCannotBeLeftAsItIsRefusesTheRun() throws Exception {
        Scenario scenario =
                Scenario.of(server, folder, "CREATE TABLE t (id int PRIMARY KEY, name text)");
        String rules = "columns: { id: keep%s }\ndelta: { compare: [t], undecided: leave }\n";
        JobConfig config = Scenario.read(scenario.config(rules.formatted(""), true, false));
        for (ThrowingCallable each :
                List.<ThrowingCallable>of(
                        () -> scenario.run(config),
                        () -> Understudy.outlook(config, folder.resolve("home")))) {
            ConfigProblems refused = catchThrowableOfType(ConfigProblems.class, each);
            assertThat(refused.problems())
                    .extracting(Problem::message)
                    .contains("public.t.name (text): no rule decides about this column");
        }
        assertThat(
                        scenario.run(
                                        Scenario.read(
                                                scenario.config(
                                                        rules.formatted(", name: redact"),
                                                        true,
                                                        false)))
                                .failure())
                .isEmpty();
        JobConfig without = Scenario.read(scenario.config(rules.formatted(""), true, false));
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            assertThatThrownBy(() -> understudy.runFull(without))
                    .isInstanceOf(ConfigProblems.class);
        }
        assertThat(scenario.run(without).scope().left())
                .extracting(RunReport.TableAndWhy::toString)
                .containsExactly("TableAndWhy[table=public.t, why=no rule decides about name]");
    }

    private static List<String> withoutNumbers(List<String> structure) {
        return structure.stream().filter(each -> !each.contains("setval")).toList();
    }

    private static Map<String, String> only(Map<String, String> contents, String... tables) {
        var some = new TreeMap<>(contents);
        some.keySet().retainAll(List.of(tables).stream().map(each -> "public." + each).toList());
        assertThat(some).hasSize(tables.length);
        return some;
    }

    /// The tables of the lake's current version, with their rows.
    private static List<String> lake(Scenario scenario) throws Exception {
        var rows = new ArrayList<String>();
        try (ShownLake lake = ShownLake.of(scenario.lake())) {
            for (Manifest.LakeTable each : lake.manifest().tables()) {
                String name = each.name().name();
                rows.add(
                        name
                                + ": "
                                + lake.strings("SELECT count(*) FROM public." + name).getFirst());
            }
        }
        return rows;
    }

    @Test
    void aTableWhoseRulesChangeIsLoadedInFullAndOthersAreNot() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t VALUES (1, 'Ann');
                        CREATE TABLE u (id int PRIMARY KEY, name text); INSERT INTO u VALUES (1, 'Ann');
                        """);
        String rules =
                "columns: { id: keep, u.name: first-name, t.name: %s }\ndelta: { compare: [t, u] }\n";
        String masked = "SELECT name FROM t UNION ALL SELECT name FROM u";
        assertThat(
                        scenario.run(
                                        Scenario.read(
                                                scenario.config(
                                                        rules.formatted("first-name"),
                                                        true,
                                                        false)))
                                .failure())
                .isEmpty();
        List<String> before = scenario.strings(scenario.twinUrl(), masked);
        RunReport report =
                scenario.run(Scenario.read(scenario.config(rules.formatted("hash"), true, false)));
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).isEqualTo(RunMode.CHANGES);
        assertThat(report.scope().changes())
                .containsExactlyInAnyOrder(
                        new RunReport.Change("public.t", 0, 1, 0),
                        new RunReport.Change("public.u", 0, 0, 0));
        List<String> after = scenario.strings(scenario.twinUrl(), masked);
        assertThat(after.getFirst()).isNotEqualTo(before.getFirst());
        assertThat(after.getLast()).isEqualTo(before.getLast());
    }

    @Test
    void aTwinThatCannotBeChangedIsMadeAnewAndTheReportSaysWhy() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SchemaChange.BASE);
        JobConfig config = Scenario.read(scenario.config(RULES, true, false));
        assertThat(scenario.run(config).failure()).isEmpty();
        scenario.execute("ALTER DOMAIN shop.code SET DEFAULT 'k'");
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).isEqualTo(RunMode.WHOLE);
        assertThat(report.scope().why())
                .hasValue(
                        "the twin does not come to the source's structure by changing it: table shop.customer");
        assertAlike(scenario);

        scenario.config(RULES, true, false);
        String withKey =
                Files.readString(config.file())
                        .replace("connections: 6 }", "connections: 6, source-primary-key: true }");
        Files.writeString(config.file(), withKey);
        report = scenario.run(Scenario.read(config.file()));
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().why())
                .hasValue("tables get the column source_primary_key now, and had none");
    }

    @Test
    void structuresOfServersOfOtherVersionsAreNotCompared() throws Exception {
        PostgresServer older = PostgresServer.installed().orElse(server);
        Assumptions.assumeTrue(older != server, "skipped: no server is installed");
        Scenario scenario =
                Scenario.of(older, folder, "CREATE TABLE t (id int PRIMARY KEY, name text)");
        String rules = "columns: { id: keep, name: first-name }\ndelta: { compare: [t] }\n";
        String text = Files.readString(scenario.config(rules, true, false));
        Path file =
                Files.writeString(
                        folder.resolve("job.yaml"),
                        text.replace(
                                scenario.twinUrl(),
                                server.newDatabase().url() + "_of_another_version"));
        assertThat(scenario.run(Scenario.read(file)).failure()).isEmpty();
        assertThat(scenario.run(Scenario.read(file)).scope().mode()).isEqualTo(RunMode.CHANGES);
        scenario.execute("CREATE INDEX ON t (name)");
        RunReport report = scenario.run(Scenario.read(file));
        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().why())
                .hasValue(
                        "the structure has changed (public.t: index t_name_idx is new), and source and twin are on servers of different versions, which write it in different words");
    }
}
