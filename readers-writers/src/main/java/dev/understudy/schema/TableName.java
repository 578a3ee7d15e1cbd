package dev.understudy.schema;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.Objects;

/// A table's name, as the catalog stores it: case kept, no quotes.
///
/// @param source which of a job's sources has it; empty where there is only one without a name, and
///   always to that source itself
public record TableName(String source, String schema, String name)
        implements Comparable<TableName> {
    private static final Comparator<TableName> ORDER =
            Comparator.comparing(TableName::source)
                    .thenComparing(TableName::schema)
                    .thenComparing(TableName::name);

    public TableName {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
    }

    /// A table's name as its own database knows it.
    @JsonCreator
    public TableName(@JsonProperty("schema") String schema, @JsonProperty("name") String name) {
        this("", schema, name);
    }

    /// The same table as seen from outside its source.
    public TableName in(String ofSource) {
        return new TableName(ofSource, schema, name);
    }

    /// The same table as its own database knows it.
    public TableName local() {
        return source.isEmpty() ? this : in("");
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
        return ORDER.compare(this, other);
    }

    /// For people: `public.customer`, or `crm:public.customer` of one of several sources.
    @Override
    public String toString() {
        return (source.isEmpty() ? "" : source + ":") + schema + "." + name;
    }
}
