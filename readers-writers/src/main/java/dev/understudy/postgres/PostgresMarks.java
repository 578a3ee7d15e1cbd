package dev.understudy.postgres;

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

/// From where the times of change must be read again after a snapshot.
///
/// A transaction that was open when the snapshot was taken may commit rows later whose time of
/// change is its own beginning, so the mark is the beginning of the oldest one. It was looked for
/// before the snapshot: whoever began later has later times. Times that applications write come
/// from other clocks, and those without a time zone may be of any zone; where they run behind the
/// server's, the newest one that is visible, less the age of the oldest transaction, is the safer
/// mark, so the smaller of the two counts.
final class PostgresMarks {
    private static final String INDEX =
            """
            SELECT 1 FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
            WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND i.indisvalid AND i.indpred IS NULL
            """;

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
            Optional<Blind> blind =
                    row.getBoolean(3)
                            ? Optional.of(
                                    new Blind(
                                            "the source is a standby, which does not know when the primary's oldest transaction began",
                                            Optional.empty()))
                            : row.getBoolean(4)
                                    ? Optional.empty()
                                    : Optional.of(
                                            new Blind(
                                                    user
                                                            + " may not see when the source's oldest transaction began",
                                                    Optional.of(
                                                            PostgresGrants.openTransactions(
                                                                    user))));
            return new Open(row.getLong(1), row.getLong(2), blind);
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
        String before = "TIMESTAMPTZ 'epoch' + " + interval(open.asked() - age);
        String asked = "TIMESTAMPTZ 'epoch' + " + interval(open.asked());
        return TimesOfChange.marks(
                snapshot,
                watermarks,
                (table, column) ->
                        // A row of the future, such as infinity, tells nothing of the others'
                        // clock.
                        "(%s)::pg_catalog.text FROM ONLY %s WHERE %s <= %s"
                                .formatted(
                                        mark(
                                                column,
                                                before,
                                                interval(age),
                                                interval(TimesOfChange.overlap(column, overlap))),
                                        table.quoted(),
                                        TableName.quote(column.name()),
                                        inZoneOf(column, asked)));
    }

    private static String interval(long micros) {
        return "interval '%d microseconds'".formatted(micros);
    }

    private static String mark(Column column, String open, String age, String overlap) {
        String name = TableName.quote(column.name());
        // Where no row has a time, all that come will be new.
        String newest = "coalesce(pg_catalog.max(%s), '-infinity')".formatted(name);
        String bound = inZoneOf(column, open);
        return switch (column.type().underlying().name()) {
            case "timestamptz", "timestamp" ->
                    "least(%s - %s, %s) - %s".formatted(newest, age, bound, overlap);
            default ->
                    "(least(%s::pg_catalog.timestamp - %s, %s) - %s)::pg_catalog.date"
                            .formatted(newest, age, bound, overlap);
        };
    }

    private static String inZoneOf(Column column, String time) {
        return TimesOfChange.hasZone(column) ? time : "(%s) AT TIME ZONE 'UTC'".formatted(time);
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
        return TimesOfChange.withoutIndex(session, watermarks, INDEX);
    }
}
