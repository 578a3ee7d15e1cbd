package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.LakeConfig;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.Change;
import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.LakeTypes;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.ObjectStore;
import dev.understudy.lake.Part;
import dev.understudy.lake.PartOptions;
import dev.understudy.lake.PartWriter;
import dev.understudy.lake.StoreLocation;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The lake of a run. Thread-safe.
final class LakeOutput implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// A part is closed at the first checkpoint behind this size. What a restart repeats of a split
    /// is at most one part.
    private static final long PART_BYTES = 64L << 20;

    private static final long QUICKLY_READ_BYTES = 64L << 20;

    static final String OTHER_KEY = "the lake was masked with another key or epoch";

    /// Every set of changes is at least one file more that readers open.
    private static final int MOST_CHANGE_SETS = 1000;

    private final SourceSide sources;
    private final ObjectStore store;
    private final LakeCatalog catalog;
    private final LakeConfig lake;
    private final JobConfig config;
    private final Map<String, String> sourceNames;
    private final RunId run;
    private final long fence;
    private final PartOptions options;
    private final AtomicInteger changeParts = new AtomicInteger();
    private @Nullable LakeKeys lakeKeys;
    private @Nullable Map<TableName, Set<String>> textColumns;
    private volatile @Nullable LakeChanges changes;

    private LakeOutput(
            ObjectStore store, LakeConfig lake, SourceSide sources, RunId run, long fence) {
        this.store = store;
        this.lake = lake;
        this.sources = sources;
        this.config = sources.config();
        this.sourceNames = sourceNames(sources);
        this.run = run;
        this.fence = fence;
        this.catalog = new LakeCatalog(store, config.job());
        this.options =
                PartOptions.DEFAULT
                        .withCompression(PartOptions.Compression.valueOf(lake.compression().name()))
                        .withRowGroupBytes(rowGroupBytes(config.tuning().workers()));
    }

    // Every worker holds a row group; an eighth of the heap is for all of them.
    private static long rowGroupBytes(int workers) {
        return Math.clamp(Runtime.getRuntime().maxMemory() / 8 / workers, 4L << 20, 64L << 20);
    }

    static LakeOutput open(SourceSide source, LakeConfig lake, RunId run, long fence) {
        JobConfig config = source.config();
        ObjectStore store = ObjectStore.open(location(lake));
        try {
            new LakeCatalog(store, config.job()).probe(run.toString(), fence);
            return new LakeOutput(store, lake, source, run, fence);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /// Opens a job's lake to look at it, without a run.
    static LakeOutput look(SourceSide source, LakeConfig lake) {
        return new LakeOutput(ObjectStore.open(location(lake)), lake, source, RunId.NONE, 0);
    }

    /// The folders that sources have in the lake: their names in the config, or the database's.
    private static Map<String, String> sourceNames(SourceSide sources) {
        var names = new HashMap<String, String>();
        for (SourceConfig each : sources.config().sources()) {
            names.put(
                    each.name(),
                    each.name().isEmpty()
                            ? sources.source(each.name()).database().name()
                            : each.name());
        }
        return names;
    }

    private String folder(TableName table) {
        return Objects.requireNonNull(sourceNames.get(table.source()), table.source());
    }

    static StoreLocation location(LakeConfig lake) {
        StoreLocation location = StoreLocation.of(lake.uri());
        if (lake.endpoint().isPresent()) {
            location = location.atEndpoint(lake.endpoint().get());
        }
        if (lake.region().isPresent()) {
            location = location.inRegion(lake.region().get());
        }
        if (lake.accessKey().isPresent() && lake.secretKey().isPresent()) {
            location =
                    location.withKeys(
                            lake.accessKey().get().reveal(), lake.secretKey().get().reveal());
        }
        return lake.pathStyle() ? location.withPathStyle() : location;
    }

    // A column has one type in the lake, so if one of its values does not fit the better type (an
    // array of several
    // dimensions, a decimal that is not a number), all are stored as text. Arrays are always looked
    // at; decimals only in
    // tables that are quickly read, because NaN is very rare there and reading all of a source
    // twice is not worth it.
    private synchronized Map<TableName, Set<String>> textColumns() {
        if (textColumns == null) {
            var found = new HashMap<TableName, Set<String>>();
            for (SourceConfig each : config.sources()) {
                findTextColumns(
                        sources.plan().tables(each.name()).stream()
                                .filter(table -> added(table.lakeTable()) == null)
                                .toList(),
                        lake,
                        sources.source(each.name()).database(),
                        found);
            }
            textColumns = found;
        }
        return textColumns;
    }

    private static void findTextColumns(
            List<TableCopy> tables,
            LakeConfig lake,
            SourceDatabase source,
            Map<TableName, Set<String>> found) {
        var doubtful = new LinkedHashMap<TableName, Map<String, ColumnType>>();
        var lakeTables = new HashMap<TableName, TableName>();
        for (TableCopy table : tables) {
            if (table.structureOnly()) {
                continue;
            }
            lakeTables.put(table.name().local(), table.lakeTable());
            var columns = new LinkedHashMap<String, ColumnType>();
            for (Decision each : table.columns()) {
                Column column = each.column();
                if (table.isLakeText(lake, column.name())) {
                    found.computeIfAbsent(table.lakeTable(), _ -> new HashSet<>())
                            .add(column.name());
                } else if (source.mayNeedText(column.type())
                        && (table.table().bytes() <= QUICKLY_READ_BYTES
                                || column.type().underlying().kind() == ColumnType.Kind.ARRAY)) {
                    columns.put(column.name(), column.type());
                }
            }
            if (!columns.isEmpty()) {
                doubtful.put(table.name().local(), columns);
            }
        }
        source.needingText(doubtful)
                .forEach((table, columns) ->
                        found.computeIfAbsent(
                                        Objects.requireNonNull(lakeTables.get(table)),
                                        _ -> new HashSet<>())
                                .addAll(columns));
    }

    private String ledgerPrefix() {
        return catalog.ledgerPrefix(run.toString());
    }

    /// The ledger of a source that has no twin.
    Ledger ledger(String source) {
        return new LakeLedger(store, ledgerPrefix(source), fence, new Sealer(sources.keys()));
    }

    /// Forgets what earlier executions have noted of a source that has no twin.
    void dropLedger(String source) {
        LakeLedger.drop(store, ledgerPrefix(source));
    }

    private String ledgerPrefix(String source) {
        return source.isEmpty() ? ledgerPrefix() : ledgerPrefix() + source + "/";
    }

    /// Columns of a table of the lake that are stored as text though they have a better type.
    Set<String> textColumns(TableName lakeTable) {
        LakeChanges added = added(lakeTable);
        return new TreeSet<>(
                added == null
                        ? textColumns().getOrDefault(lakeTable, Set.of())
                        : added.textColumns(lakeTable));
    }

    private PartOptions options(TableName lakeTable) {
        return options.withTextColumns(textColumns(lakeTable));
    }

    private PartOptions options(TableName lakeTable, Change.Op op) {
        LakeChanges added = added(lakeTable);
        PartOptions plain = options(lakeTable);
        return added == null ? plain : plain.withChange(added.change(op));
    }

    /// The changes, if they are added to this table's files; null if it gets new ones.
    private @Nullable LakeChanges added(TableName lakeTable) {
        LakeChanges all = changes;
        return all != null && all.has(lakeTable) ? all : null;
    }

    /// Whether a version was masked with the key of this run.
    boolean hasOurKey(Manifest version) {
        return version.keyId().equals(sources.keys().id())
                && Objects.equals(version.epoch(), sources.keys().epoch());
    }

    /// The version that readers see, if there is one.
    Optional<Manifest> published() {
        return catalog.current();
    }

    /// From where the changes of a source are to be read that a version lacks; empty if it does not
    /// say.
    Optional<String> position(Manifest published, String source) {
        return published.sources().stream()
                .filter(each -> each.name().equals(sourceNames.get(source)))
                .flatMap(each -> Optional.ofNullable(each.position()).stream())
                .findFirst();
    }

    /// Why a table's files have to be written anew, instead of adding its changes to the published
    /// ones, for people: `its columns are others in the lake`. Empty if changes can be added.
    Optional<String> whyReloaded(TableTarget target, Manifest published) {
        TableCopy table = target.table();
        TableName name = table.lakeTable();
        Optional<Manifest.LakeTable> found = inLake(name, published);
        if (found.isEmpty()) {
            return Optional.of("the lake does not have it");
        }
        if (!hasOurKey(published)) {
            return Optional.of(OTHER_KEY);
        }
        List<String> key = key(name);
        if (key.isEmpty()) {
            return Optional.of("it has no key that tells its rows apart in the lake");
        }
        List<String> columns = target.written().columns().stream().map(RowColumn::name).toList();
        Optional<String> clash = Change.clash(columns);
        if (clash.isPresent()) {
            return Optional.of(
                    "the name of its column " + clash.get() + " is taken in the lake's changes");
        }
        Optional<Set<String>> text = found.get().textColumns(target.written());
        boolean others = !found.get().key().isEmpty() && !found.get().key().equals(key);
        if (others || text.isEmpty() || wantsMoreText(target, text.get())) {
            return Optional.of("its columns or its key are others in the lake");
        }
        long base = found.get().baseRows();
        if (found.get().changedRows() > base * (lake.compactAt() / 100.0)) {
            return Optional.of(
                    "the lake's changes have passed %d %% of its rows".formatted(lake.compactAt()));
        }
        return found.get().changes().size() < MOST_CHANGE_SETS
                ? Optional.empty()
                : Optional.of("the lake has %d sets of its changes".formatted(MOST_CHANGE_SETS));
    }

    /// Why the keys by which a twin's rows are found are not those of the lake's changes, too;
    /// empty if they are.
    Optional<String> whyOtherKey(TableTarget target, List<String> key) {
        List<String> own = key(target.table().lakeTable());
        if (own.isEmpty()) {
            return Optional.of("no key of it tells its rows apart in the lake");
        }
        return Set.copyOf(own).equals(Set.copyOf(key))
                ? Optional.empty()
                : Optional.of("it has another key in the lake");
    }

    private boolean wantsMoreText(TableTarget target, Set<String> text) {
        return target.written().columns().stream()
                .filter(each -> target.table().isLakeText(lake, each.name()))
                .anyMatch(each -> !text.contains(each.name()) && LakeTypes.hasBetterType(each));
    }

    private Optional<Manifest.LakeTable> inLake(TableName lakeTable, Manifest version) {
        return version.tables().stream()
                .filter(each ->
                        each.name().equals(lakeTable.local())
                                && each.source().equals(folder(lakeTable)))
                .findFirst();
    }

    /// The columns that tell the rows of a table of the lake apart; empty if none do.
    private synchronized List<String> key(TableName lakeTable) {
        if (lakeKeys == null) {
            lakeKeys = LakeKeys.of(sources);
        }
        return lakeKeys.of(lakeTable);
    }

    /// Makes this run a delta: the rows of some tables are changes that are added to a published
    /// version, as if a table's row with the same key were replaced; all other tables get new
    /// files. To be called before any row is written.
    ///
    /// @param tables none of which {@link #whyReloaded} has anything against
    /// @param taken the moment that the rows are of
    void addTo(Manifest published, Collection<TableTarget> tables, Instant taken) {
        var added = new HashMap<TableName, LakeChanges.Added>();
        for (TableTarget each : tables) {
            TableName name = each.table().lakeTable();
            Manifest.LakeTable table = inLake(name, published).orElseThrow();
            added.put(
                    name,
                    new LakeChanges.Added(
                            table.withKey(key(name)),
                            table.textColumns(each.written()).orElseThrow()));
        }
        changes = new LakeChanges(published, run.toString(), taken, added);
    }

    /// Takes changes of a table whose changes are added, beside those that come in pieces. What is
    /// finished belongs to what {@link #prepareCommit} publishes, of the same execution. No key may
    /// come twice.
    LakeChangeWriter changes(TableTarget target, Change.Op op) {
        TableName table = target.table().lakeTable();
        LakeChanges added = Objects.requireNonNull(added(table), table.toString());
        PartOptions changing = options(table, op);
        // Splits count from 1, so the names are no piece's.
        return new LakeChangeWriter(
                () -> {
                    int sequence =
                            Math.toIntExact(fence * 1_000_000 + changeParts.incrementAndGet());
                    String key = catalog.partKey(folder(table), table, run.toString(), 0, sequence);
                    return PartWriter.open(store, key, target.written(), changing);
                },
                part -> added.add(table, op, part),
                PART_BYTES);
    }

    /// Begins the next part of a piece.
    LakePartWriter begin(PieceCopy piece) {
        TableName table = piece.target.table().lakeTable();
        // The fence stands in the name, so that a process that was overtaken cannot overwrite a
        // part of the new owner.
        int sequence =
                Math.toIntExact(fence * 1_000_000 + piece.id.index() * 10_000L + piece.nextPart());
        String key =
                catalog.partKey(folder(table), table, run.toString(), piece.id.split(), sequence);
        return new LakePartWriter(
                PartWriter.open(
                        store, key, piece.target.written(), options(table, Change.Op.UPSERT)),
                PART_BYTES);
    }

    /// Compares the footers of all parts with what the checkpoints say of them, and writes the
    /// manifest where only a restart of this run looks for it; it holds everything that publishing
    /// needs.
    void prepareCommit(CopyRun copy, MaskingKeys keys, Instant now) {
        var shapes = new LinkedHashMap<TableName, RowShape>();
        for (TableCopy table : copy.plan().tables()) {
            if (!table.structureOnly()) {
                List<RowColumn> columns = copy.target(table.name()).written().columns();
                shapes.putIfAbsent(
                        table.lakeTable(), new RowShape(table.lakeTable().local(), columns));
            }
        }
        Map<TableName, List<Part>> parts = parts(copy);
        var tables = new ArrayList<Manifest.LakeTable>();
        shapes.forEach((name, shape) -> {
            List<Part> written = parts.getOrDefault(name, List.of());
            LakeChanges added = added(name);
            tables.add(
                    added == null
                            ? Manifest.LakeTable.of(
                                    folder(name), shape, options(name), key(name), written)
                            : added.with(name, written));
        });
        LakeChanges all = changes;
        if (all != null && !sources.left().isEmpty()) {
            Set<String> written = new HashSet<>();
            tables.forEach(each -> written.add(each.source() + ":" + each.name()));
            all.published().tables().stream()
                    .filter(each -> !written.contains(each.source() + ":" + each.name()))
                    .forEach(tables::add);
        }
        var base = all == null ? catalog.current() : Optional.of(all.published());
        var manifest =
                new Manifest(
                        Manifest.FORMAT,
                        base.map(Manifest::version).orElse(0L) + 1,
                        config.job(),
                        run.toString(),
                        now,
                        config.hash(),
                        keys.id(),
                        keys.epoch(),
                        tables,
                        sources(copy, all == null ? List.of() : all.published().sources()));
        catalog.verify(parts.values().stream().flatMap(List::stream));
        if (all != null) {
            catalog.verify(all.parts());
        }
        byte[] json = JSON.writeValueAsBytes(manifest);
        try (var upload = store.create(ledgerPrefix() + "manifest")) {
            upload.write(json, 0, json.length);
            upload.commit();
        }
    }

    /// What the checkpoints name.
    private static Map<TableName, List<Part>> parts(CopyRun copy) {
        Map<PieceId, Checkpoint> checkpoints = copy.durable();
        var parts = new HashMap<TableName, List<Part>>();
        for (Split split : copy.splits()) {
            for (int i = 0; i < split.pieces().size(); i++) {
                TableName table = copy.target(split.pieces().get(i).table()).table().lakeTable();
                Checkpoint checkpoint = checkpoints.get(new PieceId(split.number(), i));
                if (checkpoint != null) {
                    checkpoint
                            .parts()
                            .forEach(each ->
                                    parts.computeIfAbsent(table, _ -> new ArrayList<>())
                                            .add(
                                                    new Part(
                                                            each.key(),
                                                            each.rows(),
                                                            each.bytes(),
                                                            each.checksum())));
                }
            }
        }
        return parts;
    }

    /// @param before the sources as the version has them that changes are added to
    private List<Manifest.LakeSource> sources(CopyRun copy, List<Manifest.LakeSource> before) {
        var sources = new ArrayList<Manifest.LakeSource>();
        for (SourceCopy each : copy.sources()) {
            String name = each.config().name();
            String folder = Objects.requireNonNull(sourceNames.get(name));
            List<String> statements = each.statements();
            sources.add(
                    new Manifest.LakeSource(
                            folder,
                            copy.points().stream()
                                    .filter(point -> point.source().equals(name))
                                    .map(ConsistencyPoint::taken)
                                    .toList(),
                            !statements.isEmpty()
                                    ? statements
                                    : before.stream()
                                            .filter(source -> source.name().equals(folder))
                                            .flatMap(source -> source.structure().stream())
                                            .toList(),
                            each.lakePosition().orElse(null)));
        }
        return sources;
    }

    /// Whether an earlier execution of this run has published its version.
    boolean isPublished() {
        return catalog.current().filter(each -> each.run().equals(String.valueOf(run))).isPresent();
    }

    /// Publishes the prepared manifest; may be repeated.
    ///
    /// @return where it is
    String commitPrepared() {
        store.read(ledgerPrefix() + "manifest")
                .ifPresent(object -> {
                    Manifest manifest = JSON.readValue(object.bytes(), Manifest.class);
                    catalog.commit(manifest, manifest.version() - 1);
                    LakeLedger.drop(store, ledgerPrefix());
                    // An execution that went through by itself has left no orphans, and finding
                    // them takes a look at every file.
                    if (fence > 1) {
                        catalog.sweep(run.toString());
                    }
                });
        Manifest current =
                catalog.current()
                        .filter(each -> each.run().equals(run.toString()))
                        .orElseThrow(() ->
                                new Failure(
                                        Failure.Kind.TARGET,
                                        "run "
                                                + run
                                                + " is not the published version of the lake "
                                                + lake.uri()));
        return lake.uri() + " version " + current.version();
    }

    @Override
    public void close() {
        store.close();
    }
}
