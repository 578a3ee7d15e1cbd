package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.config.TwinConfig;
import dev.understudy.jobs.change.Change;
import dev.understudy.jobs.change.Change.Effect;
import dev.understudy.jobs.change.Changes;
import dev.understudy.jobs.change.Description;
import dev.understudy.jobs.copy.Positions.OfTable;
import dev.understudy.jobs.copy.Positions.Position;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.Manifest;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a delta makes of a source: which tables it reads behind their marks and which it reads
/// whole, by what the last run has left. Looks at no row.
final class DeltaScope {
    /// The first OID that the server gives to what users create.
    private static final int FIRST_USER_OID = 16384;

    private static final String CHANGED_BY_DELETIONS =
            "its foreign keys change rows when others are deleted, and the lake would not hear of it";

    private final SourceSide sources;
    private final SourceConfig config;
    private final @Nullable LakeOutput lake;
    private final Position position;
    private final Asked asked;
    private final Description now;
    private final Changes changes;
    private final Map<TableName, String> whole = new HashMap<>();
    private Set<TableName> changedByDeletions = Set.of();

    /// @param position that the last run has left
    /// @param now what the source is like
    /// @param asked what somebody wants of this run
    DeltaScope(
            SourceSide sources,
            SourceConfig config,
            @Nullable LakeOutput lake,
            Position position,
            Description now,
            Asked asked) {
        this.sources = sources;
        this.config = config;
        this.lake = lake;
        this.position = position;
        this.asked = asked;
        this.now = now;
        changes = Changes.between(position.description(), now);
    }

    static Failure impossible(String why) {
        return new Failure(Failure.Kind.MISMATCH, why);
    }

    /// What the outputs will be made from.
    Description now() {
        return now;
    }

    /// Where the last run stood with tables that stay as they are.
    ///
    /// @param unchanged tables that are copied, and of which nothing is to be read
    Map<String, OfTable> before(Set<TableName> unchanged) {
        if (!sources.left().isEmpty()) {
            return position.tables();
        }
        var before = new TreeMap<String, OfTable>();
        unchanged.forEach(
                each -> position.table(each).ifPresent(its -> before.put(each.toString(), its)));
        return before;
    }

    /// The tables that are read behind their marks into the structure that they have, with where
    /// the last run stood.
    Map<TableCopy, OfTable> behindMarks() {
        var tables = new LinkedHashMap<TableCopy, OfTable>();
        if (changes.none()) {
            for (TableCopy each : tables()) {
                if (!each.structureOnly() && whyWhole(each).isEmpty()) {
                    position.table(each.name().local()).ifPresent(its -> tables.put(each, its));
                }
            }
        }
        return tables;
    }

    /// What is not as it was in the run before.
    Changes changes() {
        return changes;
    }

    /// Refuses, as a failure of kind MISMATCH, what takes a twin that is made anew; finds the
    /// tables that are read whole.
    ///
    /// @param whyNotRestructured why the twin cannot come to a changed structure of the source
    void decide(Supplier<Optional<String>> whyNotRestructured) {
        if (!position.job().equals(sources.config().job())) {
            throw impossible("the %s was made by the job %s".formatted(output(), position.job()));
        }
        boolean sourceKey = config.sourcePrimaryKey();
        if (position.sourceKey() != sourceKey) {
            throw impossible(
                    "tables %s the column %s now, and had %s"
                            .formatted(
                                    sourceKey ? "get" : "lose",
                                    SourceKeyColumn.NAME,
                                    sourceKey ? "none" : "it"));
        }
        if (!changes.none()) {
            whyNotRestructured
                    .get()
                    .ifPresent(why -> {
                        throw impossible(
                                "the structure has changed (%s), and %s"
                                        .formatted(changes.all().getFirst(), why));
                    });
        }
        checkTypes();
        Optional<Manifest> published = published();
        if (published.isPresent()) {
            changedByDeletions = sources.source(config.name()).database().changedByDeletions();
        }
        for (TableCopy table : tables()) {
            if (!table.structureOnly()) {
                whyWhole(table, published).ifPresent(why -> whole.putIfAbsent(place(table), why));
            }
        }
    }

    private String output() {
        return config.twin().isPresent() ? "twin" : "lake";
    }

    /// What is not as it was in the run before, for the report.
    List<Problem> warnings() {
        Location where = config.twin().map(TwinConfig::database).orElse(config.database()).where();
        return changes.all().stream()
                .filter(each -> config.twin().isPresent() || isReloaded(each))
                .map(each ->
                        Problem.warning(
                                "structure-changed",
                                where,
                                each.toString(),
                                isReloaded(each)
                                        ? "the table was loaded in full"
                                        : "the twin has been changed alike"))
                .toList();
    }

    private boolean isReloaded(Change change) {
        return change.table().filter(changes.reload()::contains).isPresent();
    }

    private void checkTypes() {
        if (!changes.types()) {
            return;
        }
        for (TableCopy table : tables()) {
            for (Column column : table.table().copiedColumns()) {
                if (isAnew(table) && isBuilt(column.type())) {
                    throw impossible(
                            "types have changed, and column %s of %s, which is loaded in full, may be built from them (%s)"
                                    .formatted(column.name(), table.name(), column.type().sql()));
                }
            }
        }
    }

    /// Whether a type consists of others, which the twin may not have yet.
    private static boolean isBuilt(ColumnType type) {
        ColumnType plain = type.underlying();
        return switch (plain.kind()) {
            case ENUM, DOMAIN -> false;
            case BASE, ARRAY, COMPOSITE, RANGE, MULTIRANGE -> plain.oid() >= FIRST_USER_OID;
        };
    }

    /// All tables of the source.
    List<TableCopy> tables() {
        return sources.plan().tables(config.name());
    }

    /// Whether a table is made anew in the twin, because it has changed itself.
    boolean isAnew(TableCopy table) {
        return changes.reload().contains(table.name().local());
    }

    /// Why all rows of a table are read; empty if those behind its marks are.
    Optional<String> whyWhole(TableCopy table) {
        return Optional.ofNullable(whole.get(place(table)));
    }

    /// Tables all of whose rows are read by this delta, and not by every one, and why.
    Map<TableName, String> reloads() {
        var reloads = new TreeMap<TableName, String>();
        for (TableCopy table : tables()) {
            whyWhole(table)
                    .filter(why ->
                            !whyAlwaysWhole(sources.config(), config, table)
                                    .equals(Optional.of(why)))
                    .filter(why -> !why.equals(CHANGED_BY_DELETIONS))
                    .ifPresent(why -> reloads.put(table.name(), why));
        }
        return reloads;
    }

    /// Where a table's rows lie: in the lake, those of partitions lie together.
    private TableName place(TableCopy table) {
        return lake == null ? table.name() : table.lakeTable();
    }

    /// From where a table's rows are read.
    Map<String, String> marks(TableCopy table) {
        return position.table(table.name().local()).map(OfTable::marks).orElse(Map.of());
    }

    // Tables some of whose rows cannot be told apart or whose changes cannot be told, those that
    // have changed themselves, and those whose files the lake wants anew.
    private Optional<String> whyWhole(TableCopy table, Optional<Manifest> published) {
        if (isAnew(table)) {
            return Optional.of(whyAnew(table));
        }
        if (asked.tables().stream().anyMatch(table::matches)) {
            return Optional.of("asked for");
        }
        if (asked.sweep() && config.twin().isEmpty()) {
            return Optional.of("asked to find what is gone");
        }
        Optional<String> always = whyAlwaysWhole(sources.config(), config, table);
        if (always.isPresent()) {
            return always;
        }
        if (!changes.none() && !checksumColumns(sources.config(), table).isEmpty()) {
            return Optional.of("checksum columns compare values of one structure");
        }
        Set<String> watermarks = Set.copyOf(table.watermarks().stream().map(Column::name).toList());
        if (!marks(table).keySet().equals(watermarks)) {
            return Optional.of("the last run had other watermarks");
        }
        if (hasLostPartitions(table)) {
            return Optional.of("partitions of it are gone");
        }
        if (published.isEmpty()) {
            return Optional.empty();
        }
        if (changedByDeletions.contains(table.name().local())) {
            return Optional.of(CHANGED_BY_DELETIONS);
        }
        LakeOutput output = Objects.requireNonNull(lake);
        boolean sourceKey = config.sourcePrimaryKey();
        TableTarget target = TableTarget.of(table, table.name(), sourceKey);
        return output.whyOtherKey(target, table.orderKey().orElseThrow().columns())
                .or(() -> output.whyReloaded(target, published.get()));
    }

    /// Why every delta reads all rows of a table; empty if it need not.
    static Optional<String> whyAlwaysWhole(JobConfig config, SourceConfig source, TableCopy table) {
        if (table.orderKey().isEmpty()) {
            return Optional.of("it has no key");
        }
        if (table.rows().followsOthers()) {
            return Optional.of("other tables decide about its rows");
        }
        if (table.watermarks().isEmpty()) {
            return Optional.of("it has no watermark");
        }
        if (!Sweep.canSweep(table)) {
            return Optional.of("its masked key depends on other columns");
        }
        boolean checked = !checksumColumns(config, table).isEmpty();
        if (source.twin().isEmpty()) {
            return checked
                    ? Optional.of("it has checksum columns, and no twin to compare them with")
                    : config.delta().orElseThrow().sweep()
                            ? Optional.of(
                                    "without a twin, rows that are gone are only found so; sweep: false leaves them")
                            : Optional.empty();
        }
        if (!checked) {
            return Optional.empty();
        }
        if (!Sweep.keepsKey(table)) {
            return Optional.of("it has checksum columns, and a masked key");
        }
        return config.lake().isEmpty() || ChangedTwin.givesBack(table)
                ? Optional.empty()
                : Optional.of(
                        "it has checksum columns, and masked ones that a server writes in its own way");
    }

    private static List<String> checksumColumns(JobConfig config, TableCopy table) {
        return table.checksumColumns(config.delta().orElseThrow());
    }

    private String whyAnew(TableCopy table) {
        return changes.all().stream()
                .filter(each -> each.effect() == Effect.RELOAD)
                .filter(each -> each.table().equals(Optional.of(table.name().local())))
                .map(Change::what)
                .findFirst()
                .orElse("its structure has changed");
    }

    // Their rows go from the lake's files with the files. A partition that is partitioned has none.
    private boolean hasLostPartitions(TableCopy table) {
        String root = table.lakeTable().local().toString();
        return lake != null
                && position.description().tables().stream()
                        .filter(each -> each.root().equals(root) && !each.reading().isEmpty())
                        .anyMatch(each ->
                                tables().stream()
                                        .filter(now -> now.lakeTable().equals(table.lakeTable()))
                                        .noneMatch(now -> now.name().local().equals(each.table())));
    }

    /// The lake's version that changes are added to; empty without a lake.
    private Optional<Manifest> published() {
        if (lake == null) {
            return Optional.empty();
        }
        Optional<Manifest> published = lake.published();
        if (published.filter(each -> each.run().equals(position.run())).isEmpty()) {
            throw impossible(
                    "the %s is of run %s, but the lake of %s"
                            .formatted(
                                    output(),
                                    position.run(),
                                    published.map(each -> "run " + each.run()).orElse("none")));
        }
        return published;
    }
}
