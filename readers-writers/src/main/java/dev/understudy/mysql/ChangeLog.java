package dev.understudy.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/// How far a server's log of changes reaches. Where it moves, somebody has committed.
final class ChangeLog {
    /// MySQL writes a commit to its log before it becomes visible, and tells the commit's number
    /// afterwards: what is on the way when it is asked for either must have arrived.
    private static final long ON_THE_WAY_MILLIS = 500;

    private final Connection session;
    private final MySqlVersion version;

    ChangeLog(Connection session, MySqlVersion version) {
        this.session = session;
        this.version = version;
    }

    /// The position, once nothing is on the way; empty if the log does not tell of all changes: it
    /// is off, or changes that come from another server are left out of it, or nobody says.
    Optional<String> position() throws SQLException {
        if (version.mariaDb()) {
            return tellsOfAll() ? Optional.of("") : Optional.empty();
        }
        String flags =
                one("SELECT concat(@@log_bin, @@" + replicaUpdates() + ", @@gtid_mode)").orElse("");
        if (!flags.startsWith("11")) {
            return Optional.empty();
        }
        try {
            TimeUnit.MILLISECONDS.sleep(ON_THE_WAY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        var position = new StringJoiner(" ").setEmptyValue("");
        if (flags.equals("11ON")) {
            position.add(one("SELECT @@global.gtid_executed").orElse(""));
        }
        status().ifPresent(position::add);
        return position.length() == 0 ? Optional.empty() : Optional.of(position.toString());
    }

    private String replicaUpdates() {
        return version.atLeast(8, 0, 26) ? "log_replica_updates" : "log_slave_updates";
    }

    private Optional<String> status() {
        try {
            return one(version.atLeast(8, 2, 0) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS");
        } catch (SQLException e) {
            return Optional.empty(); // the user may not ask
        }
    }

    private boolean tellsOfAll() throws SQLException {
        return one("SELECT @@log_bin").orElse("").equals("1")
                && (one("SELECT @@log_slave_updates").orElse("").equals("1")
                        || one("SHOW STATUS LIKE 'Slaves_running'").orElse("").endsWith(" 0"));
    }

    /// Whether sessions of MariaDB began their snapshots at the same position, which it remembers
    /// for each of them.
    boolean isSame(List<Connection> sessions) throws SQLException {
        var positions = new HashSet<String>();
        for (Connection each : sessions) {
            positions.add(new ChangeLog(each, version).all("SHOW STATUS LIKE 'binlog_snapshot_%'"));
        }
        return positions.size() == 1 && !positions.contains("");
    }

    private Optional<String> one(String sql) throws SQLException {
        String all = all(sql);
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private String all(String sql) throws SQLException {
        var text = new StringJoiner(" ");
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    text.add(String.valueOf(rows.getString(i)));
                }
            }
        }
        return text.toString();
    }
}
