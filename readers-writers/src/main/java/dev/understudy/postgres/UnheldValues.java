package dev.understudy.postgres;

import dev.understudy.lake.LakeTypes;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/// Looks for values that the lake's types cannot hold.
final class UnheldValues {
    /// So many tables are asked about by one query.
    private static final int TABLES_A_QUERY = 100;

    private UnheldValues() {}

    static Map<TableName, Set<String>> find(
            Connection session, Map<TableName, Map<String, ColumnType>> columns)
            throws SQLException {
        var tests = new ArrayList<Test>();
        columns.forEach((table, types) -> {
            var conditions = new LinkedHashMap<String, String>();
            types.forEach((column, type) ->
                    LakeTypes.needsText(TableName.quote(column), type)
                            .ifPresent(condition -> conditions.put(column, condition)));
            if (!conditions.isEmpty()) {
                tests.add(new Test(table, conditions));
            }
        });
        var found = new HashMap<TableName, Set<String>>();
        for (int from = 0; from < tests.size(); from += TABLES_A_QUERY) {
            run(tests.subList(from, Math.min(tests.size(), from + TABLES_A_QUERY)), session, found);
        }
        return found;
    }

    /// What a table's columns are asked for, by their names.
    private record Test(TableName table, Map<String, String> conditions) {
        String sql(int number) {
            var tests = new StringJoiner(", ", "SELECT " + number + ", ARRAY[", "]");
            conditions
                    .values()
                    .forEach(condition -> tests.add("pg_catalog.bool_or(" + condition + ")"));
            return tests + " FROM ONLY " + table.quoted();
        }
    }

    private static void run(List<Test> tests, Connection session, Map<TableName, Set<String>> found)
            throws SQLException {
        var query = new StringJoiner(" UNION ALL ");
        for (int i = 0; i < tests.size(); i++) {
            query.add(tests.get(i).sql(i));
        }
        try (var statement = session.createStatement();
                var result = statement.executeQuery(query.toString())) {
            while (result.next()) {
                Test test = tests.get(result.getInt(1));
                var answers = (Object[]) result.getArray(2).getArray();
                int place = 0;
                for (String column : test.conditions().keySet()) {
                    if (Boolean.TRUE.equals(answers[place++])) {
                        found.computeIfAbsent(test.table(), _ -> new HashSet<>()).add(column);
                    }
                }
            }
        }
    }
}
