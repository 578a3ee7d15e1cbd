package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.literal;
import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CLASS;
import static dev.understudy.postgres.SystemCatalog.COLLATION;
import static dev.understudy.postgres.SystemCatalog.CONSTRAINT;
import static dev.understudy.postgres.SystemCatalog.TYPE;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.postgres.StructureNode.Phase;
import dev.understudy.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads collations and types: enums, domains with their checks, composites, ranges.
final class TypeReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final StructureTarget target;

    TypeReader(CatalogSession session, StructureObjects objects, StructureTarget target) {
        this.session = session;
        this.objects = objects;
        this.target = target;
    }

    void read() throws SQLException {
        readCollations();
        readTypes();
        readDomainChecks();
    }

    private void readCollations() throws SQLException {
        String locale =
                session.version() >= 17
                        ? "c.colllocale"
                        : session.version() >= 15 ? "c.colliculocale" : "NULL::text";
        String rules = session.version() >= 16 ? "c.collicurules" : "NULL::text";
        session.forEach(
                """
                SELECT c.oid, n.nspname, c.collname, c.collprovider, c.collisdeterministic,
                       c.collcollate, c.collctype, %s, %s
                FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                WHERE c.oid >= 16384 AND %s
                """
                        .formatted(locale, rules, USER_SCHEMA),
                row -> {
                    var name = new TableName(row.getString(2), row.getString(3));
                    String sql = collation(name, row);
                    objects.add(
                            Kind.COLLATION,
                            COLLATION,
                            oid(row, 1),
                            name.toString(),
                            null,
                            () -> List.of(sql));
                });
    }

    private static String collation(TableName name, ResultSet row) throws SQLException {
        var options = new ArrayList<String>();
        options.add(
                "provider = "
                        + switch (row.getString(4)) {
                            case "i" -> "icu";
                            case "b" -> "builtin";
                            default -> "libc";
                        });
        if (!row.getBoolean(5)) {
            options.add("deterministic = false");
        }
        String collate = row.getString(6);
        String locale = row.getString(8) != null ? row.getString(8) : collate;
        if (row.getString(8) != null || collate == null || collate.equals(row.getString(7))) {
            options.add("locale = " + literal(locale == null ? "" : locale));
        } else {
            options.add("lc_collate = " + literal(collate));
            options.add("lc_ctype = " + literal(row.getString(7)));
        }
        if (row.getString(9) != null) {
            options.add("rules = " + literal(row.getString(9)));
        }
        return "CREATE COLLATION " + name.quoted() + " (" + String.join(", ", options) + ")";
    }

    private void readTypes() throws SQLException {
        Map<Integer, String> attributes = readAttributes();
        String notNullName =
                session.version() < 17
                        ? "NULL"
                        : "(SELECT k.conname FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n')";
        session.forEach(
                """
                SELECT t.oid, n.nspname, t.typname, t.typtype, t.typarray,
                       (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                        FROM pg_enum e WHERE e.enumtypid = t.oid),
                       format_type(t.typbasetype, t.typtypmod),
                       coalesce(pg_get_expr(t.typdefaultbin, 'pg_type'::regclass),
                                quote_literal(t.typdefault)),
                       t.typnotnull, %s,
                       (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                        FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                        JOIN pg_type b ON b.oid = t.typbasetype
                        WHERE co.oid = t.typcollation AND t.typcollation <> b.typcollation),
                       t.typrelid, c.relkind
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                LEFT JOIN pg_class c ON c.oid = t.typrelid
                WHERE %s
                  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)
                  AND (t.typtype IN ('e', 'd', 'b', 'p') OR c.relkind = 'c')
                """
                        .formatted(notNullName, USER_SCHEMA),
                row -> {
                    int number = oid(row, 1);
                    var name = new TableName(row.getString(2), row.getString(3));
                    String create = "CREATE TYPE " + name.quoted();
                    String kind = row.getString(4);
                    int relation = oid(row, 12);
                    String sql =
                            switch (kind) {
                                case "e" ->
                                        create
                                                + " AS ENUM ("
                                                + Optional.ofNullable(row.getString(6)).orElse("")
                                                + ")";
                                case "d" -> domain(name, row);
                                case "c" ->
                                        create
                                                + " AS ("
                                                + attributes.getOrDefault(relation, "")
                                                + ")";
                                default -> "";
                            };
                    StructureNode node = addType(number, oid(row, 5), name, sql);
                    if (kind.equals("c")) {
                        objects.alias(CLASS, relation, node);
                    }
                    if (kind.equals("b") || kind.equals("p")) {
                        node.refusal = "base types are not carried";
                    }
                });
        readRanges();
    }

    private StructureNode addType(int number, int array, TableName name, String sql) {
        StructureNode node =
                objects.add(Kind.TYPE, TYPE, number, name.toString(), null, () -> List.of(sql));
        if (array != 0) {
            objects.alias(TYPE, array, node);
        }
        return node;
    }

    private Map<Integer, String> readAttributes() throws SQLException {
        var attributes = new HashMap<Integer, String>();
        session.forEach(
                """
                SELECT c.oid,
                       string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                         || coalesce(' COLLATE ' || quote_ident(cn.nspname) || '.'
                                     || quote_ident(co.collname), ''), ', ' ORDER BY a.attnum)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                JOIN pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_collation co ON co.oid = a.attcollation AND co.oid <> t.typcollation
                LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
                WHERE c.relkind = 'c' AND %s
                GROUP BY c.oid
                """
                        .formatted(USER_SCHEMA),
                row -> attributes.put(oid(row, 1), row.getString(2)));
        return attributes;
    }

    private String domain(TableName name, ResultSet row) throws SQLException {
        var sql = new StringBuilder("CREATE DOMAIN ");
        sql.append(name.quoted()).append(" AS ").append(row.getString(7));
        if (row.getString(11) != null) {
            sql.append(" COLLATE ").append(row.getString(11));
        }
        if (row.getString(8) != null) {
            sql.append(" DEFAULT ").append(row.getString(8));
        }
        if (row.getBoolean(9)) {
            if (row.getString(10) != null && target.version() >= 17) {
                sql.append(" CONSTRAINT ").append(quote(row.getString(10)));
            }
            sql.append(" NOT NULL");
        }
        return sql.toString();
    }

    private void readRanges() throws SQLException {
        boolean multiranges = session.version() >= 14;
        session.forEach(
                """
                SELECT t.oid, n.nspname, t.typname, t.typarray, format_type(r.rngsubtype, NULL),
                       CASE WHEN NOT o.opcdefault THEN quote_ident(opn.nspname) || '.' || quote_ident(o.opcname) END,
                       CASE WHEN co.oid <> s.typcollation THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END,
                       nullif(r.rngcanonical, 0)::regproc::text, nullif(r.rngsubdiff, 0)::regproc::text,
                       %s
                FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid
                JOIN pg_namespace n ON n.oid = t.typnamespace
                JOIN pg_type s ON s.oid = r.rngsubtype
                JOIN pg_opclass o ON o.oid = r.rngsubopc
                JOIN pg_namespace opn ON opn.oid = o.opcnamespace
                LEFT JOIN pg_collation co ON co.oid = r.rngcollation
                LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
                %s
                WHERE %s
                """
                        .formatted(
                                multiranges
                                        ? "mn.nspname, m.typname, m.oid, m.typarray"
                                        : "NULL, NULL, NULL, NULL",
                                multiranges
                                        ? "JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = m.typnamespace"
                                        : "",
                                USER_SCHEMA),
                row -> {
                    var name = new TableName(row.getString(2), row.getString(3));
                    var options = new ArrayList<String>();
                    options.add("subtype = " + row.getString(5));
                    if (multiranges && target.version() >= 14) {
                        options.add(
                                "multirange_type_name = "
                                        + new TableName(row.getString(10), row.getString(11))
                                                .quoted());
                    }
                    String[] names = {"subtype_opclass", "collation", "canonical", "subtype_diff"};
                    for (int i = 0; i < names.length; i++) {
                        if (row.getString(6 + i) != null) {
                            options.add(names[i] + " = " + row.getString(6 + i));
                        }
                    }
                    StructureNode node =
                            addType(
                                    oid(row, 1),
                                    oid(row, 4),
                                    name,
                                    "CREATE TYPE "
                                            + name.quoted()
                                            + " AS RANGE ("
                                            + String.join(", ", options)
                                            + ")");
                    if (row.getString(8) != null) {
                        node.refusal = "range types with a canonical function are not carried";
                    }
                    if (multiranges) {
                        objects.alias(TYPE, oid(row, 12), node);
                        objects.alias(TYPE, oid(row, 13), node);
                    }
                });
    }

    private void readDomainChecks() throws SQLException {
        session.forEach(
                """
                SELECT k.oid, k.contypid, k.conname, pg_get_constraintdef(k.oid)
                FROM pg_constraint k WHERE k.contypid <> 0 AND k.contype = 'c' AND k.oid >= 16384
                ORDER BY k.contypid, k.conname
                """,
                row -> {
                    StructureNode domain = objects.find(TYPE, oid(row, 2));
                    if (domain == null) {
                        return;
                    }
                    String constraint = row.getString(3);
                    String definition = row.getString(4);
                    StructureNode check =
                            objects.add(
                                    Kind.DOMAIN_CHECK,
                                    CONSTRAINT,
                                    oid(row, 1),
                                    domain.name + " " + constraint,
                                    null,
                                    () -> List.of());
                    String part = " CONSTRAINT " + quote(constraint) + " " + definition;
                    if (definition.endsWith(" NOT VALID")) {
                        check.needs.add(domain);
                        check.phase = Phase.AFTER_ALL_ROWS;
                        check.sql = () -> List.of(alterDomain(domain) + " ADD" + part);
                        return;
                    }
                    check.owner = domain;
                    check.sql = () -> List.of(alterDomain(domain) + " ADD" + part);
                    Supplier<List<String>> create = domain.sql;
                    domain.sql =
                            () ->
                                    check.apart || check.refusal != null
                                            ? create.get()
                                            : List.of(create.get().getFirst() + part);
                });
    }

    private static String alterDomain(StructureNode domain) {
        String create = domain.sql.get().getFirst();
        String name = create.substring("CREATE DOMAIN ".length(), create.indexOf(" AS "));
        return "ALTER DOMAIN " + name;
    }
}
