package dev.understudy.jobs.control;

import dev.understudy.rows.Failure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Runs, and which process may execute them. A process that executes runs is an agent with a
/// heartbeat; a run that it takes is leased to it with a fence that rises at every change of hands.
/// Thread-safe.
public final class RunStore implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /// An agent of another host that has not been heard of for so long is dead. On our own host the
    /// process itself says so.
    private static final int SILENT_SECONDS = 30;

    private static final String SELECT =
            "SELECT r.*, a.host, a.pid, a.heartbeat < CURRENT_TIMESTAMP - INTERVAL '"
                    + SILENT_SECONDS
                    + "' SECOND AS silent FROM understudy_run r LEFT JOIN understudy_agent a ON a.agent = r.agent ";

    private final ControlDatabase database;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String agent = UUID.randomUUID().toString();
    private final String host = hostName();
    private @Nullable ScheduledExecutorService heartbeats;

    public RunStore(ControlDatabase database) {
        this.database = database;
        jdbc = new JdbcTemplate(database.dataSource());
        transaction =
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /// A run that this process may execute.
    ///
    /// @param token that tells this run from those of other control databases
    /// @param fence higher than that of every process that held the run before
    /// @param execution counts the run's executions from 1
    public record Lease(long run, String token, long fence, int execution) {
        /// The same as another run for the outputs, which tell it from what it has left in them.
        public Lease anew() {
            return new Lease(run, newToken(), fence, execution);
        }
    }

    /// Registers a new run and leases it.
    ///
    /// @param keyId names the key that it masks with
    /// @param clocks when it begins by each source's own clock, as JSON
    /// @param asked what somebody wants of it beyond the config, as JSON; null if that is nothing
    public Lease begin(
            String job,
            String configFile,
            String configHash,
            String keyId,
            int epoch,
            String clocks,
            @Nullable String asked,
            Instant now) {
        beat();
        String token = newToken();
        return inTransaction(() -> {
            jdbc.update(
                    """
                    INSERT INTO understudy_run (token, job, config_file, config_hash, key_id, epoch, clocks, asked, status, phase, given_up, started,
                        executions, millis, copied_rows, copied_bytes, agent, fence, stop_requested)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'RUNNING', 'PLAN', FALSE, ?, 1, 0, 0, 0, ?, 1, FALSE)
                    """,
                    token,
                    job,
                    configFile,
                    configHash,
                    keyId,
                    epoch,
                    clocks,
                    asked,
                    at(now),
                    agent);
            Long run =
                    jdbc.queryForObject(
                            "SELECT run FROM understudy_run WHERE agent = ? AND token = ?",
                            Long.class,
                            agent,
                            token);
            return new Lease(java.util.Objects.requireNonNull(run), token, 1, 1);
        });
    }

    private static String newToken() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    /// Leases a run that nobody alive holds.
    ///
    /// @throws Failure if a living process holds it, or it is done or given up
    public Lease take(long run) {
        beat();
        return inTransaction(() -> {
            RunRow row = lock(run);
            if (row.alive()) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "run %d is being executed by %s; stop it first with: understudy stop %d"
                                .formatted(run, row.owner().orElse("another process"), run));
            }
            checkRestartable(row);
            jdbc.update(
                    "UPDATE understudy_run SET agent = ?, fence = fence + 1, executions = executions + 1, status ="
                            + " 'RUNNING', ended = NULL, failure = NULL, failure_kind = NULL, stop_requested = FALSE"
                            + " WHERE run = ?",
                    agent,
                    run);
            Long fence =
                    jdbc.queryForObject(
                            "SELECT fence FROM understudy_run WHERE run = ?", Long.class, run);
            return new Lease(
                    run,
                    row.token(),
                    java.util.Objects.requireNonNull(fence),
                    row.executions() + 1);
        });
    }

    /// Refuses a run that is over for good.
    public static void checkRestartable(RunRow row) {
        if (row.status().equals("DONE") || row.givenUp()) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "run %d of %s is %s and cannot be restarted; start a new one with: understudy run %s"
                            .formatted(
                                    row.run(),
                                    row.job(),
                                    row.givenUp() ? "given up" : "done",
                                    row.configFile()));
        }
    }

    private RunRow lock(long run) {
        jdbc.queryForList("SELECT run FROM understudy_run WHERE run = ? FOR UPDATE", run);
        return find(run)
                .orElseThrow(() ->
                        new Failure(
                                Failure.Kind.CONFIG,
                                "there is no run " + run + "; understudy runs lists them"));
    }

    /// The job's latest run, if it could still be restarted.
    public Optional<RunRow> unfinished(String job) {
        return query(SELECT + "WHERE r.job = ? ORDER BY r.run DESC LIMIT 1", job).stream()
                .filter(row -> !row.status().equals("DONE") && !row.givenUp())
                .findFirst();
    }

    /// The job's runs that left something in the outputs and are not done.
    public List<RunRow> leftovers(String job) {
        return query(
                SELECT + "WHERE r.job = ? AND r.status <> 'DONE' AND NOT r.given_up ORDER BY r.run",
                job);
    }

    /// Declares that a run will not be restarted.
    public void giveUp(long run) {
        update(
                "UPDATE understudy_run SET given_up = TRUE, status = CASE status WHEN 'RUNNING' THEN 'FAILED' ELSE status"
                        + " END WHERE run = ?",
                run);
    }

    /// Notes how far a run of ours is.
    public void progress(Lease lease, String phase, long rows, long bytes, long millis) {
        update(
                "UPDATE understudy_run SET phase = ?, copied_rows = ?, copied_bytes = ?, millis = ? WHERE run = ? AND"
                        + " fence = ?",
                phase,
                rows,
                bytes,
                millis,
                lease.run(),
                lease.fence());
    }

    /// Notes the titles of a run's splits.
    public void splits(Lease lease, Map<Integer, String> titles) {
        inTransaction(() -> {
            jdbc.update("DELETE FROM understudy_split WHERE run = ?", lease.run());
            titles.forEach((number, title) ->
                    jdbc.update(
                            "INSERT INTO understudy_split VALUES (?, ?, ?)",
                            lease.run(),
                            number,
                            title.substring(0, Math.min(400, title.length()))));
            return titles.size();
        });
    }

    public Map<Integer, String> splitTitles(long run) {
        return database.lasting(() -> {
            var titles = new TreeMap<Integer, String>();
            jdbc.query(
                    "SELECT split, title FROM understudy_split WHERE run = ?",
                    (ResultSet row) -> {
                        titles.put(row.getInt(1), row.getString(2));
                    },
                    run);
            return titles;
        });
    }

    /// Keeps what only the execution that prepares the outputs learns, for one that just publishes.
    public void prepared(Lease lease, String notCarried, int snapshots, String points) {
        update(
                "UPDATE understudy_run SET not_carried = ?, snapshots = ?, points = ? WHERE run = ?",
                notCarried,
                snapshots,
                points,
                lease.run());
    }

    /// Keeps what the run copies, and the lease's token, before it changes any output.
    ///
    /// @param reason why everything, where changes alone were expected; null otherwise
    public void mode(Lease lease, String mode, @Nullable String reason) {
        update(
                "UPDATE understudy_run SET token = ?, mode = ?, mode_reason = ? WHERE run = ?",
                lease.token(),
                mode,
                reason,
                lease.run());
    }

    /// Keeps the outcomes of the check, for an execution that only has to publish.
    public void outcomes(Lease lease, String json) {
        update("UPDATE understudy_run SET outcomes = ? WHERE run = ?", json, lease.run());
    }

    /// Ends an execution of ours.
    ///
    /// @param status STOPPED, FAILED or DONE
    public void end(
            Lease lease,
            String status,
            Instant now,
            @Nullable String failureKind,
            @Nullable String failure,
            String report) {
        update(
                "UPDATE understudy_run SET status = ?, ended = ?, failure_kind = ?, failure = ?, report = ?, agent = NULL"
                        + " WHERE run = ? AND fence = ?",
                status,
                at(now),
                failureKind,
                failure == null ? null : failure.substring(0, Math.min(4000, failure.length())),
                report,
                lease.run(),
                lease.fence());
    }

    /// Asks the process that executes a run to stop.
    ///
    /// @return false if none does
    public boolean requestStop(long run) {
        RunRow row =
                find(run)
                        .orElseThrow(() ->
                                new Failure(
                                        Failure.Kind.CONFIG,
                                        "there is no run " + run + "; understudy runs lists them"));
        if (!row.alive()) {
            return false;
        }
        return update("UPDATE understudy_run SET stop_requested = TRUE WHERE run = ?", run) == 1;
    }

    /// Whether somebody asked a run of ours to stop, or took it over.
    public boolean mustStop(Lease lease) {
        List<Boolean> stop =
                database.lasting(() ->
                        jdbc.queryForList(
                                "SELECT stop_requested FROM understudy_run WHERE run = ? AND fence = ?",
                                Boolean.class,
                                lease.run(),
                                lease.fence()));
        return stop.isEmpty() || Boolean.TRUE.equals(stop.getFirst());
    }

    public Optional<RunRow> find(long run) {
        return query(SELECT + "WHERE r.run = ?", run).stream().findFirst();
    }

    /// The runs of a job, latest first.
    public List<RunRow> ofJob(String job) {
        return query(SELECT + "WHERE r.job = ? ORDER BY r.run DESC", job);
    }

    /// Latest first.
    public List<RunRow> list(int limit) {
        return query(SELECT + "ORDER BY r.run DESC LIMIT ?", limit);
    }

    /// Forgets a run, with what Spring Batch knows of it.
    public void forget(long run) {
        inTransaction(() -> {
            String executions =
                    "(SELECT p.job_execution_id FROM batch_job_execution_params p WHERE p.parameter_name = 'run' AND"
                            + " p.parameter_value = ?)";
            String key = Long.toString(run);
            List<Long> instances =
                    jdbc.queryForList(
                            "SELECT DISTINCT job_instance_id FROM batch_job_execution WHERE job_execution_id IN "
                                    + executions,
                            Long.class,
                            key);
            List<Long> ids =
                    jdbc.queryForList(
                            "SELECT job_execution_id FROM batch_job_execution WHERE job_execution_id IN "
                                    + executions,
                            Long.class,
                            key);
            for (long id : ids) {
                jdbc.update(
                        "DELETE FROM batch_step_execution_context WHERE step_execution_id IN (SELECT step_execution_id"
                                + " FROM batch_step_execution WHERE job_execution_id = ?)",
                        id);
                jdbc.update("DELETE FROM batch_step_execution WHERE job_execution_id = ?", id);
                jdbc.update(
                        "DELETE FROM batch_job_execution_context WHERE job_execution_id = ?", id);
                jdbc.update(
                        "DELETE FROM batch_job_execution_params WHERE job_execution_id = ?", id);
                jdbc.update("DELETE FROM batch_job_execution WHERE job_execution_id = ?", id);
            }
            instances.forEach(id ->
                    jdbc.update("DELETE FROM batch_job_instance WHERE job_instance_id = ?", id));
            jdbc.update("DELETE FROM understudy_split WHERE run = ?", run);
            return jdbc.update("DELETE FROM understudy_run WHERE run = ?", run);
        });
    }

    private List<RunRow> query(String sql, Object... arguments) {
        return database.lasting(() -> jdbc.query(sql, (row, number) -> row(row), arguments));
    }

    private int update(String sql, @Nullable Object... arguments) {
        return database.lasting(() -> jdbc.update(sql, arguments));
    }

    private RunRow row(ResultSet row) throws SQLException {
        String owner = row.getString("host");
        long pid = row.getLong("pid");
        boolean processLives =
                owner != null
                        && owner.equals(host)
                        && (agent.equals(row.getString("agent"))
                                || ProcessHandle.of(pid).isPresent());
        boolean alive =
                owner != null
                        && row.getString("status").equals("RUNNING")
                        && !row.getBoolean("silent")
                        && (processLives || !owner.equals(host));
        return new RunRow(
                row.getLong("run"),
                row.getString("token"),
                row.getString("job"),
                row.getString("config_file"),
                row.getString("config_hash"),
                Optional.ofNullable(row.getString("key_id")),
                row.getInt("epoch"),
                row.getString("status"),
                row.getString("phase"),
                row.getBoolean("given_up"),
                row.getObject("started", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getObject("ended", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                row.getInt("executions"),
                row.getLong("millis"),
                row.getLong("copied_rows"),
                row.getLong("copied_bytes"),
                Optional.ofNullable(row.getString("failure_kind")),
                Optional.ofNullable(row.getString("failure")),
                Optional.ofNullable(row.getString("outcomes")),
                Optional.ofNullable(row.getString("not_carried")),
                row.getInt("snapshots"),
                Optional.ofNullable(row.getString("points")),
                Optional.ofNullable(row.getString("mode")),
                Optional.ofNullable(row.getString("mode_reason")),
                Optional.ofNullable(row.getString("clocks")),
                Optional.ofNullable(row.getString("asked")),
                Optional.ofNullable(row.getString("report")),
                owner == null ? Optional.empty() : Optional.of("process " + pid + " on " + owner),
                alive);
    }

    private synchronized void beat() {
        if (heartbeats != null) {
            return;
        }
        forgetDeadAgents();
        heartbeat();
        heartbeats =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("understudy-heartbeat").factory());
        ScheduledFuture<?> _ =
                heartbeats.scheduleAtFixedRate(
                        () -> {
                            try {
                                heartbeat();
                            } catch (DataAccessException e) {
                                // The next beat tries again; others wait for many missed ones.
                            }
                        },
                        HEARTBEAT.toMillis(),
                        HEARTBEAT.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void heartbeat() {
        int known =
                update(
                        "UPDATE understudy_agent SET heartbeat = CURRENT_TIMESTAMP WHERE agent = ?",
                        agent);
        // The first beat, or one after a sleep so long that others have forgotten us.
        if (known == 0) {
            update(
                    "INSERT INTO understudy_agent VALUES (?, ?, ?, CURRENT_TIMESTAMP)",
                    agent,
                    host,
                    ProcessHandle.current().pid());
        }
    }

    /// Forgets processes that have not been heard of for a day and hold no run.
    public void forgetDeadAgents() {
        update(
                "DELETE FROM understudy_agent WHERE heartbeat < CURRENT_TIMESTAMP - INTERVAL '1' DAY AND NOT EXISTS"
                        + " (SELECT 1 FROM understudy_run r WHERE r.agent = understudy_agent.agent AND r.status = 'RUNNING')");
    }

    private interface Work<T> {
        T run();
    }

    private <T> T inTransaction(Work<T> work) {
        return database.lasting(
                () -> java.util.Objects.requireNonNull(transaction.execute(status -> work.run())));
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    @Override
    public synchronized void close() {
        if (heartbeats != null) {
            heartbeats.shutdownNow();
            update("DELETE FROM understudy_agent WHERE agent = ?", agent);
        }
    }
}
