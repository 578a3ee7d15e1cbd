package dev.understudy.launcher;

import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunStatus;
import dev.understudy.jobs.run.RunningJob;
import dev.understudy.launcher.terminal.ProgressDisplay;
import dev.understudy.launcher.terminal.ReportText;
import dev.understudy.launcher.terminal.Terminal;
import dev.understudy.ops.report.HtmlReport;
import dev.understudy.ops.report.RunJson;
import dev.understudy.rows.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Accompanies a run to its end, and reports.
final class RunWatch {
    private final Session session;
    private final Path home;
    private final boolean json;
    private final boolean plain;

    RunWatch(Session session, CommonOptions options, RunOptions run) {
        this.session = session;
        this.home = options.home(session.environment());
        this.json = run.json;
        this.plain = run.plain;
    }

    /// Watches, writes the HTML report, prints the report.
    ///
    /// @param after what to type next after a run that is done; empty for the usual
    RunReport watch(RunningJob job, Supplier<List<String>> after) throws InterruptedException {
        // The live display and the JSON would share the standard output.
        Terminal terminal = plain || json ? session.terminal().plain() : session.terminal();
        RunReport report;
        try (var display = ProgressDisplay.start(job, terminal);
                var _ =
                        Interrupts.listen(
                                () -> {
                                    job.requestStop();
                                    display.notice(
                                            "Stopping at the next checkpoint. Ctrl-C again ends at once.");
                                },
                                () ->
                                        display.notice(
                                                "Ended at once. Go on with: understudy restart "
                                                        + job.progress().run()),
                                display::resized)) {
            report = job.await();
        }
        String html = writeHtml(report);
        if (json) {
            session.print(RunJson.of(report));
            return report;
        }
        List<String> next = report.status() == RunStatus.DONE ? after.get() : List.of();
        boolean usual = next.isEmpty();
        List<String> said = new ArrayList<>(usual ? ReportText.next(report, html) : next);
        if (!usual && !html.isEmpty()) {
            said.add(Path.of(html).toUri().toString());
        }
        session.print(ReportText.lines(report, said, terminal));
        return report;
    }

    /// Where the HTML report of a run lies.
    static Path reportFile(Path home, String job, long run) {
        return home.resolve("reports").resolve(job + "-" + run + ".html");
    }

    private String writeHtml(RunReport report) {
        Path file = reportFile(home, report.job(), report.run());
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, HtmlReport.of(report));
            return file.toString();
        } catch (IOException e) {
            // The run is over and its outcome stands; only the page is missing.
            session.terminal()
                    .err()
                    .println(
                            "understudy: %s: the report could not be written (%s)"
                                    .formatted(file, Reason.of(e)));
            return "";
        }
    }
}
