package dev.understudy.mysql;

import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which of PostgreSQL's types holds every value of a MySQL type, zero dates apart: their numbers
/// lie outside ({@link dev.understudy.rows.UnrealDate}).
final class MySqlTypes {
    /// The first number that PostgreSQL gives to users' own types, as which sets count: they print
    /// as text, but no text fits them other than their own.
    private static final int USERS_OWN = 16_384;

    private static final int MODIFIER_HEADER = 4;

    private MySqlTypes() {}

    /// A column's type as information_schema describes it.
    ///
    /// @param name `bigint`
    /// @param sql `bigint(20) unsigned`
    /// @param length of texts in characters, of binary values in bytes; otherwise 0
    /// @param precision of decimals
    /// @param scale of decimals
    /// @param fraction digits of seconds
    record Declared(String name, String sql, long length, int precision, int scale, int fraction) {}

    static ColumnType of(Declared declared) {
        boolean unsigned = declared.sql().contains("unsigned");
        return switch (declared.name().toLowerCase(Locale.ROOT)) {
            case "tinyint", "year" -> base(declared, 21, "int2", -1);
            case "smallint" ->
                    unsigned ? base(declared, 23, "int4", -1) : base(declared, 21, "int2", -1);
            case "mediumint" -> base(declared, 23, "int4", -1);
            case "int", "integer" ->
                    unsigned ? base(declared, 20, "int8", -1) : base(declared, 23, "int4", -1);
            case "bigint" -> unsigned ? numeric(declared, 20, 0) : base(declared, 20, "int8", -1);
            case "decimal", "numeric" -> numeric(declared, declared.precision(), declared.scale());
            case "float" -> base(declared, 700, "float4", -1);
            case "double", "real" -> base(declared, 701, "float8", -1);
            case "char", "varchar", "tinytext" ->
                    base(declared, 1043, "varchar", (int) declared.length() + MODIFIER_HEADER);
            case "text", "mediumtext", "longtext", "inet4", "inet6" ->
                    base(declared, 25, "text", -1);
            case "json" -> base(declared, 114, "json", -1);
            case "uuid" -> base(declared, 2950, "uuid", -1);
            case "bit" -> base(declared, 1562, "varbit", declared.precision());
            case "date" -> base(declared, 1082, "date", -1);
            case "time" -> base(declared, 1083, "time", declared.fraction());
            case "datetime" -> base(declared, 1114, "timestamp", declared.fraction());
            case "timestamp" -> base(declared, 1184, "timestamptz", declared.fraction());
            case "enum" -> choice(declared);
            case "set" -> base(declared, USERS_OWN, "text", -1);
            // Binary strings, geometries, vectors, and what later versions invent: the server says
            // what it is, we carry its bytes.
            default -> base(declared, 17, "bytea", -1);
        };
    }

    private static ColumnType numeric(Declared declared, int precision, int scale) {
        return base(declared, 1700, "numeric", (precision << 16 | scale) + MODIFIER_HEADER);
    }

    private static ColumnType base(Declared declared, int oid, String name, int modifier) {
        return new ColumnType(
                oid,
                declared.sql(),
                name,
                Kind.BASE,
                modifier,
                List.of(),
                Optional.empty(),
                List.of(),
                true);
    }

    private static ColumnType choice(Declared declared) {
        return new ColumnType(
                USERS_OWN,
                declared.sql(),
                "enum",
                Kind.ENUM,
                -1,
                labels(declared.sql()),
                Optional.empty(),
                List.of(),
                true);
    }

    /// `enum('a','it''s')`. The server doubles quotes, and escapes backslashes and what breaks
    /// lines.
    static List<String> labels(String sql) {
        var labels = new ArrayList<String>();
        var label = new StringBuilder();
        boolean inside = false;
        for (int i = sql.indexOf('(') + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            boolean doubled =
                    inside && c == '\'' && i + 1 < sql.length() && sql.charAt(i + 1) == '\'';
            if (doubled) {
                label.append(c);
                i++;
            } else if (c == '\'') {
                if (inside) {
                    labels.add(label.toString());
                    label.setLength(0);
                }
                inside = !inside;
            } else if (inside && c == '\\') {
                i++;
                label.append(
                        switch (sql.charAt(i)) {
                            case '0' -> '\0';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> sql.charAt(i);
                        });
            } else if (inside) {
                label.append(c);
            }
        }
        return labels;
    }

    /// Whether a column holds one of MySQL's sets, which are compared by bits and not as text.
    static boolean isSet(ColumnType type) {
        return type.kind() == Kind.BASE && type.oid() == USERS_OWN;
    }
}
