package dev.understudy.config;

import java.util.List;

/// Which tables are copied: those that `include` matches and `exclude` does not; those that
/// `structureOnly` matches come without rows. Patterns are `schema.table` with `*` for any run of
/// characters.
public record TableSelection(
        List<TablePattern> include, List<TablePattern> structureOnly, List<TablePattern> exclude) {
    public TableSelection {
        include = List.copyOf(include);
        structureOnly = List.copyOf(structureOnly);
        exclude = List.copyOf(exclude);
    }

    /// All tables, with their rows.
    public static TableSelection all(Location where) {
        return new TableSelection(List.of(new TablePattern("*", where)), List.of(), List.of());
    }
}
