package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.change.Change;
import dev.understudy.jobs.copy.Positions.Position;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.StagingTwin;
import dev.understudy.twin.TwinChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the next run of a job with deltas will read, by what source, twin and lake are like now.
/// Nothing is changed to find it, and no row is read.
///
/// @param whyWhole it copies everything; empty if changes will do
/// @param unknown why nobody knows yet whether changes will do: the twin or the lake could not be
///   read
/// @param tables with rows that are copied, in the order of the plan: how deltas read them
/// @param changes of the structure since the last run
public record DeltaOutlook(
        Optional<String> whyWhole,
        Optional<String> unknown,
        List<OfTable> tables,
        List<Change> changes) {
    private static final RunId NOBODY = new RunId(0, "00000000");

    /// Which rows of a table a delta reads.
    public enum Reading {
        /// Those behind its marks.
        CHANGED,
        /// All: they are compared with the twin's, and what differs is written.
        COMPARED,
        /// All: the table is made anew in the twin.
        ANEW
    }

    /// How a table is read.
    ///
    /// @param why all rows are, if they are
    public record OfTable(
            TableName table, Reading reading, Optional<String> why, List<Watermark> watermarks) {
        public OfTable {
            watermarks = List.copyOf(watermarks);
        }
    }

    /// A column with the time of a row's last change.
    ///
    /// @param indexed whether an index begins with it, so that changed rows are found by it
    public record Watermark(String column, boolean indexed) {}

    public DeltaOutlook {
        tables = List.copyOf(tables);
        changes = List.copyOf(changes);
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
        try (LakeOutput lake =
                config.lake().map(each -> LakeOutput.look(sources, each)).orElse(null)) {
            for (SourceConfig each : config.sources()) {
                look.at(each, lake);
            }
        } catch (Failure e) {
            look.unknown = e.getMessage();
        }
        return Optional.of(look.outlook());
    }

    private static final class Look {
        private final SourceSide sources;
        private final List<Change> changes = new ArrayList<>();
        private final Map<String, DeltaScope> decided = new TreeMap<>();
        private @Nullable String whyWhole;
        private @Nullable String unknown;

        Look(SourceSide sources) {
            this.sources = sources;
        }

        void at(SourceConfig config, @Nullable LakeOutput lake) {
            SourceDatabase database = sources.source(config.name()).database();
            Optional<String> whyNot = ChangedTwin.whyNot(config, database, NOBODY);
            if (whyNot.isPresent()) {
                whole(whyNot.get());
                return;
            }
            try {
                look(config, database, lake);
            } catch (Failure e) {
                if (e.kind() != Failure.Kind.MISMATCH) {
                    throw e;
                }
                whole(String.valueOf(e.getMessage()));
            }
        }

        private void whole(String why) {
            whyWhole = Objects.requireNonNullElse(whyWhole, why);
        }

        private void look(SourceConfig config, SourceDatabase database, @Nullable LakeOutput lake) {
            TwinChange twin = Engines.change(config.twin().orElseThrow().database(), NOBODY);
            Position position = Positions.read(twin.position().orElseThrow().content());
            try (StagingTwin session = twin.open(1)) {
                var positions = new Positions(sources, config, NOBODY);
                var scope =
                        new DeltaScope(
                                sources,
                                config,
                                lake,
                                position,
                                positions.describe(
                                        session.blueprint(
                                                database,
                                                each ->
                                                        sources.plan()
                                                                .selected()
                                                                .contains(each.in(config.name())))),
                                List.of());
                scope.changes().all().forEach(each -> changes.add(named(each, config.name())));
                scope.decide(() -> session.whyNotRestructured(database));
                decided.put(config.name(), scope);
            }
        }

        private static Change named(Change change, String source) {
            return new Change(
                    change.table().map(each -> each.in(source)), change.effect(), change.what());
        }

        DeltaOutlook outlook() {
            var tables = new ArrayList<OfTable>();
            for (SourceConfig each : sources.config().sources()) {
                Map<TableName, List<String>> withoutIndex = withoutIndex(each.name());
                for (TableCopy table : sources.plan().tables(each.name())) {
                    if (!table.structureOnly()) {
                        tables.add(
                                table(
                                        table,
                                        withoutIndex.getOrDefault(
                                                table.name().local(), List.of())));
                    }
                }
            }
            return new DeltaOutlook(
                    Optional.ofNullable(whyWhole), Optional.ofNullable(unknown), tables, changes);
        }

        private Map<TableName, List<String>> withoutIndex(String source) {
            var watermarks = new TreeMap<TableName, List<Column>>();
            sources.plan().tables(source).stream()
                    .filter(each -> !each.watermarks().isEmpty())
                    .forEach(each -> watermarks.put(each.name().local(), each.watermarks()));
            return sources.source(source).database().withoutIndex(watermarks);
        }

        private OfTable table(TableCopy table, List<String> withoutIndex) {
            DeltaScope scope = decided.get(table.name().source());
            Optional<String> why =
                    scope == null ? DeltaScope.whyAlwaysWhole(table) : scope.whyWhole(table);
            Reading reading =
                    scope != null && scope.isAnew(table)
                            ? Reading.ANEW
                            : why.isPresent() ? Reading.COMPARED : Reading.CHANGED;
            return new OfTable(
                    table.name(),
                    reading,
                    why,
                    table.watermarks().stream()
                            .map(each ->
                                    new Watermark(each.name(), !withoutIndex.contains(each.name())))
                            .toList());
        }
    }
}
