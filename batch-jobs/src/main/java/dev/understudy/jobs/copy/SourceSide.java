package dev.understudy.jobs.copy;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.Planner;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The sources of a job, each at one point in time, with the plan that was made from their
/// structure as it is there.
public final class SourceSide implements AutoCloseable {
    /// A source that is open.
    ///
    /// @param taken when its point in time was
    /// @param clock when the run began by the source's clock: windows end there
    record Opened(SourceDatabase database, Instant taken, Instant clock) {}

    private final JobConfig config;
    private final Map<String, Opened> sources;
    private final Plan plan;
    private final MaskingKeys keys;
    private final Map<TableName, String> left;

    private SourceSide(
            JobConfig config,
            MaskingKeys keys,
            Map<String, Opened> sources,
            Plan plan,
            Map<TableName, String> left) {
        this.left = left;
        this.config = config;
        this.keys = keys;
        this.sources = sources;
        this.plan = plan;
    }

    /// Opens the sources of what begins now.
    public static SourceSide open(
            JobConfig config, MaskingKeys keys, KeyHistory history, InstantSource clock) {
        return open(config, keys, history, clock, Map.of());
    }

    /// Connects, takes a snapshot of every source, one directly after the other, and plans.
    ///
    /// @param keys closed together with this, also if it cannot be opened
    /// @param history what the job was run with so far
    /// @param clocks what {@link #clocks} was when the run began; empty if it begins now
    /// @throws ConfigProblems if config and sources do not fit
    public static SourceSide open(
            JobConfig config,
            MaskingKeys keys,
            KeyHistory history,
            InstantSource clock,
            Map<String, Instant> clocks) {
        var sources = new LinkedHashMap<String, Opened>();
        try {
            for (SourceConfig each : config.sources()) {
                sources.put(
                        each.name(),
                        open(each, clock, Optional.ofNullable(clocks.get(each.name()))));
            }
            Plan plan = Planner.plan(config, keys, history, databases(sources), clocks(sources));
            var notHeld = new ArrayList<Problem>();
            for (SourceConfig each : config.sources()) {
                notHeld.addAll(
                        Engines.notHeld(
                                each,
                                Objects.requireNonNull(sources.get(each.name())).database(),
                                plan.selectedOf(each.name())));
            }
            if (!notHeld.isEmpty()) {
                throw new ConfigProblems(config.file(), notHeld);
            }
            return new SourceSide(config, keys, sources, plan, Map.of());
        } catch (RuntimeException e) {
            close(keys, sources);
            throw e;
        }
    }

    private static Opened open(SourceConfig source, InstantSource clock, Optional<Instant> began) {
        DatabaseConfig config = source.database();
        // One session holds the snapshot and each worker reads through another.
        int most = Math.max(config.connections(), 2);
        try {
            SourceDatabase database =
                    Engines.source(config.url(), config.user(), config.password().reveal(), most);
            Instant taken = clock.instant();
            try {
                return new Opened(database, taken, began.orElseGet(database::clock));
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (Failure e) {
            if (source.name().isEmpty()) {
                throw e;
            }
            throw new Failure(e.kind(), source.title() + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, SourceDatabase> databases(Map<String, Opened> sources) {
        var databases = new LinkedHashMap<String, SourceDatabase>();
        sources.forEach((name, source) -> databases.put(name, source.database()));
        return databases;
    }

    /// When the run began by each source's own clock. Windows end there, also when the run goes on
    /// another day.
    public Map<String, Instant> clocks() {
        return clocks(sources);
    }

    private static Map<String, Instant> clocks(Map<String, Opened> sources) {
        var clocks = new LinkedHashMap<String, Instant>();
        sources.forEach((name, source) -> clocks.put(name, source.clock()));
        return clocks;
    }

    /// The same sources and keys, without tables that stay as they are in the outputs. Whoever
    /// closes this closes those.
    ///
    /// @param left the tables, and why
    public SourceSide leaving(Map<TableName, String> left) {
        return left.isEmpty()
                ? this
                : new SourceSide(config, keys, sources, plan.without(left.keySet()), left);
    }

    /// Tables that stay as they are in the outputs, and why. Then the structure does, too.
    public Map<TableName, String> left() {
        return left;
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

    /// @param name in the config
    Opened source(String name) {
        return Objects.requireNonNull(sources.get(name), name);
    }

    @Override
    public void close() {
        close(keys, sources);
    }

    private static void close(MaskingKeys keys, Map<String, Opened> sources) {
        keys.close();
        sources.values().forEach(each -> each.database().close());
    }
}
