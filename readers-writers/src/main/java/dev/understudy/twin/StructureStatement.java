package dev.understudy.twin;

import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Optional;

/// A statement that makes a part of a database's structure.
///
/// @param kind of the object that it makes or changes: `table`, `index`, `foreign key`
/// @param object its name, for messages
/// @param table that it belongs to, if to one
/// @param alone whether it is a table's that needs no other table: such statements, if they follow
///   each other and are of different tables, may be executed side by side
/// @param settings statements to be executed right before it
/// @param sql to be executed as it is, in a session of the twin
/// @param done a query that gives a row if it has been done, where the engine commits it by itself;
///   empty if it may be repeated
/// @param parts of a table's first statement: what its definition consists of, where the engine can
///   say so
public record StructureStatement(
        String kind,
        String object,
        Optional<TableName> table,
        boolean alone,
        List<String> settings,
        String sql,
        Optional<String> done,
        List<StructurePart> parts) {
    /// The kind of the statements that let policies filter a table's rows, for its owner too. They
    /// come last of all, and whoever wants to see all rows does so before.
    public static final String ROW_SECURITY = "row security";

    /// The kind of the statements that say where the numbers of new rows go on: the source's rows
    /// may have moved them when a run is restarted.
    public static final String NEXT_NUMBER = "next number";

    public StructureStatement {
        settings = List.copyOf(settings);
        parts = List.copyOf(parts);
    }

    /// A statement whose parts nobody tells apart.
    public StructureStatement(
            String kind,
            String object,
            Optional<TableName> table,
            boolean alone,
            List<String> settings,
            String sql,
            Optional<String> done) {
        this(kind, object, table, alone, settings, sql, done, List.of());
    }

    /// A statement that takes part in its transaction.
    public StructureStatement(
            String kind, String object, Optional<TableName> table, boolean alone, String sql) {
        this(kind, object, table, alone, List.of(), sql, Optional.empty());
    }

    /// For people: `index customer_email_key`.
    public String what() {
        return kind + " " + object;
    }
}
