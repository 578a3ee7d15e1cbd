package dev.understudy.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.postgres.PostgresServer;
import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DemoShopTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @Test
    void fillsEveryTableAndCountsItsRows() throws SQLException {
        try (Connection connection = server.newDatabase().connect()) {
            Map<String, Long> told = new LinkedHashMap<>();
            long rows = new DemoShop(0.01, 7, TODAY).create(connection, told::put);

            assertThat(told.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(rows);
            for (var table : told.entrySet()) {
                assertThat(table.getValue()).as(table.getKey()).isPositive();
                assertThat(query(connection, "SELECT count(*) FROM ONLY " + table.getKey()))
                        .as(table.getKey())
                        .containsExactly(
                                // A partitioned table itself holds nothing.
                                table.getKey().equals("shop.payment")
                                        ? "0"
                                        : table.getValue().toString());
            }
            assertThat(query(connection, "SELECT count(*) FROM shop.payment"))
                    .containsExactly(told.get("shop.payment").toString());
        }
    }

    @Test
    void theSameSeedMakesTheSameRowsAndAnotherSeedOthers() throws SQLException {
        List<String> rows = fingerprints(7);

        assertThat(fingerprints(7)).isEqualTo(rows);
        assertThat(fingerprints(8)).isNotEqualTo(rows);
    }

    @Test
    void constraintsAreValidAndNewRowsFindFreeNumbers() throws SQLException {
        try (Connection connection = server.newDatabase().connect()) {
            new DemoShop(0.01, 7, TODAY).create(connection, (_, _) -> {});

            assertThat(
                            query(
                                    connection,
                                    "SELECT conname FROM pg_constraint WHERE NOT convalidated"))
                    .isEmpty();
            DemoShop.execute(
                    connection,
                    "INSERT INTO shop.customer (number, first_name, last_name, email, country, registered_at) VALUES ('C-new', 'A', 'B', 'a@example.com', 'DE', now())");
            DemoShop.execute(
                    connection, "UPDATE shop.customer SET note = 'x' WHERE number = 'C-new'");
            assertThat(
                            query(
                                    connection,
                                    "SELECT after ->> 'note' FROM shop.audit_log WHERE after ->> 'number' = 'C-new'"))
                    .containsExactly("x");
        }
    }

    @Test
    void everyCanaryIsInTheShop() throws SQLException {
        try (Connection connection = server.newDatabase().connect()) {
            new DemoShop(0.01, 7, TODAY).create(connection, (_, _) -> {});
            List<String> dump = new ArrayList<>();
            for (String table : tables(connection)) {
                dump.addAll(query(connection, "SELECT t::text FROM " + table + " t"));
            }
            String everything = String.join("\n", dump);

            assertThat(everything).contains(DemoShop.canaries());
        }
    }

    @Test
    void aScaleThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new DemoShop(0, 7, TODAY))
                .isInstanceOf(Failure.class)
                .hasMessage(
                        "the scale must be above 0 and at most 10000, but was 0.0; 1 makes about 200,000 rows");
        assertThatThrownBy(() -> new DemoShop(Double.NaN, 7, TODAY)).isInstanceOf(Failure.class);
    }

    private static List<String> fingerprints(long seed) throws SQLException {
        try (Connection connection = server.newDatabase().connect()) {
            new DemoShop(0.01, seed, TODAY).create(connection, (_, _) -> {});
            List<String> fingerprints = new ArrayList<>();
            for (String table : tables(connection)) {
                fingerprints.add(
                        table
                                + query(
                                        connection,
                                        "SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM "
                                                + table
                                                + " t"));
            }
            return fingerprints;
        }
    }

    private static List<String> tables(Connection connection) throws SQLException {
        return query(
                connection,
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('shop', 'hr', 'support') ORDER BY 1");
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
