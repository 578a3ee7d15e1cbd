package dev.understudy.schema;

import java.util.List;

/// A CHECK constraint.
///
/// @param columns that its expression reads
/// @param expression as SQL, without the word CHECK and outer parentheses
public record Check(String name, List<String> columns, String expression) {
    public Check {
        columns = List.copyOf(columns);
    }
}
