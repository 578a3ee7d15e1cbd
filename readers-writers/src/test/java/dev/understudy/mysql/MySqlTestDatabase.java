package dev.understudy.mysql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;

/// A database of a {@link MariaDbServer}, and who may connect to it: root.
public record MySqlTestDatabase(String name, String url, String user, String password) {

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /// The numbers from 1 on, as a table with the column `seq` to select from; at most 100,000.
    static String numbers(int upTo) {
        var digits = new StringJoiner(" UNION ALL ", "(SELECT 0 AS n UNION ALL ", ")");
        for (int i = 1; i < 10; i++) {
            digits.add("SELECT " + i);
        }
        String each = digits.toString();
        return "(SELECT * FROM (SELECT 1 + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS seq"
                + " FROM "
                + each
                + " a, "
                + each
                + " b, "
                + each
                + " c, "
                + each
                + " d, "
                + each
                + " e) AS hundred_thousand WHERE seq <= "
                + upTo
                + ") AS numbers";
    }

    /// Runs statements, separated by semicolons, in one connection of their own. The server splits
    /// them.
    public void execute(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                url + "&allowMultiQueries=true", user, password);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // Each further statement's failure shows only when its result is asked for.
            }
        }
    }
}
