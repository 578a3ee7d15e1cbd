package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which rows of a source a delta reads: those behind the marks of some tables, all of others, and
/// none of those whose rows behind their marks are as the last run has seen them.
final class DeltaRows {
    private final DeltaScope scope;
    private final Positions positions;
    private final Set<TableName> unchanged;
    private final Map<TableName, String> conditions = new HashMap<>();

    /// Asks the source for what is behind the marks.
    ///
    /// @param scope that is decided
    DeltaRows(DeltaScope scope, Positions positions, SourceDatabase database) {
        this.scope = scope;
        this.positions = positions;
        unchanged = positions.unchanged(scope.behindMarks());
        for (TableCopy table : scope.tables()) {
            if (!table.structureOnly() && scope.whyWhole(table).isEmpty()) {
                conditions.put(table.name().local(), database.changedSince(scope.marks(table)));
            }
        }
    }

    DeltaScope scope() {
        return scope;
    }

    /// The condition that rows of a table must meet besides others, if not all of them come.
    Optional<String> condition(TableName table) {
        return Optional.ofNullable(conditions.get(table));
    }

    /// Whether any row of a table may have to be copied.
    boolean reads(TableName table) {
        return !unchanged.contains(table);
    }

    /// Where this execution's point in time is, for the next run.
    Map<String, Positions.OfTable> positions() {
        return positions.now(scope.before(unchanged), unchanged);
    }
}
