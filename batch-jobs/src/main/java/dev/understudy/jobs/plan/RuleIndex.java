package dev.understudy.jobs.plan;

import dev.understudy.config.ColumnRule;
import dev.understudy.config.NamePattern.Part;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The rules of a config, prepared so that a column meets only those that could match it: a rule
/// that names its column is found by that name, and by its table's if it names that too.
final class RuleIndex {
    /// Those of groups before all others, and those that yield behind them.
    private static final Comparator<ColumnRule> MOST_SPECIFIC_FIRST =
            Comparator.comparingInt(RuleIndex::rank)
                    .thenComparing((a, b) -> b.compareSpecificity(a));

    private final Map<String, List<ColumnRule>> byColumn = new HashMap<>();
    private final Map<List<String>, List<ColumnRule>> byTableAndColumn = new HashMap<>();
    private final List<ColumnRule> others = new ArrayList<>();
    private long comparisons;

    RuleIndex(List<ColumnRule> rules) {
        for (ColumnRule rule : rules) {
            Part table = rule.name().parts().get(1);
            Part column = rule.name().parts().get(2);
            if (!exact(column)) {
                others.add(rule);
            } else if (exact(table)) {
                var names = List.of(table.literals().getFirst(), column.literals().getFirst());
                byTableAndColumn.computeIfAbsent(names, _ -> new ArrayList<>()).add(rule);
            } else {
                byColumn.computeIfAbsent(column.literals().getFirst(), _ -> new ArrayList<>())
                        .add(rule);
            }
        }
    }

    /// The rules that match a column, the most specific first; equally specific ones in the order
    /// of the file.
    List<ColumnRule> matching(TableName table, String column) {
        return Stream.of(
                        byTableAndColumn.getOrDefault(List.of(table.name(), column), List.of()),
                        byColumn.getOrDefault(column, List.of()),
                        others)
                .flatMap(List::stream)
                .filter(each -> matches(each, table, column))
                .sorted(MOST_SPECIFIC_FIRST)
                .toList();
    }

    private static int rank(ColumnRule rule) {
        if (rule.group().isEmpty()) {
            return 1;
        }
        return rule.isMember() ? 0 : 2;
    }

    /// How often a rule was compared with a column so far.
    long comparisons() {
        return comparisons;
    }

    /// Whether the rule names exactly one column of a source, without any star.
    static boolean namesOneColumn(ColumnRule rule) {
        return rule.name().parts().stream().allMatch(RuleIndex::exact);
    }

    private boolean matches(ColumnRule rule, TableName table, String column) {
        comparisons++;
        return rule.matches(table.source(), table.schema(), table.name(), column);
    }

    private static boolean exact(Part part) {
        return part.literals().size() == 1;
    }
}
