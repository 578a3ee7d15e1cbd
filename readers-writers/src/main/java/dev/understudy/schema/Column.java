package dev.understudy.schema;

/// A column of a table.
///
/// @param position its attnum in the catalog: rises from left to right, may have gaps
/// @param nullable whether NULL is allowed, domains' NOT NULL included
/// @param generated whether the database computes it from other columns; such columns are not
///   copied
/// @param inherited whether it comes from a parent table
public record Column(
        String name,
        int position,
        ColumnType type,
        boolean nullable,
        boolean generated,
        boolean inherited) {}
