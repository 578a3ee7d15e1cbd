package dev.understudy.rows;

import dev.understudy.schema.ColumnType;

/// A column of travelling rows.
///
/// @param name as in the catalog
/// @param type the column's type in the source
/// @param asText whether the value travels as its text form, UTF-8, because the type has no
///   portable binary form
public record RowColumn(String name, ColumnType type, boolean asText) {}
