package dev.understudy.mysql;

import dev.understudy.preflight.Checkup;
import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Who is in the way of a statement that waited in vain for a lock, as far as the user may see;
/// never what others execute.
///
/// Sources: the manuals' pages on metadata locks, INNODB_TRX and PROCESSLIST.
final class MySqlBlockers {
    /// "Lock wait timeout exceeded".
    private static final int WAITED_IN_VAIN = 1205;

    /// "You need the PROCESS privilege".
    private static final int DENIED = 1227;

    /// Who is connected to the database, or writes in a transaction; who holds locks of InnoDB
    /// first.
    private static final String OTHERS =
            """
            SELECT p.id, p.user, p.host, p.command, p.time, ''
            FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
            WHERE (t.trx_is_read_only = 0 OR p.db = database()) AND p.user NOT IN ('system user', 'event_scheduler')
              AND p.user <> substring_index(current_user(), '@', 1)
            ORDER BY coalesce(t.trx_rows_locked + t.trx_tables_locked, 0) = 0, p.time DESC
            """;

    private MySqlBlockers() {}

    /// As {@link MySqlFailure#of} has it, and who was in the way, if somebody was.
    ///
    /// @param session of the same user
    static Failure failure(Connection session, Failure.Kind side, String doing, SQLException e) {
        return isInTheWay(e)
                ? MySqlFailure.of(side, doing, e, who(session, side))
                : MySqlFailure.of(side, doing, e);
    }

    /// Whether somebody was.
    static boolean isInTheWay(SQLException e) {
        return e.getErrorCode() == WAITED_IN_VAIN;
    }

    private static String who(Connection session, Failure.Kind side) {
        try {
            List<String> holders = sessions(session, holders(side));
            if (!holders.isEmpty()) {
                return "locked by " + Checkup.some(holders);
            }
        } catch (SQLException e) {
            // Few servers let a reader see that.
        }
        try {
            List<String> others = sessions(session, OTHERS);
            return others.isEmpty() ? "" : "perhaps locked by " + Checkup.some(others);
        } catch (SQLException e) {
            return e.getErrorCode() == DENIED ? wish(session) : "";
        }
    }

    /// Who holds locks on tables, where the server notes that and the user may read it. Who only
    /// reads waits for few of them.
    private static String holders(Failure.Kind side) {
        return """
        SELECT s.processlist_id, s.processlist_user, s.processlist_host, s.processlist_command, max(s.processlist_time),
               concat(' on ', group_concat(DISTINCT l.object_schema, '.', l.object_name SEPARATOR ', '))
        FROM performance_schema.metadata_locks l JOIN performance_schema.threads s ON s.thread_id = l.owner_thread_id
        WHERE l.object_type = 'TABLE' AND l.lock_status = 'GRANTED' AND %s
          AND l.object_schema NOT IN ('performance_schema', 'information_schema', 'mysql', 'sys')
          AND s.processlist_user <> substring_index(current_user(), '@', 1)
        GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC
        """
                .formatted(
                        side == Failure.Kind.SOURCE
                                ? "l.lock_type IN ('EXCLUSIVE', 'SHARED_NO_READ_WRITE')"
                                : "TRUE");
    }

    private static List<String> sessions(Connection session, String query) throws SQLException {
        var sessions = new ArrayList<String>();
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                sessions.add(
                        "connection %d of %s@%s (%s for %d s)%s"
                                .formatted(
                                        rows.getLong(1),
                                        rows.getString(2),
                                        rows.getString(3),
                                        rows.getString(4),
                                        rows.getLong(5),
                                        rows.getString(6)));
            }
        }
        return sessions;
    }

    private static String wish(Connection session) {
        try {
            return "to be told by whom, ask for: "
                    + MySqlGrants.openTransactions(MySqlPrivileges.of(session).account());
        } catch (SQLException e) {
            return "";
        }
    }
}
