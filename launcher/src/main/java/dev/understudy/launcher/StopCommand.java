package dev.understudy.launcher;

import dev.understudy.rows.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "stop",
        description = {"Asks a run to stop at its next checkpoint, whichever process runs it.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it was asked", "2:nobody runs it"},
        footer = {"", "Example:", "  understudy stop 42 && understudy restart 42"})
final class StopCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "RUN",
            description = "The run's number, as `understudy runs` shows it.")
    private long number;

    StopCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        try (var runs = session.open(common)) {
            if (!runs.stop(number)) {
                throw new Failure(
                        Failure.Kind.CONFIG, "nobody runs " + number + "; see `understudy runs`");
            }
        }
        session.terminal()
                .out()
                .println(
                        "Asked run %d to stop at its next checkpoint. Go on with: understudy restart %d"
                                .formatted(number, number));
        return ExitCode.DONE;
    }
}
