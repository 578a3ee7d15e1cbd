package dev.understudy.mysql;

import dev.understudy.schema.Column;
import dev.understudy.schema.TableName;
import dev.understudy.source.TimesOfChange;
import dev.understudy.source.TimesOfChange.Blind;
import dev.understudy.source.TimesOfChange.Open;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/// From where the times of change must be read again after a snapshot: the beginning of the oldest
/// transaction or statement that was open, or the newest time that is visible, less the age of
/// that, if that is earlier. It was looked for before the snapshot: whoever began later has later
/// times. `now()` is when a statement began, which may have waited before its transaction changed
/// anything, and so before InnoDB knows of it.
final class MySqlMarks {
    /// "You need the PROCESS privilege".
    private static final int DENIED = 1227;

    /// InnoDB notes when a transaction began in the system's time zone, and to the second. Where
    /// clocks are put back, an hour or a part of it is there twice: then the earlier one counts.
    private static final String TRANSACTIONS =
            """
            SELECT min(at - CASE WHEN from_unixtime(at - 7200) = trx_started THEN 7200
                                 WHEN from_unixtime(at - 3600) = trx_started THEN 3600
                                 WHEN from_unixtime(at - 1800) = trx_started THEN 1800 ELSE 0 END)
            FROM (SELECT trx_started, floor(unix_timestamp(trx_started)) AS at FROM information_schema.innodb_trx
                  WHERE trx_is_read_only = 0 AND trx_mysql_thread_id <> connection_id()) AS writing
            """;

    private static final String STATEMENTS =
            """
            SELECT max(time) FROM information_schema.processlist
            WHERE command IN ('Query', 'Execute') AND user <> 'system user' AND id <> connection_id()
            """;

    private static final String REPLICATION =
            "SELECT 1 FROM information_schema.processlist WHERE user = 'system user' AND command <> 'Daemon' LIMIT 1";

    private static final String INDEX =
            "SELECT 1 FROM information_schema.statistics WHERE table_schema = ? AND table_name = ? AND column_name = ? AND seq_in_index = 1";

    private MySqlMarks() {}

    /// @param session in the time zone +00:00
    static Open look(Connection session) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            long asked =
                    number(
                            session,
                            "SELECT timestampdiff(MICROSECOND, '1970-01-01', utc_timestamp(6))",
                            0);
            if (number(session, REPLICATION, 0) != 0) {
                return new Open(
                        asked,
                        asked,
                        Optional.of(
                                new Blind(
                                        "the source is a replica, which does not know when its primary's oldest transaction began",
                                        Optional.empty())));
            }
            try {
                statement.execute("SET SESSION time_zone = 'SYSTEM'");
                long begun = number(session, TRANSACTIONS, Long.MAX_VALUE);
                long seconds = number(session, STATEMENTS, 0);
                long oldest =
                        Math.min(
                                begun == Long.MAX_VALUE ? asked : begun * 1_000_000,
                                asked - (Math.max(0, seconds) + 1) * 1_000_000);
                return new Open(asked, Math.min(asked, oldest), Optional.empty());
            } catch (SQLException e) {
                if (e.getErrorCode() != DENIED) {
                    throw e;
                }
                String account = MySqlPrivileges.of(session).account();
                return new Open(
                        asked,
                        asked,
                        Optional.of(
                                new Blind(
                                        account
                                                + " may not see when the source's oldest transaction began",
                                        Optional.of(MySqlGrants.openTransactions(account)))));
            } finally {
                statement.execute("SET SESSION time_zone = '+00:00'");
            }
        }
    }

    private static long number(Connection session, String query, long otherwise)
            throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery(query)) {
            if (!row.next()) {
                return otherwise;
            }
            long number = row.getLong(1);
            return row.wasNull() ? otherwise : number;
        }
    }

    static Map<TableName, Map<String, String>> of(
            Connection snapshot,
            Open open,
            Map<TableName, List<Column>> watermarks,
            Duration overlap,
            Optional<Duration> longestTransaction)
            throws SQLException {
        long age = open.age(longestTransaction);
        String before = time(open.asked() - age);
        // A row of the future, such as 9999-12-31, tells nothing of the clock of the others.
        String past = " FROM %s WHERE %s <= " + time(open.asked());
        return TimesOfChange.marks(
                snapshot,
                watermarks,
                (table, column) ->
                        mark(column, before, age, TimesOfChange.overlap(column, overlap))
                                + past.formatted(
                                        MySqlName.quoted(table), MySqlName.quote(column.name())));
    }

    private static String time(long micros) {
        return "TIMESTAMP'1970-01-01 00:00:00' + INTERVAL %d MICROSECOND".formatted(micros);
    }

    // To the second, and below: a server may round what it compares with a column to the column's
    // digits. Where no row has a time, all that come will be new.
    private static String mark(Column column, String before, long age, long overlap) {
        return "coalesce(date_format(least(CAST(max(%1$s) AS DATETIME(6)) - INTERVAL %2$d MICROSECOND, %3$s) - INTERVAL %4$d MICROSECOND, '%5$s'), '%6$s')"
                .formatted(
                        MySqlName.quote(column.name()),
                        age,
                        before,
                        overlap,
                        column.type().underlying().name().equals("date")
                                ? "%Y-%m-%d"
                                : "%Y-%m-%d %H:%i:%s",
                        TimesOfChange.hasZone(column) ? "1970-01-01 00:00:01" : "0001-01-01");
    }

    static String changedSince(Map<String, String> marks) {
        var either = new StringJoiner(" OR ");
        var unknown = new StringJoiner(" AND ", "(", ")");
        marks.forEach((column, mark) -> {
            String name = MySqlName.quote(column);
            either.add(name + " >= " + MySqlName.literal(mark));
            unknown.add("(%1$s IS NULL OR %1$s < DATE'0001-01-01')".formatted(name));
        });
        return either.add(unknown.toString()).toString();
    }

    static Map<TableName, List<String>> withoutIndex(
            Connection session, Map<TableName, List<Column>> watermarks) throws SQLException {
        return TimesOfChange.withoutIndex(session, watermarks, INDEX);
    }
}
