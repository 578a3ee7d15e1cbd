package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.source.SqlConditions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;

/// Conditions as PostgreSQL writes them.
final class PostgresConditions extends SqlConditions {
    /// Classes of SQLSTATE that blame the statement.
    private static final Set<String> ITS_FAULT = Set.of("0A", "21", "22", "42");

    private final PostgresSource source;
    private final PostgresSessions sessions;

    PostgresConditions(PostgresSource source, PostgresSessions sessions) {
        this.source = source;
        this.sessions = sessions;
    }

    @Override
    protected String quote(String identifier) {
        return TableName.quote(identifier);
    }

    @Override
    protected String from(TableName table, boolean partitioned) {
        return (partitioned ? "" : "ONLY ") + table.quoted();
    }

    @Override
    protected String isMissing(String column) {
        return column + " IS NULL";
    }

    @Override
    protected String isDay(String column, CalendarDay day) {
        return switch (day) {
            case MONTH_END -> "extract(day FROM " + column + " + interval '1 day') = 1";
            case YEAR_END -> isDay(column, 12, 31);
            case FEB_29 -> isDay(column, 2, 29);
        };
    }

    private static String isDay(String column, int month, int day) {
        return "extract(month FROM %1$s) = %2$d AND extract(day FROM %1$s) = %3$d"
                .formatted(column, month, day);
    }

    /// An IN that stands alone becomes a join, whatever the sizes; under an OR it would be looked
    /// up row by row once its rows do not fit into memory.
    @Override
    protected String referencedByOthers(Rows rows, List<String> key, List<Link> by) {
        if (key.isEmpty()) {
            return "("
                    + all(rows.conditions())
                    + by.stream()
                            .map(each -> " OR " + isReferenced(each))
                            .collect(Collectors.joining())
                    + ")";
        }
        String of = "SELECT " + columns("", key) + " FROM " + from(rows) + " WHERE ";
        return row(key)
                + " IN ("
                + of
                + all(rows.conditions())
                + by.stream()
                        .map(each -> " UNION ALL " + of + isReferenced(each))
                        .collect(Collectors.joining())
                + ")";
    }

    /// Two frames that close differently: what passes both cannot leave them. The question is sent
    /// as a statement that is described and never executed.
    @Override
    public Optional<String> refusal(TableName table, String condition) {
        String own = " FROM ONLY " + table.quoted() + " AS own";
        // Outside of the snapshot's transaction, which a refused question would end.
        try (Connection session = sessions.session()) {
            for (String sql :
                    List.of(
                            "SELECT 1" + own + " WHERE (\n" + condition + "\n)",
                            "SELECT CASE WHEN\n" + condition + "\nTHEN 1 END" + own)) {
                // The driver takes a single ? for a parameter.
                try (var statement = session.prepareStatement(sql.replace("?", "??"))) {
                    statement.getMetaData();
                } catch (SQLException e) {
                    return Optional.of(refusal(e));
                }
            }
            return Optional.empty();
        } catch (SQLException e) {
            throw source.failure("asking about conditions on " + table, e);
        }
    }

    private static String refusal(SQLException e) throws SQLException {
        String state = String.valueOf(e.getSQLState());
        if (!ITS_FAULT.contains(state.substring(0, Math.min(2, state.length())))) {
            throw e;
        }
        // The driver's own message quotes the whole condition.
        return e instanceof PSQLException sql && sql.getServerErrorMessage() == null
                ? "a text, name or comment in it does not end"
                : SqlFailure.describe(e);
    }

    @Override
    protected long count(TableName table, String from, String condition) {
        return source.ask(
                "counting rows of " + table,
                session -> {
                    try (var statement = session.createStatement();
                            var row =
                                    statement.executeQuery(
                                            "SELECT pg_catalog.count(*) FROM "
                                                    + from
                                                    + " WHERE "
                                                    + condition)) {
                        row.next();
                        return row.getLong(1);
                    }
                });
    }
}
