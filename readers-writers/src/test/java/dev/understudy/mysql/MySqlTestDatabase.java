package dev.understudy.mysql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/// A database of a {@link MariaDbServer}, and who may connect to it: root.
public record MySqlTestDatabase(String name, String url, String user, String password) {

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
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
