package dev.understudy.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.postgres.SharedData;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowQuery;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real databases, read whole and in ranges of their keys.
class MySqlPackagesTest {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    @Test
    void theFolderHoldsNoOtherPackages() {
        Assumptions.assumeFalse(SharedData.names("mysql").isEmpty(), "skipped: no packages");
        assertThat(SharedData.names("mysql"))
                .containsExactlyInAnyOrder(
                        "mysql_dolibarr_v8",
                        "mysql_dolibarr_v9",
                        "mysql_employees",
                        "mysql_sakila",
                        "mysql_torture_debezium");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql_sakila",
                "mysql_torture_debezium",
                "mysql_employees",
                "mysql_dolibarr_v8",
                "mysql_dolibarr_v9"
            })
    void everyRowIsReadWholeAndInRanges(String name) throws Exception {
        MySqlTestDatabase database = server.newDatabase();
        server.load(SharedData.dump(name), database);
        try (SourceDatabase source = MySqlReaderTest.open(database);
                SourceSession session = source.join()) {
            Map<TableName, Long> expected = new HashMap<>();
            SharedData.counts(name)
                    .forEach((table, rows) ->
                            expected.put(new TableName(database.name(), table), rows));
            List<TableName> tables =
                    source.structure().database().tables().stream().map(Table::name).toList();
            var counted = new HashMap<TableName, List<String>>();
            tables.forEach(each -> counted.put(each, List.of()));
            assertThat(session.count(counted)).isEqualTo(expected);
            for (Table table : source.structure().database().tables()) {
                List<List<@Nullable String>> whole = ReadTexts.all(session, table);
                assertThat(whole)
                        .as("%s", table.name())
                        .hasSize(expected.get(table.name()).intValue());
                Optional<Key> key = ReadTexts.orderKey(table);
                if (key.isPresent()) {
                    assertThat(new HashSet<>(inRanges(source, session, table, key.get())))
                            .as("%s", table.name())
                            .isEqualTo(new HashSet<>(whole));
                }
            }
        }
    }

    /// Between the bounds, and each of these ranges in two, as after a restart.
    private static List<List<@Nullable String>> inRanges(
            SourceDatabase source, SourceSession session, Table table, Key key) {
        List<KeyValue> bounds =
                source.bounds(
                        table.name(),
                        table.column(key.columns().getFirst()).orElseThrow(),
                        table.estimatedRows(),
                        3);
        var all = new ArrayList<List<@Nullable String>>();
        Optional<KeyValue> after = Optional.empty();
        for (int i = 0; i <= bounds.size(); i++) {
            var range =
                    new KeyRange(
                            after,
                            i < bounds.size() ? Optional.of(bounds.get(i)) : Optional.empty());
            List<List<@Nullable String>> rows = read(session, table, key, range);
            if (!rows.isEmpty()) {
                int middle = rows.size() / 2;
                KeyRange rest = range.resumeAfter(ReadTexts.key(table, key, rows.get(middle)));
                assertThat(read(session, table, key, rest))
                        .as("%s after its checkpoint", table.name())
                        .isEqualTo(rows.subList(middle + 1, rows.size()));
            }
            all.addAll(rows);
            after = range.upTo();
        }
        return all;
    }

    private static List<List<@Nullable String>> read(
            SourceSession session, Table table, Key key, KeyRange range) {
        return ReadTexts.of(
                session,
                new RowQuery(ReadTexts.shape(table), ReadTexts.columns(table, key), range, true),
                2000);
    }
}
