package dev.understudy.jobs.copy;

import dev.understudy.masking.UnfitShapes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// How many values of a column did not fit its rule and looked alike.
///
/// @param shape `AAA/9` in the place of a value, or {@link UnfitShapes#OTHER}
public record UnfitCount(String column, String shape, long values) {

    /// The counts together, by columns, the most frequent shapes first; what is rare beyond so many
    /// shapes of a column is counted as other.
    static List<UnfitCount> together(Stream<UnfitCount> counts) {
        var columns = new TreeMap<String, Map<String, Long>>();
        counts.forEach(each ->
                columns.computeIfAbsent(each.column, _ -> new HashMap<>())
                        .merge(each.shape, each.values, Long::sum));
        var together = new ArrayList<UnfitCount>();
        columns.forEach((column, shapes) -> {
            long other = shapes.getOrDefault(UnfitShapes.OTHER, 0L);
            shapes.remove(UnfitShapes.OTHER);
            List<UnfitCount> sorted =
                    shapes.entrySet().stream()
                            .map(each -> new UnfitCount(column, each.getKey(), each.getValue()))
                            .sorted(
                                    Comparator.comparingLong(UnfitCount::values)
                                            .reversed()
                                            .thenComparing(UnfitCount::shape))
                            .toList();
            int shown = Math.min(sorted.size(), UnfitShapes.MOST);
            together.addAll(sorted.subList(0, shown));
            other +=
                    sorted.subList(shown, sorted.size()).stream()
                            .mapToLong(UnfitCount::values)
                            .sum();
            if (other > 0) {
                together.add(new UnfitCount(column, UnfitShapes.OTHER, other));
            }
        });
        return together;
    }
}
