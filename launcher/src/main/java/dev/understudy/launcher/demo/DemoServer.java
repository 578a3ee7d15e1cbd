package dev.understudy.launcher.demo;

import dev.understudy.launcher.secret.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// One PostgreSQL server of the demo: its directory with data, log and port, and how to reach it.
/// It listens on the loopback interface only and asks every role for its password. Any thread may
/// use it.
public final class DemoServer {
    /// The superuser of every server of the demo.
    static final String ADMIN = "postgres";

    private static final int ATTEMPTS = 5;

    private final PostgresProgram program;
    private final Path directory;
    private final Path data;
    private final String password;
    private int port;

    private DemoServer(PostgresProgram program, Path directory, Path passwordFile) {
        this.program = program;
        this.directory = directory;
        this.data = directory.resolve("data");
        this.password = SecretFile.read(passwordFile);
    }

    /// The server of that directory, running: as it was left, started again, or made.
    static DemoServer start(PostgresProgram program, Path directory, Path passwordFile) {
        var server = new DemoServer(program, directory, passwordFile);
        try {
            Files.createDirectories(directory);
            if (!Files.exists(server.data)) {
                server.initialise(passwordFile);
            }
            if (!server.takeOver()) {
                server.launch();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return server;
    }

    /// Stops the server of that directory; its data stay.
    ///
    /// @return whether one was running
    static boolean stop(PostgresProgram program, Path directory) {
        Path data = directory.resolve("data");
        if (Postmaster.of(data).filter(Postmaster::alive).isEmpty()) {
            return false;
        }
        program.run(log(directory), "pg_ctl", "stop", "-w", "-m", "fast", "-D", data.toString());
        return true;
    }

    boolean stop() {
        return stop(program, directory);
    }

    public int port() {
        return port;
    }

    /// Where the data directory, the log and the port file lie.
    public Path directory() {
        return directory;
    }

    /// The JDBC URL of one of its databases, without user and password.
    public String url(String database) {
        return "jdbc:postgresql://localhost:" + port + "/" + database;
    }

    /// Connects as superuser; the caller closes.
    public Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", ADMIN);
        properties.setProperty("password", password);
        // An error's Detail holds values of the row.
        properties.setProperty("logServerErrorDetail", "false");
        return DriverManager.getConnection(url(database), properties);
    }

    private void initialise(Path passwordFile) throws IOException {
        // Beside and renamed, so that a kill leaves no half of it.
        Path unfinished = directory.resolve("data.unfinished");
        PostgresProgram.deleteTree(unfinished);
        program.run(
                log(directory),
                "initdb",
                "--pgdata=" + unfinished,
                "--username=" + ADMIN,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-sync",
                "--set=listen_addresses=127.0.0.1",
                "--set=unix_socket_directories=",
                "--set=timezone=UTC",
                "--set=max_wal_size=4GB");
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Takes over a server that an earlier process left running, if it answers as ours.
    private boolean takeOver() throws IOException {
        Optional<Postmaster> left = Postmaster.of(data);
        if (left.isEmpty()) {
            return false;
        }
        if (!left.get().alive()) {
            // After a restart of the machine its number may belong to another process, and then
            // PostgreSQL would refuse to start.
            Files.deleteIfExists(data.resolve(Postmaster.FILE));
            return false;
        }
        port = left.get().port();
        if (answersAsOurs()) {
            return true;
        }
        program.exitOf(
                log(directory), "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data.toString());
        return false;
    }

    private boolean answersAsOurs() {
        try (Connection connection = connect(ADMIN);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW data_directory")) {
            return rows.next() && Files.isSameFile(Path.of(rows.getString(1)), data);
        } catch (SQLException | IOException _) {
            return false;
        }
    }

    private void launch() throws IOException {
        Path portFile = directory.resolve("port");
        for (int attempt = 1; ; attempt++) {
            port = freePort(portFile);
            Files.writeString(portFile, port + "\n");
            int exit =
                    program.exitOf(
                            log(directory),
                            "pg_ctl",
                            "start",
                            "-w",
                            "-D",
                            data.toString(),
                            "-l",
                            log(directory).toString(),
                            "-o",
                            "-p " + port);
            if (exit == 0 && answersAsOurs()) {
                return;
            }
            if (attempt == ATTEMPTS) {
                throw new DemoFailed(
                        "the PostgreSQL server in %s does not start; look at the end of %s"
                                .formatted(data, log(directory)));
            }
            pause();
        }
    }

    /// Somebody else may take the port before the server does, and the children of a killed server
    /// need a moment to notice that they are orphans.
    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            throw PostgresProgram.interrupted(e);
        }
    }

    /// The port of last time where it is free, so that configs and bookmarks stay right.
    private static int freePort(Path portFile) throws IOException {
        int last =
                Files.exists(portFile) ? Integer.parseInt(Files.readString(portFile).strip()) : 0;
        try (var socket = new ServerSocket(last, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException _) {
            try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                return socket.getLocalPort();
            }
        }
    }

    private static Path log(Path directory) {
        return directory.resolve("server.log");
    }

    @Override
    public String toString() {
        return "DemoServer[" + directory + ", port " + port + "]";
    }

    /// What a server writes into its data directory about itself.
    private record Postmaster(long pid, int port) {
        static final String FILE = "postmaster.pid";

        static Optional<Postmaster> of(Path data) {
            try {
                Path file = data.resolve(FILE);
                if (!Files.exists(file)) {
                    return Optional.empty();
                }
                List<String> lines = Files.readAllLines(file);
                return lines.size() < 4
                        ? Optional.empty()
                        : Optional.of(
                                new Postmaster(
                                        Long.parseLong(lines.get(0).strip()),
                                        Integer.parseInt(lines.get(3).strip())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Whether the process lives and is a PostgreSQL server, as far as the system tells.
        boolean alive() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process ->
                            process.info()
                                    .command()
                                    .map(command -> command.endsWith("postgres"))
                                    .orElse(true))
                    .isPresent();
        }
    }
}
