package dev.understudy.postgres;

import dev.understudy.preflight.Checkup;
import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceNeeds;
import dev.understudy.source.TimesOfChange;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.TwinNeeds;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Looks at a PostgreSQL server before a run, in a session in autocommit mode, so that a question
/// that it refuses spoils no other.
///
/// Sources: PostgreSQL manual, "System Information Functions", "The Cumulative Statistics System",
/// "Client Connection Defaults", "Hot Standby".
final class PostgresPreflight {
    private static final int OLDEST_TESTED = 15;
    private static final int NEWEST_TESTED = 18;

    /// The first that drops databases with sessions in them.
    private static final int OLDEST_TWIN = 13;

    /// Never carried on purpose, or missing because of a privilege.
    private static final Set<String> SAID_ELSEWHERE =
            Set.of("roles, ownership and grants", "default privileges", "sequence value");

    private static final Duration LATE = Duration.ofMinutes(5);

    private final Connection session;
    private final String role;
    private final Checkup checkup = new Checkup();

    /// @param session with the settings of the run's own sessions, on any database of the server
    /// @param role that the session logged in as
    PostgresPreflight(Connection session, String role) {
        this.session = session;
        this.role = role;
    }

    private interface Look {
        void look() throws SQLException;
    }

    private void look(String check, Look look) {
        try {
            look.look();
        } catch (SQLException e) {
            checkup.warn(check, "cannot be asked: " + SqlFailure.describe(e));
        }
    }

    List<Finding> source(SourceNeeds needs, TimesOfChange.Open open) {
        look("version", this::version);
        look("privileges", () -> privileges(needs));
        if (needs.deltas()) {
            open.examine(checkup);
        }
        look("replica", this::replica);
        look("settings", this::snapshotSettings);
        look("time-outs", this::timeouts);
        look("time zone", this::timeZone);
        look("connections", () -> connections(needs.sessions()));
        look("locks", () -> locks(needs));
        return checkup.findings();
    }

    private void version() throws SQLException {
        int version = session.getMetaData().getDatabaseMajorVersion();
        String product = "PostgreSQL " + session.getMetaData().getDatabaseProductVersion();
        if (version < OLDEST_TESTED || version > NEWEST_TESTED) {
            checkup.warn(
                    "version",
                    "%s; Understudy is tested with %d to %d"
                            .formatted(product, OLDEST_TESTED, NEWEST_TESTED));
        } else {
            checkup.ok("version", product);
        }
    }

    private void privileges(SourceNeeds needs) throws SQLException {
        ReadRights rights = ReadRights.of(session, needs.columns());
        if (!rights.schemas().isEmpty() || !rights.unreadable().isEmpty()) {
            checkup.add(
                    Finding.Level.FAIL,
                    "privileges",
                    "the role %s may not read %s".formatted(role, rights.what(TableName::toString)),
                    rights.grants(role));
        }
        if (!rights.filtered().isEmpty()) {
            checkup.fail(
                    "row security",
                    "policies hide rows of %s from the role %s, so a copy would be incomplete"
                            .formatted(Checkup.some(List.copyOf(rights.filtered())), role),
                    PostgresGrants.allRows(role));
        }
        if (needs.structure()) {
            sequences(needs);
        }
        excess(needs);
        if (checkup.findings().stream().noneMatch(each -> each.check().equals("privileges"))) {
            checkup.ok(
                    "privileges",
                    "the role %s may read what is copied (tables: %d), and change nothing of it"
                            .formatted(role, needs.columns().size()));
        }
    }

    private void sequences(SourceNeeds needs) throws SQLException {
        Set<String> schemas = schemas(needs);
        var unreadable = new TreeSet<String>();
        rows(
                """
                SELECT DISTINCT n.nspname FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE CASE c.relkind WHEN 'S' THEN NOT pg_catalog.has_sequence_privilege(c.oid, 'SELECT') END
                """,
                row -> unreadable.add(row.getString(1)));
        unreadable.retainAll(schemas);
        if (!unreadable.isEmpty()) {
            checkup.add(
                    Finding.Level.WARN,
                    "privileges",
                    "the role %s may not read sequences of the schema %s: they would start anew in the twin"
                            .formatted(role, String.join(", ", unreadable)),
                    unreadable.stream()
                            .map(schema -> PostgresGrants.sequences(schema, role))
                            .toList());
        }
    }

    private static Set<String> schemas(SourceNeeds needs) {
        return needs.columns().keySet().stream()
                .map(TableName::schema)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // Sessions only read, but whoever gets hold of the password need not.
    private void excess(SourceNeeds needs) throws SQLException {
        var changeable = new ArrayList<TableName>();
        boolean[] superuser = new boolean[1];
        rows(
                "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user",
                row -> superuser[0] = row.getBoolean(1));
        if (superuser[0]) {
            checkup.warn(
                    "privileges",
                    "%s is a superuser: a run only reads, but whoever gets hold of its password need not; a reader needs no more than --grants shows"
                            .formatted(role));
            return;
        }
        rows(
                """
                SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'f')
                  AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                ORDER BY 1, 2
                """,
                row -> {
                    var table = new TableName(row.getString(1), row.getString(2));
                    if (needs.columns().containsKey(table)) {
                        changeable.add(table);
                    }
                });
        if (!changeable.isEmpty()) {
            checkup.warn(
                    "privileges",
                    "the role %s may change rows of %s: a run only reads, but whoever gets hold of its password need not"
                            .formatted(role, Checkup.some(changeable)));
        }
    }

    private void replica() throws SQLException {
        rows(
                """
                SELECT pg_catalog.pg_is_in_recovery(),
                    CASE WHEN pg_catalog.pg_is_in_recovery()
                        AND pg_catalog.pg_last_wal_receive_lsn() IS DISTINCT FROM pg_catalog.pg_last_wal_replay_lsn()
                      THEN extract(epoch FROM now() - pg_catalog.pg_last_xact_replay_timestamp()) END,
                    pg_catalog.current_setting('hot_standby_feedback')::boolean,
                    pg_catalog.current_setting('max_standby_streaming_delay')
                """,
                row -> {
                    if (!row.getBoolean(1)) {
                        checkup.ok(
                                "replica",
                                "a primary: its vacuum keeps what the run's snapshot still sees, for as long as the run takes; a replica would spare it");
                        return;
                    }
                    Duration lag = Duration.ofSeconds(row.getLong(2));
                    String late =
                            "a replica, %s behind".formatted(lag.isZero() ? "not" : seconds(lag));
                    if (lag.compareTo(LATE) > 0) {
                        checkup.warn("replica", late + ": the twin would be as old");
                    } else {
                        checkup.ok("replica", late);
                    }
                    if (!row.getBoolean(3) && !"-1".equals(row.getString(4))) {
                        checkup.warn(
                                "replica",
                                "it cancels whoever reads what its primary has vacuumed for longer than max_standby_streaming_delay (%s)"
                                        .formatted(row.getString(4)),
                                "ALTER SYSTEM SET hot_standby_feedback = on");
                    }
                });
    }

    // Until PostgreSQL 16 rows could vanish from under a long snapshot.
    private void snapshotSettings() throws SQLException {
        rows(
                "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'old_snapshot_threshold' AND setting <> '-1'",
                row ->
                        checkup.warn(
                                "settings",
                                "old_snapshot_threshold is %s minutes: a run that takes longer fails with 'snapshot too old'"
                                        .formatted(row.getString(1)),
                                "ALTER SYSTEM SET old_snapshot_threshold = -1"));
    }

    private void timeouts() throws SQLException {
        var lifted = new ArrayList<String>();
        var holding = new ArrayList<String>();
        rows(
                """
                SELECT name, setting, reset_val || coalesce(' ' || unit, '') FROM pg_catalog.pg_settings
                WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout',
                    'idle_in_transaction_session_timeout', 'idle_session_timeout')
                  AND (setting <> '0' OR reset_val <> '0') AND NOT (name = 'lock_timeout' AND setting <> '0')
                ORDER BY name
                """,
                row ->
                        (row.getString(2).equals("0") ? lifted : holding)
                                .add(row.getString(1) + " " + row.getString(3)));
        if (!holding.isEmpty()) {
            checkup.warn("time-outs", "would end a long run: " + String.join(", ", holding));
        } else {
            checkup.ok(
                    "time-outs",
                    lifted.isEmpty()
                            ? "none is set"
                            : "lifted for the run's sessions: " + String.join(", ", lifted));
        }
    }

    private void timeZone() throws SQLException {
        rows(
                "SELECT pg_catalog.current_setting('TimeZone')",
                row ->
                        checkup.ok(
                                "time zone",
                                "times with a zone are read in %s, whatever the server's own is"
                                        .formatted(row.getString(1))));
    }

    private void connections(int needed) throws SQLException {
        rows(
                """
                SELECT least(
                    pg_catalog.current_setting('max_connections')::int
                      - pg_catalog.current_setting('superuser_reserved_connections')::int
                      - coalesce(nullif(pg_catalog.current_setting('reserved_connections', true), ''), '0')::int
                      - (SELECT count(*) FROM pg_catalog.pg_stat_activity
                         WHERE usesysid IS NOT NULL AND datid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()),
                    (SELECT nullif(rolconnlimit, -1)
                       - (SELECT count(*) FROM pg_catalog.pg_stat_activity a
                          WHERE a.usesysid = r.oid AND a.pid <> pg_catalog.pg_backend_pid())
                     FROM pg_catalog.pg_roles r WHERE rolname = session_user AND NOT rolsuper))
                """,
                row -> {
                    int free = Math.max(0, row.getInt(1));
                    String found = "a run opens up to %d, %d are free".formatted(needed, free);
                    if (free < needed) {
                        checkup.fail(
                                "connections",
                                found
                                        + ": lower `connections`, or raise max_connections or the role's CONNECTION LIMIT");
                    } else {
                        checkup.ok("connections", found);
                    }
                });
    }

    private void locks(SourceNeeds needs) throws SQLException {
        List<TableLock> locked =
                TableLock.all(session).stream()
                        .filter(each -> needs.columns().containsKey(each.table()))
                        .toList();
        if (!locked.isEmpty()) {
            rows(
                    "SELECT pg_catalog.current_setting('lock_timeout')",
                    row ->
                            checkup.warn(
                                    "locks",
                                    "a run would wait %s, and then fail, for who locks %s"
                                            .formatted(row.getString(1), Checkup.some(locked))));
        }
        rows(
                """
                SELECT pid, extract(epoch FROM now() - xact_start) FROM pg_catalog.pg_stat_activity
                WHERE xact_start < now() - interval '1 hour' AND pid <> pg_catalog.pg_backend_pid()
                ORDER BY xact_start LIMIT 1
                """,
                row ->
                        checkup.warn(
                                "locks",
                                "process %d has had a transaction open for %s: the server keeps all rows that died since"
                                        .formatted(
                                                row.getInt(1),
                                                seconds(Duration.ofSeconds(row.getLong(2))))));
        if (checkup.findings().stream().noneMatch(each -> each.check().equals("locks"))) {
            checkup.ok("locks", "nobody locks a table that is read");
        }
    }

    /// @param live the twin's name
    List<Finding> twin(TwinNeeds needs, String live) {
        look("version", () -> twinVersion());
        look("privileges", () -> loaderRights(live));
        look("time-outs", this::timeouts);
        look("connections", () -> connections(needs.sessions() + 1));
        look("sessions", () -> usersOf(live));
        look("wal", this::wal);
        if (needs.source().orElse(null) instanceof PostgresSource source) {
            look("structure", () -> structure(source, needs));
        }
        return checkup.findings();
    }

    /// Why a server is too old for a twin; empty if it is not.
    static Optional<String> tooOld(Connection session) throws SQLException {
        DatabaseMetaData server = session.getMetaData();
        return server.getDatabaseMajorVersion() < OLDEST_TWIN
                ? Optional.of(
                        "PostgreSQL %s; a twin needs %d or later"
                                .formatted(server.getDatabaseProductVersion(), OLDEST_TWIN))
                : Optional.empty();
    }

    private void twinVersion() throws SQLException {
        Optional<String> tooOld = tooOld(session);
        if (tooOld.isPresent()) {
            checkup.fail("version", tooOld.get());
        } else {
            version();
        }
        rows(
                "SELECT pg_catalog.pg_is_in_recovery()",
                row -> {
                    if (row.getBoolean(1)) {
                        checkup.fail("replica", "a standby, which cannot hold a twin");
                    }
                });
    }

    private void loaderRights(String live) throws SQLException {
        rows(
                """
                SELECT r.rolsuper OR r.rolcreatedb,
                    NOT pg_catalog.pg_has_role(d.datdba, 'USAGE'),
                    pg_catalog.pg_has_role('pg_signal_backend', 'USAGE')
                FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_database d ON d.datname = ?
                WHERE r.rolname = current_user
                """,
                row -> {
                    if (!row.getBoolean(1)) {
                        checkup.fail(
                                "privileges",
                                "the role %s may not create databases, but a twin is loaded into one beside the live twin"
                                        .formatted(role),
                                PostgresGrants.createDatabases(role));
                    }
                    if (row.getBoolean(2)) {
                        checkup.fail(
                                "privileges",
                                "the database %s exists and does not belong to %s, so it cannot be replaced"
                                        .formatted(live, role),
                                "ALTER DATABASE %s OWNER TO %s"
                                        .formatted(TableName.quote(live), TableName.quote(role)));
                    }
                    if (!row.getBoolean(3)) {
                        checkup.warn(
                                "privileges",
                                "the role %s may not end others' sessions on the old twin, so a run fails at its end while anybody else is connected to it"
                                        .formatted(role),
                                PostgresGrants.endSessions(role));
                    }
                },
                live);
        if (checkup.findings().stream().noneMatch(each -> each.check().equals("privileges"))) {
            checkup.ok("privileges", "the role %s may make and replace the twin".formatted(role));
        }
    }

    private void usersOf(String live) throws SQLException {
        rows(
                """
                SELECT count(*), string_agg(DISTINCT usename, ', ') FILTER (WHERE
                    NOT (r.rolsuper OR pg_catalog.pg_has_role(a.usesysid, 'USAGE')
                         OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE') AND NOT coalesce(u.rolsuper, true)))
                FROM pg_catalog.pg_stat_activity a
                JOIN pg_catalog.pg_roles r ON r.rolname = current_user
                LEFT JOIN pg_catalog.pg_roles u ON u.oid = a.usesysid
                WHERE a.datname = ? AND a.usesysid IS NOT NULL
                """,
                row -> {
                    if (row.getString(2) != null) {
                        checkup.warn(
                                "sessions",
                                "the live twin is in use by %s, whose sessions %s may not end: a run fails at its end unless they are closed"
                                        .formatted(row.getString(2), role));
                    } else {
                        checkup.ok(
                                "sessions",
                                row.getInt(1) == 0
                                        ? "nobody is connected to the live twin"
                                        : "%d on the live twin, which the swap ends"
                                                .formatted(row.getInt(1)));
                    }
                },
                live);
    }

    private void wal() throws SQLException {
        rows(
                """
                SELECT pg_catalog.current_setting('archive_mode') <> 'off',
                    pg_catalog.current_setting('synchronous_standby_names') <> '',
                    pg_catalog.current_setting('max_wal_size'), pg_catalog.current_setting('wal_level')
                """,
                row -> {
                    var load = new ArrayList<String>();
                    if (row.getBoolean(1)) {
                        load.add("is archived");
                    }
                    if (row.getBoolean(2)) {
                        load.add("waits for a standby");
                    }
                    String found =
                            "wal_level %s, max_wal_size %s"
                                    .formatted(row.getString(4), row.getString(3));
                    if (load.isEmpty()) {
                        checkup.ok("wal", found);
                    } else {
                        checkup.warn(
                                "wal",
                                "%s; whatever is loaded %s, too: a server of its own would load faster"
                                        .formatted(found, String.join(" and ", load)));
                    }
                });
    }

    private void structure(PostgresSource source, TwinNeeds needs) throws SQLException {
        if (source.locks().stream().anyMatch(each -> needs.tables().contains(each.table()))) {
            checkup.warn("structure", "cannot be looked at while somebody locks the source");
            return;
        }
        Set<String> doubtful = StructureTarget.ofSuperusers(session);
        Blueprint blueprint;
        try {
            doubtful.retainAll(source.extensions());
            blueprint = source.blueprint(needs.tables()::contains, StructureTarget.read(session));
        } catch (Failure e) {
            checkup.warn("structure", "cannot be looked at before the source can be read");
            return;
        }
        if (!doubtful.isEmpty()) {
            checkup.warn(
                    "extensions",
                    "superusers alone may create %s, unless the server lets others, and the role %s is none: what it is refused would not be carried, nor what needs it"
                            .formatted(Checkup.some(doubtful.stream().sorted().toList()), role));
        }
        List<NotCarried> tables = blueprint.missing(needs.tables());
        if (!tables.isEmpty()) {
            checkup.fail(
                    "structure",
                    "tables cannot be made: %s; make that possible, or list them under tables: exclude"
                            .formatted(
                                    Checkup.some(
                                            tables.stream()
                                                    .map(PostgresPreflight::words)
                                                    .toList())));
        }
        List<NotCarried> missing =
                blueprint.notCarried().stream()
                        .filter(each -> !SAID_ELSEWHERE.contains(each.kind()))
                        .filter(each -> !tables.contains(each))
                        .toList();
        if (!missing.isEmpty()) {
            checkup.warn(
                    "structure",
                    "would not be carried: "
                            + Checkup.some(
                                    missing.stream().map(PostgresPreflight::words).toList()));
        } else if (tables.isEmpty()) {
            checkup.ok("structure", "everything would be carried");
        }
    }

    private static String words(NotCarried each) {
        return "%s %s (%s)".formatted(each.kind(), each.object(), each.reason());
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() < 120
                ? duration.toSeconds() + " s"
                : duration.toMinutes() + " min";
    }

    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    private void rows(String sql, Row each, String... parameters) throws SQLException {
        try (var query = session.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                query.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    each.take(rows);
                }
            }
        }
    }

    /// The tables of a database, for whoever may connect to it.
    static List<TableName> tables(Connection session) throws SQLException {
        var tables = new ArrayList<TableName>();
        new PostgresPreflight(session, "")
                .rows(
                        """
                        SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
                        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'p') AND %s
                        """
                                .formatted(SystemCatalog.USER_SCHEMA),
                        row -> tables.add(new TableName(row.getString(1), row.getString(2))));
        return tables;
    }
}
