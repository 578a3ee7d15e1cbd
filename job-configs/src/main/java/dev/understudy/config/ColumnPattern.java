package dev.understudy.config;

/// A pattern of columns, written as in a {@link ColumnRule}.
public record ColumnPattern(NamePattern name, Location where) {
    /// @throws IllegalArgumentException if the pattern is malformed
    public ColumnPattern(String text, Location where) {
        this(NamePattern.parse(text, ColumnRule.FORM), where);
    }

    /// The pattern as the file has it.
    public String text() {
        return name.text();
    }

    /// Of two patterns, the one with the greater number is more specific, as of rules.
    public int specificity() {
        return name.specificity();
    }

    /// Whether it matches this column.
    public boolean matches(String source, String schema, String table, String column) {
        return name.matches(source, schema, table, column);
    }
}
