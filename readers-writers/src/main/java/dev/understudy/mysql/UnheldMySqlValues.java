package dev.understudy.mysql;

import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/// Looks for values that the lake's types cannot hold: dates that no calendar has, times below zero
/// or beyond a day.
final class UnheldMySqlValues {
    private UnheldMySqlValues() {}

    /// An SQL condition that is true for such a value; empty if the type has none.
    static Optional<String> condition(String column, ColumnType type) {
        return switch (type.name()) {
            case "date", "timestamp", "timestamptz" ->
                    Optional.of(
                            "(year(%1$s) = 0 OR month(%1$s) = 0 OR dayofmonth(%1$s) = 0 OR date(%1$s) <> from_days(to_days(%1$s)))"
                                    .formatted(column));
            case "time" ->
                    Optional.of("(%1$s < '00:00:00' OR %1$s > '24:00:00')".formatted(column));
            default -> Optional.empty();
        };
    }

    static Map<TableName, Set<String>> find(
            Connection session, Map<TableName, Map<String, ColumnType>> columns)
            throws SQLException {
        var found = new HashMap<TableName, Set<String>>();
        for (var table : columns.entrySet()) {
            var conditions = new LinkedHashMap<String, String>();
            table.getValue()
                    .forEach((column, type) ->
                            condition(MySqlName.quote(column), type)
                                    .ifPresent(condition -> conditions.put(column, condition)));
            if (conditions.isEmpty()) {
                continue;
            }
            var sql =
                    new StringJoiner(", ", "SELECT ", " FROM " + MySqlName.quoted(table.getKey()));
            conditions.values().forEach(condition -> sql.add("max(" + condition + ")"));
            try (var statement = session.createStatement();
                    var answer = statement.executeQuery(sql.toString())) {
                answer.next();
                int place = 1;
                for (String column : conditions.keySet()) {
                    if (answer.getInt(place++) == 1) {
                        found.computeIfAbsent(table.getKey(), _ -> new HashSet<>()).add(column);
                    }
                }
            }
        }
        return found;
    }
}
