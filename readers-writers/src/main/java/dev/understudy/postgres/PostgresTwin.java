package dev.understudy.postgres;

import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.NotHeld;
import dev.understudy.twin.TwinDatabase;
import dev.understudy.twin.TwinNeeds;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A twin on PostgreSQL: the databases of one server.
///
/// The swap is two renames in one transaction (ran on PostgreSQL 15 to 18). A rename waits for the
/// lock that new connections take, so readers see the old twin or the new one and never neither.
public final class PostgresTwin implements TwinDatabase {
    private static final Pattern URL =
            Pattern.compile("(jdbc:postgresql://[^/?]*/)([^?]*)(\\?.*)?");
    private static final int LONGEST_NAME = 63;
    private static final int SWAP_ATTEMPTS = 6;
    private static final String STAMP = "understudy: run ";

    private final String url;
    private final String user;
    private final String password;
    private final String live;
    private final String sibling;
    private final String retired;
    private final String run;
    private final String stamp;

    /// @param url of the live twin, whether it exists or not
    /// @param run names the run among all that may load this twin: `42-1f3a9c0d`
    public PostgresTwin(String url, String user, String password, String run) {
        this.url = url;
        this.user = user;
        this.password = password;
        live = java.net.URLDecoder.decode(matcher().group(2), StandardCharsets.UTF_8);
        String suffix = run.replace('-', '_');
        sibling = name("__understudy_" + suffix);
        retired = name("__retired_" + suffix);
        this.run = run;
        stamp = stamp(run);
    }

    /// How the comment of a database begins that a run has made or changed.
    static String stamp(String run) {
        return STAMP + run + " of ";
    }

    private Matcher matcher() {
        Matcher parts = URL.matcher(url);
        if (!parts.matches() || parts.group(2).isEmpty()) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "the twin's url names no database; write jdbc:postgresql://host:port/database");
        }
        return parts;
    }

    private String name(String suffix) {
        byte[] bytes = live.getBytes(StandardCharsets.UTF_8);
        int room = LONGEST_NAME - suffix.length();
        if (bytes.length <= room) {
            return live + suffix;
        }
        String hash = Integer.toHexString(live.hashCode());
        return live.substring(0, Math.max(0, Math.min(live.length(), room / 4))) + hash + suffix;
    }

    /// The JDBC URL of another database on the twin's server.
    private String urlOf(String database) {
        Matcher parts = matcher();
        String parameters = parts.group(3) == null ? "" : parts.group(3);
        return parts.group(1)
                + java.net.URLEncoder.encode(database, StandardCharsets.UTF_8)
                + parameters;
    }

    @Override
    public State state() {
        return administer(
                "looking for the twin",
                admin -> {
                    boolean loading = exists(admin, sibling);
                    boolean complete =
                            comment(admin, loading ? sibling : live)
                                    .filter(text -> text.startsWith(stamp))
                                    .isPresent();
                    if (complete) {
                        return loading ? State.READY : State.LIVE;
                    }
                    return loading ? State.LOADING : State.ABSENT;
                });
    }

    @Override
    public boolean isForeign(SourceDatabase source) {
        return !(source instanceof PostgresSource);
    }

    @Override
    public List<NotHeld> notHeld(PortableStructure structure) {
        return PortableBlueprint.notHeld(structure);
    }

    @Override
    public LoadingTwin load(int mostSessions) {
        return new LoadingPostgres(
                PostgresSessions.loading(urlOf(sibling), user, password, mostSessions), run);
    }

    private static boolean exists(Connection admin, String database) throws SQLException {
        try (var query =
                admin.prepareStatement("SELECT 1 FROM pg_catalog.pg_database WHERE datname = ?")) {
            query.setString(1, database);
            try (var result = query.executeQuery()) {
                return result.next();
            }
        }
    }

    @Override
    public Optional<String> receipt() {
        return administer(
                "looking at the twin",
                admin -> comment(admin, live).filter(text -> text.startsWith(STAMP)));
    }

    private static Optional<String> comment(Connection admin, String database) throws SQLException {
        try (var query =
                admin.prepareStatement(
                        "SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database WHERE datname = ?")) {
            query.setString(1, database);
            try (var result = query.executeQuery()) {
                return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
            }
        }
    }

    @Override
    public void checkReplaceable() {
        checkRights();
        checkOurs();
    }

    @Override
    public List<Finding> preflight(TwinNeeds needs) {
        var findings =
                new ArrayList<>(
                        administer(
                                "looking at the twin's server",
                                admin -> new PostgresPreflight(admin, user).twin(needs, live)));
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

    // The right to create and rename databases, and a live twin that belongs to the loader.
    private void checkRights() {
        administer(
                "checking the twin",
                admin -> {
                    PostgresPreflight.tooOld(admin)
                            .ifPresent(why -> {
                                throw new Failure(
                                        Failure.Kind.TARGET, "the twin's server is " + why);
                            });
                    try (var query =
                            admin.prepareStatement(
                                    """
                                    SELECT rolsuper OR rolcreatedb,
                                           (SELECT pg_catalog.pg_has_role(datdba, 'USAGE') FROM pg_catalog.pg_database WHERE datname = ?)
                                    FROM pg_catalog.pg_roles WHERE rolname = current_user
                                    """)) {
                        query.setString(1, live);
                        try (var result = query.executeQuery()) {
                            result.next();
                            if (!result.getBoolean(1)) {
                                throw new Failure(
                                        Failure.Kind.TARGET,
                                        "the role %s may not create databases, but a twin is loaded into one beside the live twin; ask for: %s"
                                                .formatted(
                                                        user,
                                                        PostgresGrants.createDatabases(user)));
                            }
                            boolean owned = result.getBoolean(2);
                            if (!result.wasNull() && !owned) {
                                throw new Failure(
                                        Failure.Kind.TARGET,
                                        "the database %s exists and does not belong to %s, so it cannot be replaced; ask for: ALTER DATABASE %s OWNER TO %s, or name another twin"
                                                .formatted(
                                                        live,
                                                        user,
                                                        TableName.quote(live),
                                                        TableName.quote(user)));
                            }
                            return true;
                        }
                    }
                });
    }

    // The replaced twin is dropped, and a mistaken URL must not cost anybody a database.
    private void checkOurs() {
        boolean ours =
                administer(
                        "looking at the twin",
                        admin ->
                                !exists(admin, live)
                                        || comment(admin, live)
                                                .filter(text -> text.startsWith(STAMP))
                                                .isPresent());
        if (ours) {
            return;
        }
        try (Connection session = PostgresSessions.connect(url, user, password);
                var statement = session.createStatement();
                var tables =
                        statement.executeQuery(
                                """
                                SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema'
                                  AND n.nspname !~ '^pg_' AND NOT EXISTS (
                                      SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
                                """)) {
            if (tables.next()) {
                throw new Failure(
                        Failure.Kind.TARGET,
                        "the database %s has tables that Understudy did not make, and publishing would drop them; drop it yourself, or name another twin"
                                .formatted(live));
            }
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "looking into the twin", e);
        }
    }

    @Override
    public List<String> create(SourceDatabase source) {
        // With the encoding and the locale of the source, where it has them.
        String options = source instanceof PostgresSource postgres ? locale(postgres.holder()) : "";
        var notCarried = new ArrayList<String>();
        administer(
                "creating the database " + sibling,
                admin -> {
                    drop(admin, sibling);
                    String create =
                            "CREATE DATABASE " + TableName.quote(sibling) + " TEMPLATE template0";
                    try (var statement = admin.createStatement()) {
                        try {
                            statement.execute(create + options);
                        } catch (SQLException e) {
                            if (!"42809".equals(e.getSQLState())
                                    && !"22023".equals(e.getSQLState())) {
                                throw e;
                            }
                            notCarried.add(
                                    "the source's locale ("
                                            + options.strip()
                                            + ") is unknown to the twin's server, whose own is used: texts may sort differently");
                            statement.execute(create);
                        }
                    }
                    return true;
                });
        return notCarried;
    }

    private static String locale(Connection source) {
        try (var statement = source.createStatement();
                var result =
                        statement.executeQuery(
                                """
                                SELECT pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, pg_catalog.to_jsonb(d)
                                           ->> 'datlocprovider',
                                       COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale')
                                FROM pg_catalog.pg_database d WHERE datname = pg_catalog.current_database()
                                """)) {
            result.next();
            var options =
                    new StringBuilder(
                            " ENCODING "
                                    + CopyQuery.literal(result.getString(1))
                                    + " LC_COLLATE "
                                    + CopyQuery.literal(result.getString(2))
                                    + " LC_CTYPE "
                                    + CopyQuery.literal(result.getString(3)));
            String provider = result.getString(4);
            String name = result.getString(5);
            if ("i".equals(provider) && name != null) {
                options.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(CopyQuery.literal(name));
            } else if ("b".equals(provider) && name != null) {
                options.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ")
                        .append(CopyQuery.literal(name));
            }
            return options.toString();
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "reading the source's locale", e);
        }
    }

    @Override
    public void publish() {
        administer(
                "publishing the twin",
                admin -> {
                    for (int attempt = 1; ; attempt++) {
                        try {
                            swap(admin);
                            return true;
                        } catch (SQLException e) {
                            admin.rollback();
                            admin.setAutoCommit(true);
                            if ("42501".equals(e.getSQLState())) {
                                throw inUse(admin, e);
                            }
                            // 55006: somebody connected between our asking everybody to leave and
                            // our lock.
                            if (!"55006".equals(e.getSQLState()) || attempt == SWAP_ATTEMPTS) {
                                throw e;
                            }
                        }
                    }
                });
    }

    // The loader may end its own roles' sessions only, and nobody but a superuser those of one.
    private Failure inUse(Connection admin, SQLException e) throws SQLException {
        try (var query =
                admin.prepareStatement(
                        """
                        SELECT pg_catalog.string_agg(DISTINCT usename, ', ') FROM pg_catalog.pg_stat_activity
                        WHERE datname IN (?, ?) AND NOT pg_catalog.pg_has_role(usesysid, 'USAGE')
                        """)) {
            query.setString(1, live);
            query.setString(2, sibling);
            try (var result = query.executeQuery()) {
                result.next();
                return new Failure(
                        Failure.Kind.TARGET,
                        "publishing the twin: %s is in use by %s, whose sessions %s may not end (SQLSTATE %s); the new twin is complete and waits: have them closed, then restart the run"
                                .formatted(
                                        live,
                                        Optional.ofNullable(result.getString(1))
                                                .orElse("another role"),
                                        user,
                                        e.getSQLState()));
            }
        }
    }

    private void swap(Connection admin) throws SQLException {
        admin.setAutoCommit(false);
        try (var statement = admin.createStatement()) {
            // The renames send autovacuum away by themselves; only a superuser may do it here. Its
            // workers are known by having no role, because the loader does not see other roles'
            // backend_type.
            try (var leave =
                    admin.prepareStatement(
                            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname IN"
                                    + " (?, ?) AND usesysid IS NOT NULL")) {
                leave.setString(1, live);
                leave.setString(2, sibling);
                leave.executeQuery().close();
            }
            if (exists(admin, live)) {
                statement.execute(
                        "ALTER DATABASE "
                                + TableName.quote(live)
                                + " RENAME TO "
                                + TableName.quote(retired));
            }
            statement.execute(
                    "ALTER DATABASE "
                            + TableName.quote(sibling)
                            + " RENAME TO "
                            + TableName.quote(live));
        }
        admin.commit();
        admin.setAutoCommit(true);
    }

    // Autovacuum would come later, and never to partitioned tables.
    @Override
    public void analyze() {
        try (Connection session = PostgresSessions.administer(url, user, password);
                var statement = session.createStatement()) {
            // The server warns of each catalog that is not the loader's.
            statement.execute("SET client_min_messages = error");
            statement.execute(LoadingPostgres.allSchemas(false));
            statement.execute("ANALYZE");
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "making the statistics of " + live, e);
        }
    }

    @Override
    public void dropRetired() {
        administer(
                "dropping the replaced twin " + retired,
                admin -> {
                    drop(admin, retired);
                    return true;
                });
    }

    @Override
    public void dropSibling() {
        administer(
                "dropping " + sibling,
                admin -> {
                    drop(admin, sibling);
                    return true;
                });
    }

    private static void drop(Connection admin, String database) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(
                    "DROP DATABASE IF EXISTS " + TableName.quote(database) + " WITH (FORCE)");
        }
    }

    private interface Work<T> {
        T in(Connection admin) throws SQLException;
    }

    // A database cannot be renamed or dropped from within, so this connects to another one of the
    // server.
    private <T> T administer(String doing, Work<T> work) {
        SQLException first = null;
        for (String database : List.of("postgres", "template1")) {
            Connection admin;
            try {
                admin = PostgresSessions.administer(urlOf(database), user, password);
            } catch (SQLException e) {
                if (first == null) {
                    first = e;
                }
                continue;
            }
            try (admin) {
                return work.in(admin);
            } catch (SQLException e) {
                throw SqlFailure.of(Failure.Kind.TARGET, doing, e);
            }
        }
        throw new Failure(
                Failure.Kind.TARGET,
                "cannot connect to %s as %s: %s (while %s)"
                        .formatted(
                                PostgresSessions.withoutParameters(url),
                                user,
                                SqlFailure.describe(java.util.Objects.requireNonNull(first)),
                                doing));
    }
}
