package dev.understudy.config;

import java.util.List;

/// Which rows of the copied tables come: all of those that no rule is for.
///
/// @param rules the most specific that matches a table decides about it alone
/// @param orphans the most specific that matches a foreign key decides; without one it is refused
///   that rows are left out which others reference
public record RowSelection(List<RowRule> rules, List<OrphanRule> orphans) {
    /// All rows.
    public static final RowSelection ALL = new RowSelection(List.of(), List.of());

    public RowSelection {
        rules = List.copyOf(rules);
        orphans = List.copyOf(orphans);
    }
}
