package dev.understudy.jobs.plan;

import dev.understudy.config.Location;
import dev.understudy.config.Spelling;
import dev.understudy.config.TablePattern;
import dev.understudy.config.TableSelection;
import dev.understudy.schema.Database;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which tables are copied, and which of them without rows. Partitions follow their root;
/// inheritance children are tables of their own.
///
/// @param selected in the order of their names, partitioned tables included
/// @param structureOnly those of them whose rows stay behind
/// @param excluded all others
record Selection(Set<TableName> selected, Set<TableName> structureOnly, List<TableName> excluded) {

    boolean copiesRows(TableName table) {
        return selected.contains(table) && !structureOnly.contains(table);
    }

    static Selection of(TableSelection wanted, Database database, Findings findings) {
        var selected = new LinkedHashSet<TableName>();
        var structureOnly = new LinkedHashSet<TableName>();
        var excluded = new ArrayList<TableName>();
        for (Table table : database.tables()) {
            TableName name = table.root();
            if (!wants(wanted, name)) {
                excluded.add(table.name());
                continue;
            }
            selected.add(table.name());
            if (matchesAny(wanted.structureOnly(), name)) {
                structureOnly.add(table.name());
            }
        }
        var selection = new Selection(selected, structureOnly, excluded);
        Set<TableName> all = new LinkedHashSet<>(selected);
        all.addAll(excluded);
        expectMatches("include", wanted.include(), all, "the source has no such table", findings);
        expectMatches("exclude", wanted.exclude(), all, "the source has no such table", findings);
        expectMatches(
                "structure-only",
                wanted.structureOnly(),
                selected,
                "none of the included tables is called so",
                findings);
        for (Table table : database.tables()) {
            table.partitionRoot()
                    .ifPresent(root -> checkPartition(wanted, table.name(), root, findings));
        }
        selection.checkParents(database, wanted, findings);
        selection.checkForeignKeys(database, wanted, findings);
        return selection;
    }

    /// Whether a table is among the wanted ones. Of a partition its root must be asked.
    static boolean wants(TableSelection wanted, TableName name) {
        return matchesAny(wanted.include(), name) && !matchesAny(wanted.exclude(), name);
    }

    private static void expectMatches(
            String list,
            List<TablePattern> patterns,
            Set<TableName> tables,
            String found,
            Findings findings) {
        for (TablePattern pattern : patterns) {
            if (tables.stream().noneMatch(each -> matches(pattern, each))) {
                findings.error(
                        "pattern-matches-nothing",
                        Optional.of(pattern.where()),
                        "%s: %s matches no table: %s".formatted(list, pattern.text(), found),
                        nearest(pattern, tables.stream()));
            }
        }
    }

    /// What to do about a pattern that matches none of these tables.
    static String nearest(TablePattern pattern, Stream<TableName> tables) {
        boolean qualified = pattern.text().contains(".");
        List<String> known =
                tables.map(each -> qualified ? each.toString() : each.name())
                        .map(each ->
                                pattern.text().endsWith(".*")
                                        ? each.substring(0, each.lastIndexOf('.')) + ".*"
                                        : each)
                        .distinct()
                        .toList();
        return Spelling.closest(pattern.text(), known)
                .map("did you mean %s?"::formatted)
                .orElse("remove it, or correct its name; case counts");
    }

    private static void checkPartition(
            TableSelection wanted, TableName partition, TableName root, Findings findings) {
        for (List<TablePattern> patterns :
                List.of(wanted.include(), wanted.structureOnly(), wanted.exclude())) {
            if (matchesAny(patterns, root)) {
                continue;
            }
            first(patterns, partition)
                    .ifPresent(pattern ->
                            findings.error(
                                    "partition-apart-from-root",
                                    Optional.of(pattern.where()),
                                    "%s matches the partition %s but not %s, which it belongs to"
                                            .formatted(pattern.text(), partition, root),
                                    "partitions follow their root: write %s instead"
                                            .formatted(root)));
        }
    }

    private void checkParents(Database database, TableSelection wanted, Findings findings) {
        for (TableName name : selected) {
            Table table = database.table(name).orElseThrow();
            for (TableName parent : table.parents()) {
                if (!selected.contains(parent)) {
                    findings.error(
                            "parent-left-out",
                            first(wanted.exclude(), parent).map(TablePattern::where),
                            "%s inherits from %s, which is not copied".formatted(name, parent),
                            "include %s, at least as structure-only, or exclude %s too"
                                    .formatted(parent, name));
                }
            }
        }
    }

    private void checkForeignKeys(Database database, TableSelection wanted, Findings findings) {
        for (TableName name : selected) {
            Table table = database.table(name).orElseThrow();
            for (ForeignKey key : ownForeignKeys(table, database)) {
                if (!selected.contains(key.referenced())) {
                    findings.warn(
                            "foreign-key-left-out",
                            first(wanted.exclude(), key.referenced()).map(TablePattern::where),
                            "%s: the twin goes without the foreign key %s, because %s is not copied"
                                    .formatted(name, key.name(), key.referenced()),
                            "include %s, at least as structure-only, to keep the key"
                                    .formatted(key.referenced()));
                }
            }
        }
    }

    /// The table's foreign keys, without those that a partition repeats from its root.
    static List<ForeignKey> ownForeignKeys(Table table, Database database) {
        List<ForeignKey> above =
                table.partitionRoot()
                        .flatMap(database::table)
                        .map(Table::foreignKeys)
                        .orElse(List.of());
        return table.foreignKeys().stream()
                .filter(key -> above.stream().noneMatch(each -> repeats(key, each)))
                .toList();
    }

    private static boolean repeats(ForeignKey key, ForeignKey above) {
        return key.columns().equals(above.columns())
                && key.referenced().equals(above.referenced())
                && key.referencedColumns().equals(above.referencedColumns());
    }

    /// Where the table was declared to come without rows.
    static Optional<Location> whereStructureOnly(TableSelection wanted, Table table) {
        return first(wanted.structureOnly(), table.root()).map(TablePattern::where);
    }

    private static boolean matchesAny(List<TablePattern> patterns, TableName table) {
        return first(patterns, table).isPresent();
    }

    private static Optional<TablePattern> first(List<TablePattern> patterns, TableName table) {
        return patterns.stream().filter(each -> matches(each, table)).findFirst();
    }

    private static boolean matches(TablePattern pattern, TableName table) {
        return pattern.matches(table.source(), table.schema(), table.name());
    }
}
