package dev.understudy.schema;

import java.util.List;
import java.util.Optional;

/// A column's type.
///
/// @param oid PostgreSQL's number of it in the database it was read from
/// @param sql as the database writes it, schema-qualified unless built in: `character varying(40)`,
///   `public.mood[]`
/// @param name the type's own name without modifier: `varchar`, `int4`, `mood`, `_text`
/// @param kind what it is built from
/// @param modifier PostgreSQL's atttypmod, -1 if none
/// @param labels of an enum, in their order
/// @param element the element of an array, the base of a domain, the subtype of a range
/// @param attributes of a composite type, in their order
/// @param binary whether the type, and all that it is built from, can be sent and received in
///   binary and means the same in another database
/// @param checks of a domain and of the domains that it stands on, as SQL over `VALUE`
public record ColumnType(
        int oid,
        String sql,
        String name,
        Kind kind,
        int modifier,
        List<String> labels,
        Optional<ColumnType> element,
        List<Attribute> attributes,
        boolean binary,
        List<String> checks) {

    /// What a type is built from.
    public enum Kind {
        BASE,
        ARRAY,
        ENUM,
        DOMAIN,
        COMPOSITE,
        RANGE,
        MULTIRANGE
    }

    /// A field of a composite type.
    public record Attribute(String name, ColumnType type) {}

    public ColumnType {
        labels = List.copyOf(labels);
        attributes = List.copyOf(attributes);
        checks = List.copyOf(checks);
    }

    /// A type that no domain's checks limit.
    public ColumnType(
            int oid,
            String sql,
            String name,
            Kind kind,
            int modifier,
            List<String> labels,
            Optional<ColumnType> element,
            List<Attribute> attributes,
            boolean binary) {
        this(oid, sql, name, kind, modifier, labels, element, attributes, binary, List.of());
    }

    /// The type itself, or what a domain (over a domain, ...) stands on.
    public ColumnType underlying() {
        return kind == Kind.DOMAIN ? element.orElseThrow().underlying() : this;
    }
}
