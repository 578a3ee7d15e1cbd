package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/// From where the times of change must be read again after a snapshot.
///
/// A transaction that was open when the snapshot was taken may commit rows later whose time of
/// change is its own beginning, so the mark is the beginning of the oldest one. It was looked for
/// before the snapshot: whoever began later has later times. Times that applications write come
/// from other clocks, and those without a time zone may be of any zone; where they run behind the
/// server's, the newest one that is visible, less the age of the oldest transaction, is the safer
/// mark, so the smaller of the two counts.
final class PostgresMarks {
    private static final int TABLES_A_QUERY = 100;

    /// By so much, times without a zone go back once a year.
    private static final Duration CLOCK_PUT_BACK = Duration.ofHours(1);

    /// What was open before the snapshot.
    ///
    /// @param asked when, in microseconds since 1970
    /// @param oldest when the oldest transaction had begun, or `asked`
    /// @param blind why others' transactions could not be seen; empty if they could
    record Open(long asked, long oldest, Optional<String> blind) {}

    private PostgresMarks() {}

    // Of a prepared transaction only the time of its preparation is known; a day before it, it had
    // not begun.
    static Open look(Connection session, String user) throws SQLException {
        try (var statement = session.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                SELECT (EXTRACT(epoch FROM pg_catalog.statement_timestamp()) * 1000000)::pg_catalog.int8,
                                       (EXTRACT(epoch FROM least(pg_catalog.statement_timestamp(),
                                           (SELECT min(xact_start) FROM pg_catalog.pg_stat_activity
                                            WHERE (datname = pg_catalog.current_database() OR datname IS NULL)
                                              AND pid <> pg_catalog.pg_backend_pid()
                                              AND backend_type IN ('client backend', 'logical replication worker', 'background worker')),
                                           (SELECT min(prepared) - interval '1 day' FROM pg_catalog.pg_prepared_xacts
                                            WHERE database = pg_catalog.current_database()))) * 1000000)::pg_catalog.int8,
                                       pg_catalog.pg_is_in_recovery(),
                                       pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')
                                """)) {
            row.next();
            Optional<String> blind =
                    row.getBoolean(3)
                            ? Optional.of(
                                    "the source is a standby, which does not know when the primary's oldest transaction began")
                            : row.getBoolean(4)
                                    ? Optional.empty()
                                    : Optional.of(
                                            "%s may not see when the source's oldest transaction began; ask for: %s"
                                                    .formatted(
                                                            user,
                                                            PostgresGrants.openTransactions(user)));
            return new Open(row.getLong(1), row.getLong(2), blind);
        }
    }

    private static Duration overlap(Column column, Duration given) {
        boolean zoned = column.type().underlying().name().equals("timestamptz");
        return zoned ? given : given.plus(CLOCK_PUT_BACK);
    }

    static boolean isTime(ColumnType type) {
        return switch (type.underlying().name()) {
            case "timestamptz", "timestamp", "date" -> true;
            default -> false;
        };
    }

    static Map<TableName, Map<String, String>> of(
            Connection snapshot,
            Open open,
            Map<TableName, List<Column>> watermarks,
            Duration overlap,
            Optional<Duration> longestTransaction)
            throws SQLException {
        if (open.blind().isPresent() && longestTransaction.isEmpty()) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "%s; or say how long a transaction lasts at most: delta.longest-transaction-seconds"
                            .formatted(open.blind().get()));
        }
        long age =
                longestTransaction
                        .map(each -> each.toNanos() / 1000)
                        .orElse(open.asked() - open.oldest());
        String before =
                "TIMESTAMPTZ 'epoch' + interval '%d microseconds'".formatted(open.asked() - age);
        String off = "interval '%d microseconds'";
        var marks = new HashMap<TableName, Map<String, String>>();
        var tables = new ArrayList<>(watermarks.entrySet());
        for (int first = 0; first < tables.size(); first += TABLES_A_QUERY) {
            var some = tables.subList(first, Math.min(tables.size(), first + TABLES_A_QUERY));
            var query = new StringJoiner(" UNION ALL ");
            for (int i = 0; i < some.size(); i++) {
                for (Column each : some.get(i).getValue()) {
                    query.add(
                            mark(
                                    i,
                                    some.get(i).getKey(),
                                    each,
                                    before,
                                    off.formatted(age),
                                    off.formatted(overlap(each, overlap).toNanos() / 1000)));
                }
            }
            try (var statement = snapshot.createStatement();
                    var rows = statement.executeQuery(query.toString())) {
                while (rows.next()) {
                    marks.computeIfAbsent(
                                    some.get(rows.getInt(1)).getKey(), _ -> new LinkedHashMap<>())
                            .put(rows.getString(2), rows.getString(3));
                }
            }
        }
        return marks;
    }

    private static String mark(
            int number, TableName table, Column column, String open, String age, String overlap) {
        String name = TableName.quote(column.name());
        // Where no row has a time, all that come will be new.
        String newest = "coalesce(pg_catalog.max(%s), '-infinity')".formatted(name);
        String mark =
                switch (column.type().underlying().name()) {
                    case "timestamptz" ->
                            "least(%s - %s, %s) - %s".formatted(newest, age, open, overlap);
                    case "timestamp" ->
                            "least(%s - %s, (%s) AT TIME ZONE 'UTC') - %s"
                                    .formatted(newest, age, open, overlap);
                    default ->
                            "(least(%s::pg_catalog.timestamp - %s, (%s) AT TIME ZONE 'UTC') - %s)::pg_catalog.date"
                                    .formatted(newest, age, open, overlap);
                };
        return "SELECT %d, %s, (%s)::pg_catalog.text FROM ONLY %s"
                .formatted(number, CopyQuery.literal(column.name()), mark, table.quoted());
    }

    static String changedSince(Map<String, String> marks) {
        var either = new StringJoiner(" OR ");
        var unknown = new StringJoiner(" AND ", "(", ")");
        marks.forEach((column, mark) -> {
            String name = TableName.quote(column);
            either.add(name + " >= " + CopyQuery.literal(mark));
            unknown.add(name + " IS NULL");
        });
        return either.add(unknown.toString()).toString();
    }

    static Map<TableName, List<String>> withoutIndex(
            Connection session, Map<TableName, List<Column>> watermarks) throws SQLException {
        var without = new HashMap<TableName, List<String>>();
        try (var query =
                session.prepareStatement(
                        """
                        SELECT 1 FROM pg_catalog.pg_index i
                        JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                        WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND i.indisvalid AND i.indpred IS NULL
                        """)) {
            for (var table : watermarks.entrySet()) {
                for (Column column : table.getValue()) {
                    query.setString(1, table.getKey().schema());
                    query.setString(2, table.getKey().name());
                    query.setString(3, column.name());
                    try (var row = query.executeQuery()) {
                        if (!row.next()) {
                            without.computeIfAbsent(table.getKey(), _ -> new ArrayList<>())
                                    .add(column.name());
                        }
                    }
                }
            }
        }
        return without;
    }
}
