package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import java.util.Optional;

/// A statement that makes a part of a database's structure.
///
/// @param kind of the object that it makes or changes: `table`, `index`, `foreign key`
/// @param object its name, for messages
/// @param table that it belongs to, if to one
/// @param alone whether it is a table's that needs no other table: such statements, if they follow
///   each other and are of different tables, may be executed side by side
/// @param sql to be executed as it is, in a session with {@link PostgresStructure#SESSION}
public record StructureStatement(
        String kind, String object, Optional<TableName> table, boolean alone, String sql) {
    /// The kind of the statements that let policies filter a table's rows, for its owner too. They
    /// come last of all, and whoever wants to see all rows does so before.
    public static final String ROW_SECURITY = "row security";
}
