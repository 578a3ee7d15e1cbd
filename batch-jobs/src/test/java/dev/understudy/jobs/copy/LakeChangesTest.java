package dev.understudy.jobs.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.config.Location;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.keys.JobKeys;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.jobs.run.AsOf;
import dev.understudy.jobs.run.ExportReport;
import dev.understudy.jobs.run.LakeVersion;
import dev.understudy.jobs.run.PublishedLake;
import dev.understudy.lake.Change;
import dev.understudy.lake.LakeExport;
import dev.understudy.lake.LakeViews;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.TestDatabase;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Changes are added to a published version of the lake, and the merged rows are what the source
/// has. The source of a delta holds nothing but the rows that changed.
class LakeChangesTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static final TableName ORDERS = new TableName("public", "orders");
    private static final LakeExport.Watcher QUIET =
            new LakeExport.Watcher() {
                @Override
                public void writing(LakeTable table, int part, int parts) {}

                @Override
                public void done(LakeExport.Exported table) {}
            };
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final String SQL =
            """
            CREATE TABLE orders (id int PRIMARY KEY, note text, tags int[]);
            INSERT INTO orders SELECT i, 'first ' || i, array[i] FROM generate_series(1, 100) i;
            CREATE TABLE empty (id int PRIMARY KEY, at timestamptz, price numeric(20,2), tags text[]);
            CREATE TABLE keyless (note text);
            INSERT INTO keyless VALUES ('one');
            CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE loose (name text COLLATE nocase PRIMARY KEY);
            INSERT INTO loose VALUES ('Ann');
            CREATE TABLE numbers (n numeric PRIMARY KEY);
            CREATE TABLE clashing (id int PRIMARY KEY, _op text);
            CREATE TABLE parted (id int, part int, PRIMARY KEY (part, id)) PARTITION BY LIST (part);
            CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
            CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
            INSERT INTO parted SELECT i, 1 + i % 2 FROM generate_series(1, 10) i;
            CREATE TABLE apart (id int) PARTITION BY LIST (id);
            CREATE TABLE apart_1 PARTITION OF apart (PRIMARY KEY (id)) FOR VALUES IN (1);
            """;

    @TempDir Path folder;
    private TestDatabase source;
    private int runs;

    @BeforeEach
    void fill() throws SQLException {
        source = server.newDatabase();
        source.execute(SQL);
    }

    private JobConfig config() throws Exception {
        Path file = folder.resolve("job.yaml");
        Files.writeString(
                file,
                """
                job: test-job
                secret: "${env:SECRET}"
                source: { url: "%s", user: "%s", password: "${env:PASSWORD}", connections: 4 }
                columns: { "*.*": keep }
                lake: { uri: lake, compact-at: 30 }
                """
                        .formatted(source.url(), source.user()));
        return JobConfigs.read(
                file,
                Map.of("SECRET", "a secret of more than sixteen characters", "PASSWORD", "none")
                        ::get);
    }

    /// Runs the job, as a delta from what `prepare` says of it.
    private Manifest run(Function<CopyRun, Runnable> prepare) throws Exception {
        JobConfig config = config();
        var clock = InstantSource.system();
        var progress = new CopyProgress(clock, clock.instant());
        try (var source = SourceSide.open(config, JobKeys.open(config), KeyHistory.NONE, clock);
                var run =
                        new CopyRun(
                                source,
                                new RunId(++runs, "0000000" + runs),
                                1,
                                RunMode.WHOLE,
                                Asked.NOTHING,
                                progress,
                                () -> false,
                                List.of())) {
            Runnable afterRows = prepare.apply(run);
            run.prepare(false);
            for (Split split : run.splits()) {
                try (SplitCopy copy = run.copy(split.number())) {
                    SplitBatch batch;
                    while ((batch = copy.next()) != null) {
                        copy.copy(batch);
                    }
                }
            }
            afterRows.run();
            run.lake().prepareCommit(run, JobKeys.open(config), clock.instant());
            run.publish(clock.instant());
            return run.lake().published().orElseThrow();
        }
    }

    private Manifest full() throws Exception {
        return run(_ -> () -> {});
    }

    /// A delta whose rows are all that the source has, and a table's rows that are gone.
    private Manifest delta(Instant taken, List<TableName> changed, int... goneOrders)
            throws Exception {
        return run(run -> {
            LakeOutput lake = run.lake();
            Manifest published = lake.published().orElseThrow();
            lake.addTo(published, changed.stream().map(run::target).toList(), taken);
            return () -> {
                try (LakeChangeWriter deletes =
                        lake.changes(run.target(ORDERS), Change.Op.DELETE)) {
                    deletes.write(keys(run.target(ORDERS).written(), goneOrders));
                    deletes.finish();
                }
            };
        });
    }

    private static RowBatch keys(RowShape shape, int... ids) {
        var batch = new RowBatch(shape, 1024);
        for (int id : ids) {
            byte[] row = new byte[2 + 4 + 4 + 4 + 4];
            RowBatch.SHORT.set(row, 0, (short) 3);
            RowBatch.INT.set(row, 2, 4);
            RowBatch.INT.set(row, 6, id);
            RowBatch.INT.set(row, 10, -1);
            RowBatch.INT.set(row, 14, -1);
            batch.append(row, 0, row.length);
            batch.endRow();
        }
        return batch;
    }

    private Optional<String> why(TableName table, Manifest published) throws Exception {
        var found = new ArrayList<Optional<String>>();
        JobConfig config = config();
        var clock = InstantSource.system();
        try (var source = SourceSide.open(config, JobKeys.open(config), KeyHistory.NONE, clock);
                var run =
                        new CopyRun(
                                source,
                                new RunId(99, "00000099"),
                                1,
                                RunMode.WHOLE,
                                Asked.NOTHING,
                                new CopyProgress(clock, clock.instant()),
                                () -> false,
                                List.of())) {
            found.add(run.lake().whyReloaded(run.target(table), published));
        }
        return found.getFirst();
    }

    private static LakeTable table(Manifest manifest, String name) {
        return manifest.tables().stream()
                .filter(each -> each.name().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// What DuckDB shows of a version's views.
    private List<String> rows(Manifest manifest, String query) throws SQLException {
        var views = new LakeViews(manifest, key -> folder.resolve("lake").resolve(key).toString());
        return query(
                manifest.tables().stream().map(views::of).collect(Collectors.joining()), query);
    }

    @Test
    void theLastChangeOfAKeyCountsAndADeletedRowIsGone() throws Exception {
        Manifest first = full();
        assertThat(table(first, "orders").key()).containsExactly("id");
        assertThat(rows(first, "SELECT count(*) FROM public.orders")).containsExactly("100");

        source.execute(
                "DELETE FROM orders WHERE id NOT IN (3, 4); UPDATE orders SET note = 'second ' || id;"
                        + " INSERT INTO orders VALUES (101, 'new', NULL); DELETE FROM keyless");
        Manifest second = delta(NOON, List.of(ORDERS), 5, 6, 7);
        source.execute(
                "DELETE FROM orders WHERE id <> 4; UPDATE orders SET note = 'third ' || id;"
                        + " INSERT INTO orders VALUES (6, 'back', '{6}')");
        // The source's clock went back meanwhile: the order of the sets is what counts.
        Manifest third = delta(NOON.minusSeconds(60), List.of(ORDERS), 3, 101);

        LakeTable orders = table(third, "orders");
        assertThat(orders.parts()).isEqualTo(table(first, "orders").parts());
        assertThat(orders.changes())
                .extracting(Manifest.ChangeSet::at)
                .containsExactly(NOON, NOON.plusNanos(1_000));
        assertThat(orders.changes()).extracting(Manifest.ChangeSet::rows).containsExactly(6L, 4L);
        assertThat(table(third, "keyless").parts()).isEmpty();
        String all =
                "SELECT id || ' ' || note || ' ' || coalesce(tags::text, '') FROM public.orders";
        assertThat(rows(second, all + " WHERE id < 9 OR id > 99 ORDER BY id"))
                .containsExactly(
                        "1 first 1 [1]",
                        "2 first 2 [2]",
                        "3 second 3 [3]",
                        "4 second 4 [4]",
                        "8 first 8 [8]",
                        "100 first 100 [100]",
                        "101 new ");
        assertThat(rows(third, all + " WHERE id < 9 OR id > 99 ORDER BY id"))
                .containsExactly(
                        "1 first 1 [1]",
                        "2 first 2 [2]",
                        "4 third 4 [4]",
                        "6 back [6]",
                        "8 first 8 [8]",
                        "100 first 100 [100]");
        assertThat(rows(third, "SELECT count(*) FROM public.orders")).containsExactly("97");
        assertThat(rows(third, "SELECT column_type FROM (DESCRIBE public.empty)"))
                .containsExactly(
                        "INTEGER", "TIMESTAMP WITH TIME ZONE", "DECIMAL(20,2)", "VARCHAR[]");
    }

    @Test
    void anEarlierVersionIsShownAndExportedAsItWas() throws Exception {
        Manifest first = full();
        source.execute("DELETE FROM orders WHERE id > 1; UPDATE orders SET note = 'second'");
        Manifest second = delta(NOON, List.of(ORDERS), 2);
        JobConfig config = config();
        var orders = List.of(new TablePattern("*.orders", new Location(1, 1, "")));
        String notes = "SELECT note FROM %s WHERE id < 4 ORDER BY id";

        assertThat(PublishedLake.versions(config))
                .extracting(LakeVersion::changedRows)
                .containsExactly(2L, 0L);
        var shown = new TreeMap<AsOf, List<String>>(Comparator.comparing(AsOf::toString));
        for (AsOf each :
                List.of(
                        new AsOf.Now(),
                        new AsOf.Version(1),
                        new AsOf.Moment(first.created()),
                        new AsOf.Moment(second.created().minusNanos(1_000)))) {
            Path to = folder.resolve("exported " + shown.size());
            ExportReport report = PublishedLake.export(config, each, orders, to, QUIET);
            assertThat(report.tables())
                    .extracting(exported -> exported.name().toString())
                    .containsExactly("public.orders");
            String files = "'" + to + "/public.orders/*.parquet'";
            String sql = String.join("\n", PublishedLake.sql(config, each, orders));
            List<String> rows = query(sql, notes.formatted("public.orders"));
            assertThat(query("SELECT 1", notes.formatted(files))).isEqualTo(rows);
            shown.put(each, rows);
        }
        assertThat(shown.remove(new AsOf.Now())).containsExactly("second", "first 3");
        assertThat(shown.values())
                .allSatisfy(
                        rows -> assertThat(rows).containsExactly("first 1", "first 2", "first 3"));
        for (AsOf each :
                List.of(new AsOf.Version(3), new AsOf.Moment(first.created().minusSeconds(1)))) {
            assertThatThrownBy(() -> PublishedLake.sql(config, each, List.of()))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("its versions are 1, of");
        }
        var none = List.of(new TablePattern("order", new Location(1, 1, "")));
        assertThatThrownBy(() -> PublishedLake.sql(config, new AsOf.Now(), none))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no table of version 2 is named order")
                .hasMessageContaining("public.orders");
    }

    private static List<String> query(String before, String query) throws SQLException {
        var rows = new ArrayList<String>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement()) {
            statement.execute(before);
            try (var result = statement.executeQuery(query)) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
        }
        return rows;
    }

    @Test
    void aDeltaThatFindsNothingKeepsEveryFile() throws Exception {
        Manifest first = full();
        source.execute("DELETE FROM orders");
        Manifest second = delta(NOON, List.of(ORDERS));
        assertThat(table(second, "orders")).isEqualTo(table(first, "orders"));
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.run()).isNotEqualTo(first.run());
    }

    @Test
    void tablesWhoseChangesCannotBeToldOrAreTooManyGetNewFiles() throws Exception {
        Manifest first = full();
        assertThat(why(ORDERS, first)).isEmpty();
        assertThat(why(new TableName("public", "parted_1"), first)).isEmpty();
        assertThat(table(first, "parted").key()).containsExactly("part", "id");
        for (String keyless : List.of("keyless", "loose", "numbers", "apart_1")) {
            assertThat(why(new TableName("public", keyless), first))
                    .as(keyless)
                    .contains("it has no key that tells its rows apart in the lake");
        }
        assertThat(why(new TableName("public", "clashing"), first))
                .contains("the name of its column _op is taken in the lake's changes");
        source.execute("DELETE FROM orders WHERE id > 30");
        Manifest second = delta(NOON, List.of(ORDERS));
        assertThat(why(ORDERS, second)).isEmpty();
        Manifest third = delta(NOON.plusSeconds(1), List.of(ORDERS), 40);
        assertThat(why(ORDERS, third)).contains("the lake's changes have passed 30 % of its rows");
        assertThat(why(ORDERS, full())).isEmpty();

        source.execute("CREATE TABLE later (id int PRIMARY KEY); ALTER TABLE orders ADD extra int");
        assertThat(why(new TableName("public", "later"), third))
                .contains("the lake does not have it");
        assertThat(why(ORDERS, second)).contains("its columns or its key are others in the lake");
    }

    @Test
    void changesMayComeBesideThePieces() throws Exception {
        full();
        source.execute("DELETE FROM orders");
        Manifest second =
                run(run -> {
                    LakeOutput lake = run.lake();
                    TableTarget orders = run.target(ORDERS);
                    lake.addTo(lake.published().orElseThrow(), List.of(orders), NOON);
                    return () -> {
                        for (int id : new int[] {7, 200}) {
                            try (var upserts = lake.changes(orders, Change.Op.UPSERT)) {
                                upserts.write(keys(orders.written(), id));
                                upserts.finish();
                            }
                        }
                        try (var given = lake.changes(orders, Change.Op.UPSERT)) {
                            given.write(keys(orders.written(), 8));
                        }
                    };
                });
        assertThat(table(second, "orders").changedRows()).isEqualTo(2);
        assertThat(rows(second, "SELECT id FROM public.orders WHERE note IS NULL ORDER BY id"))
                .containsExactly("7", "200");
        assertThat(rows(second, "SELECT count(*) FROM public.orders")).containsExactly("101");
    }

    @Test
    void changesAreStoredInTheTypesThatTheBaseHas() throws Exception {
        source.execute("UPDATE orders SET tags = '{{1,2},{3,4}}' WHERE id = 1");
        full();
        source.execute("DELETE FROM orders WHERE id <> 2");
        Manifest second = delta(NOON, List.of(ORDERS));
        assertThat(rows(second, "SELECT tags FROM public.orders WHERE id < 4 ORDER BY id"))
                .containsExactly("{{1,2},{3,4}}", "{2}", "{3}");
    }
}
