package dev.understudy.mysql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Pattern;

/// A bounded pool of sessions on one database of a MySQL or MariaDB server, all with the same
/// settings. Thread-safe.
public final class MySqlSessions implements AutoCloseable {
    /// Values must read and print the same in every session, whatever the server's or the user's
    /// defaults are. Zero and impossible dates are compared and stored as they are. The server must
    /// wait for as long as we work on what it has sent. A strict server refuses what is above its
    /// bounds: MariaDB 10.11.18 takes no longer groups than of 1 GB.
    private static final String COMMON =
            """
            SET SESSION time_zone = '+00:00', lc_time_names = 'en_US', div_precision_increment = 4, \
            sql_big_selects = 1, \
            sql_auto_is_null = 0, group_concat_max_len = 1073741824, \
            wait_timeout = 2147483, interactive_timeout = 2147483, \
            net_read_timeout = 2147483, net_write_timeout = 2147483\
            """;

    // A run ends, and can be restarted, rather than hang behind who alters a table; a server that
    // sets a shorter time means it.
    private static final String READ_ONLY =
            COMMON + ", lock_wait_timeout = CAST(least(@@lock_wait_timeout, 60) AS UNSIGNED)";

    // Unique keys stay checked: without, a server may put off looking and take duplicates, and it
    // is no faster (measured).
    private static final String LOADING = COMMON + ", foreign_key_checks = 0, unique_checks = 1";

    // What a server may forbid whoever types statements. The default of a session is the server's.
    private static final String UNLIMITED =
            "sql_safe_updates=0,sql_select_limit=18446744073709551615";

    private static final String READING_MODE = "ALLOW_INVALID_DATES";

    // A value that does not fit is an error, never cut; 0 in an AUTO_INCREMENT column stays 0.
    private static final String LOADING_MODE =
            "STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION";

    /// "Access denied for user ... to database".
    private static final int DENIED_DATABASE = 1044;

    private static final Pattern MARIA_DB_SSL = Pattern.compile("(?i)([?&]sslMode=)([a-z-]+)");

    private final HikariDataSource pool;
    private final Failure.Kind side;
    private final MySqlVersion version;
    private final String database;

    private MySqlSessions(
            HikariDataSource pool, Failure.Kind side, MySqlVersion version, String database) {
        this.pool = pool;
        this.side = side;
        this.version = version;
        this.database = database;
    }

    /// Sessions that can only read. Statements with parameters are prepared by the server, so that
    /// rows come in the binary protocol.
    ///
    /// @param url `jdbc:mysql:` or `jdbc:mariadb:`, with the database
    public static MySqlSessions readOnly(String url, String user, String password, int most) {
        return open(url, user, password, most, Failure.Kind.SOURCE, "source");
    }

    /// Sessions that load a twin: they may send rows as files (LOAD DATA LOCAL from a stream, never
    /// from this machine's files), and do not check foreign keys.
    public static MySqlSessions loading(String url, String user, String password, int most) {
        return open(url, user, password, most, Failure.Kind.TARGET, "twin");
    }

    private static MySqlSessions open(
            String url, String user, String password, int most, Failure.Kind side, String name) {
        boolean reading = side == Failure.Kind.SOURCE;
        Properties properties = reading ? readingProperties() : loadingProperties();
        MySqlVersion version;
        String database;
        // One plain connection first: its error says what is wrong, the pool's says only that time
        // ran out.
        try (var probe = connect(url, user, password, properties)) {
            version = MySqlVersion.of(probe);
            database = String.valueOf(probe.getCatalog());
        } catch (SQLException e) {
            Failure failure =
                    MySqlFailure.of(
                            side,
                            name + ": cannot connect to " + withoutParameters(url) + " as " + user,
                            e);
            if (!reading || e.getErrorCode() != DENIED_DATABASE) {
                throw failure;
            }
            throw new Failure(
                    side,
                    "%s; ask for: %s"
                            .formatted(
                                    failure.getMessage(),
                                    MySqlGrants.reader(url, user, password, false, false).get(1)));
        }
        if (database.isEmpty()) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    name
                            + ": the url "
                            + withoutParameters(url)
                            + " names no database: add its name, as in jdbc:mysql://host:3306/shop");
        }
        var config = new HikariConfig();
        config.setPoolName("understudy-" + name);
        config.setJdbcUrl(driverUrl(url));
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(0);
        config.setAutoCommit(true);
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        config.setReadOnly(reading);
        config.setConnectionInitSql((reading ? READ_ONLY : LOADING) + limits(version));
        config.setConnectionTimeout(30_000);
        config.setMaxLifetime(0); // a split may take longer than any lifetime
        config.setInitializationFailTimeout(-1);
        properties.forEach((key, value) -> config.addDataSourceProperty(key.toString(), value));
        return new MySqlSessions(new HikariDataSource(config), side, version, database);
    }

    /// Settings that lift limits on statements and transactions have different names.
    private static String limits(MySqlVersion version) {
        if (version.mariaDb()) {
            return ", max_statement_time = 0, max_recursive_iterations = 4294967295"
                    + (version.atLeast(10, 3, 0)
                            ? ", idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0,"
                                    + " idle_write_transaction_timeout = 0"
                            : "");
        }
        return ", max_execution_time = 0"
                + (version.atLeast(8, 0, 3)
                        ? ", information_schema_stats_expiry = 0, cte_max_recursion_depth = 4294967295"
                        : "");
    }

    /// One connection outside any pool, for administration; without most of the pools' settings.
    public static Connection connect(String url, String user, String password) throws SQLException {
        return connect(url, user, password, properties());
    }

    private static Connection connect(
            String url, String user, String password, Properties properties) throws SQLException {
        var all = new Properties();
        all.putAll(properties);
        all.setProperty("user", user);
        all.setProperty("password", password);
        return DriverManager.getConnection(driverUrl(url), all);
    }

    private static Properties readingProperties() {
        Properties properties = properties(READING_MODE);
        properties.setProperty("useServerPrepStmts", "true");
        properties.setProperty("emulateUnsupportedPstmts", "false");
        // A row stays the packet that it came in; values are taken from it one after the other.
        properties.setProperty("largeRowSizeThreshold", "1");
        properties.setProperty("netTimeoutForStreamingResults", "0");
        return properties;
    }

    private static Properties loadingProperties() {
        Properties properties = properties(LOADING_MODE);
        properties.setProperty("allowLoadLocalInfileInPath", LocalInfile.NOWHERE);
        properties.setProperty("rewriteBatchedStatements", "true");
        return properties;
    }

    /// Those of a pool's sessions. The driver looks only once, when it connects, whether names
    /// stand in double quotes and backslashes escape: what is set later it does not know.
    private static Properties properties(String mode) {
        Properties properties = properties();
        properties.setProperty("sessionVariables", "%s,sql_mode='%s'".formatted(UNLIMITED, mode));
        return properties;
    }

    // They override those of the url.
    private static Properties properties() {
        var properties = new Properties();
        properties.setProperty("sessionVariables", UNLIMITED);
        properties.setProperty("characterEncoding", "UTF-8");
        // Otherwise each column comes in its own character set.
        properties.setProperty("characterSetResults", "UTF-8");
        properties.setProperty("connectionTimeZone", "UTC");
        properties.setProperty("forceConnectionTimeZoneToSession", "false");
        properties.setProperty("tinyInt1isBit", "false");
        properties.setProperty("yearIsDateType", "false");
        properties.setProperty("jdbcCompliantTruncation", "false");
        properties.setProperty("allowLoadLocalInfile", "false");
        properties.setProperty("allowUrlInLocalInfile", "false");
        properties.setProperty("allowMultiQueries", "false");
        properties.setProperty("autoDeserialize", "false");
        properties.setProperty("autoReconnect", "false");
        // What could quote values.
        properties.setProperty("dumpQueriesOnException", "false");
        properties.setProperty("includeInnodbStatusInDeadlockExceptions", "false");
        properties.setProperty("includeThreadDumpInDeadlockExceptions", "false");
        properties.setProperty("logSlowQueries", "false");
        properties.setProperty("profileSQL", "false");
        properties.setProperty("traceProtocol", "false");
        properties.setProperty("enablePacketDebug", "false");
        properties.setProperty("connectionAttributes", "program_name:understudy");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "10000");
        properties.setProperty("socketTimeout", "0");
        return properties;
    }

    /// The url as the driver knows it: `jdbc:mariadb:` is another driver's, with other words for
    /// the same encryption.
    static String driverUrl(String url) {
        String prefix = "jdbc:mariadb:";
        if (!url.startsWith(prefix)) {
            return url;
        }
        return MARIA_DB_SSL
                .matcher("jdbc:mysql:" + url.substring(prefix.length()))
                .replaceAll(found ->
                        found.group(1)
                                + switch (found.group(2)) {
                                    case "disable" -> "DISABLED";
                                    case "trust" -> "REQUIRED";
                                    case "verify-ca" -> "VERIFY_CA";
                                    case "verify-full" -> "VERIFY_IDENTITY";
                                    default -> found.group(2);
                                });
    }

    /// The url as messages may show it: parameters may hold a password.
    public static String withoutParameters(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    MySqlVersion version() {
        return version;
    }

    /// The database that the url names.
    public String database() {
        return database;
    }

    /// Borrows a session; closing it gives it back.
    public Connection session() {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            // The pool says that time ran out; why the last attempt failed says its cause.
            throw MySqlFailure.of(
                    side,
                    "cannot open a session of " + pool.getPoolName().replace("understudy-", "the "),
                    e.getCause() instanceof SQLException cause ? cause : e);
        }
    }

    /// Says who is in the way, too, where somebody is.
    Failure failure(String doing, SQLException e) {
        if (!MySqlBlockers.isInTheWay(e)) {
            return MySqlFailure.of(side, doing, e);
        }
        // The pool may have lent all it has to those who wait.
        try (var aside = connect(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword())) {
            return MySqlBlockers.failure(aside, side, doing, e);
        } catch (SQLException unanswered) {
            return MySqlFailure.of(side, doing, e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
