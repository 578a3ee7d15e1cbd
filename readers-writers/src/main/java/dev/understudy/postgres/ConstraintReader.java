package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CLASS;
import static dev.understudy.postgres.SystemCatalog.CONSTRAINT;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads checks, keys, foreign keys and columns' NOT NULL.
final class ConstraintReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final Map<Integer, Relation> relations;
    private final IndexReader indexes;

    /// Foreign keys that come with another: with the partitioned table's of a partition, or of a
    /// reference to one.
    private final Map<Integer, Integer> copies = new HashMap<>();

    ConstraintReader(
            CatalogSession session,
            StructureObjects objects,
            Map<Integer, Relation> relations,
            IndexReader indexes) {
        this.session = session;
        this.objects = objects;
        this.relations = relations;
        this.indexes = indexes;
    }

    void read() throws SQLException {
        readNotNull();
        readConstraints();
        readValidations();
        tieToParents();
    }

    private void readConstraints() throws SQLException {
        // Of constraints of partitioned tables, partitions have copies: foreign keys come with the
        // partitioned table's, the others are made by themselves and attached.
        session.forEach(
                """
                SELECT k.oid, k.conrelid, k.conname, k.contype, pg_get_constraintdef(k.oid),
                       k.conislocal, k.convalidated, k.conparentid, k.conindid, p.conindid,
                       (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ')
                        FROM unnest(i.reloptions) o),
                       quote_ident(n.nspname) || '.' || quote_ident(i.relname),
                       (SELECT quote_ident(pin.nspname) || '.' || quote_ident(pi.relname)
                        FROM pg_class pi JOIN pg_namespace pin ON pin.oid = pi.relnamespace
                        WHERE pi.oid = p.conindid),
                       p.conrelid
                FROM pg_constraint k
                LEFT JOIN pg_constraint p ON p.oid = k.conparentid
                LEFT JOIN pg_class i ON i.oid = k.conindid
                LEFT JOIN pg_namespace n ON n.oid = i.relnamespace
                WHERE k.conrelid <> 0 AND k.contype IN ('c', 'p', 'u', 'x', 'f') AND k.oid >= 16384
                ORDER BY k.oid
                """,
                row -> {
                    Relation relation = relations.get(oid(row, 2));
                    if (relation == null) {
                        return;
                    }
                    switch (row.getString(4)) {
                        case "c" -> check(relation, row);
                        case "f" -> foreignKey(relation, row);
                        default -> key(relation, row);
                    }
                });
    }

    /// Since 18 a column's NOT NULL has a name, may have a comment, and may be for new rows only.
    private void readNotNull() {
        for (Relation relation : relations.values()) {
            for (TableColumn column : relation.columns.values()) {
                StructureNode made = relation.node();
                if (column.notNull && !column.notNullValid && column.notNullLocal) {
                    made =
                            objects.late(
                                    relation,
                                    Kind.LATE_CONSTRAINT,
                                    column.name,
                                    "ALTER TABLE "
                                            + relation.name.quoted()
                                            + " ADD"
                                            + column.notNullConstraint()
                                            + " NOT VALID",
                                    TableSql.alterColumn(relation, column) + " DROP NOT NULL");
                }
                objects.alias(CONSTRAINT, column.notNullNumber, made);
            }
        }
    }

    /// A constraint that a parent holds for new rows only may hold for all rows of a child.
    private void readValidations() {
        for (Relation relation : relations.values()) {
            for (TableColumn column : relation.columns.values()) {
                if (column.notNullName != null
                        && column.notNullValid
                        && !column.notNullLocal
                        && relation.parents.stream()
                                .map(parent -> parent.columns.get(column.name))
                                .anyMatch(above -> above != null && !above.notNullValid)) {
                    relation.inherited.add(column.notNullName);
                    relation.parents.forEach(parent -> parent.unproven.add(column.notNullName));
                }
            }
            for (String name : relation.inherited) {
                if (!relation.partition
                        && relation.parents.stream()
                                .anyMatch(parent -> parent.unproven.contains(name))) {
                    objects.late(
                            relation,
                            Kind.VALIDATION,
                            name,
                            "ALTER TABLE "
                                    + relation.name.quoted()
                                    + " VALIDATE CONSTRAINT "
                                    + quote(name),
                            null);
                }
            }
        }
    }

    private void check(Relation relation, ResultSet row) throws SQLException {
        int number = oid(row, 1);
        String name = row.getString(3);
        String definition = row.getString(5);
        boolean local = row.getBoolean(6);
        boolean valid = row.getBoolean(7);
        String sql =
                "ALTER TABLE "
                        + relation.name.quoted()
                        + " ADD CONSTRAINT "
                        + quote(name)
                        + " "
                        + definition;
        boolean orphan = relation.parents.stream().anyMatch(each -> each.node().refusal != null);
        if (!valid) {
            relation.unproven.add(name);
            if (local || orphan) {
                StructureNode node =
                        objects.late(
                                relation, Kind.LATE_CONSTRAINT, name, sql, drop(relation, name));
                objects.alias(CONSTRAINT, number, node);
            }
            return;
        }
        if (!local && !relation.partition && !orphan) {
            relation.inherited.add(name);
            objects.alias(CONSTRAINT, number, relation.node());
            return;
        }
        StructureNode node =
                objects.add(
                        Kind.CHECK,
                        CONSTRAINT,
                        number,
                        relation.name + " " + name,
                        relation.name,
                        () -> List.of(sql));
        node.owner = relation.node();
        relation.checks.add(new Relation.TableCheck(name, definition, node));
    }

    private static String drop(Relation relation, String constraint) {
        return "ALTER TABLE " + relation.name.quoted() + " DROP CONSTRAINT " + quote(constraint);
    }

    private void foreignKey(Relation relation, ResultSet row) throws SQLException {
        Relation of = relations.get(oid(row, 14));
        if (of != null && (of == relation || of.node().refusal == null)) {
            copies.put(oid(row, 1), oid(row, 8));
            return;
        }
        String name = row.getString(3);
        String sql =
                (relation.partitionKey == null ? "ALTER TABLE ONLY " : "ALTER TABLE ")
                        + relation.name.quoted()
                        + " ADD CONSTRAINT "
                        + quote(name)
                        + " "
                        + row.getString(5);
        objects.add(
                        Kind.FOREIGN_KEY,
                        CONSTRAINT,
                        oid(row, 1),
                        relation.name + " " + name,
                        relation.name,
                        () -> List.of(sql))
                .needs
                .add(relation.node());
    }

    private void key(Relation relation, ResultSet row) throws SQLException {
        String name = row.getString(3);
        int index = oid(row, 9);
        var all = new ArrayList<String>();
        all.add(
                "ALTER TABLE ONLY "
                        + relation.name.quoted()
                        + " ADD CONSTRAINT "
                        + quote(name)
                        + " "
                        + row.getString(5));
        if (row.getString(11) != null) {
            all.add("ALTER INDEX " + row.getString(12) + " SET (" + row.getString(11) + ")");
        }
        StructureNode node =
                objects.add(
                        Kind.CONSTRAINT,
                        CONSTRAINT,
                        oid(row, 1),
                        relation.name + " " + name,
                        relation.name,
                        () -> all);
        node.needs.add(relation.node());
        objects.alias(CLASS, index, node);
        indexes.attach(relation, node, oid(row, 10), row.getString(12), row.getString(13));
    }

    /// Numbers tell nothing about which of two keys is the other's parent, so these wait until all
    /// are read.
    private void tieToParents() {
        copies.keySet()
                .forEach(copy -> {
                    int original = copy;
                    Integer next = copies.get(original);
                    while (next != null) {
                        original = next;
                        next = copies.get(original);
                    }
                    StructureNode key = objects.find(CONSTRAINT, original);
                    if (key != null) {
                        objects.alias(CONSTRAINT, copy, key);
                    }
                });
    }
}
