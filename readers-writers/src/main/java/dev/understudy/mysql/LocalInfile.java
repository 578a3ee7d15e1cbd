package dev.understudy.mysql;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.JdbcStatement;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// LOAD DATA LOCAL from a stream, and from nothing else: the server names the file that it wants,
/// and a bad one could ask for any of ours, such as the masking key.
final class LocalInfile {
    /// Sessions with this setting may use LOAD DATA LOCAL, but a file that the server asks for is
    /// looked for in a folder that does not exist.
    static final String NOWHERE = "/nonexistent/understudy";

    private LocalInfile() {}

    /// Whether client and server agreed on it when the session began.
    static boolean isNegotiated(Connection session) throws SQLException {
        var properties = session.unwrap(JdbcConnection.class).getPropertySet();
        return properties.getBooleanProperty(PropertyKey.allowLoadLocalInfile).getValue()
                || properties
                        .getStringProperty(PropertyKey.allowLoadLocalInfileInPath)
                        .isExplicitlySet();
    }

    /// Executes a LOAD DATA LOCAL INFILE of any name with what the stream gives.
    ///
    /// @return how many rows the server took
    static long execute(Statement statement, String sql, InputStream rows) throws SQLException {
        RuntimeProperty<Boolean> allowed =
                statement
                        .getConnection()
                        .unwrap(JdbcConnection.class)
                        .getPropertySet()
                        .getBooleanProperty(PropertyKey.allowLoadLocalInfile);
        boolean before = allowed.getValue();
        var driver = statement.unwrap(JdbcStatement.class);
        driver.setLocalInfileInputStream(rows);
        allowed.setValue(true);
        try {
            return statement.executeLargeUpdate(sql);
        } finally {
            allowed.setValue(before);
            // A lost connection has closed the statement, which then knows no streams.
            if (!statement.isClosed()) {
                driver.setLocalInfileInputStream(null);
            }
        }
    }
}
