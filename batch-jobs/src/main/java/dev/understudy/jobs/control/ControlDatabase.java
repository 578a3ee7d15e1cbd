package dev.understudy.jobs.control;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionSystemException;

/// Where runs are remembered: an H2 file in the home folder, so that one command runs, or a
/// PostgreSQL database. Several processes of a host may use the file at the same time. Thread-safe.
public final class ControlDatabase implements AutoCloseable {
    /// Each worker, heartbeat and watcher holds one for as long as one call takes.
    private static final int SESSIONS = 24;

    /// How long a process waits for another one to have taken the file over.
    private static final Duration TAKEOVER = Duration.ofSeconds(20);

    private static final Duration RETRY = Duration.ofMillis(100);

    private final HikariDataSource sessions;

    private ControlDatabase(HikariDataSource sessions) {
        this.sessions = sessions;
    }

    /// Opens the control database of a home folder, which is created if absent, for its owner
    /// alone.
    public static ControlDatabase inFolder(Path home) {
        try {
            if (!Files.isDirectory(home)) {
                Files.createDirectories(home);
                if (Files.getFileStore(home).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(
                            home, PosixFilePermissions.fromString("rwx------"));
                }
            }
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "cannot create the home folder "
                            + home
                            + ": "
                            + Reason.of(e)
                            + "; choose another with --home",
                    e);
        }
        // The other processes of this host, and nobody else, reach the file through its first
        // opener.
        System.setProperty("h2.bindAddress", "127.0.0.1");
        String file = home.toAbsolutePath().resolve("control").toString();
        if (file.contains(";")) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "the home folder's path must not contain a semicolon: " + home);
        }
        return open(
                "jdbc:h2:file:" + file + ";AUTO_SERVER=TRUE;LOCK_TIMEOUT=20000",
                "sa",
                "",
                "the control database in "
                        + home
                        + " %s choose another folder with --home: then the runs in this one are not listed, and twins and lakes"
                        + " stay as they are");
    }

    /// Whether a folder holds a control database.
    public static boolean existsIn(Path home) {
        return Files.exists(home.resolve("control.mv.db"));
    }

    /// Opens a control database by its URL.
    public static ControlDatabase open(String url, String user, String password) {
        return open(url, user, password, "the control database %s choose another one");
    }

    private static ControlDatabase open(String url, String user, String password, String refusal) {
        var config = new HikariConfig();
        config.setPoolName("understudy-control");
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(SESSIONS);
        config.setMinimumIdle(0);
        config.setMaxLifetime(0);
        config.setExceptionOverride(new LostConnection());
        HikariDataSource sessions;
        try {
            sessions = new HikariDataSource(config);
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new Failure(
                    Failure.Kind.CONFIG,
                    refusal.formatted("cannot be opened (" + cause.getMessage() + ");"),
                    e);
        }
        Flyway schema =
                Flyway.configure()
                        .dataSource(sessions)
                        .locations("classpath:dev/understudy/jobs/control/migration")
                        .javaMigrations(new SpringBatchTables())
                        .table("understudy_schema")
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        // Its own default goes on with a schema that it does not know.
                        .ignoreMigrationPatterns(new String[0])
                        .load();
        try {
            schema.migrate();
        } catch (FlywayException e) {
            sessions.close();
            throw new Failure(
                    Failure.Kind.CONFIG,
                    refusal.formatted(
                            "was made by a newer version of Understudy or changed by hand; update Understudy, or"),
                    e);
        }
        return new ControlDatabase(sessions);
    }

    /// Work in a transaction of its own.
    public interface Work<T extends @Nullable Object, E extends Throwable> {
        T run() throws E;
    }

    /// Does work whose transaction may be done again from its start if the connection is lost. The
    /// process through which this one reaches the file may end at any time; another then takes the
    /// file over, perhaps this one, which takes some seconds.
    public <T extends @Nullable Object, E extends Throwable> T lasting(Work<T, E> work) throws E {
        long patience = System.nanoTime() + TAKEOVER.toNanos();
        while (true) {
            try {
                return work.run();
            } catch (DataAccessException | TransactionException e) {
                boolean lost =
                        e instanceof TransactionSystemException
                                || causes(e)
                                        .anyMatch(each ->
                                                each instanceof SQLException sql
                                                        && LostConnection.is(sql));
                if (!lost || System.nanoTime() > patience) {
                    throw e;
                }
            }
            LockSupport.parkNanos(RETRY.toNanos());
        }
    }

    /// Whether a failure comes from the control database.
    public static boolean caused(Throwable failure) {
        return causes(failure)
                .anyMatch(each ->
                        each instanceof DataAccessException
                                || each instanceof TransactionException);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<Throwable>iterate(failure, each -> each != null, Throwable::getCause);
    }

    /// The sessions, for Spring Batch's repository.
    public DataSource dataSource() {
        return sessions;
    }

    @Override
    public void close() {
        sessions.close();
    }

    /// Creates Spring Batch's tables by the script that its own jar brings.
    private static final class SpringBatchTables implements JavaMigration {
        @Override
        public MigrationVersion getVersion() {
            return MigrationVersion.fromVersion("1");
        }

        @Override
        public String getDescription() {
            return "spring batch";
        }

        @Override
        public Integer getChecksum() {
            return 604;
        }

        @Override
        public boolean canExecuteInTransaction() {
            return true;
        }

        @Override
        public void migrate(Context context) throws Exception {
            var connection = context.getConnection();
            String product =
                    connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
            if (!Set.of("h2", "postgresql").contains(product)) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "the control database must be H2 or PostgreSQL but is " + product);
            }
            ScriptUtils.executeSqlScript(
                    connection,
                    new ClassPathResource(
                            "org/springframework/batch/core/schema-" + product + ".sql"));
        }
    }
}
