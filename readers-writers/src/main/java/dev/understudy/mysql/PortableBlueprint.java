package dev.understudy.mysql;

import dev.understudy.schema.Column;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.PortableTable;
import dev.understudy.schema.PortableTable.Action;
import dev.understudy.schema.PortableTable.Member;
import dev.understudy.schema.PortableTable.Reference;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.FreeNames;
import dev.understudy.twin.NotHeld;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.Unheld;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Makes the structure of another engine's database on MySQL or MariaDB, in one schema. Types are
/// {@link PortableColumns}' matter; docs/reference/cross-engine-types.md lists them.
///
/// The primary key and what an AUTO_INCREMENT column needs are there from the start, everything
/// else comes after the rows, whatever a table's size: sizes change, and a restart must find the
/// same statements.
final class PortableBlueprint {
    private static final int LONGEST_NAME = 64;
    private static final int MOST_COLUMNS = 1017;
    private static final int LONGEST_TABLE_COMMENT = 2048;
    private static final int LONGEST_COLUMN_COMMENT = 1024;

    private final PortableStructure structure;
    private final MySqlTarget target;
    private final FreeNames constraints = new FreeNames(LONGEST_NAME);
    private final Map<TableName, PortableColumns> columns = new HashMap<>();
    private final List<StructureStatement> tables = new ArrayList<>();
    private final Map<TableName, List<StructureStatement>> afterRows = new HashMap<>();
    private final List<StructureStatement> numbers = new ArrayList<>();
    private final List<StructureStatement> foreignKeys = new ArrayList<>();
    private final List<NotCarried> notCarried;

    private PortableBlueprint(PortableStructure structure, MySqlTarget target) {
        this.structure = structure;
        this.target = target;
        notCarried = new ArrayList<>(structure.notCarried());
    }

    /// A table's name in the one schema of a twin: its own, if it comes from the schema `public`,
    /// otherwise behind its schema's: `sales_order` for `sales.order`.
    static String name(TableName table) {
        return table.schema().equals("public") ? table.name() : table.schema() + "_" + table.name();
    }

    static List<NotHeld> notHeld(PortableStructure structure) {
        var found = new ArrayList<NotHeld>();
        var names = new HashMap<String, TableName>();
        for (PortableTable portable : structure.tables()) {
            TableName table = portable.table().name();
            String name = name(table);
            // A server may take small and capital letters for the same.
            TableName other = names.put(name.toLowerCase(java.util.Locale.ROOT), table);
            if (other != null) {
                found.add(
                        new NotHeld(
                                table,
                                "%s and %s would both be called %s in the twin, which is one schema"
                                        .formatted(other, table, name)));
            }
            boolean ours =
                    name.equals(MySqlTwin.STAMP)
                            || name.equals(MySqlTwin.REST)
                            || name.startsWith(MySqlTwin.LEDGER);
            if (ours || isTooLong(name)) {
                found.add(
                        new NotHeld(
                                table,
                                "%s: no table of the twin can be called %s"
                                        .formatted(table, name)));
            }
            if (portable.columns().size() > MOST_COLUMNS) {
                found.add(
                        new NotHeld(
                                table,
                                "%s: it has more than %d columns".formatted(table, MOST_COLUMNS)));
            }
            PortableColumns.check(portable, found);
        }
        return found;
    }

    static boolean isTooLong(String name) {
        return name.codePointCount(0, name.length()) > LONGEST_NAME || name.endsWith(" ");
    }

    static Blueprint of(PortableStructure structure, MySqlTarget target, Unheld unheld) {
        var blueprint = new PortableBlueprint(structure, target);
        if (unheld == Unheld.NULLIFY) {
            blueprint.notCarried.add(
                    new NotCarried("values", "that MySQL does not have", "they become NULL"));
        }
        return blueprint.make();
    }

    private Blueprint make() {
        Map<String, Integer> widths = widths();
        for (PortableTable each : structure.tables()) {
            TableName name = each.table().name();
            columns.put(
                    name,
                    new PortableColumns(
                            each,
                            target,
                            column -> widths.getOrDefault(name + "." + column.name(), 0),
                            notCarried::add));
        }
        structure.tables().forEach(this::table);
        structure.tables().forEach(this::foreignKeys);
        var last = new ArrayList<>(foreignKeys);
        last.addAll(numbers);
        return new Blueprint(
                tables,
                afterRows,
                last,
                List.of(),
                structure.tables().stream()
                        .map(each -> each.table().name())
                        .collect(Collectors.toSet()),
                notCarried);
    }

    /// Bytes of integer columns, by table and column. A foreign key compares columns of one type
    /// only, so all that it links become as wide as the widest of them.
    private Map<String, Integer> widths() {
        var widths = new HashMap<String, Integer>();
        for (PortableTable table : structure.tables()) {
            table.columns().stream()
                    .map(Member::column)
                    .filter(PortableColumns::isInteger)
                    .forEach(column ->
                            widths.put(
                                    table.table().name() + "." + column.name(),
                                    PortableColumns.width(column)));
        }
        List<ForeignKey> keys =
                structure.tables().stream()
                        .flatMap(each -> each.references().stream())
                        .map(Reference::key)
                        .toList();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (ForeignKey key : keys) {
                for (int i = 0; i < key.columns().size(); i++) {
                    String own = key.table() + "." + key.columns().get(i);
                    String other = key.referenced() + "." + key.referencedColumns().get(i);
                    Integer one = widths.get(own);
                    Integer two = widths.get(other);
                    if (one != null && two != null && !one.equals(two)) {
                        widths.put(own, Math.max(one, two));
                        widths.put(other, Math.max(one, two));
                        changed = true;
                    }
                }
            }
        }
        return widths;
    }

    private PortableColumns columns(TableName table) {
        return java.util.Objects.requireNonNull(columns.get(table));
    }

    private void report(String kind, TableName table, String name, String reason) {
        notCarried.add(new NotCarried(kind, table + "." + name, reason));
    }

    private void table(PortableTable portable) {
        TableName table = portable.table().name();
        PortableColumns types = columns(table);
        Optional<String> counted = counted(portable);
        var indexes = indexes(portable);
        var first =
                indexes.stream()
                        .filter(each ->
                                each.primary() || counted.filter(each.first()::equals).isPresent())
                        .toList();
        var parts = new ArrayList<String>();
        for (Member each : portable.columns()) {
            String column = each.column().name();
            parts.add(
                    MySqlName.quote(column)
                            + " "
                            + types.type(column)
                            + (each.column().nullable() ? " NULL" : " NOT NULL")
                            + (counted.filter(column::equals).isPresent()
                                    ? " AUTO_INCREMENT"
                                    : initial(table, each))
                            + comment(table, column, each.comment(), LONGEST_COLUMN_COMMENT));
        }
        first.forEach(each -> parts.add(each.sql()));
        String name = name(table);
        tables.add(
                statement(
                        "table",
                        table,
                        "",
                        true,
                        "CREATE TABLE %s (\n  %s\n) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE %s%s"
                                .formatted(
                                        MySqlName.quote(name),
                                        String.join(",\n  ", parts),
                                        PortableColumns.exactCollation(target),
                                        comment(
                                                table,
                                                "",
                                                portable.comment(),
                                                LONGEST_TABLE_COMMENT)),
                        "SELECT 1 FROM information_schema.tables WHERE table_schema = database() AND table_name = "
                                + MySqlName.literal(name)));
        afterRows.put(
                table,
                indexes.stream()
                        .filter(each -> !first.contains(each))
                        .map(each -> add(table, each))
                        .toList());
        numbering(portable, counted);
    }

    private static StructureStatement statement(
            String kind, TableName table, String name, boolean alone, String sql, String done) {
        return new StructureStatement(
                kind,
                name.isEmpty() ? table.toString() : table + "." + name,
                Optional.of(table),
                alone,
                List.of(),
                sql,
                Optional.of(done).filter(each -> !each.isEmpty()));
    }

    /// @param first its first column
    /// @param sql as a part of CREATE TABLE, or of ALTER TABLE after ADD
    private record Made(String name, boolean primary, String first, String sql) {}

    private List<Made> indexes(PortableTable portable) {
        TableName table = portable.table().name();
        PortableColumns types = columns(table);
        var names = new FreeNames(LONGEST_NAME);
        names.take("PRIMARY");
        var made = new ArrayList<Made>();
        for (Key key : portable.keys()) {
            String name = key.primary() ? "PRIMARY" : names.first(key.name());
            made.add(
                    new Made(
                            name,
                            key.primary(),
                            key.columns().getFirst(),
                            (key.primary() ? "PRIMARY KEY" : "UNIQUE KEY " + MySqlName.quote(name))
                                    + list(key.columns())));
        }
        for (PortableTable.Index index : portable.indexes()) {
            Optional<String> parts = types.indexed(index.columns());
            if (parts.isEmpty()) {
                report("index", table, index.name(), "MySQL does not index a column's type");
                continue;
            }
            String name = names.first(index.name());
            made.add(
                    new Made(
                            name,
                            false,
                            index.columns().getFirst(),
                            "KEY " + MySqlName.quote(name) + " " + parts.get()));
        }
        return made;
    }

    private static String list(List<String> columns) {
        return columns.stream().map(MySqlName::quote).collect(Collectors.joining(", ", " (", ")"));
    }

    private static StructureStatement add(TableName table, Made index) {
        return statement(
                "index",
                table,
                index.name(),
                true,
                "ALTER TABLE %s ADD %s".formatted(MySqlName.quote(name(table)), index.sql()),
                "SELECT 1 FROM information_schema.statistics WHERE table_schema = database() AND table_name = %s AND index_name = %s LIMIT 1"
                        .formatted(
                                MySqlName.literal(name(table)), MySqlName.literal(index.name())));
    }

    /// The one column that the server may number: it must be the first of an index.
    private Optional<String> counted(PortableTable portable) {
        return portable.columns().stream()
                .filter(each -> each.numbering().isPresent())
                .filter(each -> PortableColumns.isInteger(each.column()))
                .map(each -> each.column().name())
                .filter(column ->
                        portable.keys().stream()
                                .anyMatch(key -> key.columns().getFirst().equals(column)))
                .findFirst();
    }

    private void numbering(PortableTable portable, Optional<String> counted) {
        TableName table = portable.table().name();
        for (Member each : portable.columns()) {
            String column = each.column().name();
            if (each.numbering().isEmpty()) {
                continue;
            }
            if (counted.filter(column::equals).isEmpty()) {
                report(
                        "numbering of column",
                        table,
                        column,
                        "MySQL numbers one integer column of a table, the first of a key");
                continue;
            }
            // Smaller numbers than the rows have are raised by the server.
            numbers.add(
                    statement(
                            StructureStatement.NEXT_NUMBER,
                            table,
                            column,
                            false,
                            "ALTER TABLE %s AUTO_INCREMENT = %d"
                                    .formatted(
                                            MySqlName.quote(name(table)),
                                            Math.max(1, each.numbering().get().next())),
                            ""));
        }
    }

    private String initial(TableName table, Member member) {
        if (member.initial().isEmpty()) {
            return "";
        }
        Optional<String> sql = columns(table).initial(member.column(), member.initial().get());
        if (sql.isEmpty()) {
            report(
                    "default of column",
                    table,
                    member.column().name(),
                    "MySQL does not have the value");
        }
        return sql.map(each -> " DEFAULT " + each).orElse("");
    }

    private String comment(TableName table, String column, String comment, int longest) {
        if (comment.isEmpty()) {
            return "";
        }
        if (comment.codePointCount(0, comment.length()) > longest) {
            report("comment", table, column, "it has more than %d characters".formatted(longest));
            return "";
        }
        return " COMMENT " + PortableColumns.string(comment);
    }

    private void foreignKeys(PortableTable portable) {
        TableName table = portable.table().name();
        for (Reference each : portable.references()) {
            ForeignKey key = each.key();
            Optional<String> problem = problem(portable, each);
            if (problem.isPresent()) {
                report("foreign key", table, key.name(), problem.get());
                continue;
            }
            String name = constraints.first(key.name(), name(table) + "_" + key.name());
            foreignKeys.add(
                    statement(
                            "foreign key",
                            table,
                            name,
                            false,
                            "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY%s REFERENCES %s%s ON DELETE %s ON UPDATE %s"
                                    .formatted(
                                            MySqlName.quote(name(table)),
                                            MySqlName.quote(name),
                                            list(key.columns()),
                                            MySqlName.quote(name(key.referenced())),
                                            list(key.referencedColumns()),
                                            action(table, key, each.onDelete()),
                                            action(table, key, each.onUpdate())),
                            "SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = database() AND table_name = %s AND constraint_name = %s"
                                    .formatted(
                                            MySqlName.literal(name(table)),
                                            MySqlName.literal(name))));
        }
    }

    private String action(TableName table, ForeignKey key, Action action) {
        if (action == Action.SET_DEFAULT) {
            report("action of foreign key", table, key.name(), "InnoDB does not set defaults");
            return Action.REFUSE.sql();
        }
        return action.sql();
    }

    private Optional<String> problem(PortableTable portable, Reference reference) {
        ForeignKey key = reference.key();
        PortableTable referenced = structure.table(key.referenced()).orElseThrow();
        if (!portable.hasAll(key.columns()) || !referenced.hasAll(key.referencedColumns())) {
            return Optional.of("a column is computed");
        }
        if (referenced.keys().stream()
                .noneMatch(each -> each.columns().equals(key.referencedColumns()))) {
            return Optional.of("no key of the referenced table has these columns in this order");
        }
        boolean clears =
                reference.onDelete() == Action.SET_NULL || reference.onUpdate() == Action.SET_NULL;
        for (int i = 0; i < key.columns().size(); i++) {
            Column own = portable.table().column(key.columns().get(i)).orElseThrow();
            if (clears && !own.nullable()) {
                return Optional.of("it sets columns to NULL that are not nullable");
            }
            String type = columns(portable.table().name()).compared(own.name());
            String other = columns(key.referenced()).compared(key.referencedColumns().get(i));
            if (!type.equals(other)) {
                return Optional.of("MySQL does not compare %s with %s".formatted(type, other));
            }
        }
        return Optional.empty();
    }
}
