package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.StructureReader.USER_SCHEMA;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads tables, views and materialised views with all that is tied to them.
final class TableReader {
    private final StructureReader reader;
    private final CatalogSession session;
    private final Predicate<TableName> wanted;
    private final Map<Integer, Relation> relations = new LinkedHashMap<>();
    private final Map<StructureNode, Relation> byNode = new HashMap<>();

    /// Steps that attach an index to another, whose number this is.
    private final Map<StructureNode, Integer> attachments = new LinkedHashMap<>();

    /// Foreign keys that come with another: with the partitioned table's of a partition, or of a
    /// reference to one.
    private final Map<Integer, Integer> copies = new HashMap<>();

    TableReader(StructureReader reader, CatalogSession session, Predicate<TableName> wanted) {
        this.reader = reader;
        this.session = session;
        this.wanted = wanted;
    }

    void read() throws SQLException {
        readRelations();
        readParents();
        readColumns();
        for (Relation relation : relations.values()) {
            if (relation.reordered() && !relation.adopted() && relation.node().refusal == null) {
                reader.report(
                        "order of columns",
                        relation.name.toString(),
                        "the parents' columns come first, as pg_dump does it");
            }
        }
        readConstraints();
        readValidations();
        readIndexes();
        readStatistics();
        tieToParents();
    }

    /// Numbers tell nothing about which of two constraints or indexes is the other's parent, so
    /// these wait until all are read.
    private void tieToParents() {
        attachments.forEach((attach, parentIndex) -> {
            StructureNode parent = reader.find(StructureReader.CLASS, parentIndex);
            if (parent == null) {
                attach.refusal = "its parent is not carried";
            } else {
                attach.needs.add(parent);
            }
        });
        copies.keySet()
                .forEach(copy -> {
                    int original = copy;
                    Integer next = copies.get(original);
                    while (next != null) {
                        original = next;
                        next = copies.get(original);
                    }
                    StructureNode key = reader.find(StructureReader.CONSTRAINT, original);
                    if (key != null) {
                        reader.alias(StructureReader.CONSTRAINT, copy, key);
                    }
                });
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
        String sql =
                "ALTER TABLE "
                        + relation.name.quoted()
                        + " ALTER COLUMN "
                        + quote(column)
                        + " ADD GENERATED "
                        + (when.equals("a") ? "ALWAYS" : "BY DEFAULT")
                        + " AS IDENTITY (SEQUENCE NAME "
                        + sequence.quoted()
                        + options
                        + ")";
        relation.settings.add(sql);
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
                    reader.alias(StructureReader.TYPE, oid(row, 18), relation.node);
                    reader.alias(StructureReader.TYPE, oid(row, 19), relation.node);
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
                reader.add(
                        kind,
                        StructureReader.CLASS,
                        relation.oid,
                        relation.name.toString(),
                        relation.name,
                        () ->
                                switch (kind) {
                                    case VIEW -> view(relation);
                                    case MATERIALIZED_VIEW -> materializedView(relation);
                                    default -> table(relation);
                                });
        if (kind == Kind.TABLE && !wanted.test(relation.name)) {
            node.refusal = "it is left out";
            node.silent = true;
        }
        if (kind == Kind.VIEW) {
            node.shapeSql = () -> List.of(shape(relation));
        }
        return node;
    }

    private void addSettings(Relation relation, ResultSet row) throws SQLException {
        String alter = "ALTER TABLE " + relation.name.quoted();
        String identity = row.getString(13);
        if (!relation.kind.equals("v") && (identity.equals("f") || identity.equals("n"))) {
            relation.settings.add(
                    alter + " REPLICA IDENTITY " + (identity.equals("f") ? "FULL" : "NOTHING"));
        }
        if (row.getBoolean(14)) {
            late(relation, Kind.ROW_SECURITY, "enabled", alter + " ENABLE ROW LEVEL SECURITY");
        }
        if (row.getBoolean(15)) {
            late(relation, Kind.ROW_SECURITY, "forced", alter + " FORCE ROW LEVEL SECURITY");
        }
        if (relation.kind.equals("m") && row.getBoolean(16)) {
            relation.refresh =
                    late(
                            relation,
                            Kind.REFRESH,
                            "rows",
                            "REFRESH MATERIALIZED VIEW " + relation.name.quoted());
        }
    }

    private StructureNode late(Relation relation, Kind kind, String what, String sql) {
        StructureNode step =
                reader.attach(kind, relation.name + " " + what, relation.name, () -> List.of(sql));
        step.needs.add(relation.node());
        return step;
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
                                reader.attach(
                                        Kind.PARTITION,
                                        child.name + " of " + parent.name,
                                        child.name,
                                        () -> List.of(sql));
                        attach.needs.add(child.node());
                        attach.needs.add(parent.node());
                    }
                });
    }

    private void readColumns() throws SQLException {
        boolean named = session.version() >= 18;
        session.forEach(
                """
                SELECT a.attrelid, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod),
                       CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN
                         (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                          FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                          WHERE co.oid = a.attcollation) END,
                       a.attnotnull, a.attgenerated, a.attislocal,
                       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
                       %s, a.attstattarget,
                       (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ')
                        FROM unnest(a.attoptions) o),
                       d.oid, pg_get_expr(d.adbin, d.adrelid), %s
                FROM pg_attribute a
                JOIN pg_class c ON c.oid = a.attrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                %s
                WHERE c.relkind IN ('r', 'p', 'v', 'm') AND %s AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attrelid, a.attnum
                """
                        .formatted(
                                session.version() >= 14 ? "a.attcompression" : "''",
                                named
                                        ? "k.conname, k.conislocal, k.connoinherit, k.convalidated"
                                        : "NULL, true, false, true",
                                named
                                        ? "LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]"
                                        : "",
                                USER_SCHEMA),
                row -> {
                    Relation relation = relations.get(oid(row, 1));
                    if (relation != null) {
                        var column = new TableColumn(row);
                        relation.columns.put(column.name, column);
                        if (row.getString(13) != null) {
                            addDefault(relation, column, oid(row, 13));
                        }
                        addColumnSettings(relation, column, row);
                    }
                });
    }

    private void addDefault(Relation relation, TableColumn column, int number) {
        if (!column.generated.isEmpty()) {
            reader.alias(StructureReader.DEFAULT, number, relation.node());
            return;
        }
        StructureNode part =
                reader.add(
                        Kind.DEFAULT,
                        StructureReader.DEFAULT,
                        number,
                        relation.name + "." + column.name,
                        relation.name,
                        () -> List.of(setDefault(relation, column)));
        part.owner = relation.node();
        column.part = part;
    }

    private static String setDefault(Relation relation, TableColumn column) {
        return alterColumn(relation, column) + " SET DEFAULT " + column.expression;
    }

    private static String alterColumn(Relation relation, TableColumn column) {
        return (relation.kind.equals("v")
                        ? "ALTER VIEW "
                        : relation.kind.equals("m")
                                ? "ALTER MATERIALIZED VIEW "
                                : "ALTER TABLE ONLY ")
                + relation.name.quoted()
                + " ALTER COLUMN "
                + quote(column.name);
    }

    private void addColumnSettings(Relation relation, TableColumn column, ResultSet row)
            throws SQLException {
        if (relation.kind.equals("v")) {
            return;
        }
        String alter = alterColumn(relation, column);
        if (row.getString(9) != null) {
            String storage =
                    switch (row.getString(9)) {
                        case "p" -> "PLAIN";
                        case "e" -> "EXTERNAL";
                        case "m" -> "MAIN";
                        default -> "EXTENDED";
                    };
            relation.settings.add(alter + " SET STORAGE " + storage);
        }
        switch (row.getString(10)) {
            case "p" -> relation.settings.add(alter + " SET COMPRESSION pglz");
            case "l" -> relation.settings.add(alter + " SET COMPRESSION lz4");
            default -> {}
        }
        int statistics = row.getInt(11);
        if (!row.wasNull() && statistics >= 0) {
            relation.settings.add(alter + " SET STATISTICS " + statistics);
        }
        if (row.getString(12) != null) {
            relation.settings.add(alter + " SET (" + row.getString(12) + ")");
        }
    }

    /// CREATE TABLE with whatever can be made in it, then its settings.
    private List<String> table(Relation relation) {
        var items = new ArrayList<String>();
        var later = new ArrayList<String>();
        boolean every =
                relation.partition
                        || relation.parents.stream().anyMatch(each -> each.node().refusal != null);
        for (TableColumn column : relation.columns.values()) {
            if (every || column.local) {
                if (relation.ofType == null) {
                    items.add(quote(column.name) + " " + column.type + definition(column, true));
                } else if (!definition(column, true).isEmpty()) {
                    items.add(quote(column.name) + " WITH OPTIONS" + definition(column, true));
                }
            } else {
                inherited(relation, column, items, later);
            }
        }
        for (TableCheck check : relation.checks) {
            if (check.node.made() == relation.node && check.node.refusal == null) {
                items.add("CONSTRAINT " + quote(check.name) + " " + check.definition);
            }
        }
        var sql = new StringBuilder("CREATE ");
        sql.append(relation.unlogged ? "UNLOGGED TABLE " : "TABLE ").append(relation.name.quoted());
        if (relation.ofType != null) {
            sql.append(" OF ").append(relation.ofType);
        }
        if (relation.ofType == null || !items.isEmpty()) {
            sql.append(" (").append(String.join(", ", items)).append(")");
        }
        List<String> parents =
                relation.parents.stream()
                        .filter(each -> !relation.partition && each.node().refusal == null)
                        .map(parent -> parent.name.quoted())
                        .toList();
        if (relation.adopted()) {
            parents.forEach(parent ->
                    later.add("ALTER TABLE " + relation.name.quoted() + " INHERIT " + parent));
        } else if (!parents.isEmpty()) {
            sql.append(" INHERITS (").append(String.join(", ", parents)).append(')');
        }
        if (relation.partitionKey != null) {
            sql.append(" PARTITION BY ").append(relation.partitionKey);
        }
        if (relation.method != null) {
            sql.append(" USING ").append(relation.method);
        }
        sql.append(relation.options());
        var all = new ArrayList<String>();
        all.add(sql.toString());
        all.addAll(later);
        all.addAll(relation.settings);
        return all;
    }

    private static String definition(TableColumn column, boolean withDefault) {
        var sql = new StringBuilder();
        if (column.collation != null) {
            sql.append(" COLLATE ").append(column.collation);
        }
        if (!column.generated.isEmpty()) {
            sql.append(" GENERATED ALWAYS AS (")
                    .append(column.expression)
                    .append(column.generated.equals("s") ? ") STORED" : ") VIRTUAL");
        } else if (withDefault && column.hasDefault()) {
            sql.append(" DEFAULT ").append(column.expression);
        }
        if (column.notNull && column.notNullValid) {
            sql.append(column.notNull());
        }
        return sql.toString();
    }

    /// What an inherited column has of its own.
    private static void inherited(
            Relation relation, TableColumn column, List<String> items, List<String> later) {
        List<TableColumn> above =
                relation.parents.stream()
                        .flatMap(parent -> Stream.ofNullable(parent.columns.get(column.name)))
                        .toList();
        if (column.hasDefault()) {
            later.add(setDefault(relation, column));
        } else if (column.generated.isEmpty() && above.stream().anyMatch(TableColumn::hasDefault)) {
            later.add(alterColumn(relation, column) + " DROP DEFAULT");
        }
        if (!column.notNull || !column.notNullValid) {
            return;
        }
        if (column.notNullName != null) {
            if (column.notNullLocal) {
                items.add(
                        "CONSTRAINT "
                                + quote(column.notNullName)
                                + " NOT NULL "
                                + quote(column.name)
                                + (column.notNullNotInherited ? " NO INHERIT" : ""));
            }
        } else if (above.stream().noneMatch(parent -> parent.notNull)) {
            later.add(alterColumn(relation, column) + " SET NOT NULL");
        }
    }

    private static List<String> view(Relation relation) {
        String create =
                relation.node().shapeSql == null ? "CREATE OR REPLACE VIEW " : "CREATE VIEW ";
        var all = new ArrayList<String>();
        all.add(
                create
                        + relation.name.quoted()
                        + relation.options()
                        + " AS\n"
                        + query(relation.definition));
        relation.columns.values().stream()
                .filter(TableColumn::hasDefault)
                .forEach(column -> all.add(setDefault(relation, column)));
        return all;
    }

    private static String shape(Relation relation) {
        return "CREATE VIEW "
                + relation.name.quoted()
                + " AS SELECT "
                + relation.columns.values().stream()
                        .map(column ->
                                "NULL::"
                                        + column.type
                                        + (column.collation == null
                                                ? ""
                                                : " COLLATE " + column.collation)
                                        + " AS "
                                        + quote(column.name))
                        .collect(Collectors.joining(", "));
    }

    private static List<String> materializedView(Relation relation) {
        var all = new ArrayList<String>();
        all.add(
                "CREATE MATERIALIZED VIEW "
                        + relation.name.quoted()
                        + (relation.method == null ? "" : " USING " + relation.method)
                        + relation.options()
                        + " AS\n"
                        + query(relation.definition)
                        + "\nWITH NO DATA");
        all.addAll(relation.settings);
        return all;
    }

    private static String query(String definition) {
        return definition.endsWith(";")
                ? definition.substring(0, definition.length() - 1)
                : definition;
    }

    private void readConstraints() throws SQLException {
        readNotNullOfNewRows();
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

    /// Since 18 a column may be NOT NULL for new rows only.
    private void readNotNullOfNewRows() {
        for (Relation relation : relations.values()) {
            for (TableColumn column : relation.columns.values()) {
                if (column.notNull && !column.notNullValid && column.notNullLocal) {
                    late(
                            relation,
                            Kind.LATE_CONSTRAINT,
                            column.name,
                            "ALTER TABLE "
                                    + relation.name.quoted()
                                    + " ADD"
                                    + column.notNullConstraint()
                                    + " NOT VALID");
                }
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
                    late(
                            relation,
                            Kind.VALIDATION,
                            name,
                            "ALTER TABLE "
                                    + relation.name.quoted()
                                    + " VALIDATE CONSTRAINT "
                                    + quote(name));
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
                StructureNode node = late(relation, Kind.LATE_CONSTRAINT, name, sql);
                reader.alias(StructureReader.CONSTRAINT, number, node);
            }
            return;
        }
        if (!local && !relation.partition && !orphan) {
            relation.inherited.add(name);
            reader.alias(StructureReader.CONSTRAINT, number, relation.node());
            return;
        }
        StructureNode node =
                reader.add(
                        Kind.CHECK,
                        StructureReader.CONSTRAINT,
                        number,
                        relation.name + " " + name,
                        relation.name,
                        () -> List.of(sql));
        node.owner = relation.node();
        relation.checks.add(new TableCheck(name, definition, node));
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
        reader.add(
                        Kind.FOREIGN_KEY,
                        StructureReader.CONSTRAINT,
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
                reader.add(
                        Kind.CONSTRAINT,
                        StructureReader.CONSTRAINT,
                        oid(row, 1),
                        relation.name + " " + name,
                        relation.name,
                        () -> all);
        node.needs.add(relation.node());
        reader.alias(StructureReader.CLASS, index, node);
        attachIndex(relation, node, oid(row, 10), row.getString(12), row.getString(13));
    }

    private void attachIndex(
            Relation relation,
            StructureNode index,
            int parentIndex,
            @Nullable String name,
            @Nullable String parentName) {
        if (parentIndex == 0 || name == null || parentName == null) {
            return;
        }
        StructureNode attach =
                reader.attach(
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
                          AND i.indexprs IS NOT NULL)
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
                    if (relation != null) {
                        index(relation, row);
                    }
                });
    }

    private void index(Relation relation, ResultSet row) throws SQLException {
        int number = oid(row, 1);
        String name = row.getString(3);
        StructureNode node = reader.find(StructureReader.CLASS, number);
        if (node == null) {
            String sql = row.getString(4);
            node =
                    reader.add(
                            relation.kind.equals("m") ? Kind.VIEW_INDEX : Kind.INDEX,
                            StructureReader.CLASS,
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
            attachIndex(relation, node, oid(row, 9), row.getString(10), row.getString(11));
        }
        String alter = "ALTER TABLE " + relation.name.quoted();
        if (row.getBoolean(5)) {
            setting(relation, node, name, alter + " CLUSTER ON " + quote(name));
        }
        if (row.getBoolean(6)) {
            setting(relation, node, name, alter + " REPLICA IDENTITY USING INDEX " + quote(name));
        }
        if (row.getString(12) != null) {
            setting(
                    relation,
                    node,
                    name,
                    "ALTER INDEX " + row.getString(10) + " ALTER COLUMN " + row.getString(12));
        }
    }

    private void setting(Relation relation, StructureNode index, String name, String sql) {
        StructureNode setting =
                reader.attach(
                        relation.kind.equals("m") ? Kind.VIEW_INDEX : Kind.TABLE_SETTING,
                        relation.name + " " + name,
                        relation.name,
                        () -> List.of(sql));
        setting.needs.add(index);
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
                    reader.add(
                                    Kind.STATISTICS,
                                    StructureReader.STATISTICS,
                                    oid(row, 1),
                                    name.toString(),
                                    relation.name,
                                    () -> all)
                            .needs
                            .add(relation.node());
                });
    }

    private record TableCheck(String name, String definition, StructureNode node) {}

    private static final class TableColumn {
        private final String name;
        private final String type;
        private final @Nullable String collation;
        private final boolean notNull;
        private final String generated;
        private final boolean local;
        private final @Nullable String expression;
        private final @Nullable String notNullName;
        private final boolean notNullLocal;
        private final boolean notNullNotInherited;
        private final boolean notNullValid;
        private @Nullable StructureNode part;

        TableColumn(ResultSet row) throws SQLException {
            name = row.getString(2);
            type = row.getString(4);
            collation = row.getString(5);
            notNull = row.getBoolean(6);
            generated = row.getString(7);
            local = row.getBoolean(8);
            expression = row.getString(14);
            notNullName = row.getString(15);
            notNullLocal = row.getBoolean(16);
            notNullNotInherited = row.getBoolean(17);
            notNullValid = notNullName == null || row.getBoolean(18);
        }

        /// Whether it has a default that is made with its table.
        boolean hasDefault() {
            return part != null && !part.apart && part.refusal == null;
        }

        String notNull() {
            return (notNullName == null ? "" : " CONSTRAINT " + quote(notNullName))
                    + " NOT NULL"
                    + (notNullNotInherited ? " NO INHERIT" : "");
        }

        String notNullConstraint() {
            return (notNullName == null ? "" : " CONSTRAINT " + quote(notNullName))
                    + " NOT NULL "
                    + quote(name)
                    + (notNullNotInherited ? " NO INHERIT" : "");
        }
    }

    private static final class Relation {
        private final int oid;
        private final TableName name;
        private final String kind;
        private final boolean unlogged;
        private final @Nullable String options;
        private final @Nullable String toastOptions;
        private final @Nullable String method;
        private final boolean partition;
        private final @Nullable String ofType;
        private final @Nullable String partitionKey;
        private final @Nullable String bound;
        private final String definition;
        private final List<Relation> parents = new ArrayList<>();
        private final Map<String, TableColumn> columns = new LinkedHashMap<>();
        private final List<TableCheck> checks = new ArrayList<>();
        private final List<String> settings = new ArrayList<>();

        /// Constraints that hold for new rows only, and those that hold for all but come from a
        /// parent.
        private final Set<String> unproven = new HashSet<>();

        private final Set<String> inherited = new TreeSet<>();
        private @Nullable StructureNode node;
        private @Nullable StructureNode refresh;

        Relation(ResultSet row) throws SQLException {
            oid = CatalogSession.oid(row, 1);
            name = new TableName(row.getString(2), row.getString(3));
            kind = row.getString(4);
            unlogged = row.getBoolean(5);
            options = row.getString(6);
            toastOptions = row.getString(7);
            method = row.getString(8);
            partition = row.getBoolean(9);
            ofType = row.getString(10);
            partitionKey = row.getString(11);
            bound = row.getString(12);
            definition = row.getString(17) == null ? "" : row.getString(17);
        }

        /// Whether its columns are not where inheritance puts them: first the parents', then its
        /// own.
        boolean reordered() {
            var order = new LinkedHashSet<String>();
            parents.forEach(parent -> order.addAll(parent.columns.keySet()));
            order.addAll(columns.keySet());
            return !partition && !List.copyOf(order).equals(List.copyOf(columns.keySet()));
        }

        /// Whether it was made on its own and got its parents later.
        boolean adopted() {
            return reordered() && columns.values().stream().allMatch(column -> column.local);
        }

        StructureNode node() {
            return Objects.requireNonNull(node);
        }

        String options() {
            String all =
                    Stream.of(options, toastOptions)
                            .filter(Objects::nonNull)
                            .collect(Collectors.joining(", "));
            return all.isEmpty() ? "" : " WITH (" + all + ")";
        }
    }
}
