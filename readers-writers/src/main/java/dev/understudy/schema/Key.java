package dev.understudy.schema;

import java.util.List;
import java.util.Optional;

/// A primary key, a unique constraint or a unique index over plain columns.
///
/// @param condition the index's predicate in SQL, where it limits the key to some rows
public record Key(String name, List<String> columns, boolean primary, Optional<String> condition) {
    public Key {
        columns = List.copyOf(columns);
    }

    /// Whether it holds for some rows only.
    public boolean partial() {
        return condition.isPresent();
    }
}
