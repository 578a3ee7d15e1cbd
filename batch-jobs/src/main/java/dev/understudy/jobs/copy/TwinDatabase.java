package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.postgres.PostgresSessions;
import dev.understudy.postgres.SqlFailure;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The databases of a twin: the live one, and the sibling beside it that a run loads and that takes
/// its name at the end.
///
/// The swap is two renames in one transaction (ran on PostgreSQL 15 to 18). A rename waits for the
/// lock that new connections take, so readers see the old twin or the new one and never neither.
final class TwinDatabase {
    private static final Pattern URL =
            Pattern.compile("(jdbc:postgresql://[^/?]*/)([^?]*)(\\?.*)?");
    private static final int LONGEST_NAME = 63;
    private static final int SWAP_ATTEMPTS = 6;
    private static final String STAMP = "understudy: run ";

    private final DatabaseConfig config;
    private final String live;
    private final String sibling;
    private final String retired;
    private final RunId run;

    TwinDatabase(DatabaseConfig config, RunId run) {
        this.config = config;
        this.run = run;
        Matcher url = matcher(config);
        live = java.net.URLDecoder.decode(url.group(2), StandardCharsets.UTF_8);
        sibling = name("__understudy_" + run.number() + "_" + run.token());
        retired = name("__retired_" + run.number() + "_" + run.token());
    }

    private static Matcher matcher(DatabaseConfig config) {
        Matcher url = URL.matcher(config.url());
        if (!url.matches() || url.group(2).isEmpty()) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "the twin's url names no database; write jdbc:postgresql://host:port/database");
        }
        return url;
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

    String live() {
        return live;
    }

    String sibling() {
        return sibling;
    }

    /// The JDBC URL of another database on the twin's server.
    private String urlOf(String database) {
        Matcher url = matcher(config);
        String parameters = url.group(3) == null ? "" : url.group(3);
        return url.group(1)
                + java.net.URLEncoder.encode(database, StandardCharsets.UTF_8)
                + parameters;
    }

    String siblingUrl() {
        return urlOf(sibling);
    }

    String liveUrl() {
        return config.url();
    }

    /// Whether a database of this name exists on the twin's server.
    boolean exists(String database) {
        return administer("looking for the twin", admin -> exists(admin, database));
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

    /// Whether a database is the complete work of this run.
    boolean isStamped(String database) {
        return administer(
                "looking at the twin",
                admin ->
                        comment(admin, database)
                                .filter(text -> text.startsWith(stampStart()))
                                .isPresent());
    }

    /// What the run that made the live twin wrote on it; empty if no run has made it.
    Optional<String> stampOfLive() {
        return administer(
                "looking at the twin",
                admin -> comment(admin, live).filter(text -> text.startsWith(STAMP)));
    }

    private String stampStart() {
        return STAMP + run + " of ";
    }

    /// The statement that marks the sibling as complete: from then on a restart only publishes it.
    ///
    /// @param receipt what it is, for whoever looks at the twin's comment
    String stamp(String receipt) {
        return "COMMENT ON DATABASE "
                + TableName.quote(sibling)
                + " IS "
                + literal(stampStart() + receipt);
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

    /// Says what is missing before anything is done: the right to create and rename databases, a
    /// live twin that belongs to the loader.
    void checkRights() {
        administer(
                "checking the twin",
                admin -> {
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
                                        "the role %s may not create databases, but a twin is loaded into one beside the live twin; ask for: ALTER ROLE %s CREATEDB"
                                                .formatted(
                                                        config.user(),
                                                        TableName.quote(config.user())));
                            }
                            boolean owned = result.getBoolean(2);
                            if (!result.wasNull() && !owned) {
                                throw new Failure(
                                        Failure.Kind.TARGET,
                                        "the database %s exists and does not belong to %s, so it cannot be replaced; ask for: ALTER DATABASE %s OWNER TO %s, or name another twin"
                                                .formatted(
                                                        live,
                                                        config.user(),
                                                        TableName.quote(live),
                                                        TableName.quote(config.user())));
                            }
                            return true;
                        }
                    }
                });
    }

    /// Refuses to replace a database that no run has made, unless there is no table in it: the
    /// replaced twin is dropped, and a mistaken URL must not cost anybody a database.
    void checkReplaceable() {
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
        try (Connection session =
                        PostgresSessions.connect(
                                config.url(), config.user(), config.password().reveal());
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

    /// Creates the empty sibling with the source's encoding and locale. What a former attempt left
    /// there is dropped.
    ///
    /// @param source a session on the source
    /// @return what could not be carried
    List<String> create(Connection source) {
        String options = locale(source);
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
                                    + literal(result.getString(1))
                                    + " LC_COLLATE "
                                    + literal(result.getString(2))
                                    + " LC_CTYPE "
                                    + literal(result.getString(3)));
            String provider = result.getString(4);
            String name = result.getString(5);
            if ("i".equals(provider) && name != null) {
                options.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(literal(name));
            } else if ("b".equals(provider) && name != null) {
                options.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(literal(name));
            }
            return options.toString();
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "reading the source's locale", e);
        }
    }

    /// Puts the sibling in the place of the live twin. Nothing may hold a session on the sibling.
    /// If it fails, the live twin is as it was.
    void publish() {
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
                                        config.user(),
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

    /// Drops the twin that was replaced, if it is still there.
    void dropRetired() {
        administer(
                "dropping the replaced twin " + retired,
                admin -> {
                    drop(admin, retired);
                    return true;
                });
    }

    /// Drops the sibling, if it is there: the run is given up.
    void dropSibling() {
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

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
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
                admin =
                        PostgresSessions.connect(
                                urlOf(database), config.user(), config.password().reveal());
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
                                PostgresSessions.withoutParameters(config.url()),
                                config.user(),
                                SqlFailure.describe(java.util.Objects.requireNonNull(first)),
                                doing));
    }
}
