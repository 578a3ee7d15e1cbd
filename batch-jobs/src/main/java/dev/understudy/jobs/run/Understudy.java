package dev.understudy.jobs.run;

import dev.understudy.config.JobConfig;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.batch.BatchRepository;
import dev.understudy.jobs.control.ControlDatabase;
import dev.understudy.jobs.control.RunRow;
import dev.understudy.jobs.control.RunStore;
import dev.understudy.jobs.copy.Asked;
import dev.understudy.jobs.copy.CopyRun;
import dev.understudy.jobs.copy.DeltaOutlook;
import dev.understudy.jobs.copy.LakeVersions;
import dev.understudy.jobs.copy.OutputKeys;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.copy.Preflight;
import dev.understudy.jobs.copy.PreviewCopy;
import dev.understudy.jobs.copy.RunId;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.jobs.copy.SideFindings;
import dev.understudy.jobs.copy.SideGrants;
import dev.understudy.jobs.copy.SourceSide;
import dev.understudy.jobs.keys.JobKeys;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.jobs.keys.KeyUse;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.lake.Manifest;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.preflight.Checkup;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/// The product as its commands and its web interface use it. Thread-safe; close it once.
///
/// Every method throws {@link Failure} with the side that failed, and those that read a config or
/// plan also {@link dev.understudy.config.ConfigProblems}.
public final class Understudy implements AutoCloseable {
    private static final String CHANGES = RunMode.CHANGES.name();

    private final ControlDatabase control;
    private final RunStore store;
    private final BatchRepository batch;
    private final InstantSource clock;

    private Understudy(ControlDatabase control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
        store = new RunStore(control);
        batch = new BatchRepository(control);
    }

    /// Opens the control database.
    ///
    /// @param home the folder of the embedded control database: created if absent
    public static Understudy open(Path home) {
        return new Understudy(ControlDatabase.inFolder(home), InstantSource.system());
    }

    /// Plans without doing anything.
    public static Plan plan(JobConfig config) {
        return plan(config, KeyHistory.NONE);
    }

    /// Plans without doing anything.
    ///
    /// @param home whose runs tell which keys the job has used; nothing is created there
    public static Plan plan(JobConfig config, Path home) {
        return plan(config, Known.in(home, config).history());
    }

    /// Plans without doing anything, and looks at twins and lake for what a run would find there.
    ///
    /// @param home as of {@link #plan(JobConfig, Path)}
    public static Outlook outlook(JobConfig config, Path home) {
        Known known = Known.in(home, config);
        try (SourceSide source = open(config, withOutputs(known.history(), config))) {
            Optional<DeltaOutlook> delta = DeltaOutlook.of(source);
            boolean whole = delta.filter(each -> each.whyWhole().isPresent()).isPresent();
            if (whole) {
                source.plan().checkDecided();
            }
            return new Outlook(
                    source.plan(),
                    delta,
                    whole || delta.isEmpty() ? Preflight.refusals(config) : List.of(),
                    known.unfinished().map(row -> unfinished(row, config)));
        }
    }

    /// What a home knows of a job.
    private record Known(KeyHistory history, Optional<RunRow> unfinished) {
        static Known in(Path home, JobConfig config) {
            if (!ControlDatabase.existsIn(home)) {
                return new Known(KeyHistory.NONE, Optional.empty());
            }
            try (Understudy understudy = open(home)) {
                return new Known(
                        new KeyHistory(keyUses(understudy.store.ofJob(config.job()))),
                        understudy.store.unfinished(config.job()));
            }
        }
    }

    private static Plan plan(JobConfig config, KeyHistory history) {
        try (SourceSide source = open(config, history)) {
            return source.plan();
        }
    }

    private static SourceSide open(JobConfig config, KeyHistory history) {
        return SourceSide.open(config, JobKeys.open(config), history, InstantSource.system());
    }

    /// Looks at everything that a run will depend on: privileges, servers, settings, room. Changes
    /// nothing in the source and in the twin; writes a small object to the lake and removes it.
    ///
    /// @param home whose runs tell which keys the job has used; nothing is created there
    public static CheckReport check(JobConfig config, Path home) {
        var ofHome = new Checkup();
        KeyHistory history = KeyHistory.NONE;
        try {
            history = lookAtHome(config, home, ofHome);
        } catch (Failure e) {
            ofHome.fail("control database", String.valueOf(e.getMessage()));
        }
        var sides = new ArrayList<>(Preflight.of(config, history));
        sides.add(new SideFindings(SideFindings.Side.HOME, "", home.toString(), ofHome.findings()));
        return new CheckReport(config.job(), sides);
    }

    private static KeyHistory lookAtHome(JobConfig config, Path home, Checkup ofHome) {
        Path existing = home.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            ofHome.fail(
                    "control database",
                    existing + " cannot be written by this user; choose another with --home");
        } else if (!ControlDatabase.existsIn(home)) {
            ofHome.ok("control database", "made by the first run");
        } else {
            try (Understudy understudy = open(home)) {
                ofHome.ok("control database", "can be opened");
                understudy
                        .store
                        .unfinished(config.job())
                        .ifPresent(row -> ofHome.warn("runs", unfinished(row, config)));
                return understudy.history(config);
            }
        }
        return withOutputs(KeyHistory.NONE, config);
    }

    private static String unfinished(RunRow row, JobConfig config) {
        if (row.alive()) {
            return "run %d is being executed by %s: another one would be refused until it ends"
                    .formatted(row.run(), row.owner().orElse("another process"));
        }
        return row.configHash().equals(config.hash())
                ? "run %d did not end: understudy run goes on with it".formatted(row.run())
                : "run %d did not end, and the config has changed since: understudy run gives it up"
                        .formatted(row.run());
    }

    /// The statements that give a job's users the least that they need. They need not exist yet.
    public static List<SideGrants> grants(JobConfig config) {
        return Preflight.grants(config);
    }

    /// Reads some rows of a table and masks them.
    ///
    /// @param table may leave the source away where only one of several has such a table
    public static Preview preview(JobConfig config, TableName table, int rows) {
        try (SourceSide source =
                SourceSide.open(
                        config, JobKeys.open(config), KeyHistory.NONE, InstantSource.system())) {
            PreviewCopy.Texts texts = PreviewCopy.of(source, table, rows);
            return new Preview(
                    texts.table(), texts.columns(), texts.rules(), texts.before(), texts.after());
        }
    }

    /// Starts a run. If the job's last run with the same config did not end, goes on with it.
    public RunningJob run(JobConfig config) {
        return run(config, false);
    }

    /// The same, and copies everything even where the job's deltas would do. A last run that copies
    /// changes alone is given up then.
    public RunningJob runFull(JobConfig config) {
        return run(config, true);
    }

    /// Starts a run that loads some tables of the live twin in full, and of the others what has
    /// changed, so that all rows are of one point in time and foreign keys hold.
    ///
    /// @param tables that are loaded, each of which must name one; not empty
    /// @throws Failure of kind CONFIG if the job's deltas cannot do it, because everything would
    ///   have to be copied, or if its last run did not end and was another one
    public RunningJob runTables(JobConfig config, List<TablePattern> tables) {
        return runAsked(config, new Asked(tables, false), "--tables");
    }

    /// Starts a run that looks for rows that are gone, whatever the job's deltas say of it.
    ///
    /// @throws Failure of kind CONFIG if the job has no deltas, or if its last run did not end and
    ///   was another one
    public RunningJob runSweep(JobConfig config) {
        return runAsked(config, new Asked(List.of(), true), "--sweep");
    }

    private RunningJob runAsked(JobConfig config, Asked asked, String option) {
        if (config.delta().isEmpty()) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "%s: every run of the job %s copies everything, for it has no section delta; add one, or run it without %s"
                            .formatted(config.file(), config.job(), option));
        }
        Optional<RunRow> unfinished =
                store.unfinished(config.job())
                        .filter(row -> row.configHash().equals(config.hash()));
        if (unfinished.isEmpty()) {
            return runAfresh(config, false, asked);
        }
        RunRow row = unfinished.get();
        if (row.asked().equals(Optional.of(ReportJson.asked(asked)))) {
            return restart(row.run(), config);
        }
        throw new Failure(
                Failure.Kind.CONFIG,
                "run %d of %s did not end; go on with it first: understudy restart %d"
                        .formatted(row.run(), row.job(), row.run()));
    }

    // Only a delta can load some tables alone, and leave others as they are.
    private static void checkDelta(
            JobConfig config, SourceSide source, boolean full, List<TablePattern> tables) {
        Plan plan = source.plan();
        plan.checkNamed(tables);
        if (tables.isEmpty() && plan.undecided().isEmpty()) {
            return;
        }
        Optional<String> why = DeltaOutlook.of(source).flatMap(DeltaOutlook::whyWhole);
        if (!tables.isEmpty() && why.isPresent()) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "no tables can be loaded alone, because the next run copies everything (%s); run it without --tables: understudy run %s"
                            .formatted(why.get(), config.file()));
        }
        if (full || why.isPresent()) {
            plan.checkDecided();
        }
    }

    private RunningJob run(JobConfig config, boolean full) {
        Optional<RunRow> unfinished =
                store.unfinished(config.job())
                        .filter(row -> row.configHash().equals(config.hash()))
                        .filter(row -> !full || !row.mode().equals(Optional.of(CHANGES)));
        if (unfinished.isPresent()) {
            return restart(unfinished.get().run(), config);
        }
        return runAfresh(config, full, Asked.NOTHING);
    }

    /// Starts a run even though the job's last one did not end; that one is given up and its
    /// leftovers are removed.
    public RunningJob runAfresh(JobConfig config) {
        return runAfresh(config, false, Asked.NOTHING);
    }

    private RunningJob runAfresh(JobConfig config, boolean full, Asked asked) {
        List<RunRow> leftovers = store.leftovers(config.job());
        leftovers.stream()
                .filter(RunRow::alive)
                .findFirst()
                .ifPresent(row -> {
                    throw new Failure(
                            Failure.Kind.CONFIG,
                            "run %d of %s is being executed by %s; stop it first with: understudy stop %d"
                                    .formatted(
                                            row.run(),
                                            row.job(),
                                            row.owner().orElse("another process"),
                                            row.run()));
                });
        return execute(
                config,
                full,
                JobKeys.open(config),
                Map.of(),
                source -> {
                    checkDelta(config, source, full, asked.tables());
                    for (RunRow row : leftovers) {
                        giveUp(config, row);
                    }
                    return store.begin(
                            config.job(),
                            config.file().toString(),
                            config.hash(),
                            source.keys().id(),
                            config.epoch(),
                            ReportJson.clocks(source.clocks()),
                            asked.nothing() ? null : ReportJson.asked(asked),
                            clock.instant());
                });
    }

    private void giveUp(JobConfig config, RunRow row) {
        try {
            CopyRun.giveUp(config, new RunId(row.run(), row.token()));
        } catch (Failure e) {
            throw new Failure(
                    e.kind(),
                    "%s; run %d did not end, and what it left there must be removed first"
                            .formatted(e.getMessage(), row.run()),
                    e);
        }
        store.giveUp(row.run());
    }

    /// Goes on with a run that stopped, failed or lost its process.
    ///
    /// @param config the job's config as it is now; must have the hash that the run began with
    public RunningJob restart(long run, JobConfig config) {
        RunRow row =
                store.find(run)
                        .orElseThrow(() ->
                                new Failure(
                                        Failure.Kind.CONFIG,
                                        "there is no run " + run + "; understudy runs lists them"));
        RunStore.checkRestartable(row);
        if (!row.configHash().equals(config.hash())) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "%s has changed since run %d began, so the run cannot go on with it; undo the change, or start afresh with: understudy run %s --fresh"
                            .formatted(config.file(), run, config.file()));
        }
        MaskingKeys keys = JobKeys.open(config);
        String keyId = keys.id();
        String began = row.keyId().orElse(keyId);
        if (!began.equals(keyId)) {
            keys.close();
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "run %d began with key %s, but the secret from %s makes key %s, so it cannot go on; give the secret that it began with, or start afresh with: understudy run %s --fresh"
                            .formatted(run, began, config.secret().origin(), keyId, config.file()));
        }
        return execute(
                config,
                false,
                keys,
                row.clocks().map(ReportJson::clocks).orElse(Map.of()),
                _ -> store.take(run));
    }

    // The source is planned first: what does not fit is refused before a run exists.
    private RunningJob execute(
            JobConfig config,
            boolean full,
            MaskingKeys keys,
            Map<String, Instant> clocks,
            Function<SourceSide, RunStore.Lease> lease) {
        Instant began = clock.instant();
        SourceSide source = SourceSide.open(config, keys, history(config), clock, clocks);
        try {
            return new RunExecution(
                            config, store, batch, lease.apply(source), source, full, began, clock)
                    .start();
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    // An output that cannot be asked now fails the run itself, which then says so in its report.
    private KeyHistory history(JobConfig config) {
        return withOutputs(new KeyHistory(keyUses(store.ofJob(config.job()))), config);
    }

    private static KeyHistory withOutputs(KeyHistory runs, JobConfig config) {
        var uses = new ArrayList<>(runs.uses());
        OutputKeys.of(config).forEach(each -> each.use().ifPresent(uses::add));
        return new KeyHistory(uses);
    }

    private static List<KeyUse> keyUses(List<RunRow> rows) {
        var uses = new ArrayList<KeyUse>();
        for (RunRow row : rows) {
            row.keyId().ifPresent(_ -> uses.add(keyUse(row)));
        }
        return uses;
    }

    private static KeyUse keyUse(RunRow row) {
        return new KeyUse(
                "run " + row.run(), row.keyId().orElse(""), OptionalInt.of(row.epoch()), false);
    }

    /// What is known of a job's key: which runs used it, and whether the outputs were made with it.
    public KeyReport key(JobConfig config) {
        try (MaskingKeys keys = JobKeys.open(config)) {
            var runs = new ArrayList<KeyReport.Run>();
            int lastEpoch = keys.epoch();
            for (RunRow row : store.ofJob(config.job())) {
                if (row.keyId().isPresent()) {
                    KeyUse use = keyUse(row);
                    lastEpoch = Math.max(lastEpoch, KeyHistory.epoch(use, keys).orElse(0));
                    runs.add(
                            new KeyReport.Run(
                                    row.run(),
                                    summary(row).status(),
                                    use.keyId(),
                                    use.epoch(),
                                    KeyHistory.relation(use, keys),
                                    !row.status().equals("DONE") && !row.givenUp()));
                }
            }
            var outputs = new ArrayList<KeyReport.Output>();
            for (OutputKeys each : OutputKeys.of(config)) {
                if (each.use().isPresent()) {
                    lastEpoch =
                            Math.max(lastEpoch, KeyHistory.epoch(each.use().get(), keys).orElse(0));
                }
                outputs.add(
                        new KeyReport.Output(
                                each.place(),
                                each.use(),
                                each.use().map(use -> KeyHistory.relation(use, keys)),
                                each.unreachable()));
            }
            return new KeyReport(
                    config.job(),
                    keys.id(),
                    keys.epoch(),
                    config.secret().origin(),
                    Math.addExact(lastEpoch, 1),
                    keys.id(lastEpoch + 1),
                    runs,
                    outputs);
        }
    }

    /// Asks a run to stop at its next checkpoint, whichever process runs it.
    ///
    /// @return false if nobody runs it
    public boolean stop(long run) {
        return store.requestStop(run);
    }

    /// The runs, latest first.
    public List<RunSummary> runs(int limit) {
        return store.list(limit).stream().map(Understudy::summary).toList();
    }

    public Optional<RunDetails> show(long run) {
        return store.find(run)
                .map(row ->
                        new RunDetails(
                                summary(row), row.report().map(ReportJson::report), steps(run)));
    }

    private List<RunDetails.Step> steps(long run) {
        var titles = store.splitTitles(run);
        return batch.steps(run).stream()
                .map(step ->
                        new RunDetails.Step(
                                step.execution(),
                                step.name(),
                                step.name().startsWith("copy:")
                                        ? titles.getOrDefault(
                                                Integer.parseInt(step.name().substring(5)),
                                                step.name())
                                        : step.name(),
                                step.status(),
                                step.started().map(Understudy::instant),
                                step.ended().map(Understudy::instant),
                                step.rows(),
                                step.bytes(),
                                step.exit()))
                .toList();
    }

    // Spring Batch stores its times in the zone of the JVM.
    private static Instant instant(java.time.LocalDateTime time) {
        return time.atZone(ZoneId.systemDefault()).toInstant();
    }

    private static RunSummary summary(RunRow row) {
        RunStatus status = RunStatus.valueOf(row.status());
        return new RunSummary(
                row.run(),
                row.job(),
                status == RunStatus.RUNNING && !row.alive() ? RunStatus.STOPPED : status,
                Phase.valueOf(row.phase()),
                row.started(),
                row.ended(),
                row.executions(),
                row.rows(),
                row.bytes(),
                row.alive() ? row.owner() : Optional.empty(),
                row.failure());
    }

    /// Where the config of a run was read from.
    public Optional<Path> configFile(long run) {
        return store.find(run).map(row -> Path.of(row.configFile()));
    }

    /// The runs that {@link #purge} would forget.
    public List<RunSummary> purgeable(PurgePolicy policy) {
        Instant now = clock.instant();
        var jobs = new HashSet<String>();
        var restartable = new HashSet<String>();
        var purgeable = new ArrayList<RunSummary>();
        int place = 0;
        for (RunRow row : store.list(Integer.MAX_VALUE)) {
            boolean latestDone = row.status().equals("DONE") && jobs.add(row.job());
            boolean mayRestart =
                    !row.status().equals("DONE") && !row.givenUp() && restartable.add(row.job());
            boolean kept = policy.keeps(place++, row.ended().orElse(row.started()), now);
            if (!row.alive() && !latestDone && !mayRestart && !kept) {
                purgeable.add(summary(row));
            }
        }
        return purgeable;
    }

    /// Forgets ended runs: their steps and their reports. Twins and lakes stay as they are.
    ///
    /// @return the runs that were forgotten
    public List<RunSummary> purge(PurgePolicy policy) {
        List<RunSummary> forgotten = purgeable(policy);
        forgotten.forEach(each -> store.forget(each.run()));
        store.forgetDeadAgents();
        return forgotten;
    }

    /// The versions of a job's lake that {@link #purgeLake} would remove, newest first.
    public List<LakeVersion> purgeableInLake(JobConfig config, PurgePolicy policy) {
        try (LakeVersions lake = LakeVersions.open(config)) {
            return old(lake, policy).stream().map(LakeVersion::of).toList();
        }
    }

    /// Removes old versions of a job's lake with their files; the current one stays.
    ///
    /// @return the versions that were removed
    public List<LakeVersion> purgeLake(JobConfig config, PurgePolicy policy) {
        try (LakeVersions lake = LakeVersions.open(config)) {
            List<Manifest> old = old(lake, policy);
            lake.remove(old);
            return old.stream().map(LakeVersion::of).toList();
        }
    }

    private List<Manifest> old(LakeVersions lake, PurgePolicy policy) {
        Instant now = clock.instant();
        List<Manifest> versions = lake.list();
        var old = new ArrayList<Manifest>();
        for (int place = 1; place < versions.size(); place++) {
            if (!policy.keeps(place, versions.get(place).created(), now)) {
                old.add(versions.get(place));
            }
        }
        return old;
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            control.close();
        }
    }
}
