package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds out what a role may not read.
final class ReadRights {
    /// Tables of which some column may not be read, or whose rows policies filter.
    private static final String UNREADABLE =
            """
            SELECT DISTINCT n.nspname, c.relname, r.denied
            FROM unnest(?::text[], ?::text[], ?::text[]) AS a (nspname, relname, attname)
            JOIN pg_catalog.pg_namespace n ON n.nspname = a.nspname
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.relname
            CROSS JOIN LATERAL (SELECT NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                OR NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
                    AND NOT pg_catalog.has_column_privilege(c.oid, a.attname, 'SELECT') AS denied) r
            WHERE r.denied OR pg_catalog.row_security_active(c.oid)
            ORDER BY 1, 2
            """;

    private ReadRights() {}

    /// Refuses what a session's role may not read, or what policies hide from it.
    static void check(Connection session, String role, Map<TableName, List<String>> readColumns)
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
        var unreadable = new LinkedHashSet<TableName>();
        var filtered = new LinkedHashSet<TableName>();
        try (var query = session.prepareStatement(UNREADABLE)) {
            query.setArray(1, session.createArrayOf("text", schemas.toArray()));
            query.setArray(2, session.createArrayOf("text", tables.toArray()));
            query.setArray(3, session.createArrayOf("text", columns.toArray()));
            try (var result = query.executeQuery()) {
                while (result.next()) {
                    var table = new TableName(result.getString(1), result.getString(2));
                    (result.getBoolean(3) ? unreadable : filtered).add(table);
                }
            }
        }
        if (!unreadable.isEmpty()) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "the role %s may not read %s; ask for: GRANT SELECT ON %s TO %s, and USAGE on the schema, or exclude what it must not see"
                            .formatted(
                                    role,
                                    listed(unreadable, TableName::toString),
                                    listed(unreadable, TableName::quoted),
                                    TableName.quote(role)));
        }
        if (!filtered.isEmpty()) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "policies hide rows of %s from the role %s, so a copy would be incomplete; ask for: ALTER ROLE %s BYPASSRLS, or exclude the tables"
                            .formatted(
                                    listed(filtered, TableName::toString),
                                    role,
                                    TableName.quote(role)));
        }
    }

    private static String listed(Set<TableName> tables, Function<TableName, String> form) {
        return tables.stream().map(form).collect(Collectors.joining(", "));
    }
}
