package dev.understudy.jobs.plan;

import dev.understudy.schema.ForeignKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which rows of a table are copied, and which of their foreign keys lose their row.
///
/// @param conditions that rows must meet to be copied, in the source's SQL, as {@link
///   dev.understudy.source.RowQuery} has them
/// @param asked the conditions that the config asks for: they are others where rows come besides
///   because copied ones reference them
/// @param definition what the config asks for in words that stay the same while a window moves
public record ChosenRows(
        List<String> conditions,
        List<String> asked,
        List<NullifiedKey> nullified,
        String definition) {
    /// All of them, as they are.
    public static final ChosenRows ALL = new ChosenRows(List.of(), List.of(), List.of(), "");

    public ChosenRows {
        conditions = List.copyOf(conditions);
        asked = List.copyOf(asked);
        nullified = List.copyOf(nullified);
    }

    /// A foreign key that comes as NULL where the row that it references is left out.
    ///
    /// @param columns of it that become NULL: those that may
    /// @param leftOut whether that is so, in the source's SQL, over a row called `own`
    public record NullifiedKey(ForeignKey key, List<String> columns, String leftOut) {
        public NullifiedKey {
            columns = List.copyOf(columns);
        }
    }

    /// Whether rows come that the config does not ask for.
    public boolean pullsRows() {
        return !conditions.equals(asked);
    }

    /// Whether rows of other tables decide which of its rows come, or how.
    public boolean followsOthers() {
        return pullsRows() || !nullified.isEmpty();
    }

    /// Conditions by names of columns: where one holds, the column comes as NULL.
    public Map<String, String> nullIf() {
        var all = new LinkedHashMap<String, String>();
        for (NullifiedKey each : nullified) {
            each.columns()
                    .forEach(column -> all.merge(column, each.leftOut(), "%s\n OR %s"::formatted));
        }
        return all;
    }
}
