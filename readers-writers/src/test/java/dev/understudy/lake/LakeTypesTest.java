package dev.understudy.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.postgres.PostgresCatalog;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.SharedData;
import dev.understudy.postgres.SqlDump;
import dev.understudy.postgres.TestDatabase;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueText;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// DuckDB reads what we wrote, and PostgreSQL says what it should be.
class LakeTypesTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    /// Types, each with values as SQL literals; NULL is added to all.
    private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

    static {
        values("boolean", "true", "false");
        values("smallint", "-32768", "0", "32767");
        values("integer", "-2147483648", "0", "2147483647");
        values("bigint", "-9223372036854775808", "0", "9223372036854775807");
        values("oid", "0", "4294967295");
        values("real", "0", "'-0'", "1.5", "1e-45", "3.4e38", "'NaN'", "'Infinity'", "0.1");
        values("double precision", "0", "1e-5", "0.0001", "123456789012345678", "5e-324");
        values("double precision", "1e15", "999999999999999", "'-Infinity'", "'NaN'", "0.1");
        values("numeric", "0", "0.00", "-1.50", "1e30", "1e-30", "'NaN'", "'Infinity'", "10000");
        values("numeric", "0.00001234", "123456789.987654321", "-10000.0001", "'-Infinity'");
        values("numeric(4,2)", "0", "-99.99", "99.99", "0.01", "10");
        values("numeric(18,4)", "99999999999999.9999", "-0.0001", "12345678901234.5", "20000");
        values("numeric(38,10)", "0.0000000001", "-9999999999999999999999999999.9999999999", "1");
        values("numeric(3,5)", "0.00999", "-0.00001");
        values("numeric(3,-2)", "99900", "-100", "0");
        values("numeric(60,2)", "123.45");
        values("text", "''", "'x'", "'Zürich 東京 🎭'", "repeat('long ', 5000)", "E'a\\nb\\\\c'");
        values("varchar(40)", "'abc'");
        values("char(5)", "'abc'");
        values("name", "'pg_class'");
        values("\"char\"", "'a'", "''", "'\\351'");
        values("xml", "'<a>1</a>'");
        values("bytea", "'\\x'", "'\\x00ff10'");
        values("uuid", "'00112233-4455-6677-8899-aabbccddeeff'");
        values("date", "'2018-10-28'", "'0001-01-01'", "'9999-12-31'", "'4713-01-01 BC'");
        values("date", "'infinity'", "'-infinity'", "'1969-12-31'", "'25000-06-07'");
        values("time", "'00:00'", "'23:59:59.999999'", "'12:34:56.7'", "'24:00'");
        values("timetz", "'12:34:56.789+02'", "'00:00-11:30'", "'01:02:03+04:05:06'");
        values("timestamp", "'2018-10-28 03:33:33.333'", "'1969-12-31 23:59:59.999999'");
        values("timestamp", "'infinity'", "'-infinity'", "'0044-03-15 12:00 BC'", "'9999-12-31'");
        values("timestamptz", "'2018-10-28 03:33:33.333+03'", "'1900-01-01 00:00+00'");
        values("timestamptz", "'infinity'", "'-infinity'", "'200000-12-31 23:00+00'");
        values("timestamptz(3)", "'294276-12-31 23:59:59+00'", "'2018-10-28 03:33:33.333+03'");
        values("interval", "'1 year 2 mons 3 days 04:05:06.789'", "'0'", "'-1 day +02:03:00'");
        values("interval", "'-1 year -2 mons +3 days -00:00:00.000001'", "'1000 hours'");
        values("interval", "'infinity'", "'-infinity'", "'1 mon'", "'-1 mon 1 day'");
        values("json", "'{\"a\": [1, 2 ,null]}'", "'null'");
        values("jsonb", "'{\"b\":1,\"a\":\"é\"}'", "'[]'", "'\"x\"'");
        values("jsonpath", "'$.a[*]'");
        values("money", "12.34", "-0.01", "92233720368547758.07");
        values("inet", "'192.168.0.1'", "'10.0.0.0/8'", "'::1'", "'2001:db8::1:0:0:1/64'");
        values("inet", "'::ffff:1.2.3.4'", "'::'", "'1:0:0:2::3'", "'::1.2.3.4'", "'1::'");
        values("cidr", "'192.168.0.0/24'", "'10.1.2.3/32'", "'2001:db8::/32'");
        values("macaddr", "'08:00:2b:01:02:03'");
        values("macaddr8", "'08:00:2b:01:02:03:04:05'");
        values("bit(10)", "B'1010101010'");
        values("bit varying", "B''", "B'1'", "B'111100001'");
        values("point", "'(1.5,-2)'", "'(1e300,0.1)'");
        values("line", "'{1,2,3}'");
        values("lseg", "'[(1,2),(3,4)]'");
        values("box", "'(3,4),(1,2)'");
        values("path", "'[(1,2),(3,4)]'", "'((1,2),(3,4))'");
        values("polygon", "'((1,2),(3,4),(5,6))'");
        values("circle", "'<(1,2),3>'");
        values("tsvector", "'''it''''s'':1A,2B fat:3C,4'", "''", "'a b c'");
        values("tsquery", "'fat & (rat | cat)'");
        values("pg_lsn", "'16/B374D848'", "'0/0'");
        values("xid8", "'18446744073709551615'");
        values("tid", "'(4294967295,65535)'");
        values("int4range", "'[1,5)'", "'empty'", "'(,)'", "'[1,)'");
        values("tstzrange", "'[2020-01-01 00:00+00,2020-02-01 00:00+00]'");
        values("numrange", "'(1.50,2.5]'");
        values("int4multirange", "'{[1,2),[5,9)}'", "'{}'");
        values("regclass", "'pg_class'");
        values("int[]", "'{1,2,NULL}'", "'{}'", "'{-5}'");
        values("text[]", "'{a,NULL,\"b c\",\"\",\"NULL\",\"q\\\"x\\\\\"}'", "'{}'", "'{ü}'");
        values("numeric(9,2)[]", "'{1.5,-2}'");
        values("bytea[]", "array['\\x00'::bytea]");
        values("timestamptz[]", "array['2018-10-28 03:33:33.333+03'::timestamptz, NULL]");
        values("uuid[]", "array['00112233-4455-6677-8899-aabbccddeeff'::uuid]");
        values("public.mood", "'sad'", "'very ''happy'''");
        values("public.mood[]", "'{sad,NULL}'");
        values("public.positive", "1", "99");
        values("public.price", "1.5", "99.99");
        values("public.address", "('Main, \"St\"', 5)", "(NULL, NULL)", "('', 1)");
        values("public.person", "('Ann', ('x', 1), array[1,2])", "('Bob', NULL, NULL)");
        values("public.person", "('Cid', ('', NULL), array[]::int[])");
        values("public.address[]", "array[('a', 1)::public.address, NULL, (NULL, 2)]");
        values("public.citext", "'Ann'");
        values("public.hstore", "'a=>1, \"b c\"=>NULL, \"q\\\"\"=>\"\\\\\"'", "''");
        values("public.ltree", "'Top.Science'");
    }

    private static void values(String type, String... literals) {
        VALUES.computeIfAbsent(type, _ -> new ArrayList<>()).addAll(List.of(literals));
    }

    private static final String TYPES =
            """
            CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree;
            CREATE TYPE public.mood AS ENUM ('sad', 'very ''happy''');
            CREATE DOMAIN public.positive AS int CHECK (VALUE > 0);
            CREATE DOMAIN public.price AS numeric(9,2);
            CREATE TYPE public.address AS (street text, number int);
            CREATE TYPE public.person AS (name text, home public.address, scores int[]);
            """;

    /// A table for each type, with NULL and the values in its rows.
    private static TestDatabase databaseOfValues() throws Exception {
        TestDatabase database = server.newDatabase();
        database.execute(TYPES);
        var sql = new StringBuilder();
        int number = 0;
        for (var type : VALUES.entrySet()) {
            String table = "t" + number++;
            sql.append("CREATE TABLE " + table + " (i int, v " + type.getKey() + ");");
            sql.append("INSERT INTO " + table + " VALUES (0, NULL)");
            int row = 1;
            for (String value : type.getValue()) {
                sql.append(", (" + row++ + ", (" + value + ")::" + type.getKey() + ")");
            }
            sql.append(';');
        }
        database.execute(sql.toString());
        return database;
    }

    @Test
    void everyTypeComesBackAsPostgresShowsIt() throws Exception {
        compareAll(databaseOfValues());
    }

    /// Rows of all types, some of them deleted and others added by a change.
    @Test
    void everyTypeIsTheSameInAnExport() throws Exception {
        TestDatabase database = databaseOfValues();
        try (Connection postgres = database.connect();
                Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ObjectStore store = ObjectStore.open(StoreLocation.of(folder.toString()))) {
            var tables = new ArrayList<Manifest.LakeTable>();
            for (Table table : PostgresCatalog.read(postgres).tables()) {
                tables.add(changed(postgres, store, table));
            }
            var manifest =
                    new Manifest(Manifest.FORMAT, 1, "j", "r2", AT, "c", "k", 1, tables, List.of());
            Path target = folder.resolve("exported");
            try (var export = LakeExport.begin(store, manifest, target)) {
                tables.forEach(each -> export.write(each, QUIET));
                export.publish();
            }
            var views = new LakeViews(manifest, key -> folder.resolve(key).toString());
            for (Manifest.LakeTable table : tables) {
                String name = table.name().name();
                try (var statement = duck.createStatement()) {
                    statement.execute(views.of(table));
                    statement.execute(
                            "CREATE VIEW exported_%1$s AS SELECT * FROM '%2$s/public.%1$s/*.parquet'"
                                    .formatted(name, target));
                }
                String type = table.columns().getLast().sourceType();
                String merged = "SELECT * FROM public." + name;
                String exported = "SELECT * FROM exported_" + name;
                assertThat(strings(duck, "SELECT count(*) FROM (" + exported + ")"))
                        .as(type)
                        .isEqualTo(strings(duck, "SELECT count(*) FROM (" + merged + ")"))
                        .doesNotContain("0");
                for (String[] each : new String[][] {{merged, exported}, {exported, merged}}) {
                    assertThat(strings(duck, each[0] + " EXCEPT ALL " + each[1]))
                            .as(type)
                            .isEmpty();
                }
                String describe = "SELECT column_name || column_type FROM (DESCRIBE %s)";
                assertThat(strings(duck, describe.formatted(exported)))
                        .as(type)
                        .isEqualTo(strings(duck, describe.formatted(merged)));
            }
        }
    }

    private static final LakeExport.Watcher QUIET =
            new LakeExport.Watcher() {
                @Override
                public void writing(Manifest.LakeTable table, int part, int parts) {}

                @Override
                public void done(LakeExport.Exported table) {}
            };
    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

    private Manifest.LakeTable changed(Connection postgres, ObjectStore store, Table table)
            throws Exception {
        var shape = shape(table);
        var options = PartOptions.DEFAULT.withTextColumns(textColumns(postgres, table));
        String all = CopiedRows.select(shape);
        String v = all.substring(all.indexOf(',') + 1, all.indexOf(" FROM"));
        String name = table.name().name();
        var base = List.of(part(postgres, store, shape, name, all, options));
        var upserted =
                part(
                        postgres,
                        store,
                        shape,
                        name + "-u",
                        all.replace("\"i\",", "i + 1000,"),
                        options.withChange(new Change(Change.Op.UPSERT, "r2", AT)));
        var deleted =
                part(
                        postgres,
                        store,
                        shape,
                        name + "-d",
                        all.replace(v, " NULL") + " WHERE i % 2 = 1",
                        options.withChange(new Change(Change.Op.DELETE, "r2", AT)));
        return Manifest.LakeTable.of("s", shape, options, List.of("i"), base)
                .with(new Manifest.ChangeSet("r2", AT, List.of(upserted), List.of(deleted)));
    }

    private static Part part(
            Connection postgres,
            ObjectStore store,
            RowShape shape,
            String name,
            String query,
            PartOptions options)
            throws Exception {
        try (var writer = PartWriter.open(store, name + ".parquet", shape, options)) {
            CopiedRows.read(postgres, query, shape, 7).forEach(writer::write);
            return writer.finish();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_neosync_alltypes", "pg_torture_debezium", "pg_pagila"})
    void everyTableOfAPackageComesBack(String name) throws Exception {
        TestDatabase database = server.newDatabase();
        SharedData.dump(name);
        SqlDump.load(name, database);
        compareAll(database);
    }

    private void compareAll(TestDatabase database) throws Exception {
        try (Connection postgres = database.connect();
                Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ObjectStore store = ObjectStore.open(StoreLocation.of(folder.toString()))) {
            try (Statement statement = postgres.createStatement()) {
                statement.execute("SET TimeZone = 'UTC'; SET search_path = ''");
            }
            for (Table table : PostgresCatalog.read(postgres).tables()) {
                if (!table.partitioned() && !table.copiedColumns().isEmpty()) {
                    compare(postgres, duck, store, table);
                }
            }
        }
    }

    private void compare(Connection postgres, Connection duck, ObjectStore store, Table table)
            throws Exception {
        var shape = shape(table);
        String query = CopiedRows.select(shape).replace(" FROM ", " FROM ONLY ");
        String order = " ORDER BY ctid";
        List<RowBatch> batches = CopiedRows.read(postgres, query + order, shape, 7);
        var textColumns = textColumns(postgres, table);
        var options = PartOptions.DEFAULT.withTextColumns(textColumns);
        String key = table.name().schema() + "/" + table.name().name() + ".parquet";
        Part part;
        try (var writer = PartWriter.open(store, key, shape, options)) {
            batches.forEach(writer::write);
            part = writer.finish();
        }
        assertThat(part.rows()).isEqualTo(batches.stream().mapToInt(RowBatch::rows).sum());
        for (RowColumn column : shape.columns()) {
            boolean text = column.asText() || textColumns.contains(column.name());
            String quoted = TableName.quote(column.name());
            var expected =
                    strings(
                            postgres,
                            "SELECT "
                                    + LakeTexts.postgres(quoted, column.type().underlying(), text)
                                    + " FROM ONLY "
                                    + table.name().quoted()
                                    + order);
            var found =
                    strings(
                            duck,
                            "SELECT "
                                    + LakeTexts.duck(quoted, column.type().underlying(), text)
                                    + " FROM '"
                                    + folder.resolve(key)
                                    + "'");
            if (!text) {
                expected = alike(expected, column.type());
                found = alike(found, column.type());
            }
            assertThat(found)
                    .as("%s.%s %s", table.name(), column.name(), column.type().sql())
                    .isEqualTo(expected);
        }
        compareRenderedText(batches, postgres, table, shape, order);
    }

    /// ValueText is right for every column that has a binary form, stored as text or not.
    private static void compareRenderedText(
            List<RowBatch> batches, Connection postgres, Table table, RowShape shape, String order)
            throws SQLException {
        var reader = new ValueReader();
        for (int column = 0; column < shape.columns().size(); column++) {
            RowColumn each = shape.columns().get(column);
            if (each.asText() || !ValueText.supports(each.type())) {
                continue;
            }
            ValueText text = ValueText.of(each.type());
            var found = new ArrayList<String>();
            for (RowBatch batch : batches) {
                for (int row = 0; row < batch.rows(); row++) {
                    int start = batch.valueStart(row, column);
                    int length = batch.valueLength(start);
                    var out = new StringBuilder();
                    if (length >= 0) {
                        text.append(reader.set(batch.bytes(), start, length), out);
                        reader.end();
                    }
                    found.add(length < 0 ? null : out.toString());
                }
            }
            var expected =
                    strings(
                            postgres,
                            "SELECT "
                                    + LakeTexts.ownText(TableName.quote(each.name()))
                                    + " FROM ONLY "
                                    + table.name().quoted()
                                    + order);
            assertThat(found)
                    .as("text of %s.%s %s", table.name(), each.name(), each.type().sql())
                    .isEqualTo(expected);
        }
    }

    private static RowShape shape(Table table) {
        return new RowShape(
                table.name(),
                table.copiedColumns().stream()
                        .map(column ->
                                new RowColumn(
                                        column.name(),
                                        column.type(),
                                        !LakeTypes.readable(column.type())))
                        .toList());
    }

    /// What a planner finds out before it copies a table that has arrays.
    private static Set<String> textColumns(Connection postgres, Table table) throws SQLException {
        var columns = new java.util.HashSet<String>();
        for (Column column : table.copiedColumns()) {
            String name = TableName.quote(column.name());
            var condition = LakeTypes.needsText(name, column.type());
            if (condition.isPresent()
                    && !strings(
                                    postgres,
                                    "SELECT 1 FROM "
                                            + table.name().quoted()
                                            + " WHERE "
                                            + condition.get()
                                            + " LIMIT 1")
                            .isEmpty()) {
                columns.add(column.name());
            }
        }
        return columns;
    }

    private static List<String> alike(List<String> texts, ColumnType type) {
        return texts.stream().map(each -> LakeTexts.alike(each, type)).toList();
    }

    private static List<String> strings(Connection connection, String query) throws SQLException {
        var strings = new ArrayList<String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }
}
