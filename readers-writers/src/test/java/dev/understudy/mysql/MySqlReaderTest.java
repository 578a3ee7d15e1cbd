package dev.understudy.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlReaderTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    /// A type, what it becomes, and values: as SQL, and as the text in which they travel; where one
    /// text is enough, both are the same.
    private static final List<Type> TYPES =
            List.of(
                    type("tinyint", "int2").text("-128", "127"),
                    type("tinyint(1)", "int2").text("-128", "2"),
                    type("tinyint unsigned", "int2").text("0", "255"),
                    type("smallint", "int2").text("-32768", "32767"),
                    type("smallint unsigned", "int4").text("65535"),
                    type("mediumint", "int4").text("-8388608", "8388607"),
                    type("mediumint unsigned", "int4").text("16777215"),
                    type("int", "int4").text("-2147483648", "2147483647"),
                    type("int unsigned", "int8").text("4294967295"),
                    type("int(5) zerofill", "int8").value("'42'", "42"),
                    type("bigint", "int8").text("-9223372036854775808", "9223372036854775807"),
                    type("bigint unsigned", "numeric")
                            .text("0", "1", "9999", "10000", "120000000", "1000000000001")
                            .text("9223372036854775808", "18446744073709551615"),
                    type("decimal(65,30)", "numeric")
                            .text(
                                    "99999999999999999999999999999999999.999999999999999999999999999999")
                            .text("-0.000000000000000000000000000001")
                            .text("10000.000100000000000000000000000000"),
                    type("decimal(9,2)", "numeric")
                            .text("-1234567.89", "0.00", "0.05", "10000.00", "100.10"),
                    type("decimal(10,0)", "numeric").text("10000", "0", "-10001"),
                    type("decimal(8,2) unsigned zerofill", "numeric").value("'1.5'", "1.50"),
                    type("float", "float4").text("3.4028235e+38", "1.1754944e-38", "1.6777216e+07"),
                    type("float", "float4")
                            .value("'0.1'", "0.1")
                            .value("'1234567.1'", "1.2345671e+06"),
                    type("double", "float8").text("1.7976931348623157e+308", "0.1", "-2.5e-308"),
                    type("double(10,2)", "float8").text("12345678.91"),
                    type("bit(1)", "varbit").value("b'1'", "1"),
                    type("bit(10)", "varbit").value("b'1000000001'", "1000000001"),
                    type("bit(64)", "varbit")
                            .value("~0", "1".repeat(64))
                            .value("1", "0".repeat(63) + "1"),
                    type("year", "int2").text("1901", "2155").value("'0000'", "0"),
                    type("date", "date")
                            .text("1000-01-01", "9999-12-31", "2000-02-29", "1969-12-31"),
                    type("date", "date")
                            .text("0000-00-00", "2010-00-12", "2010-02-30", "0000-01-01"),
                    type("datetime", "timestamp")
                            .text("2018-10-28 03:33:33", "0000-00-00 00:00:00"),
                    type("datetime(6)", "timestamp")
                            .text("1000-01-01 00:00:00.000001", "9999-12-31 23:59:59.999999")
                            .text("2010-00-12 11:12:13.5", "2010-02-31 00:00:00"),
                    type("timestamp(3) null", "timestamptz")
                            .value("'2018-10-28 03:33:33.333'", "2018-10-28 03:33:33.333+00")
                            .value("'0000-00-00 00:00:00'", "0000-00-00 00:00:00+00"),
                    type("time(6)", "time")
                            .text(
                                    "-838:59:59.999999",
                                    "838:59:59.999999",
                                    "00:00:00",
                                    "-00:00:00.5"),
                    type("char(10)", "varchar").text("abc", "", "naïve"),
                    type("varchar(40) character set latin1", "varchar").text("Zoë £", "trailing "),
                    type("text character set utf8mb4", "text").text("😀 日本語", "a\nb\tc\\"),
                    type("text character set utf16", "text").text("日本語"),
                    type("longtext", "text").value("repeat('x', 300000)", "x".repeat(300_000)),
                    type("binary(4)", "bytea").value("x'00ff'", "\\x00ff0000"),
                    type("varbinary(20)", "bytea")
                            .value("x'00ff27'", "\\x00ff27")
                            .value("''", "\\x"),
                    type("blob", "bytea").value("x'deadbeef'", "\\xdeadbeef"),
                    type("point", "bytea")
                            .value(
                                    "ST_PointFromText('POINT(1 2)')",
                                    "\\x000000000101000000000000000000f03f0000000000000040"),
                    type("enum('a','it''s','ü')", "enum").text("it's", "ü").value("0", ""),
                    type("set('x','y','z')", "text").value("'z,x'", "x,z").value("''", ""),
                    type("json", "json").text("{\"a\": [1, 2]}"),
                    type("uuid", "uuid").text("0b5a2f6e-1f3c-4a57-9d0e-7c1f7d5a9b10"),
                    type("inet6", "text").text("2001:db8::1"),
                    type("inet4", "text").text("192.0.2.7"));

    private static final Set<String> OF_MARIA_DB = Set.of("uuid", "inet4", "inet6");

    private record Value(String sql, String text) {}

    private record Type(String sql, String name, List<Value> values) {
        Type text(String... texts) {
            Type more = this;
            for (String text : texts) {
                more = more.value("'" + text.replace("\\", "\\\\").replace("'", "''") + "'", text);
            }
            return more;
        }

        Type value(String valueSql, String text) {
            var all = new ArrayList<>(values);
            all.add(new Value(valueSql, text));
            return new Type(sql, name, List.copyOf(all));
        }
    }

    private static Type type(String sql, String name) {
        return new Type(sql, name, List.of());
    }

    @Test
    void everyTypeTravelsWithoutLoss() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        var sql =
                new StringBuilder("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00';\n");
        List<Type> types =
                TYPES.stream()
                        .filter(each -> server.isMariaDb() || !OF_MARIA_DB.contains(each.sql()))
                        .toList();
        for (int i = 0; i < types.size(); i++) {
            Type type = types.get(i);
            sql.append("CREATE TABLE t%d (id INT PRIMARY KEY, c %s);\n".formatted(i, type.sql()));
            for (int row = 0; row < type.values().size(); row++) {
                sql.append(
                        "INSERT INTO t%d VALUES (%d, %s);\n"
                                .formatted(i, row, type.values().get(row).sql()));
            }
            sql.append("INSERT INTO t%d VALUES (%d, NULL);\n".formatted(i, type.values().size()));
        }
        database.execute(sql.toString());
        try (SourceDatabase source = open(database);
                SourceSession session = source.join()) {
            for (int i = 0; i < types.size(); i++) {
                Type type = types.get(i);
                Table table = table(source, database, "t" + i);
                assertThat(table.column("c").orElseThrow().type().name())
                        .as(type.sql())
                        .isEqualTo(type.name());
                List<@Nullable String> expected = new ArrayList<>();
                type.values().forEach(value -> expected.add(value.text()));
                expected.add(null);
                List<@Nullable String> found = new ArrayList<>();
                inOrder(session, table).forEach(row -> found.add(row.get(1)));
                assertThat(found).as(type.sql()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bigint unsigned: 0, 1, 9223372036854775808, 18446744073709551615",
                "varchar(10): 'a', 'B', 'c', 'é', 'z'",
                "varchar(10) character set latin1: 'a', 'B', 'c', 'é', 'z'",
                "varchar(10) collate utf8mb4_bin: 'B', 'a', 'c', 'é'",
                "char(3) character set utf8mb3: 'a', 'ab', 'b'",
                "binary(3): x'000000', x'00ff00', x'01', x'ff27ff'",
                "varbinary(3): '', x'00', x'00ff', x'27'",
                "enum('z','y','a'): 'z', 'y', 'a'",
                "date: '0000-00-00', '2010-02-30', '2010-03-01'",
                "datetime(3): '0000-00-00', '2010-01-01', '2010-01-01 00:00:00.001'",
                "timestamp: '2010-01-01', '2010-01-01 00:00:01', '2020-01-01'",
                "time: '-10:00:00', '00:00:00', '100:00:00'",
                "decimal(20,3): -1.5, 0, 0.001, 12345678901234567.123",
                "bit(9): b'0', b'11', b'100000000'",
                "year: 0, 1901, 2155",
                "uuid: uuid(), uuid(), uuid(), uuid()",
            })
    void rangesOfAKeyMeetWithoutGapOrOverlap(String typeAndValues) throws Exception {
        int colon = typeAndValues.indexOf(':');
        String type = typeAndValues.substring(0, colon);
        Assumptions.assumeTrue(server.isMariaDb() || !OF_MARIA_DB.contains(type));
        MySqlTestDatabase database = server.newDatabase();
        var sql =
                new StringBuilder("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00';\n");
        sql.append("CREATE TABLE t (k %s, n INT, PRIMARY KEY (k, n));\n".formatted(type));
        for (String value : typeAndValues.substring(colon + 1).split(", ", -1)) {
            sql.append(
                    "SET @v = %s; INSERT INTO t VALUES (@v, 1), (@v, -2), (@v, 7);\n"
                            .formatted(value.strip()));
        }
        database.execute(sql.toString());
        try (SourceDatabase source = open(database);
                SourceSession session = source.join()) {
            Table table = table(source, database, "t");
            List<List<@Nullable String>> all = inOrder(session, table);
            assertThat(all).hasSizeGreaterThanOrEqualTo(9);
            Key key = table.primaryKey().orElseThrow();
            for (int at = 0; at < all.size(); at++) {
                KeyValue whole = ReadTexts.key(table, key, all.get(at));
                assertThat(between(session, table, Optional.of(whole), Optional.empty()))
                        .as("%s behind row %d", type, at)
                        .isEqualTo(all.subList(at + 1, all.size()));
                assertThat(between(session, table, Optional.empty(), Optional.of(whole)))
                        .as("%s up to row %d", type, at)
                        .isEqualTo(all.subList(0, at + 1));
                KeyValue first = new KeyValue(whole.texts().subList(0, 1));
                int end = at - at % 3 + 3; // three rows share their first column
                assertThat(between(session, table, Optional.of(first), Optional.empty()))
                        .as("%s behind the first column of row %d", type, at)
                        .isEqualTo(all.subList(end, all.size()));
                assertThat(between(session, table, Optional.of(first), Optional.of(whole)))
                        .as(type)
                        .isEmpty();
            }
            assertUsesTheKey(
                    database,
                    table,
                    new KeyRange(
                            Optional.of(ReadTexts.key(table, key, all.get(1))),
                            Optional.of(ReadTexts.key(table, key, all.get(7)))));
        }
    }

    /// Neither a sort nor a scan of the whole table.
    private static void assertUsesTheKey(MySqlTestDatabase database, Table table, KeyRange range)
            throws Exception {
        Key key = table.primaryKey().orElseThrow();
        var query =
                new RowQuery(ReadTexts.shape(table), ReadTexts.columns(table, key), range, true);
        try (var sessions = MySqlSessions.readOnly(database.url(), "root", "", 1);
                var session = sessions.session();
                var statement = session.createStatement();
                var plan =
                        statement.executeQuery(
                                "EXPLAIN " + new MySqlQuery(query, Optional.of("PRIMARY")).sql())) {
            plan.next();
            String row =
                    plan.getString("key") + " " + plan.getString("type") + plan.getString("Extra");
            assertThat(row).startsWith("PRIMARY").doesNotContain("filesort").doesNotContain("ALL");
        }
    }

    @Test
    void columnsOfAnotherTablesRowAreReadBesideARow() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE person (id BIGINT PRIMARY KEY, name VARCHAR(20));
                CREATE TABLE note (id INT PRIMARY KEY, person INT, name VARCHAR(20));
                INSERT INTO person VALUES (7, 'Anna'), (8, 'Bo');
                INSERT INTO note VALUES (1, 8, 'b'), (2, 7, 'a'), (3, NULL, 'n'), (4, 9, 'x'), (5, 7, 'a'), (100, 7, 'z')\
                """);
        Table note;
        Table person;
        try (SourceDatabase source = open(database)) {
            note = table(source, database, "note");
            person = table(source, database, "person");
        }
        var name = new RowColumn("name", person.column("name").orElseThrow().type(), false);
        var query =
                new RowQuery(
                        ReadTexts.shape(note),
                        List.of(new RowQuery.Joined(person.name(), "id", "person", name)),
                        List.of("name > 'a' OR id = 2 -- a comment", "id < 100"),
                        Map.of("person", "own.id IN (SELECT id FROM note WHERE id = 1) -- one"),
                        ReadTexts.columns(note, note.primaryKey().orElseThrow()),
                        KeyRange.ALL,
                        true);
        var rows = new ArrayList<String>();
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var result =
                        statement.executeQuery(
                                new MySqlQuery(query, Optional.of("PRIMARY")).sql())) {
            while (result.next()) {
                rows.add(
                        result.getString(1)
                                + " "
                                + result.getString(2)
                                + " "
                                + result.getString(3)
                                + " "
                                + result.getString(4)
                                + " "
                                + result.getString(5));
            }
        }
        assertThat(rows)
                .containsExactly(
                        "1 1 8 b Bo", "null 2 7 a Anna", "null 3 null n null", "null 4 9 x null");
    }

    @Test
    void aBatchIsFullBeforeItsBytesAreExceeded() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE t (id INT PRIMARY KEY, c LONGTEXT);
                INSERT INTO t SELECT seq, repeat('x', if(seq = 5, 5000, 100)) FROM %s
                """
                        .formatted(MySqlTestDatabase.numbers(10)));
        try (SourceDatabase source = open(database);
                SourceSession session = source.join()) {
            Table table = table(source, database, "t");
            var query = new RowQuery(ReadTexts.shape(table), List.of(), KeyRange.ALL, false);
            var batch = new RowBatch(query.shape(), 16);
            var sizes = new ArrayList<Integer>();
            try (RowReader reader = session.read(query, 3, 400)) {
                while (!reader.isAtEnd()) {
                    if (reader.read(batch)) {
                        sizes.add(batch.rows());
                    }
                }
            }
            assertThat(sizes).isEqualTo(Arrays.asList(3, 1, 1, 3, 2));
        }
    }

    @Test
    void aReaderThatStopsEarlyLeavesItsSessionInTheSnapshot() throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        database.execute(
                """
                CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(300));
                INSERT INTO t SELECT seq, repeat('x', 300) FROM %s
                """
                        .formatted(MySqlTestDatabase.numbers(30_000)));
        try (SourceDatabase source = MySqlSource.open(database.url(), "root", "", 1)) {
            Table table = table(source, database, "t");
            database.execute("DELETE FROM t WHERE id > 100");
            var query = new RowQuery(ReadTexts.shape(table), List.of(), KeyRange.ALL, false);
            for (int i = 0; i < 5; i++) {
                try (SourceSession session = source.join()) {
                    var batch = new RowBatch(query.shape(), 16);
                    try (RowReader reader = session.read(query, 10, 1 << 20)) {
                        assertThat(reader.read(batch)).isTrue();
                    }
                    assertThat(session.count(Map.of(table.name(), List.of())))
                            .containsEntry(table.name(), 30_000L);
                }
            }
        }
    }

    static SourceDatabase open(MySqlTestDatabase database) {
        return MySqlSource.open(database.url(), database.user(), database.password(), 2);
    }

    static Table table(SourceDatabase source, MySqlTestDatabase database, String name) {
        return source.structure()
                .database()
                .table(new TableName(database.name(), name))
                .orElseThrow();
    }

    private static List<List<@Nullable String>> inOrder(SourceSession session, Table table) {
        return between(session, table, Optional.empty(), Optional.empty());
    }

    private static List<List<@Nullable String>> between(
            SourceSession session, Table table, Optional<KeyValue> after, Optional<KeyValue> upTo) {
        Key key = table.primaryKey().orElseThrow();
        return ReadTexts.of(
                session,
                new RowQuery(
                        ReadTexts.shape(table),
                        ReadTexts.columns(table, key),
                        new KeyRange(after, upTo),
                        true),
                100);
    }
}
