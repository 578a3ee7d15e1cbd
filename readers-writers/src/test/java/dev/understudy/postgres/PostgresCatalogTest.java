package dev.understudy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.understudy.schema.Check;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.Database;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PostgresCatalogTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static Database read(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect()) {
            return PostgresCatalog.read(connection);
        }
    }

    private static Table only(String sql) throws SQLException {
        TestDatabase database = server.newDatabase();
        database.execute(sql);
        return read(database).table(new TableName("public", "t")).orElseThrow();
    }

    private static ColumnType type(String sql, String column) throws SQLException {
        return only(sql).column(column).orElseThrow().type();
    }

    @Test
    void leavesOutWhatIsNotTheUsers() throws SQLException {
        TestDatabase database = server.newDatabase();
        database.execute("CREATE EXTENSION hstore; CREATE VIEW v AS SELECT 1; CREATE TABLE t ()");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE hidden (id int)");
            assertThat(PostgresCatalog.read(connection).tables())
                    .extracting(Table::name)
                    .containsExactly(new TableName("public", "t"));
        }
    }

    @Test
    void readsColumnsInOrderAfterSomeWereDropped() throws SQLException {
        Table table =
                only(
                        """
                        CREATE TABLE t (a int, b int NOT NULL, c int, "d ""q\""" text);
                        ALTER TABLE t DROP COLUMN a;
                        ALTER TABLE t ADD COLUMN e int GENERATED ALWAYS AS (b + c) STORED;
                        """);
        assertThat(table.columns())
                .extracting(Column::name, Column::position, Column::nullable, Column::generated)
                .containsExactly(
                        tuple("b", 2, false, false),
                        tuple("c", 3, true, false),
                        tuple("d \"q\"", 4, true, false),
                        tuple("e", 5, true, true));
        assertThat(table.copiedColumns()).hasSize(3);
    }

    @Test
    void readsTypesDownToWhatTheyAreBuiltFrom() throws SQLException {
        ColumnType type =
                type(
                        """
                        CREATE TYPE mood AS ENUM ('sad', 'happy');
                        CREATE DOMAIN short AS varchar(40) CHECK (VALUE <> '') NOT NULL;
                        CREATE DOMAIN shorter AS short CHECK (length(VALUE) < 10);
                        CREATE TYPE pair AS (first shorter, second mood[], third numrange);
                        CREATE TABLE t (pairs pair[], s shorter);
                        """,
                        "pairs");
        assertThat(type.kind()).isEqualTo(Kind.ARRAY);
        assertThat(type.sql()).isEqualTo("public.pair[]");
        assertThat(type.name()).isEqualTo("_pair");
        assertThat(type.binary()).isTrue();
        ColumnType pair = type.element().orElseThrow();
        assertThat(pair.kind()).isEqualTo(Kind.COMPOSITE);
        assertThat(pair.attributes())
                .extracting(each -> each.name() + " " + each.type().sql())
                .containsExactly("first public.shorter", "second public.mood[]", "third numrange");
        ColumnType shorter = pair.attributes().get(0).type();
        assertThat(shorter.kind()).isEqualTo(Kind.DOMAIN);
        assertThat(shorter.checks())
                .containsExactly("length(VALUE::text) < 10", "VALUE::text <> ''::text");
        assertThat(shorter.underlying().sql()).isEqualTo("character varying(40)");
        assertThat(shorter.underlying().modifier()).isEqualTo(44);
        ColumnType moods = pair.attributes().get(1).type();
        assertThat(moods.element().orElseThrow().labels()).containsExactly("sad", "happy");
        assertThat(pair.attributes().get(2).type().element().orElseThrow().sql())
                .isEqualTo("numeric");
    }

    @Test
    void aDomainsNotNullIsTheColumns() throws SQLException {
        Table table =
                only(
                        """
                        CREATE DOMAIN d AS int NOT NULL;
                        CREATE DOMAIN dd AS d;
                        CREATE TABLE t (a dd, b int);
                        """);
        assertThat(table.columns()).extracting(Column::nullable).containsExactly(false, true);
    }

    @Test
    void aNotNullThatHoldsForNewRowsOnlyIsNotBelieved() throws SQLException {
        Table table =
                only(
                        """
                        CREATE TABLE t (a int, b int);
                        ALTER TABLE t ADD CONSTRAINT later NOT NULL a NOT VALID;
                        ALTER TABLE t ADD CONSTRAINT now NOT NULL b;
                        """);
        assertThat(table.columns()).extracting(Column::nullable).containsExactly(true, false);
    }

    @Test
    void saysWhichTypesHaveNoPortableBinaryForm() throws SQLException {
        Table table =
                only(
                        """
                        CREATE EXTENSION isn;
                        CREATE TYPE with_class AS (c regclass);
                        CREATE TABLE t (a int4multirange, b jsonb, c int2vector, d oid,
                                        e regclass, f aclitem, g isbn, h regtype[], i with_class);
                        """);
        assertThat(table.columns())
                .extracting(each -> each.type().binary())
                .containsExactly(true, true, true, true, false, false, false, false, false);
        assertThat(table.columns().get(0).type().kind()).isEqualTo(Kind.MULTIRANGE);
        assertThat(table.columns().get(0).type().element().orElseThrow().name())
                .isEqualTo("int4range");
        assertThat(table.columns().get(2).type().kind()).isEqualTo(Kind.BASE);
    }

    @Test
    void readsKeysChecksAndWhatIsUniqueOtherwise() throws SQLException {
        Table table =
                only(
                        """
                        CREATE EXTENSION btree_gist;
                        CREATE TABLE t (a int, b int, c text, d text, e int, f int4range,
                          PRIMARY KEY (b, a) INCLUDE (c),
                          CONSTRAINT apart EXCLUDE USING gist (e WITH =, f WITH &&),
                          CONSTRAINT positive CHECK (a > 0 AND b > 0));
                        CREATE UNIQUE INDEX few ON t (c) WHERE a > 10;
                        CREATE UNIQUE INDEX folded ON t (lower(d), a);
                        CREATE INDEX plain ON t (c);
                        """);
        assertThat(table.primaryKey())
                .contains(new Key("t_pkey", List.of("b", "a"), true, Optional.empty()));
        assertThat(table.keys())
                .containsExactly(
                        new Key("t_pkey", List.of("b", "a"), true, Optional.empty()),
                        new Key("few", List.of("c"), false, Optional.of("(a > 10)")));
        assertThat(table.checks())
                .containsExactly(new Check("positive", List.of("a", "b"), "a > 0 AND b > 0"));
        assertThat(table.uniqueInExpressions()).containsExactly("a", "d", "e", "f");
    }

    @Test
    void aKeyOverPeriodsIsNoPlainKey() throws SQLException {
        Table table =
                only(
                        """
                        CREATE EXTENSION btree_gist;
                        CREATE TABLE t (id int, period daterange, PRIMARY KEY (id, period WITHOUT OVERLAPS));
                        """);
        assertThat(table.keys()).isEmpty();
        assertThat(table.uniqueInExpressions()).containsExactly("id", "period");
    }

    @Test
    void readsForeignKeysOfPartitionedTablesOnce() throws SQLException {
        TestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE r (x int, y int, PRIMARY KEY (x, y)) PARTITION BY RANGE (x);
                CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
                CREATE TABLE r2 PARTITION OF r DEFAULT;
                CREATE TABLE t (p int, q int, FOREIGN KEY (q, p) REFERENCES r (y, x)) PARTITION BY LIST (p);
                CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY HASH (q);
                CREATE TABLE t11 PARTITION OF t1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
                """);
        Database read = read(database);
        for (String name : List.of("t", "t1", "t11")) {
            Table table = read.table(new TableName("public", name)).orElseThrow();
            assertThat(table.foreignKeys())
                    .extracting(each ->
                            each.columns() + " -> " + each.referenced() + each.referencedColumns())
                    .containsExactly("[q, p] -> public.r[y, x]");
            assertThat(table.partitioned()).isEqualTo(!name.equals("t11"));
        }
        Table leaf = read.table(new TableName("public", "t11")).orElseThrow();
        assertThat(leaf.partitionRoot()).contains(new TableName("public", "t"));
        assertThat(leaf.parents()).containsExactly(new TableName("public", "t1"));
        assertThat(leaf.columns()).allMatch(Column::inherited);
    }

    @Test
    void leavesTheSessionAsItWas() throws SQLException {
        TestDatabase database = server.newDatabase();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "SET LOCAL search_path = pg_catalog, \"it's\"; CREATE TABLE public.t ()");
            assertThat(PostgresCatalog.read(connection).tables()).hasSize(1);
            try (ResultSet path = statement.executeQuery("SHOW search_path")) {
                path.next();
                assertThat(path.getString(1)).isEqualTo("pg_catalog, \"it's\"");
            }
        }
    }

    @Test
    void readsWithoutAnyRightButToConnect() throws SQLException {
        TestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE SCHEMA closed; CREATE TABLE closed.t (id int PRIMARY KEY, x int CHECK (x > 0));
                CREATE ROLE catalog_reader LOGIN;
                """);
        try (Connection connection =
                DriverManager.getConnection(database.url(), "catalog_reader", "")) {
            Table table =
                    PostgresCatalog.read(connection)
                            .table(new TableName("closed", "t"))
                            .orElseThrow();
            assertThat(table.primaryKey()).isPresent();
            assertThat(table.checks()).hasSize(1);
        }
    }

    @Test
    void guessesRowsAsThePlannerDoes() throws SQLException {
        Table table =
                only(
                        """
                        CREATE TABLE t AS SELECT g AS id, repeat('x', 100) AS filler FROM generate_series(1, 10000) g;
                        ANALYZE t;
                        INSERT INTO t SELECT g, repeat('x', 100) FROM generate_series(1, 10000) g;
                        """);
        assertThat(table.estimatedRows()).isBetween(15_000L, 25_000L);
        assertThat(table.pages()).isBetween(300L, 400L);
        assertThat(table.bytes()).isGreaterThanOrEqualTo(table.pages() * 8192);
        assertThat(only("CREATE TABLE t (a int)").estimatedRows()).isZero();
    }

    @Test
    void twoThousandTablesTakeLessThanTwoSeconds() throws SQLException {
        TestDatabase database = server.newDatabase();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 2000; i++) {
                statement.addBatch(
                        "CREATE TABLE t%d (id int PRIMARY KEY, a text NOT NULL, b date, c numeric(10, 2) CHECK (c > 0), d int REFERENCES t%d)"
                                .formatted(i, Math.max(0, i - 1)));
            }
            statement.executeBatch();
            PostgresCatalog.read(connection);
            long start = System.nanoTime();
            assertThat(PostgresCatalog.read(connection).tables()).hasSize(2000);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.println("2,000 tables read in " + took.toMillis() + " ms");
            assertThat(took).isLessThan(Duration.ofSeconds(2));
        }
    }

    static List<String> packages() {
        return SharedData.names("pg");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("packages")
    void readsEverySharedPackage(String name) throws Exception {
        TestDatabase database = server.newDatabase();
        SqlDump.load(name, database);
        Database read = read(database);
        assertThat(read.tables())
                .filteredOn(each -> !each.partitioned())
                .extracting(each -> each.name().toString())
                .containsAll(SharedData.counts(name).keySet());
    }
}
