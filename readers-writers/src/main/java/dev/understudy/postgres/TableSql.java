package dev.understudy.postgres;

import static dev.understudy.schema.TableName.quote;

import dev.understudy.twin.StructurePart;
import dev.understudy.twin.StructurePart.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The statements that make tables and views.
final class TableSql {
    private static final Pattern OPTION = Pattern.compile("([\\w.]+)='(?:[^']|'')*'");

    private TableSql() {}

    /// CREATE TABLE with whatever can be made in it, then its settings.
    static List<String> table(Relation relation) {
        var items = new ArrayList<String>();
        var later = new ArrayList<String>();
        boolean every =
                relation.partition
                        || relation.parents.stream().anyMatch(each -> each.node().refusal != null);
        for (TableColumn column : relation.columns.values()) {
            if (every || column.local) {
                if (relation.ofType == null) {
                    items.add(
                            quote(column.name) + " " + column.type + definition(relation, column));
                } else if (!definition(relation, column).isEmpty()) {
                    items.add(quote(column.name) + " WITH OPTIONS" + definition(relation, column));
                }
            } else {
                inherited(relation, column, items, later);
            }
        }
        for (Relation.TableCheck check : relation.checks) {
            if (check.node().made() == relation.node && check.node().refusal == null) {
                items.add("CONSTRAINT " + quote(check.name()) + " " + check.definition());
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
        relation.settings.forEach(each -> all.add(each.sql()));
        return all;
    }

    /// What {@link #table} makes, part by part.
    static List<StructurePart> parts(Relation relation) {
        var parts = new ArrayList<StructurePart>();
        boolean every =
                relation.partition
                        || relation.parents.stream().anyMatch(each -> each.node().refusal != null);
        for (TableColumn column : relation.columns.values()) {
            parts(relation, column, every || column.local, parts);
        }
        String table = "ALTER TABLE " + relation.name.quoted();
        for (Relation.TableCheck check : relation.checks) {
            if (check.node().made() == relation.node && check.node().refusal == null) {
                String name = quote(check.name());
                parts.add(
                        new StructurePart(
                                Kind.CHECK,
                                check.name(),
                                table + " ADD CONSTRAINT " + name + " " + check.definition(),
                                table + " DROP CONSTRAINT " + name));
            }
        }
        if (relation.unlogged) {
            parts.add(
                    new StructurePart(
                            Kind.SETTING,
                            "unlogged",
                            table + " SET UNLOGGED",
                            table + " SET LOGGED"));
        }
        String options = relation.options();
        if (!options.isEmpty()) {
            parts.add(
                    new StructurePart(
                            Kind.SETTING,
                            "options",
                            table + " SET" + options.substring(" WITH".length()),
                            table + " RESET (" + optionNames(options) + ")"));
        }
        parts.add(new StructurePart(Kind.FORM, "", form(relation), ""));
        parts.addAll(relation.settings);
        return parts;
    }

    private static void parts(
            Relation relation, TableColumn column, boolean own, List<StructurePart> parts) {
        String alter = alterColumn(relation, column);
        if (own) {
            String collation = column.collation == null ? "" : " COLLATE " + column.collation;
            parts.add(
                    new StructurePart(
                            Kind.COLUMN,
                            column.name,
                            alter.replaceFirst(" ONLY ", " ") + " TYPE " + column.type + collation,
                            "ALTER TABLE "
                                    + relation.name.quoted()
                                    + " DROP COLUMN "
                                    + quote(column.name)
                                    + " CASCADE"));
        }
        if (!column.generated.isEmpty()) {
            parts.add(
                    new StructurePart(
                            Kind.FORM,
                            column.name,
                            column.generated + " " + column.expression,
                            ""));
        } else if (column.hasDefault()) {
            parts.add(
                    new StructurePart(
                            Kind.DEFAULT,
                            column.name,
                            setDefault(relation, column),
                            alter + " DROP DEFAULT"));
        }
        if (column.notNull && column.notNullValid && (own || column.notNullLocal)) {
            parts.add(
                    new StructurePart(
                            Kind.NOT_NULL,
                            column.name,
                            column.notNullName == null
                                    ? "ALTER TABLE "
                                            + relation.name.quoted()
                                            + " ALTER COLUMN "
                                            + quote(column.name)
                                            + " SET NOT NULL"
                                    : "ALTER TABLE "
                                            + relation.name.quoted()
                                            + " ADD"
                                            + column.notNullConstraint(),
                            "ALTER TABLE "
                                    + relation.name.quoted()
                                    + " ALTER COLUMN "
                                    + quote(column.name)
                                    + " DROP NOT NULL"));
        }
    }

    private static String form(Relation relation) {
        return "of type %s, children of %s, partitioned by %s, kept by %s"
                .formatted(
                        relation.ofType,
                        relation.parents.stream()
                                .filter(each -> !relation.partition && each.node().refusal == null)
                                .map(each -> each.name.quoted())
                                .toList(),
                        relation.partitionKey,
                        relation.method);
    }

    /// The names in a list of options, `fillfactor='70', toast.autovacuum_enabled='off'`.
    static String optionNames(String options) {
        return OPTION.matcher(options)
                .results()
                .map(each -> each.group(1))
                .collect(Collectors.joining(", "));
    }

    private static String definition(Relation relation, TableColumn column) {
        var sql = new StringBuilder();
        if (column.collation != null) {
            sql.append(" COLLATE ").append(column.collation);
        }
        if (!column.generated.isEmpty() && !isGeneratedAbove(relation, column)) {
            sql.append(" GENERATED ALWAYS AS (")
                    .append(column.expression)
                    .append(column.generated.equals("s") ? ") STORED" : ") VIRTUAL");
        } else if (column.hasDefault()) {
            sql.append(" DEFAULT ").append(column.expression);
        }
        if (column.notNull && column.notNullValid) {
            sql.append(column.notNull());
        }
        return sql.toString();
    }

    /// Whether the parent that it is made with says how the column is generated. Up to PostgreSQL
    /// 15, a child must not say it again.
    private static boolean isGeneratedAbove(Relation relation, TableColumn column) {
        return !relation.partition
                && !relation.adopted()
                && relation.parents.stream()
                        .filter(parent -> parent.node().refusal == null)
                        .flatMap(parent -> Stream.ofNullable(parent.columns.get(column.name)))
                        .anyMatch(above ->
                                above.generated.equals(column.generated)
                                        && Objects.equals(above.expression, column.expression));
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

    static List<String> view(Relation relation) {
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

    static String shape(Relation relation) {
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

    static List<String> materializedView(Relation relation) {
        var all = new ArrayList<String>();
        all.add(
                "CREATE MATERIALIZED VIEW "
                        + relation.name.quoted()
                        + (relation.method == null ? "" : " USING " + relation.method)
                        + relation.options()
                        + " AS\n"
                        + query(relation.definition)
                        + "\nWITH NO DATA");
        relation.settings.forEach(each -> all.add(each.sql()));
        return all;
    }

    private static String query(String definition) {
        return definition.endsWith(";")
                ? definition.substring(0, definition.length() - 1)
                : definition;
    }

    static String setDefault(Relation relation, TableColumn column) {
        return alterColumn(relation, column) + " SET DEFAULT " + column.expression;
    }

    static String alterColumn(Relation relation, TableColumn column) {
        return (relation.kind.equals("v")
                        ? "ALTER VIEW "
                        : relation.kind.equals("m")
                                ? "ALTER MATERIALIZED VIEW "
                                : "ALTER TABLE ONLY ")
                + relation.name.quoted()
                + " ALTER COLUMN "
                + quote(column.name);
    }
}
