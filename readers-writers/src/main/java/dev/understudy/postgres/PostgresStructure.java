package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Predicate;

/// Reads what a database consists of besides rows. The statements make it again in an empty
/// database that was created from template0, on connections with {@link #SESSION}; names in them
/// are qualified, so any search path will do.
///
/// The source is only read, in a few dozen queries whatever the number of tables.
public final class PostgresStructure {
    /// Settings that the statements rely on, to be executed on each connection that runs some.
    public static final String SESSION =
            "SET check_function_bodies = off; SET search_path = ''; SET client_min_messages = warning;"
                    + " SET row_security = off; SET standard_conforming_strings = on;"
                    + " SET xmloption = content; SET default_tablespace = '';"
                    + " SET default_table_access_method = heap";

    private PostgresStructure() {}

    /// Reads the structure of some of a database's tables and of all that does not need the others.
    ///
    /// Inside a transaction the answer belongs to its snapshot as far as the server's catalog
    /// functions allow; sequences' values are always those of now. The session's settings are as
    /// before when the method returns.
    ///
    /// @param wanted which tables; views and foreign keys that need others are not carried
    /// @param target where it will be made, so that what cannot be made there is not carried
    public static Blueprint read(
            Connection source, Predicate<TableName> wanted, StructureTarget target)
            throws SQLException {
        try (CatalogSession session = CatalogSession.open(source)) {
            return new StructureReader(session, wanted, target).read();
        }
    }
}
