package dev.understudy.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowBatch;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe.Question;
import dev.understudy.source.CheckProbe.Tried;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlSourceTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    @Test
    void theStructureIsRead() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE city (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL);
                CREATE TABLE person (
                  id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
                  city_id INT,
                  email VARCHAR(100) NOT NULL,
                  nick VARCHAR(100),
                  mood ENUM('good','it''s so','half\\\\half','two\\nlines') DEFAULT 'good',
                  age INT CHECK (age >= 0 AND age < 150),
                  notes JSON,
                  initial CHAR(1) AS (left(email, 1)) STORED,
                  UNIQUE KEY by_email (email),
                  UNIQUE KEY by_nick (nick(10)),
                  FOREIGN KEY lives (city_id) REFERENCES city (id),
                  CONSTRAINT named CHECK (nick <> email));
                CREATE TABLE sold (id INT, day DATE, PRIMARY KEY (id, day))
                  PARTITION BY RANGE (year(day)) (PARTITION p VALUES LESS THAN MAXVALUE);
                CREATE TABLE spread (id INT PRIMARY KEY) PARTITION BY KEY () PARTITIONS 2;
                CREATE VIEW somebody AS SELECT * FROM person
                """);
        try (SourceDatabase source = MySqlReaderTest.open(database)) {
            assertThat(source.product()).startsWith("M");
            assertThat(source.name()).isEqualTo(database.name());
            assertThat(source.structure().database().tables())
                    .extracting(table -> table.name().name())
                    .containsExactly("city", "person", "sold", "spread");
            Table person = MySqlReaderTest.table(source, database, "person");
            assertThat(person.primaryKey().orElseThrow().columns()).containsExactly("id");
            assertThat(person.keys()).extracting(Key::name).containsExactly("PRIMARY", "by_email");
            assertThat(person.uniqueInExpressions()).containsExactly("nick");
            assertThat(person.copiedColumns()).extracting(Column::name).doesNotContain("initial");
            assertThat(person.column("email").orElseThrow().nullable()).isFalse();
            ColumnType mood = person.column("mood").orElseThrow().type();
            assertThat(mood.labels())
                    .containsExactly("good", "it's so", "half\\half", "two\nlines");
            assertThat(person.column("id").orElseThrow().type().sql()).startsWith("bigint");
            assertThat(person.column("notes").orElseThrow().type().name()).isEqualTo("json");
            assertThat(person.column("email").orElseThrow().type().modifier()).isEqualTo(104);
            assertThat(person.foreignKeys())
                    .singleElement()
                    .satisfies(key -> {
                        assertThat(key.columns()).containsExactly("city_id");
                        assertThat(key.referenced())
                                .isEqualTo(new TableName(database.name(), "city"));
                        assertThat(key.referencedColumns()).containsExactly("id");
                    });
            assertThat(person.checks())
                    .extracting(check -> Set.copyOf(check.columns()))
                    .containsExactlyInAnyOrder(Set.of("age"), Set.of("nick", "email"));
            assertThat(source.structure().partitionKeys())
                    .isEqualTo(
                            Map.of(
                                    new TableName(database.name(), "sold"), List.of("day"),
                                    new TableName(database.name(), "spread"), List.of("id")));
            assertThat(source.readsInOrder(person.name(), person.columns().getFirst())).isTrue();
            assertThat(source.readsInOrder(person.name(), person.column("email").orElseThrow()))
                    .isFalse();
            assertThat(source.caveat()).isEmpty();
        }
    }

    @Test
    void allSessionsSeeTheSameRowsWhileOthersCommit() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE account (id INT PRIMARY KEY, balance INT);
                INSERT INTO account VALUES (1, 1000), (2, 0), (3, 0)
                """);
        var ended = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            try (var connection = database.connect();
                                    var statement = connection.createStatement()) {
                                while (!ended.get()) {
                                    statement.executeUpdate(
                                            "UPDATE account SET balance = balance + CASE id WHEN 1 THEN -1 ELSE 1 END WHERE id < 3");
                                }
                            } catch (java.sql.SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        try {
            for (int i = 0; i < 5; i++) {
                try (SourceDatabase source = MySqlSource.open(database.url(), "root", "", 4)) {
                    assertThat(source.caveat()).isEmpty();
                    Table table = MySqlReaderTest.table(source, database, "account");
                    Set<Object> seen = new HashSet<>();
                    var sessions = new ArrayList<SourceSession>();
                    for (int j = 0; j < 4; j++) {
                        sessions.add(source.join());
                        seen.add(ReadTexts.all(sessions.getLast(), table));
                    }
                    sessions.forEach(SourceSession::close);
                    assertThat(seen).hasSize(1);
                }
            }
        } finally {
            ended.set(true);
            writer.join();
        }
    }

    @Test
    void sessionsThatTheServerEndsAreMissedAndTheOthersGoOn() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)");
        reader(database, "lost", "GRANT SELECT ON `%s`.* TO 'lost'@'%%'");
        try (SourceDatabase source = MySqlSource.open(database.url(), "lost", "x", 3)) {
            Map<TableName, List<String>> all =
                    Map.of(new TableName(database.name(), "t"), List.of());
            database.execute("INSERT INTO t VALUES (2)");
            List<String> sessions = sessionsOf("lost");
            assertThat(sessions).hasSize(4); // the last one was there for the lock
            server.execute("KILL " + sessions.getFirst());
            server.execute("KILL " + sessions.get(2));
            for (int i = 0; i < 3; i++) {
                try (SourceSession session = source.join()) {
                    assertThat(session.count(all).values()).containsExactly(1L);
                }
            }
            SourceSession last = source.join();
            server.execute("KILL " + sessions.get(1));
            assertThatThrownBy(() -> last.count(all))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("ended");
            last.close();
            assertThatThrownBy(source::join)
                    .isInstanceOf(Failure.class)
                    .hasMessage(
                            "the server has ended all 3 sessions of the source's snapshot, and no new one could see the same rows: try again when the server can be reached");
        }
    }

    private static List<String> sessionsOf(String user) throws SQLException {
        try (Connection root = server.newDatabase().connect();
                var statement = root.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT id FROM information_schema.processlist WHERE user = '%s' ORDER BY id"
                                        .formatted(user))) {
            var ids = new ArrayList<String>();
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
            return ids;
        }
    }

    @Test
    void aUserWithoutTheLockFindsOutWhetherAnybodyWrote() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)");
        reader(database, "quiet", "GRANT SELECT ON `%s`.* TO 'quiet'@'%%'");
        if (!server.isMariaDb()) {
            server.execute("GRANT REPLICATION CLIENT ON *.* TO 'quiet'@'%'"); // as without GTIDs
        }
        try (SourceDatabase source = MySqlSource.open(database.url(), "quiet", "x", 3)) {
            assertThat(source.caveat()).isEmpty();
        }
        var ended = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            try (var connection = database.connect();
                                    var statement = connection.createStatement()) {
                                for (int i = 2; !ended.get(); i++) {
                                    statement.executeUpdate("INSERT INTO t VALUES (" + i + ")");
                                }
                            } catch (java.sql.SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        try (SourceDatabase source = MySqlSource.open(database.url(), "quiet", "x", 20)) {
            assertThat(source.caveat().orElse("")).contains("GRANT RELOAD ON *.*");
        } finally {
            ended.set(true);
            writer.join();
        }
    }

    @Test
    void exactlyTheDocumentedGrantsAreEnough() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE open (id INT PRIMARY KEY, name TEXT);
                CREATE TABLE secret (id INT PRIMARY KEY, name TEXT, token TEXT);
                INSERT INTO open VALUES (1, 'a')
                """);
        reader(database, "least", "GRANT SELECT ON `%s`.* TO 'least'@'%%'");
        server.execute("GRANT RELOAD ON *.* TO 'least'@'%'");
        try (SourceDatabase source = MySqlSource.open(database.url(), "least", "x", 2)) {
            Table table = MySqlReaderTest.table(source, database, "open");
            source.checkReadable(Map.of(table.name(), List.of("id", "name")));
            try (SourceSession session = source.join()) {
                assertThat(ReadTexts.all(session, table)).hasSize(1);
                assertThat(session.count(Map.of(table.name(), List.of())))
                        .containsEntry(table.name(), 1L);
            }
            assertThat(source.bounds(table.name(), table.columns().getFirst(), 1, 2)).isEmpty();
            assertThat(source.needingText(Map.of())).isEmpty();
        }
        reader(database, "partly", "GRANT SELECT (id, name) ON `%s`.secret TO 'partly'@'%%'");
        try (SourceDatabase source = MySqlSource.open(database.url(), "partly", "x", 1)) {
            var secret = new TableName(database.name(), "secret");
            // The server does not show the third one: without a word the copy would be incomplete.
            assertThatThrownBy(() -> source.checkReadable(Map.of(secret, List.of("id", "name"))))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(
                            "GRANT SELECT ON `%s`.`secret` TO 'partly'@'%%'"
                                    .formatted(database.name()));
        }
    }

    private static void reader(MySqlTestDatabase database, String user, String grant)
            throws Exception {
        server.execute("CREATE USER '" + user + "'@'%' IDENTIFIED BY 'x'");
        server.execute(grant.formatted(database.name()));
    }

    @Test
    void tablesWithoutVersionsOfRowsAreNamed() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute("CREATE TABLE old (id INT PRIMARY KEY) ENGINE=MyISAM");
        try (SourceDatabase source = MySqlReaderTest.open(database)) {
            assertThat(source.caveat().orElse("")).contains(database.name() + ".old (MyISAM)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INT: seq",
                "INT: seq * seq",
                "BIGINT UNSIGNED: 18446744073709551615 - seq * 7",
                "VARCHAR(40): concat('customer-', seq * 13 % 100003)",
                "VARCHAR(40) CHARACTER SET latin1: concat(char(97 + seq % 26), seq)",
                "CHAR(36): uuid()",
                "BINARY(16): unhex(md5(seq))",
                "UUID: uuid()",
                "DATETIME: '2020-01-01' + INTERVAL seq MINUTE",
                "DECIMAL(20,2): seq * 1.25 - 10000",
            })
    void boundsDivideATableIntoAboutEqualParts(String typeAndValue) throws Exception {
        String[] parts = typeAndValue.split(": ", 2);
        Assumptions.assumeTrue(server.isMariaDb() || !parts[0].equals("UUID"));
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE t (k %s, filler CHAR(200) DEFAULT 'x', PRIMARY KEY (k));
                INSERT INTO t (k) SELECT %s FROM %s;
                ANALYZE TABLE t
                """
                        .formatted(parts[0], parts[1], MySqlTestDatabase.numbers(20_000)));
        try (SourceDatabase source = MySqlReaderTest.open(database);
                SourceSession session = source.join()) {
            Table table = MySqlReaderTest.table(source, database, "t");
            Key key = table.primaryKey().orElseThrow();
            List<KeyValue> bounds =
                    source.bounds(table.name(), table.columns().getFirst(), 20_000, 8);
            assertThat(bounds).hasSizeBetween(5, 7);
            var sizes = new ArrayList<Integer>();
            Optional<KeyValue> after = Optional.empty();
            for (int i = 0; i <= bounds.size(); i++) {
                Optional<KeyValue> upTo =
                        i < bounds.size() ? Optional.of(bounds.get(i)) : Optional.empty();
                var query =
                        new RowQuery(
                                ReadTexts.shape(table),
                                ReadTexts.columns(table, key),
                                new KeyRange(after, upTo),
                                true);
                sizes.add(ReadTexts.of(session, query, 5000).size());
                after = upTo;
            }
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20_000);
            assertThat(sizes).as("rows of each part").allMatch(size -> size < 20_000 * 0.4);
        }
    }

    @Test
    void checksAreAskedOnMadeUpValues() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE t (
                  age INT CHECK (age BETWEEN 0 AND 150),
                  code VARCHAR(10) COLLATE utf8mb4_bin CHECK (code IN ('A', 'B')),
                  word VARCHAR(10) COLLATE utf8mb4_general_ci CHECK (word IN ('A', 'B')),
                  born DATE CHECK (born > '1900-01-01'),
                  came DATETIME(3) CHECK (came > '1900-01-01'),
                  seen TIMESTAMP NULL CHECK (seen > '2000-01-01'),
                  opens TIME CHECK (opens >= '08:00'),
                  place POINT CHECK (place IS NOT NULL))
                """);
        try (SourceDatabase source = MySqlReaderTest.open(database)) {
            assertThat(ask(source, database, "age", "-1", "0", null))
                    .contains(Arrays.asList(false, true, null));
            assertThat(ask(source, database, "code", "A", "a")).contains(List.of(true, false));
            assertThat(ask(source, database, "word", "A", "a")).contains(List.of(true, true));
            assertThat(ask(source, database, "born", "1899-12-31", "2000-01-01"))
                    .contains(List.of(false, true));
            assertThat(
                            ask(
                                    source,
                                    database,
                                    "came",
                                    "1899-12-31T00:00",
                                    "2000-01-01T09:30:00.5",
                                    "+10000-01-01T00:00"))
                    .contains(Arrays.asList(false, true, null));
            assertThat(ask(source, database, "seen", "1999-12-31T00:00Z", "2000-01-01T09:30:00Z"))
                    .contains(List.of(false, true));
            assertThat(ask(source, database, "opens", "07:59:59", "08:30"))
                    .contains(List.of(false, true));
            assertThat(ask(source, database, "place", "x")).isEmpty();
            assertThat(
                            source.holds(
                                    new Question(
                                            "t",
                                            List.of(new Tried("age", "int", List.of("1"))),
                                            "nonsense(age)")))
                    .isEmpty();
            assertThat(
                            source.holds(
                                    new Question(
                                            "t",
                                            List.of(
                                                    new Tried("age", "int", List.of("1", "2")),
                                                    new Tried(
                                                            "code",
                                                            "varchar(10)",
                                                            Arrays.asList("A", null))),
                                            "age = 1 and code is not null")))
                    .contains(List.of(true, false));
        }
    }

    private static Optional<List<@Nullable Boolean>> ask(
            SourceDatabase source,
            MySqlTestDatabase database,
            String column,
            @Nullable String... values) {
        Table table = MySqlReaderTest.table(source, database, "t");
        String expression =
                table.checks().stream()
                        .filter(check -> check.columns().equals(List.of(column)))
                        .findFirst()
                        .orElseThrow()
                        .expression();
        return source.holds(
                new Question(
                        "t",
                        List.of(
                                new Tried(
                                        column,
                                        table.column(column).orElseThrow().type().sql(),
                                        Arrays.asList(values))),
                        expression));
    }

    @Test
    void columnsThatHoldWhatTheLakeCannotAreFound() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                SET sql_mode = 'ALLOW_INVALID_DATES';
                CREATE TABLE t (a DATE, b DATE, c DATE, d DATETIME, e TIME, f TIME, g DATE, h DATE);
                INSERT INTO t VALUES
                  ('2020-02-29', '0000-00-00', '2010-02-30', '2010-00-12', '-01:00', '24:00', NULL, '0000-01-01')
                """);
        try (SourceDatabase source = MySqlReaderTest.open(database)) {
            Table table = MySqlReaderTest.table(source, database, "t");
            var types = new java.util.LinkedHashMap<String, ColumnType>();
            table.columns()
                    .forEach(column -> {
                        assertThat(source.mayNeedText(column.type())).isTrue();
                        types.put(column.name(), column.type());
                    });
            assertThat(source.needingText(Map.of(table.name(), types)))
                    .isEqualTo(Map.of(table.name(), Set.of("b", "c", "d", "e", "h")));
        }
    }

    @Test
    void textsThatAreNotTheSameButEqualAreKnownByTheirCollation() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                "CREATE TABLE t (a varchar(9), b varchar(9) COLLATE utf8mb4_bin, c varbinary(9),"
                        + " d varchar(9) COLLATE utf8mb4_nopad_bin, e int)");
        try (MySqlSource source =
                MySqlSource.open(database.url(), database.user(), database.password(), 2)) {
            assertThat(source.looselyCompared())
                    .containsOnly(Map.entry(new TableName(source.name(), "t"), Set.of("a", "b")));
        }
    }

    @Test
    void memoryDoesNotGrowWithTheTable() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE t (id INT PRIMARY KEY, c LONGBLOB);
                INSERT INTO t SELECT seq, repeat('x', 1000000) FROM %s
                """
                        .formatted(MySqlTestDatabase.numbers(40)));
        try (SourceDatabase source = MySqlReaderTest.open(database);
                SourceSession session = source.join()) {
            Table table = MySqlReaderTest.table(source, database, "t");
            var query = new RowQuery(ReadTexts.shape(table), List.of(), KeyRange.ALL, false);
            var batch = new RowBatch(query.shape(), 16);
            long most = 0;
            int rows = 0;
            long before = used();
            try (RowReader reader = session.read(query, 100, 1 << 20)) {
                while (!reader.isAtEnd()) {
                    reader.read(batch);
                    rows += batch.rows();
                    if (rows % 10 == 0) {
                        most = Math.max(most, used() - before);
                    }
                }
            }
            assertThat(rows).isEqualTo(40);
            assertThat(most).as("bytes beside a table of 40 MB").isLessThan(12_000_000);
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
