package dev.understudy.mysql;

import dev.understudy.preflight.Checkup;
import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceNeeds;
import dev.understudy.source.TimesOfChange;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.TwinNeeds;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks at a MySQL or MariaDB server before a run.
///
/// Sources: the manuals' chapters on server system variables, privileges and replication status.
final class MySqlPreflight {
    private static final Duration LATE = Duration.ofMinutes(5);

    /// Below, somebody who alters a table or holds a row makes a run fail quickly.
    private static final long SHORT_WAIT_SECONDS = 30;

    private static final List<String> WRITING =
            List.of("INSERT", "UPDATE", "DELETE", "DROP", "ALTER", "CREATE");

    private final Connection session;
    private final Checkup checkup = new Checkup();

    /// @param session with the settings of the run's own sessions
    MySqlPreflight(Connection session) {
        this.session = session;
    }

    private interface Look {
        void look() throws SQLException;
    }

    private void look(String check, Look look) {
        try {
            look.look();
        } catch (SQLException e) {
            checkup.warn(check, "cannot be asked: " + MySqlFailure.describe(e));
        }
    }

    List<Finding> source(
            SourceNeeds needs,
            String schema,
            MySqlSnapshot snapshot,
            Optional<String> caveat,
            TimesOfChange.Open open)
            throws SQLException {
        MySqlVersion version = MySqlVersion.of(session);
        MySqlPrivileges privileges = MySqlPrivileges.of(session);
        if (isOld(version)) {
            checkup.warn(
                    "version",
                    version + "; Understudy is made for MySQL 8.0 and MariaDB 10.6 and later");
        } else {
            checkup.ok("version", version.toString());
        }
        look("privileges", () -> mayRead(needs, privileges, schema));
        if (needs.structure()) {
            look("privileges", () -> maySeeStructure(privileges, schema, version));
        }
        if (needs.deltas()) {
            open.examine(checkup);
        }
        snapshot.unlocked()
                .ifPresentOrElse(
                        why ->
                                checkup.warn(
                                        "one point in time",
                                        "no global read lock (%s): while others write, rows may come from different moments"
                                                .formatted(why),
                                        MySqlGrants.lock(privileges.account())),
                        () ->
                                checkup.ok(
                                        "one point in time",
                                        "all sessions are opened under a global read lock, which lasts for milliseconds"));
        if (snapshot.unlocked().isEmpty()) {
            caveat.ifPresent(why -> checkup.warn("one point in time", why));
        }
        look("replica", () -> replica(version));
        look("binary log", this::binaryLog);
        look("time-outs", this::timeouts);
        look("packets", () -> packets());
        look("time zone", this::timeZone);
        look("connections", () -> connections(1, "all of the run's sessions are open"));
        look("locks", this::longStatements);
        return checkup.findings();
    }

    private static boolean isOld(MySqlVersion version) {
        return version.mariaDb() ? !version.atLeast(10, 6, 0) : !version.atLeast(8, 0, 0);
    }

    private void mayRead(SourceNeeds needs, MySqlPrivileges privileges, String schema)
            throws SQLException {
        List<TableName> refused = MySqlRights.refused(session, needs.columns());
        if (!refused.isEmpty()) {
            checkup.add(
                    Finding.Level.FAIL,
                    "privileges",
                    "the user %s may not read %s"
                            .formatted(privileges.account(), Checkup.some(refused)),
                    refused.size() == needs.columns().size()
                            ? List.of(
                                    MySqlGrants.on(schema, List.of("SELECT"), privileges.account()))
                            : refused.stream()
                                    .map(table -> MySqlRights.grant(table, privileges.account()))
                                    .toList());
        } else {
            checkup.ok(
                    "privileges",
                    "the user %s may read what is copied (tables: %d)"
                            .formatted(privileges.account(), needs.columns().size()));
        }
        List<String> writing =
                WRITING.stream().filter(each -> privileges.on(schema, each)).toList();
        if (!writing.isEmpty()) {
            checkup.warn(
                    "privileges",
                    "the user %s has %s on %s, too: a run only reads, but whoever gets hold of its password need not"
                            .formatted(privileges.account(), String.join(", ", writing), schema));
        }
    }

    // What it may not see it does not know of: a twin would go without in silence.
    private void maySeeStructure(MySqlPrivileges privileges, String schema, MySqlVersion version)
            throws SQLException {
        String account = privileges.account();
        if (!privileges.on(schema, "SHOW VIEW")) {
            List<String> views =
                    texts(
                            "SELECT table_name FROM information_schema.tables WHERE table_type = 'VIEW' AND table_schema = "
                                    + MySqlName.literal(schema));
            checkup.add(
                    views.isEmpty() ? Finding.Level.WARN : Finding.Level.FAIL,
                    "privileges",
                    "the user %s may not see what views are made of: %s"
                            .formatted(
                                    account,
                                    views.isEmpty()
                                            ? "there is none it knows of"
                                            : Checkup.some(views)),
                    List.of(MySqlGrants.on(schema, List.of("SHOW VIEW"), account)));
        }
        for (String each : privileges.missing(schema, List.of("TRIGGER", "EVENT"))) {
            checkup.warn(
                    "privileges",
                    "the user %s does not see %ss: the twin would go without any"
                            .formatted(account, each.toLowerCase(java.util.Locale.ROOT)),
                    MySqlGrants.on(schema, List.of(each), account));
        }
        if (!MySqlGrants.showsRoutines(privileges, schema, version)) {
            checkup.warn(
                    "privileges",
                    "the user %s does not see others' functions and procedures: the twin would go without them"
                            .formatted(account),
                    MySqlGrants.routines(schema, account, version));
        }
    }

    private void replica(MySqlVersion version) throws SQLException {
        boolean readOnly = isOn("read_only");
        List<Map<String, String>> status;
        try {
            status =
                    rows(
                            version.mariaDb() || version.atLeast(8, 0, 22)
                                    ? "SHOW REPLICA STATUS"
                                    : "SHOW SLAVE STATUS");
        } catch (SQLException e) {
            checkup.ok(
                    "replica",
                    readOnly
                            ? "read_only is on, as on a replica; how far it is behind only REPLICATION CLIENT or its like may ask"
                            : "read_only is off, as on a primary");
            return;
        }
        if (status.isEmpty()) {
            checkup.ok("replica", "a primary; a replica would spare it the reading");
            return;
        }
        String behind =
                status.getFirst()
                        .getOrDefault(
                                "seconds_behind_source",
                                status.getFirst().getOrDefault("seconds_behind_master", ""));
        if (behind.isEmpty()) {
            checkup.warn(
                    "replica",
                    "a replica that does not replicate now: the twin would be as old as it is");
        } else if (Long.parseLong(behind) > LATE.toSeconds()) {
            checkup.warn(
                    "replica",
                    "a replica, %s s behind: the twin would be as old".formatted(behind));
        } else {
            checkup.ok("replica", "a replica, %s s behind".formatted(behind));
        }
    }

    private void binaryLog() throws SQLException {
        checkup.ok(
                "binary log",
                isOn("log_bin")
                        ? "log_bin is on, binlog_format " + variable("binlog_format")
                        : "log_bin is off");
    }

    private void timeouts() throws SQLException {
        var lifted = new ArrayList<String>();
        for (String each :
                List.of(
                        "wait_timeout",
                        "net_read_timeout",
                        "net_write_timeout",
                        "max_execution_time",
                        "max_statement_time",
                        "idle_transaction_timeout",
                        "idle_readonly_transaction_timeout")) {
            String value = variable("global." + each);
            if (!value.isEmpty() && !value.startsWith("0")) {
                lifted.add(each + " " + value);
            }
        }
        checkup.ok("time-outs", "lifted for the run's sessions: " + String.join(", ", lifted));
        shortWait("lock_wait_timeout", "a table that is being altered ends a run after %s s");
    }

    private void shortWait(String variable, String what) throws SQLException {
        String seconds = variable(variable);
        if (!seconds.isEmpty() && Double.parseDouble(seconds) < SHORT_WAIT_SECONDS) {
            checkup.warn(
                    "time-outs",
                    "%s: %s".formatted(variable, what.formatted(seconds)),
                    "SET GLOBAL %s = %d".formatted(variable, 2 * SHORT_WAIT_SECONDS));
        }
    }

    private void packets() throws SQLException {
        checkup.ok(
                "packets",
                "max_allowed_packet is %s: no larger row can be read"
                        .formatted(variable("max_allowed_packet")));
    }

    private void timeZone() throws SQLException {
        String zone = variable("global.time_zone");
        checkup.ok(
                "time zone",
                "timestamps are read in UTC, whatever the server's own is (%s)"
                        .formatted(zone.equals("SYSTEM") ? variable("system_time_zone") : zone));
    }

    private void connections(int needed, String found) throws SQLException {
        long connected =
                Long.parseLong(
                        rows("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
                                .getFirst()
                                .getOrDefault("value", "0"));
        long most = Long.parseLong(variable("max_connections"));
        long ofUser = Long.parseLong(variable("max_user_connections"));
        long free = Math.max(0, most - connected);
        String limit = ofUser > 0 ? "; the user may have %d".formatted(ofUser) : "";
        String text = "%s, %d of %d are free%s".formatted(found, free, most, limit);
        if (free < needed || (ofUser > 0 && ofUser < needed)) {
            checkup.fail(
                    "connections",
                    text + ": lower `connections`, or raise max_connections or the user's limit");
        } else {
            checkup.ok("connections", text);
        }
    }

    private void longStatements() throws SQLException {
        var running = new ArrayList<String>();
        for (Map<String, String> each :
                rows(
                        "SELECT id, time FROM information_schema.processlist WHERE command = 'Query' AND time > 60 AND id <> connection_id()")) {
            running.add("%s for %s s".formatted(each.get("id"), each.get("time")));
        }
        if (running.isEmpty()) {
            checkup.ok("locks", "no statement that this user may see has run for a minute");
        } else {
            checkup.warn(
                    "locks",
                    "the global read lock waits for statements that run for long; now processes "
                            + Checkup.some(running));
        }
    }

    List<Finding> twin(TwinNeeds needs, MySqlTwin twin) throws SQLException {
        MySqlVersion version = MySqlVersion.of(session);
        MySqlPrivileges privileges = MySqlPrivileges.of(session);
        if (isOld(version)) {
            checkup.fail("version", version + "; a twin needs MySQL 8.0 or MariaDB 10.6");
        } else {
            checkup.ok("version", version.toString());
        }
        if (isOn("read_only") && !privileges.everywhere("SUPER")) {
            checkup.fail("replica", "read_only is on: a replica cannot hold a twin");
        }
        loaderRights(privileges, twin);
        if (needs.source().orElse(null) instanceof MySqlSource source) {
            look("structure", () -> structure(source, needs, privileges));
        }
        look("local_infile", () -> localInfile());
        look("binary log", this::loadedTwice);
        look(
                "time-outs",
                () -> {
                    checkup.ok(
                            "time-outs",
                            "lifted for the run's sessions; lock_wait_timeout %s, innodb_lock_wait_timeout %s"
                                    .formatted(
                                            variable("lock_wait_timeout"),
                                            variable("innodb_lock_wait_timeout")));
                    shortWait("innodb_lock_wait_timeout", "who holds a row ends a run after %s s");
                });
        look(
                "connections",
                () ->
                        connections(
                                needs.sessions() + 1,
                                "a run opens up to %d".formatted(needs.sessions() + 1)));
        return checkup.findings();
    }

    private void loaderRights(MySqlPrivileges privileges, MySqlTwin twin) {
        boolean complete = true;
        for (MySqlTwin.Place place : twin.places()) {
            List<String> missing = privileges.missing(place.example(), MySqlGrants.LOADING);
            if (!missing.isEmpty()) {
                complete = false;
                checkup.fail(
                        "privileges",
                        "the user %s has no %s on %s"
                                .formatted(
                                        privileges.account(),
                                        String.join(", ", missing),
                                        place.title()),
                        place.grant(missing, privileges.account()));
            }
        }
        if (complete) {
            checkup.ok(
                    "privileges",
                    "the user %s may make and replace the twin".formatted(privileges.account()));
        }
    }

    private void structure(MySqlSource source, TwinNeeds needs, MySqlPrivileges privileges)
            throws SQLException {
        Blueprint blueprint;
        try {
            blueprint = source.blueprint(needs.tables()::contains, MySqlTarget.read(session));
        } catch (Failure e) {
            if (e.kind() == Failure.Kind.SOURCE) {
                checkup.warn("structure", "cannot be looked at before the source can be read");
            } else {
                checkup.fail("structure", String.valueOf(e.getMessage()));
            }
            return;
        }
        boolean programs =
                blueprint.afterPublishing().stream()
                        .anyMatch(each ->
                                each.kind().equals("trigger") || each.kind().equals("function"));
        if (programs
                && isOn("log_bin")
                && !isOn("log_bin_trust_function_creators")
                && !privileges.everywhere("SUPER")) {
            checkup.fail(
                    "structure",
                    "the source has triggers or functions, and %s may not make any while the twin's server writes a binary log"
                            .formatted(privileges.account()),
                    MySqlGrants.TRUST);
        }
        if (blueprint.notCarried().isEmpty()) {
            checkup.ok("structure", "everything would be carried");
        } else {
            checkup.warn(
                    "structure", "would not be carried: " + Checkup.some(blueprint.notCarried()));
        }
    }

    private void localInfile() throws SQLException {
        if (isOn("local_infile")) {
            checkup.ok("local_infile", "rows are loaded by LOAD DATA LOCAL from memory");
        } else {
            checkup.warn(
                    "local_infile",
                    "off: rows are loaded by INSERTs of many rows, which is slower, and none may take more than max_allowed_packet (%s)"
                            .formatted(variable("max_allowed_packet")),
                    MySqlGrants.LOCAL_INFILE);
        }
    }

    private void loadedTwice() throws SQLException {
        checkup.ok(
                "binary log",
                isOn("log_bin")
                        ? "log_bin is on: whatever is loaded goes to the binary log, too, and takes its disk"
                        : "log_bin is off");
    }

    private boolean isOn(String variable) throws SQLException {
        return List.of("1", "ON", "YES").contains(variable(variable));
    }

    /// Empty if this server has no such variable.
    private String variable(String name) throws SQLException {
        try (var statement = session.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@" + name)) {
            row.next();
            return String.valueOf(row.getString(1));
        } catch (SQLException e) {
            if (e.getErrorCode() == 1193) {
                return "";
            }
            throw e;
        }
    }

    private List<String> texts(String sql) throws SQLException {
        return rows(sql).stream().map(each -> each.values().iterator().next()).toList();
    }

    /// Rows by column labels in lower case; an absent text is NULL.
    private List<Map<String, String>> rows(String sql) throws SQLException {
        var all = new ArrayList<Map<String, String>>();
        try (var statement = session.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var labels = rows.getMetaData();
            while (rows.next()) {
                var row = new HashMap<String, String>();
                for (int i = 1; i <= labels.getColumnCount(); i++) {
                    String text = rows.getString(i);
                    if (text != null) {
                        row.put(labels.getColumnLabel(i).toLowerCase(java.util.Locale.ROOT), text);
                    }
                }
                all.add(row);
            }
        }
        return all;
    }
}
