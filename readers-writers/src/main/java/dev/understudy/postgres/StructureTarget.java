package dev.understudy.postgres;

import dev.understudy.schema.TableName;
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
/// @param forbidden settings that a function may have and the twin's role may not give it
public record StructureTarget(
        int version,
        Set<String> extensions,
        Set<String> roles,
        boolean superuser,
        Set<String> forbidden) {
    private static final int GRANTS_SETTINGS = 15;
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    public StructureTarget {
        extensions = Set.copyOf(extensions);
        roles = Set.copyOf(roles);
        forbidden = Set.copyOf(forbidden);
    }

    /// Asks the server; any of its databases will do.
    public static StructureTarget read(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        return new StructureTarget(
                version,
                names(connection, "SELECT name FROM pg_catalog.pg_available_extensions"),
                names(connection, "SELECT rolname FROM pg_catalog.pg_roles"),
                names(connection, "SELECT pg_catalog.current_setting('is_superuser')")
                        .contains("on"),
                names(
                        connection,
                        """
                        SELECT name FROM pg_catalog.pg_settings
                        WHERE context = 'superuser'
                            AND pg_catalog.current_setting('is_superuser') = 'off'
                        """
                                + (version < GRANTS_SETTINGS
                                        ? ""
                                        : "AND NOT pg_catalog.has_parameter_privilege(name, 'SET')")));
    }

    /// Extensions that PostgreSQL lets nobody create but superusers, if the role is none. Managed
    /// servers let others create some of them.
    static Set<String> ofSuperusers(Connection connection) throws SQLException {
        return names(
                connection,
                """
                SELECT e.name FROM pg_catalog.pg_available_extensions e
                JOIN pg_catalog.pg_available_extension_versions v
                    ON v.name = e.name AND v.version = e.default_version
                WHERE v.superuser AND NOT v.trusted
                    AND pg_catalog.current_setting('is_superuser') = 'off'
                """);
    }

    /// Without those of some extensions that the server refuses to create for the role.
    ///
    /// @param connection in a database of the role's own, outside of a transaction
    StructureTarget triedOut(Connection connection, Set<String> wanted) throws SQLException {
        var offered = new HashSet<>(extensions);
        Set<String> doubtful = ofSuperusers(connection);
        doubtful.retainAll(wanted);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String each : doubtful) {
                try {
                    statement.execute(
                            """
                            CREATE SCHEMA understudy_trial;
                            SET LOCAL search_path = understudy_trial;
                            CREATE EXTENSION %s
                            """
                                    .formatted(TableName.quote(each)));
                } catch (SQLException e) {
                    if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                        offered.remove(each);
                    }
                } finally {
                    connection.rollback();
                }
            }
        } finally {
            connection.setAutoCommit(true);
        }
        return new StructureTarget(version, offered, roles, superuser, forbidden);
    }

    static Set<String> names(Connection connection, String sql) throws SQLException {
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
