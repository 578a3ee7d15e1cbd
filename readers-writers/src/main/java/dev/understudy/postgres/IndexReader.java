package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CLASS;
import static dev.understudy.postgres.SystemCatalog.STATISTICS;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads indexes and statistics objects.
final class IndexReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final Map<Integer, Relation> relations;
    private final @Nullable String hidden;

    /// Steps that attach an index to another, whose number this is.
    private final Map<StructureNode, Integer> attachments = new LinkedHashMap<>();

    IndexReader(
            CatalogSession session,
            StructureObjects objects,
            Map<Integer, Relation> relations,
            @Nullable String hidden) {
        this.session = session;
        this.objects = objects;
        this.relations = relations;
        this.hidden = hidden;
    }

    void read() throws SQLException {
        readIndexes();
        readStatistics();
        tieToParents();
    }

    /// Makes an index of a partition a part of its partitioned table's.
    void attach(
            Relation relation,
            StructureNode index,
            int parentIndex,
            @Nullable String name,
            @Nullable String parentName) {
        if (parentIndex == 0 || name == null || parentName == null) {
            return;
        }
        StructureNode attach =
                objects.attach(
                        Kind.INDEX_PARTITION,
                        name + " of " + parentName,
                        relation.name,
                        () -> List.of("ALTER INDEX " + parentName + " ATTACH PARTITION " + name));
        attach.needs.add(index);
        attachments.put(attach, parentIndex);
    }

    private void readIndexes() throws SQLException {
        session.forEach(
                """
                SELECT i.indexrelid, i.indrelid, c.relname, pg_get_indexdef(i.indexrelid),
                       i.indisclustered, i.indisreplident, k.oid IS NOT NULL,
                       i.indisvalid OR c.relkind = 'I', h.inhparent,
                       quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                       (SELECT quote_ident(pn.nspname) || '.' || quote_ident(pc.relname)
                        FROM pg_class pc JOIN pg_namespace pn ON pn.oid = pc.relnamespace
                        WHERE pc.oid = h.inhparent),
                       (SELECT string_agg(a.attnum || ' SET STATISTICS ' || a.attstattarget, ', ALTER COLUMN ' ORDER BY a.attnum)
                        FROM pg_attribute a
                        WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0
                          AND i.indexprs IS NOT NULL),
                       (SELECT a.attname FROM pg_attribute a
                        WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND i.indnatts = 1)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
                LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
                WHERE %s
                ORDER BY i.indexrelid
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    Relation relation = relations.get(oid(row, 2));
                    if (relation != null && (hidden == null || !hidden.equals(row.getString(13)))) {
                        index(relation, row);
                    }
                });
    }

    private void index(Relation relation, ResultSet row) throws SQLException {
        int number = oid(row, 1);
        String name = row.getString(3);
        StructureNode node = objects.find(CLASS, number);
        if (node == null) {
            String sql = row.getString(4);
            node =
                    objects.add(
                            relation.kind.equals("m") ? Kind.VIEW_INDEX : Kind.INDEX,
                            CLASS,
                            number,
                            relation.name + " " + name,
                            relation.name,
                            () -> List.of(sql));
            node.needs.add(relation.node());
            if (!row.getBoolean(8)) {
                node.refusal = "it is invalid in the source: an unfinished CREATE INDEX";
            }
            if (relation.refresh != null) {
                relation.refresh.needs.add(node);
            }
        }
        if (!row.getBoolean(7)) {
            attach(relation, node, oid(row, 9), row.getString(10), row.getString(11));
        }
        String alter = "ALTER TABLE " + relation.name.quoted();
        if (row.getBoolean(5)) {
            setting(
                    relation,
                    node,
                    name,
                    alter + " CLUSTER ON " + quote(name),
                    alter + " SET WITHOUT CLUSTER");
        }
        if (row.getBoolean(6)) {
            setting(
                    relation,
                    node,
                    name,
                    alter + " REPLICA IDENTITY USING INDEX " + quote(name),
                    alter + " REPLICA IDENTITY DEFAULT");
        }
        if (row.getString(12) != null) {
            setting(
                    relation,
                    node,
                    name,
                    "ALTER INDEX " + row.getString(10) + " ALTER COLUMN " + row.getString(12),
                    "DROP INDEX " + row.getString(10));
        }
    }

    private void setting(
            Relation relation, StructureNode index, String name, String sql, String undo) {
        StructureNode setting =
                objects.attach(
                        relation.kind.equals("m") ? Kind.VIEW_INDEX : Kind.TABLE_SETTING,
                        relation.name + " " + name,
                        relation.name,
                        () -> List.of(sql));
        setting.needs.add(index);
        setting.undo = undo;
    }

    private void readStatistics() throws SQLException {
        session.forEach(
                """
                SELECT s.oid, s.stxrelid, n.nspname, s.stxname, pg_get_statisticsobjdef(s.oid), %s
                FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
                """
                        .formatted(session.version() >= 13 ? "s.stxstattarget" : "-1"),
                row -> {
                    Relation relation = relations.get(oid(row, 2));
                    if (relation == null) {
                        return;
                    }
                    var name = new TableName(row.getString(3), row.getString(4));
                    var all = new ArrayList<String>();
                    all.add(row.getString(5));
                    int statistics = row.getInt(6);
                    if (!row.wasNull() && statistics >= 0) {
                        all.add(
                                "ALTER STATISTICS "
                                        + name.quoted()
                                        + " SET STATISTICS "
                                        + statistics);
                    }
                    objects.add(
                                    Kind.STATISTICS,
                                    STATISTICS,
                                    oid(row, 1),
                                    name.toString(),
                                    relation.name,
                                    () -> all)
                            .needs
                            .add(relation.node());
                });
    }

    /// Numbers tell nothing about which of two indexes is the other's parent, so these wait until
    /// all are read.
    private void tieToParents() {
        attachments.forEach((attach, parentIndex) -> {
            StructureNode parent = objects.find(CLASS, parentIndex);
            if (parent == null) {
                attach.refusal = "its parent is not carried";
            } else {
                attach.needs.add(parent);
            }
        });
    }
}
