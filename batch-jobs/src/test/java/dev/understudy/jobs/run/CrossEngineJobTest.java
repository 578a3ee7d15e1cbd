package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.DeltaOutlook;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.mysql.MySqlTestDatabase;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.SharedData;
import dev.understudy.postgres.SqlDump;
import dev.understudy.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Twins on another engine than their source's.
class CrossEngineJobTest {
    @RegisterExtension static final MariaDbServer mysql = MariaDbServer.embedded();
    @RegisterExtension static final PostgresServer postgres = PostgresServer.embedded();

    private static final String KEEP =
            """
            unheld: nullify }
            columns: { "*.*": keep }
            """;

    private static final String RULES =
            """
            source-primary-key: true }
            columns:
              "*.*": keep
              "customer.email": email
              "customer.name": full-name
              "customer.born": shift-date
            tuning: { workers: 2, batch-rows: 1000, split-rows: 5000 }
            """;

    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final long SEED = Long.getLong("seed", 20_261_122L);

    /// About as long as a run takes.
    private static final long MOST_MILLIS = 6_000;

    @TempDir Path folder;

    static Stream<String> mysqlPackages() {
        return packages("mysql");
    }

    static Stream<String> postgresPackages() {
        return packages("pg");
    }

    private static Stream<String> packages(String engine) {
        List<String> names = SharedData.names(engine);
        // Others are much like these.
        return names.isEmpty()
                ? Stream.of(engine + "_absent")
                : names.stream().filter(each -> !each.matches(".*_(v9|legacy|synthea)"));
    }

    @ParameterizedTest
    @MethodSource("mysqlPackages")
    void aSharedDatabaseOfMySqlArrivesOnPostgres(String name) throws Exception {
        MySqlTestDatabase source = mysql.newDatabase();
        mysql.load(SharedData.dump(name), source);
        TestDatabase twin = postgresTwin();

        RunReport report = run(config(source, twin, KEEP + leftOut(name)));

        assertThat(report.failure()).isEmpty();
        if (leftOut(name).isEmpty()) {
            var expected = new TreeMap<String, Long>();
            SharedData.counts(name)
                    .forEach((table, rows) -> expected.put(source.name() + "." + table, rows));
            assertThat(rows(report)).isEqualTo(expected);
        }
        assertAlike(new BothServers(twin, source), report);
        assertKeys(
                number(
                        source.connect(),
                        "SELECT count(*) FROM information_schema.table_constraints WHERE table_schema = database() AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = database()) AND table_name NOT IN ('dbz_1194_datetime_key_test', 'dbz_342_timetest')"),
                number(
                        twin.connect(),
                        "SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'u', 'f') AND connamespace = '%s'::regnamespace"
                                .formatted(source.name())),
                report);
    }

    // A primary key holds dates that no calendar has, and NOT NULL columns times of more than a
    // day.
    private static String leftOut(String name) {
        return name.equals("mysql_torture_debezium")
                ? "tables: { exclude: [dbz_1194_datetime_key_test, dbz_342_timetest] }\n"
                : "";
    }

    @ParameterizedTest
    @MethodSource("postgresPackages")
    void aSharedDatabaseOfPostgresArrivesOnMySql(String name) throws Exception {
        TestDatabase source = postgres.newDatabase();
        SqlDump.load(name, source);
        MySqlTestDatabase twin = mysqlTwin(source);

        RunReport report = run(config(source, twin, KEEP));

        assertThat(report.failure()).isEmpty();
        var expected = new TreeMap<>(SharedData.counts(name));
        assertThat(rows(report)).containsAllEntriesOf(expected);
        assertAlike(new BothServers(source, twin), report);
        assertKeys(
                number(
                        source.connect(),
                        "SELECT count(*) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE NOT c.relispartition AND contype IN ('p', 'u', 'f') AND k.conparentid = 0 AND connamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"),
                number(
                        twin.connect(),
                        "SELECT count(*) FROM information_schema.table_constraints WHERE table_schema = database() AND table_name <> 'understudy_stamp' AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')"),
                report);
    }

    private static void assertAlike(BothServers both, RunReport report) throws SQLException {
        Map<String, Long> one = both.inPostgres();
        Map<String, Long> other = both.inMySql();
        var different =
                one.keySet().stream()
                        .filter(each -> !one.get(each).equals(other.get(each)))
                        .toList();
        assertThat(different).as("%d lines not carried", report.notCarried().size()).isEmpty();
    }

    /// Every key is there, or said not to be.
    private static void assertKeys(long inSource, long inTwin, RunReport report) {
        long missing =
                report.notCarried().stream()
                        .filter(each ->
                                each.startsWith("foreign key ") || each.startsWith("unique key "))
                        .count();
        assertThat(inTwin + missing).as("%s", report.notCarried()).isGreaterThanOrEqualTo(inSource);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (connection;
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static final String MYSQL_TYPES =
            """
            CREATE TABLE kinds (
              id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'it''s the number',
              tiny tinyint DEFAULT -7, flag tinyint(1) NOT NULL DEFAULT 1, small smallint unsigned, medium mediumint,
              big bigint, huge bigint unsigned, exact decimal(65,30), price decimal(10,2) NOT NULL DEFAULT 0.50,
              single float, twice double, fixed char(10), short varchar(40) DEFAULT 'it''s', long_text longtext,
              latin varchar(30) CHARACTER SET latin1 COLLATE latin1_german1_ci, bytes varbinary(20), large blob, uid binary(16),
              day date DEFAULT '2020-02-29', moment datetime DEFAULT CURRENT_TIMESTAMP, precise datetime(6),
              zoned timestamp(3) NULL DEFAULT NULL, clock time(2), anno year, bits bit(5) DEFAULT b'101', mood enum('sad','it''s','glad') DEFAULT 'glad',
              many set('a','b','c'), doc json,
              UNIQUE KEY by_short (short), KEY by_day (day, mood), KEY by_text (long_text(10)),
              CONSTRAINT positive CHECK (price >= 0)
            ) COMMENT = 'one of each' AUTO_INCREMENT = 100;
            CREATE TABLE counters (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, kind int unsigned, uuid char(36),
              half int, twice int AS (half * 2) STORED, FOREIGN KEY (kind) REFERENCES kinds (id) ON DELETE CASCADE ON UPDATE SET NULL);
            INSERT INTO kinds VALUES (1, -128, 2, 65535, -8388608, -9223372036854775808, 18446744073709551615,
              12345678901234567890123456789012345.123456789012345678901234567890, 99999999.99, 1.1, 2.2250738585072014e-308,
              'x ', 'Ünïcödé 😀', 'back\\\\slash \\n tab\\t', 'äöü', x'00ff10', x'0001', x'000102030405060708090a0b0c0d0e0f',
              '1000-01-01', '9999-12-31 23:59:59', '2020-01-01 00:00:00.000001', '2037-01-19 03:14:07.999', '23:59:59.99', 1901, b'10101',
              'it''s', 'a,c', '{"a": [1, 2.50, "x"]}');
            INSERT INTO kinds (id, short) VALUES (2, NULL), (3, '');
            INSERT INTO counters (id, kind) VALUES (18446744073709551614, 1), (5, NULL);
            CREATE TABLE used_up (id int AUTO_INCREMENT PRIMARY KEY, v int);
            INSERT INTO used_up (id) VALUES (2147483647);
            CREATE VIEW pricey AS SELECT id FROM kinds WHERE price > 1;
            CREATE PROCEDURE nothing() SELECT 1;
            CREATE TRIGGER stamped BEFORE INSERT ON kinds FOR EACH ROW SET NEW.doc = coalesce(NEW.doc, '{}')
            """;

    @Test
    void commonTypesOfMySqlArriveOnPostgres() throws Exception {
        MySqlTestDatabase source = mysql.newDatabase();
        source.execute(MYSQL_TYPES);
        TestDatabase twin = postgresTwin();

        RunReport report = run(config(source, twin, KEEP));

        assertThat(report.failure()).isEmpty();
        assertAlike(new BothServers(twin, source), report);
        assertThat(columns(twin, "kinds"))
                .containsExactly(
                        "id bigint not null",
                        "tiny smallint default '-7'::smallint",
                        "flag smallint not null default '1'::smallint",
                        "small integer",
                        "medium integer",
                        "big bigint",
                        "huge numeric(20,0)",
                        "exact numeric(65,30)",
                        "price numeric(10,2) not null default 0.50",
                        "single real",
                        "twice double precision",
                        "fixed character varying(10)",
                        "short character varying(40) default 'it''s'::character varying",
                        "long_text text",
                        "latin character varying(30)",
                        "bytes bytea",
                        "large bytea",
                        "uid bytea",
                        "day date default '2020-02-29'::date",
                        "moment timestamp(0) without time zone default CURRENT_TIMESTAMP",
                        "precise timestamp(6) without time zone",
                        "zoned timestamp(3) with time zone",
                        "clock time(2) without time zone",
                        "anno smallint",
                        "bits bit(5) default '00101'::\"bit\"",
                        "mood kinds_mood default 'glad'::kinds_mood",
                        "many text",
                        "doc json");
        // New rows go on where the source's would, and keys hold.
        assertThat(
                        text(
                                twin,
                                "INSERT INTO kinds (short) VALUES ('new') RETURNING id || ' ' || mood"))
                .isEqualTo("100 glad");
        assertThatThrownBy(() -> text(twin, "INSERT INTO counters (kind) VALUES (9) RETURNING 1"))
                .hasMessageContaining("foreign key");
        assertThatThrownBy(() -> text(twin, "INSERT INTO used_up (v) VALUES (1) RETURNING 1"))
                .hasMessageContaining("reached maximum value of sequence");
        assertThat(
                        text(
                                twin,
                                "SELECT obj_description('kinds'::regclass) || col_description('kinds'::regclass, 1)"))
                .isEqualTo("one of eachit's the number");
        assertThat(report.notCarried())
                .anyMatch(each -> each.startsWith("view pricey:"))
                .anyMatch(each -> each.startsWith("procedure nothing:"))
                .anyMatch(each -> each.startsWith("trigger stamped:"))
                .anyMatch(each -> each.startsWith("check constraint kinds.positive:"))
                .anyMatch(each -> each.startsWith("generated column counters.twice:"))
                .anyMatch(each -> each.startsWith("index kinds.by_text:"));
    }

    private static final String POSTGRES_TYPES =
            """
            CREATE EXTENSION citext;
            CREATE TYPE mood AS ENUM ('sad', 'it''s', 'glad');
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE TYPE place AS (street text, number int);
            CREATE SCHEMA sales;
            CREATE TABLE kinds (
              id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100) PRIMARY KEY, flag boolean NOT NULL DEFAULT true, small smallint DEFAULT -7,
              whole int, amount numeric(10,2) DEFAULT 0.50, free numeric, single real, twice double precision,
              fixed char(5), short varchar(40) DEFAULT 'it''s', free_text text DEFAULT 'a\\b', name citext UNIQUE, bytes bytea,
              day date DEFAULT '2020-02-29', clock time, zone_clock timetz, moment timestamp DEFAULT now(), precise timestamp(3), zoned timestamptz,
              span interval, uid uuid, doc json, docs jsonb DEFAULT '{}', bits bit(5) DEFAULT B'00101', many_bits bit varying(80), net inet, block cidr, mac macaddr,
              feeling mood DEFAULT 'glad', positive positive, home place, ints int[] DEFAULT '{}', texts text[], moods mood[], period daterange, point point, words tsvector,
              price money, twofold int GENERATED ALWAYS AS (whole * 2) STORED, CONSTRAINT whole_positive CHECK (whole > 0));
            COMMENT ON TABLE kinds IS 'one of each'; COMMENT ON COLUMN kinds.id IS 'it''s the number \\';
            CREATE INDEX by_day ON kinds (day, feeling); CREATE INDEX by_text ON kinds (free_text); CREATE INDEX by_lower ON kinds (lower(free_text));
            CREATE INDEX a_few ON kinds (day) WHERE flag; CREATE INDEX by_docs ON kinds USING gin (docs);
            CREATE TABLE sales.item (code text PRIMARY KEY, kind int REFERENCES kinds ON DELETE CASCADE, EXCLUDE USING btree (kind WITH =));
            CREATE TABLE sales.part (serial serial, item text NOT NULL REFERENCES sales.item ON UPDATE CASCADE, day date, PRIMARY KEY (serial, day)) PARTITION BY RANGE (day);
            CREATE TABLE sales.part_old PARTITION OF sales.part FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
            CREATE TABLE sales.part_new PARTITION OF sales.part FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);
            CREATE VIEW pricey AS SELECT id FROM kinds;
            INSERT INTO kinds OVERRIDING SYSTEM VALUE VALUES (1, false, -32768, 1073741823, -99999999.99, 12345678901234567890123456789012345.123456789012345678901234567890,
              1.1, 2.2250738585072014e-308, 'ab', 'Ünïcödé 😀', E'back\\\\slash \\n tab\\t ', 'Karl', '\\x00ff10', '0001-01-01', '24:00:00', '12:00:00.5+02', '9999-12-31 23:59:59.999999', '2020-01-01 00:00:00.001',
              '2020-01-01 00:00:00+01', '1 year 2 mons -3 days 04:05:06.7', '00010203-0405-0607-0809-0a0b0c0d0e0f', '{"a" : 1}', '{"b": [1, 2.50, "x"], "a": "\\u00e4"}', B'10101', B'0001', '10.0.0.1/8', '10.0.0.0/8',
              '08:00:2b:01:02:03', 'it''s', 7, ROW('a "b"', 3), '{1,NULL,3}', '{"a \\"b\\"",NULL,"c,d",""}', '{sad,glad}', '[2020-01-01,2020-02-01)', '(1,2.5)', 'fat cat', '-12.34');
            INSERT INTO kinds (id, flag, name) VALUES (2, true, NULL), (3, true, 'b');
            INSERT INTO sales.item VALUES ('x', 1), ('X', 2), ('x ', 3);
            INSERT INTO sales.part (item, day) SELECT 'x', '2019-12-30'::date + n FROM generate_series(1, 5) n;
            """;

    @Test
    void commonTypesOfPostgresArriveOnMySql() throws Exception {
        TestDatabase source = postgres.newDatabase();
        source.execute(POSTGRES_TYPES);
        MySqlTestDatabase twin = mysqlTwin(source);

        RunReport report = run(config(source, twin, KEEP));

        assertThat(report.failure()).isEmpty();
        assertAlike(new BothServers(source, twin), report);
        String columns = text(twin, "SHOW CREATE TABLE kinds");
        assertThat(columns)
                .contains("`id` bigint(20) NOT NULL AUTO_INCREMENT COMMENT 'it''s the number \\\\'")
                .contains("`flag` tinyint(1) NOT NULL DEFAULT 1")
                .contains("`small` smallint(6) DEFAULT -7")
                .contains("`amount` decimal(10,2) DEFAULT 0.50")
                .contains("`free` decimal(65,30) DEFAULT NULL")
                .contains("`short` varchar(40) DEFAULT 'it''s'")
                .contains(
                        "`name` varchar(768) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_nopad_as_ci")
                .contains("`day` date DEFAULT '2020-02-29'")
                .contains("`moment` datetime(6) DEFAULT current_timestamp(6)")
                .contains("`bits` bit(5) DEFAULT b'101'")
                .contains("`feeling` enum('sad','it''s','glad') DEFAULT 'glad'")
                .contains("KEY `by_day` (`day`,`feeling`)")
                .contains("KEY `by_text` (`free_text`(191))")
                .contains("AUTO_INCREMENT=100")
                .contains("COMMENT='one of each'")
                .doesNotContain("twofold");
        assertThat(text(twin, "SHOW CREATE TABLE sales_item"))
                .contains("`code` varchar(768) NOT NULL")
                .contains("`kind` bigint(20)")
                .contains("FOREIGN KEY (`kind`) REFERENCES `kinds` (`id`) ON DELETE CASCADE");
        assertThat(number(twin.connect(), "SELECT count(*) FROM sales_part")).isEqualTo(5);
        assertThat(report.notCarried())
                .anyMatch(each -> each.startsWith("view public.pricey:"))
                .anyMatch(each -> each.startsWith("exclusion constraint sales.item"))
                .anyMatch(each -> each.startsWith("check constraint public.kinds.whole_positive:"))
                .anyMatch(each -> each.startsWith("checks of domain public.kinds.positive:"))
                .anyMatch(each -> each.startsWith("generated column public.kinds.twofold:"))
                .anyMatch(each -> each.startsWith("partitions of table sales.part:"))
                .anyMatch(each -> each.startsWith("index public.kinds.by_lower:"))
                .anyMatch(each -> each.startsWith("index public.kinds.by_docs:"))
                .anyMatch(each -> each.startsWith("index public.kinds.a_few:"));
    }

    @Test
    void valuesThatPostgresDoesNotHaveAreRefusedOrBecomeNull() throws Exception {
        MySqlTestDatabase source = mysql.newDatabase();
        source.execute(
                """
                SET SESSION sql_mode = '';
                CREATE TABLE odd (id int PRIMARY KEY, born date NOT NULL, seen datetime, spent time, note varchar(20));
                INSERT INTO odd VALUES (1, '0000-00-00', '2010-00-12', '838:59:59', concat('a', char(0))), (2, '2020-01-01', '2020-01-01', '-00:00:01', 'b'), (3, '2020-01-01', '2020-01-01', '24:00:00', 'c')
                """);
        TestDatabase twin = postgresTwin();

        RunReport refused = run(config(source, twin, KEEP.replace("nullify", "refuse")));

        assertThat(refused.failure().orElseThrow().message())
                .contains(
                        source.name() + ".odd.born (date): a row holds a date that no calendar has")
                .contains("unheld: nullify");
        RunReport nullified = run(config(source, twin, KEEP + "# another config"));
        assertThat(nullified.failure()).isEmpty();
        assertThat(text(twin, "SELECT string_agg(odd::text, ' ' ORDER BY id) FROM odd"))
                .isEqualTo(
                        "(1,,,,) (2,2020-01-01,\"2020-01-01 00:00:00\",,b) (3,2020-01-01,\"2020-01-01 00:00:00\",24:00:00,c)");
        assertThat(nullified.notCarried()).anyMatch(each -> each.startsWith("not null of column"));

        source.execute("ALTER TABLE odd DROP PRIMARY KEY, ADD PRIMARY KEY (born, id)");
        RunReport ofKey = run(config(source, twin, KEEP + "# a key"));
        assertThat(ofKey.failure().orElseThrow().message())
                .contains(source.name() + ".odd.born (date)", "the column takes no NULL")
                .doesNotContain("unheld");
    }

    @Test
    void aPlanSaysThatDeltasReadEverythingWhereEnginesDiffer() throws Exception {
        TestDatabase source = postgres.newDatabase();
        source.execute("CREATE TABLE one (id int PRIMARY KEY, changed_at timestamptz)");
        JobConfig config =
                config(
                        source,
                        mysqlTwin(source),
                        KEEP + "delta: { watermarks: [\"*.changed_at\"] }\n");
        assertThat(run(config).failure()).isEmpty();

        DeltaOutlook outlook =
                Understudy.outlook(config, folder.resolve("home")).delta().orElseThrow();

        assertThat(outlook.whyWhole()).hasValue("the twin is of another engine than its source");
        assertThat(outlook.tables())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.reading()).isEqualTo(DeltaOutlook.Reading.ANEW);
                    assertThat(each.why()).hasValue("its twin is of another engine");
                });
    }

    @Test
    void valuesThatMySqlDoesNotHaveAreRefusedOrBecomeNull() throws Exception {
        TestDatabase source = postgres.newDatabase();
        source.execute(
                """
                CREATE TABLE odd (id int PRIMARY KEY, born date, seen timestamptz, amount numeric, ratio float8);
                INSERT INTO odd VALUES (1, 'infinity', '0044-03-15 BC', 'NaN', '-Infinity'), (2, '2020-01-01', '2020-01-01 00:00+00', 1e-31, 0.5)
                """);
        MySqlTestDatabase twin = mysqlTwin(source);

        RunReport refused = run(config(source, twin, KEEP.replace("nullify", "refuse")));

        assertThat(refused.failure().orElseThrow().message())
                .contains("public.odd.born (date): a row holds a date before the year 1");
        RunReport nullified = run(config(source, twin, KEEP + "# another config"));
        assertThat(nullified.failure()).isEmpty();
        assertThat(
                        text(
                                twin,
                                "SELECT group_concat(concat_ws(',', id, born, seen, amount, ratio) ORDER BY id SEPARATOR ' ') FROM odd"))
                .isEqualTo("1 2,2020-01-01,2020-01-01 00:00:00.000000,0.5");
    }

    @Test
    void tablesThatWouldHaveOneNameAreRefusedBeforeARowIsRead() throws Exception {
        TestDatabase source = postgres.newDatabase();
        source.execute(
                "CREATE SCHEMA a; CREATE TABLE a.b_c (id int); CREATE SCHEMA a_b; CREATE TABLE a_b.c (id int)");
        JobConfig config = config(source, mysqlTwin(source), KEEP);

        assertThatThrownBy(() -> Understudy.plan(config))
                .isInstanceOfSatisfying(
                        ConfigProblems.class,
                        e ->
                                assertThat(e.problems())
                                        .extracting(Problem::id, Problem::message, Problem::hint)
                                        .containsExactly(
                                                tuple(
                                                        "twin-cannot-hold",
                                                        "a.b_c and a_b.c would both be called a_b_c in the twin, which is one schema",
                                                        "add a_b.c to tables.exclude, or let a lake alone take this source")));
    }

    @Test
    void aRunToPostgresThatIsKilledEndsLikeAnUndisturbedOne() throws Exception {
        MySqlTestDatabase source = mysql.newDatabase();
        source.execute(
                """
                CREATE TABLE customer (id int AUTO_INCREMENT PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, name varchar(80), born date, note text);
                CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, total decimal(10,2), placed datetime(3),
                  KEY (placed), FOREIGN KEY (customer_id) REFERENCES customer (id));
                CREATE TABLE log (line varchar(200));
                INSERT INTO customer SELECT seq, concat('p', seq, '@mail.example'), concat('Name ', seq), '1970-01-01' + INTERVAL seq DAY,
                  repeat(concat('n', seq), 20) FROM seq_1_to_12000;
                INSERT INTO orders SELECT seq, 1 + seq % 12000, seq / 7, '2020-01-01' + INTERVAL seq MINUTE FROM seq_1_to_30000;
                INSERT INTO log SELECT concat('line ', seq) FROM seq_1_to_5000
                """);
        TestDatabase twin = postgresTwin();
        JobConfig config = config(source, twin, RULES);

        survivesKills(config, () -> new BothServers(twin, source).inPostgres());
        assertThat(text(twin, "INSERT INTO customer (email) VALUES ('new') RETURNING id"))
                .isEqualTo("12001");
    }

    @Test
    void aRunToMySqlThatIsKilledEndsLikeAnUndisturbedOne() throws Exception {
        TestDatabase source = postgres.newDatabase();
        source.execute(
                """
                CREATE TABLE customer (id serial PRIMARY KEY, email text NOT NULL UNIQUE, name varchar(80), born date, note text);
                CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, total numeric(10,2), placed timestamptz(3));
                CREATE INDEX ON orders (placed);
                CREATE TABLE log (line text, day date) PARTITION BY RANGE (day);
                CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
                CREATE TABLE log_new PARTITION OF log FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);
                INSERT INTO customer (email, name, born, note) SELECT 'p' || n || '@mail.example', 'Name ' || n, '1970-01-01'::date + n, repeat('n' || n, 20)
                  FROM generate_series(1, 12000) n;
                INSERT INTO orders SELECT n, 1 + n % 12000, n / 7.0, '2020-01-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 30000) n;
                INSERT INTO log SELECT 'line ' || n, '2019-12-01'::date + n % 60 FROM generate_series(1, 5000) n
                """);
        MySqlTestDatabase twin = mysqlTwin(source);
        JobConfig config = config(source, twin, RULES);

        survivesKills(config, () -> new BothServers(source, twin).inMySql());
        assertThat(number(twin.connect(), "SELECT count(*) FROM log")).isEqualTo(5000);
    }

    private void survivesKills(JobConfig config, ChildRuns.Content content) throws Exception {
        assertThat(run(config).failure()).isEmpty();
        new ChildRuns(folder).killAgainAndAgain(config.file(), content, KILLS, SEED, MOST_MILLIS);
    }

    private static List<String> columns(TestDatabase database, String table) throws SQLException {
        return List.of(
                text(
                                database,
                                """
                                SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                                    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''), E'\\n' ORDER BY a.attnum)
                                FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                                WHERE a.attrelid = '%s'::regclass AND a.attnum > 0
                                """
                                        .formatted(table))
                        .split("\n"));
    }

    private static String text(TestDatabase database, String sql) throws SQLException {
        try (Connection session = database.connect();
                var statement = session.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static String text(MySqlTestDatabase database, String sql) throws SQLException {
        try (Connection session = database.connect();
                var statement = session.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(row.getMetaData().getColumnCount());
        }
    }

    private TestDatabase postgresTwin() throws SQLException {
        TestDatabase beside = postgres.newDatabase();
        String name = beside.name() + "_twin";
        return new TestDatabase(
                name,
                beside.url().replace("/" + beside.name(), "/" + name),
                beside.user(),
                beside.password());
    }

    private MySqlTestDatabase mysqlTwin(TestDatabase source) throws SQLException {
        MySqlTestDatabase beside = mysql.newDatabase();
        String name = beside.name() + "_twin";
        return new MySqlTestDatabase(
                name,
                beside.url().replace("/" + beside.name() + "?", "/" + name + "?"),
                beside.user(),
                beside.password());
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

    private JobConfig config(MySqlTestDatabase source, TestDatabase twin, String rest)
            throws Exception {
        return config(source.url(), source.user(), twin.url(), twin.user(), rest);
    }

    private JobConfig config(TestDatabase source, MySqlTestDatabase twin, String rest)
            throws Exception {
        return config(source.url(), source.user(), twin.url(), twin.user(), rest);
    }

    private JobConfig config(String from, String reader, String to, String loader, String rest)
            throws Exception {
        String text =
                """
                job: test-job
                secret: "${env:SECRET}"
                source: { url: "%s", user: "%s", connections: 4 }
                twin: { url: "%s", user: "%s", connections: 6, \
                """
                        .formatted(from, reader, to, loader);
        return Scenario.read(Files.writeString(folder.resolve("job.yaml"), text + rest));
    }

    private RunReport run(JobConfig config) throws InterruptedException {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            return understudy.run(config).await();
        }
    }
}
