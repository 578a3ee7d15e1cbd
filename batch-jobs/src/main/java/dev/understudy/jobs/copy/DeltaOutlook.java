package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.change.Change;
import dev.understudy.jobs.change.Changes;
import dev.understudy.jobs.change.Description;
import dev.understudy.jobs.copy.Positions.Position;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.StagingTwin;
import dev.understudy.twin.TwinChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the next run of a job with deltas will read, by what source, twin and lake are like now.
/// Nothing is changed to find it, and no row is read.
///
/// @param since the run that changes are read from; empty if there is none
/// @param whyWhole it copies everything; empty if changes will do
/// @param unknown why nobody knows yet whether changes will do: the twin or the lake could not be
///   read
/// @param tables with rows that are copied, in the order of the plan: how deltas read them
/// @param changes of the structure since the last run
/// @param left tables that stay as they are, and why, because some of them have columns that no
///   rule decides about
public record DeltaOutlook(
        Optional<String> since,
        Optional<String> whyWhole,
        Optional<String> unknown,
        List<OfTable> tables,
        List<Change> changes,
        Map<TableName, String> left) {

    /// Which rows of a table a delta reads.
    public enum Reading {
        /// Those behind its marks.
        CHANGED,
        /// All: they are compared with the twin's, and what differs is written.
        COMPARED,
        /// All: the table is made anew in the twin, or its files in a lake alone.
        ANEW,
        /// None: the table stays as it is.
        LEFT
    }

    /// How a table is read.
    ///
    /// @param why all rows are read, or none, if that is so
    /// @param checksums columns by which rows are found that have changed although their watermarks
    ///   have not
    public record OfTable(
            TableName table,
            Reading reading,
            Optional<String> why,
            List<Watermark> watermarks,
            List<String> checksums) {
        public OfTable {
            watermarks = List.copyOf(watermarks);
            checksums = List.copyOf(checksums);
        }
    }

    /// A column with the time of a row's last change.
    ///
    /// @param indexed whether an index begins with it, so that changed rows are found by it
    public record Watermark(String column, boolean indexed) {}

    public DeltaOutlook {
        tables = List.copyOf(tables);
        changes = List.copyOf(changes);
        left = Map.copyOf(left);
    }

    /// Looks at the twins and the lake of a job.
    ///
    /// @return empty if the job has no deltas
    public static Optional<DeltaOutlook> of(SourceSide sources) {
        JobConfig config = sources.config();
        if (config.delta().isEmpty()) {
            return Optional.empty();
        }
        var look = new Look(sources);
        try {
            config.sources().forEach(look::at);
            look.decide();
        } catch (Failure e) {
            if (e.kind() == Failure.Kind.MISMATCH) {
                look.whyWhole = e.getMessage();
            } else {
                look.unknown = e.getMessage();
            }
        }
        return Optional.of(look.outlook());
    }

    /// Tables that a delta leaves as they are, and why; none where every column is decided.
    ///
    /// @throws Failure of kind MISMATCH if there is no output that a delta could change
    static Map<TableName, String> left(SourceSide sources) {
        var look = new Look(sources);
        sources.config().sources().forEach(look::at);
        return look.left();
    }

    /// What was found of a source.
    private record Seen(
            SourceConfig config,
            Position position,
            Description now,
            Changes changes,
            Optional<String> whyNotRestructured) {}

    private static final class Look {
        private final SourceSide sources;
        private final List<Seen> seen = new ArrayList<>();
        private final Map<String, DeltaScope> decided = new TreeMap<>();
        private Map<TableName, String> left = Map.of();
        private @Nullable String whyWhole;
        private @Nullable String unknown;

        Look(SourceSide sources) {
            this.sources = sources;
        }

        void at(SourceConfig config) {
            Position position =
                    Positions.read(Positions.written(config, sources, RunId.NONE), sources.keys());
            var positions = new Positions(sources, config, RunId.NONE);
            if (config.twin().isEmpty()) {
                see(config, position, positions.describe(), Optional::empty);
                return;
            }
            SourceDatabase database = sources.source(config.name()).database();
            TwinChange twin = Engines.change(config.twin().get().database(), RunId.NONE);
            try (StagingTwin session = twin.open(1)) {
                Blueprint blueprint =
                        session.blueprint(database, sources.plan().selectedOf(config.name()));
                see(
                        config,
                        position,
                        positions.describe(blueprint),
                        () -> session.whyNotRestructured(database));
            }
        }

        private void see(
                SourceConfig config,
                Position position,
                Description now,
                Supplier<Optional<String>> whyNotRestructured) {
            Changes changes = Changes.between(position.description(), now);
            seen.add(
                    new Seen(
                            config,
                            position,
                            now,
                            changes,
                            changes.none() ? Optional.empty() : whyNotRestructured.get()));
        }

        Map<TableName, String> left() {
            if (sources.plan().undecided().isEmpty()) {
                return Map.of();
            }
            var tables = new LeftTables(sources.plan());
            for (Seen each : seen) {
                tables.add(each.config().name(), each.position().description(), each.changes());
            }
            return tables.all();
        }

        void decide() {
            left = left();
            SourceSide read = sources.leaving(left);
            try (LakeOutput lake =
                    read.config().lake().map(each -> LakeOutput.look(read, each)).orElse(null)) {
                for (Seen each : seen) {
                    Position position = each.position();
                    var scope =
                            new DeltaScope(
                                    read,
                                    each.config(),
                                    lake,
                                    position,
                                    left.isEmpty() ? each.now() : position.description(),
                                    Asked.NOTHING);
                    scope.decide(each::whyNotRestructured);
                    decided.put(each.config().name(), scope);
                }
            }
        }

        private List<Change> changes() {
            var changes = new ArrayList<Change>();
            for (Seen each : seen) {
                each.changes()
                        .all()
                        .forEach(change -> changes.add(named(change, each.config().name())));
            }
            return changes;
        }

        private static Change named(Change change, String source) {
            return new Change(
                    change.table().map(each -> each.in(source)), change.effect(), change.what());
        }

        DeltaOutlook outlook() {
            var tables = new ArrayList<OfTable>();
            for (SourceConfig each : sources.config().sources()) {
                Map<TableName, List<String>> withoutIndex =
                        sources.source(each.name())
                                .database()
                                .withoutIndex(sources.plan().watermarks(each.name()));
                Optional<String> engine =
                        isForeign(each)
                                ? Optional.of("its twin is of another engine")
                                : Optional.empty();
                boolean compares = each.twin().isPresent() && engine.isEmpty();
                for (TableCopy table : sources.plan().tables(each.name())) {
                    if (!table.structureOnly()) {
                        tables.add(
                                table(
                                        table,
                                        engine.or(() -> why(each, table)),
                                        compares,
                                        withoutIndex.getOrDefault(
                                                table.name().local(), List.of())));
                    }
                }
            }
            return new DeltaOutlook(
                    seen.stream().map(each -> each.position().run()).findFirst(),
                    Optional.ofNullable(whyWhole),
                    Optional.ofNullable(unknown),
                    tables,
                    changes(),
                    left);
        }

        private Optional<String> why(SourceConfig source, TableCopy table) {
            DeltaScope scope = decided.get(source.name());
            return scope == null
                    ? DeltaScope.whyAlwaysWhole(sources.config(), source, table)
                    : scope.whyWhole(table);
        }

        private boolean isForeign(SourceConfig source) {
            SourceDatabase database = sources.source(source.name()).database();
            return source.twin()
                    .filter(each -> Engines.change(each.database(), RunId.NONE).isForeign(database))
                    .isPresent();
        }

        /// @param whyWhole all its rows are read; empty if those behind its marks are
        /// @param compares whether there is a twin that rows can be compared with
        private OfTable table(
                TableCopy table,
                Optional<String> whyWhole,
                boolean compares,
                List<String> withoutIndex) {
            DeltaScope scope = decided.get(table.name().source());
            String whyLeft = table.isUndecided() ? "no rule decides" : left.get(table.name());
            boolean anew = !compares || (scope != null && scope.isAnew(table));
            Reading reading =
                    whyLeft != null
                            ? Reading.LEFT
                            : whyWhole.isEmpty()
                                    ? Reading.CHANGED
                                    : anew ? Reading.ANEW : Reading.COMPARED;
            return new OfTable(
                    table.name(),
                    reading,
                    whyLeft == null
                            ? whyWhole
                            : Optional.of(left.getOrDefault(table.name(), whyLeft)),
                    table.watermarks().stream()
                            .map(each ->
                                    new Watermark(each.name(), !withoutIndex.contains(each.name())))
                            .toList(),
                    reading == Reading.CHANGED
                            ? table.checksumColumns(sources.config().delta().orElseThrow())
                            : List.of());
        }
    }
}
