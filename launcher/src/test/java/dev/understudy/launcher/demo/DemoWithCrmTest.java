package dev.understudy.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.JobConfigs;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.Understudy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo with a CRM on MariaDB beside the shop.
class DemoWithCrmTest {
    private static final DemoShop SHOP = new DemoShop(0.02, 42, LocalDate.of(2026, 11, 1));

    @TempDir Path home;

    @Test
    void oneJobMasksBothAndTheTwinsJoinAsTheSourcesDo() throws Exception {
        try (Demo demo = Demo.prepareWithCrm(home, SHOP, (_, _) -> {});
                Understudy understudy = Understudy.open(home.resolve("home"))) {
            RunReport report = understudy.run(JobConfigs.read(demo.config(), _ -> null)).await();

            assertThat(report.failure()).isEmpty();
            CrmServer crm = demo.crm().orElseThrow();
            var joined = new JoinedCallers(demo.servers(), crm);
            assertThat(joined.inOriginals()).isPositive();
            assertThat(joined.inTwins()).isEqualTo(joined.inOriginals());
            assertThat(joined.lines()).hasSize(2);
            assertThat(texts(crm, CrmServer.DATABASE)).contains(DemoShop.canaries().getFirst());
            for (String canary : DemoShop.canaries()) {
                assertThat(texts(crm, CrmServer.TWIN_DATABASE)).doesNotContain(canary);
            }
        }
        assertThat(CrmServer.stop(home)).as("nothing runs any more").isFalse();

        try (Demo again = Demo.prepareWithCrm(home, SHOP, (_, _) -> {})) {
            assertThat(again.rows()).as("both are there already").isEmpty();
            assertThat(Understudy.plan(JobConfigs.read(again.config(), _ -> null)).tables())
                    .isNotEmpty();
        }
    }

    private static String texts(CrmServer crm, String database) throws SQLException {
        try (Connection connection = crm.administer(database);
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT concat_ws(' ', full_name, email, phone, (SELECT group_concat(body) FROM conversation WHERE contact_id = contact.id)) FROM contact")) {
            var texts = new StringBuilder();
            while (rows.next()) {
                texts.append(rows.getString(1)).append('\n');
            }
            return texts.toString();
        }
    }
}
