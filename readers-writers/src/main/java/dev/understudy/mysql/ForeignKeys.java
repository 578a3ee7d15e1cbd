package dev.understudy.mysql;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/// The foreign keys of a schema, as conditions on its rows.
final class ForeignKeys {
    private ForeignKeys() {}

    /// A foreign key.
    ///
    /// @param setsNull whether the references to a deleted row become NULL
    /// @param timed columns of the table that the server sets by itself when a row changes
    record OfTwin(
            String name,
            String table,
            List<String> columns,
            String referenced,
            List<String> referencedColumns,
            boolean setsNull,
            List<String> timed) {
        /// The condition that one row references the other.
        String same(String child, String parent) {
            var all = new StringJoiner(" AND ");
            for (int i = 0; i < columns.size(); i++) {
                all.add(
                        "%s.%s = %s.%s"
                                .formatted(
                                        parent,
                                        MySqlName.quote(referencedColumns.get(i)),
                                        child,
                                        MySqlName.quote(columns.get(i))));
            }
            return all.toString();
        }

        /// The condition that a row references something.
        String given(String child) {
            var all = new StringJoiner(" AND ");
            columns.forEach(each -> all.add(child + "." + MySqlName.quote(each) + " IS NOT NULL"));
            return all.toString();
        }

        /// What makes a row reference nothing, and changes nothing else.
        String nulls(String child) {
            var all = new StringJoiner(", ");
            columns.forEach(each -> all.add(child + "." + MySqlName.quote(each) + " = NULL"));
            timed.forEach(each ->
                    all.add("%1$s.%2$s = %1$s.%2$s".formatted(child, MySqlName.quote(each))));
            return all.toString();
        }
    }

    /// Those inside of the schema, in the order of their names.
    static List<OfTwin> of(Statement statement, String schema) throws SQLException {
        String name = MySqlName.literal(schema);
        Map<String, List<String>> timed = new HashMap<>();
        try (var rows =
                statement.executeQuery(
                        "SELECT table_name, column_name FROM information_schema.columns WHERE extra LIKE '%on update%' AND table_schema = "
                                + name)) {
            while (rows.next()) {
                timed.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>())
                        .add(rows.getString(2));
            }
        }
        Map<String, String> rules = new HashMap<>();
        try (var rows =
                statement.executeQuery(
                        "SELECT table_name, constraint_name, delete_rule FROM information_schema.referential_constraints WHERE constraint_schema = "
                                + name)) {
            while (rows.next()) {
                rules.put(rows.getString(1) + "." + rows.getString(2), rows.getString(3));
            }
        }
        var keys = new TreeMap<String, OfTwin>();
        try (var rows =
                statement.executeQuery(
                        "SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_schema = %1$s AND referenced_table_schema = %1$s ORDER BY table_name, constraint_name, ordinal_position"
                                .formatted(name))) {
            while (rows.next()) {
                String table = rows.getString(1);
                String key = rows.getString(2);
                String referenced = rows.getString(4);
                OfTwin of =
                        keys.computeIfAbsent(
                                table + "." + key,
                                id ->
                                        new OfTwin(
                                                key,
                                                table,
                                                new ArrayList<>(),
                                                referenced,
                                                new ArrayList<>(),
                                                "SET NULL".equals(rules.get(id)),
                                                timed.getOrDefault(table, List.of())));
                of.columns().add(rows.getString(3));
                of.referencedColumns().add(rows.getString(5));
            }
        }
        return List.copyOf(keys.values());
    }
}
