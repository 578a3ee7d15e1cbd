package dev.understudy.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.understudy.rows.Failure;
import dev.understudy.schema.NotCarried;
import dev.understudy.twin.StructureStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

class MySqlTwinTest {
    @RegisterExtension static final MariaDbServer SERVER = MariaDbServer.embedded();

    private static final AtomicInteger TWINS = new AtomicInteger();
    private static final String TABLES =
            """
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, p int, v int, KEY (p), CONSTRAINT belongs FOREIGN KEY (p) REFERENCES parent (id));
            CREATE TABLE understudy_ledger_x (id int);
            """;
    private static final List<StructureStatement> REST =
            List.of(
                    rest("view", "v", "CREATE OR REPLACE VIEW `v` AS SELECT v FROM child"),
                    rest(
                            "trigger",
                            "t",
                            "CREATE TRIGGER `t` BEFORE INSERT ON child FOR EACH ROW SET NEW.v = 7"),
                    rest(
                            "function",
                            "f",
                            "CREATE FUNCTION `f`() RETURNS int DETERMINISTIC RETURN 1"));

    private final String live = "twin_" + TWINS.incrementAndGet();

    private static StructureStatement rest(String kind, String object, String sql) {
        return new StructureStatement(
                kind,
                object,
                Optional.empty(),
                false,
                kind.equals("view")
                        ? List.of()
                        : List.of("DROP " + kind + " IF EXISTS `" + object + "`"),
                sql,
                Optional.empty());
    }

    private MySqlTwin twin(String run) {
        return new MySqlTwin(MariaDbServer.url(SERVER.port(), live), "root", "", run);
    }

    /// A sibling with tables, a parent of this number and a child of it.
    private MySqlTwin loaded(String run, int number) throws SQLException {
        MySqlTwin twin = twin(run);
        twin.create();
        database(twin.sibling())
                .execute(
                        TABLES
                                + "INSERT INTO parent VALUES (%1$d); INSERT INTO child VALUES (%1$d, %1$d, %1$d)"
                                        .formatted(number));
        return twin;
    }

    private static void stamp(MySqlTwin twin) throws SQLException {
        try (Connection session = database(twin.sibling()).connect()) {
            session.setAutoCommit(false);
            twin.stamp(session, "a receipt", Optional.empty(), REST);
            session.commit();
        }
    }

    private static MySqlTestDatabase database(String name) {
        return new MySqlTestDatabase(name, MariaDbServer.url(SERVER.port(), name), "root", "");
    }

    private static List<String> texts(String database, String sql) throws SQLException {
        try (Connection session = database(database).connect();
                var statement = session.createStatement();
                var rows = statement.executeQuery(sql)) {
            var texts = new ArrayList<String>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    @Test
    void theSecondRunTakesThePlaceOfTheFirst() throws Exception {
        for (int number = 1; number <= 2; number++) {
            MySqlTwin twin = loaded("%d_1f3a9c0d".formatted(number), number);
            twin.checkRights();
            twin.checkProgramRights();
            twin.checkReplaceable();
            assertFalse(twin.isStamped(twin.sibling()));
            assertThrows(Failure.class, twin::publish, "not complete");
            stamp(twin);
            assertTrue(twin.isStamped(twin.sibling()));
            assertFalse(twin.isStamped(twin.live()));
            twin.publish();
            assertTrue(twin.isStamped(twin.live()));
            assertFalse(twin.exists(twin.sibling()));
            twin.publish();
            twin.dropRetired();
            assertEquals(List.of("" + number), texts(live, "SELECT v FROM v"));
            assertEquals(
                    List.of("child", "parent", MySqlTwin.STAMP, "v"), texts(live, "SHOW TABLES"));
            database(live).execute("INSERT INTO child VALUES (10, %d, 0)".formatted(number));
            assertEquals(List.of("7"), texts(live, "SELECT v FROM child WHERE id = 10"));
            assertThrows(
                    SQLException.class,
                    () -> database(live).execute("INSERT INTO child VALUES (11, 99, 0)"));
            // What an older twin had and the new one has not is gone.
            database(live)
                    .execute(
                            "CREATE VIEW old AS SELECT 1; CREATE PROCEDURE old() SELECT 1; CREATE TABLE gone (a int)");
        }
        MySqlTwin third = loaded("3_1f3a9c0d", 3);
        stamp(third);
        third.publish();
        third.dropRetired();
        assertEquals(List.of("child", "parent", MySqlTwin.STAMP, "v"), texts(live, "SHOW TABLES"));
        assertEquals(
                List.of("f"),
                texts(
                        live,
                        "SELECT routine_name FROM information_schema.routines WHERE routine_schema = '"
                                + live
                                + "'"));
        assertEquals(
                List.of(live),
                texts(live, "SHOW DATABASES LIKE '" + live.replace("_", "\\_") + "%'"));
    }

    @Test
    void aSwapThatWasKilledAfterTheRenameIsFinished() throws Exception {
        MySqlTwin first = loaded("1_1f3a9c0d", 1);
        stamp(first);
        first.publish();
        MySqlTwin twin = loaded("2_1f3a9c0d", 2);
        stamp(twin);
        // Something makes the first statement after the swap fail.
        database(twin.sibling())
                .execute(
                        "UPDATE understudy_rest SET statement = concat('CREATE OR REPLACE VIEW v AS SELECT nothing FROM nowhere; -- ', statement) WHERE kind = 'view'");
        assertThrows(Failure.class, twin::publish);
        assertEquals(List.of("2"), texts(live, "SELECT id FROM parent"));
        assertEquals(List.of("2"), texts(live, "SELECT v FROM v"), "the old view sees new rows");
        assertFalse(twin.isStamped(twin.live()) && !twin.exists(twin.sibling()));
        assertTrue(twin.isStamped(twin.sibling()));
        database(twin.sibling())
                .execute(
                        "UPDATE understudy_rest SET statement = substring_index(statement, '-- ', -1)");
        twin.publish();
        assertTrue(twin.isStamped(twin.live()));
        assertFalse(twin.exists(twin.sibling()));
    }

    @Test
    void whatWouldFailAfterTheSwapFailsBeforeIt() throws Exception {
        MySqlTwin twin = loaded("1_1f3a9c0d", 1);
        var rest =
                List.of(
                        rest(
                                "view",
                                "v",
                                "CREATE OR REPLACE VIEW v AS SELECT nothing FROM parent"));
        Failure failure = assertThrows(Failure.class, () -> twin.rehearse(rest, Optional.empty()));
        assertTrue(failure.getMessage().contains("view v"), failure.getMessage());
        assertFalse(twin.isStamped(twin.sibling()));
        twin.dropSibling();
        assertFalse(twin.exists(twin.sibling()));
    }

    @Test
    void whatAnotherProductLacksTheWordsForIsLeftOut() throws Exception {
        MySqlTwin twin = loaded("1_1f3a9c0d", 1);
        MySqlTarget target;
        try (Connection session = database(twin.sibling()).connect()) {
            target = MySqlTarget.read(session);
        }
        var whole = rest("view", "whole", "CREATE OR REPLACE VIEW whole AS SELECT id FROM parent");
        var calls = rest("view", "calls", "CREATE OR REPLACE VIEW calls AS SELECT nobodys(1) AS n");
        var reads = rest("view", "reads", "CREATE OR REPLACE VIEW reads AS SELECT n FROM calls");
        var loops = rest("procedure", "loops", "CREATE PROCEDURE loops() FOR EVER DO; OD");
        Map<StructureStatement, NotCarried> refused =
                twin.rehearse(List.of(whole, calls, reads, loops), Optional.of(target));
        assertEquals(List.of(calls, reads, loops), List.copyOf(refused.keySet()));
        assertEquals(
                target.product()
                        + " refuses it: FUNCTION nobodys does not exist (error 1305, SQLSTATE 42000)",
                refused.get(calls).reason());
        assertEquals(
                List.of(), texts(twin.sibling(), "SHOW FULL TABLES WHERE table_type = 'VIEW'"));
        // What it would refuse in its own words, too, fails.
        var taken = rest("view", "child", "CREATE OR REPLACE VIEW child AS SELECT 1 AS n");
        Failure failure =
                assertThrows(
                        Failure.class, () -> twin.rehearse(List.of(taken), Optional.of(target)));
        assertTrue(failure.getMessage().contains("view child"), failure.getMessage());
    }

    @Test
    void readersSeeTheOldTwinOrTheNewOne() throws Exception {
        MySqlTwin first = loaded("1_1f3a9c0d", 1);
        stamp(first);
        first.publish();
        var published = new AtomicBoolean();
        try (var readers = Executors.newFixedThreadPool(2)) {
            Callable<Integer> read =
                    () -> {
                        int reads = 0;
                        try (Connection session = database(live).connect();
                                var statement = session.createStatement()) {
                            while (!published.get() || reads == 0) {
                                try (var row =
                                        statement.executeQuery(
                                                "SELECT p.id, c.id, v.v FROM parent p JOIN child c ON c.p = p.id JOIN v ON v.v = c.v")) {
                                    assertTrue(row.next(), "half a twin");
                                    assertEquals(row.getInt(1), row.getInt(2));
                                    assertFalse(row.next());
                                }
                                reads++;
                            }
                        }
                        return reads;
                    };
            var one = readers.submit(read);
            var two = readers.submit(read);
            for (int number = 2; number <= 5; number++) {
                MySqlTwin next = loaded(number + "_1f3a9c0d", number);
                stamp(next);
                next.publish();
                next.dropRetired();
            }
            published.set(true);
            assertTrue(one.get() > 0);
            assertTrue(two.get() > 0);
        }
    }

    /// That each of these rights is asked for, in the live schema alone.
    private void isMissed(String user, String rights, Executable check) throws SQLException {
        for (String right : rights.split(", ")) {
            String on = MySqlGrants.escaped(live);
            SERVER.execute("REVOKE %s ON `%s`.* FROM '%s'@'%%'".formatted(right, on, user));
            Failure failure = assertThrows(Failure.class, check, right);
            assertTrue(failure.getMessage().contains("ask for: GRANT"), failure.getMessage());
            SERVER.execute("GRANT %s ON `%s`.* TO '%s'@'%%'".formatted(right, on, user));
        }
    }

    @Test
    void aDatabaseThatNobodyOfUsMadeIsNotReplaced() throws Exception {
        SERVER.newDatabase(live);
        twin("1_1f3a9c0d").checkReplaceable();
        database(live).execute("CREATE TABLE precious (a int)");
        Failure failure = assertThrows(Failure.class, () -> twin("1_1f3a9c0d").checkReplaceable());
        assertEquals(Failure.Kind.TARGET, failure.kind());
        assertTrue(failure.getMessage().contains(live), failure.getMessage());
    }

    @Test
    void theRightsAreCheckedWithoutMakingAnythingInTheTwin() throws Exception {
        SERVER.newDatabase(live);
        var made = new ArrayList<String>();
        try (Connection session = database(live).connect();
                var statement = session.createStatement()) {
            String log;
            long before;
            try (var row = statement.executeQuery("SHOW MASTER STATUS")) {
                row.next();
                log = row.getString(1);
                before = row.getLong(2);
            }
            twin("1_1f3a9c0d").checkRights();
            twin("1_1f3a9c0d").checkProgramRights();
            try (var rows =
                    statement.executeQuery("SHOW BINLOG EVENTS IN '" + log + "' FROM " + before)) {
                while (rows.next()) {
                    made.add(rows.getString("Info"));
                }
            }
        }
        assertTrue(made.stream().anyMatch(each -> each.contains("__understudy_try_")), "" + made);
        assertTrue(made.stream().noneMatch(each -> each.contains("`" + live + "`")), "" + made);
    }

    @Test
    void theGrantsInTheMessageAreEnough() throws Exception {
        String user = "loader" + live;
        SERVER.execute("CREATE USER '" + user + "'@'%' IDENTIFIED BY 'secret'");
        var twin =
                new MySqlTwin(MariaDbServer.url(SERVER.port(), live), user, "secret", "1_1f3a9c0d");
        Failure failure = assertThrows(Failure.class, twin::checkRights);
        for (String grant : twin.grants("'" + user + "'@'%'")) {
            assertTrue(failure.getMessage().contains(grant), failure.getMessage());
            SERVER.execute(grant);
        }
        twin.checkRights();
        failure = assertThrows(Failure.class, twin::checkProgramRights);
        assertTrue(
                failure.getMessage().contains("SET GLOBAL log_bin_trust_function_creators = 1"),
                failure.getMessage());
        SERVER.execute("SET GLOBAL log_bin_trust_function_creators = 1");
        try {
            twin.checkProgramRights();
            isMissed(
                    user,
                    "SELECT, INSERT, DELETE, CREATE, DROP, ALTER, CREATE VIEW",
                    twin::checkRights);
            isMissed(
                    user,
                    "TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EVENT",
                    twin::checkProgramRights);
            twin.create();
            try (Connection session =
                    DriverManager.getConnection(
                            MariaDbServer.url(SERVER.port(), twin.sibling()), user, "secret")) {
                try (var statement = session.createStatement()) {
                    for (String sql : TABLES.strip().split(";\n?")) {
                        statement.execute(sql);
                    }
                }
                twin.stamp(session, "a receipt", Optional.empty(), REST);
            }
            twin.publish();
            twin.dropRetired();
            assertTrue(twin.isStamped(live));
        } finally {
            SERVER.execute("SET GLOBAL log_bin_trust_function_creators = 0");
        }
    }

    @Test
    void aLongNameLeavesRoomForTheRun() {
        String longest = "a".repeat(64);
        var twin =
                new MySqlTwin(
                        "jdbc:mariadb://h:1/" + longest + "?a=b", "u", "", "12345678_1f3a9c0d");
        assertEquals(longest, twin.live());
        assertTrue(twin.sibling().length() <= 60, twin.sibling());
        assertEquals("jdbc:mariadb://h:1/" + twin.sibling() + "?a=b", twin.siblingUrl());
        assertTrue(
                assertThrows(Failure.class, () -> new MySqlTwin("jdbc:mysql://h", "u", "", "1"))
                        .getMessage()
                        .contains("jdbc:mysql://host:port/database"));
    }
}
