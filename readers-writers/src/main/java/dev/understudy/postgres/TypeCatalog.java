package dev.understudy.postgres;

import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Attribute;
import dev.understudy.schema.ColumnType.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The types that columns of user tables have, and all types that those are built from.
final class TypeCatalog {
    /// Their binary form names an object of one database by its number, or cannot be received.
    private static final Set<String> BOUND_TO_DATABASE =
            Set.of(
                    "regproc",
                    "regprocedure",
                    "regoper",
                    "regoperator",
                    "regclass",
                    "regtype",
                    "regconfig",
                    "regdictionary",
                    "regnamespace",
                    "regrole",
                    "regcollation",
                    "regdatabase",
                    "pg_node_tree",
                    "pg_ndistinct",
                    "pg_dependencies",
                    "pg_mcv_list",
                    "pg_brin_bloom_summary",
                    "pg_brin_minmax_multi_summary");

    private final Map<Integer, Entry> entries = new HashMap<>();
    private final Map<Long, ColumnType> types = new HashMap<>();

    private TypeCatalog() {}

    static TypeCatalog read(CatalogSession session) throws SQLException {
        var catalog = new TypeCatalog();
        String multirange =
                session.version() < 14
                        ? ""
                        : "UNION ALL SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = t.oid";
        session.forEach(
                """
                WITH RECURSIVE used(oid) AS (
                  SELECT a.atttypid FROM pg_attribute a
                  WHERE a.attrelid IN (%s) AND a.attnum > 0 AND NOT a.attisdropped
                  UNION
                  SELECT x.oid FROM used u JOIN pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
                    SELECT e.oid FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid
                    UNION ALL SELECT t.typbasetype WHERE t.typbasetype <> 0
                    UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid
                    %s
                    UNION ALL SELECT a.atttypid FROM pg_attribute a
                              WHERE t.typtype = 'c' AND a.attrelid = t.typrelid
                                AND a.attnum > 0 AND NOT a.attisdropped) x(oid))
                SELECT t.oid, t.typname, n.nspname = 'pg_catalog', t.typtype,
                       EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid),
                       coalesce(nullif(t.typbasetype, 0), r.rngsubtype, %s, t.typelem),
                       t.typtypmod, t.typnotnull,
                       t.typsend <> 0 AND t.typreceive <> 0, format_type(t.oid, NULL),
                       format_type(t.typbasetype, t.typtypmod)
                FROM used u JOIN pg_type t ON t.oid = u.oid
                JOIN pg_namespace n ON n.oid = t.typnamespace
                LEFT JOIN pg_range r ON r.rngtypid = t.oid
                """
                        .formatted(
                                PostgresCatalog.TABLES,
                                multirange,
                                session.version() < 14
                                        ? "NULL"
                                        : "(SELECT m.rngtypid FROM pg_range m WHERE m.rngmultitypid = t.oid)"),
                row ->
                        catalog.entries.put(
                                CatalogSession.oid(row, 1),
                                new Entry(
                                        CatalogSession.oid(row, 1),
                                        row.getString(2),
                                        kind(row.getString(4), row.getBoolean(5)),
                                        CatalogSession.oid(row, 6),
                                        row.getInt(7),
                                        row.getBoolean(8),
                                        row.getBoolean(9)
                                                && !(row.getBoolean(3)
                                                        && BOUND_TO_DATABASE.contains(
                                                                row.getString(2))),
                                        row.getString(10),
                                        Optional.ofNullable(row.getString(11)).orElse(""),
                                        new ArrayList<>(),
                                        new ArrayList<>(),
                                        new ArrayList<>())));
        catalog.readParts(session);
        return catalog;
    }

    private void readParts(CatalogSession session) throws SQLException {
        String ours = oids();
        session.forEach(
                "SELECT enumtypid, enumlabel FROM pg_enum WHERE enumtypid = ANY ('%s'::oid[]) ORDER BY enumtypid, enumsortorder"
                        .formatted(ours),
                row -> entry(CatalogSession.oid(row, 1)).labels.add(row.getString(2)));
        session.forEach(
                """
                SELECT contypid, pg_get_expr(conbin, 0, true) FROM pg_constraint
                WHERE contype = 'c' AND contypid = ANY ('%s'::oid[]) ORDER BY contypid, conname
                """
                        .formatted(ours),
                row -> entry(CatalogSession.oid(row, 1)).checks.add(row.getString(2)));
        session.forEach(
                """
                SELECT t.oid, a.attname, a.atttypid, a.atttypmod,
                       format_type(a.atttypid, a.atttypmod)
                FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
                WHERE t.typtype = 'c' AND t.oid = ANY ('%s'::oid[])
                  AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY t.oid, a.attnum
                """
                        .formatted(ours),
                row ->
                        entry(CatalogSession.oid(row, 1))
                                .fields
                                .add(
                                        new Field(
                                                row.getString(2),
                                                CatalogSession.oid(row, 3),
                                                row.getInt(4),
                                                row.getString(5))));
    }

    private String oids() {
        var all = new StringBuilder("{");
        for (int oid : entries.keySet()) {
            all.append(all.length() == 1 ? "" : ",").append(Integer.toUnsignedString(oid));
        }
        return all.append('}').toString();
    }

    private static Kind kind(String typtype, boolean array) {
        if (array) {
            return Kind.ARRAY;
        }
        return switch (typtype) {
            case "e" -> Kind.ENUM;
            case "d" -> Kind.DOMAIN;
            case "c" -> Kind.COMPOSITE;
            case "r" -> Kind.RANGE;
            case "m" -> Kind.MULTIRANGE;
            default -> Kind.BASE;
        };
    }

    /// Whether a domain, or one beneath it, is NOT NULL.
    boolean refusesNull(int oid) {
        Entry entry = entry(oid);
        return entry.kind == Kind.DOMAIN && (entry.notNull || refusesNull(entry.part));
    }

    /// @param sql the type with its modifier, as the server writes it
    ColumnType type(int oid, int modifier, String sql) {
        long key = ((long) oid << 32) | (modifier & 0xFFFFFFFFL);
        ColumnType known = types.get(key);
        if (known == null) {
            known = build(entry(oid), modifier, sql);
            types.put(key, known);
        }
        return known;
    }

    private ColumnType build(Entry entry, int modifier, String sql) {
        Optional<ColumnType> element =
                switch (entry.kind) {
                    // An array's modifier is its elements'.
                    case ARRAY ->
                            Optional.of(
                                    type(
                                            entry.part,
                                            modifier,
                                            sql.substring(0, sql.length() - "[]".length())));
                    case DOMAIN -> Optional.of(type(entry.part, entry.partModifier, entry.baseSql));
                    case RANGE, MULTIRANGE ->
                            Optional.of(type(entry.part, -1, entry(entry.part).plainSql));
                    case BASE, ENUM, COMPOSITE -> Optional.empty();
                };
        List<Attribute> attributes =
                entry.fields.stream()
                        .map(field ->
                                new Attribute(
                                        field.name, type(field.oid, field.modifier, field.sql)))
                        .toList();
        var checks = new ArrayList<String>(entry.checks);
        if (entry.kind == Kind.DOMAIN) {
            element.ifPresent(base -> checks.addAll(base.checks()));
        }
        return new ColumnType(
                entry.oid,
                sql,
                entry.name,
                entry.kind,
                modifier,
                entry.labels,
                element,
                attributes,
                entry.binary
                        && element.map(ColumnType::binary).orElse(true)
                        && attributes.stream().allMatch(each -> each.type().binary()),
                checks);
    }

    private Entry entry(int oid) {
        Entry entry = entries.get(oid);
        if (entry == null) {
            throw new IllegalStateException(
                    "Type "
                            + Integer.toUnsignedString(oid)
                            + " is missing in pg_type: it was dropped while the catalog was read");
        }
        return entry;
    }

    /// A row of pg_type. `part` is the base of a domain, the element of an array, the subtype of a
    /// range, the range of a multirange.
    private record Entry(
            int oid,
            String name,
            Kind kind,
            int part,
            int partModifier,
            boolean notNull,
            boolean binary,
            String plainSql,
            String baseSql,
            List<String> labels,
            List<Field> fields,
            List<String> checks) {}

    private record Field(String name, int oid, int modifier, String sql) {}
}
