package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A lock that even who only reads a table waits for, and who holds it or waits for it in front of
/// the reader.
///
/// Source: PostgreSQL manual, "Table-Level Locks".
///
/// @param process the number of the server's process
/// @param role that it works for; empty if it has none, as autovacuum
record TableLock(TableName table, int process, String role) {
    /// Tables, indexes and TOAST tables of this database that nobody may even read.
    private static final String LOCKED =
            """
            SELECT l.relation, l.pid FROM pg_catalog.pg_locks l
            WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
              AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
              AND l.pid <> pg_catalog.pg_backend_pid()
            """;

    /// What one of the server's functions tells of the size of the table `c`; as it was when it was
    /// last analysed if the function would wait for a lock.
    static String unlessLocked(String function) {
        return """
        CASE WHEN c.oid IN (SELECT relation FROM (%s) AS l)
             THEN c.relpages::bigint * pg_catalog.current_setting('block_size')::bigint
             ELSE pg_catalog.%s(c.oid) END
        """
                .formatted(LOCKED, function);
    }

    /// All such locks, by their tables.
    static List<TableLock> all(Connection session) throws SQLException {
        var locks = new ArrayList<TableLock>();
        try (var statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT DISTINCT n.nspname, c.relname, l.pid, coalesce(a.usename, '')
                                FROM (%s) AS l
                                LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = l.relation
                                JOIN pg_catalog.pg_class c ON c.oid = coalesce(i.indrelid, l.relation)
                                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
                                WHERE c.relkind IN ('r', 'p', 'm', 'v') AND n.nspname NOT LIKE 'pg\\_%%'
                                ORDER BY 1, 2, 3
                                """
                                        .formatted(LOCKED))) {
            while (rows.next()) {
                locks.add(
                        new TableLock(
                                new TableName(rows.getString(1), rows.getString(2)),
                                rows.getInt(3),
                                rows.getString(4)));
            }
        }
        return locks;
    }

    @Override
    public String toString() {
        return table + " by process " + process + (role.isEmpty() ? "" : " of the role " + role);
    }
}
