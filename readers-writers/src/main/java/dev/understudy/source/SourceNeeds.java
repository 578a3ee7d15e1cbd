package dev.understudy.source;

import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Map;

/// What a run will want of a source.
///
/// @param columns what is read, by table; no columns of a table whose rows stay behind
/// @param sessions the most at the same time
/// @param structure whether a twin is made, which takes more than the tables' rows
/// @param deltas whether changes are read up to what may still be committed, which takes knowing
///   about others' transactions
public record SourceNeeds(
        Map<TableName, List<String>> columns, int sessions, boolean structure, boolean deltas) {
    public SourceNeeds {
        columns = Map.copyOf(columns);
    }
}
