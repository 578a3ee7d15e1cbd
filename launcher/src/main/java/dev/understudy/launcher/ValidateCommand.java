package dev.understudy.launcher;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfigs;
import dev.understudy.config.Problem;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.launcher.terminal.ProblemText;
import dev.understudy.ops.report.RunJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
        name = "validate",
        description = {
            "Checks a config, and that it decides about every column of the source.",
            "",
            "Reads the source's catalog and no row. Reports all problems at once, each with its place in the file, an id and"
                    + " what to do.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no errors", "2:errors", "3:the source cannot be reached"},
        footer = {
            "",
            "Examples:",
            "  understudy validate shop.yaml",
            "  understudy validate shop.yaml --offline        # the file alone, for a commit hook",
            "  understudy validate shop.yaml --json | jq '.problems[].id'"
        })
final class ValidateCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(names = "--offline", description = "Check the file alone, without the source.")
    private boolean offline;

    @Option(names = "--json", description = "Print the problems as JSON on the standard output.")
    private boolean json;

    ValidateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        List<Problem> problems = problems();
        boolean wrong =
                problems.stream().anyMatch(each -> each.severity() == Problem.Severity.ERROR);
        if (json) {
            var report = JsonNodeFactory.instance.objectNode();
            report.put("file", config.toString());
            report.put("valid", !wrong);
            report.put("offline", offline);
            report.set("problems", RunJson.array(problems, RunJson::of));
            session.print(report);
        } else if (problems.isEmpty()) {
            session.terminal().out().println(config + ": " + what() + " no problems");
        } else {
            ProblemText.lines(config, problems).forEach(session.terminal().err()::println);
        }
        return wrong ? ExitCode.CONFIG : ExitCode.DONE;
    }

    private String what() {
        return offline ? "read without the source," : "read and planned,";
    }

    private List<Problem> problems() {
        var problems = new ArrayList<Problem>();
        try {
            JobConfigs.Reading read = session.readWithWarnings(config);
            problems.addAll(read.warnings());
            if (!offline) {
                Plan plan = session.plan(read.config(), common);
                problems.addAll(plan.undecided());
                problems.addAll(plan.warnings());
            }
        } catch (ConfigProblems found) {
            problems.addAll(found.problems());
        }
        return problems;
    }
}
