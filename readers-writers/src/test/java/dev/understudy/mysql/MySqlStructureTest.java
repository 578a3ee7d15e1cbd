package dev.understudy.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.understudy.postgres.SharedData;
import dev.understudy.rows.Failure;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.StructureStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlStructureTest {
    @RegisterExtension static final MariaDbServer SERVER = MariaDbServer.embedded();

    private static final String ODD =
            """
            CREATE TABLE `a ``quoted`` (name), with 'all'` (
                `id` bigint unsigned NOT NULL AUTO_INCREMENT, `it's, (odd` varchar(20) COLLATE latin1_bin DEFAULT 'a'',(`b' COMMENT 'it''s a "comment", with `all`\\n (',
                both_of varchar(50) GENERATED ALWAYS AS (concat(`it's, (odd`, '),(')) VIRTUAL, kept int AS (length(`it's, (odd`)) STORED,
                d datetime DEFAULT '0000-00-00 00:00:00', ts timestamp NOT NULL, j json, e enum('a,b','c'')') NOT NULL, hidden int INVISIBLE DEFAULT 3,
                s point NOT NULL, txt text, PRIMARY KEY (id), UNIQUE KEY `odd(key` (`it's, (odd`(5), e), KEY k (d), FULLTEXT KEY f1 (txt), FULLTEXT KEY f2 (`it's, (odd`), SPATIAL KEY (s),
                CONSTRAINT `positive` CHECK (kept >= 0), CHECK (`it's, (odd` <> ')')) ENGINE=InnoDB AUTO_INCREMENT=4711 COMMENT='a table''s "comment"';
            CREATE TABLE counted (a int NOT NULL, n int NOT NULL AUTO_INCREMENT, b int, KEY k (b), KEY (n)) ENGINE=InnoDB;
            CREATE TABLE only_unique (a int NOT NULL, b int, UNIQUE KEY u2 (b), UNIQUE KEY u1 (a));
            CREATE TABLE parted (id int NOT NULL, at date NOT NULL, v int, PRIMARY KEY (id, at), KEY (v)) PARTITION BY RANGE (year(at))
                (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN MAXVALUE);
            CREATE TABLE flat (id int PRIMARY KEY, v varchar(10), KEY (v)) ENGINE=MyISAM;
            CREATE TABLE aria (id int PRIMARY KEY, v varchar(10), FULLTEXT KEY (v)) ENGINE=Aria;
            CREATE TABLE flat_parted (id int PRIMARY KEY) ENGINE=MyISAM PARTITION BY HASH (id) PARTITIONS 2;
            CREATE TABLE tree (id int PRIMARY KEY, up int, CONSTRAINT climbs FOREIGN KEY (up) REFERENCES tree (id) ON DELETE CASCADE);
            CREATE TABLE leaf (a int, b int, up int, PRIMARY KEY (a, b), FOREIGN KEY (up) REFERENCES tree (id) ON UPDATE SET NULL, UNIQUE KEY (b, a));
            CREATE TABLE leaf2 (a int, b int, FOREIGN KEY (b, a) REFERENCES leaf (b, a));
            CREATE SEQUENCE numbers START WITH 100 INCREMENT BY 10 CACHE 5;
            CREATE TABLE per_group (area char(2) NOT NULL, n int NOT NULL AUTO_INCREMENT COMMENT ' AUTO_INCREMENT', PRIMARY KEY (area, n)) ENGINE=MyISAM;
            CREATE TABLE drawn (id bigint NOT NULL DEFAULT nextval(numbers) COMMENT 'its DEFAULT nextval', twice int DEFAULT (2 * (nextval(numbers) + 1)), PRIMARY KEY (id));
            CREATE VIEW a_first AS SELECT id FROM z_last WHERE twice(id) > 0;
            CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN 2 * n;
            CREATE VIEW z_last AS SELECT id, up `AS x` FROM tree WITH CHECK OPTION;
            CREATE OR REPLACE VIEW a_first AS SELECT z.id, twice(z.id) AS d, '`nobody`' AS t FROM z_last z JOIN tree ON tree.id = z.id;
            SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT';
            CREATE PROCEDURE "in ansi"(IN a int, OUT b varchar(20)) COMMENT 'it''s' SQL SECURITY INVOKER BEGIN SELECT 'x' || a INTO b; /* it's -- */ END;
            SET SESSION sql_mode = '';
            CREATE TRIGGER first_one BEFORE INSERT ON tree FOR EACH ROW SET NEW.up = NULL;
            CREATE TRIGGER second_one BEFORE INSERT ON tree FOR EACH ROW BEGIN IF NEW.id < 0 THEN SET NEW.id = 'ö'; END IF; END;
            CREATE EVENT `ON COMPLETION PRESERVE ENABLE` ON SCHEDULE EVERY '1:2' DAY_HOUR STARTS '2020-01-01 00:00:00' ON COMPLETION PRESERVE ENABLE COMMENT 'ON COMPLETION PRESERVE ENABLE' DO DELETE FROM tree;
            SELECT nextval(numbers)
            """;

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void theOddestSchemaIsMadeAgain(long large) throws Exception {
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute("ALTER DATABASE COLLATE utf8mb4_swedish_ci");
        for (String statement : ODD.split(";\\n(?!END)")) {
            try {
                source.execute(
                        statement.contains("PROCEDURE")
                                ? "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'; "
                                        + statement
                                : statement);
            } catch (SQLException e) {
                // The first a_first needs what does not exist yet.
                assertTrue(statement.contains("a_first"), e.getMessage());
            }
        }
        assertEquals(List.of(), assertMadeAgain(source, large));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql_sakila",
                "mysql_employees",
                "mysql_torture_debezium",
                "mysql_dolibarr_v8"
            })
    void aRealSchemaIsMadeAgain(String name) throws Exception {
        MySqlTestDatabase source = SERVER.newDatabase();
        SERVER.load(SharedData.dump(name), source);
        boolean many = name.contains("dolibarr");
        List<NotCarried> missing =
                assertMadeAgain(source, many ? MySqlStructureReader.LARGE_BYTES : 0);
        // Some of its keys reference tables of modules that are not installed.
        assertTrue(many || missing.isEmpty(), missing.toString());
        missing.forEach(
                each -> assertTrue(each.reason().contains("does not exist"), each.toString()));
    }

    private static List<NotCarried> assertMadeAgain(MySqlTestDatabase source, long large)
            throws SQLException {
        String live = source.name() + "_twin";
        var twin = new MySqlTwin(MariaDbServer.url(SERVER.port(), live), "root", "", "1_1f3a9c0d");
        Blueprint structure = read(source, table -> true, target(source), large);
        try (Connection session = source.connect()) {
            assertEquals(List.of(), twin.create(session));
        }
        try (var sessions = MySqlSessions.loading(twin.siblingUrl(), "root", "", 2);
                Connection session = sessions.session()) {
            MySqlStructure.prepare(session);
            // Each statement may be repeated.
            for (int i = 0; i < 2; i++) {
                for (StructureStatement each : structure.beforeRows()) {
                    MySqlStructure.apply(session, each);
                }
            }
            for (int i = 0; i < 2; i++) {
                for (TableName table : structure.tables()) {
                    for (StructureStatement each : structure.afterRows(table)) {
                        MySqlStructure.apply(session, each);
                    }
                }
                for (StructureStatement each : structure.afterAllRows()) {
                    MySqlStructure.apply(session, each);
                }
            }
            assertEquals(Map.of(), twin.rehearse(structure.afterPublishing(), Optional.empty()));
            twin.stamp(session, "a receipt", Optional.empty(), structure.afterPublishing());
        }
        twin.publish();
        Map<String, String> expected = MySqlDump.of(source);
        Map<String, String> actual =
                MySqlDump.of(
                        new MySqlTestDatabase(
                                live, MariaDbServer.url(SERVER.port(), live), "root", ""));
        for (NotCarried each : structure.notCarried()) {
            String[] key = each.object().split("\\.");
            expected.computeIfPresent(
                    "TABLE " + key[0],
                    (table, text) ->
                            text.replaceAll(
                                    ",\n  CONSTRAINT `" + key[key.length - 1] + "` .*?(?=,?\\n)",
                                    ""));
        }
        expected.forEach((object, text) -> assertEquals(text, actual.get(object), object));
        assertEquals(expected.keySet(), actual.keySet());
        return structure.notCarried();
    }

    private static MySqlTarget target(MySqlTestDatabase database) throws SQLException {
        try (Connection session = database.connect()) {
            return MySqlTarget.read(session);
        }
    }

    private static Blueprint read(
            MySqlTestDatabase source, Predicate<TableName> wanted, MySqlTarget target, long large)
            throws SQLException {
        try (var sessions =
                        MySqlSessions.readOnly(source.url(), source.user(), source.password(), 1);
                Connection session = sessions.session()) {
            return MySqlStructure.read(session, wanted, target, large);
        }
    }

    @Test
    void whatNeedsATableThatIsLeftOutIsNotCarried() throws Exception {
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute(
                """
                CREATE TABLE kept (id int PRIMARY KEY, o int, CONSTRAINT needs FOREIGN KEY (o) REFERENCES out_ (id));
                """
                                .replace("out_ (id)", "kept (id)")
                        + """
                        CREATE TABLE left_out (id int PRIMARY KEY);
                        ALTER TABLE kept ADD CONSTRAINT needs2 FOREIGN KEY (o) REFERENCES left_out (id);
                        CREATE VIEW v1 AS SELECT id FROM left_out;
                        CREATE VIEW v2 AS SELECT v1.id FROM v1 JOIN kept USING (id);
                        CREATE TRIGGER t BEFORE INSERT ON left_out FOR EACH ROW SET NEW.id = 1;
                        CREATE PROCEDURE elsewhere() DELETE FROM %s.kept;
                        CREATE EVENT past ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DO DELETE FROM kept
                        """
                                .formatted(source.name()));
        Blueprint structure =
                read(source, table -> !table.name().equals("left_out"), target(source), 0);
        assertEquals(Set.of(new TableName(source.name(), "kept")), structure.tables());
        assertEquals(
                List.of("event"),
                structure.afterPublishing().stream().map(StructureStatement::kind).toList());
        List<String> missing =
                structure.notCarried().stream()
                        .map(each -> each.kind() + " " + each.object())
                        .toList();
        assertEquals(
                List.of("foreign key kept.needs2", "procedure elsewhere", "view v1", "view v2"),
                missing);
        assertTrue(MySqlStructure.hasPrograms(structure));
    }

    @Test
    void viewsThatTheSourceItselfCannotReadAreNotCarried() throws Exception {
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute(
                """
                CREATE TABLE kept (id int PRIMARY KEY, gone int);
                CREATE TABLE lost (id int PRIMARY KEY);
                CREATE FUNCTION lost_too() RETURNS int DETERMINISTIC RETURN 1;
                CREATE VIEW of_column AS SELECT id, '\\\\n' AS n FROM kept WHERE gone > 0 WITH CHECK OPTION;
                CREATE VIEW of_function AS SELECT lost_too() AS n;
                CREATE VIEW of_table AS SELECT id FROM lost;
                CREATE VIEW of_view AS SELECT id FROM of_table;
                CREATE VIEW whole AS SELECT id, '\\\\n' AS n FROM kept;
                ALTER TABLE kept DROP COLUMN gone;
                DROP TABLE lost;
                DROP FUNCTION lost_too
                """);
        // MariaDB alone has sequences.
        source.execute(
                SERVER.isMariaDb()
                        ? "CREATE SEQUENCE s; CREATE VIEW drawing AS SELECT NEXTVAL(s) AS n"
                        : "CREATE TABLE s (n int); CREATE VIEW drawing AS SELECT n FROM s; DROP TABLE s");
        Blueprint structure = read(source, table -> true, target(source), 0);
        assertEquals(
                List.of("whole"),
                structure.afterPublishing().stream().map(StructureStatement::object).toList());
        assertEquals(
                Set.of("of_column", "of_function", "of_table", "of_view", "drawing"),
                structure.notCarried().stream()
                        .map(NotCarried::object)
                        .collect(Collectors.toSet()));
        assertTrue(
                structure.notCarried().stream()
                        .anyMatch(each -> each.reason().contains("lost' doesn't exist")),
                structure.notCarried().toString());
    }

    @Test
    void whatReadsOtherDatabasesIsNotCarried() throws Exception {
        MySqlTestDatabase other = SERVER.newDatabase();
        other.execute(
                "CREATE TABLE secret (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1");
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute(
                """
                CREATE TABLE t (id int PRIMARY KEY, at date);
                CREATE FUNCTION own() RETURNS int READS SQL DATA RETURN (SELECT max(id) FROM %2$s.t);
                CREATE FUNCTION others() RETURNS int READS SQL DATA RETURN (SELECT max(s.id) FROM t JOIN `%1$s`.secret s);
                CREATE FUNCTION calls() RETURNS int READS SQL DATA RETURN (SELECT %1$s.f());
                CREATE FUNCTION commented() RETURNS int READS SQL DATA RETURN (SELECT max(id) /* in %1$s */ FROM %1$s.secret WHERE '%1$s' <> '');
                CREATE FUNCTION year_of() RETURNS int READS SQL DATA RETURN (SELECT max(extract(YEAR FROM o.at)) FROM t AS o);
                CREATE TRIGGER fills AFTER INSERT ON t FOR EACH ROW INSERT INTO t (id) VALUES (7) ON DUPLICATE KEY UPDATE t.id = t.id + 1;
                CREATE TRIGGER writes AFTER DELETE ON t FOR EACH ROW INSERT INTO %1$s.secret VALUES (old.id);
                CREATE VIEW all_of_it AS SELECT * FROM %1$s.secret;
                CREATE VIEW a_function AS SELECT %1$s.f() AS n;
                CREATE VIEW by_own AS SELECT own() AS n;
                CREATE VIEW in_part AS SELECT id, (SELECT max(id) FROM %1$s.secret) AS n FROM t;
                CREATE VIEW by_json AS SELECT j.n FROM t, JSON_TABLE(concat('[', t.id, ']'), '$[*]' COLUMNS (n int PATH '$')) AS j;
                CREATE VIEW joined AS SELECT a.id FROM t a JOIN t %1$s ON %1$s.id = a.id WHERE a.id <> '`x`.`y`.`z`';
                CREATE VIEW of_server AS SELECT table_name FROM information_schema.tables
                """
                        .formatted(other.name(), source.name()));
        Blueprint structure = read(source, table -> true, target(source), 0);
        assertEquals(
                Set.of("by_json", "joined", "of_server", "fills", "year_of"),
                structure.afterPublishing().stream()
                        .map(StructureStatement::object)
                        .collect(Collectors.toSet()));
        assertEquals(
                Set.of(
                        "own",
                        "others",
                        "calls",
                        "commented",
                        "writes",
                        "all_of_it",
                        "a_function",
                        "by_own",
                        "in_part"),
                structure.notCarried().stream()
                        .map(NotCarried::object)
                        .collect(Collectors.toSet()));
    }

    @Test
    void aViewWhoseMakerIsGoneReadsTheTwin() throws Exception {
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute(
                "CREATE TABLE t (id int PRIMARY KEY); CREATE DEFINER = gone@nowhere VIEW v AS SELECT t.id, a.id AS a, '`%s`.`t`.`id`' AS n FROM t JOIN t a"
                        .formatted(source.name()));
        String sql =
                read(source, table -> true, target(source), 0).afterPublishing().getFirst().sql();
        assertTrue(
                sql.endsWith(
                        "select `t`.`id` AS `id`,`a`.`id` AS `a`,'`%s`.`t`.`id`' AS `n` from (`t` join `t` `a`)"
                                .formatted(source.name())),
                sql);
    }

    @Test
    void defaultsOfTextsAreExpressionsToMySql() throws Exception {
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute(
                "CREATE TABLE t (a text NOT NULL DEFAULT 'it''s \\\\', b longblob, c varchar(9) DEFAULT 'c', `a text` tinytext INVISIBLE DEFAULT '' COMMENT 'x')");
        MySqlTarget here = target(source);
        var mySql = other(false, "MySQL 8.4.0", here);
        String create = read(source, table -> true, mySql, 0).beforeRows().getFirst().sql();
        assertTrue(create.contains("`a` text NOT NULL DEFAULT ('it\\'s \\\\'),"), create);
        assertTrue(create.contains("`b` longblob DEFAULT NULL,"), create);
        assertTrue(create.contains("`c` varchar(9) DEFAULT 'c',"), create);
        assertTrue(create.contains("`a text` tinytext INVISIBLE DEFAULT ('') COMMENT 'x'"), create);
        assertTrue(
                read(source, table -> true, here, 0)
                        .beforeRows()
                        .getFirst()
                        .sql()
                        .contains("INVISIBLE DEFAULT '' COMMENT"));
    }

    @Test
    void programsComeToMySqlWithoutTheModesOfMariaDb() throws Exception {
        assumeTrue(SERVER.isMariaDb());
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute(
                """
                SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER';
                CREATE PROCEDURE strict() SELECT 1;
                SET SESSION sql_mode = 'ORACLE';
                CREATE PROCEDURE oracle AS BEGIN NULL; END
                """);
        var mySql = other(false, "MySQL 8.4.0", target(source));
        Blueprint structure = read(source, table -> true, mySql, 0);
        StructureStatement strict = structure.afterPublishing().getFirst();
        assertEquals("strict", strict.object());
        assertTrue(
                strict.settings().contains("SET SESSION sql_mode = 'STRICT_TRANS_TABLES'"),
                strict.settings().toString());
        assertEquals(
                List.of("MySQL 8.4.0 has no sql_mode ORACLE"),
                structure.notCarried().stream().map(NotCarried::reason).toList());
    }

    /// As each product shows them, whichever of them the tests run on.
    @Test
    void tablesArePutIntoTheWordsOfTheOtherProduct() throws Exception {
        MySqlTarget here = target(SERVER.newDatabase());
        var notCarried = new ArrayList<NotCarried>();
        assertEquals(
                """
                CREATE TABLE `t` (
                  `id` int NOT NULL INVISIBLE,
                  `c` geometrycollection DEFAULT NULL COMMENT '/*!80023 INVISIBLE */ STORED NOT NULL',
                  `g` int GENERATED ALWAYS AS ((`id` + 1)) STORED /*!80003 SRID 0 */,
                  `b` binary(16) NOT NULL COMMENT ' DEFAULT (is_uuid())',
                  CONSTRAINT `held` CHECK ((`id` > 0)),
                  CONSTRAINT `like` CHECK ((lower(`c`) REGEXP _utf8mb4'^[(,]$') or (`c` REGEXP _utf8mb4'regexp_like(')),
                  KEY `hidden` (`c`) IGNORED
                ) ENGINE=InnoDB COMMENT='NOT ENFORCED'\
                """,
                translated(
                        """
                        CREATE TABLE `t` (
                          `id` int NOT NULL /*!80023 INVISIBLE */,
                          `c` geomcollection DEFAULT NULL COMMENT '/*!80023 INVISIBLE */ STORED NOT NULL',
                          `g` int GENERATED ALWAYS AS ((`id` + 1)) STORED NOT NULL /*!80003 SRID 0 */,
                          `b` binary(16) NOT NULL DEFAULT (uuid_to_bin(uuid())) COMMENT ' DEFAULT (is_uuid())',
                          UNIQUE KEY `by lower` ((lower(`c`)),`id`),
                          KEY `hidden` (`c`) /*!80000 INVISIBLE */,
                          CONSTRAINT `held` CHECK ((`id` > 0)),
                          CONSTRAINT `like` CHECK (regexp_like(lower(`c`),_utf8mb4'^[(,]$') or regexp_like(`c`,_utf8mb4'regexp_like(')),
                          CONSTRAINT `exact` CHECK (regexp_like(`c`,_utf8mb4'a',_utf8mb4'c')),
                          CONSTRAINT `known` CHECK (is_uuid(`c`)),
                          CONSTRAINT `may be` CHECK ((`id` < 9)) /*!80016 NOT ENFORCED */
                        ) ENGINE=InnoDB COMPRESSION='zlib' COMMENT='NOT ENFORCED'\
                        """,
                        other(true, "MariaDB 11.4.5", here),
                        notCarried));
        assertEquals(
                """
                CREATE TABLE `t` (
                  `u` char(36) DEFAULT (uuid()),
                  `w` varchar(9) DEFAULT (concat('),(',lower('X'))) COMMENT ' DEFAULT uuid()',
                  `at` timestamp NULL DEFAULT current_timestamp(),
                  `on` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
                  `n` int DEFAULT (`id` + 1),
                  `o` varchar(9),
                  KEY `k` (`u`) INVISIBLE
                ) ENGINE=InnoDB COMMENT=' WITH SYSTEM VERSIONING'\
                """,
                translated(
                        """
                        CREATE TABLE `t` (
                          `u` char(36) DEFAULT uuid(),
                          `w` varchar(9) DEFAULT concat('),(',lower('X')) COMMENT ' DEFAULT uuid()',
                          `at` timestamp NULL DEFAULT current_timestamp(),
                          `on` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
                          `n` int DEFAULT (`id` + 1),
                          `o` varchar(9) DEFAULT nvl(`u`,'x') CHECK (natural_sort_key(`o`) > ''),
                          KEY `k` (`u`) IGNORED
                        ) ENGINE=InnoDB `PAGE_COMPRESSED`=1 PAGE_CHECKSUM=1 COMMENT=' WITH SYSTEM VERSIONING' WITH SYSTEM VERSIONING\
                        """,
                        other(false, "MySQL 8.4.0", here),
                        notCarried));
        assertEquals(
                List.of(
                        "check t.may be: MariaDB 11.4.5 enforces every check",
                        "index t.by lower: MariaDB 11.4.5 has no indexes over expressions",
                        "storage of table t: MariaDB 11.4.5 stores rows in its own way",
                        "default of column t.b: MariaDB 11.4.5 has no function uuid_to_bin",
                        "check t.exact: MariaDB 11.4.5 has no function regexp_like",
                        "check t.known: MariaDB 11.4.5 has no function is_uuid",
                        "versioning of table t: MySQL 8.4.0 keeps no history of rows",
                        "storage of table t: MySQL 8.4.0 stores rows in its own way",
                        "check t.o: MySQL 8.4.0 has no function natural_sort_key",
                        "default of column t.o: MySQL 8.4.0 has no function nvl"),
                notCarried.stream()
                        .map(each -> each.kind() + " " + each.object() + ": " + each.reason())
                        .toList());
    }

    @Test
    void aColumnThatTheServerCannotComputeIsRefused() throws Exception {
        var notCarried = new ArrayList<NotCarried>();
        MySqlTarget mariaDb = other(true, "MariaDB 11.4.5", target(SERVER.newDatabase()));
        Failure failure =
                assertThrows(
                        Failure.class,
                        () ->
                                translated(
                                        "CREATE TABLE `t` (\n  `g` char(36) GENERATED ALWAYS AS (lower(bin_to_uuid(`b`))) VIRTUAL\n) ENGINE=InnoDB",
                                        mariaDb,
                                        notCarried));
        assertEquals(Failure.Kind.CONFIG, failure.kind());
        assertTrue(
                failure.getMessage()
                        .contains("no function bin_to_uuid, which the column t.g is computed by"),
                failure.getMessage());
    }

    @Test
    void aKeyOverAComputedColumnIsRefusedByMariaDb() throws Exception {
        String create =
                "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  `g` int GENERATED ALWAYS AS (`id` + 1) STORED NOT NULL,\n  PRIMARY KEY (`%s`),\n  KEY `k` (`g`)\n) ENGINE=InnoDB";
        MySqlTarget here = target(SERVER.newDatabase());
        MySqlTarget mariaDb = other(true, "MariaDB 11.4.5", here);
        var notCarried = new ArrayList<NotCarried>();
        Failure failure =
                assertThrows(
                        Failure.class,
                        () -> translated(create.formatted("g"), mariaDb, notCarried));
        assertEquals(Failure.Kind.CONFIG, failure.kind());
        assertTrue(
                failure.getMessage().contains("no primary key over a generated column"),
                failure.getMessage());
        translated(create.formatted("id"), mariaDb, notCarried);
        translated(create.formatted("g"), other(false, "MySQL 8.4.0", here), notCarried);
    }

    @Test
    void theServerIsAskedForFunctions() throws Exception {
        MySqlTestDatabase database = SERVER.newDatabase();
        try (Connection session = database.connect()) {
            Predicate<String> functions = MySqlTarget.read(session).functions();
            for (String each : List.of("uuid", "concat", "cast", "current_timestamp", "decimal")) {
                assertTrue(functions.test(each), each);
            }
            assertFalse(functions.test("nobodys"));
            session.setCatalog("information_schema");
            assertFalse(functions.test("neither"));
        }
    }

    private static MySqlTarget other(boolean mariaDb, String product, MySqlTarget here) {
        Set<String> others =
                mariaDb
                        ? Set.of("uuid_to_bin", "bin_to_uuid", "is_uuid", "regexp_like")
                        : Set.of("nvl", "natural_sort_key");
        return new MySqlTarget(
                mariaDb,
                product,
                here.collations(),
                Set.of("innodb"),
                true,
                false,
                name -> !others.contains(name));
    }

    private static String translated(
            String create, MySqlTarget target, List<NotCarried> notCarried) {
        TableDefinition table =
                new OtherProduct(target, notCarried).translate(TableDefinition.parse(create));
        return table.create(table.indexes());
    }

    @Test
    void aServerThatDoesNotKnowACollationOrATypeIsRefused() throws Exception {
        MySqlTestDatabase source = SERVER.newDatabase();
        source.execute(
                "CREATE TABLE t (id uuid, v varchar(10) COLLATE utf8mb4_nopad_bin, w varchar(10) COLLATE utf8mb4_uca1400_ai_ci)");
        var mySql =
                new MySqlTarget(
                        false,
                        "MySQL 8.4.0",
                        Set.of("utf8mb4_0900_bin", "utf8mb4_0900_ai_ci"),
                        Set.of("innodb"),
                        true,
                        false,
                        _ -> true);
        Failure failure = assertThrows(Failure.class, () -> read(source, table -> true, mySql, 0));
        assertEquals(Failure.Kind.CONFIG, failure.kind());
        assertTrue(
                failure.getMessage()
                        .contains("t.id: type uuid; t.w: collation utf8mb4_uca1400_ai_ci"),
                failure.getMessage());
        source.execute(
                "ALTER TABLE t DROP COLUMN id, DROP COLUMN w, COMMENT 'utf8mb4_nopad_bin'; CREATE TABLE T (a int)");
        failure = assertThrows(Failure.class, () -> read(source, table -> true, mySql, 0));
        assertTrue(failure.getMessage().contains("lower_case_table_names"), failure.getMessage());
        String create =
                read(source, table -> table.name().equals("t"), mySql, 0)
                        .beforeRows()
                        .getFirst()
                        .sql();
        assertTrue(create.contains("COLLATE utf8mb4_0900_bin"), create);
        assertTrue(create.contains("COMMENT='utf8mb4_nopad_bin'"), create);
        assertFalse(create.contains("COLLATE utf8mb4_nopad_bin"), create);
    }
}
