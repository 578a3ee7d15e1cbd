package dev.understudy.launcher;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.jobs.run.RunDetails;
import dev.understudy.launcher.terminal.ReportText;
import dev.understudy.launcher.terminal.TextTable;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.RunJson;
import dev.understudy.rows.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = {"Shows one run: its report, its steps, why it failed.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "2:there is no such run"},
        footer = {
            "",
            "Examples:",
            "  understudy show 42",
            "  understudy show 42 --steps             # every split, too",
            "  understudy show 42 --json | jq '.report.tables[] | {table, sourceRows, agrees}'"
        })
final class ShowCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "RUN",
            description = "The run's number, as `understudy runs` shows it.")
    private long number;

    @Option(names = "--steps", description = "List all steps, not only those that failed.")
    private boolean steps;

    @Option(names = "--json", description = "Print the run, its steps and its report as JSON.")
    private boolean json;

    ShowCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        RunDetails run;
        try (var runs = session.open(common)) {
            run =
                    runs.show(number)
                            .orElseThrow(() ->
                                    new Failure(
                                            Failure.Kind.CONFIG,
                                            "there is no run "
                                                    + number
                                                    + "; understudy runs lists them"));
        }
        if (json) {
            session.print(RunJson.of(run));
            return ExitCode.DONE;
        }
        if (run.report().isPresent()) {
            session.print(ReportText.lines(run.report().get(), List.of(), session.terminal()));
        } else {
            session.print(RunsCommand.lines(List.of(run.summary())));
            session.terminal().out().println("  in phase " + word(run.summary().phase()));
            run.summary().failure().map("  "::concat).ifPresent(session.terminal().out()::println);
        }
        session.print(steps(run));
        return ExitCode.DONE;
    }

    private List<String> steps(RunDetails run) {
        List<RunDetails.Step> shown =
                run.steps().stream()
                        .filter(each -> steps || !each.status().equals("COMPLETED"))
                        .toList();
        var lines = new ArrayList<String>();
        lines.add("");
        if (shown.isEmpty()) {
            lines.add("  " + Figures.count(run.steps().size(), "step") + ", all completed");
            return lines;
        }
        var table =
                new TextTable(
                        ">execution",
                        "step",
                        "what",
                        "status",
                        ">rows",
                        ">size",
                        ">took",
                        ">rows/s",
                        "exit");
        for (RunDetails.Step step : shown) {
            long millis =
                    step.started()
                            .flatMap(from -> step.ended().map(to -> Duration.between(from, to)))
                            .map(Duration::toMillis)
                            .orElse(0L);
            table.row(
                    Integer.toString(step.execution()),
                    step.name(),
                    step.what(),
                    step.status(),
                    Figures.count(step.rows()),
                    Figures.bytes(step.bytes()),
                    step.ended().isEmpty() ? "" : Figures.millis(millis),
                    Figures.count(Figures.perSecond(step.rows(), millis)),
                    step.exit());
        }
        lines.addAll(table.lines());
        return lines;
    }
}
