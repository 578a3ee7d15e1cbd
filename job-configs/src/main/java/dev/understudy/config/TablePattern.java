package dev.understudy.config;

import java.util.ArrayList;
import java.util.List;

/// A pattern of tables: `schema.table`, either part with `*` for any run of characters, also of
/// none. `table` alone is for any schema. Case counts; a part in double quotes is taken as it
/// stands. `source:` before it names one of several sources; without it all of them are meant.
public record TablePattern(NamePattern name, Location where) {
    static final String FORM = "schema.table";

    /// @throws IllegalArgumentException if the pattern is malformed
    public TablePattern(String text, Location where) {
        this(NamePattern.parse(text, FORM), where);
    }

    /// The pattern as the file has it.
    public String text() {
        return name.text();
    }

    /// The pattern of one column of these tables.
    NamePattern column(String column) {
        List<NamePattern.Part> parts = new ArrayList<>(name.parts());
        parts.add(NamePattern.Part.quoted(column));
        return new NamePattern(text() + "." + column, name.source(), parts);
    }

    /// Of two patterns, the one with the greater number is more specific, as of rules.
    public int specificity() {
        return name.specificity();
    }

    /// Whether it matches this table.
    public boolean matches(String source, String schema, String table) {
        return name.matches(source, schema, table);
    }
}
