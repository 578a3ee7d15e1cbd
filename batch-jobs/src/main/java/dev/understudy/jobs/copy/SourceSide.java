package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.Planner;
import dev.understudy.postgres.PostgresSessions;
import dev.understudy.postgres.SourceSnapshot;
import dev.understudy.postgres.SqlFailure;
import dev.understudy.rows.Failure;
import java.sql.SQLException;

/// A source at one point in time, with the plan that was made from its structure as it is there.
public final class SourceSide implements AutoCloseable {
    private final JobConfig config;
    private final PostgresSessions sessions;
    private final SourceSnapshot snapshot;
    private final Plan plan;

    private SourceSide(
            JobConfig config, PostgresSessions sessions, SourceSnapshot snapshot, Plan plan) {
        this.config = config;
        this.sessions = sessions;
        this.snapshot = snapshot;
        this.plan = plan;
    }

    /// Connects, takes a snapshot and plans. Reads no row.
    ///
    /// @throws dev.understudy.config.ConfigProblems if config and source do not fit
    public static SourceSide open(JobConfig config) {
        DatabaseConfig source = config.source();
        // One session holds the snapshot and each worker reads through another.
        int most = Math.max(source.connections(), 2);
        PostgresSessions sessions =
                PostgresSessions.readOnly(
                        source.url(), source.user(), source.password().reveal(), most);
        try {
            SourceSnapshot snapshot = SourceSnapshot.export(sessions);
            try {
                return new SourceSide(
                        config, sessions, snapshot, Planner.plan(config, snapshot.holder()));
            } catch (SQLException e) {
                snapshot.close();
                throw SqlFailure.of(Failure.Kind.SOURCE, "reading the source's structure", e);
            } catch (RuntimeException e) {
                snapshot.close();
                throw e;
            }
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    JobConfig config() {
        return config;
    }

    public Plan plan() {
        return plan;
    }

    SourceSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public void close() {
        try {
            snapshot.close();
        } finally {
            sessions.close();
        }
    }
}
