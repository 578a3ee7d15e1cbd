package dev.understudy.launcher.terminal;

import dev.understudy.config.Problem;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunReport.TableReport;
import dev.understudy.jobs.run.RunStatus;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.Places;
import dev.understudy.ops.report.ReportSentences;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A run's report for a terminal.
public final class ReportText {
    private static final int SHOWN_TABLES = 15;

    private ReportText() {}

    /// @param next what to type next, each line a command
    public static List<String> lines(RunReport report, List<String> next, Terminal terminal) {
        ReportSentences sentences = ReportSentences.of(report);
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add(
                switch (report.status()) {
                    case DONE -> terminal.good(sentences.headline());
                    case FAILED, STOPPED -> terminal.bad(sentences.headline());
                    case RUNNING -> terminal.bold(sentences.headline());
                });
        report.failure()
                .ifPresent(failure ->
                        lines.add(
                                "  %s: %s"
                                        .formatted(
                                                ReportSentences.side(failure.kind()),
                                                failure.message())));
        lines.add("");
        lines.add("  Copied   " + sentences.copied());
        lines.add("  Masked   " + sentences.masked());
        lines.add("  Checked  " + sentences.checked());
        for (RunReport.SourceReport each : report.sources()) {
            each.twin()
                    .ifPresent(twin -> lines.add("  Twin     " + each.named(Places.shown(twin))));
        }
        report.lake().ifPresent(lake -> lines.add("  Lake     " + Places.shown(lake)));
        sentences.notes().forEach(note -> lines.add("  Note     " + Lines.harmless(note)));
        tables(report, lines, terminal);
        list("Not carried into the twin", report.notCarried(), lines, terminal);
        list(
                "Warnings",
                report.warnings().stream()
                        .map(each ->
                                "[%s] %s; %s%s"
                                        .formatted(
                                                each.id(),
                                                each.message(),
                                                each.severity() == Problem.Severity.ACKNOWLEDGED
                                                        ? "acknowledged: "
                                                        : "",
                                                each.hint()))
                        .toList(),
                lines,
                terminal);
        list("Next", next, lines, terminal);
        return lines;
    }

    private static void tables(RunReport report, List<String> lines, Terminal terminal) {
        if (report.status() != RunStatus.DONE && report.rows() == 0) {
            return;
        }
        List<TableReport> largest =
                report.tables().stream()
                        .filter(each -> !each.structureOnly())
                        .sorted(Comparator.comparingLong(TableReport::sourceRows).reversed())
                        .toList();
        if (largest.isEmpty()) {
            return;
        }
        var table =
                new TextTable("table", ">rows", ">size", ">masked", ">kept", ">rows/s", "check");
        largest.stream()
                .limit(SHOWN_TABLES)
                .forEach(each ->
                        table.row(
                                Lines.harmless(each.table()),
                                Figures.count(each.sourceRows()),
                                Figures.bytes(each.bytes()),
                                Integer.toString(each.maskedColumns()),
                                Integer.toString(each.keptColumns()),
                                Figures.count(Figures.perSecond(each.sourceRows(), each.millis())),
                                ReportSentences.check(each)));
        lines.add("");
        List<String> drawn = table.lines();
        lines.add(terminal.soft(drawn.getFirst()));
        lines.addAll(drawn.subList(1, drawn.size()));
        if (largest.size() > SHOWN_TABLES) {
            lines.add("  and " + Figures.count(largest.size() - SHOWN_TABLES, "smaller table"));
        }
    }

    private static void list(
            String title, List<String> items, List<String> lines, Terminal terminal) {
        if (items.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("  " + terminal.bold(title));
        items.forEach(each -> lines.add("    " + Lines.harmless(each)));
    }

    /// What to type after a run, with paths as they are typed.
    public static List<String> next(RunReport report, String htmlReport) {
        var next = new ArrayList<String>();
        if (report.status() == RunStatus.DONE) {
            report.sources().stream()
                    .flatMap(each -> each.twin().stream())
                    .map(Places::shown)
                    .filter(twin -> twin.startsWith("jdbc:postgresql://"))
                    .forEach(twin ->
                            next.add(
                                    "psql "
                                            + twin.substring("jdbc:".length())
                                            + "   # and -U with a user of the twin"));
        } else {
            next.add(
                    "understudy restart " + report.run() + "   # goes on from the last checkpoint");
        }
        next.add("understudy show " + report.run());
        if (!htmlReport.isEmpty()) {
            next.add(Path.of(htmlReport).toUri().toString());
        }
        return next;
    }
}
