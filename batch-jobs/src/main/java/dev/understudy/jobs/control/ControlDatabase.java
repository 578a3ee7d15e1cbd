package dev.understudy.jobs.control;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.understudy.rows.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/// Where runs are remembered: an H2 file in the home folder, so that one command runs, or a
/// PostgreSQL database. Several processes of a host may use the file at the same time. Thread-safe.
public final class ControlDatabase implements AutoCloseable {
    /// Workers hold one session each while a chunk is open; heartbeats and watchers need theirs
    /// besides.
    private static final int SESSIONS = 24;

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
                            + e.getMessage()
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
        return open("jdbc:h2:file:" + file + ";AUTO_SERVER=TRUE;LOCK_TIMEOUT=20000", "sa", "");
    }

    /// Opens a control database by its URL.
    public static ControlDatabase open(String url, String user, String password) {
        var config = new HikariConfig();
        config.setPoolName("understudy-control");
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(SESSIONS);
        config.setMinimumIdle(0);
        config.setMaxLifetime(0);
        HikariDataSource sessions;
        try {
            sessions = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new Failure(
                    Failure.Kind.INTERNAL,
                    "cannot open the control database: " + e.getMessage(),
                    e);
        }
        Flyway.configure()
                .dataSource(sessions)
                .locations("classpath:dev/understudy/jobs/control/migration")
                .javaMigrations(new SpringBatchTables())
                .table("understudy_schema")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
        return new ControlDatabase(sessions);
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
