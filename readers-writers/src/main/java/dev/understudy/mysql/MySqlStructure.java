package dev.understudy.mysql;

import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.StructureStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Predicate;

/// Makes what a MySQL or MariaDB database consists of besides rows in another, empty one. The
/// statements name nothing with its schema, so they work wherever the session's default database
/// is, and as they commit by themselves, each may be repeated ({@link #apply}).
///
/// - Before the rows: sequences and tables, in InnoDB whatever their engine is to be, so that rows
///   and checkpoints commit together. A small table has its indexes from the start; a large one has
///   only those that its rows need.
/// - After a table's rows: the other indexes in one pass, full-text indexes one by one, the engine
///   that it is to have.
/// - After all rows: foreign keys, which the server takes without looking at rows; sequences'
///   values.
/// - After publishing: functions, procedures, triggers, events and views, handed to {@link
///   MySqlTwin#stamp}.
///
/// Definers are left to the target: views, triggers and routines belong to the user that makes
/// them. Events are disabled.
public final class MySqlStructure {
    /// Settings under which definitions mean what they say. Some exist on one product alone or need
    /// a right that few users have; each is set where it can be.
    private static final List<String> SETTINGS =
            List.of(
                    "foreign_key_checks = 0",
                    "innodb_strict_mode = OFF",
                    "explicit_defaults_for_timestamp = ON",
                    "sql_generate_invisible_primary_key = OFF",
                    "sql_require_primary_key = OFF",
                    "default_storage_engine = InnoDB",
                    "alter_algorithm = DEFAULT");

    private MySqlStructure() {}

    /// Reads the structure of some of the tables of a session's default database, and of all that
    /// does not need the others.
    ///
    /// @param wanted which tables; views and foreign keys that need others are not carried
    /// @param target where it will be made
    /// @throws dev.understudy.rows.Failure of kind CONFIG if the target's server does not know what
    ///   a table is made of
    public static Blueprint read(Connection source, Predicate<TableName> wanted, MySqlTarget target)
            throws SQLException {
        return read(source, wanted, target, MySqlStructureReader.LARGE_BYTES);
    }

    static Blueprint read(
            Connection source, Predicate<TableName> wanted, MySqlTarget target, long largeBytes)
            throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.setEscapeProcessing(false);
            return new MySqlStructureReader(statement, wanted, target, largeBytes).read();
        }
    }

    /// Makes a session of {@link MySqlSessions#loading} ready for {@link #apply}.
    public static void prepare(Connection twin) throws SQLException {
        try (Statement statement = twin.createStatement()) {
            for (String each : SETTINGS) {
                try {
                    statement.execute("SET SESSION " + each);
                } catch (SQLException e) {
                    if (MySqlFailure.isLost(e)) {
                        throw e;
                    }
                    // This server has no such setting, or keeps it to itself.
                }
            }
        }
    }

    /// Whether {@link MySqlTwin#checkProgramRights} must hold.
    public static boolean hasPrograms(Blueprint blueprint) {
        return blueprint.afterPublishing().stream().anyMatch(each -> !each.kind().equals("view"));
    }

    /// Executes a statement in a session whose default database is the one that is being made,
    /// unless it has been done there. The session's settings are as before when it returns.
    public static void apply(Connection session, StructureStatement made) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            if (made.done().isPresent() && hasRow(statement, made.done().get())) {
                return;
            }
            if (made.settings().isEmpty()) {
                statement.execute(made.sql());
                return;
            }
            String before = restoring(statement);
            try {
                for (String each : made.settings()) {
                    statement.execute(each);
                }
                statement.execute(made.sql());
            } finally {
                statement.execute(before);
            }
        }
    }

    private static boolean hasRow(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static String restoring(Statement statement) throws SQLException {
        try (var row =
                statement.executeQuery("SELECT @@sql_mode, @@collation_connection, @@time_zone")) {
            row.next();
            return "SET SESSION sql_mode = %s, collation_connection = %s, time_zone = %s"
                    .formatted(
                            MySqlName.literal(row.getString(1)),
                            row.getString(2),
                            MySqlName.literal(row.getString(3)));
        }
    }
}
