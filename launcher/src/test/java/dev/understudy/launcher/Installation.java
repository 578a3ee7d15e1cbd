package dev.understudy.launcher;

import dev.understudy.launcher.terminal.Terminal;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The installed product with a home, a source, a twin and a lake of its own, as its command line
/// uses them. The reader and the loader are roles with no more than the documented rights, and log
/// in with passwords.
final class Installation {
    static final String READER = "understudy_reader";
    static final String LOADER = "understudy_loader";

    final PostgresServer server;
    final TestDatabase source;
    final Path folder;

    private Installation(PostgresServer server, TestDatabase source, Path folder) {
        this.server = server;
        this.source = source;
        this.folder = folder;
    }

    /// How a command ended.
    record Ended(int code, String out, String err) {
        String said() {
            return out + err;
        }
    }

    static Installation of(PostgresServer server, Path folder, String sql)
            throws SQLException, IOException {
        var installation = new Installation(server, server.newDatabase(), folder);
        installation.makeRoles();
        installation.source.execute(sql);
        installation.source.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + READER);
        Files.writeString(folder.resolve("secret"), "more than sixteen characters");
        Files.writeString(folder.resolve("password"), "opensesame");
        Files.writeString(folder.resolve("wrong"), "openbarley");
        return installation;
    }

    private void makeRoles() throws SQLException, IOException {
        if (!strings(source.url(), "SELECT 1 FROM pg_roles WHERE rolname = '" + READER + "'")
                .isEmpty()) {
            return;
        }
        source.execute(
                "CREATE ROLE %s LOGIN PASSWORD 'opensesame'; CREATE ROLE %s LOGIN CREATEDB PASSWORD 'opensesame'"
                        .formatted(READER, LOADER));
        // The server trusts everybody else, so that these two alone need their passwords.
        Path access = Path.of(strings(source.url(), "SHOW hba_file").getFirst());
        Files.writeString(
                access,
                "host all %s,%s all scram-sha-256\n".formatted(READER, LOADER)
                        + Files.readString(access));
        strings(source.url(), "SELECT pg_reload_conf()");
    }

    String twinName() {
        return source.name() + "_twin";
    }

    String twinUrl() {
        return url(twinName());
    }

    String url(String database) {
        return source.url().replace("/" + source.name(), "/" + database);
    }

    Path lake() {
        return folder.resolve("lake");
    }

    Path home() {
        return folder.resolve("home");
    }

    /// @param rest the config's keys behind job, secret, source, twin and lake
    String config(String rest) {
        return """
        job: people
        secret: ${file:secret}
        source: { url: "%s", user: %s, password: "${file:password}", connections: 3 }
        twin: { url: "%s", user: %s, password: "${file:password}", connections: 3 }
        lake: { uri: "%s" }
        """
                        .formatted(source.url(), READER, twinUrl(), LOADER, lake())
                + rest;
    }

    Path write(String config) throws IOException {
        return Files.writeString(folder.resolve("job.yaml"), config);
    }

    Ended execute(String... arguments) {
        return execute(false, arguments);
    }

    /// @param interactive whether a person seems to sit there
    Ended execute(boolean interactive, String... arguments) {
        return execute(home(), interactive, arguments);
    }

    static Ended execute(Path home, boolean interactive, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal =
                new Terminal(
                        interactive,
                        false,
                        false,
                        true,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        () -> new Terminal.Size(80, 24),
                        prompt -> null);
        int code =
                new Cli(terminal, Map.of("UNDERSTUDY_HOME", home.toString()), Product.installed())
                        .execute(arguments);
        return new Ended(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// The command line in a process of its own.
    Process start(Path log, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        // A build in the background of a shell ignores SIGINT, and so would its children.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("UNDERSTUDY_HOME", home().toString());
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, source.user(), source.password());
    }

    List<String> strings(String url, String sql) throws SQLException {
        try (Connection connection = connect(url)) {
            return strings(connection, sql);
        }
    }

    static List<String> strings(Connection connection, String sql) throws SQLException {
        var strings = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                strings.add(result.getString(1));
            }
        }
        return strings;
    }

    /// Databases that runs made beside this twin and that are still there.
    List<String> siblings() throws SQLException {
        return strings(
                source.url(),
                "SELECT datname FROM pg_database WHERE starts_with(datname, '%s__') ORDER BY 1"
                        .formatted(twinName()));
    }

    /// Source, twin and lake as their readers see them: what bad input must leave as it was. What a
    /// failed run keeps for its restart is not among it.
    Map<String, String> everything() throws SQLException, IOException {
        var everything = new TreeMap<String, String>();
        contents(source.url()).forEach((table, rows) -> everything.put("source " + table, rows));
        List<String> live =
                strings(
                        source.url(),
                        "SELECT oid || coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = '%s'"
                                .formatted(twinName()));
        everything.put("twin", live.toString());
        if (!live.isEmpty()) {
            contents(twinUrl()).forEach((table, rows) -> everything.put("twin " + table, rows));
        }
        Path current = lake().resolve("people/current.json");
        if (Files.exists(current)) {
            everything.put("lake", Files.readString(current));
        }
        return everything;
    }

    /// Every table's rows and a sum over their texts.
    Map<String, String> contents(String url) throws SQLException {
        var contents = new TreeMap<String, String>();
        try (Connection connection = connect(url)) {
            for (String table :
                    strings(
                            connection,
                            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN"
                                    + " ('pg_catalog', 'information_schema')")) {
                contents.put(
                        table,
                        strings(
                                        connection,
                                        "SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
                                                + " FROM ONLY "
                                                + table
                                                + " t")
                                .getFirst());
            }
        }
        return contents;
    }
}
