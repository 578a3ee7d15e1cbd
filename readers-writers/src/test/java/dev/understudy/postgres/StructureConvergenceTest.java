package dev.understudy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.postgres.StructureConvergence.Outcome;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.ChangedStructure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

class StructureConvergenceTest {
    @RegisterExtension static final PostgresServer embedded = PostgresServer.embedded();

    private static final List<SchemaChange> CHANGES = SchemaChange.ALL;
    private static final String KEY = "source_primary_key";

    /// A source and its twin, in transactions that are rolled back after each change.
    private static Connection source;

    private static Connection twin;

    @BeforeAll
    static void makeATwin() throws Exception {
        source = sourceOn(embedded).connect();
        source.setAutoCommit(false);
        twin = twinOf(source, embedded).connect();
        twin.setAutoCommit(false);
    }

    @AfterAll
    static void closeBoth() throws SQLException {
        source.close();
        twin.close();
    }

    private static TestDatabase sourceOn(PostgresServer server) throws SQLException {
        TestDatabase database = server.newDatabase();
        database.execute(SchemaChange.BASE);
        return database;
    }

    /// The twin of a full run, with a column for the source's key in each table.
    private static TestDatabase twinOf(Connection source, PostgresServer server)
            throws SQLException {
        TestDatabase database = server.newDatabase();
        try (Connection session = database.connect()) {
            session.setAutoCommit(false);
            Blueprint blueprint = blueprint(source, session);
            assertThat(converge(blueprint, source, session, blueprint.tables()))
                    .isEqualTo(new Outcome.Same());
            session.commit();
        }
        database.execute(
                "CREATE SCHEMA understudy; CREATE TABLE understudy.position (run bigint PRIMARY KEY)");
        return database;
    }

    @ParameterizedTest
    @FieldSource("CHANGES")
    void bringsATwinToItsChangedSource(SchemaChange change) throws Exception {
        try {
            execute(source, change.sql());
            Set<TableName> anew = tables(change);
            Map<TableName, Long> before = oids(twin);
            assertThat(converge(blueprint(source, twin), source, twin, anew))
                    .isEqualTo(new Outcome.Same());
            assertThat(rows(twin)).isEqualTo(rows(source));
            Map<TableName, Long> after = oids(twin);
            before.keySet().retainAll(after.keySet());
            before.forEach((table, oid) ->
                    assertThat(after.get(table).equals(oid))
                            .as("%s was kept", table)
                            .isEqualTo(!anew.contains(table)));
        } finally {
            source.rollback();
            twin.rollback();
        }
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Set<TableName> tables(SchemaChange change) {
        return change.anew().stream()
                .map(name ->
                        name.contains(".")
                                ? new TableName(name.split("\\.")[0], name.split("\\.")[1])
                                : new TableName("shop", name))
                .collect(Collectors.toSet());
    }

    private static Outcome converge(
            Blueprint blueprint, Connection source, Connection twin, Set<TableName> anew)
            throws SQLException {
        // As a process reads it that finds everything staged.
        var changed =
                ChangedStructure.read(
                        new ChangedStructure(blueprint, anew, Optional.of(KEY)).json());
        assertThat(changed.blueprint().all()).isEqualTo(blueprint.all());
        return StructureConvergence.converge(
                twin,
                changed.blueprint(),
                changed.anew(),
                changed.keyColumn(),
                session -> copy(source, session, anew));
    }

    private static Blueprint blueprint(Connection source, Connection twin) throws SQLException {
        return PostgresStructure.read(source, each -> true, StructureTarget.read(twin));
    }

    private static void copy(Connection source, Connection twin, Collection<TableName> tables)
            throws SQLException {
        CopyManager reader = source.unwrap(PGConnection.class).getCopyAPI();
        CopyManager writer = twin.unwrap(PGConnection.class).getCopyAPI();
        for (TableName table : tables) {
            String columns =
                    String.join(
                            "",
                            strings(
                                    source,
                                    """
                                    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                                    JOIN pg_class c ON c.oid = attrelid AND relkind = 'r'
                                    WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                                    """
                                            .formatted(table.quoted())));
            if (columns.equals("null")) {
                continue;
            }
            try {
                var bytes = new ByteArrayOutputStream();
                reader.copyOut(
                        "COPY (SELECT %s FROM ONLY %s) TO STDOUT"
                                .formatted(columns, table.quoted()),
                        bytes);
                writer.copyIn(
                        "COPY %s (%s) FROM STDIN".formatted(table.quoted(), columns),
                        new ByteArrayInputStream(bytes.toByteArray()));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static List<String> strings(Connection session, String sql) throws SQLException {
        var strings = new ArrayList<String>();
        try (Statement statement = session.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                strings.add(String.valueOf(rows.getString(1)));
            }
        }
        return strings;
    }

    private static Map<TableName, Long> oids(Connection session) throws SQLException {
        var oids = new TreeMap<TableName, Long>();
        try (Statement statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT nspname, relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                                WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_|understudy|information_schema'
                                """)) {
            while (rows.next()) {
                oids.put(new TableName(rows.getString(1), rows.getString(2)), rows.getLong(3));
            }
        }
        return oids;
    }

    /// What is in the tables, without the column of the source's key.
    private static Map<TableName, List<String>> rows(Connection session) throws SQLException {
        var rows = new TreeMap<TableName, List<String>>();
        for (TableName table : oids(session).keySet()) {
            rows.put(
                    table,
                    strings(
                            session,
                            "SELECT to_jsonb(t) - '%s' FROM ONLY %s t ORDER BY 1"
                                    .formatted(KEY, table.quoted())));
        }
        return rows;
    }

    /// As pg_dump sees it: all changes that leave the tables as they are, one after the other.
    @Test
    void leavesTheTwinAsTheSourceIsInTheEyesOfPgDump() throws Exception {
        PostgresServer server = PostgresServer.installed().orElse(embedded);
        Assumptions.assumeTrue(
                server.program("pg_dump").isPresent(),
                "skipped: no PostgreSQL server with pg_dump is installed");
        TestDatabase changed = sourceOn(server);
        try (Connection from = changed.connect()) {
            TestDatabase copied = twinOf(from, server);
            for (SchemaChange change : SchemaChange.ALL) {
                if (change.effect().equals("COMPATIBLE")) {
                    from.setAutoCommit(false);
                    try {
                        execute(from, change.sql());
                        from.commit();
                    } catch (SQLException e) {
                        from.rollback(); // what it changes is gone already
                    }
                    from.setAutoCommit(true);
                }
            }
            try (Connection to = copied.connect()) {
                to.setAutoCommit(false);
                assertThat(converge(blueprint(from, to), from, to, Set.of()))
                        .isEqualTo(new Outcome.Same());
                to.commit();
                for (TableName table : oids(to).keySet()) {
                    execute(
                            to,
                            "ALTER TABLE %s DROP COLUMN IF EXISTS %s"
                                    .formatted(table.quoted(), KEY));
                }
                execute(to, "DROP SCHEMA understudy CASCADE");
                to.commit();
            }
            PostgresStructureTest.assertSame(server, changed, copied);
        }
    }

    @Test
    void saysWhatKeepsTheStructuresApart() throws Exception {
        try {
            execute(source, "ALTER TABLE shop.customer ADD mobile text");
            assertThat(converge(blueprint(source, twin), source, twin, Set.of()))
                    .isEqualTo(new Outcome.Apart(List.of("table shop.customer")));
        } finally {
            source.rollback();
            twin.rollback();
        }
        try {
            execute(source, "ALTER TABLE shop.plain ADD FOREIGN KEY (a) REFERENCES shop.customer");
            execute(twin, "UPDATE shop.plain SET a = 77");
            assertThat(converge(blueprint(source, twin), source, twin, Set.of()))
                    .isEqualTo(
                            new Outcome.Apart(
                                    List.of(
                                            "foreign key shop.plain plain_a_fkey: insert or update on table \"plain\" violates foreign key constraint \"plain_a_fkey\" (SQLSTATE 23503, table plain, constraint plain_a_fkey)")));
        } finally {
            source.rollback();
            twin.rollback();
        }
    }
}
