package dev.understudy.jobs.copy;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.config.LakeConfig;
import dev.understudy.config.Problem.Severity;
import dev.understudy.config.SourceConfig;
import dev.understudy.config.TwinConfig;
import dev.understudy.jobs.copy.SideFindings.Side;
import dev.understudy.jobs.keys.JobKeys;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.Planner;
import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.ObjectStore;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.preflight.Checkup;
import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceNeeds;
import dev.understudy.twin.TwinNeeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Looks at everything that a run of a job will depend on, and goes on where a run would stop, so
/// that all of it is said at once. Changes nothing in the sources and in the twins.
public final class Preflight {

    private final JobConfig config;
    private final KeyHistory history;
    private final Checkup ofConfig = new Checkup();
    private final List<SideFindings> sides = new ArrayList<>();

    private Preflight(JobConfig config, KeyHistory history) {
        this.config = config;
        this.history = history;
    }

    /// What is found, by the sides that the job has.
    ///
    /// @param history what the job was run with so far
    public static List<SideFindings> of(JobConfig config, KeyHistory history) {
        var preflight = new Preflight(config, history);
        preflight.look();
        return preflight.sides;
    }

    /// The statements that give a job's users the least that they need. The servers are asked where
    /// that tells more; they need not know the users yet.
    public static List<SideGrants> grants(JobConfig config) {
        var grants = new ArrayList<SideGrants>();
        for (SourceConfig source : config.sources()) {
            grants.add(
                    new SideGrants(
                            Side.SOURCE,
                            source.database().place(),
                            Engines.readerGrants(
                                    source.database(),
                                    table -> Planner.isSelected(config, table.in(source.name())),
                                    source.twin().isPresent(),
                                    mustSeeTransactions(config))));
            source.twin()
                    .ifPresent(twin ->
                            grants.add(
                                    new SideGrants(
                                            Side.TWIN,
                                            twin.database().place(),
                                            Engines.loaderGrants(twin.database()))));
        }
        return grants;
    }

    /// Why the twins' servers would refuse a run that copies everything, for people. Says nothing
    /// of a server that cannot be reached.
    public static List<String> refusals(JobConfig config) {
        var refusals = new ArrayList<String>();
        for (SourceConfig source : config.sources()) {
            source.twin()
                    .map(TwinConfig::database)
                    .ifPresent(place -> refusals.addAll(refusals(place)));
        }
        return refusals;
    }

    private static List<String> refusals(DatabaseConfig place) {
        var needs = new TwinNeeds(Optional.empty(), Set.of(), sessions(place));
        try {
            return Engines.twin(place, RunId.NONE).preflight(needs).stream()
                    .filter(each -> each.level() == Finding.Level.FAIL)
                    .map(each ->
                            Stream.concat(Stream.of(each.found()), each.ask().stream())
                                    .collect(Collectors.joining("; ask for: ")))
                    .toList();
        } catch (Failure e) {
            return List.of();
        }
    }

    private static int sessions(DatabaseConfig twin) {
        return Math.max(2, twin.connections());
    }

    private void look() {
        var opened = new LinkedHashMap<String, SourceDatabase>();
        try {
            long bytes = 0;
            for (SourceConfig source : config.sources()) {
                bytes += look(source, opened);
            }
            plan(opened);
            sides.addFirst(
                    new SideFindings(
                            Side.CONFIG, "", config.file().toString(), ofConfig.findings()));
            if (config.lake().isPresent()) {
                lookAtLake(config.lake().get(), bytes);
            }
        } finally {
            opened.values().forEach(SourceDatabase::close);
        }
    }

    private interface Look {
        void look();
    }

    private static void attempt(Checkup checkup, String check, Look look) {
        try {
            look.look();
        } catch (Failure e) {
            checkup.fail(check, String.valueOf(e.getMessage()));
        }
    }

    /// Looks at a source and at its twin.
    ///
    /// @param opened where the source is put if it can be opened
    /// @return about how many bytes are copied of it
    private long look(SourceConfig source, Map<String, SourceDatabase> opened) {
        var ofSource = new Checkup();
        DatabaseConfig place = source.database();
        // One session holds the snapshot and each worker reads through another.
        int sessions = Math.max(place.connections(), 2);
        // Partitioned parents, too, which hold no rows: without them the twin would have no
        // partition.
        Set<TableName> made = Set.of();
        long bytes = 0;
        String looksAt = "connection";
        try {
            SourceDatabase database =
                    Engines.source(place.url(), place.user(), place.password().reveal(), sessions);
            opened.put(source.name(), database);
            looksAt = "structure";
            List<Table> tables =
                    database.structure().database().tables().stream()
                            .map(each -> each.in(source.name()))
                            .toList();
            Map<TableName, List<String>> selected = Planner.selectedColumns(config, tables);
            made =
                    tables.stream()
                            .filter(each -> Planner.isSelected(config, each.root()))
                            .map(each -> each.name().local())
                            .collect(Collectors.toSet());
            attempt(
                    ofConfig,
                    "engines",
                    () ->
                            Engines.notHeld(source, database, selected::containsKey)
                                    .forEach(each ->
                                            ofConfig.fail(
                                                    "engines",
                                                    each.message() + "; " + each.hint())));
            bytes = bytes(database, selected, ofSource);
            ofSource.addAll(
                    database.preflight(
                            new SourceNeeds(
                                    selected,
                                    sessions,
                                    source.twin().isPresent(),
                                    mustSeeTransactions(config)
                                            && Planner.readsByTime(config, tables, selected))));
        } catch (Failure e) {
            (e.kind() == Failure.Kind.CONFIG ? ofConfig : ofSource)
                    .fail(looksAt, String.valueOf(e.getMessage()));
        }
        sides.add(new SideFindings(Side.SOURCE, source.name(), place.place(), ofSource.findings()));
        if (source.twin().isPresent()) {
            var database = Optional.ofNullable(opened.get(source.name()));
            lookAtTwin(source.name(), source.twin().get(), database, made, bytes);
        }
        return bytes;
    }

    private static boolean mustSeeTransactions(JobConfig config) {
        return config.delta()
                .filter(each -> !each.watermarks().isEmpty())
                .filter(each -> each.longestTransaction().isEmpty())
                .isPresent();
    }

    private static long bytes(
            SourceDatabase source, Map<TableName, List<String>> columns, Checkup ofSource) {
        List<TableName> copied =
                columns.entrySet().stream()
                        .filter(each -> !each.getValue().isEmpty())
                        .map(Map.Entry::getKey)
                        .toList();
        long bytes = source.bytes(copied);
        ofSource.ok(
                "size",
                "tables to copy rows from: %d, about %s with their indexes"
                        .formatted(copied.size(), megabytes(bytes)));
        return bytes;
    }

    private void lookAtTwin(
            String source,
            TwinConfig twin,
            Optional<SourceDatabase> database,
            Set<TableName> tables,
            long bytes) {
        var ofTwin = new Checkup();
        DatabaseConfig place = twin.database();
        attempt(
                ofTwin,
                "connection",
                () -> {
                    var needs = new TwinNeeds(database, tables, sessions(place));
                    ofTwin.addAll(Engines.twin(place, RunId.NONE).preflight(needs));
                    ofTwin.ok(
                            "disk",
                            "a run takes about %s beside the live twin until it takes its place, its server's logs not counted; what is free the server does not tell"
                                    .formatted(megabytes(bytes)));
                });
        sides.add(new SideFindings(Side.TWIN, source, place.place(), ofTwin.findings()));
    }

    private void plan(Map<String, SourceDatabase> opened) {
        if (sides.stream().anyMatch(each -> each.side() == Side.SOURCE && each.failed())) {
            ofConfig.warn("plan", "cannot be made before every source can be read");
            return;
        }
        if (opened.size() < config.sources().size()) {
            return; // its url is wrong, which is said
        }
        try (MaskingKeys keys = JobKeys.open(config)) {
            Plan plan = Planner.plan(config, keys, history, opened);
            plan.checkDecided();
            long warnings =
                    plan.warnings().stream()
                            .filter(each -> each.severity() == Severity.WARNING)
                            .count();
            if (warnings == 0) {
                ofConfig.ok("plan", "every column is decided");
            } else {
                ofConfig.warn(
                        "plan",
                        "every column is decided; warnings: %d, see understudy validate %s"
                                .formatted(warnings, config.file()));
            }
        } catch (ConfigProblems e) {
            ofConfig.fail(
                    "plan",
                    "errors: %d, see understudy validate %s"
                            .formatted(
                                    e.problems().stream()
                                            .filter(each -> each.severity() == Severity.ERROR)
                                            .count(),
                                    config.file()));
        } catch (Failure e) {
            ofConfig.fail("plan", String.valueOf(e.getMessage()));
        }
    }

    private void lookAtLake(LakeConfig lake, long bytes) {
        var ofLake = new Checkup();
        attempt(
                ofLake,
                "privileges",
                () -> {
                    try (ObjectStore store = ObjectStore.open(LakeOutput.location(lake))) {
                        new LakeCatalog(store, config.job()).probe("check-" + UUID.randomUUID(), 0);
                    }
                    ofLake.ok(
                            "privileges", "objects may be created, and not overwritten by mistake");
                });
        room(lake, bytes, ofLake);
        sides.add(new SideFindings(Side.LAKE, "", lake.uri(), ofLake.findings()));
    }

    private static void room(LakeConfig lake, long bytes, Checkup ofLake) {
        String needed = "a run takes at most about %s, mostly far less".formatted(megabytes(bytes));
        if (lake.uri().startsWith("s3://")) {
            ofLake.ok("disk", needed);
            return;
        }
        try {
            long free = Files.getFileStore(directory(lake.uri())).getUsableSpace();
            String found = "%s; %s are free".formatted(needed, megabytes(free));
            if (free < bytes) {
                ofLake.warn("disk", found);
            } else {
                ofLake.ok("disk", found);
            }
        } catch (IOException e) {
            ofLake.warn("disk", needed + "; what is free cannot be asked");
        }
    }

    private static Path directory(String uri) {
        return uri.startsWith("file:") ? Path.of(java.net.URI.create(uri)) : Path.of(uri);
    }

    private static String megabytes(long bytes) {
        return "%,d MB".formatted((bytes + 999_999) / 1_000_000);
    }
}
