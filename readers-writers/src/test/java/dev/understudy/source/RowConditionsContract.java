package dev.understudy.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.schema.TableName;
import dev.understudy.source.RowConditions.CalendarDay;
import dev.understudy.source.RowConditions.Link;
import dev.understudy.source.RowConditions.Rows;
import java.sql.Connection;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// What conditions choose, on a server that holds the same rows for every engine.
public interface RowConditionsContract {
    LocalDate FIRST = LocalDate.of(2023, 6, 15);

    /// A new database with nothing in it.
    Target newDatabase() throws Exception;

    /// The engine's type of a point in time.
    String moment();

    /// A database under test.
    interface Target {
        Connection connect() throws Exception;

        SourceDatabase open();

        TableName table(String name);
    }

    @Test
    default void calendarGuardsKeepTheDaysThatBreakSoftware() throws Exception {
        Target target = newDatabase();
        try (Connection session = target.connect();
                var statement = session.createStatement()) {
            statement.execute(
                    "CREATE TABLE days (id int PRIMARY KEY, d date, at " + moment() + ")");
            var values = new StringJoiner(", ", "INSERT INTO days VALUES ", "");
            for (int year : new int[] {1896, 1900, 1904, 1999, 2000, 2019, 2020, 2023, 2024}) {
                LocalDate end = LocalDate.of(year + 1, 1, 1);
                for (LocalDate day = LocalDate.of(year, 1, 1);
                        day.isBefore(end);
                        day = day.plusDays(1)) {
                    values.add("(%d, '%s', '%s 23:59:59')".formatted(day.toEpochDay(), day, day));
                }
            }
            statement.execute(values.toString());
        }
        try (SourceDatabase source = target.open()) {
            RowConditions conditions = source.conditions();
            for (Set<CalendarDay> kept :
                    List.of(
                            EnumSet.noneOf(CalendarDay.class),
                            EnumSet.of(CalendarDay.MONTH_END),
                            EnumSet.of(CalendarDay.YEAR_END),
                            EnumSet.of(CalendarDay.FEB_29),
                            EnumSet.allOf(CalendarDay.class))) {
                Predicate<LocalDate> oracle =
                        day ->
                                !day.isBefore(FIRST)
                                        || (kept.contains(CalendarDay.MONTH_END)
                                                && day.plusDays(1).getDayOfMonth() == 1)
                                        || (kept.contains(CalendarDay.YEAR_END)
                                                && day.getDayOfYear() == day.lengthOfYear())
                                        || (kept.contains(CalendarDay.FEB_29)
                                                && day.getMonthValue() == 2
                                                && day.getDayOfMonth() == 29);
                for (String column : List.of("d", "at")) {
                    String since = conditions.since(List.of(column), FIRST, kept);
                    assertThat(ids(target, "days", since))
                            .as("%s %s", column, kept)
                            .isEqualTo(expected(target, oracle));
                }
            }
        }
    }

    private static Set<Integer> expected(Target target, Predicate<LocalDate> oracle)
            throws Exception {
        var ids = new TreeSet<>(ids(target, "days", "1 = 1"));
        ids.removeIf(each -> !oracle.test(LocalDate.ofEpochDay(each)));
        return ids;
    }

    private static String quoted(Target target, String table) {
        TableName name = target.table(table);
        return name.schema() + "." + name.name();
    }

    /// The rows that meet a condition, in a session whose times are in UTC.
    private static Set<Integer> ids(Target target, String table, String condition)
            throws Exception {
        var ids = new TreeSet<Integer>();
        try (Connection session = target.connect();
                var statement = session.createStatement()) {
            boolean postgres = session.getMetaData().getDatabaseProductName().equals("PostgreSQL");
            statement.execute(
                    postgres ? "SET TimeZone = 'UTC'" : "SET SESSION time_zone = '+00:00'");
            try (var rows =
                    statement.executeQuery(
                            "SELECT id FROM %s AS own WHERE (%s)"
                                    .formatted(quoted(target, table), condition))) {
                while (rows.next()) {
                    ids.add(rows.getInt(1));
                }
            }
        }
        return ids;
    }

    @Test
    default void rowsWithoutAnyDateComeAndOneOfTwoDatesIsEnough() throws Exception {
        Target target = newDatabase();
        execute(
                target,
                "CREATE TABLE pair (id int PRIMARY KEY, made date, changed " + moment() + " NULL)",
                """
                INSERT INTO pair VALUES (1, NULL, NULL), (2, '2020-01-31', NULL), (3, '2020-01-31', '2023-06-15 00:00:00'),
                    (4, '2023-06-15', NULL), (5, NULL, '2020-01-01 00:00:00'), (6, '2023-06-14', '2023-06-14 23:59:59'), (7, '2099-01-01', NULL)\
                """);
        try (SourceDatabase source = target.open()) {
            RowConditions conditions = source.conditions();
            assertThat(
                            ids(
                                    target,
                                    "pair",
                                    conditions.since(List.of("made", "changed"), FIRST, Set.of())))
                    .containsExactly(1, 3, 4, 7);
            assertThat(ids(target, "pair", conditions.since(List.of("changed"), FIRST, Set.of())))
                    .containsExactly(1, 2, 3, 4, 7);
            assertThat(
                            ids(
                                    target,
                                    "pair",
                                    conditions.since(
                                            List.of("made"),
                                            LocalDate.of(-5000, 1, 1),
                                            Set.of(CalendarDay.MONTH_END))))
                    .containsExactly(1, 2, 3, 4, 5, 6, 7);
        }
    }

    @Test
    default void rowsThatOthersReferenceComeAndReferencesToTheRestAreKnown() throws Exception {
        Target target = newDatabase();
        execute(
                target,
                "CREATE TABLE boss (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL, above int, beside int, w int NOT NULL, UNIQUE (a, b))",
                "CREATE TABLE child (id int PRIMARY KEY, boss_id int, a int, b int, w int NOT NULL)",
                // 1 <- 2 <- 3 <- 4; 5 and 6 are each other's; 7 alone; 8 is beside 7 and above
                // itself
                "INSERT INTO boss VALUES (1, 1, 1, NULL, NULL, 0), (2, 1, 2, 1, NULL, 0), (3, 1, 3, 2, NULL, 0), (4, 1, 4, 3, NULL, 1),"
                        + " (5, 2, 1, 6, NULL, 0), (6, 2, 2, 5, NULL, 0), (7, 2, 3, NULL, NULL, 0), (8, 2, 4, 8, 7, 0)",
                "INSERT INTO child VALUES (1, 5, NULL, NULL, 1), (2, 7, 1, 1, 0), (3, NULL, 2, 4, 1), (4, 4, 1, NULL, 1), (5, 99, 1, 2, 0)");
        try (SourceDatabase source = target.open()) {
            RowConditions conditions = source.conditions();
            var bosses = new Rows(target.table("boss"), false, List.of("w = 1 -- own"));
            var children = new Rows(target.table("child"), false, List.of("w = 1 -- theirs"));
            Link one = new Link(children, List.of("boss_id"), bosses, List.of("id"), false);
            Link two = new Link(children, List.of("a", "b"), bosses, List.of("a", "b"), false);
            Link above = new Link(bosses, List.of("above"), bosses, List.of("id"), false);
            Link beside = new Link(bosses, List.of("beside"), bosses, List.of("id"), false);

            assertThat(chosen(target, conditions, bosses, List.of(one))).containsExactly(4, 5);
            assertThat(chosen(target, conditions, bosses, List.of(one, two)))
                    .containsExactly(4, 5, 8);
            assertThat(
                            ids(
                                    target,
                                    "boss",
                                    conditions.referenced(bosses, List.of(), List.of(one, two))))
                    .containsExactly(4, 5, 8);
            assertThat(chosen(target, conditions, bosses, List.of(above)))
                    .containsExactly(1, 2, 3, 4);
            assertThat(chosen(target, conditions, bosses, List.of(one, two, above, beside)))
                    .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);

            assertThat(ids(target, "child", conditions.leftOut(one))).containsExactly(1, 2, 5);
            assertThat(ids(target, "child", conditions.leftOut(two))).containsExactly(2, 3, 5);
            Link dangling = new Link(children, List.of("boss_id"), bosses, List.of("id"), true);
            assertThat(ids(target, "child", conditions.leftOut(dangling))).containsExactly(1, 2);
            assertThat(ids(target, "boss", conditions.leftOut(above)))
                    .containsExactly(2, 3, 4, 5, 6, 8);
            assertThat(
                            conditions.count(
                                    new Rows(
                                            target.table("child"),
                                            false,
                                            List.of("w = 1", conditions.leftOut(one)))))
                    .isEqualTo(1);
        }
    }

    private static Set<Integer> chosen(
            Target target, RowConditions conditions, Rows rows, List<Link> by) throws Exception {
        return ids(target, rows.table().name(), conditions.referenced(rows, List.of("id"), by));
    }

    @Test
    default void whatIsNoConditionIsRefused() throws Exception {
        Target target = newDatabase();
        execute(
                target,
                "CREATE TABLE t (id int PRIMARY KEY, name varchar(20))",
                "CREATE TABLE u (id int PRIMARY KEY)");
        try (SourceDatabase source = target.open()) {
            RowConditions conditions = source.conditions();
            for (String taken :
                    List.of(
                            "id > 5",
                            "name = 'a;b' OR name = '(' -- why",
                            "name LIKE '%?%' AND id IN (SELECT id FROM "
                                    + quoted(target, "u")
                                    + ")",
                            "CASE WHEN id = 1 THEN true ELSE false END",
                            "(id) = (1) /* it */")) {
                assertThat(conditions.refusal(target.table("t"), taken)).as(taken).isEmpty();
            }
            for (String refused :
                    List.of(
                            "id > 5; DELETE FROM " + quoted(target, "u"),
                            "true); DELETE FROM " + quoted(target, "u") + "; SELECT (1",
                            "true) OR (true",
                            "true THEN 1 END = 1 AND CASE WHEN true",
                            "id > 5 ORDER BY id",
                            "id > 5 /* never closed",
                            "name = 'never closed",
                            "nmae = 'a'",
                            "count(*) > 1",
                            "id = ?",
                            ")",
                            "(")) {
                assertThat(conditions.refusal(target.table("t"), refused)).as(refused).isPresent();
            }
            assertThat(conditions.refusal(target.table("t"), "nmae = 'a'").orElseThrow())
                    .contains("nmae")
                    .doesNotContain("'a'");
        }
        execute(target, "INSERT INTO u VALUES (1)");
    }

    private static void execute(Target target, String... statements) throws Exception {
        try (Connection session = target.connect();
                var statement = session.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }
}
