package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.launcher.Installation.Ended;
import dev.understudy.mysql.MariaDbServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong with MySQL and MariaDB: each has its message and the exit code of the side at
/// fault, shows no value of a row, and leaves source, twin and lake as they were.
class MySqlBadInputTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    private static final String PEOPLE =
            """
            CREATE TABLE person (id int PRIMARY KEY, name varchar(80), code varchar(20) NOT NULL, photo longblob);
            INSERT INTO person SELECT seq, concat('canary', seq), concat('c', seq), 'canary' FROM seq_1_to_2000;
            CREATE VIEW names AS SELECT name FROM person;
            """;
    private static final String RULES =
            """
            columns:
              "*.id": keep
              person.name: first-name
              person.code: text-scramble
              person.photo: keep
            """;

    private static final String CUT =
            "the connection ended or was never made: try again when the server can be reached";
    private static final String ALL_ENDED =
            "the server has ended all 3 sessions of the source's snapshot, and no new one could see the same rows: try again when the server can be reached";

    @TempDir Path folder;
    private MySqlInstallation people;
    private String good = "";
    private Map<String, String> before = Map.of();
    private CutProxy wayToSource;
    private CutProxy wayToTwin;

    @BeforeEach
    void publishAFirstTwinAndLake() throws Exception {
        wayToSource = new CutProxy(server.port());
        wayToTwin = new CutProxy(server.port());
        people = MySqlInstallation.of(server, folder, PEOPLE, RULES);
        good = people.config(RULES);
        Ended first = people.execute("run", people.file().toString());
        assertThat(first.code()).as(first.said()).isZero();
        before = people.everything();
    }

    @AfterEach
    void nothingSaysAValue() throws Exception {
        wayToSource.close();
        wayToTwin.close();
        assertThat(people.execute("show", "2", "--steps", "--json").said())
                .doesNotContain("canary");
        try (var reports = Files.list(folder.resolve("home/reports"))) {
            for (Path each : reports.toList()) {
                assertThat(Files.readString(each)).doesNotContain("canary");
            }
        }
        for (String each : people.siblings()) {
            server.execute("DROP DATABASE `" + each + "`");
        }
    }

    private Ended refused(int code, String config, String... said) throws Exception {
        people.write(config);
        Ended ended = people.execute("run", people.file().toString(), "--fresh");
        assertThat(ended.code()).as(ended.said()).isEqualTo(code);
        assertThat(ended.said())
                .contains(said)
                .doesNotContain("canary", "opensesame", "openbarley");
        assertThat(people.everything()).isEqualTo(before);
        return ended;
    }

    @Test
    void aSourceThatCannotBeReadEndsWithThree() throws Exception {
        refused(3, replaced("source: {", "password}", "wrong}"), "Access denied", people.reader);
        refused(
                3,
                replaced("source: {", ":" + server.port(), ":" + closedPort()),
                "cannot connect to",
                "nothing listens on this port; check host and port in the url");
        refused(
                3,
                replaced("source: {", "//127.0.0.1:", "//no-such-host.invalid:"),
                "no host of this name is known; check the host in the url");
        String schema = people.source.name().replace("_", "\\_");
        String reader = "'" + people.reader + "'@'%'";
        taken(
                "SHOW VIEW ON `" + schema + "`.*",
                reader,
                3,
                "view names",
                "ask for: GRANT SHOW VIEW ON `" + schema + "`.* TO " + reader);
        server.execute("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + reader);
        refused(
                3,
                good,
                "Access denied",
                "ask for: GRANT SELECT ON `" + schema + "`.* TO " + reader);
        server.execute(
                "GRANT SELECT (id, name) ON `%s`.person TO %s"
                        .formatted(people.source.name(), reader));
        refused(
                3,
                good,
                "may not read " + people.source.name() + ".person",
                "ask for: GRANT SELECT ON `" + people.source.name() + "`.`person` TO " + reader);
    }

    @Test
    void aTwinThatCannotBeLoadedEndsWithFour() throws Exception {
        refused(4, replaced("twin: {", "password}", "wrong}"), "Access denied", people.loader);
        refused(
                4,
                replaced("twin: {", ":" + server.port(), ":" + closedPort()),
                "nothing listens on this port; check host and port in the url");
        String loader = "'" + people.loader + "'@'%'";
        String siblings = people.twinName().replace("_", "\\_") + "\\_\\_understudy\\_%";
        for (String privilege : new String[] {"CREATE", "ALTER", "DROP", "INSERT", "CREATE VIEW"}) {
            String place =
                    (privilege.equals("CREATE VIEW")
                            ? siblings.replace("\\_\\_understudy\\_%", "")
                            : siblings);
            taken(
                    privilege + " ON `" + place + "`.*",
                    loader,
                    4,
                    "denied",
                    "ask for: GRANT",
                    "`" + siblings + "`.* TO " + loader);
        }
    }

    private void taken(String grant, String account, int code, String... said) throws Exception {
        server.execute("REVOKE " + grant + " FROM " + account);
        refused(code, good, said);
        server.execute("GRANT " + grant + " TO " + account);
    }

    @Test
    void withoutLocalInfileTheSameTwinIsLoadedMoreSlowlyAndTheReportSaysSo() throws Exception {
        server.execute("SET GLOBAL local_infile = OFF");
        try {
            Ended ended = people.execute("run", people.file().toString());
            assertThat(ended.code()).as(ended.said()).isZero();
            assertThat(ended.out())
                    .contains("rows are loaded through INSERTs", "SET GLOBAL local_infile = ON");
        } finally {
            server.execute("SET GLOBAL local_infile = ON");
        }
        assertThat(people.strings("SELECT count(*) FROM " + people.twinName() + ".person"))
                .containsExactly("2000");
        var after = people.everything();
        for (String each : new String[] {"lake", people.twinName() + ".understudy_stamp"}) {
            after.remove(each);
            before.remove(each);
        }
        assertThat(after).isEqualTo(before);
    }

    @Test
    void aRowBeyondThePacketEndsWithFourUnlessLocalInfileIsOn() throws Exception {
        // As INSERT, escaped, it is twice as long; the server takes 16 MB.
        people.source.execute("UPDATE person SET photo = repeat(char(0), 9000000) WHERE id = 7");
        before = people.everything();
        server.execute("SET GLOBAL local_infile = OFF");
        try {
            refused(
                    4,
                    good,
                    "twin or lake: ",
                    people.twinName(),
                    ".person: a row takes 18",
                    "SET GLOBAL max_allowed_packet",
                    "SET GLOBAL local_infile = ON");
        } finally {
            server.execute("SET GLOBAL local_infile = ON");
        }
        Ended restarted = people.execute("restart", "2");
        assertThat(restarted.code()).as(restarted.said()).isZero();
    }

    @Test
    void aRowBeyondWhatTheSourceMaySendEndsWithThree() throws Exception {
        people.source.execute("UPDATE person SET photo = repeat('x', 2000000) WHERE id = 7");
        before = people.everything();
        server.execute("SET GLOBAL max_allowed_packet = 1048576");
        try {
            refused(3, good, "source: ", "person", "max_allowed_packet");
        } finally {
            server.execute("SET GLOBAL max_allowed_packet = 16777216");
        }
    }

    @Test
    void whoHoldsATableOfTheSourceForTooLongEndsARunWithThree() throws Exception {
        server.execute("SET GLOBAL lock_wait_timeout = 1");
        try (Connection other = people.source.connect();
                var statement = other.createStatement()) {
            statement.execute("LOCK TABLES person WRITE");
            people.write(good);
            Ended ended = people.execute("run", people.file().toString());
            String process = "GRANT PROCESS ON *.* TO '" + people.reader + "'@'%'";
            server.execute(process);
            Ended checked = people.execute("check", people.file().toString());
            String holder = holder(statement);
            statement.execute("UNLOCK TABLES");
            assertThat(checked.code()).as(checked.said()).isNotZero();
            assertThat(checked.out().replaceAll("\\s+", " "))
                    .contains("Lock wait timeout exceeded", "locked by " + holder)
                    .doesNotContain("LOCK TABLES");
            assertThat(ended.code()).as(ended.said()).isEqualTo(3);
            assertThat(ended.said())
                    .contains(
                            "Lock wait timeout exceeded",
                            "to be told by whom, ask for: " + process,
                            "somebody locks or alters a table");
        } finally {
            server.execute("SET GLOBAL lock_wait_timeout = 86400");
        }
        assertThat(people.everything()).isEqualTo(before);
        assertThat(people.siblings()).isEmpty();
    }

    private static String holder(Statement session) throws SQLException {
        try (var row = session.executeQuery("SELECT connection_id()")) {
            row.next();
            return "connection " + row.getString(1) + " of root@";
        }
    }

    @Test
    void whoHoldsRowsOfTheLoadingTwinForTooLongEndsARunWithFour() throws Exception {
        String loaded = begin();
        server.execute("SET GLOBAL innodb_lock_wait_timeout = 1");
        server.execute("GRANT PROCESS ON *.* TO '" + people.loader + "'@'%'");
        try (Connection other = people.source.connect();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT * FROM `" + loaded + "`.understudy_ledger_run FOR UPDATE");
            Ended ended = people.execute("restart", "2");
            assertThat(ended.code()).as(ended.said()).isEqualTo(4);
            assertThat(ended.said())
                    .contains(
                            "twin or lake: ",
                            "Lock wait timeout exceeded",
                            "locked by " + holder(statement),
                            "(Sleep for ",
                            "innodb_lock_wait_timeout")
                    .doesNotContain("canary");
            other.rollback();
        } finally {
            server.execute("SET GLOBAL innodb_lock_wait_timeout = 50");
        }
        assertThat(people.everything()).isEqualTo(before);
        restarts();
    }

    @Test
    void aRunWhoseReadersSessionsAreKilledEndsWithThreeAndARestartGoesOn() throws Exception {
        String loaded = begin();
        try (Connection other = people.source.connect();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT * FROM `" + loaded + "`.understudy_ledger_run FOR UPDATE");
            CompletableFuture<Ended> run =
                    CompletableFuture.supplyAsync(() -> people.execute("restart", "2"));
            // It has its point in time then, and goes on to read once the row is free.
            String waiting =
                    "SELECT id FROM information_schema.processlist WHERE info LIKE '%%understudy_ledger_run%%' AND user = '%s'"
                            .formatted(people.loader);
            while (people.strings(waiting).isEmpty()) {
                assertThat(run).isNotDone();
            }
            for (String each :
                    people.strings(
                            "SELECT id FROM information_schema.processlist WHERE user = '%s'"
                                    .formatted(people.reader))) {
                statement.execute("KILL " + each);
            }
            other.rollback();
            gone(run.get(1, TimeUnit.MINUTES), 3, "source: ", CUT, ALL_ENDED);
        }
        restarts();
    }

    @Test
    void aSessionThatIsKilledWhileItReadsIsReplacedByAnotherOneOfTheSamePointInTime()
            throws Exception {
        people.source.execute(
                "INSERT INTO person SELECT 2000 + seq, concat('canary', seq), concat('d', seq), repeat('p', 1500) FROM seq_1_to_20000");
        // The server's own estimate may be of before, and so small that no order is asked for.
        people.source.execute("ANALYZE TABLE person");
        writeWithCuts("tuning: { workers: 2, batch-rows: 1000 }\n");
        try (Connection other = people.source.connect();
                var statement = other.createStatement()) {
            // Nothing can be written then, so what is read stops half-way.
            wayToTwin.holdAfter(5_000_000);
            CompletableFuture<Ended> run =
                    CompletableFuture.supplyAsync(
                            () -> people.execute("run", people.file().toString(), "--fresh"));
            String reading =
                    "SELECT id FROM information_schema.processlist WHERE state LIKE '%%net' AND info LIKE '%%person%%' AND user = '%s'"
                            .formatted(people.reader);
            List<String> readers = List.of();
            while (readers.isEmpty()) {
                assertThat(run).isNotDone();
                readers = people.strings(reading);
            }
            people.source.execute("INSERT INTO person VALUES (0, 'late', 'l', NULL)");
            statement.execute("KILL " + readers.getFirst());
            wayToTwin.release();
            Ended ended = run.get(1, TimeUnit.MINUTES);
            assertThat(ended.code()).as(ended.said()).isZero();
            assertThat(ended.out()).doesNotContain("points in time");
        }
        assertThat(people.strings("SELECT count(*) FROM " + people.twinName() + ".person"))
                .containsExactly("22000");
    }

    @Test
    void maskedValuesThatAreOneToACollationEndWithFour() throws Exception {
        // Different from each other before and after masking, but then no longer to a collation
        // that
        // takes accents for nothing.
        people.source.execute(
                """
                CREATE TABLE badge (code varchar(2) COLLATE utf8mb4_general_ci, UNIQUE KEY only_once (code));
                INSERT INTO badge SELECT concat(
                    if(seq % 2, substr('abcdefghijklmnopqrstuvwxyz', a, 1), substr('àbçdéfghìjklmñòpqrstùvwxÿz', a, 1)),
                    if(seq % 3, substr('abcdefghijklmnopqrstuvwxyz', b, 1), substr('àbçdéfghìjklmñòpqrstùvwxÿz', b, 1)))
                  FROM (SELECT seq, 1 + (seq - 1) DIV 26 AS a, 1 + (seq - 1) MOD 26 AS b FROM seq_1_to_676) AS pairs;
                """);
        before = people.everything();
        refused(
                4,
                good + "  badge.code: text-scramble\n",
                "twin or lake: ",
                "badge",
                "duplicate entry for key only_once",
                "masked values break it: change the rule");
    }

    @Test
    void aTwinsServerThatIsGoneMidCopyEndsARunWithFourAndARestartGoesOn() throws Exception {
        begin();
        wayToTwin.cutAfter(3_000_000);
        gone(people.execute("restart", "2"), 4, "twin or lake: ", CUT);
        wayToTwin.mend();
        restarts();
    }

    /// Begins run 2, which copies when its source's server goes, and comes back.
    ///
    /// @return the database that the run loads
    private String begin() throws Exception {
        people.source.execute(
                "INSERT INTO person SELECT 2000 + seq, concat('canary', seq), concat('d', seq), repeat('p', 500) FROM seq_1_to_20000");
        before = people.everything();
        writeWithCuts("tuning: { workers: 2, batch-rows: 1000, split-rows: 5000 }\n");
        wayToSource.cutAfter(3_000_000);
        // A worker may find its own session gone, or all of them when it wants another.
        gone(people.execute("run", people.file().toString()), 3, "source: ", CUT, ALL_ENDED);
        wayToSource.mend();
        assertThat(people.siblings()).hasSize(1);
        return people.siblings().getFirst();
    }

    /// The good config by ways to both servers that can be cut.
    private void writeWithCuts(String more) throws Exception {
        String port = ":" + server.port();
        String twin = people.twinUrl();
        people.write(
                replaced("source: {", port, ":" + wayToSource.port())
                                .replace(twin, twin.replace(port, ":" + wayToTwin.port()))
                        + more);
    }

    private void restarts() throws Exception {
        Ended restarted = people.execute("restart", "2");
        assertThat(restarted.code()).as(restarted.said()).isZero();
        assertThat(people.siblings()).isEmpty();
        assertThat(people.strings("SELECT count(*) FROM " + people.twinName() + ".person"))
                .containsExactly("22000");
    }

    private void gone(Ended ended, int code, String side, String... whys) throws Exception {
        assertThat(ended.code()).as(ended.said()).isEqualTo(code);
        assertThat(ended.said())
                .containsAnyOf(whys)
                .contains(side, "understudy restart 2")
                .doesNotContain("canary");
        assertThat(people.everything()).isEqualTo(before);
    }

    /// The good config with something else in the line that starts so.
    private String replaced(String start, String from, String to) {
        int line = good.indexOf(start);
        int end = good.indexOf('\n', line);
        return good.substring(0, line)
                + good.substring(line, end).replace(from, to)
                + good.substring(end);
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
