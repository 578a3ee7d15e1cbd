package dev.understudy.twin;

import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.util.Optional;
import java.util.Set;

/// What a run will want of a twin's server.
///
/// @param source what will be copied; empty if it cannot be asked
/// @param tables those of its tables that will be
/// @param sessions the most at the same time, without those for administration
public record TwinNeeds(Optional<SourceDatabase> source, Set<TableName> tables, int sessions) {
    public TwinNeeds {
        tables = Set.copyOf(tables);
    }
}
