package dev.understudy.launcher;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.config.JobConfig;
import dev.understudy.jobs.copy.SideFindings;
import dev.understudy.jobs.run.CheckReport;
import dev.understudy.launcher.terminal.CheckText;
import dev.understudy.ops.report.Places;
import dev.understudy.ops.report.RunJson;
import dev.understudy.preflight.Finding;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "check",
        description = {
            "Looks, before a run, at all that could end it hours later: privileges, versions, replicas, time-outs, connections,"
                    + " locks, room.",
            "",
            "Connects to the source, the twin's server, the lake and the home as a run does, and says everything at once, with"
                    + " the exact statements to ask for. Reads no row and changes nothing in the source and the twin; one small"
                    + " object is written to the lake and removed.",
            "",
            "With --grants, prints the least that the job's users need as SQL for the administrators. The users need not exist"
                    + " yet.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:a run could start; there may be warnings",
            "2:the config is wrong, or the home cannot be used",
            "3:the source would fail a run",
            "4:the twin or the lake would fail a run"
        },
        footer = {
            "",
            "Examples:",
            "  understudy check shop.yaml --grants > grants.sql   # before the users exist",
            "  understudy check shop.yaml",
            "  understudy check shop.yaml --json | jq '.findings[] | select(.level != \"ok\")'"
        })
final class CheckCommand implements Callable<Integer> {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(
            names = "--grants",
            description =
                    "Print the statements that give the job's users what they need, and no more.")
    private boolean grants;

    @Option(names = "--json", description = "Print the findings as JSON.")
    private boolean json;

    CheckCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        JobConfig job = session.read(config);
        if (grants) {
            session.print(CheckText.grants(job.job(), session.product().grants(job)));
            return ExitCode.DONE;
        }
        CheckReport report = session.product().check(job, common.home(session.environment()));
        if (json) {
            session.print(json(report));
        } else {
            session.print(CheckText.lines(report, session.terminal()));
        }
        return exitCode(report);
    }

    // What comes first in a run is told first: a wrong config before a source that lacks something.
    private static int exitCode(CheckReport report) {
        return report.sides().stream()
                .filter(SideFindings::failed)
                .mapToInt(each -> ExitCode.of(each.side().kind()))
                .min()
                .orElse(ExitCode.DONE);
    }

    private static ObjectNode json(CheckReport report) {
        ObjectNode json = JSON.objectNode();
        json.put("job", report.job());
        json.put("failed", report.count(Finding.Level.FAIL));
        json.put("warnings", report.count(Finding.Level.WARN));
        var findings = json.putArray("findings");
        for (SideFindings side : report.sides()) {
            findings.addAll(RunJson.array(side.findings(), each -> json(side, each)));
        }
        return json;
    }

    private static ObjectNode json(SideFindings side, Finding finding) {
        ObjectNode json = JSON.objectNode();
        json.put("side", word(side.side()));
        json.put("source", side.source().isEmpty() ? null : side.source());
        json.put("place", Places.shown(side.place()));
        json.put("check", finding.check());
        json.put("level", word(finding.level()));
        json.put("found", finding.found());
        var ask = json.putArray("ask");
        finding.ask().forEach(ask::add);
        return json;
    }
}
