package dev.understudy.mysql;

import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.PortableStructure;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.NotHeld;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.TwinDatabase;
import dev.understudy.twin.TwinNeeds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The schemas of a twin on a MySQL or MariaDB server: the live one, and the sibling beside it that
/// a run loads and whose tables take the live ones' places at the end.
///
/// The swap is one RENAME TABLE that moves all live tables into a third schema and all of the
/// sibling's into the live one: readers see all old tables or all new ones, a server that dies
/// meanwhile leaves one of the two (MySQL 8, MariaDB 10.6), foreign keys follow. Triggers cannot be
/// moved and views, routines and events are not tables, so they are made in the live schema right
/// after it; a view never ceases to exist meanwhile. Understudy keeps two tables of its own: {@link
/// #STAMP} stays in the twin and tells what it is, {@link #REST} is gone when it is published.
///
/// Every method may be repeated after a kill at any point. Thread-safe.
public final class MySqlTwin implements TwinDatabase {
    /// The table that says which run has made the schema: without a row, the run is not complete.
    public static final String STAMP = "understudy_stamp";

    /// The table in the sibling that holds what is to be made after the swap.
    public static final String REST = "understudy_rest";

    /// Begins the names of the tables in the sibling that are a run's own and are not published.
    public static final String LEDGER = "understudy_ledger";

    /// A name has 64 characters; an `__understudy_old_` and the run follow.
    private static final int LONGEST_LIVE = 30;

    private static final int SWAP_ATTEMPTS = 6;
    private static final int SWAP_WAIT_SECONDS = 10;

    /// "Lock wait timeout exceeded".
    private static final int LOCK_WAIT = 1205;

    /// "You do not have the SUPER privilege and binary logging is enabled".
    private static final int UNTRUSTED = 1419;

    /// "Unknown database", "table", "function", "event", "comment too long" of MySQL and "cannot
    /// create stored routine" of MariaDB: what is said after the rights have been looked at.
    private static final Set<Integer> ALLOWED = Set.of(1049, 1051, 1146, 1305, 1539, 1607, 3511);

    /// A comment that no routine can have (65,535 characters).
    private static final String TOO_LONG = "x".repeat(1 << 16);

    private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143, 1227, 1370);

    private final String url;
    private final MySqlUrl address;
    private final String user;
    private final String password;
    private final String run;
    private final String live;
    private final String sibling;
    private final String staging;
    private final String retired;
    private final String probe;

    /// @param url of the live twin: `jdbc:mysql://host:3306/twin`
    /// @param run names the run in schemas, eighteen characters at most: `42_1f3a9c0d`
    public MySqlTwin(String url, String user, String password, String run) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.run = run;
        address =
                MySqlUrl.parse(url)
                        .orElseThrow(() ->
                                new Failure(
                                        Failure.Kind.CONFIG,
                                        "the twin's url names no database; write jdbc:mysql://host:port/database"));
        live = address.database();
        sibling = prefix() + run;
        staging = prefix() + "new";
        retired = prefix() + "old_" + run;
        probe = prefix() + "try_" + run;
    }

    private String prefix() {
        String start =
                live.length() <= LONGEST_LIVE
                        ? live
                        : live.substring(0, LONGEST_LIVE - 8) + "%08x".formatted(live.hashCode());
        return start + "__understudy_";
    }

    public String live() {
        return live;
    }

    public String sibling() {
        return sibling;
    }

    /// The schema of what is staged for the live one, whichever run stages it.
    String staging() {
        return staging;
    }

    String run() {
        return run;
    }

    /// Sessions whose default database is the live one.
    MySqlSessions liveSessions(int most) {
        return MySqlSessions.loading(url, user, password, most);
    }

    /// The same for reading rows of the live one's server.
    MySqlSessions readingSessions(int most) {
        return MySqlSessions.readOnly(url, user, password, most);
    }

    public String liveUrl() {
        return url;
    }

    public String siblingUrl() {
        return address.of(sibling);
    }

    /// Whether a schema of this name exists on the twin's server.
    public boolean exists(String schema) {
        return administer("looking for the twin", admin -> exists(admin, schema));
    }

    static boolean exists(Statement admin, String schema) throws SQLException {
        return !texts(
                        admin,
                        "SELECT schema_name FROM information_schema.schemata WHERE schema_name = "
                                + MySqlName.literal(schema))
                .isEmpty();
    }

    @Override
    public State state() {
        boolean loading = exists(sibling);
        if (isStamped(loading ? sibling : live)) {
            return loading ? State.READY : State.LIVE;
        }
        return loading ? State.LOADING : State.ABSENT;
    }

    @Override
    public Optional<String> receipt() {
        return administer(
                "looking at the twin",
                admin ->
                        tables(admin, live).contains(STAMP)
                                ? texts(admin, "SELECT receipt FROM " + in(live, STAMP)).stream()
                                        .findFirst()
                                : Optional.empty());
    }

    @Override
    public boolean isForeign(SourceDatabase source) {
        return !(source instanceof MySqlSource);
    }

    @Override
    public List<NotHeld> notHeld(PortableStructure structure) {
        return PortableBlueprint.notHeld(structure);
    }

    @Override
    public LoadingTwin load(int mostSessions) {
        return new LoadingMySql(
                this, MySqlSessions.loading(siblingUrl(), user, password, mostSessions));
    }

    /// Whether a schema is the complete work of this run. The sibling is so too while a publishing
    /// that has begun is not finished; it ceases to exist with the last of its steps.
    public boolean isStamped(String schema) {
        return administer(
                "looking at the twin",
                admin ->
                        isStamped(admin, schema)
                                || (schema.equals(sibling)
                                        && exists(admin, sibling)
                                        && isStamped(admin, live)));
    }

    boolean isStamped(Statement admin, String schema) throws SQLException {
        return stamps(admin, schema).contains(run);
    }

    private static List<String> stamps(Statement admin, String schema) throws SQLException {
        if (!tables(admin, schema).contains(STAMP)) {
            return List.of();
        }
        return texts(admin, "SELECT run FROM " + MySqlName.quote(schema) + "." + STAMP);
    }

    /// Makes in the sibling what is to be made after the swap, and drops it again: what fails must
    /// fail before the live twin is touched.
    ///
    /// @param otherProduct the server, if the source's is of another product
    /// @return what such a server lacks the words for, and what needs that
    public Map<StructureStatement, NotCarried> rehearse(
            List<StructureStatement> afterSwap, Optional<MySqlTarget> otherProduct) {
        String doing = "trying what comes after the swap";
        return administer(
                doing,
                admin -> {
                    var refused = new LinkedHashMap<StructureStatement, NotCarried>();
                    admin.execute("USE " + MySqlName.quote(sibling));
                    for (StructureStatement each : afterSwap) {
                        try {
                            MySqlStructure.apply(admin.getConnection(), each);
                        } catch (SQLException e) {
                            if (otherProduct.isEmpty() || !OtherProduct.lacksWords(e)) {
                                throw failure(admin, each, doing, e);
                            }
                            refused.put(
                                    each,
                                    new NotCarried(
                                            each.kind(),
                                            each.object(),
                                            "%s refuses it: %s"
                                                    .formatted(
                                                            otherProduct.get().product(),
                                                            MySqlFailure.describe(e)
                                                                    .replace(sibling + ".", ""))));
                        }
                    }
                    for (StructureStatement each : afterSwap) {
                        admin.execute(
                                each.kind().equals("default")
                                        ? each.sql()
                                                .replaceFirst(" SET DEFAULT .*", " DROP DEFAULT")
                                        : "DROP %s IF EXISTS %s"
                                                .formatted(
                                                        each.kind(), in(sibling, each.object())));
                    }
                    return refused;
                });
    }

    /// Marks the sibling as complete: from then on a restart only publishes it. Takes part in the
    /// caller's transaction, in a session of the sibling.
    ///
    /// @param receipt what it is, for whoever looks at the twin's table {@link #STAMP}
    /// @param position from which the next run can go on, if one will
    /// @param afterSwap what {@link #publish} makes after the swap, {@link #rehearse}d
    public void stamp(
            Connection session,
            String receipt,
            Optional<String> position,
            List<StructureStatement> afterSwap) {
        try (var statement = session.createStatement();
                var rest =
                        session.prepareStatement(
                                "INSERT INTO "
                                        + MySqlName.quote(sibling)
                                        + "."
                                        + REST
                                        + " (kind, object, settings, statement) VALUES (?, ?, ?, ?)");
                var stamp =
                        session.prepareStatement(
                                "INSERT INTO "
                                        + MySqlName.quote(sibling)
                                        + "."
                                        + STAMP
                                        + " (run, receipt, position) VALUES (?, ?, ?)")) {
            statement.execute("DELETE FROM " + MySqlName.quote(sibling) + "." + REST);
            for (StructureStatement each : afterSwap) {
                rest.setString(1, each.kind());
                rest.setString(2, each.object());
                rest.setString(3, String.join("\n", each.settings()));
                rest.setString(4, each.sql());
                rest.executeUpdate();
            }
            stamp.setString(1, run);
            stamp.setString(2, receipt);
            stamp.setString(3, position.orElse(null));
            stamp.executeUpdate();
        } catch (SQLException e) {
            throw MySqlBlockers.failure(
                    session, Failure.Kind.TARGET, "marking the twin as complete", e);
        }
    }

    /// Says what is missing before anything is done, by doing in a schema of its own what loading
    /// and publishing will do, and asking for it in the live one: the server's version, the rights
    /// on schemas, tables and views.
    public void checkRights() {
        administer(
                "checking the twin",
                admin -> {
                    MySqlVersion version = MySqlVersion.of(admin.getConnection());
                    if (version.mariaDb()
                            ? !version.atLeast(10, 6, 0)
                            : !version.atLeast(8, 0, 0)) {
                        throw new Failure(
                                Failure.Kind.TARGET,
                                "the twin's server is %s, whose renaming of several tables a crash may leave half done; a twin needs MySQL 8.0 or MariaDB 10.6"
                                        .formatted(version));
                    }
                    rehearse(
                            admin,
                            List.of(
                                    "CREATE TABLE %1$s.parent (id int PRIMARY KEY, v int) ENGINE=InnoDB",
                                    "CREATE TABLE %1$s.child (id int PRIMARY KEY, v int, KEY (v), FOREIGN KEY (v) REFERENCES %1$s.parent (id)) ENGINE=InnoDB",
                                    "INSERT INTO %1$s.parent VALUES (1, 1)",
                                    "UPDATE %1$s.parent SET v = 2",
                                    "ALTER TABLE %1$s.parent ADD KEY (v)",
                                    "RENAME TABLE %1$s.parent TO %1$s.renamed",
                                    "CREATE VIEW %1$s.v AS SELECT v FROM %1$s.renamed",
                                    "SHOW CREATE VIEW %1$s.v",
                                    "DELETE FROM %1$s.renamed"),
                            List.of(
                                    "RENAME TABLE %2$s TO %1$s.parent",
                                    "RENAME TABLE %1$s.absent TO %2$s",
                                    "CREATE VIEW %2$s AS SELECT v FROM %2$s",
                                    "SHOW CREATE VIEW %2$s",
                                    "DELETE FROM %2$s"));
                    return true;
                });
    }

    /// The same for triggers, routines and events, which a twin needs only if its source has some.
    public void checkProgramRights() {
        administer(
                "checking the twin",
                admin -> {
                    rehearse(
                            admin,
                            List.of(
                                    "CREATE TABLE %1$s.t (v int) ENGINE=InnoDB",
                                    "CREATE TRIGGER %1$s.t BEFORE INSERT ON %1$s.t FOR EACH ROW SET NEW.v = 1",
                                    "CREATE FUNCTION %1$s.f() RETURNS int DETERMINISTIC RETURN 1",
                                    "CREATE EVENT %1$s.e ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1"),
                            List.of(
                                    "CREATE TRIGGER %2$s BEFORE INSERT ON %2$s FOR EACH ROW SET @v = 1",
                                    "CREATE FUNCTION %2$s() RETURNS int DETERMINISTIC COMMENT '"
                                            + TOO_LONG
                                            + "' RETURN 1",
                                    "ALTER FUNCTION %2$s COMMENT ''",
                                    "ALTER EVENT %2$s DISABLE"));
                    return true;
                });
    }

    /// @param steps are taken; %1$s is a schema of ours
    /// @param questions of which the server says that something they name is not there or is too
    ///   long, once it has seen that they are allowed; %2$s would be in the live schema, in which
    ///   nothing is made, because a process may die at any of them
    private void rehearse(Statement admin, List<String> steps, List<String> questions)
            throws SQLException {
        String ours = MySqlName.quote(probe);
        String absent = in(live, "understudy_absent_" + run);
        // A process that died in its rehearsal has left what it had made.
        sweep(admin, "DROP DATABASE IF EXISTS " + ours);
        try {
            admin.execute("CREATE DATABASE " + ours);
            for (String step : steps) {
                admin.execute(step.formatted(ours));
            }
            for (String question : questions) {
                ask(admin, question.formatted(ours, absent));
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == UNTRUSTED) {
                throw untrusted(e);
            }
            throw e;
        } finally {
            sweep(admin, "DROP DATABASE IF EXISTS " + ours);
        }
    }

    private static void ask(Statement admin, String question) throws SQLException {
        try {
            admin.execute(question);
        } catch (SQLException e) {
            if (!ALLOWED.contains(e.getErrorCode())) {
                throw e;
            }
        }
    }

    private static void sweep(Statement admin, String sql) {
        try {
            admin.execute(sql);
        } catch (SQLException e) {
            // What may not be dropped was not made either.
        }
    }

    private Failure untrusted(SQLException e) {
        return new Failure(
                Failure.Kind.TARGET,
                "checking the twin: %s; the source has triggers or functions, and %s may not make any while the twin's server writes a binary log; ask for: %s"
                        .formatted(MySqlFailure.describe(e), user, MySqlGrants.TRUST));
    }

    private Failure denied(String doing, Statement admin, SQLException e) throws SQLException {
        return new Failure(
                Failure.Kind.TARGET,
                "%s: %s; ask for: %s"
                        .formatted(
                                doing, MySqlFailure.describe(e), String.join("; ", grants(admin))));
    }

    private List<String> grants(Statement admin) throws SQLException {
        return grants(MySqlName.account(texts(admin, "SELECT current_user()").getFirst()));
    }

    /// The statements that give a user all that this class and loading need, on MySQL and MariaDB.
    ///
    /// @param grantee `'loader'@'%'`
    public List<String> grants(String grantee) {
        return places().stream().map(each -> each.grant(MySqlGrants.LOADING, grantee)).toList();
    }

    /// Where a loader needs its privileges.
    ///
    /// @param example a schema of that place
    /// @param title for people
    /// @param all whether all schemas are meant whose names begin so
    record Place(String example, String title, String name, boolean all) {
        String grant(List<String> privileges, String grantee) {
            return all
                    ? MySqlGrants.onAll(name, privileges, grantee)
                    : MySqlGrants.on(name, privileges, grantee);
        }
    }

    List<Place> places() {
        return List.of(
                new Place(live, live, live, false),
                new Place(sibling, "the databases beside it, " + prefix() + "...", prefix(), true));
    }

    /// Refuses to replace a schema that no run has made, unless there is no table in it: the
    /// replaced tables are dropped, and a mistaken URL must not cost anybody a database.
    @Override
    public void checkReplaceable() {
        checkRights();
        checkOurs();
    }

    private void checkOurs() {
        boolean foreign =
                administer(
                        "looking into the twin",
                        admin -> stamps(admin, live).isEmpty() && !tables(admin, live).isEmpty());
        if (foreign) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "the database %s has tables that Understudy did not make, and publishing would drop them; drop it yourself, or name another twin"
                            .formatted(live));
        }
    }

    @Override
    public List<Finding> preflight(TwinNeeds needs) {
        var findings =
                new ArrayList<>(
                        administer(
                                "looking at the twin's server",
                                admin ->
                                        new MySqlPreflight(admin.getConnection())
                                                .twin(needs, this)));
        try {
            checkOurs();
        } catch (Failure e) {
            findings.add(
                    new Finding(
                            Finding.Level.FAIL,
                            "live twin",
                            String.valueOf(e.getMessage()),
                            List.of()));
        }
        return findings;
    }

    /// Creates the empty sibling with the source's default character set and collation. What a
    /// former attempt left there is dropped.
    ///
    /// @param source a session on a MySQL or MariaDB source
    /// @return what could not be carried
    List<String> create(Connection source) {
        try (var statement = source.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = database()")) {
            row.next();
            return create(row.getString(1), row.getString(2));
        } catch (SQLException e) {
            throw MySqlFailure.of(Failure.Kind.SOURCE, "reading the source's collation", e);
        }
    }

    /// With the source's default character set and collation, or in utf8mb4 where the source has
    /// none of MySQL's.
    @Override
    public List<String> create(SourceDatabase source) {
        return source instanceof MySqlSource mysql ? mysql.createSibling(this) : create();
    }

    List<String> create() {
        return create("utf8mb4", "");
    }

    private List<String> create(String characterSet, String collation) {
        var notCarried = new ArrayList<String>();
        administer(
                "creating the database " + sibling,
                admin -> {
                    drop(admin, sibling);
                    boolean known =
                            collation.isEmpty()
                                    || MySqlTarget.collations(admin).contains(collation);
                    if (!known) {
                        notCarried.add(
                                "the database's default collation %s is unknown to the twin's server, whose own for %s is used; tables name theirs"
                                        .formatted(collation, characterSet));
                    }
                    admin.execute(
                            "CREATE DATABASE "
                                    + MySqlName.quote(sibling)
                                    + " CHARACTER SET "
                                    + characterSet
                                    + (known && !collation.isEmpty()
                                            ? " COLLATE " + collation
                                            : ""));
                    String own = MySqlName.quote(sibling) + ".";
                    admin.execute(
                            "CREATE TABLE "
                                    + own
                                    + STAMP
                                    + " (run varchar(40) NOT NULL PRIMARY KEY, receipt varchar(1000) NOT NULL, position longtext) ENGINE=InnoDB CHARACTER SET utf8mb4 COMMENT='This database is a twin that Understudy replaces as a whole'");
                    admin.execute(
                            "CREATE TABLE "
                                    + own
                                    + REST
                                    + " (position int NOT NULL AUTO_INCREMENT PRIMARY KEY, kind varchar(40) NOT NULL, object varchar(200) NOT NULL, settings text NOT NULL, statement longtext NOT NULL) ENGINE=InnoDB CHARACTER SET utf8mb4");
                    return true;
                });
        return notCarried;
    }

    /// Puts the sibling's tables in the places of the live ones, then makes views, triggers,
    /// routines and events, and drops the sibling. If the swap fails, the live tables are as they
    /// were, though without their triggers.
    @Override
    public void publish() {
        administer(
                "publishing the twin",
                admin -> {
                    if (!exists(admin, sibling) && isStamped(admin, live)) {
                        return true;
                    }
                    if (isStamped(admin, sibling)) {
                        swap(admin);
                    } else if (!isStamped(admin, live)) {
                        throw new Failure(Failure.Kind.INTERNAL, sibling + " is not complete");
                    }
                    makeRest(admin);
                    drop(admin, sibling);
                    return true;
                });
    }

    private void swap(Statement admin) throws SQLException {
        String defaults =
                texts(
                                admin,
                                "SELECT concat(' CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name) FROM information_schema.schemata WHERE schema_name = "
                                        + MySqlName.literal(sibling))
                        .getFirst();
        for (String schema : List.of(live, retired)) {
            admin.execute("CREATE DATABASE IF NOT EXISTS " + MySqlName.quote(schema) + defaults);
        }
        admin.execute("ALTER DATABASE " + MySqlName.quote(live) + defaults);
        // Tables with triggers cannot be moved to another schema.
        for (String trigger : texts(admin, named("trigger_name", "triggers", "trigger_schema"))) {
            admin.execute("DROP TRIGGER IF EXISTS " + inLive(trigger));
        }
        Set<String> next = tables(admin, sibling);
        next.removeIf(each -> each.equals(REST) || each.startsWith(LEDGER));
        for (String view : texts(admin, named("table_name", "views", "table_schema"))) {
            if (next.contains(view)) {
                admin.execute("DROP VIEW IF EXISTS " + inLive(view));
            }
        }
        var moves = new ArrayList<String>();
        for (String table : tables(admin, live)) {
            moves.add(inLive(table) + " TO " + in(retired, table));
        }
        for (String table : next) {
            moves.add(in(sibling, table) + " TO " + inLive(table));
        }
        // Otherwise foreign keys would not follow.
        admin.execute("SET SESSION foreign_key_checks = 1");
        admin.execute("SET SESSION lock_wait_timeout = " + SWAP_WAIT_SECONDS);
        for (int attempt = 1; ; attempt++) {
            try {
                admin.execute("RENAME TABLE " + String.join(", ", moves));
                return;
            } catch (SQLException e) {
                // While it waits, whoever wants to read the twin waits behind it.
                if (e.getErrorCode() != LOCK_WAIT) {
                    throw e;
                }
                if (attempt == SWAP_ATTEMPTS) {
                    throw new Failure(
                            Failure.Kind.TARGET,
                            "publishing the twin: transactions that read %s stay open (%s); the new twin is complete and waits: have them ended, then restart the run"
                                    .formatted(live, MySqlFailure.describe(e)));
                }
            }
        }
    }

    private String inLive(String object) {
        return in(live, object);
    }

    static String in(String schema, String object) {
        return MySqlName.quote(schema) + "." + MySqlName.quote(object);
    }

    private void makeRest(Statement admin) throws SQLException {
        var rest = new ArrayList<StructureStatement>();
        try (var rows =
                admin.executeQuery(
                        "SELECT kind, object, settings, statement FROM "
                                + in(sibling, REST)
                                + " ORDER BY position")) {
            while (rows.next()) {
                rest.add(
                        new StructureStatement(
                                rows.getString(1),
                                rows.getString(2),
                                Optional.empty(),
                                false,
                                rows.getString(3).lines().toList(),
                                rows.getString(4),
                                Optional.empty()));
            }
        }
        dropStale(admin, "view", named("table_name", "views", "table_schema"), rest);
        dropStale(admin, "event", named("event_name", "events", "event_schema"), rest);
        for (String kind : List.of("procedure", "function")) {
            String routines = named("routine_name", "routines", "routine_schema");
            dropStale(admin, kind, routines + " AND lower(routine_type) = '" + kind + "'", rest);
        }
        admin.execute("USE " + MySqlName.quote(live));
        for (StructureStatement each : rest) {
            try {
                MySqlStructure.apply(admin.getConnection(), each);
            } catch (SQLException e) {
                throw failure(admin, each, "publishing the twin", e);
            }
        }
    }

    private static Failure failure(
            Statement admin, StructureStatement statement, String doing, SQLException e)
            throws SQLException {
        return MySqlBlockers.failure(
                admin.getConnection(), Failure.Kind.TARGET, doing + ": " + statement.what(), e);
    }

    private void dropStale(
            Statement admin, String kind, String query, List<StructureStatement> rest)
            throws SQLException {
        for (String object : texts(admin, query)) {
            boolean wanted =
                    rest.stream()
                            .anyMatch(each ->
                                    each.kind().equals(kind) && each.object().equals(object));
            if (!wanted) {
                admin.execute("DROP " + kind + " IF EXISTS " + inLive(object));
            }
        }
    }

    /// The query for the names of the live schema's objects.
    private String named(String column, String catalog, String schemaColumn) {
        return "SELECT %s FROM information_schema.%s WHERE %s = %s"
                .formatted(column, catalog, schemaColumn, MySqlName.literal(live));
    }

    /// Drops the tables that were replaced, if they are still there, and what was staged for them.
    @Override
    public void dropRetired() {
        administer(
                "dropping the replaced twin " + retired,
                admin -> {
                    drop(admin, retired);
                    drop(admin, staging);
                    return true;
                });
    }

    /// Drops the sibling, if it is there: the run is given up.
    @Override
    public void dropSibling() {
        administer(
                "dropping " + sibling,
                admin -> {
                    drop(admin, sibling);
                    return true;
                });
    }

    static void drop(Statement admin, String schema) throws SQLException {
        admin.execute("DROP DATABASE IF EXISTS " + MySqlName.quote(schema));
    }

    /// Tables and sequences, without views.
    static Set<String> tables(Statement admin, String schema) throws SQLException {
        return new TreeSet<>(
                texts(
                        admin,
                        "SELECT table_name FROM information_schema.tables WHERE table_type NOT LIKE '%VIEW' AND table_schema = "
                                + MySqlName.literal(schema)));
    }

    static List<String> texts(Statement admin, String query) throws SQLException {
        var texts = new ArrayList<String>();
        try (var rows = admin.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    interface Work<T> {
        T with(Statement admin) throws SQLException;
    }

    <T> T administer(String doing, Work<T> work) {
        try (Connection session = MySqlSessions.connect(address.of(""), user, password);
                Statement admin = session.createStatement()) {
            admin.setEscapeProcessing(false);
            // MariaDB's limit is for every statement, MySQL's for SELECT alone.
            admin.execute("SET SESSION wait_timeout = 2147483 /*M!, max_statement_time = 0 */");
            try {
                return work.with(admin);
            } catch (SQLException e) {
                if (DENIED.contains(e.getErrorCode())) {
                    throw denied(doing, admin, e);
                }
                throw MySqlBlockers.failure(session, Failure.Kind.TARGET, doing, e);
            }
        } catch (SQLException e) {
            throw MySqlFailure.of(Failure.Kind.TARGET, doing, e);
        }
    }
}
