package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// Finds out what a user may not read.
final class MySqlRights {
    private MySqlRights() {}

    /// The tables of which a user may not read some column, whether it sees that one or not. Asks
    /// the server to plan a query of each table, which it refuses where a privilege is missing,
    /// whoever granted it: to the user, a role or a proxy.
    static List<TableName> refused(Connection session, Map<TableName, List<String>> columns)
            throws SQLException {
        var refused = new ArrayList<TableName>();
        for (var each : columns.entrySet()) {
            // Invisible columns are not among all.
            var names = new StringJoiner(", ").add("*");
            each.getValue().forEach(name -> names.add(MySqlName.quote(name)));
            String table = MySqlName.quoted(each.getKey());
            try {
                MySqlSnapshot.execute(session, "SELECT " + names + " FROM " + table + " LIMIT 0");
            } catch (SQLException e) {
                if (e.getErrorCode() != 1142 && e.getErrorCode() != 1143) {
                    throw e;
                }
                refused.add(each.getKey());
            }
        }
        return refused;
    }

    /// Refuses what a user may not read.
    static void check(Connection session, Map<TableName, List<String>> columns)
            throws SQLException {
        List<TableName> refused = refused(session, columns);
        if (!refused.isEmpty()) {
            String user = user(session);
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "the user %s may not read %s; ask for: %s, or exclude what it must not see"
                            .formatted(
                                    user,
                                    refused.stream()
                                            .map(TableName::toString)
                                            .collect(Collectors.joining(", ")),
                                    refused.stream()
                                            .map(table -> grant(table, user))
                                            .collect(Collectors.joining("; "))));
        }
    }

    /// As statements write it: `'reader'@'%'`.
    private static String user(Connection session) throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery("SELECT current_user()")) {
            row.next();
            return MySqlName.account(row.getString(1));
        }
    }

    static String grant(TableName table, String user) {
        return "GRANT SELECT ON " + MySqlName.quoted(table) + " TO " + user;
    }
}
