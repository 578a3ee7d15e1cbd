package dev.understudy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceSession;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSourceTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static final TableName PERSON = new TableName("public", "person");

    private static TestDatabase people() throws Exception {
        TestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE person (id int PRIMARY KEY, name text);
                CREATE TABLE spare (id int PRIMARY KEY);
                INSERT INTO person SELECT n, 'n' FROM generate_series(1, 1000) n;
                """);
        return database;
    }

    private static PostgresSource open(TestDatabase database) {
        return PostgresSource.open(database.url(), database.user(), database.password(), 3);
    }

    private static RowQuery all(Table table) {
        var columns =
                table.columns().stream()
                        .map(each -> new RowColumn(each.name(), each.type(), false))
                        .toList();
        return new RowQuery(new RowShape(table.name(), columns), List.of(), KeyRange.ALL, false);
    }

    private static int rows(SourceSession session, Table table) {
        RowQuery query = all(table);
        try (RowReader reader = session.read(query, 5000, 1 << 20)) {
            var batch = new RowBatch(query.shape(), 1 << 16);
            reader.read(batch);
            return batch.rows();
        }
    }

    @Test
    void sizesAreReadOfTablesThatNobodyMayRead() throws Exception {
        TestDatabase database = people();
        database.execute("ANALYZE person");
        try (Connection other = database.connect();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE person");
            try (PostgresSource source = open(database)) {
                Table person = source.structure().database().table(PERSON).orElseThrow();
                assertThat(person.pages()).isPositive();
                assertThat(person.estimatedRows()).isEqualTo(1000);
                assertThat(source.bytes(List.of(PERSON))).isPositive();
            }
        }
    }

    @Test
    void whoeverKeepsATableFromBeingReadIsNamedAfterABoundedWait() throws Exception {
        TestDatabase database = people();
        database.execute("ALTER DATABASE %s SET lock_timeout = '100ms'".formatted(database.name()));
        try (PostgresSource source = open(database);
                Connection other = database.connect();
                var statement = other.createStatement()) {
            Table person = source.structure().database().table(PERSON).orElseThrow();
            other.setAutoCommit(false);
            statement.execute("TRUNCATE person");
            try (SourceSession session = source.join()) {
                waits(() -> session.read(all(person), 1, 1), "reading public.person: ");
            }
            try (SourceSession session = source.join()) {
                waits(() -> session.count(Map.of(PERSON, List.of())), "counting ");
            }
            waits(
                    () -> source.bounds(PERSON, person.columns().getFirst(), 1000, 4),
                    "sampling the keys of public.person: ");
        }
    }

    private static void waits(ThrowingCallable reading, String doing) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.SOURCE))
                .hasMessageStartingWith(doing)
                .hasMessageMatching(
                        ".*waited in vain for who locks public.person by process \\d+ of the role postgres; try again.*");
    }

    @Test
    void aTableThatIsEmptiedBehindThePointInTimeIsNotTakenForAnEmptyOne() throws Exception {
        TestDatabase database = people();
        for (String change :
                List.of("TRUNCATE person, spare", "ALTER TABLE person ALTER id TYPE bigint")) {
            database.execute(
                    "TRUNCATE person; INSERT INTO person SELECT n, 'n' FROM generate_series(1, 1000) n");
            try (PostgresSource source = open(database)) {
                Table person = source.structure().database().table(PERSON).orElseThrow();
                database.execute(change);
                try (SourceSession session = source.join()) {
                    assertThat(rows(session, person)).isZero();
                    var spare = new TableName("public", "spare");
                    assertThat(session.count(Map.of(spare, List.of()))).containsEntry(spare, 0L);
                    assertThatThrownBy(() -> session.count(Map.of(PERSON, List.of())))
                            .isInstanceOf(Failure.class)
                            .hasMessageStartingWith("public.person was emptied");
                }
            }
        }
    }
}
