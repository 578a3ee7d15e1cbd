package dev.understudy.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.jobs.change.Change;
import dev.understudy.jobs.change.Changes;
import dev.understudy.jobs.change.Description;
import dev.understudy.jobs.keys.JobKeys;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.postgres.PostgresCatalog;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.PostgresStructure;
import dev.understudy.postgres.SchemaChange;
import dev.understudy.postgres.StructureTarget;
import dev.understudy.postgres.TestDatabase;
import dev.understudy.schema.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What a run makes of each change of a structure, and how it says so.
class ChangesTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static final List<SchemaChange> CHANGES = SchemaChange.ALL;

    private static final String ALL_DECIDED = "columns: { \"*\": keep, email: email }";

    /// In a transaction that is rolled back after each change.
    private static Connection source;

    private static Description before;

    @BeforeAll
    static void describeTheFormerRun() throws Exception {
        TestDatabase database = server.newDatabase();
        database.execute(SchemaChange.BASE);
        source = database.connect();
        source.setAutoCommit(false);
        before = describe(ALL_DECIDED);
    }

    @AfterAll
    static void close() throws SQLException {
        source.close();
    }

    private static Plan plan(String rest) throws SQLException {
        JobConfig config = Sketch.config(rest);
        return Planner.plan(
                config,
                JobKeys.open(config),
                KeyHistory.NONE,
                Sketch.TODAY,
                List.of(
                        new KnownSource(
                                "",
                                PostgresCatalog.read(source).tables(),
                                Map.of(),
                                "18",
                                Optional.empty(),
                                Map.of(),
                                _ -> Optional.empty(),
                                Sketch.TODAY,
                                Sketch::noConditions)));
    }

    private static Description describe(String rest) throws SQLException {
        return Description.of(
                plan(rest),
                "",
                PostgresStructure.read(source, _ -> true, StructureTarget.read(source))
                        .all()
                        .stream());
    }

    private static void execute(String sql) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @FieldSource("CHANGES")
    void classifiesAndNamesAChange(SchemaChange change) throws Exception {
        try {
            execute(change.sql());
            Description now = describe(ALL_DECIDED);
            Changes changes = Changes.between(before, Description.read(now.json()));
            assertThat(changes.all())
                    .extracting(Change::toString)
                    .isEqualTo(texts().get(change.name()));
            assertThat(changes.reload()).isEqualTo(tables(change));
            assertThat(changes.undecided()).isEmpty();
            String worst =
                    changes.all().stream().map(Change::effect).max(Enum::compareTo).get().name();
            // Here everything is decided, so new columns are loaded.
            assertThat(worst)
                    .isEqualTo(change.effect().equals("RULE") ? "RELOAD" : change.effect());
        } finally {
            source.rollback();
        }
    }

    private static Set<TableName> tables(SchemaChange change) {
        return change.anew().stream()
                .map(name ->
                        name.contains(".")
                                ? new TableName(name.split("\\.")[0], name.split("\\.")[1])
                                : new TableName("shop", name))
                .collect(Collectors.toSet());
    }

    /// What is said of each change: its name, then a line for each thing.
    private static Map<String, List<String>> texts() throws IOException {
        try (InputStream in = ChangesTest.class.getResourceAsStream("changes.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n\n"))
                    .map(each -> List.of(each.strip().split("\n")))
                    .collect(
                            Collectors.toMap(List::getFirst, each -> each.subList(1, each.size())));
        }
    }

    @ParameterizedTest
    @FieldSource("CHANGES")
    void refusesColumnsNobodyDecidedAbout(SchemaChange change) throws Exception {
        if (!change.effect().equals("RULE")) {
            return;
        }
        String rules =
                "columns:\n"
                        + before.tables().stream()
                                .flatMap(table ->
                                        table.columns().stream()
                                                .map(column ->
                                                        "  shop.%s.%s: %s\n"
                                                                .formatted(
                                                                        table.name(),
                                                                        column.name(),
                                                                        column.name()
                                                                                        .equals(
                                                                                                "email")
                                                                                ? "email"
                                                                                : "keep")))
                                .filter(each -> !each.contains(".twice:"))
                                .collect(Collectors.joining());
        try {
            assertThat(plan(rules).warnings()).noneMatch(each -> each.id().contains("undecided"));
            execute(change.sql());
            ConfigProblems refused = catchThrowableOfType(ConfigProblems.class, () -> plan(rules));
            assertThat(refused.problems())
                    .anyMatch(each ->
                            each.id().equals("undecided-column")
                                    && each.message().endsWith("no rule decides about this column")
                                    && each.hint().matches("[a-z0-9_.]+: .+"));
        } finally {
            source.rollback();
        }
    }

    @Test
    void findsNothingChangedWhereNothingHas() throws Exception {
        Description now = describe(ALL_DECIDED);
        assertThat(Changes.between(before, now).none()).isTrue();
        assertThat(now.fingerprint()).isEqualTo(before.fingerprint());
        assertThat(Description.read(now.json())).isEqualTo(now);
    }

    @Test
    void reloadsTablesWhoseRulesChanged() throws Exception {
        Description other =
                describe("columns: { \"*\": keep, email: { mask: email, domain: people } }");
        assertThat(Changes.between(before, other).all())
                .extracting(Change::toString)
                .containsExactly(
                        "shop.customer: column email: another rule masks it, or the same one within other limits");
        assertThat(other.fingerprint()).isNotEqualTo(before.fingerprint());
        Description left = describe("tables: { structure-only: [line] }\n" + ALL_DECIDED);
        assertThat(Changes.between(before, left).all())
                .extracting(Change::toString)
                .containsExactly("shop.line: its rows are wanted no more");
    }
}
