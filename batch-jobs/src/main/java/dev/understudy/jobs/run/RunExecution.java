package dev.understudy.jobs.run;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.batch.BatchRepository;
import dev.understudy.jobs.batch.CopyJob;
import dev.understudy.jobs.control.ControlDatabase;
import dev.understudy.jobs.control.RunRow;
import dev.understudy.jobs.control.RunStore;
import dev.understudy.jobs.copy.Asked;
import dev.understudy.jobs.copy.ConsistencyPoint;
import dev.understudy.jobs.copy.CopyProgress;
import dev.understudy.jobs.copy.CopyRun;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.copy.RunId;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.jobs.copy.SourceSide;
import dev.understudy.jobs.copy.TableOutcome;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.twin.TwinChange.Merged;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One execution of a run in this process: a thread that works, and one that tells the control
/// database how far it is and asks it whether to stop.
final class RunExecution implements RunningJob {
    private static final Logger LOG = LoggerFactory.getLogger(RunExecution.class);
    private static final long WATCH_MILLIS = 1_000;

    private final JobConfig config;
    private final RunStore store;
    private final BatchRepository batch;
    private volatile RunStore.Lease lease;
    private final SourceSide source;
    private final InstantSource clock;
    private final Instant began;
    private final Instant started;
    private final long millisBefore;
    private final CopyProgress progress;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final String keyId;
    private volatile boolean stopRequested;
    private volatile List<TableOutcome> outcomes = List.of();
    private List<String> notCarried = List.of();
    private List<Problem> warnings;
    private int snapshots;
    private final boolean full;
    private @Nullable RunMode mode;
    private Optional<String> whyWhole;
    private final Asked asked;
    private List<Merged> merged = List.of();
    private Map<TableName, String> reloads = Map.of();
    private Map<TableName, String> left = Map.of();
    private List<ConsistencyPoint> points = List.of();
    private volatile @Nullable RunReport report;

    RunExecution(
            JobConfig config,
            RunStore store,
            BatchRepository batch,
            RunStore.Lease lease,
            SourceSide source,
            boolean full,
            Instant began,
            InstantSource clock) {
        this.config = config;
        this.store = store;
        this.batch = batch;
        this.lease = lease;
        this.source = source;
        this.full = full;
        this.began = began;
        this.keyId = source.keys().id();
        this.clock = clock;
        this.progress = new CopyProgress(clock, began);
        RunRow row = store.find(lease.run()).orElseThrow();
        this.started = row.started();
        this.millisBefore = row.millis();
        row.outcomes().ifPresent(json -> outcomes = ReportJson.outcomes(json));
        warnings = warnings(source.plan());
        row.notCarried().ifPresent(json -> notCarried = ReportJson.texts(json));
        snapshots = row.snapshots();
        mode = row.mode().map(RunMode::valueOf).orElse(null);
        whyWhole = row.modeReason();
        asked = row.asked().map(ReportJson::asked).orElse(Asked.NOTHING);
        row.points().ifPresent(json -> points = ReportJson.points(json));
    }

    private static List<Problem> warnings(Plan plan) {
        Stream<Problem> undecided =
                plan.undecided().stream()
                        .map(each ->
                                new Problem(
                                        each.id(),
                                        Problem.Severity.WARNING,
                                        each.where(),
                                        each.message(),
                                        each.hint()));
        return Stream.concat(undecided, plan.warnings().stream()).toList();
    }

    RunExecution start() {
        Thread.ofPlatform().name("understudy-run-" + lease.run()).start(this::work);
        Thread.ofPlatform().daemon().name("understudy-watch-" + lease.run()).start(this::watch);
        return this;
    }

    private void work() {
        LOG.info("{}#{} starts, execution {}", config.job(), lease.run(), lease.execution());
        Ending ending;
        try {
            ending = attempt(mode());
        } catch (RuntimeException e) {
            ending = new Ending(false, e, Optional.empty());
        }
        if (mode == RunMode.CHANGES && ending.failure() instanceof Failure failure) {
            // Where the changes alone would not make the twin what it should be, everything will.
            if (failure.kind() == Failure.Kind.MISMATCH && !stopRequested) {
                ending = wholeInstead(String.valueOf(failure.getMessage()));
            }
        }
        end(ending.complete(), closeSource(ending.failure()), ending.manifest());
    }

    // Everything cannot be copied while nobody has decided about a column.
    private Failure undecided(String why) {
        Problem first = source.plan().undecided().getFirst();
        return new Failure(
                Failure.Kind.MISMATCH,
                "%s; and everything cannot be copied: %s; add the line %s"
                        .formatted(why, first.message(), first.hint()));
    }

    private Ending wholeInstead(String why) {
        try {
            if (!source.plan().undecided().isEmpty()) {
                throw undecided(why);
            }
            LOG.info("{}#{} copies everything: {}", config.job(), lease.run(), why);
            RunId before = id();
            // Of several twins one may have its changes already, and is not the new one for it.
            lease = lease.anew();
            RunMode what = decided(RunMode.WHOLE, why);
            CopyRun.giveUp(config, before);
            return attempt(what);
        } catch (RuntimeException e) {
            return new Ending(false, e, Optional.empty());
        }
    }

    /// The run as the outputs know it.
    private RunId id() {
        return new RunId(lease.run(), lease.token());
    }

    private RunMode mode() {
        if (mode != null) {
            return mode;
        }
        if (config.delta().isEmpty()) {
            return decided(RunMode.WHOLE, null);
        }
        if (full) {
            return decided(RunMode.WHOLE, "asked for");
        }
        Optional<String> why = CopyRun.whyWhole(source, id());
        if (why.isPresent()) {
            return decided(RunMode.WHOLE, why.get());
        }
        return decided(RunMode.CHANGES, null);
    }

    private RunMode decided(RunMode what, @Nullable String reason) {
        store.mode(lease, what.name(), reason);
        mode = what;
        whyWhole = Optional.ofNullable(reason);
        return what;
    }

    private record Ending(
            boolean complete, @Nullable Throwable failure, Optional<String> manifest) {}

    private Ending attempt(RunMode what) {
        Throwable failure = null;
        boolean complete = false;
        Optional<String> manifest = Optional.empty();
        CopyRun run = null;
        try {
            SourceSide read = source;
            if (!source.plan().undecided().isEmpty()) {
                if (what == RunMode.WHOLE) {
                    throw undecided(whyWhole.orElse("the job has no deltas"));
                }
                left = CopyRun.left(source);
                read = source.leaving(left);
            }
            CopyRun opened =
                    new CopyRun(
                            read,
                            id(),
                            lease.fence(),
                            what,
                            asked,
                            progress,
                            () -> stopRequested,
                            points);
            run = opened;
            var job =
                    new CopyJob(
                            batch,
                            run,
                            lease.run(),
                            what == RunMode.CHANGES ? lease.execution() : 0,
                            clock,
                            splits -> {
                                prepared(opened);
                                Map<Integer, String> titles = new LinkedHashMap<>();
                                splits.forEach(each -> titles.put(each.number(), each.title()));
                                store.splits(lease, titles);
                            },
                            checked -> {
                                outcomes = checked;
                                store.outcomes(lease, ReportJson.outcomes(checked));
                            });
            CopyJob.Ending ending = job.execute();
            complete = ending.complete();
            failure = ending.failure().orElse(null);
            manifest = ending.manifest();
            merged = run.merged();
            addNotCarried(run); // with foreign keys whose rows were looked at after all others
            warnings = Stream.concat(warnings.stream(), run.found().stream()).toList();
        } catch (Exception | Error e) {
            failure = e;
        } finally {
            failure = close(run, failure);
        }
        return new Ending(complete, failure, manifest);
    }

    // What a former execution could not carry over when it created the database is not met again.
    private void prepared(CopyRun run) {
        warnings = Stream.concat(warnings.stream(), run.warnings().stream()).toList();
        addNotCarried(run);
        snapshots = run.snapshots();
        points = run.points();
        reloads = run.reloads();
        store.prepared(lease, ReportJson.texts(notCarried), snapshots, ReportJson.points(points));
    }

    private void addNotCarried(CopyRun run) {
        notCarried =
                Stream.concat(notCarried.stream(), run.notCarried().stream()).distinct().toList();
    }

    private static @Nullable Throwable close(
            @Nullable AutoCloseable closed, @Nullable Throwable failure) {
        try {
            if (closed != null) {
                closed.close();
            }
            return failure;
        } catch (Exception e) {
            if (failure == null) {
                return e;
            }
            failure.addSuppressed(e);
            return failure;
        }
    }

    private @Nullable Throwable closeSource(@Nullable Throwable failure) {
        return close(source, failure);
    }

    private void end(boolean complete, @Nullable Throwable failure, Optional<String> manifest) {
        RunStatus status =
                complete
                        ? RunStatus.DONE
                        : stopRequested && wasInterrupted(failure)
                                ? RunStatus.STOPPED
                                : RunStatus.FAILED;
        if (complete) {
            progress.enter(Phase.DONE);
        }
        Optional<RunReport.RunFailure> why =
                status == RunStatus.FAILED ? Optional.of(describe(failure)) : Optional.empty();
        RunReport result = report(status, why, manifest);
        report = result;
        try {
            tellProgress();
            store.end(
                    lease,
                    status.name(),
                    clock.instant(),
                    why.map(each -> each.kind().name()).orElse(null),
                    why.map(RunReport.RunFailure::message).orElse(null),
                    ReportJson.report(result));
        } catch (RuntimeException e) {
            LOG.error("{}#{} cannot note its end: {}", config.job(), lease.run(), e.getMessage());
        } finally {
            LOG.info(
                    "{}#{} {} after {} ms{}",
                    config.job(),
                    lease.run(),
                    status,
                    result.durationMillis(),
                    why.map(each -> ": " + each.message()).orElse(""));
            ended.countDown();
        }
    }

    // What fails while it is being stopped has failed all the same.
    private static boolean wasInterrupted(@Nullable Throwable failure) {
        return failure == null
                || (failure instanceof Failure known && known.kind() == Failure.Kind.INTERRUPTED);
    }

    private RunReport.RunFailure describe(@Nullable Throwable failure) {
        if (failure != null && ControlDatabase.caused(failure)) {
            LOG.error("the control database failed", Failure.safe(failure));
            return new RunReport.RunFailure(
                    Failure.Kind.INTERNAL,
                    "the control database failed, perhaps because the process that opened it first was killed; what is copied is safe, go on with: understudy restart "
                            + lease.run());
        }
        if (failure instanceof Failure known) {
            return new RunReport.RunFailure(
                    known.kind(), known.getMessage() + perhapsOfMixedSnapshots(known));
        }
        if (failure == null) {
            return new RunReport.RunFailure(
                    Failure.Kind.INTERNAL, "the run ended without saying why; see the log");
        }
        Failure safe = Failure.safe(failure);
        LOG.error("unexpected failure", safe);
        return new RunReport.RunFailure(safe.kind(), String.valueOf(safe.getMessage()));
    }

    // An order of today without its customer of yesterday.
    private String perhapsOfMixedSnapshots(Failure failure) {
        boolean broken =
                failure.kind() == Failure.Kind.MISMATCH
                        || String.valueOf(failure.getMessage()).contains("(SQLSTATE 23");
        return snapshots > 1 && broken
                ? "; the rows come from %d points in time, which may be why: understudy run %s --fresh reads all of them at one"
                        .formatted(snapshots, config.file())
                : "";
    }

    private RunReport report(
            RunStatus status, Optional<RunReport.RunFailure> why, Optional<String> manifest) {
        List<RunReport.TableReport> tables =
                outcomes.isEmpty()
                        ? ReportTables.unchecked(source.plan().without(left.keySet()), progress)
                        : ReportTables.checked(outcomes);
        return new RunReport(
                lease.run(),
                config.job(),
                config.file().toString(),
                config.hash(),
                status,
                started,
                Optional.of(clock.instant()),
                millis(),
                progress.phaseMillis(clock.instant()),
                lease.execution(),
                snapshots,
                keyId,
                config.epoch(),
                config.sources().stream().map(this::report).toList(),
                manifest,
                tables,
                notCarried,
                warnings,
                scope(),
                why);
    }

    private RunReport.Scope scope() {
        // Their root is named.
        Set<String> partitions =
                source.plan().tables().stream()
                        .filter(each -> each.table().partitionRoot().isPresent())
                        .map(each -> each.name().toString())
                        .collect(Collectors.toSet());
        return new RunReport.Scope(
                mode == null ? RunMode.WHOLE : mode,
                whyWhole,
                merged.stream()
                        .map(each ->
                                new RunReport.Change(
                                        each.table().table().toString(),
                                        each.updated(),
                                        each.inserted(),
                                        each.deleted()))
                        .toList(),
                named(reloads),
                named(left).stream().filter(each -> !partitions.contains(each.table())).toList());
    }

    private static List<RunReport.TableAndWhy> named(Map<TableName, String> tables) {
        return tables.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> new RunReport.TableAndWhy(each.getKey().toString(), each.getValue()))
                .toList();
    }

    private RunReport.SourceReport report(SourceConfig each) {
        return new RunReport.SourceReport(
                each.name(),
                each.database().place(),
                each.twin().map(twin -> twin.database().place()),
                points.stream()
                        .filter(point -> point.source().equals(each.name()))
                        .map(ConsistencyPoint::taken)
                        .toList());
    }

    private long millis() {
        return millisBefore + Duration.between(began, clock.instant()).toMillis();
    }

    private void watch() {
        try {
            while (!ended.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                askControlDatabase();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void askControlDatabase() {
        try {
            tellProgress();
            if (store.mustStop(lease)) {
                stopRequested = true;
            }
        } catch (RuntimeException e) {
            // Until it answers again nobody can stop us, but the outputs' own fence still protects
            // them.
            LOG.warn(
                    "{}#{} cannot reach the control database: {}",
                    config.job(),
                    lease.run(),
                    e.getMessage());
        }
    }

    private void tellProgress() {
        long rows = progress.tables().stream().mapToLong(CopyProgress.OfTable::rows).sum();
        long bytes = progress.tables().stream().mapToLong(CopyProgress.OfTable::bytes).sum();
        store.progress(lease, progress.phase().name(), rows, bytes, millis());
    }

    @Override
    public RunProgress progress() {
        return new RunProgress(
                lease.run(),
                config.job(),
                progress.phase(),
                Duration.between(began, clock.instant()),
                progress.activity(),
                progress.tables().stream()
                        .map(each ->
                                new RunProgress.TableProgress(
                                        each.table(),
                                        each.rows(),
                                        each.estimatedRows(),
                                        each.bytes(),
                                        each.done()))
                        .toList());
    }

    @Override
    public void requestStop() {
        stopRequested = true;
    }

    @Override
    public RunReport await() throws InterruptedException {
        ended.await();
        return java.util.Objects.requireNonNull(report);
    }
}
