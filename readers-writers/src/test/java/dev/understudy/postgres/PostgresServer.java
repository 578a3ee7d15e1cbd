package dev.understudy.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real PostgreSQL server for tests, started at its first use, once in a JVM, on a free port, and
/// stopped when the tests end. Its time zone is not the JVM's. Hands out empty databases.
///
///     @RegisterExtension static final PostgresServer server = PostgresServer.embedded();
///     ...
///     TestDatabase source = server.newDatabase();
public final class PostgresServer implements BeforeAllCallback {
    private static final String TIME_ZONE = "America/St_Johns";
    private static final PostgresServer EMBEDDED =
            new PostgresServer("18, embedded", () -> startEmbedded(false));
    private static final PostgresServer DURABLE =
            new PostgresServer("18, embedded, durable", () -> startEmbedded(true));
    private static final Optional<PostgresServer> INSTALLED = findInstalled();

    private final String title;
    private final Start start;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable Running running;

    private PostgresServer(String title, Start start) {
        this.title = title;
        this.start = start;
    }

    /// PostgreSQL 18 from Maven's artifacts, which forgets everything when the machine fails. No
    /// server of the tests vacuums by itself: with a hundred databases it would always be at it.
    public static PostgresServer embedded() {
        return EMBEDDED;
    }

    /// The same with fsync, for what is measured or killed.
    public static PostgresServer embeddedDurable() {
        return DURABLE;
    }

    /// The server of the machine's own packages, the newest one that has a `pg_dump` beside it. It
    /// is started on its own data; nothing of the machine's own databases is touched.
    public static Optional<PostgresServer> installed() {
        return INSTALLED;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(PostgresServer.class))
                .computeIfAbsent(this, server -> (AutoCloseable) server::stop);
    }

    /// An empty database, UTF-8, locale C.UTF-8, made from template0.
    public TestDatabase newDatabase() throws SQLException {
        return newDatabase("test_" + databases.incrementAndGet());
    }

    public TestDatabase newDatabase(String name) throws SQLException {
        int port = port();
        try (Connection connection =
                        DriverManager.getConnection(url(port, "postgres"), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE DATABASE \""
                            + name
                            + "\" TEMPLATE template0 ENCODING 'UTF8'"
                            + " LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'");
        }
        return new TestDatabase(name, url(port, name), "postgres", "");
    }

    /// A program of the same installation, such as `pg_dump`; empty for embedded servers, which
    /// bring none.
    public Optional<Path> program(String name) {
        port();
        return running.programs().map(folder -> folder.resolve(name)).filter(Files::isExecutable);
    }

    public synchronized int port() {
        if (running == null) {
            try {
                running = start.start();
            } catch (IOException e) {
                throw new IllegalStateException("PostgreSQL (" + title + ") did not start", e);
            }
        }
        return running.port();
    }

    private synchronized void stop() throws Exception {
        if (running != null) {
            Running last = running;
            running = null;
            last.stop().close();
        }
    }

    @Override
    public String toString() {
        return "PostgreSQL (" + title + ")";
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static Running startEmbedded(boolean durable) throws IOException {
        EmbeddedPostgres server =
                EmbeddedPostgres.builder()
                        .setServerConfig("fsync", durable ? "on" : "off")
                        .setServerConfig("synchronous_commit", durable ? "on" : "off")
                        .setServerConfig("full_page_writes", durable ? "on" : "off")
                        .setServerConfig("timezone", TIME_ZONE)
                        .setServerConfig("autovacuum", "off")
                        .setServerConfig("max_connections", "200")
                        .setServerConfig("log_min_messages", "fatal")
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .start();
        return new Running(server.getPort(), Optional.empty(), server);
    }

    private static Optional<PostgresServer> findInstalled() {
        List<Path> folders = new ArrayList<>();
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin"))
                        .sorted(Comparator.reverseOrder())
                        .forEach(folders::add);
            } catch (IOException e) {
                throw new IllegalStateException("Cannot list " + debian, e);
            }
        }
        for (String folder : System.getenv("PATH").split(":")) {
            folders.add(Path.of(folder));
        }
        return folders.stream()
                .filter(folder ->
                        Stream.of("initdb", "postgres", "pg_dump")
                                .map(folder::resolve)
                                .allMatch(Files::isExecutable))
                .findFirst()
                .map(folder -> new PostgresServer("of " + folder, () -> startInstalled(folder)));
    }

    private static Running startInstalled(Path programs) throws IOException {
        Path home = Files.createTempDirectory("understudy-postgres");
        Path log = home.resolve("log");
        int port = freePort();
        run(
                log,
                programs.resolve("initdb").toString(),
                "--pgdata=" + home.resolve("data"),
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync");
        List<String> command =
                asNobody(
                        programs.resolve("postgres").toString(),
                        "-D",
                        home.resolve("data").toString(),
                        "-p",
                        Integer.toString(port),
                        "-k",
                        home.toString(),
                        "-F",
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "timezone=" + TIME_ZONE,
                        "-c",
                        "synchronous_commit=off",
                        "-c",
                        "autovacuum=off");
        Process server =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        AutoCloseable stop = () -> stopInstalled(server, home);
        // Whether a test registered the server or not, it does not outlive its JVM.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopQuietly(stop)));
        awaitAnswer(server, port, log);
        return new Running(port, Optional.of(programs), stop);
    }

    private static void stopInstalled(Process server, Path home)
            throws IOException, InterruptedException {
        if (server.isAlive()) {
            // An interrupt is its fast shutdown, which does not wait for clients to go.
            new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start().waitFor();
            server.waitFor(1, TimeUnit.MINUTES);
        }
        if (Files.exists(home)) {
            delete(home);
        }
    }

    private static void stopQuietly(AutoCloseable stop) {
        try {
            stop.close();
        } catch (Exception e) {
            System.err.println("PostgreSQL was not stopped: " + e);
        }
    }

    /// As root, servers refuse to start; in a user namespace of its own, root is nobody.
    private static List<String> asNobody(String... command) {
        List<String> all = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            all.add("unshare");
            all.add("-U");
        }
        all.addAll(List.of(command));
        return all;
    }

    private static void run(Path log, String... command) throws IOException {
        Process process =
                new ProcessBuilder(asNobody(command))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        try {
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(
                        command[0] + " ended with " + exit + ": " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private static void awaitAnswer(Process server, int port, Path log) throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            try {
                DriverManager.getConnection(url(port, "postgres"), "postgres", "").close();
                return;
            } catch (SQLException e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    server.destroy();
                    throw new IOException(
                            "PostgreSQL does not answer: " + Files.readString(log), e);
                }
            }
            try {
                if (server.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new IOException("PostgreSQL ended: " + Files.readString(log));
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

    private interface Start {
        Running start() throws IOException;
    }

    private record Running(int port, Optional<Path> programs, AutoCloseable stop) {}
}
