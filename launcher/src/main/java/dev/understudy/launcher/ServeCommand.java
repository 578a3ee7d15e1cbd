package dev.understudy.launcher;

import dev.understudy.config.Secret;
import dev.understudy.ops.OpsServer;
import dev.understudy.ops.OpsSettings;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        description = {
            "Serves the runs over HTTP, for reading: /api/runs, /api/runs/RUN, /api/runs/RUN/report,"
                    + " /runs/RUN/report.html, /actuator/health and /actuator/prometheus.",
            "",
            "Listens to this machine alone. To let others in, set UNDERSTUDY_TOKEN; every request must then bring it as"
                    + " `Authorization: Bearer TOKEN`.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"2:the address, port or token is wrong", "130:Ctrl-C"},
        footer = {
            "",
            "Examples:",
            "  understudy serve",
            "  UNDERSTUDY_TOKEN=$(openssl rand -hex 16) understudy serve --bind 0.0.0.0 --port 9090"
        })
final class ServeCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8686",
            description = "0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where to listen. Default: ${DEFAULT-VALUE}.")
    private String address = "";

    ServeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        session.prepare(common);
        // Tomcat logs through the JDK, which would write to the terminal.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Optional<Secret> token =
                Optional.ofNullable(session.environment().get("UNDERSTUDY_TOKEN")).map(Secret::new);
        var settings = new OpsSettings(address, port, token);
        var ended = new CountDownLatch(1);
        try (var runs = session.open(common);
                var server = OpsServer.start(settings, runs);
                var _ = Interrupts.listen(ended::countDown, () -> {}, () -> {})) {
            session.terminal()
                    .out()
                    .println(
                            "Serving the runs on http://"
                                    + address
                                    + ":"
                                    + server.port()
                                    + "/api/runs");
            ended.await();
        }
        return ExitCode.INTERRUPTED;
    }
}
