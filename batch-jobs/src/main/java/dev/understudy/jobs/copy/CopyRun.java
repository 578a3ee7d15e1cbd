package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.config.TwinConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.TwinDatabase;
import dev.understudy.twin.TwinDatabase.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One execution of a run, from its plan to the published outputs. The steps are called in this
/// order by one thread: {@link #prepare}, {@link #copy} for every split (by many threads), {@link
/// #finishStructure}, {@link #check}, {@link #publish}. Each may be repeated by a later execution,
/// and finds what an earlier one left.
public final class CopyRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyRun.class);

    private final SourceSide source;
    private final JobConfig config;
    private final Plan plan;
    private final RunId run;
    private final long fence;
    private final CopyProgress progress;
    private final BooleanSupplier stopping;
    private final MaskingKeys keys;
    private final Map<TableName, TableTarget> targets = new HashMap<>();
    private final Map<TableName, Integer> openPieces = new ConcurrentHashMap<>();
    private final List<String> notCarried = new ArrayList<>();

    private final @Nullable TwinDatabase twin;
    private final @Nullable LakeOutput lake;
    private @Nullable LoadingTwin loading;
    private @Nullable Ledger ledger;
    private @Nullable TwinStructure structure;
    private @Nullable Reconciliation reconciliation;
    private List<Split> splits = List.of();
    private Map<PieceId, Checkpoint> checkpoints = Map.of();
    private int snapshotNumber = 1;
    private volatile boolean failed;
    private State state = State.ABSENT;

    /// @param source the planned source, closed together with this
    /// @param fence rises with every process that takes the run
    /// @param stopping asked between batches and statements
    public CopyRun(
            SourceSide source,
            RunId run,
            long fence,
            CopyProgress progress,
            BooleanSupplier stopping) {
        this.source = source;
        this.config = source.config();
        this.plan = source.plan();
        this.run = run;
        this.fence = fence;
        this.progress = progress;
        this.stopping = stopping;
        this.keys = source.keys();
        this.twin = config.twin().map(each -> Engines.twin(each.database(), run)).orElse(null);
        this.lake =
                config.lake().map(each -> LakeOutput.open(source, each, run, fence)).orElse(null);
        boolean sourceKey = config.twin().map(TwinConfig::sourcePrimaryKey).orElse(false);
        for (TableCopy table : plan.tables()) {
            targets.put(table.name(), TableTarget.of(table, sourceKey));
        }
        progress.expect(plan.tables());
    }

    JobConfig config() {
        return config;
    }

    Plan plan() {
        return plan;
    }

    CopyProgress progress() {
        return progress;
    }

    SourceDatabase source() {
        return source.database();
    }

    int snapshotNumber() {
        return snapshotNumber;
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

    Ledger ledger() {
        return Objects.requireNonNull(ledger, "prepare() comes first");
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

    /// How many splits may be copied at the same time: one session of each side is for something
    /// else.
    public int workers() {
        int most = config.tuning().workers();
        most = Math.min(most, config.source().connections() - 1);
        most =
                Math.min(
                        most,
                        config.twin().map(each -> each.database().connections() - 1).orElse(most));
        return Math.max(1, most);
    }

    /// Points in time that the rows come from so far.
    public int snapshots() {
        return snapshotNumber;
    }

    /// What of the source could not be carried over, for people.
    public List<String> notCarried() {
        return List.copyOf(notCarried);
    }

    /// Whether an earlier execution has completed and checked everything, so that only publishing
    /// remains.
    public boolean isReady() {
        return state == State.READY || state == State.LIVE;
    }

    /// Makes the outputs ready for rows, or finds them so.
    ///
    /// @param resumed whether an earlier execution has copied rows, so that empty outputs would
    ///   mean that they are lost
    public void prepare(boolean resumed) throws InterruptedException {
        progress.enter(Phase.STRUCTURE);
        if (twin != null) {
            prepareTwin(twin, resumed);
        } else if (Objects.requireNonNull(lake).isPublished()) {
            state = State.LIVE;
        } else {
            ledger = lake.ledger(new Sealer(keys));
        }
        if (isReady()) {
            return;
        }
        splits = ledger().splits();
        if (splits.isEmpty()) {
            if (resumed) {
                throw lost();
            }
            splits = new Splitter(source.database(), config.tuning()).split(plan.tables());
            ledger().begin(splits, fingerprint());
        } else if (!ledger().fingerprint().equals(fingerprint())) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "the source's structure has changed since run %d began, so it cannot go on; start afresh with: understudy run %s --fresh"
                            .formatted(run.number(), config.file()));
        }
        snapshotNumber = ledger().nextSnapshot();
        expectPieces();
        LOG.info(
                "{}#{} {} tables in {} splits",
                config.job(),
                run.number(),
                plan.tables().size(),
                splits.size());
    }

    private void prepareTwin(TwinDatabase database, boolean resumed) throws InterruptedException {
        state = database.state();
        if (isReady()) {
            return;
        }
        boolean exists = state == State.LOADING;
        if (!exists && resumed) {
            throw lost();
        }
        database.checkReplaceable();
        if (!exists) {
            notCarried.addAll(database.create(source.database()));
        }
        TwinLedger opened = openTwin(database);
        if (exists && opened.splits().isEmpty()) {
            // A process died before the structure was complete: nothing of value is in there.
            Objects.requireNonNull(structure).close();
            loadingTwin().close();
            notCarried.addAll(database.create(source.database()));
            exists = false;
            opened = openTwin(database);
        }
        if (!exists) {
            Objects.requireNonNull(structure).createTables();
        }
        state = State.LOADING;
        ledger = opened;
        notCarried.addAll(Objects.requireNonNull(structure).notCarried());
    }

    private TwinLedger openTwin(TwinDatabase database) {
        DatabaseConfig target = config.twin().orElseThrow().database();
        loading = database.load(Math.max(2, target.connections()));
        var opened =
                TwinLedger.open(loading, new LedgerJson(new Sealer(keys)), run.number(), fence);
        structure =
                TwinStructure.read(source, plan, opened, loading, progress, this::mustStop, config);
        return opened;
    }

    private Failure lost() {
        return new Failure(
                Failure.Kind.TARGET,
                "run %d of %s had copied rows, but the outputs that it was loading are gone; start afresh with: understudy run %s --fresh"
                        .formatted(run.number(), config.job(), config.file()));
    }

    // Whatever decides how rows are read and written, and what the twin is built from: an execution
    // that went on with
    // anything else would finish another database than the one that was begun.
    private String fingerprint() {
        var text = new StringBuilder();
        // The plan's order follows the tables' sizes, which are estimates and change.
        for (TableCopy table :
                plan.tables().stream().sorted(Comparator.comparing(TableCopy::name)).toList()) {
            text.append(table.name()).append(table.structureOnly()).append(table.orderKey());
            table.columns()
                    .forEach(each ->
                            text.append(each.column()).append(each.rule()).append(each.profile()));
            if (lake != null) {
                text.append(lake.textColumns(table.lakeTable()));
            }
            text.append('\n');
        }
        if (structure != null) {
            structure.definition().forEach(each -> text.append(each).append('\n'));
        }
        return Sha256.hex(text);
    }

    private void expectPieces() {
        checkpoints = ledger().checkpoints();
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

    LoadingTwin loadingTwin() {
        return Objects.requireNonNull(loading, "no twin");
    }

    /// A session on the database that is being loaded, in a transaction; null without a twin.
    @Nullable Connection openTwin() {
        if (twin == null) {
            return null;
        }
        Connection session = loadingTwin().session();
        try {
            session.setAutoCommit(false);
            return session;
        } catch (SQLException e) {
            throw loadingTwin().failure("opening a session of the twin", e);
        }
    }

    /// Starts copying a split.
    public SplitCopy copy(int number) {
        progress.enter(Phase.COPY);
        return new SplitCopy(this, splits.get(number - 1));
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
        if (structure != null) {
            structure.tableDone(table.table());
        }
    }

    /// Completes indexes, constraints and everything else that comes after the rows.
    public void finishStructure() throws InterruptedException {
        if (isReady()) {
            return;
        }
        progress.enter(Phase.CONSTRAINTS);
        reconciliation = new Reconciliation(this);
        if (structure != null) {
            structure.finish();
        }
    }

    /// Compares source and outputs.
    ///
    /// @throws Failure of kind MISMATCH if they do not agree; nothing is published then
    public List<TableOutcome> check(Instant now) throws InterruptedException {
        progress.enter(Phase.CHECK);
        if (lake != null) {
            lake.prepareCommit(
                    this, structure == null ? List.of() : structure.statements(), keys, now);
        }
        List<TableOutcome> outcomes =
                Objects.requireNonNull(reconciliation, "finishStructure() comes first").outcomes();
        Reconciliation.mismatch(outcomes)
                .ifPresent(failure -> {
                    throw failure;
                });
        return outcomes;
    }

    /// Puts the outputs in their places. From the swap on it only goes forward: what an interrupted
    /// one left undone, a repetition does.
    ///
    /// @return the URI of the lake's manifest, if there is a lake
    public Optional<String> publish(Instant now) throws InterruptedException {
        progress.enter(Phase.PUBLISH);
        if (!isReady()) {
            if (twin != null) {
                Objects.requireNonNull(structure)
                        .complete(
                                "%s, %s, %s"
                                        .formatted(
                                                config.job(),
                                                OutputKeys.stamp(keys.id(), keys.epoch()),
                                                now));
            }
            state = State.READY;
        }
        if (twin != null) {
            if (state == State.READY) {
                leaveTwin(twin);
                twin.publish();
                state = State.LIVE;
            }
        }
        Optional<String> manifest =
                lake == null ? Optional.empty() : Optional.of(lake.commitPrepared());
        progress.enter(Phase.CLEAN_UP);
        if (twin != null) {
            twin.dropRetired();
        }
        return manifest;
    }

    // The ledger has served; nothing of ours stays in the twin, and nobody may be connected when it
    // changes its name.
    private void leaveTwin(TwinDatabase database) {
        if (structure != null) {
            structure.close();
        }
        if (loading == null) {
            loading = database.load(1);
        }
        TwinLedger.drop(loading);
        loading.close();
    }

    /// Removes what an unfinished run has left in the outputs: it will not be restarted. What it
    /// has published stays.
    public static void giveUp(JobConfig config, RunId run) {
        config.twin()
                .ifPresent(each -> {
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
        try {
            if (structure != null) {
                structure.close();
            }
        } finally {
            try {
                if (loading != null) {
                    loading.close();
                }
                if (lake != null) {
                    lake.close();
                }
            } finally {
                source.close();
            }
        }
    }
}
