package dev.understudy.launcher.demo;

import dev.understudy.launcher.secret.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The two PostgreSQL servers of a demo, as in life: one holds production, another one the twin.
///
/// Everything lies under one home directory: the programs, the data, the logs, the passwords. The
/// data stay when the servers stop. A process that is killed leaves its servers running; the next
/// start takes them over. One process at a time owns a home.
public final class DemoServers implements AutoCloseable {
    /// The role that may only read the source.
    static final String READER = "reader";

    /// The role that owns the twin and may create databases, and nothing else.
    static final String LOADER = "loader";

    private static final String SOURCE = "source";
    private static final String TWIN = "twin";

    private final Path home;
    private final HomeLock lock;
    private final DemoServer source;
    private final DemoServer twin;
    private boolean keptRunning;

    private DemoServers(Path home, HomeLock lock, DemoServer source, DemoServer twin) {
        this.home = home;
        this.lock = lock;
        this.source = source;
        this.twin = twin;
    }

    /// Starts both servers, or takes over those that run.
    ///
    /// @throws DemoFailed if this machine cannot run them, or another process has that home
    public static DemoServers start(Path directory) {
        Path home = directory.toAbsolutePath().normalize();
        var lock = HomeLock.of(home);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var program = PostgresProgram.unpack(home.resolve("postgresql"));
            Future<DemoServer> source = threads.submit(() -> start(program, home, SOURCE));
            Future<DemoServer> twin = threads.submit(() -> start(program, home, TWIN));
            var servers = new DemoServers(home, lock, result(source), result(twin));
            servers.createRoles();
            return servers;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Stops the servers that an earlier process left running under that home; their data stay.
    ///
    /// @return whether one was running
    public static boolean stop(Path directory) {
        Path home = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(home.resolve("postgresql"))) {
            return false;
        }
        try (var _ = HomeLock.of(home)) {
            var program = PostgresProgram.unpack(home.resolve("postgresql"));
            boolean sourceRan = DemoServer.stop(program, home.resolve(SOURCE));
            boolean twinRan = DemoServer.stop(program, home.resolve(TWIN));
            return sourceRan || twinRan;
        }
    }

    public Path home() {
        return home;
    }

    /// Where production is.
    public DemoServer source() {
        return source;
    }

    /// Where the twin goes.
    public DemoServer twin() {
        return twin;
    }

    /// The file with a role's password, or with the secret of the job.
    Path secretFile(String name) {
        return secretFile(home, name);
    }

    /// Lets the servers run on after {@link #close}; {@link #stop(Path)} stops them.
    public void keepRunning() {
        keptRunning = true;
    }

    /// Stops the servers, unless they are to run on, and gives the home free.
    @Override
    public void close() {
        try {
            if (!keptRunning) {
                source.stop();
                twin.stop();
            }
        } finally {
            lock.close();
        }
    }

    private static DemoServer start(PostgresProgram program, Path home, String name) {
        return DemoServer.start(program, home.resolve(name), secretFile(home, name + "-admin"));
    }

    private static DemoServer result(Future<DemoServer> server) {
        try {
            return server.get();
        } catch (InterruptedException e) {
            throw PostgresProgram.interrupted(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof DemoFailed failed
                    ? failed
                    : new DemoFailed("a server of the demo does not start", e.getCause());
        }
    }

    private static Path secretFile(Path home, String name) {
        return home.resolve("secrets").resolve(name);
    }

    private void createRoles() {
        createRole(source, READER, "");
        createRole(twin, LOADER, "CREATEDB");
    }

    private void createRole(DemoServer server, String role, String attributes) {
        String password = SecretFile.read(secretFile(role));
        try (Connection connection = server.connect(DemoServer.ADMIN);
                var statement = connection.createStatement()) {
            // The password is of hex digits; a role cannot be made with parameters.
            statement.execute(
                    """
                    DO $$ BEGIN
                        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN
                            CREATE ROLE %1$s;
                        END IF;
                        ALTER ROLE %1$s LOGIN %2$s PASSWORD '%3$s';
                    END $$
                    """
                            .formatted(role, attributes, password));
        } catch (SQLException e) {
            throw new DemoFailed("cannot create the role " + role + " on " + server, e);
        }
    }

    /// Keeps a second process out of a home, and dies with its process.
    private record HomeLock(FileChannel channel) implements AutoCloseable {
        static HomeLock of(Path home) {
            try {
                Files.createDirectories(home);
                var channel =
                        FileChannel.open(
                                home.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                if (tryLock(channel) == null) {
                    channel.close();
                    throw new DemoFailed(
                            "another process runs a demo in %s; wait for it, stop it with Ctrl-C, or choose another directory"
                                    .formatted(home));
                }
                return new HomeLock(channel);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
            try {
                return channel.tryLock();
            } catch (OverlappingFileLockException _) {
                return null; // held by this process
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
