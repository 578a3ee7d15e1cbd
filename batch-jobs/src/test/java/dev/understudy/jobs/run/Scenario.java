package dev.understudy.jobs.run;

import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A source database, a place for its twin and its lake, and a config: what a test of the main job
/// starts from.
final class Scenario {
    static final String SECRET = "a secret of more than sixteen characters";

    final TestDatabase source;
    final String twinName;
    final Path folder;

    private Scenario(TestDatabase source, Path folder) {
        this.source = source;
        this.twinName = source.name() + "_twin";
        this.folder = folder;
    }

    static Scenario of(PostgresServer server, Path folder, String sql) throws SQLException {
        var scenario = new Scenario(server.newDatabase(), folder);
        scenario.execute(sql);
        return scenario;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect(source.url());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String twinUrl() {
        return source.url().replace("/" + source.name(), "/" + twinName);
    }

    Path lake() {
        return folder.resolve("lake");
    }

    /// @param rest the config's keys behind source, twin and lake
    Path config(String rest) {
        return config(rest, true, true);
    }

    Path config(String rest, boolean twin, boolean lake) {
        String text =
                """
                job: test-job
                secret: "${env:SECRET}"
                source: { url: "%s", user: "%s", password: "${env:PASSWORD}", connections: 5 }
                """
                        .formatted(source.url(), source.user());
        if (twin) {
            text +=
                    "twin: { url: \"%s\", user: \"%s\", password: \"${env:PASSWORD}\", connections: 6 }\n"
                            .formatted(twinUrl(), source.user());
        }
        if (lake) {
            text += "lake: { uri: \"%s\" }\n".formatted(lake());
        }
        try {
            return Files.writeString(folder.resolve("job.yaml"), text + rest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JobConfig read(Path file) {
        return JobConfigs.read(file, Map.of("SECRET", SECRET, "PASSWORD", "none")::get);
    }

    Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, source.user(), source.password());
    }

    RunReport run(JobConfig config) throws InterruptedException {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            return understudy.run(config).await();
        }
    }

    /// Every table's rows and a sum over their texts, which neither order nor physical place
    /// changes.
    Map<String, String> contents(String url) throws SQLException {
        var contents = new TreeMap<String, String>();
        try (Connection connection = connect(url);
                var statement = connection.createStatement()) {
            for (String table :
                    strings(
                            connection,
                            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog',"
                                    + " 'information_schema') ORDER BY 1")) {
                try (var result =
                        statement.executeQuery(
                                "SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended("
                                        + "t::text, 0)::numeric), 0) FROM ONLY "
                                        + table
                                        + " t")) {
                    result.next();
                    contents.put(table, result.getString(1));
                }
            }
        }
        return contents;
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
}
