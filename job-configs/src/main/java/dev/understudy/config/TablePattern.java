package dev.understudy.config;

/// `schema.table`, either part with `*` for any run of characters.
///
/// @param text as the file has it
public record TablePattern(String text, Location where) {
    /// Whether it matches this table.
    public boolean matches(String schema, String table) {
        throw new UnsupportedOperationException();
    }
}
