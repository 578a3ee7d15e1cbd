package dev.understudy.jobs.plan;

import dev.understudy.config.ColumnPattern;
import dev.understudy.config.Concern;
import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Spelling;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.jobs.plan.ColumnGraph.Node;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.schema.Column;
import dev.understudy.schema.Database;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.ColumnStatistics;
import dev.understudy.source.SourceDatabase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// Reads the sources' structure, decides about every table and column, and binds every rule once,
/// so that whatever does not fit is refused here.
public final class Planner {
    private static final Comparator<TableCopy> LARGEST_FIRST =
            Comparator.comparingLong((TableCopy each) -> -each.table().bytes())
                    .thenComparing(TableCopy::name);

    private Planner() {}

    /// Plans a job as if it were run now.
    ///
    /// @param history what the job was run with so far
    /// @param sources by their names in the config, in its order
    /// @throws ConfigProblems with everything that does not fit, at once
    public static Plan plan(
            JobConfig config,
            MaskingKeys keys,
            KeyHistory history,
            Map<String, ? extends SourceDatabase> sources) {
        var clocks = new HashMap<String, Instant>();
        sources.forEach((name, source) -> clocks.put(name, source.clock()));
        return plan(config, keys, history, sources, clocks);
    }

    /// Plans a job. Reads the sources' catalogs, and rows only to count foreign keys whose rows
    /// would be left out.
    ///
    /// @param history what the job was run with so far
    /// @param sources by their names in the config, in its order
    /// @param clocks when windows end, by the names of the sources
    /// @throws ConfigProblems with everything that does not fit, at once
    public static Plan plan(
            JobConfig config,
            MaskingKeys keys,
            KeyHistory history,
            Map<String, ? extends SourceDatabase> sources,
            Map<String, Instant> clocks) {
        var known = new ArrayList<KnownSource>();
        sources.forEach((name, source) -> {
            KnownSource each =
                    KnownSource.of(name, source, Objects.requireNonNull(clocks.get(name), name));
            // Otherwise the first hour's rows would be copied before the table is reached that may
            // not be read; and rules would be blamed for columns that a server hides.
            source.checkReadable(selectedColumns(config, each.tables()));
            known.add(each);
        });
        return plan(config, keys, history, LocalDate.now(ZoneOffset.UTC), known);
    }

    /// Plans a job on structures that were read before.
    ///
    /// @param today see {@link ProfileRules}
    static Plan plan(
            JobConfig config,
            MaskingKeys keys,
            KeyHistory history,
            LocalDate today,
            List<KnownSource> sources) {
        var findings = new Findings(config.acknowledged());
        for (KnownSource each : sources) {
            each.caveat()
                    .ifPresent(why ->
                            findings.warn(
                                    "several-points-in-time",
                                    Optional.empty(),
                                    (each.name().isEmpty() ? "" : each.name() + ": ") + why,
                                    "rows that reference each other may not fit together"));
        }
        Database database =
                new Database(sources.stream().flatMap(each -> each.tables().stream()).toList());
        var profiles = new ProfileRules(config, today);
        Selection selection = Selection.of(config.tables(), database, findings);
        Decider decider = Decider.decide(config, database, selection, profiles, findings);
        Binder binder = Binder.bind(decider, keys, findings);

        RowChooser rows =
                RowChooser.choose(config, database, selection, decider, sources, findings);
        var agreement = new Agreement(binder, findings);
        decider.graph().nodes().forEach(agreement::examine);
        history.problems(config, keys).forEach(findings::add);
        warnOfEpoch(keys, history, findings);
        var weaknesses = new Weaknesses(profiles, statistics(sources), binder, findings);
        for (Node node : decider.graph().nodes()) {
            decider.verdict(node).ifPresent(verdict -> weaknesses.examine(node, verdict));
        }
        findings.refuseUnusedAcknowledgements(
                decider.graph().nodes().stream().map(node -> node.path).toList());
        for (KnownSource each : sources) {
            checkPartitionKeys(each.partitionKeys(), decider, findings);
        }
        var checks = new HashMap<String, Checks>();
        for (KnownSource each : sources) {
            checks.put(each.name(), new Checks(each.probe(), keys, decider, findings));
        }
        var watermarks = new Watermarks(config.delta(), findings);
        var copies = new ArrayList<TableCopy>();
        for (TableName name : selection.selected()) {
            Table table = database.table(name).orElseThrow();
            if (selection.copiesRows(name)) {
                checkReferencedRows(table, config, database, selection, decider, findings);
                binder.checkKeys(table);
                Objects.requireNonNull(checks.get(name.source()))
                        .examine(table, binder.masked(table));
            }
            if (!table.partitioned()) {
                copies.add(copy(table, database, selection, binder, watermarks, rows));
            }
        }
        for (TableName name : selection.selected()) {
            if (selection.copiesRows(name)) {
                Table table = database.table(name).orElseThrow();
                Checks those = Objects.requireNonNull(checks.get(name.source()));
                those.examineRows(table, binder.masked(table));
                those.examineConditions(table, binder.masked(table));
            }
        }
        watermarks.refuseUnmatched();
        config.lake()
                .ifPresent(lake ->
                        expectMatches(
                                "text",
                                lake.text(),
                                "column that is copied",
                                copies,
                                table ->
                                        table.columns().stream()
                                                .map(each -> each.column().name())
                                                .toList(),
                                findings));
        config.delta()
                .ifPresent(delta ->
                        expectMatches(
                                "checksum-columns",
                                delta.checksums(),
                                "kept column outside of the key of a table with watermarks",
                                copies,
                                table -> table.checksumColumns(delta),
                                findings));
        if (findings.hasErrors()) {
            throw new ConfigProblems(config.file(), findings.all());
        }
        return new Plan(
                config,
                database,
                copies.stream().sorted(LARGEST_FIRST).toList(),
                selection.selected(),
                selection.excluded(),
                findings.all(),
                decider.undecided(),
                sources.stream().map(KnownSource::product).toList());
    }

    private static Map<TableName, Map<String, ColumnStatistics>> statistics(
            List<KnownSource> sources) {
        var all = new HashMap<TableName, Map<String, ColumnStatistics>>();
        sources.forEach(each -> all.putAll(each.statistics()));
        return all;
    }

    /// Whether a job copies a table, by its name alone. Of a partition its root must be asked.
    public static boolean isSelected(JobConfig config, TableName table) {
        return Selection.wants(config.tables(), table);
    }

    /// What a job reads of one of its sources, whether its columns are decided or not: the columns
    /// of each table with rows of its own; none of a table whose rows stay behind.
    ///
    /// @param tables of the source, named with it
    public static Map<TableName, List<String>> selectedColumns(
            JobConfig config, Collection<Table> tables) {
        Selection selection =
                Selection.of(
                        config.tables(), new Database(tables), new Findings(config.acknowledged()));
        var columns = new LinkedHashMap<TableName, List<String>>();
        for (Table table : tables) {
            if (selection.selected().contains(table.name()) && !table.partitioned()) {
                columns.put(
                        table.name().local(),
                        selection.copiesRows(table.name())
                                ? table.copiedColumns().stream().map(Column::name).toList()
                                : List.of());
            }
        }
        return columns;
    }

    /// Whether a job reads changes of one of its sources by times of change, its columns decided or
    /// not.
    ///
    /// @param columns see {@link #selectedColumns}
    public static boolean readsByTime(
            JobConfig config, Collection<Table> tables, Map<TableName, List<String>> columns) {
        var watermarks = new Watermarks(config.delta(), new Findings(config.acknowledged()));
        return tables.stream()
                .filter(each -> !columns.getOrDefault(each.name().local(), List.of()).isEmpty())
                .anyMatch(each -> !watermarks.of(each).isEmpty());
    }

    private static TableCopy copy(
            Table table,
            Database database,
            Selection selection,
            Binder binder,
            Watermarks watermarks,
            RowChooser chooser) {
        Table root = table.partitionRoot().flatMap(database::table).orElse(table);
        boolean rows = selection.copiesRows(table.name());
        ChosenRows chosen = rows ? chooser.of(table) : ChosenRows.ALL;
        List<Column> marks = rows ? watermarks.of(table) : List.of();
        return new TableCopy(
                table,
                root.name(),
                rows ? binder.decisions(table, root) : List.of(),
                rows ? binder.subjects(table) : List.of(),
                // Rows of other tables decide about its rows, too.
                chosen.followsOthers() ? List.of() : marks,
                chosen,
                rows ? OrderKeys.of(table) : Optional.<Key>empty(),
                !rows);
    }

    /// @param setting the patterns' name in the config
    /// @param meant what they must match
    /// @param columns those that are meant, of a table
    private static void expectMatches(
            String setting,
            List<ColumnPattern> patterns,
            String meant,
            List<TableCopy> copies,
            Function<TableCopy, List<String>> columns,
            Findings findings) {
        for (ColumnPattern pattern : patterns) {
            boolean matches =
                    copies.stream()
                            .anyMatch(table ->
                                    columns.apply(table).stream()
                                            .anyMatch(each -> table.matches(pattern, each)));
            if (!matches) {
                List<String> known =
                        copies.stream()
                                .flatMap(table ->
                                        columns.apply(table).stream()
                                                .map(each -> table.lakeTable() + "." + each))
                                .distinct()
                                .toList();
                findings.error(
                        "pattern-matches-nothing",
                        Optional.of(pattern.where()),
                        "%s: %s matches no %s".formatted(setting, pattern.text(), meant),
                        Spelling.closest(pattern.text(), known)
                                .map(near -> "did you mean %s?".formatted(near))
                                .orElse("remove it, or correct its name; case counts"));
            }
        }
    }

    private static void warnOfEpoch(MaskingKeys keys, KeyHistory history, Findings findings) {
        history.laterEpoch(keys)
                .ifPresent(use ->
                        findings.concern(
                                Concern.EPOCH_REUSED,
                                "epoch %d makes key %s again, after %s has used key %s of a later epoch"
                                        .formatted(
                                                keys.epoch(), keys.id(), use.by(), use.keyId())));
    }

    /// Rows are copied from partition to partition, so they must still belong there.
    private static void checkPartitionKeys(
            Map<TableName, List<String>> partitionKeys, Decider decider, Findings findings) {
        partitionKeys.forEach((table, columns) -> {
            for (String column : columns) {
                decider.verdict(table, column)
                        .filter(each -> !each.keeps())
                        .ifPresent(verdict ->
                                findings.error(
                                        "partition-key-masked",
                                        verdict.where(),
                                        "%s.%s: the rule %s would move rows to other partitions of %s"
                                                .formatted(table, column, verdict.rule(), table),
                                        "%s: %s if everybody may see its values; else leave %s out, or copy its structure alone"
                                                .formatted(
                                                        decider.decisive(
                                                                        new ColumnPath(
                                                                                table, column))
                                                                .asPattern(),
                                                        PersonalNames.KEEP_FOR_A_REASON,
                                                        table)));
            }
        });
    }

    /// Rows that reference rows which stay behind would break their foreign key.
    private static void checkReferencedRows(
            Table table,
            JobConfig config,
            Database database,
            Selection selection,
            Decider decider,
            Findings findings) {
        for (ForeignKey key : Selection.ownForeignKeys(table, database)) {
            boolean masksToNull =
                    key.columns().stream()
                            .flatMap(each -> decider.verdict(table.name(), each).stream())
                            .anyMatch(each -> Decider.masksToNull(each.rule()));
            if (selection.structureOnly().contains(key.referenced()) && !masksToNull) {
                Table referenced = database.table(key.referenced()).orElseThrow();
                findings.error(
                        "foreign-key-to-structure-only",
                        Selection.whereStructureOnly(config.tables(), referenced),
                        "%s comes without rows, but rows of %s reference it by %s"
                                .formatted(key.referenced(), table.name(), key.name()),
                        "copy its rows, make %s structure-only too, or mask %s to null"
                                .formatted(
                                        table.name(),
                                        new ColumnPath(table.name(), key.columns().getFirst())));
            }
        }
    }
}
