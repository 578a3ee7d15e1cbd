package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.understudy.config.JobConfig;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.mysql.MySqlTestDatabase;
import dev.understudy.postgres.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The main job on MySQL and MariaDB.
class MySqlJobTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    private static final int KILLS = Integer.getInteger("kills", 4);
    private static final long SEED = Long.getLong("seed", 20_261_121L);

    /// About as long as a run takes.
    private static final long MOST_MILLIS = 6_000;

    private static final String SHOP =
            """
            CREATE TABLE customer (id int AUTO_INCREMENT PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, name varchar(80), born date, note text);
            CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, total decimal(10,2), placed datetime(3),
              KEY (placed), FOREIGN KEY (customer_id) REFERENCES customer (id));
            CREATE TABLE log (line varchar(200));
            INSERT INTO customer SELECT seq, concat('p', seq, '@mail.example'), concat('Name ', seq), '1970-01-01' + INTERVAL seq DAY,
              repeat(concat('n', seq), 20) FROM seq_1_to_12000;
            INSERT INTO orders SELECT seq, 1 + seq % 12000, seq / 7, '2020-01-01' + INTERVAL seq MINUTE FROM seq_1_to_30000;
            INSERT INTO log SELECT concat('line ', seq) FROM seq_1_to_5000;
            CREATE VIEW buyers AS SELECT name, total FROM customer JOIN orders ON customer.id = customer_id;
            CREATE VIEW newest AS SELECT id FROM orders FORCE INDEX (placed) ORDER BY placed DESC LIMIT 9;
            CREATE TRIGGER stamped BEFORE INSERT ON customer FOR EACH ROW SET NEW.note = coalesce(NEW.note, 'none')
            """;

    private static final String RULES =
            """
            columns:
              "*.*": keep
              "customer.email": email
              "customer.name": full-name
              "customer.born": shift-date
            tuning: { workers: 2, batch-rows: 1000, split-rows: 5000 }
            """;

    @TempDir Path folder;

    static Stream<String> packages() {
        List<String> names = SharedData.names("mysql");
        return names.isEmpty() ? Stream.of("mysql_absent") : names.stream();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aSharedDatabaseArrivesWhole(String name) throws Exception {
        MySqlTestDatabase source = server.newDatabase();
        server.load(SharedData.dump(name), source);

        RunReport report = run(config(source, "columns: { \"*.*\": keep }\n"));

        assertThat(report.failure()).isEmpty();
        assertThat(rows(report)).isEqualTo(expected(name, source.name()));
        assertThat(checksums(twin(source), source.name() + "_twin"))
                .isEqualTo(checksums(source, source.name()));
    }

    private static MySqlTestDatabase twin(MySqlTestDatabase source) {
        String name = source.name() + "_twin";
        return new MySqlTestDatabase(
                name,
                source.url().replace("/" + source.name() + "?", "/" + name + "?"),
                source.user(),
                source.password());
    }

    /// Of every table's rows, by the server's own sum.
    private static Map<String, String> checksums(MySqlTestDatabase database, String schema)
            throws SQLException {
        var sums = new TreeMap<String, String>();
        try (Connection session = database.connect();
                var statement = session.createStatement()) {
            var tables = new ArrayList<String>();
            try (var result =
                    statement.executeQuery(
                            "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_name <> 'understudy_stamp' AND table_schema = '%s'"
                                    .formatted(schema))) {
                while (result.next()) {
                    tables.add(result.getString(1));
                }
            }
            for (String table : tables) {
                try (var result =
                        statement.executeQuery(
                                "CHECKSUM TABLE `" + table.replace("`", "``") + "` EXTENDED")) {
                    result.next();
                    sums.put(table, result.getString(2));
                }
            }
        }
        return sums;
    }

    /// `-Dkills=100` for a long session; the seed is in the failure message.
    @Test
    void aRunThatIsKilledAgainAndAgainEndsLikeAnUndisturbedOne() throws Exception {
        MySqlTestDatabase source = server.newDatabase();
        source.execute(SHOP);
        JobConfig config = config(source, RULES);
        assertThat(run(config).failure()).isEmpty();
        assertThat(checksums(twin(source), source.name() + "_twin"))
                .hasSize(3)
                .isNotEqualTo(checksums(source, source.name()));
        new ChildRuns(folder)
                .killAgainAndAgain(
                        config.file(),
                        () -> checksums(twin(source), source.name() + "_twin"),
                        KILLS,
                        SEED,
                        MOST_MILLIS);
        assertThat(databases(source)).containsExactly(source.name(), source.name() + "_twin");
    }

    @Test
    void namesForeignKeysWhoseRowsReferenceNothing() throws Exception {
        MySqlTestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE parent (id int PRIMARY KEY);
                CREATE TABLE child (id int PRIMARY KEY, parent_id int, CONSTRAINT whole FOREIGN KEY (id) REFERENCES parent (id),
                  CONSTRAINT broken FOREIGN KEY (parent_id) REFERENCES parent (id));
                SET foreign_key_checks = 0;
                INSERT INTO parent VALUES (1);
                INSERT INTO child VALUES (1, 2)
                """);
        RunReport report = run(config(source, "unlisted: mask\n"));
        assertThat(report.failure()).isEmpty();
        assertThat(report.notCarried())
                .containsExactly(
                        "proof of foreign key child.broken: rows reference nothing, as in a source whose keys were switched off, or whose texts differ from what they reference in case (which ignore-case: true evens out) or in accents");
    }

    @Test
    void masksGeometriesByTypeAndKeepsTheirReferenceSystems() throws Exception {
        List<String> kinds =
                List.of(
                        "POINT(8.5 47.1)",
                        "LINESTRING(1 2,3 4)",
                        "POLYGON((0 0,9 0,9 9,0 0))",
                        "MULTIPOINT(1 2)",
                        "MULTILINESTRING((1 2,3 4))",
                        "MULTIPOLYGON(((0 0,9 0,9 9,0 0)))",
                        "GEOMETRYCOLLECTION(POINT(1 2))");
        var columns = new StringJoiner(", ", "id int PRIMARY KEY, maybe point, ", "");
        var values = new StringJoiner(", ", "1, ST_GeomFromText('POINT(1 2)'), ", "");
        var shown = new StringJoiner(", ' ', ", "concat(", ")");
        shown.add("maybe IS NULL");
        for (String each : kinds) {
            String kind = each.substring(0, each.indexOf('('));
            columns.add("c_%1$s %1$s NOT NULL".formatted(kind));
            values.add("ST_GeomFromText('%s', 4326)".formatted(each));
            shown.add("ST_SRID(c_%s)".formatted(kind)).add("ST_AsText(c_%s)".formatted(kind));
        }
        MySqlTestDatabase source = server.newDatabase();
        source.execute(
                "CREATE TABLE place (%s); INSERT INTO place VALUES (%s)"
                        .formatted(columns, values));

        assertThat(run(config(source, "unlisted: mask\n")).failure()).isEmpty();

        try (Connection session = twin(source).connect();
                var statement = session.createStatement();
                var masked = statement.executeQuery("SELECT " + shown + " FROM place")) {
            assertThat(masked.next()).isTrue();
            assertThat(masked.getString(1))
                    .isEqualTo(
                            "1 4326 POINT(0 0) 4326 LINESTRING(0 0,1 1) 4326 POLYGON((0 0,1 0,1 1,0 0)) 4326 MULTIPOINT(0 0)"
                                    + " 4326 MULTILINESTRING((0 0,1 1)) 4326 MULTIPOLYGON(((0 0,1 0,1 1,0 0))) 4326 GEOMETRYCOLLECTION EMPTY");
        }
    }

    @Test
    void masksBytesAndLabelsByTypeWithinWhatTheirTypesHold() throws Exception {
        MySqlTestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE device (id varbinary(16) PRIMARY KEY, state enum('a\\\\b', 'c\\nd', 'it''s') NOT NULL, short binary(4) UNIQUE);
                CREATE TABLE reading (id int PRIMARY KEY, device varbinary(12), FOREIGN KEY (device) REFERENCES device (id));
                INSERT INTO device VALUES (x'01', 1, x'00'), (x'02', 2, x'ff'), (x'0000', 3, NULL);
                INSERT INTO reading VALUES (1, x'01'), (2, x'0000'), (3, NULL)
                """);

        RunReport report = run(config(source, "unlisted: mask\n"));

        assertThat(report.failure()).isEmpty();
        assertThat(report.notCarried()).isEmpty();
        try (Connection session = twin(source).connect();
                var statement = session.createStatement();
                var masked =
                        statement.executeQuery(
                                "SELECT count(*), count(DISTINCT state), count(short), min(length(id)), max(length(id)) FROM device")) {
            assertThat(masked.next()).isTrue();
            assertThat(masked.getInt(1)).isEqualTo(3);
            assertThat(masked.getInt(2)).isEqualTo(3);
            assertThat(masked.getInt(3)).isEqualTo(0);
            assertThat(masked.getInt(4)).isEqualTo(12);
            assertThat(masked.getInt(5)).isEqualTo(12);
        }
    }

    @Test
    void masksTypesThatHoldAddressesAloneByOtherAddresses() throws Exception {
        assumeThat(server.isMariaDb()).isTrue();
        MySqlTestDatabase source = server.newDatabase();
        source.execute(
                """
                CREATE TABLE host (a inet6 PRIMARY KEY, b inet4 NOT NULL UNIQUE, c inet6);
                CREATE TABLE visit (id int PRIMARY KEY, host inet6, FOREIGN KEY (host) REFERENCES host (a));
                INSERT INTO host VALUES ('::', '0.0.0.0', NULL), ('2001:db8::1', '10.1.2.3', '::ffff:10.1.2.3'),
                  ('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '255.255.255.255', 'fe80::1');
                INSERT INTO visit VALUES (1, '2001:db8::1'), (2, '::'), (3, NULL)
                """);

        RunReport report = run(config(source, "unlisted: mask\n"));

        assertThat(report.failure()).isEmpty();
        assertThat(report.notCarried()).isEmpty();
        try (Connection session = twin(source).connect();
                var statement = session.createStatement();
                var masked =
                        statement.executeQuery(
                                "SELECT sum(b = '10.1.2.3' OR c = 'fe80::1' OR a = '2001:db8::1') FROM host")) {
            assertThat(masked.next()).isTrue();
            assertThat(masked.getInt(1)).isEqualTo(0);
        }
    }

    private static List<String> databases(MySqlTestDatabase source) throws SQLException {
        var names = new ArrayList<String>();
        try (Connection session = source.connect();
                var statement = session.createStatement();
                var result =
                        statement.executeQuery(
                                "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%s%%' ORDER BY 1"
                                        .formatted(source.name().replace("_", "\\_")))) {
            while (result.next()) {
                names.add(result.getString(1));
            }
        }
        return names;
    }

    private static Map<String, Long> rows(RunReport report) {
        return report.tables().stream()
                .collect(
                        Collectors.toMap(
                                RunReport.TableReport::table,
                                RunReport.TableReport::sourceRows,
                                Long::sum,
                                TreeMap::new));
    }

    private static Map<String, Long> expected(String name, String schema) {
        var counts = new TreeMap<String, Long>();
        SharedData.counts(name).forEach((table, rows) -> counts.put(schema + "." + table, rows));
        return counts;
    }

    private JobConfig config(MySqlTestDatabase source, String rest) throws Exception {
        String text =
                """
                job: test-job
                secret: "${env:SECRET}"
                source: { url: "%s", user: "%s", connections: 4 }
                twin: { url: "%s", user: "%s", connections: 6 }
                lake: { uri: "%s" }
                """
                        .formatted(
                                source.url(),
                                source.user(),
                                twin(source).url(),
                                source.user(),
                                folder.resolve("lake"));
        return Scenario.read(Files.writeString(folder.resolve("job.yaml"), text + rest));
    }

    private RunReport run(JobConfig config) throws InterruptedException {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            return understudy.run(config).await();
        }
    }
}
