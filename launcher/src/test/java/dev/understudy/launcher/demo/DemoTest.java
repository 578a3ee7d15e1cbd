package dev.understudy.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.config.Problem;
import dev.understudy.config.Problem.Severity;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.jobs.run.Understudy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final DemoShop SHOP = new DemoShop(0.01, 7, LocalDate.of(2026, 11, 21));

    @TempDir static Path home;

    @AfterAll
    static void stop() {
        DemoServers.stop(home);
    }

    @Test
    void itsConfigDecidesAboutEveryColumnWithoutAWarning() throws SQLException {
        try (Demo demo = prepare()) {
            Plan plan = plan(demo);

            assertThat(plan.warnings())
                    .filteredOn(each -> each.severity() != Severity.ACKNOWLEDGED)
                    .extracting(Problem::message)
                    .isEmpty();
            assertThat(plan.tables().stream().filter(TableCopy::structureOnly))
                    .extracting(each -> each.name().toString())
                    .containsExactlyInAnyOrder("shop.audit_log", "hr.absence");
        }
    }

    @Test
    void aShopThatIsThereIsNotMadeAgain() {
        prepare().close();

        try (Demo again = prepare()) {
            assertThat(again.rows()).isEmpty();
        }
    }

    @Test
    void aChangedConfigIsKeptAndFollowsThePorts() throws Exception {
        Path config;
        try (Demo demo = prepare()) {
            config = demo.config();
        }
        String original = Files.readString(config);
        Files.writeString(
                config, "# mine\n" + original.replaceAll("localhost:[0-9]+/", "localhost:1/"));

        prepare().close();

        assertThat(Files.readString(config)).isEqualTo("# mine\n" + original);
    }

    @Test
    void theReaderReadsEverythingAndChangesNothing() throws SQLException {
        try (Demo demo = prepare();
                Connection reader = source(demo);
                var statement = reader.createStatement()) {
            try (var rows = statement.executeQuery("SELECT count(*) FROM hr.employee")) {
                rows.next();
                assertThat(rows.getLong(1)).isPositive();
            }
            for (String change :
                    List.of(
                            "DELETE FROM shop.review",
                            "CREATE TABLE shop.mine (id int)",
                            "SELECT nextval('shop.invoice_number')")) {
                assertThatThrownBy(() -> statement.execute(change))
                        .as(change)
                        .hasMessageContaining("permission denied");
            }
        }
    }

    private static Demo prepare() {
        Demo demo = Demo.prepare(home, SHOP, (_, _) -> {});
        demo.servers().keepRunning(); // each start takes half a second
        return demo;
    }

    private static JobConfig config(Demo demo) {
        return JobConfigs.read(demo.config(), _ -> null);
    }

    private static Plan plan(Demo demo) {
        return Understudy.plan(config(demo));
    }

    private static Connection source(Demo demo) throws SQLException {
        var source = config(demo).sources().getFirst().database();
        return DriverManager.getConnection(source.url(), source.user(), source.password().reveal());
    }
}
