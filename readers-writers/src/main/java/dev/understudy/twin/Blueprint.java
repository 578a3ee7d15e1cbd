package dev.understudy.twin;

import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a database consists of besides rows, as statements that make it again in an empty one.
///
///     run beforeRows(), in order
///     for each table: load its rows, then run afterRows(table), in order; tables in parallel
///     run afterAllRows(), in order
///     publish, then run afterPublishing(), in order
///
/// Ownership, grants and roles are left to the target; whatever else is not carried is in {@link
/// #notCarried()}.
///
/// @param beforeRows schemas, extensions, types, functions, sequences, tables; partitions attached
/// @param afterRows by table: keys, unique and exclusion constraints, indexes, statistics objects,
///   what the table is clustered on and identified by. Statements of different tables do not wait
///   for each other.
/// @param afterAllRows partitions' indexes attached, constraints that old rows need not meet,
///   foreign keys, views, materialised views, rules, triggers, policies, sequences' values,
///   comments; row security last
/// @param afterPublishing what can only be made where the twin will be
/// @param tables that are carried
/// @param notCarried what is missing, and why
public record Blueprint(
        List<StructureStatement> beforeRows,
        Map<TableName, List<StructureStatement>> afterRows,
        List<StructureStatement> afterAllRows,
        List<StructureStatement> afterPublishing,
        Set<TableName> tables,
        List<NotCarried> notCarried) {
    public Blueprint {
        beforeRows = List.copyOf(beforeRows);
        afterRows = Map.copyOf(afterRows);
        afterAllRows = List.copyOf(afterAllRows);
        afterPublishing = List.copyOf(afterPublishing);
        tables = Set.copyOf(tables);
        notCarried = List.copyOf(notCarried);
    }

    /// Those of some tables that are not carried: there is no place for their rows.
    public List<NotCarried> missing(Collection<TableName> wanted) {
        Set<String> names = wanted.stream().map(TableName::toString).collect(Collectors.toSet());
        return notCarried.stream()
                .filter(each -> each.kind().equals("table") && names.contains(each.object()))
                .toList();
    }

    /// The statements for a table once its rows are there.
    public List<StructureStatement> afterRows(TableName table) {
        return afterRows.getOrDefault(table, List.of());
    }

    /// All statements, in the order in which they are executed.
    public List<StructureStatement> all() {
        var indexes = tables.stream().sorted().flatMap(table -> afterRows(table).stream());
        return Stream.of(
                        beforeRows.stream(),
                        indexes,
                        afterAllRows.stream(),
                        afterPublishing.stream())
                .flatMap(each -> each)
                .toList();
    }
}
