package dev.understudy.jobs.plan;

import dev.understudy.config.JobConfig;
import java.sql.Connection;
import java.sql.SQLException;

/// Reads a source's structure, decides about every table and column, and binds every rule once, so
/// that whatever does not fit is refused here.
public final class Planner {
    private Planner() {}

    /// Plans a job. Reads the source's catalog only, never a row.
    ///
    /// @param source a read-only session on the source
    /// @throws dev.understudy.config.ConfigProblems with everything that does not fit, at once
    public static Plan plan(JobConfig config, Connection source) throws SQLException {
        throw new UnsupportedOperationException(config.job() + source.getSchema());
    }
}
