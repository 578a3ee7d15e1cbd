package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.mysql.MySqlTestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Jobs that copy some of the rows of a MySQL or MariaDB source only.
class MySqlRowsTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    /// Ages are in days, in UTC.
    private static final String SHOP =
            """
            CREATE TABLE customer (id int unsigned PRIMARY KEY, referrer int unsigned, name varchar(40), FOREIGN KEY (referrer) REFERENCES customer (id));
            CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int unsigned NOT NULL, status varchar(9), placed timestamp NULL, changed datetime(3), due date,
              FOREIGN KEY (customer_id) REFERENCES customer (id));
            CREATE TABLE item (line int PRIMARY KEY, order_id bigint, gift_of bigint, FOREIGN KEY (order_id) REFERENCES orders (id));
            INSERT INTO customer SELECT seq, if(seq > 1, seq DIV 2, NULL), concat('Realname', seq) FROM seq_1_to_100;
            INSERT INTO orders SELECT seq, 1 + seq % 100, if(seq % 5 = 0, 'draft', 'paid'), if(seq % 50 > 0, utc_date() - INTERVAL seq DAY + INTERVAL 12 HOUR, NULL),
              if(seq % 7 = 0, utc_date() - INTERVAL (seq DIV 10) DAY, NULL), if(seq % 2 = 0, '0000-00-00', utc_date() - INTERVAL seq DAY) FROM seq_1_to_900;
            INSERT INTO item SELECT seq, if(seq % 9 > 0, seq, NULL), if(seq % 3 = 0, 901 - seq, NULL) FROM seq_1_to_900
            """;

    private static final String COLUMNS =
            """
            columns:
              "*.*": keep
              customer.name: redact
            tuning: { workers: 2, batch-rows: 100, split-rows: 1000 }
            """;

    private static final String WINDOW =
            """
            rows:
              orders:
                since: { column: [placed, changed], within: P90D }
                keep: [month-ends]
                where: "`status` <> 'draft' # no drafts"
            """;

    private static final String RECENT =
            "(placed >= utc_date() - INTERVAL 90 DAY OR changed >= utc_date() - INTERVAL 90 DAY OR placed IS NULL AND changed IS NULL"
                    + " OR date(placed) = last_day(placed) OR date(changed) = last_day(changed)) AND status <> 'draft'";

    @TempDir Path folder;

    private MySqlTestDatabase shop() throws Exception {
        MySqlTestDatabase source = server.newDatabase();
        String numbers =
                "(SELECT a.n + 10 * b.n + 100 * c.n + 1 AS seq FROM %1$s a, %1$s b, %1$s c)";
        String digits =
                "(SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
        String seq = numbers.formatted(digits);
        source.execute(
                "SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES';"
                        + SHOP.replace("FROM seq_1_to_100", "FROM " + seq + " s WHERE seq <= 100")
                                .replace(
                                        "FROM seq_1_to_900",
                                        "FROM " + seq + " s WHERE seq <= 900"));
        return source;
    }

    @Test
    void windowsGuardsAndConditionsChooseRowsAndZeroDatesAreNone() throws Exception {
        MySqlTestDatabase source = shop();

        RunReport report = run(source, WINDOW + "tables: { exclude: [item] }\n");

        List<String> expected =
                strings(source, "SELECT id FROM orders WHERE " + RECENT + " ORDER BY id");
        assertThat(expected).hasSizeBetween(150, 500);
        assertThat(strings(twin(source), "SELECT id FROM orders ORDER BY id")).isEqualTo(expected);
        RunReport.TableReport table = table(report, source.name() + ".orders");
        assertThat(table.twinRows()).contains((long) expected.size());
        assertThat(table.lakeRows()).contains((long) expected.size());
        assertThat(table.agrees()).contains(true);

        run(
                source,
                "rows: { orders: { since: { column: due, within: P90D } } }\ntables: { exclude: [item] }\n");
        assertThat(strings(twin(source), "SELECT id FROM orders ORDER BY id"))
                .isEqualTo(
                        strings(
                                source,
                                "SELECT id FROM orders WHERE due >= utc_date() - INTERVAL 90 DAY OR due = '0000-00-00' ORDER BY id"));
    }

    @Test
    void foreignKeysToRowsLeftOutBecomeNullWhateverTheirType() throws Exception {
        MySqlTestDatabase source = shop();
        source.execute(
                """
                CREATE TABLE kind (a int unsigned, b varchar(9) CHARACTER SET latin1, c binary(4), d decimal(8,2), e enum('x', 'y', 'z'), f date, g bigint unsigned, h bit(9), w int,
                  PRIMARY KEY (a), UNIQUE (b), UNIQUE (c), UNIQUE (d), UNIQUE (e), UNIQUE (f), UNIQUE (g), UNIQUE (h));
                CREATE TABLE other (id int PRIMARY KEY, a int unsigned, b varchar(9) CHARACTER SET latin1, c binary(4), d decimal(8,2), e enum('x', 'y', 'z'), f date, g bigint unsigned, h bit(9));
                INSERT INTO kind VALUES (4000000000, 'ä1', 'ab', 1.50, 'x', '2020-01-01', 18446744073709551615, b'100000001', 1),
                  (2, 'ö2', 'cd', 2.50, 'y', '2020-01-02', 2, b'10', 0);
                INSERT INTO other SELECT a DIV 4 + w, a, b, c, d, e, f, g, h FROM kind
                """);
        var references = new StringBuilder("references:\n");
        for (String each : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            references.append(
                    "  - %1$s.other.%2$s -> %1$s.kind.%2$s\n".formatted(source.name(), each));
        }

        RunReport report =
                run(source, WINDOW + "  kind: { where: w = 1 }\norphans: nullify\n" + references);

        String kept = "(SELECT id FROM orders WHERE " + RECENT + ")";
        assertThat(
                        strings(
                                twin(source),
                                "SELECT concat_ws(',', line, coalesce(order_id, '-'), coalesce(gift_of, '-')) FROM item ORDER BY line"))
                .isEqualTo(
                        strings(
                                source,
                                "SELECT concat_ws(',', line, if(order_id IN %s, order_id, '-'), coalesce(gift_of, '-')) FROM item ORDER BY line"
                                        .formatted(kept)));
        String other =
                "SELECT concat_ws(',', a, b, hex(c), d, e, f, g, bin(h)) FROM other ORDER BY id DESC";
        assertThat(strings(twin(source), other))
                .containsExactly(strings(source, other).getFirst(), "");
        assertThat(table(report, source.name() + ".other").nullifiedKeys()).isEqualTo(8);
        assertThat(table(report, source.name() + ".item").nullifiedKeys()).isPositive();
        assertThat(report.tables()).allMatch(each -> each.agrees().orElseThrow());
    }

    @Test
    void rowsThatCopiedOnesNeedArePulledInUpToTheTop() throws Exception {
        MySqlTestDatabase source = shop();

        RunReport report =
                run(
                        source,
                        WINDOW
                                + """
                                  customer: { where: id = 77 }
                                  item: { where: line <= 20 OR line = 881 }
                                orphans: pull
                                references: ["%1$s.item.gift_of -> %1$s.orders.id"]
                                """
                                        .formatted(source.name()));

        String orders =
                "SELECT id FROM orders WHERE "
                        + RECENT
                        + " OR id IN (SELECT order_id FROM item WHERE line <= 20 OR line = 881)"
                        + " OR id IN (SELECT gift_of FROM item WHERE line <= 20 OR line = 881)";
        assertThat(strings(twin(source), "SELECT id FROM orders ORDER BY id"))
                .isEqualTo(strings(source, orders + " ORDER BY id"));
        assertThat(strings(twin(source), "SELECT id FROM customer ORDER BY id"))
                .isEqualTo(
                        strings(
                                source,
                                """
                                WITH RECURSIVE c AS (SELECT id, referrer FROM customer WHERE id = 77 OR id IN (SELECT customer_id FROM orders WHERE id IN (%s))
                                UNION SELECT p.id, p.referrer FROM customer p JOIN c ON p.id = c.referrer) SELECT id FROM c ORDER BY id\
                                """
                                        .formatted(orders)));
        assertThat(table(report, source.name() + ".customer").pulledRows()).isGreaterThan(50);
        assertThat(report.tables()).allMatch(each -> each.agrees().orElseThrow());
    }

    @Test
    void saysWhatIsWrongWithRulesForRows() throws Exception {
        MySqlTestDatabase source = shop();
        String name = source.name();

        assertThat(
                        problems(
                                source,
                                """
                                rows:
                                  orders: { since: { column: status, within: P1D }, where: "statsu = 'draft'" }
                                  item: { where: "line = 'Anna" }
                                """))
                .containsExactly(
                        "rows: %s.orders.status is varchar(9), and only a date or timestamp says how old a row is"
                                .formatted(name),
                        "rows: the source does not take this as a condition on %s.orders: Unknown column 'statsu' in 'WHERE' (error 1054, SQLSTATE 42S22)"
                                .formatted(name),
                        "rows: the source does not take this as a condition on %s.item: an error in the SQL syntax (error 1064, SQLSTATE 42000)"
                                .formatted(name));
        assertThat(problems(source, "rows: { orders: { where: id % 2 = 0 } }\n"))
                .containsExactly(
                        "400 rows of %1$s.item reference rows of %1$s.orders that `rows` leaves out, by item_ibfk_1 (order_id)"
                                .formatted(name));
    }

    private List<String> problems(MySqlTestDatabase source, String rules) throws Exception {
        try {
            Understudy.plan(config(source, rules));
            return List.of();
        } catch (ConfigProblems e) {
            return e.problems().stream()
                    .filter(each -> each.severity() == Problem.Severity.ERROR)
                    .map(Problem::message)
                    .toList();
        }
    }

    private static RunReport.TableReport table(RunReport report, String name) {
        return report.tables().stream()
                .filter(each -> each.table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static MySqlTestDatabase twin(MySqlTestDatabase source) {
        String name = source.name() + "_twin";
        return new MySqlTestDatabase(
                name,
                source.url().replace("/" + source.name() + "?", "/" + name + "?"),
                source.user(),
                source.password());
    }

    private static List<String> strings(MySqlTestDatabase database, String sql) throws Exception {
        var strings = new ArrayList<String>();
        try (Connection session = database.connect();
                var statement = session.createStatement()) {
            statement.execute("SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES'");
            try (var rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    strings.add(rows.getString(1));
                }
            }
        }
        return strings;
    }

    private JobConfig config(MySqlTestDatabase source, String rules) throws Exception {
        String text =
                """
                job: test-job
                secret: "${env:SECRET}"
                source: { url: "%s", user: "%s", connections: 4 }
                twin: { url: "%s", user: "%s", connections: 6 }
                lake: { uri: "%s" }
                """
                        .formatted(
                                source.url(),
                                source.user(),
                                twin(source).url(),
                                source.user(),
                                folder.resolve("lake"));
        return Scenario.read(Files.writeString(folder.resolve("job.yaml"), text + COLUMNS + rules));
    }

    private RunReport run(MySqlTestDatabase source, String rules) throws Exception {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunReport report = understudy.run(config(source, rules)).await();
            assertThat(report.failure()).isEmpty();
            return report;
        }
    }
}
