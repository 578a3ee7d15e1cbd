package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.jobs.control.ControlDatabase;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.jobs.plan.ChosenRows.NullifiedKey;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Jobs that copy some of the rows only.
class RowsTest {
    private static final long SEED = Long.getLong("seed", 20_261_121L);

    /// Ages are in days, by the clock of the server, in UTC.
    private static final String SHOP =
            """
            CREATE FUNCTION ago(days int) RETURNS date LANGUAGE sql AS $$ SELECT (now() AT TIME ZONE 'UTC')::date - days $$;
            CREATE TABLE customer (id int PRIMARY KEY, referrer int REFERENCES customer, name text, joined date);
            CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, status text,
                placed timestamptz, changed timestamp, note text);
            CREATE TABLE item (order_id int REFERENCES orders, line int, gift_of int REFERENCES orders, PRIMARY KEY (line));
            CREATE TABLE event (id int, at timestamp, order_id int, PRIMARY KEY (id, at)) PARTITION BY RANGE (id);
            CREATE TABLE event_low PARTITION OF event FOR VALUES FROM (0) TO (500);
            CREATE TABLE event_high PARTITION OF event FOR VALUES FROM (500) TO (100000);
            INSERT INTO customer SELECT i, CASE WHEN i > 1 THEN i / 2 END, 'Realname' || i, ago(i * 10) FROM generate_series(1, 100) i;
            INSERT INTO orders SELECT i, 1 + i % 100, CASE i % 5 WHEN 0 THEN 'draft' ELSE 'paid' END,
                CASE WHEN i % 50 > 0 THEN ago(i) + time '12:00' END, CASE WHEN i % 7 = 0 THEN ago(i / 10) END, 'Realname' || 1 + i % 100 || ' called'
                FROM generate_series(1, 900) i;
            INSERT INTO item SELECT CASE WHEN i % 9 > 0 THEN i END, i, CASE WHEN i % 3 = 0 THEN 901 - i END FROM generate_series(1, 900) i;
            INSERT INTO event SELECT i, ago(i), i FROM generate_series(1, 1000) i;
            """;

    private static final String COLUMNS =
            """
            columns:
              "*.*": keep
              customer.name: { mask: redact }
              orders.note: { mask: free-text, subject: { via: customer_id, of: public.customer, columns: [name] } }
            tuning: { workers: 2, batch-rows: 100, split-rows: 1000 }
            """;

    private static final String KEEP = "columns: { '*.*': keep }\n";

    private static final String WINDOW =
            """
            rows:
              public.orders:
                since: { column: [placed, changed], within: P90D }
                keep: [month-ends]
                where: status <> 'draft' -- no drafts
            """;

    /// Whatever the day is.
    private static final String FIXED = "rows:\n  public.orders: { where: id % 11 > 7 }\n";

    /// The orders that the window has.
    private static final String RECENT =
            "(placed >= public.ago(90) OR changed >= public.ago(90) OR placed IS NULL AND changed IS NULL"
                    + " OR extract(day FROM placed + interval '1 day') = 1 OR extract(day FROM changed + interval '1 day') = 1)"
                    + " AND status <> 'draft'";

    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    private RunReport run(Scenario scenario, String rules) throws Exception {
        RunReport report = scenario.run(Scenario.read(scenario.config(rules)));
        assertThat(report.failure()).isEmpty();
        return report;
    }

    private static RunReport.TableReport table(RunReport report, String name) {
        return report.tables().stream()
                .filter(each -> each.table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// What a query says in a session whose times are in UTC.
    private static List<String> utc(Scenario scenario, String url, String sql) throws Exception {
        try (var connection = scenario.connect(url);
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            return Scenario.strings(connection, sql);
        }
    }

    @Test
    void aWindowWithGuardsAndAConditionChoosesRowsInTwinAndLake() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        String rules =
                COLUMNS
                        + """
                        tables: { exclude: [public.item] }
                        rows:
                          "public.*": { since: { column: at, within: P200D } }
                          public.customer: {}
                          public.orders:
                            since: { column: [placed, changed], within: P90D }
                            keep: [month-ends]
                            where: status <> 'draft' -- no drafts
                        """;

        RunReport report = run(scenario, rules);

        String orders = "SELECT id::text FROM orders WHERE " + RECENT + " ORDER BY id";
        List<String> ids = utc(scenario, scenario.source.url(), orders);
        assertThat(ids).hasSizeBetween(150, 500);
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT id::text FROM orders ORDER BY id"))
                .isEqualTo(ids);
        // The subject comes from another table, whatever a condition is called.
        assertThat(
                        scenario.strings(
                                scenario.twinUrl(),
                                "SELECT note FROM orders JOIN customer c ON c.id = customer_id WHERE note <> name || ' called'"))
                .isEmpty();
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT count(*) FROM customer"))
                .containsExactly("100");
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT max(id) FROM event"))
                .containsExactly("200");
        RunReport.TableReport table = table(report, "public.orders");
        assertThat(table.sourceRows()).isEqualTo(ids.size());
        assertThat(table.twinRows()).contains((long) ids.size());
        assertThat(table.lakeRows()).contains((long) ids.size());
        assertThat(table.agrees()).contains(true);
        assertThat(table.countedAsSent()).isFalse();
        assertThat(table.pulledRows()).isZero();
        assertThat(table(report, "public.event_low").sourceRows()).isEqualTo(200);
        assertThat(table(report, "public.event_high").sourceRows()).isZero();
    }

    @Test
    void planAndPreviewShowWhatComes() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        JobConfig config =
                Scenario.read(
                        scenario.config(
                                COLUMNS
                                        + WINDOW
                                        + "orphans: { item.gift_of: nullify, item.order_id: pull }\n"));

        Plan plan = Understudy.plan(config);

        assertThat(plan.warnings()).extracting(Problem::id).doesNotContain("condition-may-change");
        TableCopy orders =
                plan.tables().stream()
                        .filter(each -> each.name().equals(new TableName("public", "orders")))
                        .findFirst()
                        .orElseThrow();
        assertThat(orders.rows().asked())
                .hasSize(2)
                .first()
                .asString()
                .startsWith(
                        "\"placed\" >= DATE '"
                                + scenario.strings(scenario.source.url(), "SELECT ago(90)")
                                        .getFirst()
                                + "' OR ");
        assertThat(orders.rows().pullsRows()).isTrue();
        TableCopy item =
                plan.tables().stream()
                        .filter(each -> each.name().equals(new TableName("public", "item")))
                        .findFirst()
                        .orElseThrow();
        assertThat(item.rows().nullified())
                .extracting(NullifiedKey::columns)
                .containsExactly(List.of("gift_of"));
        Preview preview = Understudy.preview(config, new TableName("public", "item"), 900);
        int column = preview.columns().indexOf("gift_of");
        assertThat(preview.before()).hasSize(900).anyMatch(row -> row.get(column) == null);
    }

    @Test
    void foreignKeysToRowsLeftOutBecomeNull() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        scenario.execute(
                """
                CREATE TABLE place (country int, code text, name text, seen date, PRIMARY KEY (country, code));
                CREATE TABLE visit (id int PRIMARY KEY, country int NOT NULL, code varchar(9), FOREIGN KEY (country, code) REFERENCES place);
                CREATE TABLE hint (id int PRIMARY KEY, order_ref bigint);
                INSERT INTO place SELECT i % 3, 'c' || i, 'n', ago(i) FROM generate_series(1, 60) i;
                INSERT INTO visit SELECT i, i % 3, CASE WHEN i % 4 > 0 THEN 'c' || i END FROM generate_series(1, 60) i;
                INSERT INTO hint VALUES (1, 1), (2, 5), (3, 4711), (4, NULL);
                """);
        String rules =
                COLUMNS
                        + WINDOW
                        + """
                          public.place: { since: { column: seen, within: P30D } }
                        references: ["public.hint.order_ref -> public.orders.id", "public.event.order_id -> public.orders.id"]
                        orphans: nullify
                        """;

        RunReport report = run(scenario, rules);

        String twin = scenario.twinUrl();
        String source = scenario.source.url();
        String kept = "(SELECT id FROM orders WHERE " + RECENT + ")";
        assertThat(scenario.strings(twin, "SELECT i::text FROM item i ORDER BY line"))
                .isEqualTo(
                        utc(
                                scenario,
                                source,
                                "SELECT row(CASE WHEN order_id IN %1$s THEN order_id END, line, CASE WHEN gift_of IN %1$s THEN gift_of END)::text FROM item ORDER BY line"
                                        .formatted(kept)));
        assertThat(scenario.strings(twin, "SELECT v::text FROM visit v ORDER BY id"))
                .isEqualTo(
                        scenario.strings(
                                source,
                                "SELECT row(id, country, CASE WHEN id <= 30 THEN code END)::text FROM visit ORDER BY id"));
        // 5 is a draft; nobody is 4711, and nobody was.
        assertThat(scenario.strings(twin, "SELECT h::text FROM hint h ORDER BY id"))
                .containsExactly("(1,1)", "(2,)", "(3,4711)", "(4,)");
        // The partitions follow their root, and nobody was 950.
        assertThat(
                        scenario.strings(
                                twin, "SELECT concat(id, ' ', order_id) FROM event ORDER BY id"))
                .isEqualTo(
                        utc(
                                scenario,
                                source,
                                "SELECT concat(id, ' ', CASE WHEN order_id IN %s OR order_id > 900 THEN order_id END) FROM event ORDER BY id"
                                        .formatted(kept)));
        List<String> nullified =
                utc(
                        scenario,
                        source,
                        "SELECT count(*) FILTER (WHERE order_id NOT IN %1$s) + count(*) FILTER (WHERE gift_of NOT IN %1$s) FROM item"
                                .formatted(kept));
        assertThat(table(report, "public.item").nullifiedKeys())
                .isEqualTo(Long.parseLong(nullified.getFirst()))
                .isPositive();
        assertThat(table(report, "public.hint").nullifiedKeys()).isEqualTo(1);
        assertThat(table(report, "public.visit").nullifiedKeys()).isEqualTo(22);
        assertThat(report.tables()).allMatch(each -> each.agrees().orElseThrow());
    }

    @Test
    void rowsThatCopiedOnesNeedArePulledInUpToTheTop() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        scenario.execute(
                "ALTER TABLE customer ADD chat int; CREATE TABLE region (id int PRIMARY KEY, w boolean);"
                        + "INSERT INTO region SELECT i, i = 1 FROM generate_series(1, 10) i;"
                        + "UPDATE customer SET chat = 1 + id % 10");
        String rules =
                COLUMNS
                        + WINDOW
                        + """
                          public.customer: { where: id = 77 }
                          public.region: { where: w }
                          public.item: { where: line <= 20 OR line = 881 }
                          public.event: { where: id = 899 OR id = 12 }
                        references: ["public.customer.chat -> public.region.id", "public.event.order_id -> public.orders.id"]
                        orphans: pull
                        """;

        RunReport report = run(scenario, rules);

        String orders =
                "SELECT id FROM orders WHERE "
                        + RECENT
                        + " OR id IN (SELECT order_id FROM item WHERE line <= 20 OR line = 881) OR id IN (899, 12)"
                        + " OR id IN (SELECT gift_of FROM item WHERE line <= 20 OR line = 881)";
        String customers =
                """
                WITH RECURSIVE c AS (SELECT id, referrer, chat FROM customer WHERE id = 77 OR id IN (SELECT customer_id FROM orders WHERE id IN (%s))
                UNION SELECT p.id, p.referrer, p.chat FROM customer p JOIN c ON p.id = c.referrer)\
                """
                        .formatted(orders);
        for (String each :
                List.of(
                        "SELECT id::text FROM orders WHERE id IN (" + orders + ") ORDER BY id",
                        customers + " SELECT id::text FROM c ORDER BY id",
                        customers
                                + " SELECT DISTINCT id::text FROM region WHERE w OR id IN (SELECT chat FROM c) ORDER BY 1")) {
            String table =
                    each.contains("region")
                            ? "region"
                            : each.startsWith("WITH") ? "customer" : "orders";
            assertThat(
                            scenario.strings(
                                    scenario.twinUrl(),
                                    "SELECT id::text FROM %s ORDER BY %s"
                                            .formatted(table, table.equals("region") ? "1" : "id")))
                    .as(table)
                    .isEqualTo(utc(scenario, scenario.source.url(), each));
        }
        List<String> asked =
                utc(scenario, scenario.source.url(), "SELECT count(*) FROM orders WHERE " + RECENT);
        RunReport.TableReport table = table(report, "public.orders");
        assertThat(table.pulledRows())
                .isEqualTo(table.sourceRows() - Long.parseLong(asked.getFirst()))
                .isPositive();
        assertThat(table(report, "public.customer").pulledRows()).isGreaterThan(50);
        assertThat(report.tables()).allMatch(each -> each.agrees().orElseThrow());
    }

    @Test
    void refusesToLeaveOutWhatCopiedRowsReference() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        scenario.execute(
                "CREATE TABLE parcel (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);"
                        + "INSERT INTO parcel VALUES (1, 5), (2, 10), (3, 4)");

        String gift =
                "219 rows of public.item reference rows of public.orders that `rows` leaves out, by item_gift_of_fkey (gift_of)";
        String order =
                "583 rows of public.item reference rows of public.orders that `rows` leaves out, by item_order_id_fkey (order_id)";
        String parcel =
                "2 rows of public.parcel reference rows of public.orders that `rows` leaves out, by parcel_order_id_fkey (order_id)";
        String either =
                "copy them all the same with orphans: { public.item.%1$s: pull }, or make the key NULL with orphans: { public.item.%1$s: nullify }";
        String pull =
                "copy them all the same with orphans: { public.parcel.order_id: pull }, or choose rows of public.parcel alike";
        assertThat(problems(scenario, FIXED))
                .containsExactly(
                        "rows-left-out:12 | " + gift + " | " + either.formatted("gift_of"),
                        "rows-left-out:12 | " + order + " | " + either.formatted("order_id"),
                        "rows-left-out:12 | " + parcel + " | " + pull);
        assertThat(
                        problems(
                                scenario,
                                FIXED
                                        + "orphans: { item.order_id: nullify, item.gift_of: nullify, parcel.order_id: nullify }\n"))
                .containsExactly(
                        "rows-left-out:13 | " + parcel + ", which cannot become NULL | " + pull);
        scenario.execute("DELETE FROM parcel WHERE id <> 2");
        assertThat(problems(scenario, FIXED + "orphans: nullify\n")).isEmpty();
        assertThat(problems(scenario, FIXED + "orphans: pull\n")).isEmpty();
    }

    @Test
    void refusesToMakeKeysNullThatACheckWants() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        scenario.execute(
                "CREATE TABLE note (id int PRIMARY KEY, order_id int REFERENCES orders, customer_id int REFERENCES customer,"
                        + " CONSTRAINT about_one CHECK (num_nonnulls(order_id, customer_id) = 1));"
                        + "INSERT INTO note VALUES (1, 8, NULL), (2, 9, NULL), (3, 20, NULL), (4, NULL, 1), (5, NULL, 30);"
                        + "CREATE TABLE tie (id int PRIMARY KEY, order_id int REFERENCES orders CHECK (order_id > 0));"
                        + "INSERT INTO tie VALUES (1, 9)");
        String rules =
                "rows: { public.orders: { where: id = 8 }, public.customer: { where: id = 1 }, public.item: { where: line = 0 }, public.event: { where: id = 0 } }\n"
                        + "orphans:\n  orders.customer_id: pull\n  customer.referrer: nullify\n";
        assertThat(
                        problems(
                                scenario,
                                rules + "  public.note.*: nullify\n  tie.order_id: nullify\n"))
                .containsExactly(
                        "nullified-key-breaks-check:15 | 3 rows of public.note would break the check about_one, because `rows` leaves out what is referenced and `orphans` makes the key NULL"
                                + " | copy what is referenced with orphans: { public.note.customer_id: pull, public.note.order_id: pull }, or choose rows of public.note alike");
        assertThat(
                        problems(
                                scenario,
                                rules
                                        + "  public.note.order_id: pull\n  public.note.customer_id: pull\n  tie.order_id: nullify\n"))
                .isEmpty();
    }

    private static List<String> problems(Scenario scenario, String rows) {
        return problemsOf(scenario, COLUMNS + rows);
    }

    private static List<String> problemsOf(Scenario scenario, String rules) {
        try {
            Plan plan = Understudy.plan(Scenario.read(scenario.config(rules)));
            return plan.warnings().stream()
                    .filter(each -> each.severity() == Problem.Severity.ERROR)
                    .map(RowsTest::shown)
                    .toList();
        } catch (ConfigProblems e) {
            return e.problems().stream()
                    .filter(each -> each.severity() == Problem.Severity.ERROR)
                    .map(RowsTest::shown)
                    .toList();
        }
    }

    private static String shown(Problem problem) {
        return "%s%s | %s | %s"
                .formatted(
                        problem.id(),
                        problem.where().map(where -> ":" + where.line()).orElse(""),
                        problem.message(),
                        problem.hint());
    }

    @Test
    void saysAllThatIsWrongWithRulesForRowsAtOnce() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        String rows =
                """
                tables: { structure-only: [public.event] }
                rows:
                  public.ordes: { where: 'true' }
                  public.orders:
                    since: { column: [plaved, status, placed], within: P90D }
                    where: status = 5
                  public.item: { where: "order_id = 1; DELETE FROM item" }
                  public.customer: { where: "name = 'Anna" }
                  public.event: { where: 'true' }
                orphans: { item.oder_id: pull }
                """;

        String hint =
                " | write one expression over columns of public.%s, as it would stand behind WHERE; functions and types of your own need their schema";
        String refused = "rows: the source does not take this as a condition on public.";
        assertThat(problems(scenario, rows))
                .containsExactly(
                        "pattern-matches-nothing:13 | rows: public.ordes matches no table whose rows are copied | did you mean public.orders?",
                        "unknown-column:15 | rows: public.orders has no column plaved to see from how old a row is | did you mean placed?",
                        "no-date-column:15 | rows: public.orders.status is text, and only a date or timestamp says how old a row is | name another column, or write a condition at where",
                        "condition-refused:16 | "
                                + refused
                                + "orders: operator does not exist: text = integer (SQLSTATE 42883)"
                                + hint.formatted("orders"),
                        "condition-refused:17 | "
                                + refused
                                + "item: syntax error at or near \";\" (SQLSTATE 42601)"
                                + hint.formatted("item"),
                        "condition-refused:18 | "
                                + refused
                                + "customer: a text, name or comment in it does not end"
                                + hint.formatted("customer"),
                        "pattern-matches-nothing:19 | rows: public.event matches no table whose rows are copied | remove it, or copy the rows of public.event: see tables",
                        "pattern-matches-nothing:20 | orphans: item.oder_id matches no foreign key of copied rows | did you mean item.order_id?");
        assertThat(
                        problems(
                                scenario,
                                """
                                rows:
                                  public.event_low: { where: id > 5 }
                                  "public.c*mer": {}
                                  "public.cu*er": {}
                                orphans: { "public.item.*r_id": pull, "public.item.or*id": nullify }
                                """))
                .containsExactly(
                        "partition-apart-from-root:12 | public.event_low matches the partition public.event_low but not public.event, which it belongs to | partitions follow their root: write public.event instead",
                        "ambiguous-rule:14 | rows: public.customer is matched by public.cu*er and, in line 13, by public.c*mer, which is exactly as specific | write a rule for public.customer itself");
        assertThat(
                        problems(
                                scenario,
                                FIXED
                                        + "orphans: { \"public.item.*r_id\": pull, \"public.item.or*id\": nullify, item.gift_of: pull }\n"))
                .containsExactly(
                        "ambiguous-rule:13 | orphans: the foreign key item_order_id_fkey of public.item is matched by public.item.or*id and, in line 13, by public.item.*r_id, which is exactly as specific | write a rule for public.item.order_id itself");
    }

    @Test
    void warnsOfConditionsThatAskTheClockOrChance() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        String rows =
                """
                rows:
                  public.item: { where: random() < 0.1 }
                  public.event: { where: at > CURRENT_DATE - 5 AND id <> 7 }
                """;

        List<Problem> warnings =
                Understudy.plan(Scenario.read(scenario.config(COLUMNS + rows))).warnings();

        assertThat(warnings.stream().filter(each -> each.id().equals("condition-may-change")))
                .extracting(RowsTest::shown)
                .containsExactly(
                        "condition-may-change:12 | rows: the condition on public.item calls random, which may say something else of a row while the run reads it | write what stays the same, or choose by age with since",
                        "condition-may-change:13 | rows: the condition on public.event calls CURRENT_DATE, which may say something else of a row while the run reads it | write what stays the same, or choose by age with since");
    }

    @Test
    void refusesToPullInACircle() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE a (id int PRIMARY KEY, b_id int);
                        CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
                        ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;
                        CREATE TABLE loose (id int UNIQUE, up int REFERENCES loose (id));
                        """);
        String rows =
                """
                rows:
                  public.a: { where: id < 5 }
                  public.b: { where: id < 5 }
                  public.loose: { where: id < 5 }
                orphans: pull
                """;

        assertThat(problemsOf(scenario, KEEP + rows))
                .containsExactly(
                        "pull-in-a-circle:11 | orphans: pull goes round in a circle: public.a needs public.b needs public.a | make one of the foreign keys NULL instead, such as public.a.b_id: nullify",
                        "pull-without-key:11 | orphans: public.loose references itself by loose_up_fkey, and without a primary key nobody can follow that | write public.loose.up: nullify");
        assertThat(
                        problemsOf(
                                scenario,
                                KEEP
                                        + rows.replace(
                                                "orphans: pull",
                                                "orphans: { '*': pull, b.a_id: nullify, loose.up: nullify }")))
                .isEmpty();
    }

    /// The rows of another day would stand beside those that were copied before.
    @Test
    void aRunThatGoesOnAnotherDayKeepsItsWindow() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        JobConfig config =
                Scenario.read(
                        scenario.config(COLUMNS + WINDOW + "tables: { exclude: [public.item] }\n"));

        RunReport report = runAgo(scenario, config, 600);

        assertThat(report.run()).isEqualTo(1);
        assertThat(scenario.strings(scenario.twinUrl(), "SELECT id::text FROM orders ORDER BY id"))
                .isEqualTo(
                        utc(
                                scenario,
                                scenario.source.url(),
                                "SELECT id::text FROM orders WHERE %s ORDER BY id"
                                        .formatted(RECENT.replace("ago(90)", "ago(690)"))));
    }

    /// A run that began so many days ago, as far as it knows.
    private RunReport runAgo(Scenario scenario, JobConfig config, int days) throws Exception {
        Files.writeString(scenario.lake(), "in the way");
        assertThat(scenario.run(config).failure()).isPresent();
        String began =
                scenario.strings(scenario.source.url(), "SELECT ago(%d)".formatted(days))
                        .getFirst();
        try (var control = ControlDatabase.inFolder(folder.resolve("home"));
                var connection = control.dataSource().getConnection();
                var statement = connection.createStatement()) {
            assertThat(Scenario.strings(connection, "SELECT clocks FROM understudy_run").getFirst())
                    .contains(LocalDate.now(java.time.ZoneOffset.UTC).getYear() + "-");
            statement.execute(
                    "UPDATE understudy_run SET clocks = '{\"\":\"%sT10:00:00Z\"}'"
                            .formatted(began));
        }
        Files.delete(scenario.lake());
        RunReport report = scenario.run(config);
        assertThat(report.failure()).isEmpty();
        return report;
    }

    @Test
    void rowsThatLeaveAMovingWindowGoFromTwinAndLakeWithTheNextDelta() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE FUNCTION ago(days int) RETURNS date LANGUAGE sql AS $$ SELECT (now() AT TIME ZONE 'UTC')::date - days $$;
                        CREATE TABLE orders (id int PRIMARY KEY, placed date, at timestamptz DEFAULT now());
                        CREATE TABLE item (id int PRIMARY KEY, orders int REFERENCES orders, at timestamptz DEFAULT now());
                        INSERT INTO orders SELECT i, ago(i), '2000-01-01' FROM generate_series(1, 30) i;
                        INSERT INTO item SELECT i, i, '2000-01-01' FROM generate_series(1, 30) i;
                        UPDATE orders SET at = now() WHERE id = 1; UPDATE item SET at = now() WHERE id = 1;
                        """);
        String rules =
                KEEP
                        + """
                        rows: { orders: { since: { column: placed, within: P10D } } }
                        orphans: nullify
                        delta: { watermarks: [at], overlap-seconds: 0 }
                        """;
        JobConfig config = Scenario.read(scenario.config(rules));
        runAgo(scenario, config, 5);
        String ids = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM orders";
        assertThat(scenario.strings(scenario.twinUrl(), ids))
                .containsExactly("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");

        scenario.execute(
                """
                UPDATE orders SET placed = ago(100) WHERE id = 3;
                UPDATE orders SET placed = ago(1), at = now() WHERE id = 25;
                """);
        RunReport moved = scenario.run(config);
        assertThat(moved.failure()).isEmpty();
        assertThat(moved.scope().mode()).isEqualTo(RunMode.CHANGES);
        assertThat(moved.scope().reloads()).isEmpty();
        assertThat(moved.scope().changes())
                .containsExactly(
                        new RunReport.Change("public.orders", 0, 1, 6),
                        new RunReport.Change("public.item", 7, 0, 0));
        assertThat(scenario.strings(scenario.twinUrl(), ids))
                .containsExactly("1 2 4 5 6 7 8 9 10 25");
        assertThat(
                        lake(
                                scenario,
                                "SELECT string_agg(CAST(id AS text), ' ' ORDER BY id) FROM public.orders"))
                .isEqualTo("1 2 4 5 6 7 8 9 10 25");
        assertThat(lake(scenario, "SELECT CAST(count(orders) AS text) FROM public.item"))
                .isEqualTo("10");

        RunReport wider =
                scenario.run(Scenario.read(scenario.config(rules.replace("P10D", "P12D"))));
        assertThat(wider.failure()).isEmpty();
        assertThat(wider.scope().reloads())
                .containsExactly(
                        new RunReport.TableAndWhy(
                                "public.orders",
                                "other rows are wanted, or read with other tables' columns"));
        assertThat(scenario.strings(scenario.twinUrl(), ids))
                .containsExactly("1 2 4 5 6 7 8 9 10 11 12 25");
    }

    private static String lake(Scenario scenario, String query) throws Exception {
        try (ShownLake lake = ShownLake.of(scenario.lake())) {
            return lake.strings(query).getFirst();
        }
    }

    @Test
    void aRunWithAWindowThatIsKilledEndsLikeAnUndisturbedOne() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SHOP);
        JobConfig config =
                Scenario.read(
                        scenario.config(
                                COLUMNS
                                        + WINDOW
                                        + "orphans: { '*': pull, item.gift_of: nullify }\n"));
        assertThat(scenario.run(config).failure()).isEmpty();
        new ChildRuns(folder)
                .killAgainAndAgain(
                        config.file(), () -> scenario.contents(scenario.twinUrl()), 2, SEED, 4_000);
    }
}
