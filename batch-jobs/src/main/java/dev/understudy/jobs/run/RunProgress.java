package dev.understudy.jobs.run;

import dev.understudy.jobs.copy.Phase;
import dev.understudy.schema.TableName;
import java.time.Duration;
import java.util.List;

/// A run at one moment.
///
/// @param run its number; 0 until it has one
/// @param activity what is being done, in a few words: `index customer_email_key`
/// @param tables largest first
public record RunProgress(
        long run,
        String job,
        Phase phase,
        Duration elapsed,
        String activity,
        List<TableProgress> tables) {
    public RunProgress {
        tables = List.copyOf(tables);
    }

    public long rows() {
        return tables.stream().mapToLong(TableProgress::rows).sum();
    }

    public long estimatedRows() {
        return tables.stream().mapToLong(each -> Math.max(each.rows(), each.estimatedRows())).sum();
    }

    /// A table at one moment.
    ///
    /// @param rows copied so far
    /// @param estimatedRows how many it probably has
    /// @param bytes copied so far
    /// @param done whether all its rows are in the outputs
    public record TableProgress(
            TableName table, long rows, long estimatedRows, long bytes, boolean done) {}
}
