package dev.understudy.postgres;

import dev.understudy.preflight.Checkup;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a role may not read.
///
/// @param schemas it may not look into
/// @param unreadable tables of which it may not read some column, even if it could look into their
///   schemas
/// @param filtered tables of which policies hide rows from it
record ReadRights(Set<String> schemas, Set<TableName> unreadable, Set<TableName> filtered) {
    private static final String LACKING =
            """
            SELECT DISTINCT n.nspname, c.relname, r.closed, r.denied,
                   pg_catalog.row_security_active(c.oid)
            FROM unnest(?::text[], ?::text[], ?::text[]) AS a (nspname, relname, attname)
            JOIN pg_catalog.pg_namespace n ON n.nspname = a.nspname
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.relname
            CROSS JOIN LATERAL (SELECT NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS closed,
                NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
                    AND NOT pg_catalog.has_column_privilege(c.oid, a.attname, 'SELECT') AS denied) r
            WHERE r.closed OR r.denied OR pg_catalog.row_security_active(c.oid)
            """;

    static ReadRights of(Connection session, Map<TableName, List<String>> readColumns)
            throws SQLException {
        var schemas = new ArrayList<String>();
        var tables = new ArrayList<String>();
        var columns = new ArrayList<String>();
        readColumns.forEach((table, names) -> {
            for (String name : names) {
                schemas.add(table.schema());
                tables.add(table.name());
                columns.add(name);
            }
        });
        var rights = new ReadRights(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        try (var query = session.prepareStatement(LACKING)) {
            query.setArray(1, session.createArrayOf("text", schemas.toArray()));
            query.setArray(2, session.createArrayOf("text", tables.toArray()));
            query.setArray(3, session.createArrayOf("text", columns.toArray()));
            try (var result = query.executeQuery()) {
                while (result.next()) {
                    var table = new TableName(result.getString(1), result.getString(2));
                    if (result.getBoolean(3)) {
                        rights.schemas.add(table.schema());
                    }
                    if (result.getBoolean(4)) {
                        rights.unreadable.add(table);
                    }
                    if (result.getBoolean(5) && !result.getBoolean(4)) {
                        rights.filtered.add(table);
                    }
                }
            }
        }
        return rights;
    }

    /// Refuses what a session's role may not read, or what policies hide from it.
    static void check(Connection session, String role, Map<TableName, List<String>> readColumns)
            throws SQLException {
        ReadRights rights = of(session, readColumns);
        if (!rights.schemas.isEmpty() || !rights.unreadable.isEmpty()) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "the role %s may not read %s; ask for: %s, or exclude what it must not see"
                            .formatted(
                                    role,
                                    rights.what(TableName::toString),
                                    String.join("; ", rights.grants(role))));
        }
        if (!rights.filtered.isEmpty()) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "policies hide rows of %s from the role %s, so a copy would be incomplete; ask for: %s, or exclude the tables"
                            .formatted(
                                    Checkup.some(List.copyOf(rights.filtered)),
                                    role,
                                    PostgresGrants.allRows(role)));
        }
    }

    /// The schemas and tables that may not be read.
    String what(Function<TableName, String> form) {
        return Stream.of(
                        listed(schemas, schema -> "the schema " + schema), listed(unreadable, form))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining(", "));
    }

    /// The statements that let the role read them.
    List<String> grants(String role) {
        var grants = new ArrayList<String>();
        schemas.forEach(schema -> grants.add(PostgresGrants.usage(schema, role)));
        if (!unreadable.isEmpty()) {
            grants.add(
                    "GRANT SELECT ON %s TO %s"
                            .formatted(
                                    listed(unreadable, TableName::quoted), TableName.quote(role)));
        }
        return grants;
    }

    private static <T> String listed(Collection<T> names, Function<T, String> form) {
        return names.stream().map(form).collect(Collectors.joining(", "));
    }
}
