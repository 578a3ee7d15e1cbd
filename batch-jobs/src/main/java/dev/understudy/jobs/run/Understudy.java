package dev.understudy.jobs.run;

import dev.understudy.config.JobConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.schema.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The product as its commands and its web interface use it. Thread-safe; close it once.
///
/// Every method throws {@link dev.understudy.rows.Failure} with the side that failed, and those
/// that read a config or plan also {@link dev.understudy.config.ConfigProblems}.
public final class Understudy implements AutoCloseable {

    private Understudy() {}

    /// Opens the control database.
    ///
    /// @param home the folder of the embedded control database: created if absent
    public static Understudy open(Path home) {
        throw new UnsupportedOperationException(home.toString());
    }

    /// Plans without doing anything.
    public static Plan plan(JobConfig config) {
        throw new UnsupportedOperationException(config.job());
    }

    /// Reads some rows of a table and masks them.
    public static Preview preview(JobConfig config, TableName table, int rows) {
        throw new UnsupportedOperationException(config.job() + table + rows);
    }

    /// Starts a run. If the job's last run with the same config did not end, goes on with it.
    public RunningJob run(JobConfig config) {
        throw new UnsupportedOperationException(config.job());
    }

    /// Starts a run even though the job's last one did not end; that one is given up and its
    /// leftovers are removed.
    public RunningJob runAfresh(JobConfig config) {
        throw new UnsupportedOperationException(config.job());
    }

    /// Goes on with a run that stopped, failed or lost its process.
    ///
    /// @param config the job's config as it is now; must have the hash that the run began with
    public RunningJob restart(long run, JobConfig config) {
        throw new UnsupportedOperationException(config.job() + run);
    }

    /// Asks a run to stop at its next checkpoint, whichever process runs it.
    ///
    /// @return false if nobody runs it
    public boolean stop(long run) {
        throw new UnsupportedOperationException("" + run);
    }

    /// The runs, latest first.
    public List<RunSummary> runs(int limit) {
        throw new UnsupportedOperationException("" + limit);
    }

    public Optional<RunDetails> show(long run) {
        throw new UnsupportedOperationException("" + run);
    }

    /// Where the config of a run was read from.
    public Optional<Path> configFile(long run) {
        throw new UnsupportedOperationException("" + run);
    }

    /// The runs that {@link #purge} would forget.
    public List<RunSummary> purgeable(PurgePolicy policy) {
        throw new UnsupportedOperationException(policy.toString());
    }

    /// Forgets ended runs: their steps and their reports. Twins and lakes stay as they are.
    ///
    /// @return the runs that were forgotten
    public List<RunSummary> purge(PurgePolicy policy) {
        throw new UnsupportedOperationException(policy.toString());
    }

    @Override
    public void close() {
        // nothing to close yet
    }
}
