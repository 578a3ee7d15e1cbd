package dev.understudy.ops.report;

import dev.understudy.jobs.copy.RunMode;
import dev.understudy.jobs.copy.UnfitCount;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunReport.Change;
import dev.understudy.jobs.run.RunReport.Scope;
import dev.understudy.jobs.run.RunReport.TableAndWhy;
import dev.understudy.jobs.run.RunReport.TableReport;
import dev.understudy.jobs.run.RunStatus;
import dev.understudy.rows.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What a report says in words, for the terminal and the web page alike.
///
/// @param headline `Run 42 of shop: done in 12.4 s`
public record ReportSentences(
        String headline, String copied, String masked, String checked, List<String> notes) {
    private static final int NAMED_TABLES = 5;

    public ReportSentences {
        notes = List.copyOf(notes);
    }

    public static ReportSentences of(RunReport report) {
        return new ReportSentences(
                headline(report), copied(report), masked(report), checked(report), notes(report));
    }

    private static String headline(RunReport report) {
        String ending =
                switch (report.status()) {
                    case DONE -> "done in ";
                    case FAILED -> "failed after ";
                    case STOPPED -> "stopped after ";
                    case RUNNING -> "running for ";
                };
        return "Run %d of %s: %s%s"
                .formatted(
                        report.run(),
                        report.job(),
                        ending,
                        Figures.millis(report.durationMillis()));
    }

    private static String copied(RunReport report) {
        long withRows = report.tables().stream().filter(each -> !each.structureOnly()).count();
        long structureOnly = report.tables().size() - withRows;
        if (report.status() != RunStatus.DONE && report.rows() == 0) {
            return "no rows yet of " + Figures.count(withRows, "table");
        }
        return "%s, %s, %s, %s rows/s%s"
                .formatted(
                        Figures.count(withRows, "table"),
                        Figures.count(report.rows(), "row"),
                        Figures.bytes(report.bytes()),
                        Figures.count(Figures.perSecond(report.rows(), report.durationMillis())),
                        structureOnly == 0
                                ? ""
                                : "; the structure of "
                                        + Figures.count(structureOnly, "more table"));
    }

    private static String masked(RunReport report) {
        long masked = report.tables().stream().mapToLong(TableReport::maskedColumns).sum();
        long kept = report.tables().stream().mapToLong(TableReport::keptColumns).sum();
        long unfit = report.tables().stream().mapToLong(TableReport::unfitValues).sum();
        String columns =
                "%s of %s%s"
                        .formatted(
                                Figures.count(masked),
                                Figures.count(masked + kept, "column"),
                                // A run that failed before its keys were derived has none.
                                report.keyId().isEmpty()
                                        ? ""
                                        : " with key "
                                                + report.keyId()
                                                + (report.epoch() == 0
                                                        ? ""
                                                        : " of epoch " + report.epoch()));
        if (unfit == 0) {
            return columns;
        }
        return columns
                + "; %s did not fit the rule and became a pseudonym of the same shape"
                        .formatted(Figures.count(unfit, "value"));
    }

    private static String checked(RunReport report) {
        List<TableReport> copied =
                report.tables().stream().filter(each -> !each.structureOnly()).toList();
        long agree = copied.stream().filter(each -> each.agrees().orElse(false)).count();
        long differ = copied.stream().filter(each -> !each.agrees().orElse(true)).count();
        long unchecked = copied.size() - agree - differ;
        var parts = new ArrayList<String>();
        if (differ > 0) {
            parts.add(
                    Figures.count(differ, "table")
                            + (differ == 1 ? " DIFFERS" : " DIFFER")
                            + " between source and outputs");
        }
        if (agree > 0) {
            parts.add("rows and checksums agree in " + Figures.count(agree, "table"));
        }
        if (unchecked > 0 || parts.isEmpty()) {
            parts.add(Figures.count(unchecked, "table") + " not checked");
        }
        return String.join("; ", parts);
    }

    private static List<String> notes(RunReport report) {
        var notes = new ArrayList<String>();
        scope(report).ifPresent(notes::add);
        List<TableAndWhy> left = report.scope().left();
        if (!left.isEmpty()) {
            notes.add("LEFT AS THEY WERE, for columns that no rule decides about: " + named(left));
        }
        List<TableAndWhy> reloads = report.scope().reloads();
        if (!reloads.isEmpty()) {
            notes.add("loaded in full: " + named(reloads));
        }
        if (report.executions() > 1) {
            notes.add(
                    "the run was restarted: it took "
                            + Figures.count(report.executions(), "execution"));
        }
        if (report.snapshots() > 1) {
            notes.add(
                    "a restart had to open another snapshot of the source: the rows come from %d points in time"
                            .formatted(report.snapshots()));
        }
        counted(report, TableReport::pulledRows, "rows that came because others reference them: ")
                .ifPresent(notes::add);
        counted(
                        report,
                        TableReport::nullifiedKeys,
                        "foreign keys that became NULL because their row is left out: ")
                .ifPresent(notes::add);
        note(
                        report.tables().stream().filter(TableReport::mixed).toList(),
                        "rows of different points in time stand side by side in one table: ")
                .ifPresent(notes::add);
        note(
                        report.tables().stream().filter(TableReport::countedAsSent).toList(),
                        "not counted in the source once more, because the snapshot is gone, but compared with what was read from it: ")
                .ifPresent(notes::add);
        report.tables().forEach(table -> notes.addAll(unfit(table)));
        return notes;
    }

    private static Optional<String> scope(RunReport report) {
        Scope scope = report.scope();
        if (scope.mode() == RunMode.WHOLE) {
            return scope.why().map(why -> "everything was copied: " + why);
        }
        List<Change> changes = scope.changes();
        if (changes.isEmpty()) {
            return Optional.of("what had changed since the run before was copied");
        }
        long tables =
                changes.stream()
                        .filter(each -> each.updated() + each.inserted() + each.deleted() > 0)
                        .count();
        return Optional.of(
                "since the run before: %s updated, %s inserted, %s deleted, in %s"
                        .formatted(
                                Figures.count(
                                        changes.stream().mapToLong(Change::updated).sum(), "row"),
                                Figures.count(changes.stream().mapToLong(Change::inserted).sum()),
                                Figures.count(changes.stream().mapToLong(Change::deleted).sum()),
                                Figures.count(tables, "table")));
    }

    /// What the values looked like that did not fit, a sentence a column.
    private static List<String> unfit(TableReport table) {
        return table.unfitCounts().stream()
                .collect(
                        Collectors.groupingBy(
                                UnfitCount::column,
                                TreeMap::new,
                                Collectors.mapping(
                                        each ->
                                                "%s (%s)"
                                                        .formatted(
                                                                each.shape().isBlank()
                                                                        ? "blank"
                                                                        : each.shape(),
                                                                Figures.count(each.values())),
                                        Collectors.joining(", "))))
                .entrySet()
                .stream()
                .map(each ->
                        "%s.%s: shapes of values that did not fit: %s"
                                .formatted(table.table(), each.getKey(), each.getValue()))
                .toList();
    }

    private static Optional<String> counted(
            RunReport report, ToLongFunction<TableReport> count, String text) {
        return note(
                report.tables().stream().filter(each -> count.applyAsLong(each) > 0).toList(),
                text,
                each -> Figures.count(count.applyAsLong(each)) + " of " + each.table());
    }

    private static Optional<String> note(List<TableReport> tables, String text) {
        return note(tables, text, TableReport::table);
    }

    private static Optional<String> note(
            List<TableReport> tables, String text, Function<TableReport, String> shown) {
        return tables.isEmpty() ? Optional.empty() : Optional.of(text + named(tables, shown));
    }

    private static String named(List<TableAndWhy> tables) {
        return named(tables, each -> each.table() + " (" + each.why() + ")");
    }

    private static <T> String named(List<T> tables, Function<T, String> shown) {
        String named =
                tables.stream().limit(NAMED_TABLES).map(shown).collect(Collectors.joining(", "));
        int more = tables.size() - NAMED_TABLES;
        return named + (more > 0 ? " and " + Figures.count(more, "more table") : "");
    }

    /// How the check of a table ended, in a word or two.
    public static String check(TableReport table) {
        if (table.countedAsSent() && table.agrees().orElse(false)) {
            return "agrees as sent";
        }
        return table.agrees().map(agrees -> agrees ? "agrees" : "DIFFERS").orElse("not checked");
    }

    /// Whose failure it is, as the documentation calls the sides.
    public static String side(Failure.Kind kind) {
        return kind == Failure.Kind.TARGET ? "twin or lake" : word(kind);
    }

    /// An enum's constant as people and JSON see it: `done`, `structure`.
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
