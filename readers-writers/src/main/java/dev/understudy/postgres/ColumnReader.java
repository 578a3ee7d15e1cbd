package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.DEFAULT;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;
import static dev.understudy.postgres.TableSql.alterColumn;
import static dev.understudy.postgres.TableSql.setDefault;

import dev.understudy.postgres.StructureNode.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the columns of relations with their defaults and settings.
final class ColumnReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final Map<Integer, Relation> relations;
    private final @Nullable String hidden;

    ColumnReader(
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
                                        ? "k.conname, k.conislocal, k.connoinherit, k.convalidated, coalesce(k.oid, 0)"
                                        : "NULL, true, false, true, 0",
                                named
                                        ? "LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]"
                                        : "",
                                USER_SCHEMA),
                row -> {
                    Relation relation = relations.get(oid(row, 1));
                    if (relation != null && !row.getString(2).equals(hidden)) {
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
            objects.alias(DEFAULT, number, relation.node());
            return;
        }
        StructureNode part =
                objects.add(
                        Kind.DEFAULT,
                        DEFAULT,
                        number,
                        relation.name + "." + column.name,
                        relation.name,
                        () -> List.of(setDefault(relation, column)));
        part.owner = relation.node();
        column.part = part;
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
            relation.set(
                    column.name + " storage",
                    alter + " SET STORAGE " + storage,
                    alter + " SET STORAGE DEFAULT");
        }
        String compression =
                switch (row.getString(10)) {
                    case "p" -> "pglz";
                    case "l" -> "lz4";
                    default -> "";
                };
        if (!compression.isEmpty()) {
            relation.set(
                    column.name + " compression",
                    alter + " SET COMPRESSION " + compression,
                    alter + " SET COMPRESSION default");
        }
        int statistics = row.getInt(11);
        if (!row.wasNull() && statistics >= 0) {
            relation.set(
                    column.name + " statistics",
                    alter + " SET STATISTICS " + statistics,
                    alter + " SET STATISTICS -1");
        }
        if (row.getString(12) != null) {
            relation.set(
                    column.name + " options",
                    alter + " SET (" + row.getString(12) + ")",
                    alter + " RESET (" + TableSql.optionNames(row.getString(12)) + ")");
        }
    }
}
