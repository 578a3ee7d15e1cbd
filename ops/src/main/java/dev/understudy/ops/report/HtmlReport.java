package dev.understudy.ops.report;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunReport.TableReport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A run's report as one HTML page that needs nothing else: no script, no style and no picture from
/// elsewhere, so that it can be mailed, archived or attached to a ticket. It is well-formed XML
/// too.
public final class HtmlReport {
    private static final int CHARTED_TABLES = 20;

    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ink: #1d2733; --soft: #5c6b7a; --paper: #ffffff; --card: #f4f6f8;
              --line: #dde3e9; --one: #2f6f9f; --two: #a9bfd0; --good: #1f7a4d; --bad: #b3261e; --warn: #8a5a00; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #9fb0c0; --paper: #12181f;
              --card: #1b242d; --line: #2f3b47; --one: #6db3e2; --two: #40566a; --good: #5fc592; --bad: #ff8a80;
              --warn: #f0b95b; } }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 70rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
              color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
            h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
            .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
            .warn { color: var(--warn); }
            .box { border-left: 4px solid var(--bad); background: var(--card); padding: .75rem 1rem; margin: 1rem 0; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 1.25rem 0; }
            dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
            .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
            th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
              white-space: nowrap; font-variant-numeric: tabular-nums; }
            th { color: var(--soft); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
            svg { display: block; width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 12px; }
            svg .label { fill: var(--soft); } .one { fill: var(--one); } .two { fill: var(--two); }
            .key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .35em 0 1em; }
            .phase-plan { fill: #5b8db8; } .phase-structure { fill: #7aa874; } .phase-copy { fill: #2f6f9f; } .phase-constraints { fill: #b98b3e; }
            .phase-check { fill: #8a6fb0; } .phase-publish { fill: #c0655a; } .phase-done { fill: #888888; }
            li { margin: .3rem 0; overflow-wrap: anywhere; }
            """;

    private final RunReport report;
    private final StringBuilder html = new StringBuilder(1 << 14);

    private HtmlReport(RunReport report) {
        this.report = report;
    }

    /// The page of a run.
    public static String of(RunReport report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        ReportSentences sentences = ReportSentences.of(report);
        html.append(
                "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n");
        html.append("<meta charset=\"utf-8\"/>\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        html.append("<title>").append(escape(sentences.headline())).append("</title>\n");
        html.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
        header(sentences);
        failure();
        facts(sentences);
        phases();
        rates();
        columns();
        tables();
        list("Not carried into the twin", report.notCarried());
        list("Warnings", report.warnings().stream().map(HtmlReport::sentence).toList());
        html.append("</body>\n</html>\n");
        return html.toString();
    }

    private void header(ReportSentences sentences) {
        String tone =
                switch (report.status()) {
                    case DONE -> "good";
                    case FAILED -> "bad";
                    case STOPPED, RUNNING -> "warn";
                };
        html.append("<h1 class=\"%s\">%s</h1>\n".formatted(tone, escape(sentences.headline())));
        html.append(
                "<p class=\"soft\">Started %s%s. Config %s, hash %s.</p>\n"
                        .formatted(
                                escape(second(report.started())),
                                report.ended()
                                        .map(each -> ", ended " + escape(second(each)))
                                        .orElse(""),
                                escape(report.configFile()),
                                escape(start(report.configHash()))));
    }

    private static String second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void failure() {
        report.failure()
                .ifPresent(failure ->
                        html.append(
                                "<div class=\"box\"><strong class=\"bad\">%s</strong><br/>%s</div>\n"
                                        .formatted(
                                                escape(ReportSentences.side(failure.kind())),
                                                escape(failure.message()))));
    }

    private void facts(ReportSentences sentences) {
        html.append("<dl>\n");
        fact("Copied", sentences.copied());
        fact("Masked", sentences.masked());
        fact("Checked", sentences.checked());
        for (RunReport.SourceReport each : report.sources()) {
            fact("Source", each.named(Places.shown(each.place())));
            each.twin().ifPresent(twin -> fact("Twin", each.named(Places.shown(twin))));
        }
        report.lake().ifPresent(lake -> fact("Lake", Places.shown(lake)));
        sentences.notes().forEach(note -> fact("Note", note));
        html.append("</dl>\n");
    }

    private void fact(String name, String text) {
        html.append("<dt>%s</dt><dd>%s</dd>\n".formatted(escape(name), escape(text)));
    }

    private void phases() {
        Map<Phase, Long> millis = new TreeMap<>(report.phaseMillis());
        millis.values().removeIf(each -> each <= 0);
        long all = millis.values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            return;
        }
        html.append("<h2>Where the time went</h2>\n");
        html.append("<svg viewBox=\"0 0 1000 28\" role=\"img\" aria-label=\"Time by phase\">\n");
        double x = 0;
        for (var each : millis.entrySet()) {
            double width = 1000.0 * each.getValue() / all;
            html.append(
                    "<rect class=\"phase-%s\" x=\"%s\" y=\"0\" width=\"%s\" height=\"28\"><title>%s %s</title></rect>\n"
                            .formatted(
                                    word(each.getKey()),
                                    decimal(x),
                                    decimal(width),
                                    word(each.getKey()),
                                    Figures.millis(each.getValue())));
            x += width;
        }
        html.append("</svg>\n<p>");
        millis.forEach((phase, spent) ->
                html.append(
                        "<svg class=\"key\" viewBox=\"0 0 10 10\" style=\"width:.8em;display:inline-block\"><rect class=\"phase-%s\" width=\"10\" height=\"10\"/></svg>%s %s\n"
                                .formatted(word(phase), word(phase), Figures.millis(spent))));
        html.append("</p>\n");
    }

    private void rates() {
        List<TableReport> charted =
                report.tables().stream()
                        .filter(each -> each.sourceRows() > 0 && each.millis() > 0)
                        .sorted(Comparator.comparingLong(TableReport::sourceRows).reversed())
                        .limit(CHARTED_TABLES)
                        .toList();
        if (charted.isEmpty()) {
            return;
        }
        long most = charted.stream().mapToLong(HtmlReport::rate).max().orElse(1);
        html.append("<h2>Rows per second, largest tables</h2>\n");
        startBars(charted.size(), "Rows per second by table");
        for (int line = 0; line < charted.size(); line++) {
            TableReport table = charted.get(line);
            barLabel(line, table.table());
            bar(line, "one", 300, 560.0 * rate(table) / Math.max(1, most));
            barFigure(line, Figures.count(rate(table)));
        }
        html.append("</svg>\n");
    }

    private void columns() {
        List<TableReport> charted =
                report.tables().stream()
                        .filter(each -> each.maskedColumns() > 0)
                        .sorted(Comparator.comparingInt(TableReport::maskedColumns).reversed())
                        .limit(CHARTED_TABLES)
                        .toList();
        if (charted.isEmpty()) {
            return;
        }
        int most =
                charted.stream()
                        .mapToInt(each -> each.maskedColumns() + each.keptColumns())
                        .max()
                        .orElse(1);
        html.append("<h2>Columns masked (dark) and kept (light)</h2>\n");
        startBars(charted.size(), "Masked and kept columns by table");
        for (int line = 0; line < charted.size(); line++) {
            TableReport table = charted.get(line);
            double masked = 560.0 * table.maskedColumns() / most;
            barLabel(line, table.table());
            bar(line, "one", 300, masked);
            bar(line, "two", 300 + masked, 560.0 * table.keptColumns() / most);
            barFigure(line, table.maskedColumns() + " and " + table.keptColumns());
        }
        html.append("</svg>\n");
    }

    private void startBars(int lines, String label) {
        html.append(
                "<svg viewBox=\"0 0 1000 %d\" role=\"img\" aria-label=\"%s\">\n"
                        .formatted(lines * 22, label));
    }

    private void barLabel(int line, String text) {
        // A viewBox does not clip text: names longer than the label's room are cut here.
        String shown = text.length() <= 42 ? text : text.substring(0, 41) + "…";
        html.append(
                "<text x=\"290\" y=\"%d\" text-anchor=\"end\"><title>%s</title>%s</text>\n"
                        .formatted(line * 22 + 15, escape(text), escape(shown)));
    }

    private void bar(int line, String tone, double x, double width) {
        html.append(
                "<rect class=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"14\"/>\n"
                        .formatted(tone, decimal(x), line * 22 + 4, decimal(width)));
    }

    private void barFigure(int line, String text) {
        html.append(
                "<text class=\"label\" x=\"1000\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
                        .formatted(line * 22 + 15, escape(text)));
    }

    private void tables() {
        html.append("<h2>Tables</h2>\n<div class=\"wide\"><table>\n<thead><tr>");
        for (String head :
                List.of(
                        "table",
                        "source rows",
                        "twin rows",
                        "lake rows",
                        "bytes",
                        "masked",
                        "kept",
                        "unfit",
                        "time",
                        "check")) {
            html.append("<th>").append(head).append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        for (TableReport table : report.tables()) {
            html.append("<tr>");
            cell(table.table());
            cell(table.structureOnly() ? "structure only" : Figures.count(table.sourceRows()));
            cell(table.twinRows().map(Figures::count).orElse(""));
            cell(table.lakeRows().map(Figures::count).orElse(""));
            cell(Figures.bytes(table.bytes()));
            cell(Integer.toString(table.maskedColumns()));
            cell(Integer.toString(table.keptColumns()));
            cell(table.unfitValues() == 0 ? "" : Figures.count(table.unfitValues()));
            cell(Figures.millis(table.millis()));
            html.append(
                    table.agrees()
                            .map(agrees ->
                                    "<td class=\"%s\">%s</td>"
                                            .formatted(
                                                    agrees ? "good" : "bad",
                                                    ReportSentences.check(table)))
                            .orElse("<td></td>"));
            html.append("</tr>\n");
        }
        html.append("</tbody>\n</table></div>\n");
    }

    private void cell(String text) {
        html.append("<td>").append(escape(text)).append("</td>");
    }

    private void list(String title, List<String> items) {
        if (items.isEmpty()) {
            return;
        }
        html.append("<h2>").append(escape(title)).append("</h2>\n<ul>\n");
        items.forEach(each -> html.append("<li>").append(escape(each)).append("</li>\n"));
        html.append("</ul>\n");
    }

    private static String sentence(Problem warning) {
        String place = warning.where().map(each -> "line " + each.line() + ": ").orElse("");
        String accepted =
                warning.severity() == Problem.Severity.ACKNOWLEDGED ? "acknowledged: " : "";
        String hint = warning.hint().isEmpty() ? "" : " (" + accepted + warning.hint() + ")";
        return place + "[" + warning.id() + "] " + warning.message() + hint;
    }

    private static long rate(TableReport table) {
        return Figures.perSecond(table.sourceRows(), table.millis());
    }

    private static String start(String hash) {
        return hash.length() <= 12 ? hash : hash.substring(0, 12);
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    private static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            switch (each) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                // XML knows no control characters, and a name may hold any.
                default ->
                        escaped.append(
                                each < ' ' && each != '\n' && each != '\t' ? '\uFFFD' : each);
            }
        }
        return escaped.toString();
    }
}
