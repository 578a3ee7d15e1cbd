package dev.understudy.launcher;

import dev.understudy.config.JobConfig;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.run.RunningJob;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = {
            "Makes the masked twin and the masked lake of a job.",
            "",
            "A job with a section `delta` copies what has changed since its last run, and everything where that would not"
                    + " do: the report says why.",
            "",
            "If the job's last run with the same config did not end, it goes on from the last checkpoints."
                    + " Ctrl-C stops at a checkpoint; a second Ctrl-C ends at once, and nothing is lost either way.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, checked and published",
            "1:the run failed",
            "2:the config is wrong; nothing was read",
            "3:the source failed",
            "4:the twin or the lake failed",
            "5:source and outputs do not agree; nothing was published",
            "6:done, but tables were left as they were, because columns of them need a rule",
            "130:stopped; `understudy restart RUN` goes on"
        },
        footer = {
            "",
            "Examples:",
            "  understudy run shop.yaml",
            "  understudy run shop.yaml --full",
            "  understudy run shop.yaml --tables 'shop.customer,shop.note*'",
            "  understudy run shop.yaml --json > report.json   # progress goes to the standard error",
            "  UNDERSTUDY_OPTS=-Xmx256m understudy run shop.yaml"
        })
final class RunCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private RunOptions run = new RunOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @ArgGroup private Manner manner = new Manner();

    /// How it is to begin, if not as usual.
    static final class Manner {
        @Option(
                names = "--fresh",
                description =
                        "Begin anew, even if the last run did not end; its leftovers are removed.")
        private boolean fresh;

        @Option(
                names = "--full",
                description =
                        "Copy everything, even where the job has deltas and what has changed would do.")
        private boolean full;

        @Option(
                names = "--tables",
                paramLabel = "PATTERN",
                split = ",",
                converter = LakeOptions.Table.class,
                description =
                        "Of a job with deltas, load these tables in full, and of the others what has changed. Patterns as in"
                                + " the config: schema.table with * for any characters. May be repeated.")
        private List<TablePattern> tables = List.of();

        @Option(
                names = "--sweep",
                description =
                        "Of a job with deltas, look for rows that are gone from the source even if the config says `sweep:"
                                + " false`: for a schedule of its own.")
        private boolean sweep;
    }

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        session.prepare(common);
        var job = session.read(config);
        try (var runs = session.open(common)) {
            return ExitCode.of(
                    new RunWatch(session, common, run).watch(start(runs, job), List::of));
        }
    }

    private RunningJob start(Product.Runs runs, JobConfig job) {
        if (!manner.tables.isEmpty()) {
            return runs.runTables(job, manner.tables);
        }
        if (manner.sweep) {
            return runs.runSweep(job);
        }
        return manner.fresh ? runs.runAfresh(job) : manner.full ? runs.runFull(job) : runs.run(job);
    }
}
