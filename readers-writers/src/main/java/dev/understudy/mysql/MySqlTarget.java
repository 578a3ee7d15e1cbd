package dev.understudy.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/// What the server offers on which a structure is to be made.
///
/// @param mariaDb whether it is MariaDB, and not MySQL
/// @param product and version, for people
/// @param collations that it knows, by full name
/// @param engines that it can create tables of, in lower case
/// @param foldsNames whether table names that differ in case alone are one
/// @param deltas whether changes will be merged into the tables, which takes such with transactions
/// @param functions whether it has a function of this name
public record MySqlTarget(
        boolean mariaDb,
        String product,
        Set<String> collations,
        Set<String> engines,
        boolean foldsNames,
        boolean deltas,
        Predicate<String> functions) {
    /// "FUNCTION f does not exist"; and "No database selected", where it would look for it next.
    private static final Set<Integer> NO_FUNCTION = Set.of(1305, 1046);

    public MySqlTarget {
        collations = Set.copyOf(collations);
        engines = Set.copyOf(engines);
    }

    /// Asks the server; no database is needed.
    ///
    /// @param session stays in use for as long as there are functions to ask for
    public static MySqlTarget read(Connection session) throws SQLException {
        return read(session, false);
    }

    static MySqlTarget read(Connection session, boolean deltas) throws SQLException {
        MySqlVersion version = MySqlVersion.of(session);
        var functions = new HashMap<String, Boolean>();
        try (Statement statement = session.createStatement()) {
            return new MySqlTarget(
                    version.mariaDb(),
                    version.toString(),
                    collations(statement),
                    names(
                            statement,
                            "SELECT lower(engine) FROM information_schema.engines WHERE support IN ('YES', 'DEFAULT')"),
                    !names(statement, "SELECT @@lower_case_table_names").contains("0"),
                    deltas,
                    name -> functions.computeIfAbsent(name, each -> hasFunction(session, each)));
        }
    }

    // No table lists them. Preparing a call without parameters looks the name up, and calls
    // nothing.
    private static boolean hasFunction(Connection session, String name) {
        try (Statement statement = session.createStatement()) {
            statement.execute("PREPARE understudy FROM 'SELECT %s()'".formatted(name));
            return true;
        } catch (SQLException e) {
            return !NO_FUNCTION.contains(e.getErrorCode());
        }
    }

    /// The collations' full names: MariaDB lists some that several character sets share without the
    /// character set's name.
    static Set<String> collations(Statement statement) throws SQLException {
        Set<String> names =
                names(statement, "SELECT collation_name FROM information_schema.collations");
        if (MySqlVersion.of(statement.getConnection()).mariaDb()) {
            Set<String> columns =
                    names(
                            statement,
                            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'information_schema' AND table_name = 'COLLATION_CHARACTER_SET_APPLICABILITY'");
            if (columns.stream()
                    .anyMatch(
                            each -> each.toLowerCase(Locale.ROOT).equals("full_collation_name"))) {
                names.addAll(
                        names(
                                statement,
                                "SELECT full_collation_name FROM information_schema.collation_character_set_applicability"));
            }
        }
        return names;
    }

    private static Set<String> names(Statement statement, String query) throws SQLException {
        var names = new HashSet<String>();
        try (var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                String name = rows.getString(1);
                if (name != null) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
