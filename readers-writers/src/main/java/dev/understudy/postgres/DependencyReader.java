package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.literal;
import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CLASS;
import static dev.understudy.postgres.SystemCatalog.EXTENSION;
import static dev.understudy.postgres.SystemCatalog.REWRITE;

import dev.understudy.postgres.StructureNode.Kind;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/// Reads what belongs to what, what needs what, and the comments on all of it.
final class DependencyReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final TableReader tables;

    DependencyReader(CatalogSession session, StructureObjects objects, TableReader tables) {
        this.session = session;
        this.objects = objects;
        this.tables = tables;
    }

    /// What belongs to an extension comes with it.
    void readMembers() throws SQLException {
        var members = new HashMap<StructureNode, StructureNode>();
        session.forEach(
                """
                SELECT classid, objid, refobjid FROM pg_depend
                WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND objsubid = 0
                """,
                row -> {
                    var id = new StructureObjects.Id(oid(row, 1), oid(row, 2));
                    StructureNode extension = objects.find(EXTENSION, oid(row, 3));
                    StructureNode member = objects.byId.get(id);
                    if (extension != null) {
                        objects.byId.put(id, extension);
                        if (member != null && member.kind != Kind.EXTENSION) {
                            members.put(member, extension);
                        }
                    }
                });
        objects.nodes.removeIf(node ->
                members.containsKey(node)
                        || members.containsKey(node.made())
                        || node.needs.stream().anyMatch(members::containsKey));
        objects.byId.replaceAll((id, node) -> members.getOrDefault(node.made(), node));
    }

    void readDependencies() throws SQLException {
        session.forEach(
                """
                SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.refobjsubid
                FROM pg_depend d
                WHERE d.objid >= 16384 AND (d.refobjid >= 16384 OR d.refclassid = 'pg_namespace'::regclass)
                  AND d.deptype <> 'e'
                """,
                row -> {
                    StructureNode node =
                            objects.byId.get(new StructureObjects.Id(oid(row, 1), oid(row, 2)));
                    StructureNode need =
                            objects.byId.get(new StructureObjects.Id(oid(row, 3), oid(row, 4)));
                    if (node == null || need == null) {
                        return;
                    }
                    if (node == need) {
                        node.needsItself |= oid(row, 1) == REWRITE && row.getInt(5) > 0;
                        return;
                    }
                    // A sequence belongs to its column, but is made before it.
                    if (node.kind == Kind.SEQUENCE && need.kind == Kind.TABLE) {
                        return;
                    }
                    // An attached partition belongs to its parent, but is made without it.
                    if (node.kind == Kind.TABLE
                            && need.kind == Kind.TABLE
                            && tables.standsAlone(node, need)) {
                        return;
                    }
                    if (node.owner == need) {
                        return;
                    }
                    node.needs.add(need);
                    if (oid(row, 1) == CLASS) {
                        node.shapeNeeds.add(need);
                    }
                });
    }

    void readComments() throws SQLException {
        session.forEach(
                """
                SELECT d.classoid, d.objoid, i.type, i.identity, d.description,
                       CASE WHEN i.type = 'domain constraint' THEN
                         (SELECT quote_ident(k.conname) || ' ON DOMAIN ' || format_type(k.contypid, NULL)
                          FROM pg_constraint k WHERE k.oid = d.objoid) END
                FROM pg_description d
                CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
                WHERE d.objoid >= 16384
                   OR (d.classoid = 'pg_namespace'::regclass
                       AND d.objoid = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
                       AND d.description <> 'standard public schema')
                """,
                row -> {
                    StructureNode node =
                            objects.byId.get(new StructureObjects.Id(oid(row, 1), oid(row, 2)));
                    boolean own =
                            node != null
                                    && (node.kind != Kind.EXTENSION || oid(row, 1) == EXTENSION);
                    String type = row.getString(3);
                    if (!own || node == null || type == null) {
                        return;
                    }
                    String what =
                            row.getString(6) != null
                                    ? "CONSTRAINT " + row.getString(6)
                                    : commentable(type) + " " + row.getString(4);
                    String sql = "COMMENT ON " + what + " IS " + literal(row.getString(5));
                    StructureNode comment =
                            objects.attach(
                                    Kind.COMMENT,
                                    type + " " + row.getString(4),
                                    node.table,
                                    () -> List.of(sql));
                    comment.needs.add(node);
                    comment.undo = "COMMENT ON " + what + " IS NULL";
                });
    }

    /// The server's word for a kind of object, as COMMENT ON spells it.
    private static String commentable(String type) {
        return switch (type) {
            case "table column",
                    "view column",
                    "materialized view column",
                    "composite type column" ->
                    "COLUMN";
            case "table constraint" -> "CONSTRAINT";
            case "statistics object" -> "STATISTICS";
            case "composite type" -> "TYPE";
            // AGGREGATE would want an aggregate without arguments as name(*).
            case "aggregate" -> "ROUTINE";
            default -> type.toUpperCase(Locale.ROOT);
        };
    }
}
