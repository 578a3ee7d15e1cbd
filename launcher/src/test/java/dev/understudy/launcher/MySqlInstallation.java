package dev.understudy.launcher;

import dev.understudy.launcher.Installation.Ended;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.mysql.MySqlTestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The installed product with a source and a twin on MariaDB or MySQL. The reader and the loader
/// are users with the rights that `understudy check --grants` prints, and log in with passwords.
final class MySqlInstallation {
    final MariaDbServer server;
    final MySqlTestDatabase source;
    final Path folder;
    final String reader;
    final String loader;

    private MySqlInstallation(MariaDbServer server, MySqlTestDatabase source, Path folder) {
        this.server = server;
        this.source = source;
        this.folder = folder;
        reader = "reader_" + source.name();
        loader = "loader_" + source.name();
    }

    /// @param sql makes the source
    /// @param rules the config's keys behind job, secret, source, twin and lake
    static MySqlInstallation of(MariaDbServer server, Path folder, String sql, String rules)
            throws SQLException, IOException {
        var made = new MySqlInstallation(server, server.newDatabase(), folder);
        made.source.execute(sql);
        Files.writeString(folder.resolve("secret"), "more than sixteen characters");
        Files.writeString(folder.resolve("password"), "opensesame");
        Files.writeString(folder.resolve("wrong"), "openbarley");
        made.write(made.config(rules));
        server.execute("CREATE USER '%s'@'%%' IDENTIFIED BY 'opensesame'".formatted(made.reader));
        server.execute("CREATE USER '%s'@'%%' IDENTIFIED BY 'opensesame'".formatted(made.loader));
        for (String grant : made.grants()) {
            server.execute(grant);
        }
        return made;
    }

    /// The statements that the product asks for, without remarks.
    List<String> grants() {
        return execute("check", file().toString(), "--grants")
                .out()
                .lines()
                .filter(each -> each.startsWith("GRANT"))
                .map(each -> each.substring(0, each.length() - 1))
                .toList();
    }

    Path file() {
        return folder.resolve("job.yaml");
    }

    String twinName() {
        return source.name() + "_twin";
    }

    String twinUrl() {
        return source.url().replace("/" + source.name() + "?", "/" + twinName() + "?");
    }

    Path lake() {
        return folder.resolve("lake");
    }

    String config(String rules) {
        return """
        job: people
        secret: ${file:secret}
        source: { url: "%s", user: %s, password: "${file:password}", connections: 3 }
        twin: { url: "%s", user: %s, password: "${file:password}", connections: 3 }
        lake: { uri: "%s" }
        """
                        .formatted(source.url(), reader, twinUrl(), loader, lake())
                + rules;
    }

    Path write(String config) throws IOException {
        return Files.writeString(file(), config);
    }

    Ended execute(String... arguments) {
        return Installation.execute(folder.resolve("home"), false, arguments);
    }

    List<String> strings(String sql) throws SQLException {
        try (Connection root = source.connect()) {
            return Installation.strings(root, sql);
        }
    }

    /// Databases that runs made beside this twin and that are still there.
    List<String> siblings() throws SQLException {
        return strings(
                "SELECT schema_name FROM information_schema.schemata WHERE left(schema_name, %d) = '%s__' ORDER BY 1"
                        .formatted(twinName().length() + 2, twinName()));
    }

    /// Source, twin and lake as their readers see them: what bad input must leave as it was.
    Map<String, String> everything() throws SQLException, IOException {
        var everything = new TreeMap<String, String>();
        for (String schema : List.of(source.name(), twinName())) {
            for (String table :
                    strings(
                            "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '%s'"
                                    .formatted(schema))) {
                everything.put(schema + "." + table, checksum(schema, table));
            }
        }
        Path current = lake().resolve("people/current.json");
        everything.put("lake", Files.exists(current) ? Files.readString(current) : "");
        return everything;
    }

    private String checksum(String schema, String table) throws SQLException {
        var rows = new ArrayList<String>();
        try (Connection root = source.connect();
                var statement = root.createStatement();
                var result =
                        statement.executeQuery(
                                "CHECKSUM TABLE `%s`.`%s`".formatted(schema, table))) {
            while (result.next()) {
                rows.add(result.getString(2));
            }
        }
        return rows.toString();
    }
}
