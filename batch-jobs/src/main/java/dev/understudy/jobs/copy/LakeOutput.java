package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.LakeConfig;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.LakeCatalog;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/// The lake of a run. Thread-safe.
final class LakeOutput implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// A part is closed at the first checkpoint behind this size. What a restart repeats of a split
    /// is at most one part.
    private static final long PART_BYTES = 64L << 20;

    private static final long QUICKLY_READ_BYTES = 64L << 20;

    private final ObjectStore store;
    private final LakeCatalog catalog;
    private final LakeConfig lake;
    private final JobConfig config;
    private final Map<String, String> sourceNames;
    private final RunId run;
    private final long fence;
    private final PartOptions options;
    private final Map<TableName, Set<String>> textColumns;

    private LakeOutput(
            ObjectStore store,
            LakeConfig lake,
            JobConfig config,
            Map<String, String> sourceNames,
            Map<TableName, Set<String>> textColumns,
            RunId run,
            long fence) {
        this.store = store;
        this.lake = lake;
        this.config = config;
        this.sourceNames = sourceNames;
        this.textColumns = textColumns;
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
            return new LakeOutput(
                    store,
                    lake,
                    config,
                    sourceNames(source),
                    textColumns(source, lake),
                    run,
                    fence);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
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
    private static Map<TableName, Set<String>> textColumns(SourceSide sources, LakeConfig lake) {
        var found = new HashMap<TableName, Set<String>>();
        for (SourceConfig each : sources.config().sources()) {
            findTextColumns(
                    sources.plan().tables(each.name()),
                    lake,
                    sources.source(each.name()).database(),
                    found);
        }
        return found;
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
    Ledger ledger(String source, Sealer sealer) {
        String prefix = source.isEmpty() ? ledgerPrefix() : ledgerPrefix() + source + "/";
        return new LakeLedger(store, prefix, fence, sealer);
    }

    /// Columns of a table of the lake that are stored as text though they have a better type.
    Set<String> textColumns(TableName lakeTable) {
        return new TreeSet<>(textColumns.getOrDefault(lakeTable, Set.of()));
    }

    private PartOptions options(TableName lakeTable) {
        return options.withTextColumns(textColumns.getOrDefault(lakeTable, Set.of()));
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
                PartWriter.open(store, key, piece.target.written(), options(table)), PART_BYTES);
    }

    /// Compares the footers of all parts with what the checkpoints say of them, and writes the
    /// manifest where only a restart of this run looks for it; it holds everything that publishing
    /// needs.
    void prepareCommit(CopyRun copy, MaskingKeys keys, Instant now) {
        Map<PieceId, Checkpoint> checkpoints = copy.durable();
        var shapes = new LinkedHashMap<TableName, RowShape>();
        var parts = new HashMap<TableName, List<Part>>();
        for (TableCopy table : copy.plan().tables()) {
            if (!table.structureOnly()) {
                List<RowColumn> columns = copy.target(table.name()).written().columns();
                shapes.putIfAbsent(
                        table.lakeTable(), new RowShape(table.lakeTable().local(), columns));
            }
        }
        for (Split split : copy.splits()) {
            for (int i = 0; i < split.pieces().size(); i++) {
                TableName table = copy.target(split.pieces().get(i).table()).table().lakeTable();
                Checkpoint checkpoint = checkpoints.get(new PieceId(split.number(), i));
                if (checkpoint != null) {
                    checkpoint
                            .parts()
                            .forEach(each ->
                                    parts.computeIfAbsent(table, name -> new ArrayList<>())
                                            .add(
                                                    new Part(
                                                            each.key(),
                                                            each.rows(),
                                                            each.bytes(),
                                                            each.checksum())));
                }
            }
        }
        var tables = new ArrayList<Manifest.LakeTable>();
        shapes.forEach((name, shape) ->
                tables.add(
                        Manifest.LakeTable.of(
                                folder(name),
                                shape,
                                options(name),
                                parts.getOrDefault(name, List.of()))));
        var manifest =
                new Manifest(
                        Manifest.FORMAT,
                        catalog.current().map(Manifest::version).orElse(0L) + 1,
                        config.job(),
                        run.toString(),
                        now,
                        config.hash(),
                        keys.id(),
                        keys.epoch(),
                        tables,
                        sources(copy));
        catalog.verify(manifest);
        byte[] json = JSON.writeValueAsBytes(manifest);
        try (var upload = store.create(ledgerPrefix() + "manifest")) {
            upload.write(json, 0, json.length);
            upload.commit();
        }
    }

    private List<Manifest.LakeSource> sources(CopyRun copy) {
        var sources = new ArrayList<Manifest.LakeSource>();
        for (SourceCopy each : copy.sources()) {
            String name = each.config().name();
            TwinStructure structure = each.structure();
            sources.add(
                    new Manifest.LakeSource(
                            Objects.requireNonNull(sourceNames.get(name)),
                            copy.points().stream()
                                    .filter(point -> point.source().equals(name))
                                    .map(ConsistencyPoint::taken)
                                    .toList(),
                            structure == null ? List.of() : structure.statements()));
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
