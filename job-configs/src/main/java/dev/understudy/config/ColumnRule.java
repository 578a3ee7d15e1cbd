package dev.understudy.config;

import dev.understudy.masking.MaskingRule;

/// A pattern of columns and the rule for them: `schema.table.column`, `table.column` in any schema,
/// or `*.column` parts with `*` for any run of characters.
///
/// @param pattern as the file has it
public record ColumnRule(String pattern, MaskingRule rule, Location where) {
    /// Whether it matches this column.
    public boolean matches(String schema, String table, String column) {
        throw new UnsupportedOperationException();
    }

    /// The more literal characters, the more specific; the most specific rule wins, and of equal
    /// ones the later.
    public int specificity() {
        throw new UnsupportedOperationException();
    }
}
