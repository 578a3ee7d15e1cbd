package dev.understudy.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.rows.UnrealDate;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadDataWriterTest {
    @RegisterExtension static final MariaDbServer SERVER = MariaDbServer.embedded();

    private static final LocalDate DAY_0 = LocalDate.of(2000, 1, 1);

    /// A column and values of it: each as an SQL literal and as it travels.
    private record Trial(String definition, ColumnType type, List<Value> values) {}

    private record Value(String literal, byte @Nullable [] wire) {}

    private static Trial trial(String definition, String name, Object... literalsAndWires) {
        var values = new ArrayList<Value>();
        for (int i = 0; i < literalsAndWires.length; i += 2) {
            values.add(new Value((String) literalsAndWires[i], (byte[]) literalsAndWires[i + 1]));
        }
        values.add(new Value("NULL", null));
        return new Trial(definition, type(definition, name), values);
    }

    private static ColumnType type(String sql, String name) {
        boolean labels = sql.startsWith("enum");
        return new ColumnType(
                0,
                sql,
                name,
                labels ? Kind.ENUM : Kind.BASE,
                -1,
                labels
                        ? Arrays.asList(sql.substring(6, sql.indexOf("')")).split("','"))
                        : List.of(),
                Optional.empty(),
                List.of(),
                true);
    }

    private static List<Trial> trials() {
        return List.of(
                trial("tinyint", "int2", "-128", int2(-128), "127", int2(127)),
                trial("smallint unsigned", "int4", "65535", int4(65535)),
                trial(
                        "int(5) unsigned zerofill",
                        "int8",
                        "7",
                        int8(7),
                        "4294967295",
                        int8(4294967295L)),
                trial(
                        "bigint",
                        "int8",
                        "-9223372036854775808",
                        int8(Long.MIN_VALUE),
                        "9223372036854775807",
                        int8(Long.MAX_VALUE),
                        "0",
                        int8(0)),
                trial(
                        "bigint unsigned",
                        "numeric",
                        "18446744073709551615",
                        numeric("18446744073709551615"),
                        "0",
                        numeric("0"),
                        "10000",
                        numeric("10000")),
                trial(
                        "decimal(65,30)",
                        "numeric",
                        "12345678901234567890123456789012345.123456789012345678901234567891",
                        numeric(
                                "12345678901234567890123456789012345.123456789012345678901234567891"),
                        "-0.000000000000000000000000000001",
                        numeric("-0.000000000000000000000000000001"),
                        "0",
                        numeric("0.000000000000000000000000000000")),
                trial(
                        "decimal(10,2)",
                        "numeric",
                        "-0.05",
                        numeric("-0.05"),
                        "99999999.99",
                        numeric("99999999.99"),
                        "100000",
                        numeric("100000.00")),
                trial(
                        "double",
                        "float8",
                        "1e0",
                        float8(1),
                        "0.1e0",
                        float8(0.1),
                        "-1234.56e0",
                        float8(-1234.56),
                        "1.7976931348623157e308",
                        float8(Double.MAX_VALUE),
                        "5e-324",
                        float8(Double.MIN_VALUE),
                        "0.30000000000000004e0",
                        float8(0.1 + 0.2)),
                trial(
                        "float(9,2)",
                        "float4",
                        "9999999.99",
                        int4(Float.floatToRawIntBits(10_000_000)),
                        "-9999999.99",
                        int4(Float.floatToRawIntBits(-10_000_000)),
                        "1.25",
                        int4(Float.floatToRawIntBits(1.25f))),
                trial("char(10)", "varchar", "'a'", text("a"), "''", text("")),
                trial(
                        "varchar(200)",
                        "varchar",
                        "_utf8mb4 0x4A6FCC88F09F9880 ",
                        text("Jo\u0308\uD83D\uDE00"),
                        "0x5C27220A0D09001A5C4E",
                        text("\\'\"\n\r\t\0\u001a\\N"),
                        "'NULL'",
                        text("NULL"),
                        "'\\\\N'",
                        text("\\N")),
                trial(
                        "varchar(50) character set latin1",
                        "varchar",
                        "'Ärger über 5 €'",
                        text("Ärger über 5 €")),
                trial(
                        "longtext character set utf16",
                        "text",
                        "'中文 \uD83D\uDE00'",
                        text("中文 \uD83D\uDE00")),
                trial("binary(4)", "bytea", "0x00FF5C27", hex("00ff5c27")),
                trial("blob", "bytea", "''", hex(""), "0xE28027095C0A00", hex("e28027095c0a00")),
                trial("bit(1)", "varbit", "b'1'", bits("1"), "b'0'", bits("0")),
                trial("bit(10)", "varbit", "b'0101000010'", bits("0101000010")),
                trial(
                        "bit(64)",
                        "varbit",
                        "~0",
                        bits("1".repeat(64)),
                        "9",
                        bits("0".repeat(60) + "1001")),
                trial("year", "int2", "2024", int2(2024), "'0000'", int2(0), "1901", int2(1901)),
                trial(
                        "date",
                        "date",
                        "'2024-02-29'",
                        date("2024-02-29"),
                        "'0001-01-01'",
                        date("0001-01-01"),
                        "'9999-12-31'",
                        date("9999-12-31"),
                        "'1900-03-01'",
                        date("1900-03-01"),
                        "'0000-00-00'",
                        int4(UnrealDate.days(0, 0, 0)),
                        "'2010-00-12'",
                        int4(UnrealDate.days(2010, 0, 12)),
                        "'2010-02-31'",
                        int4(UnrealDate.days(2010, 2, 31)),
                        "'0000-01-01'",
                        int4(UnrealDate.days(0, 1, 1))),
                trial(
                        "datetime(6)",
                        "timestamp",
                        "'1969-12-31 23:59:59.999999'",
                        micros("1969-12-31", 86_399_999_999L),
                        "'2018-10-28 03:33:33.333000'",
                        micros("2018-10-28", 12_813_333_000L),
                        "'0000-00-00 00:00:00'",
                        int8(UnrealDate.micros(0, 0, 0, 0)),
                        "'2010-02-31 23:59:59.999999'",
                        int8(UnrealDate.micros(2010, 2, 31, 86_399_999_999L))),
                trial(
                        "timestamp(3) null",
                        "timestamptz",
                        "'0000-00-00 00:00:00'",
                        int8(UnrealDate.micros(0, 0, 0, 0)),
                        "'2018-10-28 03:33:33.333'",
                        micros("2018-10-28", 12_813_333_000L)),
                trial(
                        "timestamp(3) null",
                        "timestamptz",
                        "'2018-10-28 03:33:33.333'",
                        micros("2018-10-28", 12_813_333_000L),
                        "'1970-01-01 00:00:01'",
                        micros("1970-01-01", 1_000_000)),
                trial(
                        "time(6)",
                        "time",
                        "'838:59:59'",
                        int8(3_020_399_000_000L),
                        "'-838:59:59'",
                        int8(-3_020_399_000_000L),
                        "'-00:00:00.000001'",
                        int8(-1)),
                trial("enum('a','it''s')", "enum('a','it''s')", "'a'", text("a")),
                trial("set('x','y')", "text", "'x,y'", text("x,y"), "''", text("")),
                trial(
                        "json",
                        "json",
                        "'{\"a\": [1, 2.50, \"\\\\u00e9\\\\n\"]}'",
                        text("{\"a\": [1, 2.50, \"\\u00e9\\n\"]}")),
                trial(
                        "uuid",
                        "uuid",
                        "'00112233-4455-6677-8899-aabbccddeeff'",
                        hex("00112233445566778899aabbccddeeff")),
                trial(
                        "point",
                        "bytea",
                        "ST_GeomFromText('POINT(1 -2.5)')",
                        hex("000000000101000000000000000000f03f00000000000004c0")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyTypeArrivesAsItLeft(boolean localInfile) throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        List<Trial> trials =
                trials().stream()
                        .filter(each -> SERVER.isMariaDb() || !each.definition().equals("uuid"))
                        .toList();
        var definition = new StringBuilder("(id int primary key auto_increment");
        for (int i = 0; i < trials.size(); i++) {
            definition.append(", c").append(i).append(' ').append(trials.get(i).definition());
        }
        definition.append(") charset utf8mb4");
        database.execute(
                "CREATE TABLE expected " + definition + "; CREATE TABLE loaded " + definition);
        var columns = new ArrayList<RowColumn>();
        columns.add(new RowColumn("id", type("int", "int4"), false));
        for (int i = 0; i < trials.size(); i++) {
            columns.add(new RowColumn("c" + i, trials.get(i).type(), false));
        }
        var shape = new RowShape(new TableName("source", "t"), columns);
        var batch = new RowBatch(shape, 1024);
        int most = trials.stream().mapToInt(each -> each.values().size()).max().orElse(0);
        var inserts =
                new StringBuilder(
                        "SET time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'");
        for (int row = 0; row < most; row++) {
            inserts.append("; INSERT INTO expected VALUES (").append(row);
            batch.append(int2(columns.size()), 0, 2);
            append(batch, int4(row));
            for (Trial trial : trials) {
                Value value = trial.values().get(row % trial.values().size());
                inserts.append(", ").append(value.literal());
                append(batch, value.wire());
            }
            inserts.append(')');
            batch.endRow();
        }
        database.execute(inserts.toString());
        withLocalInfile(
                localInfile,
                () -> {
                    try (var sessions = sessions(database);
                            Connection session = sessions.session()) {
                        var writer =
                                new LoadDataWriter(
                                        session, new TableName(database.name(), "loaded"), shape);
                        assertEquals(localInfile, LoadDataWriter.slowness(session).isEmpty());
                        writer.write(batch);
                        assertEquals(most, writer.end());
                        assertEquals(0, writer.end());
                    }
                });
        for (int i = 0; i < trials.size(); i++) {
            String column = "c" + i;
            assertEquals(
                    0,
                    number(
                            database,
                            "SELECT count(*) FROM expected e JOIN loaded l USING (id) WHERE NOT (e.%1$s <=> l.%1$s AND HEX(e.%1$s) <=> HEX(l.%1$s))"
                                    .formatted(column)),
                    trials.get(i).definition());
        }
        assertEquals(most, number(database, "SELECT count(*) FROM loaded"));
    }

    @Test
    void floatsKeepEveryBit() throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        database.execute("CREATE TABLE t (id int primary key, f float, d double)");
        var shape =
                new RowShape(
                        new TableName("source", "t"),
                        List.of(
                                new RowColumn("id", type("int", "int4"), false),
                                new RowColumn("f", type("float", "float4"), false),
                                new RowColumn("d", type("double", "float8"), false)));
        long seed = 4711;
        var random = new Random(seed);
        var batch = new RowBatch(shape, 1024);
        var singles = new ArrayList<Float>();
        var doubles = new ArrayList<Double>();
        while (singles.size() < 5_000) {
            float single =
                    singles.size() < 2
                            ? Float.MAX_VALUE * (1 - 2 * singles.size())
                            : singles.size() % 2 == 0
                                    ? Float.intBitsToFloat(random.nextInt())
                                    : random.nextInt(100_000) / 100f;
            double number =
                    singles.size() % 2 == 0
                            ? Double.longBitsToDouble(random.nextLong())
                            : random.nextInt() / 10_000d;
            if (!Float.isFinite(single) || !Double.isFinite(number)) {
                continue;
            }
            batch.append(int2(3), 0, 2);
            append(batch, int4(singles.size()));
            append(batch, int4(Float.floatToRawIntBits(single)));
            append(batch, float8(number));
            batch.endRow();
            singles.add(single);
            doubles.add(number);
        }
        try (var sessions = sessions(database);
                Connection session = sessions.session()) {
            new LoadDataWriter(session, new TableName(database.name(), "t"), shape).write(batch);
        }
        // The binary protocol sends a float's own bits.
        try (Connection session =
                        java.sql.DriverManager.getConnection(
                                database.url() + "&useServerPrepStmts=true",
                                database.user(),
                                database.password());
                var query = session.prepareStatement("SELECT id, f, d FROM t ORDER BY id");
                var rows = query.executeQuery()) {
            while (rows.next()) {
                int id = rows.getInt(1);
                assertEquals(singles.get(id), rows.getFloat(2), "seed " + seed);
                assertEquals(doubles.get(id), rows.getDouble(3), "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInvalidEnumStaysInvalid(boolean localInfile) throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        database.execute("CREATE TABLE t (v enum('a','b') NOT NULL)");
        RowBatch batch = single(type("enum('a','b')", "enum"), text(""), text("b"), text(""));
        withLocalInfile(localInfile, () -> assertEquals(3, write(database, batch)));
        assertEquals(2, number(database, "SELECT count(*) FROM t WHERE v = 0"));
        RowBatch wrong = single(type("enum('a','b')", "enum"), text(""), text("other"));
        assertThrows(Failure.class, () -> write(database, wrong));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDuplicateUnderTheCollationIsAFailureWithoutTheValue(boolean localInfile)
            throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        database.execute(
                "CREATE TABLE t (v varchar(50), UNIQUE KEY only_once (v)) charset utf8mb4 COLLATE utf8mb4_general_ci");
        RowBatch batch = single(type("varchar(50)", "varchar"), text("Ada"), text("ADA"));
        withLocalInfile(
                localInfile,
                () -> {
                    Failure failure = assertThrows(Failure.class, () -> write(database, batch));
                    assertEquals(Failure.Kind.TARGET, failure.kind());
                    assertTrue(failure.getMessage().contains("only_once"), failure.getMessage());
                    assertTrue(
                            failure.getMessage().contains(database.name() + ".t"),
                            failure.getMessage());
                    assertFalse(
                            failure.getMessage().toLowerCase(java.util.Locale.ROOT).contains("ada"),
                            failure.getMessage());
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatDoesNotFitIsAFailureWithoutTheValue(boolean localInfile) throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        withLocalInfile(
                localInfile,
                () -> {
                    for (var each :
                            List.of(
                                    new Object[] {
                                        "varchar(3)", type("varchar(9)", "varchar"), text("secret")
                                    },
                                    new Object[] {"tinyint", type("int", "int4"), int4(4711)},
                                    new Object[] {
                                        "decimal(5,2)",
                                        type("decimal(5,3)", "numeric"),
                                        numeric("47.111")
                                    },
                                    new Object[] {
                                        "datetime(6)",
                                        type("timestamp", "timestamp"),
                                        int8(Long.MAX_VALUE)
                                    },
                                    new Object[] {
                                        "varchar(9) character set latin1",
                                        type("varchar(9)", "varchar"),
                                        text("中secret")
                                    },
                                    new Object[] {"json", type("json", "json"), text("{secret")},
                                    new Object[] {"int NOT NULL", type("int", "int4"), null})) {
                        database.execute(
                                "DROP TABLE IF EXISTS t; CREATE TABLE t (v " + each[0] + ")");
                        RowBatch batch = single((ColumnType) each[1], (byte[]) each[2]);
                        Failure failure =
                                assertThrows(
                                        Failure.class,
                                        () -> write(database, batch),
                                        each[0].toString());
                        assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
                        assertFalse(failure.getMessage().contains("4711"), failure.getMessage());
                    }
                });
    }

    @Test
    void aRowBeyondThePacketTakesLocalInfileOrSaysWhatToRaise() throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        database.execute("CREATE TABLE t (v longblob); SET GLOBAL max_allowed_packet = 16777216");
        RowBatch wide = single(type("longblob", "bytea"), new byte[1 << 20], new byte[9 << 20]);
        withLocalInfile(true, () -> assertEquals(2, write(database, wide)));
        withLocalInfile(
                false,
                () -> {
                    Failure failure = assertThrows(Failure.class, () -> write(database, wide));
                    assertTrue(
                            failure.getMessage().contains("max_allowed_packet"),
                            failure.getMessage());
                    RowBatch fits =
                            single(type("longblob", "bytea"), new byte[7 << 20], new byte[7 << 20]);
                    assertEquals(2, write(database, fits));
                });
    }

    @Test
    void aLockThatNobodyGivesBackIsAFailure() throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        database.execute("CREATE TABLE t (v int primary key)");
        try (Connection other = database.connect();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (1)");
            RowBatch batch = single(type("int", "int4"), int4(1));
            try (var sessions = sessions(database);
                    Connection session = sessions.session();
                    var setting = session.createStatement()) {
                setting.execute("SET SESSION innodb_lock_wait_timeout = 1");
                var writer =
                        new LoadDataWriter(
                                session, new TableName(database.name(), "t"), batch.shape());
                Failure failure = assertThrows(Failure.class, () -> writer.write(batch));
                assertTrue(
                        failure.getMessage().contains("innodb_lock_wait_timeout"),
                        failure.getMessage());
            }
        }
    }

    @Test
    void aTableWithoutWritableColumnsGetsItsRows() throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        database.execute("CREATE TABLE t (v int AS (1))");
        var batch = new RowBatch(new RowShape(new TableName("source", "t"), List.of()), 16);
        for (int i = 0; i < 3; i++) {
            batch.append(int2(0), 0, 2);
            batch.endRow();
        }
        assertEquals(3, write(database, batch));
    }

    @Test
    void geometriesThatTheServerComputesNeedNoValue() throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        // MariaDB knows no generated column that takes no NULL.
        database.execute(
                "CREATE TABLE t (v int PRIMARY KEY, place point AS (point(v, v)) STORED%s)"
                        .formatted(SERVER.isMariaDb() ? "" : " NOT NULL"));
        assertEquals(2, write(database, single(type("int", "int4"), int4(0), int4(7))));
        assertEquals(7, number(database, "SELECT sum(ST_X(place)) FROM t"));
    }

    @Test
    void severalSessionsLoadOneTableSideBySide() throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        database.execute("CREATE TABLE t (v int primary key auto_increment)");
        try (var sessions = sessions(database);
                Connection first = sessions.session();
                Connection second = sessions.session()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            var table = new TableName(database.name(), "t");
            for (int i = 0; i < 3; i++) {
                RowBatch low = single(type("int", "int4"), int4(i));
                RowBatch high = single(type("int", "int4"), int4(1000 + i));
                new LoadDataWriter(first, table, low.shape()).write(low);
                new LoadDataWriter(second, table, high.shape()).write(high);
            }
            first.commit();
            second.commit();
        }
        assertEquals(6, number(database, "SELECT count(*) FROM t"));
        assertEquals(0, number(database, "SELECT min(v) FROM t"), "0 is a value like others");
    }

    private static RowBatch single(ColumnType type, byte @Nullable []... values) {
        var batch =
                new RowBatch(
                        new RowShape(
                                new TableName("source", "t"),
                                List.of(new RowColumn("v", type, false))),
                        64);
        for (byte[] value : values) {
            batch.append(int2(1), 0, 2);
            append(batch, value);
            batch.endRow();
        }
        return batch;
    }

    private static long write(MySqlTestDatabase database, RowBatch batch) throws SQLException {
        try (var sessions = sessions(database);
                Connection session = sessions.session()) {
            var writer =
                    new LoadDataWriter(session, new TableName(database.name(), "t"), batch.shape());
            writer.write(batch);
            return writer.end();
        }
    }

    private static MySqlSessions sessions(MySqlTestDatabase database) {
        return MySqlSessions.loading(database.url(), database.user(), database.password(), 2);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void withLocalInfile(boolean on, Work work) throws Exception {
        SERVER.execute("SET GLOBAL local_infile = " + (on ? "ON" : "OFF"));
        try {
            work.run();
        } finally {
            SERVER.execute("SET GLOBAL local_infile = ON");
        }
    }

    private static long number(MySqlTestDatabase database, String sql) throws SQLException {
        try (Connection session = database.connect();
                var statement = session.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void append(RowBatch batch, byte @Nullable [] value) {
        batch.append(int4(value == null ? -1 : value.length), 0, 4);
        if (value != null) {
            batch.append(value, 0, value.length);
        }
    }

    private static byte[] int2(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    private static byte[] int4(int value) {
        return java.nio.ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] int8(long value) {
        return java.nio.ByteBuffer.allocate(8).putLong(value).array();
    }

    private static byte[] float8(double value) {
        return int8(Double.doubleToRawLongBits(value));
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] date(String iso) {
        return int4((int) ChronoUnit.DAYS.between(DAY_0, LocalDate.parse(iso)));
    }

    private static byte[] micros(String iso, long ofDay) {
        return int8(ChronoUnit.DAYS.between(DAY_0, LocalDate.parse(iso)) * 86_400_000_000L + ofDay);
    }

    private static byte[] bits(String digits) {
        var bytes = new byte[4 + (digits.length() + 7) / 8];
        System.arraycopy(int4(digits.length()), 0, bytes, 0, 4);
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) == '1') {
                bytes[4 + i / 8] |= (byte) (0x80 >> i % 8);
            }
        }
        return bytes;
    }

    /// As PostgreSQL's numeric_send makes it: without groups of zeros at either end.
    private static byte[] numeric(String text) {
        var number = new BigDecimal(text);
        int scale = number.scale();
        int fraction = (scale + 3) / 4;
        String digits = number.abs().setScale(4 * fraction).unscaledValue().toString();
        digits = "0".repeat((4 - digits.length() % 4) % 4) + digits;
        var groups = new ArrayList<Integer>();
        for (int i = 0; i < digits.length(); i += 4) {
            groups.add(Integer.valueOf(digits.substring(i, i + 4)));
        }
        int weight = groups.size() - fraction - 1;
        while (!groups.isEmpty() && groups.getFirst() == 0) {
            groups.removeFirst();
            weight--;
        }
        while (!groups.isEmpty() && groups.getLast() == 0) {
            groups.removeLast();
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeShort(groups.size());
            out.writeShort(groups.isEmpty() ? 0 : weight);
            out.writeShort(number.signum() < 0 ? 0x4000 : 0);
            out.writeShort(scale);
            for (int group : groups) {
                out.writeShort(group);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
