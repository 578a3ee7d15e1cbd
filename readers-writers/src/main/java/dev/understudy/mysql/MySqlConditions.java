package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SqlConditions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Conditions as MySQL and MariaDB write them.
final class MySqlConditions extends SqlConditions {
    /// What is no statement's fault: lost connections, locks, limits, shutdowns.
    private static final Set<Integer> NOT_ITS_FAULT =
            Set.of(0, 1053, 1205, 1213, 1317, 1927, 1969, 3024, 4031);

    private final MySqlSnapshot snapshot;

    MySqlConditions(MySqlSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    @Override
    protected String quote(String identifier) {
        return MySqlName.quote(identifier);
    }

    @Override
    protected String from(TableName table, boolean partitioned) {
        return MySqlName.quoted(table);
    }

    /// A zero date is none, either.
    @Override
    protected String isMissing(String column) {
        return "(%1$s IS NULL OR %1$s < DATE '0001-01-01')".formatted(column);
    }

    @Override
    protected String isDay(String column, CalendarDay day) {
        return switch (day) {
            case MONTH_END -> "DATE(%1$s) = LAST_DAY(%1$s)".formatted(column);
            case YEAR_END -> isDay(column, 12, 31);
            case FEB_29 -> isDay(column, 2, 29);
        };
    }

    private static String isDay(String column, int month, int day) {
        return "MONTH(%1$s) = %2$d AND DAYOFMONTH(%1$s) = %3$d".formatted(column, month, day);
    }

    /// The servers keep the rows of such an IN in a table with an index, or look them up by one.
    @Override
    protected String referencedByOthers(Rows rows, List<String> key, List<Link> by) {
        return "("
                + all(rows.conditions())
                + by.stream().map(each -> " OR " + isReferenced(each)).collect(Collectors.joining())
                + ")";
    }

    /// Two frames that close differently: what passes both cannot leave them. The server prepares
    /// the question, which is one statement then, and does not execute it.
    @Override
    public Optional<String> refusal(TableName table, String condition) {
        String own = " FROM " + MySqlName.quoted(table) + " AS own";
        Connection session = snapshot.join();
        try {
            for (String sql :
                    List.of(
                            "SELECT 1" + own + " WHERE (\n" + condition + "\n)",
                            "SELECT CASE WHEN\n" + condition + "\nTHEN 1 END" + own)) {
                try (var statement = session.prepareStatement(sql)) {
                    if (statement.getParameterMetaData().getParameterCount() > 0) {
                        return Optional.of("a ? stands for no value here");
                    }
                } catch (SQLException e) {
                    if (NOT_ITS_FAULT.contains(e.getErrorCode())) {
                        throw MySqlFailure.of(
                                Failure.Kind.SOURCE, "asking about conditions on " + table, e);
                    }
                    return Optional.of(MySqlFailure.describe(e));
                }
            }
            return Optional.empty();
        } finally {
            snapshot.leave(session);
        }
    }

    @Override
    protected long count(TableName table, String from, String condition) {
        Connection session = snapshot.join();
        try (var statement = session.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT count(*) FROM " + from + " WHERE " + condition)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw MySqlFailure.of(Failure.Kind.SOURCE, "counting rows of " + table, e);
        } finally {
            snapshot.leave(session);
        }
    }
}
