package dev.understudy.launcher;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.jobs.run.RunSummary;
import dev.understudy.launcher.terminal.TextTable;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.RunJson;
import dev.understudy.rows.Failure;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "runs",
        description = {"Lists the runs, latest first.", ""},
        footer = {
            "",
            "Examples:",
            "  understudy runs",
            "  understudy runs --json | jq '.[] | select(.status == \"failed\") | .run'"
        })
final class RunsCommand implements Callable<Integer> {
    private static final int GLANCE = 80;

    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print the runs as JSON.")
    private boolean json;

    RunsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        if (limit < 1) {
            throw new Failure(Failure.Kind.CONFIG, "--limit must be 1 or more, but is " + limit);
        }
        try (var runs = session.open(common)) {
            List<RunSummary> found = runs.runs(limit);
            if (json) {
                session.print(RunJson.array(found, RunJson::of));
            } else if (found.isEmpty()) {
                session.terminal().out().println("No runs yet. Try: understudy demo");
            } else {
                session.print(lines(found));
            }
        }
        return ExitCode.DONE;
    }

    static List<String> lines(List<RunSummary> runs) {
        var table =
                new TextTable(">run", "job", "status", "started", ">took", ">rows", ">size", "");
        for (RunSummary run : runs) {
            table.row(
                    Long.toString(run.run()),
                    run.job(),
                    word(run.status()),
                    run.started().truncatedTo(ChronoUnit.SECONDS).toString(),
                    run.ended()
                            .map(ended -> Figures.duration(Duration.between(run.started(), ended)))
                            .orElse(""),
                    Figures.count(run.rows()),
                    Figures.bytes(run.bytes()),
                    run.failure().or(run::owner).map(RunsCommand::atAGlance).orElse(""));
        }
        return table.lines();
    }

    /// The beginning of a text: `show` has all of it.
    private static String atAGlance(String text) {
        int end = text.lastIndexOf(' ', GLANCE);
        return text.length() <= GLANCE ? text : text.substring(0, end < 0 ? GLANCE : end) + " ...";
    }
}
