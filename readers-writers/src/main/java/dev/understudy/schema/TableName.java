package dev.understudy.schema;

import java.util.Objects;

/// A table's name, as the catalog stores it: case kept, no quotes.
public record TableName(String schema, String name) implements Comparable<TableName> {
    public TableName {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
    }

    /// As SQL: both parts quoted, quotes doubled.
    public String quoted() {
        return quote(schema) + "." + quote(name);
    }

    /// An identifier as SQL.
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /// For people: `public.customer`.
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
