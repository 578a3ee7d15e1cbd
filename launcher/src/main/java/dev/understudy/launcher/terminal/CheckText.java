package dev.understudy.launcher.terminal;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.jobs.copy.SideFindings;
import dev.understudy.jobs.copy.SideFindings.Side;
import dev.understudy.jobs.copy.SideGrants;
import dev.understudy.jobs.run.CheckReport;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.Places;
import dev.understudy.preflight.Finding;
import dev.understudy.preflight.Finding.Level;
import java.util.ArrayList;
import java.util.List;

/// What was found before a run, for a terminal: a line each, and below it what to ask for.
public final class CheckText {
    private CheckText() {}

    public static List<String> lines(CheckReport report, Terminal terminal) {
        var lines = new ArrayList<String>();
        lines.add(terminal.bold(report.job() + ": " + verdict(report)));
        int width =
                report.sides().stream()
                        .flatMap(each -> each.findings().stream())
                        .mapToInt(each -> each.check().length())
                        .max()
                        .orElse(0);
        for (SideFindings side : report.sides()) {
            lines.add("");
            lines.add(
                    "  %s  %s"
                            .formatted(
                                    terminal.bold(title(side.side())),
                                    Lines.harmless(
                                            (side.source().isEmpty() ? "" : side.source() + "  ")
                                                    + Places.shown(side.place()))));
            for (Finding each : side.findings()) {
                lines.add(
                        "    %s  %s  %s"
                                .formatted(
                                        level(each.level(), terminal),
                                        Lines.left(each.check(), width),
                                        Lines.harmless(each.found())));
                for (String ask : each.ask()) {
                    lines.add(" ".repeat(12 + width) + Lines.harmless(ask) + ";");
                }
            }
        }
        return lines;
    }

    private static String verdict(CheckReport report) {
        long failed = report.count(Level.FAIL);
        long warnings = report.count(Level.WARN);
        return (failed == 0
                        ? "a run could start"
                        : "a run would fail, for " + Figures.count(failed, "reason"))
                + (warnings == 0 ? "" : "; " + Figures.count(warnings, "warning"));
    }

    private static String level(Level level, Terminal terminal) {
        return switch (level) {
            case OK -> terminal.soft("ok  ");
            case WARN -> terminal.bold("warn");
            case FAIL -> terminal.bad("FAIL");
        };
    }

    private static String title(Side side) {
        return switch (side) {
            case CONFIG -> "Config";
            case HOME -> "Home  ";
            case SOURCE -> "Source";
            case TWIN -> "Twin  ";
            case LAKE -> "Lake  ";
        };
    }

    /// A script for administrators.
    public static List<String> grants(String job, List<SideGrants> grants) {
        var lines = new ArrayList<String>();
        lines.add(
                "-- What the job %s needs, and no more. One part for each server; remarks that hold a statement are"
                        .formatted(job));
        lines.add("-- for where they apply.");
        for (SideGrants each : grants) {
            lines.add("");
            lines.add("-- %s %s".formatted(word(each.side()), Places.shown(each.place())));
            each.statements()
                    .forEach(statement -> lines.add(Lines.harmless(statement) + end(statement)));
        }
        return lines;
    }

    private static String end(String statement) {
        boolean remark = statement.startsWith("--");
        return remark && (statement.endsWith(":") || statement.endsWith(".")) ? "" : ";";
    }
}
