package dev.understudy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.understudy.schema.Column;
import dev.understudy.schema.Database;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.StructureStep;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

class PostgresStructureTest {
    @RegisterExtension static final PostgresServer embedded = PostgresServer.embedded();

    static List<String> packages() {
        return SharedData.names("pg");
    }

    private static PostgresServer installed() {
        Assumptions.assumeTrue(
                PostgresServer.installed().isPresent(),
                "skipped: no PostgreSQL server with pg_dump is installed");
        return PostgresServer.installed().orElseThrow();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("packages")
    void makesEverySharedPackageAgain(String name) throws Exception {
        TestDatabase source = embedded.newDatabase();
        SqlDump.loadStructure(name, source);
        assertSame(embedded, source, copy(embedded, source));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("packages")
    void makesEverySharedPackageAgainOnTheInstalledServer(String name) throws Exception {
        PostgresServer server = installed();
        TestDatabase source = server.newDatabase();
        SqlDump.loadStructure(name, source);
        assertSame(server, source, copy(server, source));
    }

    @Test
    void makesTheTortureSchemaAgain() throws Exception {
        TestDatabase source = embedded.newDatabase();
        load("torture.sql", source);
        load("torture-18.sql", source);
        TestDatabase twin = copy(embedded, source);
        assertSame(embedded, source, twin);
        assertThat(commentsOnNotNull(twin)).isEqualTo("a is there: named, d_later: of new rows");
    }

    @Test
    void makesTheTortureSchemaAgainOnTheInstalledServer() throws Exception {
        PostgresServer server = installed();
        TestDatabase source = server.newDatabase();
        load("torture.sql", source);
        assertSame(server, source, copy(server, source));
    }

    private static String commentsOnNotNull(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                var row =
                        connection
                                .createStatement()
                                .executeQuery(
                                        """
                                        SELECT string_agg(k.conname || ': ' || d.description, ', ' ORDER BY k.conname)
                                        FROM pg_constraint k JOIN pg_description d ON d.objoid = k.oid WHERE k.contype = 'n'
                                        """)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void load(String resource, TestDatabase database)
            throws IOException, SQLException {
        try (InputStream in = PostgresStructureTest.class.getResourceAsStream(resource)) {
            database.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Blueprint read(TestDatabase source, Predicate<TableName> wanted)
            throws SQLException {
        try (Connection connection = source.connect()) {
            connection.setReadOnly(true);
            return PostgresStructure.read(connection, wanted, StructureTarget.read(connection));
        }
    }

    /// Makes the structure again beside its source, with the rows, the last tables first: none
    /// waits for another.
    private static TestDatabase copy(PostgresServer server, TestDatabase source)
            throws SQLException, IOException {
        Blueprint structure = read(source, table -> true);
        assertThat(structure.notCarried())
                .filteredOn(each -> !each.kind().startsWith("roles"))
                .isEmpty();
        TestDatabase twin = server.newDatabase();
        Database catalog;
        try (Connection from = source.connect();
                Connection to = twin.connect()) {
            catalog = PostgresCatalog.read(from);
            run(to, List.of(PostgresStructure.SESSION));
            run(to, sql(structure.beforeRows()));
            for (Table table : List.copyOf(catalog.tables()).reversed()) {
                if (!table.partitioned()) {
                    copyRows(from, to, table);
                }
                run(to, sql(structure.afterRows(table.name())));
            }
            run(to, sql(structure.afterAllRows()));
        }
        return twin;
    }

    private static List<String> sql(List<StructureStatement> statements) {
        return statements.stream().map(StructureStatement::sql).toList();
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(e.getMessage() + "\nin: " + sql, e);
                }
            }
        }
    }

    private static void copyRows(Connection from, Connection to, Table table)
            throws SQLException, IOException {
        String columns =
                String.join(
                        ", ",
                        table.copiedColumns().stream()
                                .map(column -> TableName.quote(column.name()))
                                .toList());
        CopyManager reader = from.unwrap(PGConnection.class).getCopyAPI();
        CopyManager writer = to.unwrap(PGConnection.class).getCopyAPI();
        var bytes = new ByteArrayOutputStream();
        reader.copyOut(
                "COPY (SELECT " + columns + " FROM ONLY " + table.name().quoted() + ") TO STDOUT",
                bytes);
        if (!columns.isEmpty()) {
            writer.copyIn(
                    "COPY " + table.name().quoted() + " (" + columns + ") FROM STDIN",
                    new ByteArrayInputStream(bytes.toByteArray()));
        }
    }

    static void assertSame(PostgresServer server, TestDatabase source, TestDatabase twin)
            throws Exception {
        assertSameLines(catalog(twin), catalog(source));
        Blueprint expected = read(source, table -> true);
        Blueprint found = read(twin, table -> true);
        assertSameLines(all(found), all(expected));
        if (server.program("pg_dump").isPresent()) {
            Path program = server.program("pg_dump").orElseThrow();
            assertSameLines(dump(program, server, twin), dump(program, server, source));
        }
    }

    /// Shows what differs, and not the rest.
    private static void assertSameLines(List<String> found, List<String> expected) {
        var unexpected = new ArrayList<String>(found);
        expected.forEach(unexpected::remove);
        var missing = new ArrayList<String>(expected);
        found.forEach(missing::remove);
        assertThat(unexpected).as("besides what was expected; missing: %s", missing).isEmpty();
        assertThat(missing).isEmpty();
    }

    private static List<String> all(Blueprint structure) {
        return Stream.of(
                        structure.beforeRows().stream(),
                        structure.afterRows().values().stream().flatMap(List::stream),
                        structure.afterAllRows().stream())
                .flatMap(each -> each)
                .map(StructureStatement::sql)
                .sorted()
                .toList();
    }

    /// The catalog without what differs between databases by nature.
    private static List<String> catalog(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect()) {
            return PostgresCatalog.read(connection).tables().stream()
                    .map(table ->
                            table.name()
                                    + " "
                                    + table.partitionRoot()
                                    + table.parents()
                                    + columns(table)
                                    + table.keys()
                                    + table.foreignKeys()
                                    + table.checks()
                                    + table.uniqueInExpressions())
                    .toList();
        }
    }

    private static List<String> columns(Table table) {
        return table.columns().stream()
                .sorted(Comparator.comparing(Column::position))
                .map(column ->
                        column.name()
                                + " "
                                + column.type().sql()
                                + column.type().labels()
                                + column.nullable()
                                + column.generated()
                                + column.inherited())
                .toList();
    }

    private static List<String> dump(Path program, PostgresServer server, TestDatabase database)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--schema-only",
                                "--no-owner",
                                "--no-privileges",
                                "--host=127.0.0.1",
                                "--port=" + server.port(),
                                "--username=postgres",
                                database.name())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> lines;
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            // The order of objects follows their names but for a few, and the key is random.
            lines =
                    reader.lines()
                            .filter(line -> !line.matches("\\\\(un)?restrict .*"))
                            .sorted()
                            .toList();
        }
        assertThat(process.waitFor()).isZero();
        assertThat(lines).anyMatch(line -> line.startsWith("CREATE TABLE "));
        return lines;
    }

    @Test
    void leavesOutTablesWithWhatNeedsThem() throws Exception {
        TestDatabase source = embedded.newDatabase();
        source.execute(
                """
                CREATE TABLE kept (id int PRIMARY KEY, other int, n int);
                CREATE TABLE gone (id serial PRIMARY KEY, n int);
                CREATE TABLE shares (id int DEFAULT nextval('gone_id_seq'));
                CREATE TABLE parent (a int) ;
                CREATE TABLE child (b int) INHERITS (parent);
                CREATE INDEX ON gone (n);
                ALTER TABLE kept ADD CONSTRAINT to_gone FOREIGN KEY (other) REFERENCES gone;
                CREATE VIEW over_gone AS SELECT * FROM gone;
                CREATE VIEW over_over AS SELECT * FROM over_gone;
                CREATE VIEW over_kept AS SELECT * FROM kept;
                CREATE FUNCTION of_gone(gone) RETURNS int LANGUAGE sql AS 'SELECT 1';
                COMMENT ON TABLE gone IS 'gone';
                """);
        Blueprint structure =
                read(source, table -> !List.of("gone", "parent").contains(table.name()));
        assertThat(structure.tables())
                .extracting(TableName::name)
                .containsExactlyInAnyOrder("kept", "shares", "child");
        assertThat(structure.notCarried())
                .extracting(NotCarried::toString)
                .containsExactlyInAnyOrder(
                        "roles, ownership and grants all: by design: whoever makes the twin owns it and decides who may use it",
                        "foreign key public.kept to_gone: it needs table public.gone, which is not carried",
                        "view public.over_gone: it needs table public.gone, which is not carried",
                        "view public.over_over: it needs view public.over_gone, which is not carried",
                        "function public.of_gone(public.gone): it needs table public.gone, which is not carried");
        TestDatabase twin = embedded.newDatabase();
        try (Connection to = twin.connect()) {
            run(to, List.of(PostgresStructure.SESSION));
            run(to, sql(structure.beforeRows()));
            for (TableName table : structure.tables()) {
                run(to, sql(structure.afterRows(table)));
            }
            run(to, sql(structure.afterAllRows()));
            Database made = PostgresCatalog.read(to);
            assertThat(made.table(new TableName("public", "child")).orElseThrow().columns())
                    .extracting(Column::name)
                    .containsExactly("a", "b");
        }
    }

    @Test
    void saysWhereAChildsColumnsChangePlaces() throws Exception {
        TestDatabase source = embedded.newDatabase();
        source.execute(
                """
                CREATE TABLE parent (a int);
                CREATE TABLE child (own int) INHERITS (parent);
                ALTER TABLE parent ADD COLUMN b int;
                """);
        assertThat(read(source, table -> true).notCarried())
                .extracting(NotCarried::kind, NotCarried::object)
                .contains(tuple("order of columns", "public.child"));
    }

    @Test
    void readsAsARoleThatMayOnlyConnect() throws Exception {
        TestDatabase source = embedded.newDatabase();
        load("torture.sql", source);
        source.execute("CREATE ROLE structure_reader LOGIN");
        StructureTarget target;
        try (Connection connection = source.connect()) {
            target = StructureTarget.read(connection);
        }
        try (Connection connection =
                DriverManager.getConnection(source.url(), "structure_reader", "")) {
            Blueprint structure = PostgresStructure.read(connection, table -> true, target);
            assertThat(all(structure).stream().filter(sql -> !sql.contains("setval")).toList())
                    .isEqualTo(
                            all(read(source, table -> true)).stream()
                                    .filter(sql -> !sql.contains("setval"))
                                    .toList());
            assertThat(structure.notCarried())
                    .contains(
                            new NotCarried(
                                    "sequence value", "app.free_seq", "the role may not read it"));
        }
    }

    @Test
    void reportsWhatItDoesNotCarry() throws Exception {
        TestDatabase source = embedded.newDatabase();
        source.execute(
                """
                CREATE EXTENSION hstore;
                CREATE TABLE t (a int, b hstore);
                CREATE VIEW v AS SELECT a FROM t;
                CREATE PUBLICATION p FOR TABLE t;
                CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
                CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION note();
                CREATE FOREIGN DATA WRAPPER w;
                CREATE SERVER s FOREIGN DATA WRAPPER w;
                CREATE FOREIGN TABLE f (a int) SERVER s;
                CREATE USER MAPPING FOR postgres SERVER s;
                CREATE VIEW over_foreign AS SELECT * FROM f;
                CREATE ACCESS METHOD other_btree TYPE INDEX HANDLER bthandler;
                CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
                SELECT lo_create(0);
                DO $$ BEGIN
                  EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database());
                  EXECUTE format('ALTER DATABASE %I SET app.lang = canary', current_database());
                END $$;
                CREATE ROLE only_here; CREATE POLICY pol ON t TO only_here;
                DROP EVENT TRIGGER e; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION note();
                """);
        try (Connection connection = source.connect()) {
            Blueprint structure =
                    PostgresStructure.read(
                            connection,
                            table -> true,
                            new StructureTarget(18, Set.of(), Set.of("postgres"), false, Set.of()));
            assertThat(structure.notCarried())
                    .extracting(each -> each.kind() + " " + each.object())
                    .containsExactlyInAnyOrder(
                            "roles, ownership and grants all",
                            "extension hstore",
                            "table public.t",
                            "view public.v",
                            "view public.over_foreign",
                            "publication p",
                            "event trigger e",
                            "foreign-data wrapper w",
                            "server s",
                            "foreign table public.f",
                            "access method other_btree",
                            "conversion public.conv",
                            "user mappings 1",
                            "settings of the database app.lang, search_path",
                            "large objects 1");
            assertThat(structure.tables()).isEmpty();
        }
    }

    /// From PostgreSQL 17 on, a source cannot have such an index.
    @Test
    void makesAnIndexWhoseFunctionNamesAnotherWithoutItsSchema() throws Exception {
        TestDatabase database = installed().newDatabase();
        database.execute(
                """
                CREATE SCHEMA low;
                CREATE FUNCTION low.half(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 / 2';
                SET search_path = low;
                CREATE FUNCTION quarter(int) RETURNS int IMMUTABLE LANGUAGE sql
                    AS 'SELECT half($1) / 2';
                CREATE TABLE number (n int);
                """);
        var steps =
                List.of(
                        step("a", "CREATE INDEX a ON low.number (n)"),
                        step("b", "CREATE INDEX b ON low.number (low.quarter(n))"),
                        step("c", "CREATE INDEX c ON low.number (low.half(n))"));
        try (var sessions =
                        PostgresSessions.loading(
                                database.url(), database.user(), database.password(), 1);
                var twin = new LoadingPostgres(sessions, "1-c0ffee");
                Connection session = twin.session();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            twin.execute(session, statement, steps);
            session.commit();
            twin.execute(
                    session,
                    statement,
                    List.of(step("d", steps.get(1).statement().sql().replace(" b ", " d "))));
            try (var found =
                    statement.executeQuery(
                            "SELECT count(*), current_setting('search_path') FROM pg_indexes WHERE schemaname = 'low'")) {
                found.next();
                assertThat(found.getInt(1) + found.getString(2)).isEqualTo("4\"\"");
            }
            assertThatThrownBy(() ->
                            twin.execute(
                                    session,
                                    statement,
                                    List.of(
                                            step(
                                                    "e",
                                                    "CREATE INDEX e ON low.number (low.nothing(n))"))))
                    .hasMessageContaining("nothing");
        }
    }

    private static StructureStep step(String index, String sql) {
        var table = Optional.of(new TableName("low", "number"));
        return new StructureStep(index, new StructureStatement("index", index, table, false, sql));
    }

    @Test
    void carriesWhatSuperusersAloneMayMakeForOneOnly() throws Exception {
        TestDatabase source = embedded.newDatabase();
        source.execute(
                """
                CREATE EXTENSION hstore;
                CREATE FUNCTION pairs(text) RETURNS hstore IMMUTABLE STRICT
                    LANGUAGE c AS '$libdir/hstore', 'hstore_in';
                CREATE FUNCTION of_nobody() RETURNS void
                    LANGUAGE c AS '$libdir/dict_snowball', 'dsnowball_init';
                CREATE FUNCTION length_of(text) RETURNS int IMMUTABLE
                    LANGUAGE internal AS 'textlen';
                CREATE FUNCTION lowered(text) RETURNS text IMMUTABLE LEAKPROOF STRICT
                    LANGUAGE sql AS 'SELECT lower($1)';
                CREATE FUNCTION silently() RETURNS void
                    SET session_replication_role = 'replica' SET work_mem = '1MB'
                    LANGUAGE plpgsql AS '
                BEGIN
                 SET session_replication_role TO origin;
                END';
                CREATE TYPE mood AS ENUM ('sad');
                CREATE CAST (text AS uuid) WITH INOUT AS IMPLICIT;
                CREATE CAST (text AS mood) WITH INOUT AS IMPLICIT;
                """);
        StructureTarget offered;
        try (Connection connection = source.connect()) {
            offered = StructureTarget.read(connection);
            assertThat(offered.superuser()).isTrue();
            Blueprint structure = PostgresStructure.read(connection, table -> true, offered);
            assertThat(String.join("\n", all(structure)))
                    .contains(
                            "public.pairs(text)", "public.length_of(text)", "LEAKPROOF", "AS uuid")
                    .doesNotContain("of_nobody");
            assertThat(structure.notCarried())
                    .contains(
                            new NotCarried(
                                    "function",
                                    "public.of_nobody()",
                                    "its library $libdir/dict_snowball is of no extension that the target's server offers"));
            var loader =
                    new StructureTarget(
                            offered.version(),
                            offered.extensions(),
                            offered.roles(),
                            false,
                            Set.of("session_replication_role"));
            Blueprint lesser = PostgresStructure.read(connection, table -> true, loader);
            assertThat(lesser.notCarried())
                    .contains(
                            new NotCarried(
                                    "function",
                                    "public.pairs(text)",
                                    "only a superuser may make functions in C, and the twin is loaded by none"),
                            new NotCarried(
                                    "leakproof of function",
                                    "public.lowered(text)",
                                    "only a superuser may say so, and the twin is loaded by none"),
                            new NotCarried(
                                    "session_replication_role of function",
                                    "public.silently()",
                                    "only a superuser may say so, and the twin is loaded by none"),
                            new NotCarried(
                                    "cast",
                                    "(text AS uuid)",
                                    "only a superuser may make casts between types of others or without a function, and the twin is loaded by none"));
            assertThat(String.join("\n", all(lesser)))
                    .contains(
                            "IMMUTABLE STRICT",
                            "CREATE CAST (text AS public.mood)",
                            "work_mem",
                            "SET session_replication_role TO origin")
                    .doesNotContain("LEAKPROOF", "AS uuid", "'replica'");
        }
    }

    @Test
    void readsTheStructureOfTwoThousandTables() throws Exception {
        TestDatabase database = embedded.newDatabase();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 2000; i++) {
                statement.execute(
                        "CREATE TABLE t%d (id serial PRIMARY KEY, a text NOT NULL DEFAULT 'x', b date, c numeric(10, 2) CHECK (c > 0), d int REFERENCES t%d); CREATE INDEX ON t%d (b)"
                                .formatted(i, Math.max(0, i - 1), i));
            }
            Blueprint structure =
                    PostgresStructure.read(
                            connection, table -> true, StructureTarget.read(connection));
            assertThat(structure.tables()).hasSize(2000);
        }
    }
}
