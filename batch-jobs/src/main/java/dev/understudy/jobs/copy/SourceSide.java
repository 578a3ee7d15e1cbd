package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.Planner;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.schema.Column;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A source at one point in time, with the plan that was made from its structure as it is there.
public final class SourceSide implements AutoCloseable {
    private final JobConfig config;
    private final SourceDatabase database;
    private final Plan plan;
    private final MaskingKeys keys;

    private SourceSide(JobConfig config, MaskingKeys keys, SourceDatabase database, Plan plan) {
        this.config = config;
        this.keys = keys;
        this.database = database;
        this.plan = plan;
    }

    /// Connects, takes a snapshot and plans. Reads no row.
    ///
    /// @param keys closed together with this, also if it cannot be opened
    /// @param history what the job was run with so far
    /// @throws dev.understudy.config.ConfigProblems if config and source do not fit
    public static SourceSide open(JobConfig config, MaskingKeys keys, KeyHistory history) {
        try {
            return connect(config, keys, history);
        } catch (RuntimeException e) {
            keys.close();
            throw e;
        }
    }

    private static SourceSide connect(JobConfig config, MaskingKeys keys, KeyHistory history) {
        Engines.checkPair(config);
        DatabaseConfig source = config.source();
        // One session holds the snapshot and each worker reads through another.
        int most = Math.max(source.connections(), 2);
        SourceDatabase database =
                Engines.source(source.url(), source.user(), source.password().reveal(), most);
        try {
            Plan plan = Planner.plan(config, keys, history, database);
            // Otherwise the first hour's rows would be copied before the table is reached that may
            // not be read.
            database.checkReadable(columns(plan));
            return new SourceSide(config, keys, database, plan);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static Map<TableName, List<String>> columns(Plan plan) {
        var columns = new LinkedHashMap<TableName, List<String>>();
        for (TableCopy table : plan.tables()) {
            columns.put(
                    table.name(),
                    table.columns().stream().map(Decision::column).map(Column::name).toList());
        }
        return columns;
    }

    JobConfig config() {
        return config;
    }

    public Plan plan() {
        return plan;
    }

    /// The job's keys.
    public MaskingKeys keys() {
        return keys;
    }

    SourceDatabase database() {
        return database;
    }

    @Override
    public void close() {
        keys.close();
        database.close();
    }
}
