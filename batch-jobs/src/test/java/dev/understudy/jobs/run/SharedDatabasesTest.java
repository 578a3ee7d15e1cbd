package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.LakeTexts;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.Manifest.LakeColumn;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.lake.ObjectStore;
import dev.understudy.lake.StoreLocation;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.SharedData;
import dev.understudy.postgres.SqlDump;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Runs the main job on databases that others made, and looks at everything that it leaves behind.
class SharedDatabasesTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    @TempDir Path folder;

    static Stream<String> packages() {
        List<String> names = SharedData.names("pg");
        return names.isEmpty() ? Stream.of("pg_absent") : names.stream();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aSharedDatabaseArrivesWholeAndMasked(String name) throws Exception {
        copyAndCheck(server, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_pagila", "pg_torture_pgstream", "pg_chinook"})
    void pgDumpSeesNoDifference(String name) throws Exception {
        Assumptions.assumeTrue(
                PostgresServer.installed().isPresent(), "skipped: no PostgreSQL is installed");
        PostgresServer installed = PostgresServer.installed().get();

        Scenario scenario = copyAndCheck(installed, name);

        assertThat(structure(installed, scenario.twinName))
                .isEqualTo(structure(installed, scenario.source.name()));
    }

    private String structure(PostgresServer installed, String database) throws Exception {
        Path file = folder.resolve(database + ".sql");
        Process process =
                new ProcessBuilder(
                                installed.program("pg_dump").orElseThrow().toString(),
                                "--schema-only",
                                "--no-owner",
                                "--no-privileges",
                                "--host=127.0.0.1",
                                "--port=" + installed.port(),
                                "--username=postgres",
                                database)
                        .redirectOutput(file.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        // Its first and last lines hold a word that each run makes up.
        return Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
                .collect(Collectors.joining("\n"));
    }

    private Scenario copyAndCheck(PostgresServer on, String name) throws Exception {
        Map<String, Long> counts = SharedData.counts(name);
        Scenario scenario = Scenario.of(on, folder, "");
        SqlDump.load(name, scenario.source);
        JobConfig config = config(scenario, name);
        Plan plan = Understudy.plan(config);
        Canaries canaries;
        try (Connection source = scenario.source.connect()) {
            canaries = Canaries.plant(source, plan);
        }
        assertThat(canaries.planted()).isNotEmpty();
        var log = new StringBuilder();

        RunReport report;
        RunDetails details;
        try (var _ = Listening.to(log);
                Understudy understudy = Understudy.open(folder.resolve("home"))) {
            report = understudy.run(config).await();
            details = understudy.show(report.run()).orElseThrow();
        }

        assertThat(report.failure()).isEmpty();
        assertThat(report.status()).isEqualTo(RunStatus.DONE);
        assertThat(report.notCarried())
                .allSatisfy(each -> assertThat(each).startsWith("roles, ownership and grants"));
        assertThat(report.tables())
                .allSatisfy(each -> assertThat(each.agrees()).as(each.table()).contains(true));
        try (Connection source = scenario.source.connect();
                Connection twin = scenario.connect(scenario.twinUrl());
                Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            assertCounts(plan, twin, report, counts);
            assertSameStructure(source, twin);
            assertKeptAndMasked(plan, source, twin);
            Manifest manifest = manifest(scenario);
            assertLakeEqualsTwin(scenario, plan, manifest, duck, twin);
            var found = new TreeMap<String, Set<String>>();
            var all = new Needles(canaries.all());
            searchTables(plan, source, all, found);
            assertThat(found).as("what the source holds").containsOnlyKeys(canaries.all());
            found.clear();
            searchTables(plan, twin, all, found);
            searchLake(scenario, manifest, duck, all, found);
            searchFiles(scenario.lake(), all, found);
            // These tell what was done, in words that some database may hold as well.
            var planted = new Needles(canaries.planted());
            searchFiles(folder.resolve("home"), planted, found);
            note(planted.in(report + "\n" + details), "the report", found);
            note(planted.in(log.toString()), "the log", found);
            assertThat(
                            found.entrySet().stream()
                                    .map(each ->
                                            each.getKey()
                                                    + " ("
                                                    + canaries.origin(each.getKey())
                                                    + ") in "
                                                    + each.getValue()))
                    .as("originals of masked columns")
                    .isEmpty();
        }
        return scenario;
    }

    private static void assertCounts(
            Plan plan, Connection twin, RunReport report, Map<String, Long> counts)
            throws SQLException {
        var inTwin = new TreeMap<String, Long>();
        for (Table table : plan.database().tables()) {
            String rows =
                    Scenario.strings(twin, "SELECT count(*) FROM ONLY " + table.name().quoted())
                            .getFirst();
            if (!table.partitioned() || counts.containsKey(name(table))) {
                inTwin.put(name(table), Long.valueOf(rows));
            }
        }
        assertThat(inTwin).isEqualTo(counts);
        assertThat(report.tables())
                .allSatisfy(each -> {
                    assertThat(each.twinRows()).as(each.table()).contains(each.sourceRows());
                    assertThat(each.lakeRows()).as(each.table()).contains(each.sourceRows());
                });
        assertThat(report.rows())
                .isEqualTo(counts.values().stream().mapToLong(Long::longValue).sum());
    }

    private static String name(Table table) {
        return table.name().schema() + "." + table.name().name();
    }

    private static void assertSameStructure(Connection source, Connection twin)
            throws SQLException {
        for (String sql :
                List.of(
                        "SELECT conrelid::regclass || ' ' || conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0 AND connamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ORDER BY 1",
                        "SELECT schemaname || ' ' || indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
                        "SELECT schemaname || '.' || viewname || definition FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
                        "SELECT schemaname || '.' || matviewname || definition || ispopulated FROM pg_matviews ORDER BY 1",
                        "SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
                        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE prokind <> 'a' AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ORDER BY 1",
                        "SELECT schemaname || '.' || sequencename || coalesce(last_value, -1) || increment_by FROM pg_sequences ORDER BY 1",
                        "SELECT objoid::regclass || objsubid::text || description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384 ORDER BY 1")) {
            assertThat(Scenario.strings(twin, sql))
                    .as(sql)
                    .isEqualTo(Scenario.strings(source, sql));
        }
        assertThat(
                        Scenario.strings(
                                twin,
                                "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"))
                .isEmpty();
    }

    /// Sums over a column's values: kept ones are as they were, masked ones are not, unless they
    /// are so few that a permutation of them may be the same set again.
    private static void assertKeptAndMasked(Plan plan, Connection source, Connection twin)
            throws SQLException {
        for (TableCopy table : plan.tables()) {
            for (Decision column : table.columns()) {
                String name = TableName.quote(column.column().name());
                String from = " FROM ONLY " + table.name().quoted();
                String sum = "SELECT sum(hashtextextended(" + name + "::text, 0)::numeric)" + from;
                String before = Scenario.strings(source, sum).getFirst();
                String after = Scenario.strings(twin, sum).getFirst();
                if (column.kept()) {
                    assertThat(after).as(column.profile().path()).isEqualTo(before);
                } else if (Objects.equals(before, after)) {
                    String few = "SELECT count(DISTINCT " + name + "::text) < 20" + from;
                    assertThat(Scenario.strings(source, few))
                            .as("%s, %s", column.profile().path(), column.rule())
                            .containsExactly("t");
                }
            }
        }
    }

    private static Manifest manifest(Scenario scenario) {
        try (ObjectStore store = ObjectStore.open(StoreLocation.of(scenario.lake().toString()))) {
            return new LakeCatalog(store, "test-job").current().orElseThrow();
        }
    }

    /// Compares all columns of all rows: as texts, floats as numbers.
    private static void assertLakeEqualsTwin(
            Scenario scenario, Plan plan, Manifest manifest, Connection duck, Connection twin)
            throws SQLException {
        execute(twin, "SET TimeZone = 'UTC'; SET search_path = ''");
        execute(duck, "SET TimeZone = 'UTC'");
        assertThat(manifest.tables())
                .extracting(LakeTable::name)
                .containsExactlyInAnyOrderElementsOf(
                        plan.tables().stream()
                                .map(TableCopy::lakeTable)
                                .collect(Collectors.toCollection(LinkedHashSet::new)));
        for (LakeTable table : manifest.tables()) {
            Table structure = plan.database().table(table.name()).orElseThrow();
            var postgres = new ArrayList<String>();
            var parquet = new ArrayList<String>();
            var types = new ArrayList<Optional<ColumnType>>();
            for (LakeColumn column : table.columns()) {
                ColumnType type = structure.column(column.name()).orElseThrow().type().underlying();
                boolean text =
                        column.lakeType().startsWith("optional binary")
                                && column.lakeType().contains("(STRING)");
                String quoted = TableName.quote(column.name());
                postgres.add(LakeTexts.postgres(quoted, type, text));
                parquet.add(LakeTexts.duck(quoted, type, text));
                types.add(text ? Optional.empty() : Optional.of(type));
            }
            List<String> rows =
                    sortedRows(
                            twin,
                            "SELECT %s FROM %s%s"
                                    .formatted(
                                            String.join(", ", postgres),
                                            structure.partitioned() ? "" : "ONLY ",
                                            table.name().quoted()),
                            types);
            assertThat(table.rows()).as("%s", table.name()).isEqualTo(rows.size());
            if (!table.parts().isEmpty()) {
                List<String> found =
                        sortedRows(
                                duck,
                                "SELECT %s FROM %s"
                                        .formatted(
                                                String.join(", ", parquet), parts(scenario, table)),
                                types);
                assertThat(found.equals(rows))
                        .as(
                                "%s: rows of the lake %s, of the twin %s",
                                table.name(), difference(found, rows), difference(rows, found))
                        .isTrue();
            }
        }
    }

    private static List<String> difference(List<String> some, List<String> without) {
        var others = Set.copyOf(without);
        return some.stream().filter(each -> !others.contains(each)).limit(3).toList();
    }

    private static String parts(Scenario scenario, LakeTable table) {
        return table.parts().stream()
                .map(each ->
                        "'"
                                + scenario.lake().resolve(each.key()).toString().replace("'", "''")
                                + "'")
                .collect(Collectors.joining(", ", "read_parquet([", "])"));
    }

    private static List<String> sortedRows(
            Connection connection, String sql, List<Optional<ColumnType>> types)
            throws SQLException {
        var rows = new ArrayList<String>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                var row = new StringBuilder();
                for (int i = 0; i < types.size(); i++) {
                    String text = result.getString(i + 1);
                    row.append(types.get(i).map(type -> canonical(text, type)).orElse(text))
                            .append('|');
                }
                rows.add(row.toString());
            }
        }
        rows.sort(Comparator.naturalOrder());
        return rows;
    }

    // A masked document is not laid out as the server lays out jsonb.
    private static @Nullable String canonical(@Nullable String text, ColumnType type) {
        if (text == null) {
            return null;
        }
        if (type.element().filter(each -> each.name().startsWith("json")).isPresent()) {
            List<String> documents = JSON.readValue(text, new TypeReference<List<String>>() {});
            return documents.stream().map(SharedDatabasesTest::canonical).toList().toString();
        }
        return type.name().startsWith("json") ? canonical(text) : LakeTexts.alike(text, type);
    }

    private static String canonical(String document) {
        return JSON.writeValueAsString(JSON.readValue(document, Object.class));
    }

    private static void searchTables(
            Plan plan, Connection connection, Needles needles, Map<String, Set<String>> found)
            throws SQLException {
        for (TableCopy table : plan.tables()) {
            Texts.forEach(
                    connection,
                    "SELECT * FROM ONLY " + table.name().quoted(),
                    text -> note(needles.in(text), "table " + table.name(), found));
        }
        for (String view :
                Scenario.strings(
                        connection,
                        "SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews WHERE ispopulated")) {
            Texts.forEach(
                    connection,
                    "SELECT * FROM " + view,
                    text -> note(needles.in(text), "view " + view, found));
        }
    }

    private static void searchLake(
            Scenario scenario,
            Manifest manifest,
            Connection duck,
            Needles needles,
            Map<String, Set<String>> found)
            throws SQLException {
        for (LakeTable table : manifest.tables()) {
            if (!table.parts().isEmpty()) {
                Texts.forEach(
                        duck,
                        "SELECT COLUMNS(*)::varchar FROM " + parts(scenario, table),
                        text -> note(needles.in(text), "lake " + table.name(), found));
            }
        }
    }

    private static void searchFiles(Path where, Needles needles, Map<String, Set<String>> found)
            throws IOException {
        try (Stream<Path> files = Files.walk(where)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                String place = where.relativize(file).toString();
                note(needles.in(new String(bytes, StandardCharsets.ISO_8859_1)), place, found);
                note(needles.in(new String(bytes, StandardCharsets.UTF_8)), place, found);
            }
        }
    }

    private static void note(Set<String> needles, String place, Map<String, Set<String>> found) {
        needles.forEach(each -> found.computeIfAbsent(each, _ -> new TreeSet<>()).add(place));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Masks every column by its type, and keeps those that the planner wants kept.
    private static JobConfig config(Scenario scenario, String name) throws Exception {
        String end = "tuning: { workers: 2, batch-rows: 1000, split-rows: 10000 }\n";
        if (name.equals("pg_pagila")) {
            String text =
                    new String(
                            Plan.class.getResourceAsStream("pagila.yaml").readAllBytes(),
                            StandardCharsets.UTF_8);
            return Scenario.read(
                    scenario.config(
                            text.substring(text.indexOf("columns:"), text.indexOf("lake:")) + end));
        }
        var kept = new LinkedHashSet<String>();
        while (true) {
            String columns = kept.isEmpty() ? "" : "columns:\n" + String.join("", kept);
            JobConfig config = Scenario.read(scenario.config("unlisted: mask\n" + columns + end));
            List<Problem> problems = problems(config);
            if (problems.isEmpty()) {
                return config;
            }
            assertThat(problems.stream().map(each -> keep(each, kept)).toList())
                    .as("%s", problems)
                    .contains(true);
        }
    }

    private static List<Problem> problems(JobConfig config) {
        try {
            return Understudy.plan(config).warnings().stream()
                    .filter(each -> each.id().startsWith("check-"))
                    .toList();
        } catch (ConfigProblems e) {
            return e.problems().stream()
                    .filter(each -> each.severity() == Problem.Severity.ERROR)
                    .toList();
        }
    }

    /// @return whether that changed something
    private static boolean keep(Problem problem, Set<String> kept) {
        String message = problem.message();
        return switch (problem.id()) {
            case "undecided-column", "unique-would-break" -> kept.add("  " + problem.hint() + "\n");
            case "check-would-break", "check-unproven", "partition-key-masked" ->
                    kept.add(rule(message.substring(0, message.indexOf(": "))));
            case "check-over-masked-columns" -> {
                String table = message.substring(0, message.indexOf(": "));
                String columns = between(message, " reads ", ", some of them");
                yield kept.addAll(
                        Stream.of(columns.split(", "))
                                .map(each -> rule(table + "." + each))
                                .toList());
            }
            case "parent-disagrees" -> {
                // The check of a child asked first; the rule belongs to its parent.
                kept.remove(rule(message.substring(0, message.indexOf(" has the rule"))));
                yield kept.add(rule(between(problem.hint(), "write the rule for ", ";")));
            }
            case "foreign-key-disagrees" -> {
                // Its check asked for it; it follows the column that it references.
                kept.remove(rule(between(problem.hint(), "remove the rule of ", ": it follows")));
                yield kept.add(rule(between(problem.hint(), ": it follows ", " by itself")));
            }
            default -> fail("%s", problem);
        };
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String rule(String column) {
        return "  " + column + ": keep\n";
    }

    private static final class Listening extends AppenderBase<ILoggingEvent>
            implements AutoCloseable {
        private final Logger root = (Logger) LoggerFactory.getLogger("ROOT");
        private final Logger ours = (Logger) LoggerFactory.getLogger("dev.understudy");
        private final Level before = ours.getLevel();
        private final StringBuilder log;

        private Listening(StringBuilder log) {
            this.log = log;
        }

        static Listening to(StringBuilder log) {
            var listening = new Listening(log);
            listening.setContext(listening.root.getLoggerContext());
            listening.start();
            listening.root.addAppender(listening);
            listening.ours.setLevel(Level.TRACE);
            return listening;
        }

        @Override
        protected void append(ILoggingEvent event) {
            log.append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                log.append(ThrowableProxyUtil.asString(event.getThrowableProxy())).append('\n');
            }
        }

        @Override
        public void close() {
            root.detachAppender(this);
            ours.setLevel(before);
        }
    }

    @Test
    void sequencesGoOnAndTriggersRestedWhileLoading() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial serial, name text);
                        CREATE TABLE audit (id int GENERATED BY DEFAULT AS IDENTITY (START 1000 INCREMENT 10), what text);
                        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN INSERT INTO public.audit (what) VALUES (TG_OP); RETURN NEW; END $$;
                        CREATE TRIGGER note AFTER INSERT ON customer FOR EACH ROW EXECUTE FUNCTION note();
                        ALTER TABLE customer ENABLE ALWAYS TRIGGER note;
                        INSERT INTO customer (name) SELECT 'Name ' || i FROM generate_series(1, 25) i;
                        """);

        RunReport report =
                scenario.run(Scenario.read(scenario.config("columns: { \"*\": keep }\n")));

        assertThat(report.failure()).isEmpty();
        String next = "INSERT INTO customer (name) VALUES ('next') RETURNING id || ' ' || serial";
        assertThat(scenario.strings(scenario.twinUrl(), next)).containsExactly("26 26");
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(), "SELECT count(*) || ' ' || max(id) FROM audit"))
                .containsExactly("26 1250");
    }
}
