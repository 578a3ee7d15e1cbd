package dev.understudy.jobs.run;

import dev.understudy.mysql.MySqlTestDatabase;
import dev.understudy.postgres.TestDatabase;
import dev.understudy.schema.TableName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a PostgreSQL and a MySQL database hold, as text that each server writes of its own values
/// and that both would write alike: sums of hashes over every column and over whole rows, by
/// `table.column` and `table`, and the rows themselves where a test asks for them.
final class BothServers {
    private static final Pattern FRACTION = Pattern.compile("[-\\d: .]+\\.\\d*0+");

    /// How a column's values are written, by what PostgreSQL takes them to be.
    private enum Kind {
        BYTES,
        BITS,
        BOOLEAN,
        FLOAT4,
        FLOAT8,
        FIXED,
        DATE,
        NUMBER,
        ARRAY,
        TEXT_ARRAY,
        MONEY_ARRAY,
        OID_ARRAY,
        MONEY,
        TEXT
    }

    /// A table's columns, by name in their order.
    private record Shape(String schema, boolean partitioned, Map<String, Kind> columns) {}

    private final Map<String, Shape> shapes = new TreeMap<>();
    private final TestDatabase postgres;
    private final MySqlTestDatabase mysql;

    BothServers(TestDatabase postgres, MySqlTestDatabase mysql) throws SQLException {
        this.postgres = postgres;
        this.mysql = mysql;
        try (Connection session = postgres();
                var statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT n.nspname, c.relname, a.attname, t.typname, t.typcategory, c.relkind
                                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                                JOIN pg_type d ON d.oid = a.atttypid
                                JOIN pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END
                                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
                                  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                                ORDER BY 1, 2, a.attname
                                """)) {
            while (rows.next()) {
                String schema = rows.getString(1);
                boolean partitioned = rows.getString(6).equals("p");
                shapes.computeIfAbsent(
                                inMySql(schema, rows.getString(2)),
                                _ -> new Shape(schema, partitioned, new TreeMap<>()))
                        .columns()
                        .put(rows.getString(3), kind(rows.getString(4), rows.getString(5)));
            }
        }
    }

    private String inMySql(String schema, String table) {
        return schema.equals("public") || schema.equals(mysql.name())
                ? table
                : schema + "_" + table;
    }

    private static Kind kind(String type, String category) {
        return switch (type) {
            case "bpchar" -> Kind.FIXED;
            case "bytea" -> Kind.BYTES;
            case "bit", "varbit" -> Kind.BITS;
            case "bool" -> Kind.BOOLEAN;
            case "float4" -> Kind.FLOAT4;
            case "float8" -> Kind.FLOAT8;
            case "date", "timestamp", "timestamptz" -> Kind.DATE;
            case "money" -> Kind.MONEY;
            default ->
                    switch (category) {
                        case "A" ->
                                switch (type) {
                                    case "_money" -> Kind.MONEY_ARRAY;
                                    case "_oid" -> Kind.OID_ARRAY;
                                    case "_int2",
                                            "_int4",
                                            "_int8",
                                            "_numeric",
                                            "_float4",
                                            "_float8",
                                            "_bool",
                                            "_inet",
                                            "_json",
                                            "_jsonb" ->
                                            Kind.ARRAY;
                                    default -> Kind.TEXT_ARRAY;
                                };
                        case "N" -> Kind.NUMBER;
                        default -> Kind.TEXT;
                    };
        };
    }

    private Connection postgres() throws SQLException {
        Connection session =
                DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        try (var statement = session.createStatement()) {
            statement.execute("SET timezone = 'UTC'; SET search_path = ''");
        }
        return session;
    }

    Map<String, Long> inPostgres() throws SQLException {
        var sums = new TreeMap<String, Long>();
        try (Connection session = postgres()) {
            for (var each : shapes.entrySet()) {
                var columns = new StringJoiner(", ").setEmptyValue("NULL");
                each.getValue()
                        .columns()
                        .forEach((name, kind) -> {
                            String quoted = TableName.quote(name);
                            columns.add(
                                    switch (kind) {
                                        case BYTES -> "upper(encode(" + quoted + ", 'hex'))";
                                        case BOOLEAN -> quoted + "::int::text";
                                        case MONEY -> quoted + "::numeric::text";
                                        case FIXED -> quoted + "::text";
                                        case ARRAY -> "array_to_json(" + quoted + ")::text";
                                        case TEXT_ARRAY ->
                                                "array_to_json(" + quoted + "::text[])::text";
                                        case MONEY_ARRAY ->
                                                "array_to_json(" + quoted + "::numeric[])::text";
                                        case OID_ARRAY ->
                                                "array_to_json(" + quoted + "::int8[])::text";
                                        case DATE ->
                                                "CASE WHEN %1$s BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999' THEN %1$s::text END"
                                                        .formatted(quoted);
                                        // As it is shown: a cast may write it in another way.
                                        case BITS, FLOAT4, FLOAT8, NUMBER, TEXT ->
                                                "CASE WHEN %1$s IS NOT NULL THEN format('%%s', %1$s) END"
                                                        .formatted(quoted);
                                    });
                        });
                String table =
                        each.getKey().startsWith(each.getValue().schema() + "_")
                                ? each.getKey().substring(each.getValue().schema().length() + 1)
                                : each.getKey();
                sum(
                        session,
                        "SELECT %s FROM %s %s"
                                .formatted(
                                        columns,
                                        each.getValue().partitioned() ? "" : "ONLY",
                                        new TableName(each.getValue().schema(), table).quoted()),
                        each.getKey(),
                        each.getValue(),
                        sums);
            }
        }
        return sums;
    }

    Map<String, Long> inMySql() throws SQLException {
        var sums = new TreeMap<String, Long>();
        try (Connection session = mysql.connect();
                var statement = session.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
            var types = new TreeMap<String, String>();
            try (var rows =
                    statement.executeQuery(
                            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = database()")) {
                while (rows.next()) {
                    types.put(rows.getString(1) + "." + rows.getString(2), rows.getString(3));
                }
            }
            for (var each : shapes.entrySet()) {
                var columns = new StringJoiner(", ").setEmptyValue("NULL");
                each.getValue()
                        .columns()
                        .forEach((name, kind) -> {
                            String quoted = '`' + name.replace("`", "``") + '`';
                            String type = types.getOrDefault(each.getKey() + "." + name, "");
                            columns.add(
                                    switch (kind) {
                                        case BYTES -> "HEX(" + quoted + ")";
                                        case FLOAT4, FLOAT8 -> "CAST(" + quoted + " AS DOUBLE)";
                                        case DATE ->
                                                "IF(dayofmonth(%1$s) * month(%1$s) * year(%1$s) = 0, NULL, CAST(%1$s AS CHAR))"
                                                        .formatted(quoted);
                                        case BITS ->
                                                type.equals("bit") ? "BIN(" + quoted + ")" : quoted;
                                        case ARRAY,
                                                TEXT_ARRAY,
                                                MONEY_ARRAY,
                                                OID_ARRAY,
                                                BOOLEAN,
                                                FIXED,
                                                MONEY,
                                                NUMBER,
                                                TEXT ->
                                                // PostgreSQL knows no time outside of a day.
                                                type.equals("time")
                                                        ? "IF(%1$s BETWEEN '00:00' AND '24:00', CAST(%1$s AS CHAR), NULL)"
                                                                .formatted(quoted)
                                                        : "CAST(" + quoted + " AS CHAR)";
                                    });
                        });
                sum(
                        session,
                        "SELECT %s FROM `%s`".formatted(columns, each.getKey().replace("`", "``")),
                        each.getKey(),
                        each.getValue(),
                        sums);
            }
        }
        return sums;
    }

    /// The order of rows does not matter.
    private static void sum(
            Connection session, String query, String table, Shape shape, Map<String, Long> sums)
            throws SQLException {
        List<String> names = new ArrayList<>(shape.columns().keySet());
        List<Kind> kinds = new ArrayList<>(shape.columns().values());
        sums.put(table, 0L);
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                long all = 1;
                for (int i = 0; i < names.size(); i++) {
                    String text = rows.getString(i + 1);
                    // What became NULL because MySQL does not have it.
                    long hash =
                            text == null || text.matches("NaN|-?Infinity")
                                    ? 7
                                    : mix(canonical(text, kinds.get(i)).hashCode());
                    sums.merge(table + "." + names.get(i), hash, Long::sum);
                    all = mix(31 * all + hash);
                }
                sums.merge(table, all, Long::sum);
            }
        }
    }

    private static long mix(long hash) {
        long mixed = (hash ^ (hash >>> 31)) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    private static String canonical(String text, Kind kind) {
        return switch (kind) {
            case BITS -> text.isEmpty() ? "0" : new BigInteger(text, 2).toString();
            case FLOAT4 -> Float.toString(Float.parseFloat(text));
            case FLOAT8 -> Double.toString(Double.parseDouble(text));
            case MONEY, NUMBER -> new BigDecimal(text).stripTrailingZeros().toPlainString();
            case ARRAY, TEXT_ARRAY, MONEY_ARRAY, OID_ARRAY -> text.replace(" ", "");
            case DATE, TEXT -> {
                String utc = text.endsWith("+00") ? text.substring(0, text.length() - 3) : text;
                yield FRACTION.matcher(utc).matches() ? utc.replaceFirst("\\.?0+$", "") : utc;
            }
            case BYTES, BOOLEAN, FIXED -> text;
        };
    }
}
