package dev.understudy.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/// What the server offers on which a structure is to be made.
///
/// @param version its major version
/// @param extensions that may be created there
/// @param roles that exist there
/// @param superuser whether the twin is loaded by one
public record StructureTarget(
        int version, Set<String> extensions, Set<String> roles, boolean superuser) {
    public StructureTarget {
        extensions = Set.copyOf(extensions);
        roles = Set.copyOf(roles);
    }

    /// Asks the server; any of its databases will do.
    public static StructureTarget read(Connection connection) throws SQLException {
        return new StructureTarget(
                connection.getMetaData().getDatabaseMajorVersion(),
                names(connection, "SELECT name FROM pg_catalog.pg_available_extensions"),
                names(connection, "SELECT rolname FROM pg_catalog.pg_roles"),
                names(connection, "SELECT pg_catalog.current_setting('is_superuser')")
                        .contains("on"));
    }

    private static Set<String> names(Connection connection, String sql) throws SQLException {
        var names = new HashSet<String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
