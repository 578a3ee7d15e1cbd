package dev.understudy.jobs.plan;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.TablePattern;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.Database;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a run of a job would do.
///
/// @param database the structure of all sources, as it was read
/// @param tables every table with rows of its own that is copied, with or without its rows, largest
///   first
/// @param selected the names of all selected tables, partitioned parents included
/// @param excluded the sources' tables that the config leaves out
/// @param warnings what the user should know and may accept
/// @param undecided columns that no rule decides about, where a delta may leave their tables as
///   they are; what a run cannot leave so, {@link #checkDecided} refuses
/// @param products of the sources' servers with their versions, for people, in the order of the
///   config
public record Plan(
        JobConfig config,
        Database database,
        List<TableCopy> tables,
        Set<TableName> selected,
        List<TableName> excluded,
        List<Problem> warnings,
        List<Problem> undecided,
        List<String> products) {
    public Plan {
        tables = List.copyOf(tables);
        selected = Set.copyOf(selected);
        excluded = List.copyOf(excluded);
        warnings = List.copyOf(warnings);
        undecided = List.copyOf(undecided);
        products = List.copyOf(products);
    }

    /// Whether a table is selected, by the name that it has in one source.
    public Predicate<TableName> selectedOf(String source) {
        return table -> selected.contains(table.in(source));
    }

    /// Those of the tables that are of one source.
    public List<TableCopy> tables(String source) {
        return tables.stream().filter(each -> each.name().source().equals(source)).toList();
    }

    /// The columns of the tables of one source that tell when rows have changed, by the tables'
    /// local names; without tables that have none.
    public Map<TableName, List<Column>> watermarks(String source) {
        var watermarks = new TreeMap<TableName, List<Column>>();
        tables(source).stream()
                .filter(each -> !each.watermarks().isEmpty())
                .forEach(each -> watermarks.put(each.name().local(), each.watermarks()));
        return watermarks;
    }

    /// Refuses what copies everything while there are columns that no rule decides about.
    public void checkDecided() {
        if (!undecided.isEmpty()) {
            throw new ConfigProblems(
                    config.file(), Stream.concat(undecided.stream(), warnings.stream()).toList());
        }
    }

    /// The same without some of its tables.
    public Plan without(Set<TableName> left) {
        return new Plan(
                config,
                database,
                tables.stream().filter(each -> !left.contains(each.name())).toList(),
                selected.stream()
                        .filter(each -> !left.contains(each))
                        .collect(Collectors.toUnmodifiableSet()),
                excluded,
                warnings,
                undecided,
                products);
    }

    /// Checks that each of some patterns names a table whose rows are copied.
    ///
    /// @throws Failure of kind CONFIG that says which does not
    public void checkNamed(List<TablePattern> patterns) {
        List<TableCopy> copied = tables.stream().filter(each -> !each.structureOnly()).toList();
        for (TablePattern pattern : patterns) {
            if (copied.stream().noneMatch(each -> each.matches(pattern))) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "%s matches no table whose rows are copied; %s"
                                .formatted(
                                        pattern.text(),
                                        Selection.nearest(
                                                pattern, copied.stream().map(TableCopy::name))));
            }
        }
    }
}
