package dev.understudy.rows;

import dev.understudy.schema.ColumnType;

/// Writes values of one type, given in PostgreSQL's binary form, as the text that PostgreSQL itself
/// would show with `DateStyle = ISO`, `IntervalStyle = postgres`, `bytea_output = hex` and
/// `TimeZone = UTC`. Bound once to a type; used by one thread at a time.
public interface ValueText {
    /// Appends the text of the value; throws {@link ValueReader.CorruptValue} where bytes and type
    /// disagree.
    void append(ValueReader value, StringBuilder out);

    /// Whether values of the type can be written as text without asking the database.
    static boolean supports(ColumnType type) {
        return TypeTexts.supports(type);
    }

    /// @throws IllegalArgumentException if the type is not supported
    static ValueText of(ColumnType type) {
        return TypeTexts.of(type);
    }
}
