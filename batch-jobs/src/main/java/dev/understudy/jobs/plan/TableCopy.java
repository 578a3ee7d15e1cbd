package dev.understudy.jobs.plan;

import dev.understudy.config.ColumnPattern;
import dev.understudy.config.DeltaConfig;
import dev.understudy.config.LakeConfig;
import dev.understudy.config.TablePattern;
import dev.understudy.schema.Column;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Optional;

/// What happens to one table that holds rows of its own: a plain table, a partition, a child table.
///
/// @param lakeTable the name under which its rows lie in the lake: a partition's rows lie with its
///   root
/// @param columns the copied columns with their decisions, in the order in which they travel: for a
///   partition its root's
/// @param subjects columns of other tables' rows that are read with each row, and not copied
/// @param watermarks columns with the time of a row's last change, for deltas; none if the table is
///   compared whole
/// @param rows which of its rows are copied
/// @param orderKey the key by which rows are read and checkpoints are taken: the primary key, or
///   else a unique key over columns that are not null; empty if the table has none, or none whose
///   values can be written as a literal
/// @param structureOnly whether its rows stay behind
public record TableCopy(
        Table table,
        TableName lakeTable,
        List<Decision> columns,
        List<SubjectColumn> subjects,
        List<Column> watermarks,
        ChosenRows rows,
        Optional<Key> orderKey,
        boolean structureOnly) {
    public TableCopy {
        columns = List.copyOf(columns);
        subjects = List.copyOf(subjects);
        watermarks = List.copyOf(watermarks);
    }

    public TableName name() {
        return table.name();
    }

    /// What rows must meet to be copied.
    public List<String> conditions() {
        return rows.conditions();
    }

    /// Whether the config wants a column stored as text in the lake. A pattern may name a partition
    /// or its root: they lie together.
    public boolean isLakeText(LakeConfig lake, String column) {
        return lake.text().stream().anyMatch(each -> matches(each, column));
    }

    /// Columns whose values deltas compare besides the key's. A masked value has none to be
    /// compared with.
    public List<String> checksumColumns(DeltaConfig delta) {
        if (watermarks.isEmpty() || orderKey.isEmpty()) {
            return List.of();
        }
        return columns.stream()
                .filter(Decision::kept)
                .map(each -> each.column().name())
                .filter(each -> !orderKey.get().columns().contains(each))
                .filter(each ->
                        delta.checksums().stream().anyMatch(pattern -> matches(pattern, each)))
                .toList();
    }

    boolean matches(ColumnPattern pattern, String column) {
        return new ColumnPath(name(), column).matches(pattern)
                || new ColumnPath(lakeTable, column).matches(pattern);
    }

    /// Whether it has a column that no rule decides about, so that it cannot be copied.
    public boolean isUndecided() {
        return !structureOnly && columns.size() < table.copiedColumns().size();
    }

    /// Whether a pattern names this table, or the one that it is a partition of.
    public boolean matches(TablePattern pattern) {
        return matches(pattern, name()) || matches(pattern, lakeTable);
    }

    private static boolean matches(TablePattern pattern, TableName name) {
        return pattern.matches(name.source(), name.schema(), name.name());
    }

    public long maskedColumns() {
        return columns.stream().filter(each -> !each.kept()).count();
    }
}
