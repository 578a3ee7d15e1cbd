package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// What a database consists of besides rows, as statements that make it again in an empty database
/// that was created from template0. Names in them are qualified, so any search path will do.
///
///     run PostgresStructure.SESSION on each connection
///     run beforeRows(), in order
///     for each table: load its rows, then run afterRows(table), in order; tables in parallel
///     run afterAllRows(), in order
///
/// The source is only read, in a few dozen queries whatever the number of tables. Ownership, grants
/// and roles are left to the target; whatever else is not carried is in {@link #notCarried()}.
///
/// @param beforeRows schemas, extensions, types, functions, sequences, tables; partitions attached
/// @param afterRows by table: keys, unique and exclusion constraints, indexes, statistics objects,
///   what the table is clustered on and identified by. Statements of different tables do not wait
///   for each other.
/// @param afterAllRows partitions' indexes attached, constraints that old rows need not meet,
///   foreign keys, views, materialised views, rules, triggers, policies, sequences' values,
///   comments; row security last
/// @param tables that are carried
/// @param notCarried what is missing, and why
public record PostgresStructure(
        List<StructureStatement> beforeRows,
        Map<TableName, List<StructureStatement>> afterRows,
        List<StructureStatement> afterAllRows,
        Set<TableName> tables,
        List<NotCarried> notCarried) {

    /// Settings that the statements rely on, to be executed on each connection that runs some.
    public static final String SESSION =
            "SET check_function_bodies = off; SET search_path = ''; SET client_min_messages = warning;"
                    + " SET row_security = off; SET standard_conforming_strings = on;"
                    + " SET xmloption = content; SET default_tablespace = '';"
                    + " SET default_table_access_method = heap";

    public PostgresStructure {
        beforeRows = List.copyOf(beforeRows);
        afterRows = Map.copyOf(afterRows);
        afterAllRows = List.copyOf(afterAllRows);
        tables = Set.copyOf(tables);
        notCarried = List.copyOf(notCarried);
    }

    /// Reads the structure of some of a database's tables and of all that does not need the others.
    ///
    /// Inside a transaction the answer belongs to its snapshot as far as the server's catalog
    /// functions allow; sequences' values are always those of now. The session's settings are as
    /// before when the method returns.
    ///
    /// @param wanted which tables; views and foreign keys that need others are not carried
    /// @param target where it will be made, so that what cannot be made there is not carried
    public static PostgresStructure read(
            Connection source, Predicate<TableName> wanted, StructureTarget target)
            throws SQLException {
        try (CatalogSession session = CatalogSession.open(source)) {
            return new StructureReader(session, wanted, target).read();
        }
    }

    /// The statements for a table once its rows are there.
    public List<StructureStatement> afterRows(TableName table) {
        return afterRows.getOrDefault(table, List.of());
    }
}
