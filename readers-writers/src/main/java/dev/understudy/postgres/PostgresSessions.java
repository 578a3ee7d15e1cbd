package dev.understudy.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// A bounded pool of sessions on one PostgreSQL database, all with the same settings. Thread-safe.
public final class PostgresSessions implements AutoCloseable {
    /// Whatever the server's or the role's limits are; not every version knows all of them.
    private static final String WITHOUT_TIMEOUTS =
            """
            SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
            WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout',
                'idle_in_transaction_session_timeout', 'idle_session_timeout');
            """;

    /// Values must read and print the same in every session, whatever the server's or the role's
    /// defaults are.
    private static final String COMMON =
            WITHOUT_TIMEOUTS
                    + """
                    SET search_path = '';
                    SET TimeZone = 'UTC';
                    SET DateStyle = 'ISO, YMD';
                    SET IntervalStyle = 'postgres';
                    SET extra_float_digits = 1;
                    SET bytea_output = 'hex';
                    SET xmloption = content;
                    SET standard_conforming_strings = on;
                    SET jit = off;
                    """
                    + LoadingPostgres.PATH_TO_PLAN
                    + ";\n";

    /// A run ends, and can be restarted, rather than hang behind who locks a table; who sets a
    /// shorter time for the role means it.
    private static final int LOCK_WAIT_MILLIS = 60_000;

    // row_security off: where a policy would hide rows, reading fails instead of losing them.
    // No parallel workers: the source serves others too, and the splits are the parallelism.
    private static final String READ_ONLY =
            COMMON
                    + """
                    SET default_transaction_read_only = on;
                    SET row_security = off;
                    SET max_parallel_workers_per_gather = 0;
                    SELECT pg_catalog.set_config(name, least(nullif(reset_val::int, 0), %d)::text, false)
                    FROM pg_catalog.pg_settings WHERE name = 'lock_timeout';
                    """
                            .formatted(LOCK_WAIT_MILLIS);

    // Checkpoints travel with their rows, so a lost tail of commits is only work to repeat; what
    // must be durable is
    // committed with synchronous_commit on.
    private static final String LOADING =
            COMMON
                    + """
                    SET synchronous_commit = off;
                    SET check_function_bodies = off;
                    SET client_min_messages = warning;
                    """;

    private final HikariDataSource pool;
    private final Failure.Kind side;

    private PostgresSessions(HikariDataSource pool, Failure.Kind side) {
        this.pool = pool;
        this.side = side;
    }

    /// Sessions that can only read.
    public static PostgresSessions readOnly(String url, String user, String password, int most) {
        return open(url, user, password, most, READ_ONLY, Failure.Kind.SOURCE, "source");
    }

    /// Sessions that load a twin.
    public static PostgresSessions loading(String url, String user, String password, int most) {
        return open(url, user, password, most, LOADING, Failure.Kind.TARGET, "twin");
    }

    private static PostgresSessions open(
            String url,
            String user,
            String password,
            int most,
            String settings,
            Failure.Kind side,
            String name) {
        // One plain connection first: its error says what is wrong, the pool's says only that time
        // ran out.
        try (var probe = connect(url, user, password)) {
            if (!probe.isValid(10)) {
                throw new Failure(
                        side,
                        name + ": the server at " + withoutParameters(url) + " does not answer");
            }
        } catch (SQLException e) {
            Failure failure =
                    SqlFailure.of(
                            side,
                            name + ": cannot connect to " + withoutParameters(url) + " as " + user,
                            e);
            if (!"42501".equals(e.getSQLState())) {
                throw failure;
            }
            throw new Failure(
                    side,
                    "%s; ask for: %s"
                            .formatted(
                                    failure.getMessage(),
                                    PostgresGrants.connect(databaseOf(url), user)));
        }
        var config = new HikariConfig();
        config.setPoolName("understudy-" + name);
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(0);
        config.setAutoCommit(true);
        config.setConnectionInitSql(settings);
        config.setConnectionTimeout(30_000);
        config.setMaxLifetime(0); // a split may take longer than any lifetime
        config.setInitializationFailTimeout(-1);
        config.setExceptionOverride(new KeptSession());
        properties().forEach((key, value) -> config.addDataSourceProperty(key.toString(), value));
        return new PostgresSessions(new HikariDataSource(config), side);
    }

    /// The pool would close a session whose server does not support what it was asked for, and say
    /// so of the next statement instead of what the server has said.
    private static final class KeptSession implements SQLExceptionOverride {
        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException e) {
            return "0A000".equals(e.getSQLState())
                    ? SQLExceptionOverride.Override.DO_NOT_EVICT
                    : SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
    }

    /// One connection outside any pool, for administration.
    public static Connection connect(String url, String user, String password) throws SQLException {
        Properties properties = properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(url, properties);
    }

    /// The same for statements that may take long.
    static Connection administer(String url, String user, String password) throws SQLException {
        Connection session = connect(url, user, password);
        try (var statement = session.createStatement()) {
            statement.execute(WITHOUT_TIMEOUTS);
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    private static Properties properties() {
        var properties = new Properties();
        // Details quote rows: Key (email)=(...) already exists.
        properties.setProperty("logServerErrorDetail", "false");
        properties.setProperty("ApplicationName", "understudy");
        properties.setProperty("reWriteBatchedInserts", "true");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketFactory", BufferedSockets.class.getName());
        return properties;
    }

    /// The URL as messages may show it: parameters may hold a password.
    public static String withoutParameters(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    /// The database that a URL names.
    static String databaseOf(String url) {
        Properties parsed = org.postgresql.Driver.parseURL(url, new Properties());
        return parsed == null ? "" : parsed.getProperty("PGDBNAME", "");
    }

    /// Borrows a session; closing it gives it back.
    public Connection session() {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            // The pool says that time ran out; why the last attempt failed says its cause.
            throw SqlFailure.of(
                    side,
                    "cannot open a session of " + pool.getPoolName().replace("understudy-", "the "),
                    e.getCause() instanceof SQLException cause ? cause : e);
        }
    }

    /// One more connection like those of the pool, whatever the pool has left.
    Connection aside() throws SQLException {
        return connect(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
    }

    @Override
    public void close() {
        pool.close();
    }
}
