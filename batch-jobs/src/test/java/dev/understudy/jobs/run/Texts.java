package dev.understudy.jobs.run;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;

/// Walks over everything that a query returns.
final class Texts {
    private Texts() {}

    /// Every value that is not NULL, as text.
    static void forEach(Connection connection, String query, Consumer<String> action)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1000);
            try (ResultSet rows = statement.executeQuery(query)) {
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    for (int i = 1; i <= columns; i++) {
                        String text = rows.getString(i);
                        if (text != null) {
                            action.accept(text);
                        }
                    }
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
