package dev.understudy.launcher;

import dev.understudy.rows.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restart",
        description = {
            "Goes on with a run that stopped, failed or lost its process.",
            "",
            "Only what lies behind the last checkpoint of each split is done again. The config must be the one that the"
                    + " run began with.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  understudy restart 42",
            "",
            "Exit codes: as `understudy run`."
        })
final class RestartCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private RunOptions run = new RunOptions();

    @Parameters(
            paramLabel = "RUN",
            description = "The run's number, as `understudy runs` shows it.")
    private long number;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Where the config is now, if it was moved.")
    private @Nullable Path config;

    RestartCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        session.prepare(common);
        try (var runs = session.open(common)) {
            Path file =
                    config != null
                            ? config
                            : runs.configFile(number)
                                    .orElseThrow(() ->
                                            new Failure(
                                                    Failure.Kind.CONFIG,
                                                    "there is no run "
                                                            + number
                                                            + "; understudy runs lists them"));
            var running = runs.restart(number, session.read(file));
            return ExitCode.of(new RunWatch(session, common, run).watch(running, List::of));
        }
    }
}
