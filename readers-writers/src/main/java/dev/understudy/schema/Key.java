package dev.understudy.schema;

import java.util.List;

/// A primary key, a unique constraint or a unique index over plain columns.
///
/// @param partial whether an index predicate limits it to some rows
public record Key(String name, List<String> columns, boolean primary, boolean partial) {
    public Key {
        columns = List.copyOf(columns);
    }
}
