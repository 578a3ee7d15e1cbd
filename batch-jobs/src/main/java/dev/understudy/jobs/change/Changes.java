package dev.understudy.jobs.change;

import dev.understudy.jobs.change.Change.Effect;
import dev.understudy.jobs.change.Description.ColumnDescription;
import dev.understudy.jobs.change.Description.Definition;
import dev.understudy.jobs.change.Description.TableDescription;
import dev.understudy.schema.TableName;
import dev.understudy.twin.StructurePart.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What has changed since the run before, and what that means for each table.
///
/// @param all table by table, in the order of their names; then what belongs to no table
/// @param reload tables of the source that must be loaded in full: new ones, changed ones, and the
///   partitions and children of those
/// @param types whether types have changed, or have come, that columns may be built from
public record Changes(List<Change> all, Set<TableName> reload, boolean types) {
    private static final Pattern VARCHAR =
            Pattern.compile("character varying(?:\\((\\d+)\\))?|text");

    public Changes {
        all = List.copyOf(all);
        reload = Set.copyOf(reload);
    }

    /// Compares a source with what it was.
    public static Changes between(Description before, Description now) {
        return new Comparison(before, now).compare();
    }

    /// Whether everything is as it was.
    public boolean none() {
        return all.isEmpty();
    }

    /// Columns nobody has decided about.
    public List<Change> undecided() {
        return all.stream().filter(each -> each.effect() == Effect.RULE).toList();
    }

    private static final class Comparison {
        private final Description before;
        private final Description now;
        private final List<Change> changes = new ArrayList<>();
        private final Set<TableName> reload = new TreeSet<>();
        private boolean types;

        Comparison(Description before, Description now) {
            this.before = before;
            this.now = now;
        }

        Changes compare() {
            Map<TableName, TableDescription> old = new TreeMap<>();
            before.tables().forEach(each -> old.put(each.table(), each));
            for (TableDescription each : now.tables()) {
                TableDescription was = old.remove(each.table());
                if (was != null) {
                    new TableComparison(was, each).compare();
                } else {
                    added(each);
                }
            }
            old.values().stream()
                    .filter(each -> !isRenamed(each))
                    .forEach(each ->
                            change(each.table(), Effect.GONE, "the table is gone, or left out"));
            reloadChildren();
            definitions(Optional.empty(), before.others(), now.others());
            changes.sort(
                    Comparator.comparing(
                            each -> each.table().orElse(null),
                            Comparator.nullsLast(Comparator.naturalOrder())));
            return new Changes(changes, reload, types);
        }

        private void added(TableDescription table) {
            Optional<TableDescription> was =
                    before.without(now).stream()
                            .filter(each -> table.oid() != 0 && each.oid() == table.oid())
                            .findFirst();
            reload(
                    table.table(),
                    was.map(each -> "the table was called " + each.table())
                            .orElse(
                                    table.root().isEmpty()
                                            ? "the table is new"
                                            : "the table is new, a partition of " + table.root()));
            table.columns().stream()
                    .filter(each -> each.masking() == null)
                    .forEach(each -> undecided(table.table(), each));
        }

        private boolean isRenamed(TableDescription was) {
            return now.without(before).stream()
                    .anyMatch(each -> each.oid() != 0 && each.oid() == was.oid());
        }

        private void undecided(TableName table, ColumnDescription column) {
            change(
                    table,
                    Effect.RULE,
                    "column %s (%s): no rule decides about it"
                            .formatted(column.name(), column.type()));
        }

        private void reload(TableName table, String what) {
            reload.add(table);
            change(table, Effect.RELOAD, what);
        }

        private void change(TableName table, Effect effect, String what) {
            changes.add(new Change(Optional.of(table), effect, what));
        }

        // They go with their parents when those are dropped.
        private void reloadChildren() {
            boolean more = true;
            while (more) {
                more = false;
                for (TableDescription each : now.tables()) {
                    for (String parent : each.parents()) {
                        boolean follows =
                                reload.stream().anyMatch(name -> name.toString().equals(parent));
                        if (follows && !reload.contains(each.table())) {
                            reload(each.table(), parent + ", which it belongs to, is reloaded");
                            more = true;
                        }
                    }
                }
            }
        }

        private void definitions(
                Optional<TableName> table, List<Definition> before, List<Definition> now) {
            Map<String, Definition> old = byId(before);
            for (Definition each : now) {
                Definition was = old.remove(each.id());
                if (was == null || !was.sql().equals(each.sql())) {
                    definition(table, was, each);
                }
            }
            old.values().forEach(each -> definition(table, each, null));
        }

        private static Map<String, Definition> byId(List<Definition> definitions) {
            return definitions.stream()
                    .collect(
                            Collectors.toMap(
                                    Definition::id,
                                    Function.identity(),
                                    (first, next) -> first,
                                    LinkedHashMap::new));
        }

        private void definition(
                Optional<TableName> table, @Nullable Definition was, @Nullable Definition is) {
            Definition any = is == null ? Objects.requireNonNull(was) : is;
            if (any.isOf(Kind.COLUMN)) {
                return; // compared with all that is known of the column
            }
            types |= any.kind().equals("type") || any.kind().equals("extension");
            boolean keepsNoRows =
                    any.isOf(Kind.FORM)
                            || any.kind().equals("partition")
                            || any.kind().equals(Description.TABLE);
            if (table.isPresent() && keepsNoRows) {
                reload(table.get(), words(table, any, was, is));
                return;
            }
            changes.add(new Change(table, Effect.COMPATIBLE, words(table, any, was, is)));
        }

        private static String words(
                Optional<TableName> table,
                Definition any,
                @Nullable Definition was,
                @Nullable Definition is) {
            String how = was == null ? " is new" : is == null ? " is gone" : " has changed";
            return switch (any.kind()) {
                case "DEFAULT" -> "default of column " + any.name() + how;
                case "IDENTITY" -> "numbering of column " + any.name() + how;
                case "NOT_NULL" ->
                        "column %s %s"
                                .formatted(
                                        any.name(),
                                        is == null
                                                ? "may be NULL now"
                                                : was == null
                                                        ? "may not be NULL any more"
                                                        : "may not be NULL, in other words");
                case "CHECK" -> "check " + any.name() + how;
                case "SETTING" -> "setting " + any.name() + how;
                case "FORM" ->
                        any.name().isEmpty()
                                ? "its parents, its partition key or its type changed"
                                : "computing of column " + any.name() + how;
                case "table" -> "its definition has changed";
                case "DEFINITION" -> any.name() + how;
                case "comment" -> "comment on " + any.name() + how;
                default -> any.kind() + " " + shortName(table, any.name()) + how;
            };
        }

        // The table is named before, so `index shop.customer by_name` is the index by_name.
        private static String shortName(Optional<TableName> table, String name) {
            String prefix = table.map(each -> each + " ").orElse("");
            return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
        }

        /// Compares one table with what it was.
        private final class TableComparison {
            private final TableDescription was;
            private final TableDescription is;

            TableComparison(TableDescription was, TableDescription is) {
                this.was = was;
                this.is = is;
            }

            void compare() {
                columns();
                if (!was.key().equals(is.key())) {
                    reload(
                            is.table(),
                            "its key was %s and is %s".formatted(none(was.key()), none(is.key())));
                }
                if (!was.root().equals(is.root()) || !was.parents().equals(is.parents())) {
                    reload(
                            is.table(),
                            "it belonged to %s and belongs to %s"
                                    .formatted(
                                            none(String.join(", ", was.parents())),
                                            none(String.join(", ", is.parents()))));
                }
                if (!isReadAsBefore()) {
                    reload(
                            is.table(),
                            is.reading().isEmpty()
                                    ? "its rows are wanted no more"
                                    : "its rows are wanted now");
                } else if (!was.reading().equals(is.reading())) {
                    reload(is.table(), "other rows are wanted, or read with other tables' columns");
                }
                definitions(Optional.of(is.table()), lasting(was), lasting(is));
            }

            // Whoever hears of a new column need not hear of its default.
            private List<Definition> lasting(TableDescription table) {
                return table.definitions().stream()
                        .filter(each ->
                                !each.isOfColumn()
                                        || (hasColumn(was, each.name())
                                                && hasColumn(is, each.name())))
                        .toList();
            }

            private static boolean hasColumn(TableDescription table, String name) {
                return table.columns().stream().anyMatch(each -> each.name().equals(name));
            }

            private boolean isReadAsBefore() {
                return was.reading().isEmpty() == is.reading().isEmpty();
            }

            private static String none(String text) {
                return text.isEmpty() ? "none" : text;
            }

            private void columns() {
                Map<String, ColumnDescription> old =
                        was.columns().stream()
                                .collect(
                                        Collectors.toMap(
                                                ColumnDescription::name,
                                                Function.identity(),
                                                (first, next) -> first,
                                                LinkedHashMap::new));
                var fresh = new ArrayList<ColumnDescription>();
                var order = new ArrayList<String>();
                for (ColumnDescription each : is.columns()) {
                    ColumnDescription before = old.remove(each.name());
                    if (before == null) {
                        fresh.add(each);
                    } else {
                        order.add(each.name());
                        column(before, each);
                    }
                }
                List<String> former =
                        was.columns().stream()
                                .map(ColumnDescription::name)
                                .filter(order::contains)
                                .toList();
                if (!former.equals(order)) {
                    reload(is.table(), "its columns are in another order");
                }
                for (ColumnDescription each : fresh) {
                    added(each, old);
                }
                old.values()
                        .forEach(each ->
                                change(
                                        is.table(),
                                        Effect.GONE,
                                        "column " + each.name() + " is gone"));
            }

            private void added(ColumnDescription column, Map<String, ColumnDescription> gone) {
                Optional<ColumnDescription> renamed =
                        gone.values().stream()
                                .filter(each ->
                                        each.number() == column.number()
                                                && each.shape().equals(column.shape()))
                                .findFirst();
                renamed.ifPresent(each -> gone.remove(each.name()));
                // A rule for many columns may have taken it, which nobody has seen yet.
                String kept = column.isKept() ? " and kept as it is" : "";
                reload(
                        is.table(),
                        renamed.map(each ->
                                        "column %s is called %s now%s"
                                                .formatted(each.name(), column.name(), kept))
                                .orElse(
                                        "column %s is new (%s)%s"
                                                .formatted(column.name(), column.type(), kept)));
                if (column.masking() == null) {
                    undecided(is.table(), column);
                }
            }

            private void column(ColumnDescription old, ColumnDescription next) {
                if (next.masking() == null) {
                    undecided(is.table(), next);
                }
                String words =
                        old.type().equals(next.type())
                                ? "column %s: its type %s has changed"
                                        .formatted(next.name(), next.type())
                                : "column %s was %s and is %s"
                                        .formatted(next.name(), old.type(), next.type());
                boolean sameType = old.shape().equals(next.shape());
                if (!sameType && old.isKept() && next.isKept() && isLonger(old, next)) {
                    change(is.table(), Effect.COMPATIBLE, words);
                } else if (!sameType) {
                    reload(is.table(), words);
                } else if (isReadAsBefore() && !Objects.equals(old.masking(), next.masking())) {
                    reload(
                            is.table(),
                            "column %s: another rule masks it, or the same one within other limits"
                                    .formatted(next.name()));
                } else if (isSortedOtherwise(next.name())) {
                    change(
                            is.table(),
                            Effect.COMPATIBLE,
                            "column %s has another collation".formatted(next.name()));
                }
            }

            private boolean isSortedOtherwise(String column) {
                String old = definition(was, column);
                String next = definition(is, column);
                return !old.isEmpty() && !next.isEmpty() && !old.equals(next);
            }

            private static String definition(TableDescription table, String column) {
                return table.definitions().stream()
                        .filter(each -> each.isOf(Kind.COLUMN) && each.name().equals(column))
                        .map(each -> String.join("", each.sql()))
                        .findFirst()
                        .orElse("");
            }

            private static boolean isLonger(ColumnDescription old, ColumnDescription next) {
                Matcher from = VARCHAR.matcher(old.type());
                Matcher to = VARCHAR.matcher(next.type());
                return from.matches()
                        && to.matches()
                        && (to.group(1) == null
                                || (from.group(1) != null
                                        && Integer.parseInt(from.group(1))
                                                <= Integer.parseInt(to.group(1))));
            }
        }
    }
}
