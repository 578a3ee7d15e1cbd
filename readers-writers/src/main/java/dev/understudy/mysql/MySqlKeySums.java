package dev.understudy.mysql;

import dev.understudy.rows.RowColumn;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts;
import dev.understudy.source.KeyParts.Interval;
import dev.understudy.source.Keys;
import dev.understudy.source.SummedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// {@link KeyParts} as MySQL's and MariaDB's SQL. The hash is a CRC or the beginning of SHA-2,
/// which are the same on every server; where a key's text is not, every part differs, and the keys
/// themselves are compared.
final class MySqlKeySums {
    /// The servers find ranges through the index, and then compare each row with them one after the
    /// other; in blocks of so many, a row is compared with few of thousands.
    private static final int RANGES_A_BLOCK = 64;

    private MySqlKeySums() {}

    /// Rows whose keys are summed up.
    ///
    /// @param from what follows FROM
    /// @param alias of the table with the key
    /// @param where conditions that the rows must meet
    record Rows(String from, String alias, List<String> where) {}

    /// Counts and sums the keys of rows.
    ///
    /// @return in the order of the parts; those without keys are left out
    static List<KeyParts.Sum> of(Connection session, KeyParts parts, Rows rows)
            throws SQLException {
        var sums = new ArrayList<KeyParts.Sum>();
        String query =
                "SELECT %s AS part, count(*), sum(%s) FROM %s%s GROUP BY part ORDER BY NULL"
                        .formatted(
                                part(parts, rows.alias()),
                                sum(parts, rows.alias()),
                                rows.from(),
                                where(rows, within(parts, rows.alias())));
        read(session, query, sums);
        sums.sort((one, other) -> Long.compare(one.part(), other.part()));
        return sums;
    }

    /// The keys of rows in some intervals, in no order.
    static long[] keys(Connection session, KeyParts.Intervals intervals, List<Rows> rows)
            throws SQLException {
        var keys = new Keys();
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setFetchSize(Integer.MIN_VALUE);
            for (Rows each : rows) {
                String query =
                        "SELECT %s FROM %s%s"
                                .formatted(
                                        column(intervals.column(), each.alias()),
                                        each.from(),
                                        where(each, within(intervals, each.alias())));
                try (var found = statement.executeQuery(query)) {
                    while (found.next()) {
                        keys.add(found.getLong(1));
                    }
                }
            }
        }
        return keys.all();
    }

    /// What follows SELECT to count and sum up rows together.
    static String together(KeyParts.Hashed parts, Rows rows) {
        return "count(*), sum(%s) FROM %s%s"
                .formatted(sum(parts, rows.alias()), rows.from(), MySqlQuery.where(rows.where()));
    }

    /// The same of some rows, whichever they are.
    static String together(TableName table, SummedRows asked) {
        String some =
                "(SELECT %s FROM %s AS own%s LIMIT %d) AS own"
                        .formatted(
                                asked.parts().summed().stream()
                                        .map(each -> column(each, "own"))
                                        .collect(Collectors.joining(", ")),
                                MySqlName.quoted(table),
                                MySqlQuery.where(asked.conditions()),
                                asked.most());
        return together(asked.parts(), new Rows(some, "own", List.of()));
    }

    private static void read(Connection session, String query, List<KeyParts.Sum> sums)
            throws SQLException {
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            try (var rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    if (rows.getLong(2) > 0) {
                        sums.add(
                                new KeyParts.Sum(
                                        rows.getLong(1), rows.getLong(2), rows.getString(3)));
                    }
                }
            }
        }
    }

    private static String where(Rows rows, String more) {
        var all = new ArrayList<>(rows.where());
        all.add(more);
        return MySqlQuery.where(all);
    }

    /// The condition that a row is of some parts.
    ///
    /// @param alias of its table
    static String within(KeyParts parts, String alias) {
        return switch (parts) {
            case KeyParts.All _ -> "TRUE";
            case KeyParts.Hashed hashed when hashed.which().isEmpty() -> "TRUE";
            case KeyParts.Hashed hashed ->
                    part(hashed, alias)
                            + " IN ("
                            + hashed.which().stream()
                                    .map(Object::toString)
                                    .collect(Collectors.joining(","))
                            + ")";
            case KeyParts.Intervals intervals ->
                    within(column(intervals.column(), alias), joined(intervals.intervals()));
        };
    }

    private static String within(String key, List<Interval> ranges) {
        var blocks = new StringJoiner(" OR ");
        for (int first = 0; first < ranges.size(); first += RANGES_A_BLOCK) {
            List<Interval> block =
                    ranges.subList(first, Math.min(ranges.size(), first + RANGES_A_BLOCK));
            var whole = new Interval(block.getFirst().first(), block.getLast().last());
            blocks.add(
                    within(key, whole)
                            + block.stream()
                                    .map(each -> within(key, each))
                                    .collect(Collectors.joining(" OR ", " AND (", ")")));
        }
        return blocks.toString();
    }

    /// The same numbers, in their order and in as few intervals as can be.
    private static List<Interval> joined(List<Interval> intervals) {
        var joined = new ArrayList<Interval>();
        for (Interval each : intervals) {
            if (!joined.isEmpty() && joined.getLast().last() + 1 == each.first()) {
                joined.add(new Interval(joined.removeLast().first(), each.last()));
            } else {
                joined.add(each);
            }
        }
        return joined;
    }

    private static String within(String key, Interval interval) {
        return "%s BETWEEN %d AND %d".formatted(key, interval.first(), interval.last());
    }

    private static String part(KeyParts parts, String alias) {
        return switch (parts) {
            case KeyParts.All _ -> "0";
            case KeyParts.Hashed hashed ->
                    "%s & %d".formatted(hash(hashed.key(), alias), (1L << hashed.bits()) - 1);
            case KeyParts.Intervals intervals ->
                    "INTERVAL("
                            + column(intervals.column(), alias)
                            + intervals.intervals().stream()
                                    .map(each -> ", " + each.first())
                                    .collect(Collectors.joining())
                            + ") - 1";
        };
    }

    // Of whole numbers two sums side by side, which cost a third.
    private static String hash(List<RowColumn> key, String alias) {
        if (KeyParts.isWhole(key)) {
            return "crc32(%1$s) * 4294967296 + (%1$s & 4294967295)"
                    .formatted(column(key.getFirst(), alias));
        }
        String bytes =
                key.stream().map(each -> bytes(each, alias)).collect(Collectors.joining(", ':', "));
        return first64Bits(key.size() == 1 ? bytes : "concat(" + bytes + ")");
    }

    private static String sum(KeyParts parts, String alias) {
        if (parts.values().isEmpty()) {
            return hash(parts.key(), alias);
        }
        // Together, values might pass the server's largest packet, and then they are NULL.
        String digests =
                parts.summed().stream()
                        .map(each -> "coalesce(sha2(" + bytes(each, alias) + ", 256), '-')")
                        .collect(Collectors.joining(", "));
        return first64Bits("concat(" + digests + ")");
    }

    private static String first64Bits(String bytes) {
        return "CAST(conv(left(sha2(%s, 256), 16), 16, 10) AS UNSIGNED)".formatted(bytes);
    }

    /// A value's bytes, which no collation and no session changes.
    private static String bytes(RowColumn column, String alias) {
        String name = column(column, alias);
        return switch (column.type().underlying().name()) {
            case "varbit" -> name + " + 0";
            case "float4" -> "CAST(" + name + " + 0e0 AS BINARY)";
            default -> "CAST(" + name + " AS BINARY)";
        };
    }

    private static String column(RowColumn column, String alias) {
        return alias + "." + MySqlName.quote(column.name());
    }
}
