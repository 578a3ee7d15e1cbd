package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.ObjectStore;
import dev.understudy.lake.StoreLocation;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.mysql.MySqlTestDatabase;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.TestDatabase;
import dev.understudy.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// One job over a shop on PostgreSQL and the people who call it, on MariaDB.
class SeveralSourcesTest {
    @RegisterExtension static final PostgresServer postgres = PostgresServer.embedded();
    @RegisterExtension static final MariaDbServer mariaDb = MariaDbServer.embedded();

    private static final int KILLS = Integer.getInteger("kills", 4);
    private static final long SEED = Long.getLong("seed", 20_261_121L);
    private static final long MOST_MILLIS = 9_000;

    private static final String SHOP =
            """
            CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text);
            CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, total numeric(10,2));
            INSERT INTO customer SELECT n, 'p' || n || '@mail.example', 'Name ' || n FROM generate_series(1, 6000) n;
            INSERT INTO orders SELECT n, 1 + n % 6000, n / 7.0 FROM generate_series(1, 20000) n
            """;

    private static final String CRM =
            """
            CREATE TABLE contact (id int PRIMARY KEY, email varchar(200) NOT NULL, name varchar(80), topic varchar(20));
            CREATE TABLE customer (id int PRIMARY KEY, note text);
            INSERT INTO contact SELECT seq, concat('p', 2 * seq, '@mail.example'), concat('Name ', 2 * seq), concat('topic ', seq % 7)
              FROM seq_1_to_8000;
            INSERT INTO customer SELECT seq, concat('note ', seq) FROM seq_1_to_3000
            """;

    private static final String RULES =
            """
            columns:
              "*": keep
              shop:public.customer.email: email
              "*.name": full-name
              crm:customer.note: text-scramble
            references: ["crm:%s.contact.email ~ shop:public.customer.email"]
            tuning: { workers: 2, batch-rows: 1000, split-rows: 5000 }
            """;

    @TempDir Path folder;
    private TestDatabase shop;
    private MySqlTestDatabase crm;

    @BeforeEach
    void fillTheSources() throws SQLException {
        shop = postgres.newDatabase();
        shop.execute(SHOP);
        crm = mariaDb.newDatabase();
        crm.execute(CRM);
    }

    @Test
    void oneRunMasksBothAndTheirRowsJoinAsBefore() throws Exception {
        RunReport report = run(config(RULES));

        assertThat(report.failure()).isEmpty();
        assertThat(report.tables().stream().map(RunReport.TableReport::table))
                .containsExactlyInAnyOrder(
                        "shop:public.customer",
                        "shop:public.orders",
                        "crm:" + crm.name() + ".contact",
                        "crm:" + crm.name() + ".customer");
        assertThat(report.sources().stream().map(RunReport.SourceReport::name))
                .containsExactly("shop", "crm");
        assertThat(report.sources())
                .allSatisfy(each -> assertThat(each.taken()).hasSize(1))
                .allSatisfy(each -> assertThat(each.twin()).isPresent());
        List<String> joined = joined(shop.url(), crm.url(), crm.name());
        assertThat(joined).hasSize(3000);
        assertThat(joined(shopTwin(), crmTwin(), crm.name() + "_twin")).isEqualTo(joined);
        assertThat(emails(shopTwin(), "public.customer"))
                .doesNotContainAnyElementsOf(emails(shop.url(), "public.customer"));
        assertThat(joinedInTheLake()).isEqualTo(joined);
    }

    @Test
    void oneVersionOfTheLakeHoldsBothWithTheirPointsInTime() throws Exception {
        RunReport report = run(config(RULES));

        try (ObjectStore store =
                ObjectStore.open(StoreLocation.of(folder.resolve("lake").toString()))) {
            Manifest manifest = new LakeCatalog(store, "test-job").current().orElseThrow();
            assertThat(manifest.version()).isEqualTo(1);
            assertThat(manifest.tables().stream().map(each -> each.source() + " " + each.name()))
                    .containsExactlyInAnyOrder(
                            "shop public.customer",
                            "shop public.orders",
                            "crm " + crm.name() + ".contact",
                            "crm " + crm.name() + ".customer");
            assertThat(manifest.sources().stream().map(Manifest.LakeSource::name))
                    .containsExactly("shop", "crm");
            assertThat(manifest.sources().stream().map(Manifest.LakeSource::taken))
                    .containsExactlyElementsOf(
                            report.sources().stream().map(RunReport.SourceReport::taken).toList());
        }
    }

    /// `-Dkills=100` for a long session; the seed is in the failure message.
    @Test
    void aRunThatIsKilledAgainAndAgainEndsLikeAnUndisturbedOne() throws Exception {
        JobConfig config = config(RULES);
        assertThat(run(config).failure()).isEmpty();
        new ChildRuns(folder)
                .killAgainAndAgain(config.file(), this::everything, KILLS, SEED, MOST_MILLIS);
        assertThat(
                        strings(
                                crm.url(),
                                "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%s%%' ORDER BY 1"
                                        .formatted(crm.name().replace("_", "\\_"))))
                .containsExactly(crm.name(), crm.name() + "_twin");
        assertThat(
                        strings(
                                shop.url(),
                                "SELECT datname FROM pg_database WHERE datname LIKE '%s%%' ORDER BY 1"
                                        .formatted(shop.name().replace("_", "\\_"))))
                .containsExactly(shop.name(), shop.name() + "_twin");
    }

    /// The process is killed as soon as the first twin is in its place.
    @Test
    void aRestartSwapsInWhatAnInterruptedPublishingLeft() throws Exception {
        JobConfig config = config(RULES);
        assertThat(run(config).failure()).isEmpty();
        List<String> undisturbed = everything();
        var children = new ChildRuns(folder);
        Process child = children.start(config.file());
        while (child.isAlive() && !shopStamp().contains("run 2-")) {
            Thread.onSpinWait();
        }
        child.destroyForcibly().waitFor();
        assertThat(shopStamp()).contains("run 2-");

        assertThat(children.start(config.file()).waitFor()).as(children.log()).isZero();

        assertThat(shopStamp()).contains("run 2-");
        assertThat(strings(crmTwin(), "SELECT run FROM understudy_stamp"))
                .singleElement()
                .asString()
                .startsWith("2_");
        assertThat(everything()).isEqualTo(undisturbed);
        try (ObjectStore store =
                ObjectStore.open(StoreLocation.of(folder.resolve("lake").toString()))) {
            Manifest manifest = new LakeCatalog(store, "test-job").current().orElseThrow();
            assertThat(manifest.version()).isEqualTo(2);
            assertThat(manifest.run()).startsWith("2-");
        }
    }

    private String shopStamp() throws SQLException {
        return strings(
                        shop.url(),
                        "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = '%s_twin'"
                                .formatted(shop.name()))
                .getFirst();
    }

    @Test
    void aSourceMayHaveTheLakeAlone() throws Exception {
        RunReport report = run(config(RULES, "shop"));

        assertThat(report.failure()).isEmpty();
        assertThat(report.sources().getLast().twin()).isEmpty();
        assertThat(joinedInTheLake()).isEqualTo(joined(shop.url(), crm.url(), crm.name()));
    }

    @Test
    void aDeltaChangesTheTwinOfOneAndTheLakeAloneOfTheOther() throws Exception {
        shop.execute("ALTER TABLE customer ADD COLUMN seen_at timestamptz DEFAULT '2026-01-01'");
        crm.execute(
                "ALTER TABLE contact ADD COLUMN seen_at timestamp(6) NOT NULL DEFAULT now(6) ON UPDATE now(6);"
                        + " SET timestamp = 1767225600; UPDATE contact SET topic = 'old'; SET timestamp = DEFAULT;"
                        + " UPDATE contact SET topic = 'new' WHERE id = 3");
        JobConfig config =
                config(
                        RULES
                                + "delta: { watermarks: [\"*.seen_at\"], overlap-seconds: 0, sweep: false }\n",
                        "shop");
        assertThat(run(config).failure()).isEmpty();
        shop.execute(
                "UPDATE customer SET email = 'new@mail.example', seen_at = clock_timestamp() WHERE id = 44");
        crm.execute("UPDATE contact SET email = 'new@mail.example' WHERE id IN (17, 90)");

        RunReport report = run(config);

        assertThat(report.failure()).isEmpty();
        assertThat(report.scope().mode()).as(report.scope().toString()).isEqualTo(RunMode.CHANGES);
        assertThat(report.tables())
                .filteredOn(each -> each.table().endsWith(".contact"))
                .extracting(RunReport.TableReport::sourceRows)
                .allMatch(rows -> rows == 2 || rows == 3);
        String email = strings(shopTwin(), "SELECT email FROM customer WHERE id = 44").getFirst();
        try (ShownLake lake = ShownLake.of(folder.resolve("lake"))) {
            String contacts = " FROM \"crm:%s\".contact".formatted(crm.name());
            assertThat(
                            lake.strings(
                                    "SELECT id%s WHERE email = '%s' ORDER BY id"
                                            .formatted(contacts, email)))
                    .containsExactly("17", "90");
            assertThat(lake.strings("SELECT count(*)" + contacts)).containsExactly("8000");
        }
    }

    @Test
    void aPreviewSaysOfWhichSourceItsTableIs() throws Exception {
        JobConfig config = config(RULES);

        assertThat(Understudy.preview(config, new TableName("public", "orders"), 2).table())
                .hasToString("shop:public.orders");
    }

    @Test
    void whatTwoSourcesDisagreeAboutIsRefusedWhenItIsPlanned() throws Exception {
        JobConfig config =
                config(RULES.replace("  \"*.name\"", "  crm:contact.email: hash\n  \"*.name\""));

        assertThatThrownBy(() -> Understudy.plan(config))
                .isInstanceOfSatisfying(
                        ConfigProblems.class,
                        e ->
                                assertThat(e.problems().stream().map(Problem::id))
                                        .contains("foreign-key-disagrees"));
    }

    private List<String> everything() throws SQLException {
        var rows = new ArrayList<String>();
        rows.addAll(strings(shopTwin(), "SELECT t::text FROM customer t ORDER BY id"));
        rows.addAll(strings(shopTwin(), "SELECT t::text FROM orders t ORDER BY id"));
        rows.addAll(
                strings(
                        crmTwin(),
                        "SELECT concat_ws('|', id, email, name, topic) FROM contact ORDER BY id"));
        rows.addAll(
                strings(crmTwin(), "SELECT concat_ws('|', id, note) FROM customer ORDER BY id"));
        rows.addAll(joinedInTheLake());
        return rows;
    }

    /// The ids of customers and contacts with the same e-mail address.
    private static List<String> joined(String shopUrl, String crmUrl, String crmSchema)
            throws SQLException {
        var contacts = new HashMap<String, String>();
        for (String each :
                strings(crmUrl, "SELECT concat(email, '|', id) FROM " + crmSchema + ".contact")) {
            int bar = each.indexOf('|');
            contacts.put(each.substring(0, bar), each.substring(bar + 1));
        }
        var joined = new ArrayList<String>();
        for (String each :
                strings(shopUrl, "SELECT email || '|' || id FROM public.customer ORDER BY id")) {
            int bar = each.indexOf('|');
            String contact = contacts.get(each.substring(0, bar));
            if (contact != null) {
                joined.add(each.substring(bar + 1) + " " + contact);
            }
        }
        return joined;
    }

    private List<String> joinedInTheLake() throws SQLException {
        try (ObjectStore store =
                        ObjectStore.open(StoreLocation.of(folder.resolve("lake").toString()));
                Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            Manifest manifest = new LakeCatalog(store, "test-job").current().orElseThrow();
            return Scenario.strings(
                    duck,
                    "SELECT s.id || ' ' || c.id FROM %s s JOIN %s c ON s.email = c.email ORDER BY s.id"
                            .formatted(
                                    files(manifest, "shop", "customer"),
                                    files(manifest, "crm", "contact")));
        }
    }

    private String files(Manifest manifest, String source, String table) {
        return manifest.tables().stream()
                .filter(each -> each.source().equals(source) && each.name().name().equals(table))
                .flatMap(each -> each.parts().stream())
                .map(each -> "'" + folder.resolve("lake").resolve(each.key()) + "'")
                .collect(Collectors.joining(", ", "read_parquet([", "])"));
    }

    private List<String> emails(String url, String table) throws SQLException {
        return strings(url, "SELECT email FROM " + table);
    }

    private static List<String> strings(String url, String sql) throws SQLException {
        String user = url.startsWith("jdbc:postgresql:") ? "postgres" : "root";
        try (Connection connection = DriverManager.getConnection(url, user, "")) {
            return Scenario.strings(connection, sql);
        }
    }

    private String shopTwin() {
        return shop.url().replace("/" + shop.name(), "/" + shop.name() + "_twin");
    }

    private String crmTwin() {
        return crm.url().replace("/" + crm.name() + "?", "/" + crm.name() + "_twin?");
    }

    private JobConfig config(String rules) throws Exception {
        return config(rules, "shop", "crm");
    }

    private JobConfig config(String rules, String... twins) throws Exception {
        var text =
                new StringBuilder(
                        """
                        job: test-job
                        secret: "${env:SECRET}"
                        sources:
                          shop: { url: "%s", user: "%s", connections: 4 }
                          crm: { url: "%s", user: "%s", connections: 4 }
                        lake: { uri: "%s" }
                        twins:
                        """
                                .formatted(
                                        shop.url(),
                                        shop.user(),
                                        crm.url(),
                                        crm.user(),
                                        folder.resolve("lake")));
        for (String twin : twins) {
            boolean ofShop = twin.equals("shop");
            text.append(
                    "  %s: { url: \"%s\", user: \"%s\", connections: 6 }\n"
                            .formatted(
                                    twin,
                                    ofShop ? shopTwin() : crmTwin(),
                                    ofShop ? shop.user() : crm.user()));
        }
        return Scenario.read(
                Files.writeString(folder.resolve("job.yaml"), text + rules.formatted(crm.name())));
    }

    private RunReport run(JobConfig config) throws InterruptedException {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            return understudy.run(config).await();
        }
    }
}
