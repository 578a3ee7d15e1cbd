package dev.understudy.launcher;

import dev.understudy.jobs.run.LakeVersion;
import dev.understudy.launcher.terminal.TextTable;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.RunJson;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "versions",
        description = {
            "Lists the versions of a job's lake that are there, newest first; the first is the one that readers see.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "2:the config is wrong", "4:the lake could not be read"},
        footer = {
            "",
            "Examples:",
            "  understudy lake versions shop.yaml",
            "  understudy lake versions shop.yaml --json | jq '.[0].version'"
        })
final class LakeVersionsCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(names = "--json", description = "Print the versions as JSON.")
    private boolean json;

    LakeVersionsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        List<LakeVersion> versions = session.product().lakeVersions(session.read(config));
        if (json) {
            session.print(RunJson.array(versions, RunJson::of));
        } else if (versions.isEmpty()) {
            session.terminal().out().println("Nothing is published yet. Try: understudy run");
        } else {
            session.print(lines(versions));
        }
        return ExitCode.DONE;
    }

    static List<String> lines(List<LakeVersion> versions) {
        var table =
                new TextTable(
                        ">version", "run", "published", ">rows", ">changes", ">files", ">size");
        for (LakeVersion each : versions) {
            table.row(
                    Long.toString(each.version()),
                    each.run(),
                    each.published().truncatedTo(ChronoUnit.SECONDS).toString(),
                    Figures.count(each.rows() - each.changedRows()),
                    Figures.count(each.changedRows()),
                    Figures.count(each.files()),
                    Figures.bytes(each.bytes()));
        }
        return table.lines();
    }
}
