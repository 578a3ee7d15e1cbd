package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.mysql.MySqlTestDatabase;
import dev.understudy.postgres.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The main job on MySQL and MariaDB.
class MySqlJobTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    @TempDir Path folder;

    static Stream<String> packages() {
        List<String> names = SharedData.names("mysql");
        return names.isEmpty() ? Stream.of("mysql_absent") : names.stream();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aSharedDatabaseArrivesWhole(String name) throws Exception {
        MySqlTestDatabase source = server.newDatabase();
        server.load(SharedData.dump(name), source);

        RunReport report = run(config(source, "columns: { \"*.*\": keep }\n"));

        assertThat(report.failure()).isEmpty();
        assertThat(rows(report)).isEqualTo(expected(name, source.name()));
        assertThat(checksums(twin(source), source.name() + "_twin"))
                .isEqualTo(checksums(source, source.name()));
    }

    private static MySqlTestDatabase twin(MySqlTestDatabase source) {
        String name = source.name() + "_twin";
        return new MySqlTestDatabase(
                name,
                source.url().replace("/" + source.name() + "?", "/" + name + "?"),
                source.user(),
                source.password());
    }

    /// Of every table's rows, by the server's own sum.
    private static Map<String, String> checksums(MySqlTestDatabase database, String schema)
            throws SQLException {
        var sums = new TreeMap<String, String>();
        try (Connection session = database.connect();
                var statement = session.createStatement()) {
            var tables = new ArrayList<String>();
            try (var result =
                    statement.executeQuery(
                            "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_name <> 'understudy_stamp' AND table_schema = '%s'"
                                    .formatted(schema))) {
                while (result.next()) {
                    tables.add(result.getString(1));
                }
            }
            for (String table : tables) {
                try (var result =
                        statement.executeQuery(
                                "CHECKSUM TABLE `" + table.replace("`", "``") + "` EXTENDED")) {
                    result.next();
                    sums.put(table, result.getString(2));
                }
            }
        }
        return sums;
    }

    private static Map<String, Long> rows(RunReport report) {
        return report.tables().stream()
                .collect(
                        Collectors.toMap(
                                RunReport.TableReport::table,
                                RunReport.TableReport::sourceRows,
                                Long::sum,
                                TreeMap::new));
    }

    private static Map<String, Long> expected(String name, String schema) {
        var counts = new TreeMap<String, Long>();
        SharedData.counts(name).forEach((table, rows) -> counts.put(schema + "." + table, rows));
        return counts;
    }

    private JobConfig config(MySqlTestDatabase source, String rest) throws Exception {
        String text =
                """
                job: test-job
                secret: "${env:SECRET}"
                source: { url: "%s", user: "%s", password: "${env:PASSWORD}", connections: 4 }
                twin: { url: "%s", user: "%s", password: "${env:PASSWORD}", connections: 6 }
                lake: { uri: "%s" }
                """
                        .formatted(
                                source.url(),
                                source.user(),
                                twin(source).url(),
                                source.user(),
                                folder.resolve("lake"));
        return JobConfigs.read(
                Files.writeString(folder.resolve("job.yaml"), text + rest),
                Map.of("SECRET", Scenario.SECRET, "PASSWORD", "")::get);
    }

    private RunReport run(JobConfig config) throws InterruptedException {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            return understudy.run(config).await();
        }
    }
}
