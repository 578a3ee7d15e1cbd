package dev.understudy.postgres;

import dev.understudy.rows.RowColumn;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts;
import dev.understudy.source.KeyParts.Interval;
import dev.understudy.source.Keys;
import dev.understudy.source.SummedRows;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// {@link KeyParts} as PostgreSQL's SQL. Its hash functions give the same on every server of the
/// same byte order (ran on 15 and 18); where they did not, every part would differ, and the keys
/// themselves would be compared.
final class PostgresKeySums {
    private static final int FETCHED = 10_000;
    private static final int FETCHED_INTERVALS = 64;

    // Intervals are found through the key's index, whatever the statistics say or lack; sums of
    // parts by hash fit into memory and need no order.
    private static final List<String> OF_KEYS =
            List.of(
                    "enable_sort = off",
                    "work_mem = '32MB'",
                    "enable_seqscan = off",
                    "enable_bitmapscan = off");

    // What else decides how a value is written is the same in all sessions.
    private static final List<String> OF_VALUES =
            List.of("enable_sort = off", "work_mem = '32MB'", "lc_monetary = 'C'");

    private PostgresKeySums() {}

    /// Rows whose keys are summed up.
    ///
    /// @param from a FROM clause's item with an alias
    /// @param alias that alias
    /// @param where conditions that the rows must meet
    /// @param indexed whether the key's index finds them
    record Rows(String from, String alias, List<String> where, boolean indexed) {}

    /// Counts and sums the keys of rows, which have no key in common.
    ///
    /// @return in the order of the parts
    static List<KeyParts.Sum> of(Connection session, KeyParts parts, List<Rows> rows)
            throws SQLException {
        String all =
                rows.stream()
                        .map(each -> "SELECT part, keys, hash FROM " + sums(parts, each))
                        .collect(Collectors.joining("\nUNION ALL "));
        return asking(
                session,
                settings(parts),
                statement -> {
                    statement.setFetchSize(FETCHED);
                    var sums = new ArrayList<KeyParts.Sum>();
                    try (var found =
                            statement.executeQuery(
                                    "SELECT part, pg_catalog.sum(keys)::pg_catalog.int8, pg_catalog.sum(hash)::pg_catalog.text FROM (%s) AS sums WHERE keys > 0 GROUP BY part"
                                            .formatted(all))) {
                        while (found.next()) {
                            sums.add(
                                    new KeyParts.Sum(
                                            found.getLong(1),
                                            found.getLong(2),
                                            found.getString(3)));
                        }
                    }
                    sums.sort((one, other) -> Long.compare(one.part(), other.part()));
                    return sums;
                });
    }

    private interface Question<T> {
        T ask(Statement statement) throws SQLException;
    }

    // Whole tables are read in the same transaction as sums, so the settings are taken back.
    private static <T> T asking(Connection session, List<String> settings, Question<T> question)
            throws SQLException {
        boolean autoCommit = session.getAutoCommit();
        session.setAutoCommit(false);
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            execute(statement, settings.stream().map(each -> "SET LOCAL " + each));
            T answer = question.ask(statement);
            execute(statement, settings.stream().map(each -> "RESET " + each.split(" ", 2)[0]));
            return answer;
        } finally {
            if (autoCommit) {
                session.rollback();
                session.setAutoCommit(true);
            }
        }
    }

    private static List<String> settings(KeyParts parts) {
        if (!parts.values().isEmpty()) {
            return OF_VALUES;
        }
        boolean onePart = parts instanceof KeyParts.Hashed hashed && hashed.bits() == 0;
        return onePart ? List.of() : OF_KEYS;
    }

    private static void execute(Statement statement, Stream<String> settings) throws SQLException {
        String all = settings.collect(Collectors.joining("; "));
        if (!all.isEmpty()) {
            statement.execute(all);
        }
    }

    /// The intervals from the first to the last number that begin where a histogram says, as far as
    /// its bounds still lie between the two.
    static List<Interval> shares(long first, long last, Long[] bounds) {
        var shares = new ArrayList<Interval>();
        long begin = first;
        for (long bound : bounds) {
            if (bound > begin && bound <= last) {
                shares.add(new Interval(begin, bound - 1));
                begin = bound;
            }
        }
        shares.add(new Interval(begin, last));
        return shares;
    }

    /// What follows SELECT to count and sum up rows together.
    ///
    /// @param rows with an alias
    static String together(KeyParts.Hashed parts, Rows rows) {
        return "pg_catalog.count(*), pg_catalog.sum(%s)::pg_catalog.text FROM %s%s"
                .formatted(
                        hash(parts.summed(), rows.alias()),
                        rows.from(),
                        CopyQuery.where(rows.where()));
    }

    /// The same of some rows, whichever they are.
    static String together(TableName table, SummedRows asked) {
        String some =
                "(SELECT %s FROM ONLY %s AS own%s LIMIT %d) AS own"
                        .formatted(
                                asked.parts().summed().stream()
                                        .map(each -> column(each, "own"))
                                        .collect(Collectors.joining(", ")),
                                table.quoted(),
                                CopyQuery.where(asked.conditions()),
                                asked.most());
        return together(asked.parts(), new Rows(some, "own", List.of(), false));
    }

    private static String sums(KeyParts parts, Rows rows) {
        String hash = hash(parts.summed(), rows.alias());
        if (parts instanceof KeyParts.Intervals intervals) {
            String key = column(intervals.column(), rows.alias());
            return rows.indexed()
                    ? """
                    %s CROSS JOIN LATERAL (
                    SELECT pg_catalog.count(*) AS keys, pg_catalog.sum(%s) AS hash FROM %s%s) AS own\
                    """
                            .formatted(
                                    unnest(intervals),
                                    hash,
                                    rows.from(),
                                    where(rows, key + " BETWEEN parts.first AND parts.last"))
                    : "(SELECT part, 1 AS keys, hash FROM %s) AS own"
                            .formatted(inIntervals(intervals, rows, hash + " AS hash"));
        }
        return "(SELECT %s AS part, pg_catalog.count(*) AS keys, pg_catalog.sum(%s) AS hash FROM %s%s GROUP BY 1) AS own"
                .formatted(
                        part((KeyParts.Hashed) parts, rows.alias()),
                        hash,
                        rows.from(),
                        where(rows, within(parts, rows.alias())));
    }

    private static String where(Rows rows, String more) {
        var all = new ArrayList<>(rows.where());
        all.add(more);
        return CopyQuery.where(all);
    }

    /// The FROM clause's item of those rows in some intervals that no index finds: `part`, `key`
    /// and what else is selected of them.
    private static String inIntervals(KeyParts.Intervals intervals, Rows rows, String selected) {
        String key = column(intervals.column(), rows.alias());
        return """
        (SELECT * FROM (
        SELECT pg_catalog.width_bucket(%s::%s, %s) - 1 AS part, %s AS key, %s FROM %s%s) AS parted
        WHERE part >= 0 AND key <= (%s)[part + 1]) AS parted\
        """
                .formatted(
                        key,
                        type(intervals.column()),
                        array(intervals, Interval::first),
                        key,
                        selected,
                        rows.from(),
                        where(rows, "TRUE"),
                        array(intervals, Interval::last));
    }

    /// The keys of rows in some intervals, in no order.
    static long[] keys(Connection session, KeyParts.Intervals intervals, List<Rows> rows)
            throws SQLException {
        String all =
                rows.stream()
                        .map(each -> keys(intervals, each))
                        .collect(Collectors.joining("\nUNION ALL "));
        return asking(
                session,
                OF_KEYS,
                statement -> {
                    var keys = new Keys();
                    statement.setFetchSize(FETCHED_INTERVALS);
                    try (var found = statement.executeQuery(all)) {
                        while (found.next()) {
                            LongBuffer some = ByteBuffer.wrap(found.getBytes(1)).asLongBuffer();
                            while (some.hasRemaining()) {
                                keys.add(some.get());
                            }
                        }
                    }
                    return keys.all();
                });
    }

    private static String keys(KeyParts.Intervals intervals, Rows rows) {
        String key = column(intervals.column(), rows.alias());
        return rows.indexed()
                ? """
                SELECT keys FROM %s CROSS JOIN LATERAL (
                SELECT pg_catalog.string_agg(pg_catalog.int8send(%s), '') AS keys FROM %s%s) AS own WHERE keys IS NOT NULL\
                """
                        .formatted(
                                unnest(intervals),
                                key,
                                rows.from(),
                                where(rows, key + " BETWEEN parts.first AND parts.last"))
                : """
                SELECT keys FROM (
                SELECT pg_catalog.string_agg(keys, '') AS keys FROM %s GROUP BY part) AS own\
                """
                        .formatted(
                                inIntervals(
                                        intervals,
                                        rows,
                                        "pg_catalog.int8send(" + key + ") AS keys"));
    }

    /// The condition that a row is of some parts.
    static String within(KeyParts parts, String alias) {
        return switch (parts) {
            case KeyParts.Hashed hashed when !hashed.which().isEmpty() ->
                    part(hashed, alias)
                            + " = ANY ('{"
                            + hashed.which().stream()
                                    .map(Object::toString)
                                    .collect(Collectors.joining(","))
                            + "}'::pg_catalog.int8[])";
            case KeyParts.Intervals intervals -> within(intervals, alias);
            default -> "TRUE";
        };
    }

    // A list of single numbers is looked up in the index, or by hash.
    private static String within(KeyParts.Intervals intervals, String alias) {
        String key = column(intervals.column(), alias);
        var any = new StringJoiner(" OR ", "(", ")");
        var single = new ArrayList<Interval>();
        for (Interval each : intervals.intervals()) {
            if (each.first() == each.last()) {
                single.add(each);
            } else {
                any.add(key + " BETWEEN " + each.first() + " AND " + each.last());
            }
        }
        var some = new KeyParts.Intervals(intervals.column(), single);
        return any.add(key + " = ANY (" + array(some, Interval::first) + ")").toString();
    }

    private static String unnest(KeyParts.Intervals intervals) {
        return "(SELECT first, last, part - 1 AS part FROM ROWS FROM (pg_catalog.unnest(%s), pg_catalog.unnest(%s)) WITH ORDINALITY AS parts (first, last, part)) AS parts"
                .formatted(array(intervals, Interval::first), array(intervals, Interval::last));
    }

    // Of the key's own type, or the index would not be used.
    private static String array(KeyParts.Intervals intervals, ToLongFunction<Interval> bound) {
        return "'{%s}'::%s[]"
                .formatted(
                        intervals.intervals().stream()
                                .map(each -> Long.toString(bound.applyAsLong(each)))
                                .collect(Collectors.joining(",")),
                        type(intervals.column()));
    }

    private static String type(RowColumn column) {
        return "pg_catalog." + column.type().underlying().name();
    }

    private static String part(KeyParts.Hashed hashed, String alias) {
        return "(%s & %d)".formatted(hash(hashed.key(), alias), (1L << hashed.bits()) - 1);
    }

    private static String hash(List<RowColumn> columns, String alias) {
        if (KeyParts.isWhole(columns)) {
            return "pg_catalog.hashint8extended(%s::pg_catalog.int8, 0)"
                    .formatted(column(columns.getFirst(), alias));
        }
        String key =
                columns.stream().map(each -> column(each, alias)).collect(Collectors.joining(", "));
        return columns.size() == 1
                ? "pg_catalog.hashtextextended(%s::pg_catalog.text COLLATE \"C\", 0)".formatted(key)
                : "pg_catalog.hashtextextended(ROW(%s)::pg_catalog.text COLLATE \"C\", 0)"
                        .formatted(key);
    }

    private static String column(RowColumn column, String alias) {
        return (alias.isEmpty() ? "" : alias + ".") + TableName.quote(column.name());
    }
}
