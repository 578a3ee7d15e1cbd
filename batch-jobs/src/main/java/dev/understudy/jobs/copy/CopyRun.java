package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.twin.TwinChange;
import dev.understudy.twin.TwinChange.Merged;
import dev.understudy.twin.TwinDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One execution of a run, from its plan to the published outputs. The steps are called in this
/// order by one thread: {@link #prepare}, {@link #copy} for every split (by many threads), {@link
/// #finishStructure}, {@link #check}, {@link #publish}. Each may be repeated by a later execution,
/// and finds what an earlier one left.
public final class CopyRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyRun.class);

    private final JobConfig config;
    private final Plan plan;
    private final RunId run;
    private final RunMode mode;
    private final Asked asked;
    private final CopyProgress progress;
    private final BooleanSupplier stopping;
    private final MaskingKeys keys;
    private final Map<String, SourceCopy> sources = new LinkedHashMap<>();
    private final Map<TableName, TableTarget> targets = new HashMap<>();
    private final Map<TableName, Integer> openPieces = new ConcurrentHashMap<>();
    private final List<ConsistencyPoint> points;

    private final @Nullable LakeOutput lake;
    private @Nullable Reconciliation reconciliation;
    private List<Split> splits = List.of();
    private Map<PieceId, Checkpoint> checkpoints = Map.of();
    private volatile boolean failed;
    private boolean ready;

    /// @param source the planned sources, which stay open
    /// @param points those that earlier executions have read at
    /// @param mode what is copied; the same in all executions
    /// @param asked tables that are loaded in full where changes are copied
    /// @param fence rises with every process that takes the run
    /// @param stopping asked between batches and statements
    public CopyRun(
            SourceSide source,
            RunId run,
            long fence,
            RunMode mode,
            Asked asked,
            CopyProgress progress,
            BooleanSupplier stopping,
            List<ConsistencyPoint> points) {
        this.config = source.config();
        this.plan = source.plan();
        this.run = run;
        this.mode = mode;
        this.asked = asked;
        this.progress = progress;
        this.stopping = stopping;
        this.keys = source.keys();
        this.points = new ArrayList<>(points);
        for (SourceConfig each : config.sources()) {
            sources.put(each.name(), new SourceCopy(each, source, run, fence, mode, this));
        }
        this.lake =
                config.lake().map(each -> LakeOutput.open(source, each, run, fence)).orElse(null);
        for (TableCopy table : plan.tables()) {
            SourceCopy own = of(table.name());
            targets.put(
                    table.name(),
                    TableTarget.of(
                            table, own.into(table.table()), own.config().sourcePrimaryKey()));
        }
        progress.expect(plan.tables());
    }

    /// Why a run of a job with deltas must copy everything, as far as that can be said without
    /// looking closer; empty if changes may do.
    public static Optional<String> whyWhole(SourceSide sources, RunId run) {
        try {
            for (SourceConfig each : sources.config().sources()) {
                Positions.written(each, sources, run);
            }
            return Optional.empty();
        } catch (Failure e) {
            if (e.kind() == Failure.Kind.MISMATCH) {
                return Optional.ofNullable(e.getMessage());
            }
            throw e;
        }
    }

    /// Tables that a delta leaves as they are, because some of them have columns that no rule
    /// decides about, and why.
    ///
    /// @throws Failure of kind MISMATCH if there is no output that a delta could change
    public static Map<TableName, String> left(SourceSide sources) {
        return DeltaOutlook.left(sources);
    }

    JobConfig config() {
        return config;
    }

    Plan plan() {
        return plan;
    }

    /// Tables that are loaded in full where changes are copied.
    Asked asked() {
        return asked;
    }

    CopyProgress progress() {
        return progress;
    }

    /// The side of a table.
    SourceCopy of(TableName table) {
        return Objects.requireNonNull(sources.get(table.source()), table.source());
    }

    Collection<SourceCopy> sources() {
        return sources.values();
    }

    MaskingKeys keys() {
        return keys;
    }

    @Nullable LakeOutput lake() {
        return lake;
    }

    /// Whether the work should end at the next checkpoint: somebody asked for it, or another worker
    /// has failed.
    public boolean mustStop() {
        return failed || stopping.getAsBoolean();
    }

    /// Tells the other workers that going on makes no sense.
    public void stopOthers() {
        failed = true;
    }

    TableTarget target(TableName table) {
        return Objects.requireNonNull(targets.get(table), table.toString());
    }

    RowMasker masker(TableTarget target) {
        boolean sourceKey = target.written().columns().size() > target.read().columns().size();
        return new RowMasker(
                target.table(),
                target.written(),
                sourceKey
                        ? SourceKeyColumn.of(target.table(), target.read().columns())
                        : SourceKeyColumn.none(),
                keys,
                config.onMismatch());
    }

    /// The splits, in the order in which they should be started; known after {@link #prepare}.
    public List<Split> splits() {
        return splits;
    }

    /// What earlier executions have left durable of every piece.
    Map<PieceId, Checkpoint> checkpoints() {
        return checkpoints;
    }

    /// What is durable of every piece now.
    Map<PieceId, Checkpoint> durable() {
        var durable = new HashMap<PieceId, Checkpoint>();
        sources.values().forEach(each -> durable.putAll(each.ledger().checkpoints()));
        return durable;
    }

    /// How many splits may be copied at the same time: one session of each side is for something
    /// else.
    public int workers() {
        int most = config.tuning().workers();
        for (SourceConfig each : config.sources()) {
            most = Math.min(most, each.database().connections() - 1);
            most =
                    Math.min(
                            most,
                            each.twin()
                                    .map(twin -> twin.database().connections() - 1)
                                    .orElse(most));
        }
        return Math.max(1, most);
    }

    /// How many points in time the rows of a source come from so far, at most.
    public int snapshots() {
        return sources.values().stream().mapToInt(SourceCopy::snapshotNumber).max().orElse(1);
    }

    /// Points in time that the rows come from so far.
    public List<ConsistencyPoint> points() {
        return List.copyOf(points);
    }

    /// What of the sources could not be carried over, for people.
    public List<String> notCarried() {
        return sources.values().stream().flatMap(each -> each.notCarried().stream()).toList();
    }

    /// Tables that were loaded in full where others were changed, and why; known after {@link
    /// #prepare}.
    public Map<TableName, String> reloads() {
        var reloads = new TreeMap<TableName, String>();
        sources.values().forEach(each -> reloads.putAll(each.reloads()));
        return reloads;
    }

    /// What was done to tables that were changed in their place; known after {@link #publish}.
    public List<Merged> merged() {
        return sources.values().stream().flatMap(each -> each.merged().stream()).toList();
    }

    /// What the user should know once everything is published.
    public List<Problem> found() {
        return sources.values().stream().flatMap(each -> each.found().stream()).toList();
    }

    /// Whether only those rows of a table are copied that may have changed.
    private boolean isChanged(TableTarget target) {
        return of(target.table().name()).condition(target.table().name()).isPresent();
    }

    /// What the user should know of this execution besides what the plan says.
    public List<Problem> warnings() {
        return sources.values().stream().flatMap(each -> each.warnings().stream()).toList();
    }

    /// Whether an earlier execution has completed and checked everything, so that only publishing
    /// remains.
    public boolean isReady() {
        return ready;
    }

    /// Makes the outputs ready for rows, or finds them so.
    ///
    /// @param resumed whether an earlier execution has copied rows, so that empty outputs would
    ///   mean that they are lost
    public void prepare(boolean resumed) throws InterruptedException {
        progress.enter(Phase.STRUCTURE);
        // All are asked, because a later step needs to know how far each of them is.
        long complete = sources.values().stream().filter(SourceCopy::isTwinComplete).count();
        long twins = sources.values().stream().filter(SourceCopy::hasTwin).count();
        ready =
                twins == 0
                        ? Objects.requireNonNull(lake).isPublished()
                        : switch (mode) {
                            case WHOLE -> complete > 0;
                            // Where one has not staged everything, all stage anew at one point in
                            // time.
                            case CHANGES -> complete == twins;
                        };
        if (ready) {
            return;
        }
        for (SourceCopy each : sources.values()) {
            each.prepare(resumed);
        }
        targets.replaceAll(
                (table, target) -> of(table).condition(table).map(target::with).orElse(target));
        if (mode == RunMode.CHANGES && lake != null) {
            lake.addTo(
                    lake.published().orElseThrow(),
                    targets.values().stream().filter(this::isChanged).toList(),
                    sources.values().iterator().next().point().taken());
        }
        splits =
                sources.values().stream()
                        .map(each -> each.ledger().splits())
                        .filter(each -> !each.isEmpty())
                        .findFirst()
                        .orElse(List.of());
        if (splits.isEmpty()) {
            if (resumed) {
                throw lost();
            }
            splits =
                    new Splitter(
                                    each -> of(each).database(),
                                    each -> of(each).condition(each).isEmpty(),
                                    config.tuning())
                            .split(
                                    plan.tables().stream()
                                            .filter(each -> of(each.name()).reads(each.name()))
                                            .toList());
        }
        for (SourceCopy each : sources.values()) {
            each.begin(splits, resumed, lake);
            points.add(each.point());
        }
        expectPieces();
        LOG.info(
                "{}#{} {} tables in {} splits",
                config.job(),
                run.number(),
                plan.tables().size(),
                splits.size());
    }

    Failure lost() {
        return new Failure(
                Failure.Kind.TARGET,
                "run %d of %s had copied rows, but the outputs that it was loading are gone; start afresh with: understudy run %s --fresh"
                        .formatted(run.number(), config.job(), config.file()));
    }

    private void expectPieces() {
        checkpoints = durable();
        for (Split split : splits) {
            for (int i = 0; i < split.pieces().size(); i++) {
                Piece piece = split.pieces().get(i);
                CopyProgress.OfTable table = progress.of(piece.table());
                Checkpoint checkpoint = checkpoints.get(new PieceId(split.number(), i));
                if (checkpoint != null) {
                    table.add(checkpoint.rows(), checkpoint.bytes());
                }
                if (checkpoint == null || !checkpoint.done()) {
                    openPieces.merge(piece.table(), 1, Integer::sum);
                }
            }
        }
        for (CopyProgress.OfTable table : progress.tables()) {
            if (!openPieces.containsKey(table.table())) {
                tableDone(table);
            }
        }
    }

    /// Starts copying a split.
    public SplitCopy copy(int number) {
        progress.enter(Phase.COPY);
        return new SplitCopy(this, splits.get(number - 1));
    }

    void wentOn(Split split, Failure lost) {
        LOG.warn(
                "{}#{} {} goes on in another session of the same point in time: {}",
                config.job(),
                run.number(),
                split.title(),
                lost.getMessage());
    }

    void pieceDone(PieceCopy piece) {
        Integer left = openPieces.merge(piece.piece.table(), -1, Integer::sum);
        if (left == 0) {
            tableDone(piece.progress);
            LOG.info(
                    "{}#{} {} copied {} rows",
                    config.job(),
                    run.number(),
                    piece.piece.table(),
                    piece.progress.rows());
        }
    }

    private void tableDone(CopyProgress.OfTable table) {
        table.finish();
        of(table.table()).tableDone(table.table(), table.rows());
    }

    /// Completes indexes, constraints and everything else that comes after the rows.
    public void finishStructure() throws InterruptedException {
        if (isReady()) {
            return;
        }
        progress.enter(Phase.CONSTRAINTS);
        reconciliation = new Reconciliation(this);
        for (SourceCopy each : sources.values()) {
            each.finishStructure();
        }
    }

    /// Compares source and outputs.
    ///
    /// @throws Failure of kind MISMATCH if they do not agree; nothing is published then
    public List<TableOutcome> check(Instant now) throws InterruptedException {
        progress.enter(Phase.CHECK);
        if (lake != null) {
            lake.prepareCommit(this, keys, now);
        }
        List<TableOutcome> outcomes =
                Objects.requireNonNull(reconciliation, "finishStructure() comes first").outcomes();
        Reconciliation.mismatch(outcomes)
                .ifPresent(failure -> {
                    throw failure;
                });
        return outcomes;
    }

    /// Puts the outputs in their places: the twins in the order of the config, then the lake. From
    /// the first completed twin on it only goes forward: what an interrupted publishing left
    /// undone, a repetition does.
    ///
    /// @return the URI of the lake's manifest, if there is a lake
    public Optional<String> publish(Instant now) {
        progress.enter(Phase.PUBLISH);
        String stamp = OutputKeys.stamp(keys.id(), keys.epoch());
        for (SourceCopy each : sources.values()) {
            each.complete("%s, %s, %s".formatted(config.job(), stamp, now), lake);
        }
        ready = true;
        for (SourceCopy each : sources.values()) {
            publish(each);
        }
        Optional<String> manifest =
                lake == null ? Optional.empty() : Optional.of(lake.commitPrepared());
        progress.enter(Phase.CLEAN_UP);
        sources.values().forEach(SourceCopy::clean);
        return manifest;
    }

    private void publish(SourceCopy source) {
        try {
            source.publish();
        } catch (Failure e) {
            String done =
                    sources.values().stream()
                            .filter(SourceCopy::isLive)
                            .map(each -> each.config().name())
                            .collect(Collectors.joining(", "));
            if (done.isEmpty()) {
                throw e;
            }
            throw new Failure(
                    e.kind(),
                    "%s; the new twin of %s is in its place already, that of %s is not: go on with: understudy restart %d"
                            .formatted(e.getMessage(), done, source.config().name(), run.number()),
                    e);
        }
    }

    /// Removes what an unfinished run has left in the outputs: it will not be restarted. What it
    /// has published stays.
    public static void giveUp(JobConfig config, RunId run) {
        config.twins()
                .forEach(each -> {
                    TwinChange change = Engines.change(each.database(), run);
                    if (change.state() != TwinDatabase.State.ABSENT) {
                        change.clear();
                    }
                    TwinDatabase twin = Engines.twin(each.database(), run);
                    twin.dropSibling();
                    twin.dropRetired();
                });
        if (config.lake().isPresent()) {
            try (var lake = LakeVersions.open(config)) {
                lake.abandon(run);
            }
        }
    }

    @Override
    public void close() {
        try (lake) {
            RuntimeException failure = null;
            for (SourceCopy each : sources.values()) {
                try {
                    each.close();
                } catch (RuntimeException e) {
                    failure = e;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }
}
