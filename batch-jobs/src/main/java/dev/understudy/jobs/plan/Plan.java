package dev.understudy.jobs.plan;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.schema.Database;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Set;

/// What a run of a job would do.
///
/// @param database the source's structure, as it was read
/// @param tables every table with rows of its own that is copied, with or without its rows, largest
///   first
/// @param selected the names of all selected tables, partitioned parents included
/// @param excluded the source's tables that the config leaves out
/// @param warnings what the user should know and may accept
/// @param sourceVersion of the source's server, for people
public record Plan(
        JobConfig config,
        Database database,
        List<TableCopy> tables,
        Set<TableName> selected,
        List<TableName> excluded,
        List<Problem> warnings,
        String sourceVersion) {
    public Plan {
        tables = List.copyOf(tables);
        selected = Set.copyOf(selected);
        excluded = List.copyOf(excluded);
        warnings = List.copyOf(warnings);
    }
}
