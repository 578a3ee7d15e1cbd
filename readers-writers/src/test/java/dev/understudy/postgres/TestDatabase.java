package dev.understudy.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/// An empty database of a {@link PostgresServer}, and who may connect to it: a superuser.
public record TestDatabase(String name, String url, String user, String password) {

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /// Runs statements, separated by semicolons, in one connection of their own. The server splits
    /// them, because the driver fails on functions with SQL bodies.
    public void execute(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                url + "?preferQueryMode=simple", user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
