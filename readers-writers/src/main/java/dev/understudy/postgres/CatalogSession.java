package dev.understudy.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// A connection while its catalog is read: names come out qualified and constants in one form,
/// whatever the role, the database or the pool has set. Puts back what it changes, also in a
/// transaction that goes on afterwards.
final class CatalogSession implements AutoCloseable {
    /// These say how the server writes names and constants into SQL.
    private static final String SETTINGS =
            """
            SELECT s.name, current_setting(s.name), set_config(s.name, s.value, true)
            FROM (VALUES ('search_path', ''), ('datestyle', 'ISO'), ('intervalstyle', 'postgres'),
                         ('extra_float_digits', '3'), ('bytea_output', 'hex'),
                         ('quote_all_identifiers', 'off'))
                 AS s(name, value)
            """;

    private final Connection connection;
    private final boolean ownTransaction;
    private final String restore;
    private final int version;

    private CatalogSession(
            Connection connection, boolean ownTransaction, String restore, int version) {
        this.connection = connection;
        this.ownTransaction = ownTransaction;
        this.restore = restore;
        this.version = version;
    }

    static CatalogSession open(Connection connection) throws SQLException {
        boolean ownTransaction = connection.getAutoCommit();
        if (ownTransaction) {
            connection.setAutoCommit(false);
        }
        var restore = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SETTINGS)) {
            while (rows.next()) {
                restore.append(restore.isEmpty() ? "SELECT " : ", ")
                        .append("set_config('")
                        .append(rows.getString(1))
                        .append("', ")
                        .append(literal(rows.getString(2)))
                        .append(", true)");
            }
        }
        return new CatalogSession(
                connection,
                ownTransaction,
                restore.toString(),
                connection.getMetaData().getDatabaseMajorVersion());
    }

    /// The server's major version, such as 18.
    int version() {
        return version;
    }

    /// Runs a query and hands each of its rows to `each`.
    void forEach(String sql, Row each) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Without escape processing, braces in SQL stay what they are.
            statement.setEscapeProcessing(false);
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    each.accept(rows);
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        if (ownTransaction) {
            connection.rollback();
            connection.setAutoCommit(true);
            return;
        }
        // After an error the transaction is lost, and its settings with it.
        if (!connection.isClosed() && !failed()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(restore);
            }
        }
    }

    private boolean failed() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState()
                == TransactionState.FAILED;
    }

    /// An object's number, which may exceed the positive range of an int.
    static int oid(ResultSet row, int at) throws SQLException {
        return (int) row.getLong(at);
    }

    /// Text as a literal of standard SQL.
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    interface Row {
        void accept(ResultSet row) throws SQLException;
    }
}
