package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CLASS;
import static dev.understudy.postgres.SystemCatalog.TYPE;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import dev.understudy.twin.StructurePart;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads tables, views and materialised views with all that is tied to them.
final class TableReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final Predicate<TableName> wanted;
    private final @Nullable String hidden;
    private final Map<Integer, Relation> relations = new LinkedHashMap<>();
    private final Map<StructureNode, Relation> byNode = new HashMap<>();

    TableReader(
            CatalogSession session,
            StructureObjects objects,
            Predicate<TableName> wanted,
            @Nullable String hidden) {
        this.session = session;
        this.objects = objects;
        this.wanted = wanted;
        this.hidden = hidden;
    }

    void read() throws SQLException {
        readRelations();
        readParents();
        new ColumnReader(session, objects, relations, hidden).read();
        reportReordered();
        var indexes = new IndexReader(session, objects, relations, hidden);
        new ConstraintReader(session, objects, relations, indexes).read();
        indexes.read();
    }

    private void reportReordered() {
        for (Relation relation : relations.values()) {
            if (relation.reordered() && !relation.adopted() && relation.node().refusal == null) {
                objects.report(
                        "order of columns",
                        relation.name.toString(),
                        "the parents' columns come first, as pg_dump does it");
            }
        }
    }

    /// Whether a child table is made without its parent: a partition is attached later, and the
    /// children of a table that is left out have all columns themselves.
    boolean standsAlone(StructureNode child, StructureNode parent) {
        Relation relation = byNode.get(child);
        return relation == null || relation.partition || parent.refusal != null;
    }

    /// An identity column's sequence.
    void identity(int table, String column, String when, TableName sequence, String options) {
        Relation relation = relations.get(table);
        if (relation == null) {
            return;
        }
        String alter = "ALTER TABLE " + relation.name.quoted() + " ALTER COLUMN " + quote(column);
        String sql =
                alter
                        + " ADD GENERATED "
                        + (when.equals("a") ? "ALWAYS" : "BY DEFAULT")
                        + " AS IDENTITY (SEQUENCE NAME "
                        + sequence.quoted()
                        + options
                        + ")";
        relation.settings.add(
                new StructurePart(
                        StructurePart.Kind.IDENTITY, column, sql, alter + " DROP IDENTITY"));
    }

    /// A materialised view can be filled once all are that it reads, also through views.
    void orderRefreshes() {
        for (Relation relation : relations.values()) {
            StructureNode refresh = relation.refresh;
            if (refresh == null) {
                continue;
            }
            var seen = new HashSet<StructureNode>();
            var open = new ArrayDeque<StructureNode>(relation.node().needs);
            while (!open.isEmpty()) {
                StructureNode need = open.remove();
                Relation other = byNode.get(need);
                if (other != null && other.refresh != null && other != relation) {
                    refresh.needs.add(other.refresh);
                } else if (seen.add(need)) {
                    open.addAll(need.needs);
                }
            }
        }
    }

    private void readRelations() throws SQLException {
        session.forEach(
                """
                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence = 'u',
                       (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ')
                        FROM unnest(c.reloptions) o),
                       (SELECT string_agg('toast.' || split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ')
                        FROM unnest(t.reloptions) o),
                       CASE WHEN am.amname <> 'heap' THEN quote_ident(am.amname) END,
                       c.relispartition, CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
                       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
                       pg_get_expr(c.relpartbound, c.oid), c.relreplident,
                       c.relrowsecurity, c.relforcerowsecurity, c.relispopulated,
                       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                       c.reltype, ty.typarray
                FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
                LEFT JOIN pg_am am ON am.oid = c.relam
                LEFT JOIN pg_type ty ON ty.oid = c.reltype
                WHERE %s AND (c.relkind IN ('v', 'm') OR c.oid IN (%s))
                """
                        .formatted(USER_SCHEMA, PostgresCatalog.TABLES),
                row -> {
                    var relation = new Relation(row);
                    relations.put(relation.oid, relation);
                    relation.node = node(relation);
                    byNode.put(relation.node(), relation);
                    objects.alias(TYPE, oid(row, 18), relation.node);
                    objects.alias(TYPE, oid(row, 19), relation.node);
                    addSettings(relation, row);
                });
    }

    private StructureNode node(Relation relation) {
        Kind kind =
                switch (relation.kind) {
                    case "v" -> Kind.VIEW;
                    case "m" -> Kind.MATERIALIZED_VIEW;
                    default -> Kind.TABLE;
                };
        StructureNode node =
                objects.add(
                        kind,
                        CLASS,
                        relation.oid,
                        relation.name.toString(),
                        relation.name,
                        () ->
                                switch (kind) {
                                    case VIEW -> TableSql.view(relation);
                                    case MATERIALIZED_VIEW -> TableSql.materializedView(relation);
                                    default -> TableSql.table(relation);
                                });
        if (kind == Kind.TABLE) {
            node.parts = () -> TableSql.parts(relation);
        }
        if (kind == Kind.TABLE && !wanted.test(relation.name)) {
            node.refusal = "it is left out";
            node.silent = true;
        }
        if (kind == Kind.VIEW) {
            node.shapeSql = () -> List.of(TableSql.shape(relation));
        }
        return node;
    }

    private void addSettings(Relation relation, ResultSet row) throws SQLException {
        String alter = "ALTER TABLE " + relation.name.quoted();
        String identity = row.getString(13);
        if (!relation.kind.equals("v") && (identity.equals("f") || identity.equals("n"))) {
            relation.set(
                    "replica identity",
                    alter + " REPLICA IDENTITY " + (identity.equals("f") ? "FULL" : "NOTHING"),
                    alter + " REPLICA IDENTITY DEFAULT");
        }
        if (row.getBoolean(14)) {
            objects.late(
                    relation,
                    Kind.ROW_SECURITY,
                    "enabled",
                    alter + " ENABLE ROW LEVEL SECURITY",
                    alter + " DISABLE ROW LEVEL SECURITY");
        }
        if (row.getBoolean(15)) {
            objects.late(
                    relation,
                    Kind.ROW_SECURITY,
                    "forced",
                    alter + " FORCE ROW LEVEL SECURITY",
                    alter + " NO FORCE ROW LEVEL SECURITY");
        }
        if (relation.kind.equals("m") && row.getBoolean(16)) {
            relation.refresh =
                    objects.late(
                            relation,
                            Kind.REFRESH,
                            "rows",
                            "REFRESH MATERIALIZED VIEW " + relation.name.quoted(),
                            "REFRESH MATERIALIZED VIEW "
                                    + relation.name.quoted()
                                    + " WITH NO DATA");
        }
    }

    private void readParents() throws SQLException {
        session.forEach(
                """
                SELECT i.inhrelid, i.inhparent FROM pg_inherits i ORDER BY i.inhrelid, i.inhseqno
                """,
                row -> {
                    Relation child = relations.get(oid(row, 1));
                    Relation parent = relations.get(oid(row, 2));
                    if (child == null || parent == null) {
                        return;
                    }
                    child.parents.add(parent);
                    if (child.partition) {
                        String sql =
                                "ALTER TABLE ONLY "
                                        + parent.name.quoted()
                                        + " ATTACH PARTITION "
                                        + child.name.quoted()
                                        + " "
                                        + child.bound;
                        StructureNode attach =
                                objects.attach(
                                        Kind.PARTITION,
                                        child.name + " of " + parent.name,
                                        child.name,
                                        () -> List.of(sql));
                        attach.needs.add(child.node());
                        attach.needs.add(parent.node());
                        attach.undo =
                                "ALTER TABLE "
                                        + parent.name.quoted()
                                        + " DETACH PARTITION "
                                        + child.name.quoted();
                    }
                });
    }
}
