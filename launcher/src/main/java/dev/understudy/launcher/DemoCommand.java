package dev.understudy.launcher;

import dev.understudy.jobs.run.RunReport;
import dev.understudy.launcher.demo.CrmServer;
import dev.understudy.launcher.demo.Demo;
import dev.understudy.launcher.demo.DemoFailed;
import dev.understudy.launcher.demo.DemoShop;
import dev.understudy.launcher.demo.JoinedCallers;
import dev.understudy.ops.report.Figures;
import dev.understudy.rows.Failure;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Shows everything at once, on this machine and on generated data.",
            "",
            "Starts two PostgreSQL servers of its own, fills one with a shop of 31 tables, and runs a job that makes the"
                    + " masked twin in the other and masked Parquet in a directory. Needs no database, no Docker and no S3.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy demo",
            "  understudy demo --scale 10 --keep      # ten times the rows; leave the servers running",
            "  understudy demo --with mysql           # two databases of two engines, masked in one job",
            "  understudy demo --stop",
            "",
            "Exit codes: as `understudy run`."
        })
final class DemoCommand implements Callable<Integer> {
    private static final long SEED = 42;

    /// A fixed day, so that the shop of yesterday's demo is today's.
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 1);

    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private RunOptions run = new RunOptions();

    @Option(
            names = "--scale",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "How large the shop is: 1 is about 200,000 rows. Default: ${DEFAULT-VALUE}.")
    private double scale;

    @Option(
            names = "--with",
            paramLabel = "ENGINE",
            description =
                    "mysql: a CRM on MariaDB beside the shop, masked by the same job, so that both can be joined.")
    private @Nullable Beside with;

    private enum Beside {
        mysql
    }

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "understudy-demo",
            description = "Where servers, config and lake lie. Default: ./${DEFAULT-VALUE}.")
    private Path directory = Path.of("");

    @Option(names = "--keep", description = "Leave the servers running afterwards.")
    private boolean keep;

    @Option(names = "--stop", description = "Stop servers that an earlier demo left running.")
    private boolean stop;

    DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        session.prepare(common);
        try {
            return stop ? stop() : show(new DemoShop(scale, SEED, TODAY));
        } catch (DemoFailed failed) {
            throw new Failure(Failure.Kind.INTERNAL, String.valueOf(failed.getMessage()), failed);
        }
    }

    private int stop() {
        boolean ran = Demo.stop(directory);
        session.terminal()
                .out()
                .println(
                        ran
                                ? "Stopped the demo's servers."
                                : "No server of a demo is running here.");
        return ExitCode.DONE;
    }

    private int show(DemoShop shop) throws InterruptedException {
        PrintStream err = session.terminal().err();
        err.println(
                "Starting two PostgreSQL servers%s in %s ..."
                        .formatted(with == null ? "" : " and one of MariaDB", directory));
        try (Demo demo = prepare(shop);
                var runs = session.open(common)) {
            if (keep) {
                demo.keepRunning();
            }
            demo.rows()
                    .ifPresentOrElse(
                            rows ->
                                    err.println(
                                            "Filled "
                                                    + (with == null ? "the shop" : "shop and CRM")
                                                    + " with "
                                                    + Figures.count(rows, "row")
                                                    + "."),
                            () -> err.println("The shop is there already."));
            var running = runs.run(session.read(demo.config()));
            RunReport report = new RunWatch(session, common, run).watch(running, () -> next(demo));
            return ExitCode.of(report);
        }
    }

    private Demo prepare(DemoShop shop) {
        return with == null
                ? Demo.prepare(directory, shop, (table, rows) -> {})
                : Demo.prepareWithCrm(directory, shop, (table, rows) -> {});
    }

    private List<String> next(Demo demo) {
        var next = new ArrayList<String>();
        demo.crm().ifPresent(crm -> next.addAll(new JoinedCallers(demo.servers(), crm).lines()));
        Path home = demo.servers().home();
        if (keep) {
            next.add(
                    "PGPASSWORD=$(cat %s) psql -h 127.0.0.1 -p %d -U loader %s"
                            .formatted(
                                    home.resolve("secrets").resolve("loader"),
                                    demo.servers().twin().port(),
                                    Demo.TWIN_DATABASE));
            next.add("understudy preview " + demo.config() + " --table shop.customer");
            demo.crm()
                    .ifPresent(crm ->
                            next.add(
                                    "MYSQL_PWD=$(cat %s) mariadb -h 127.0.0.1 -P %d -u loader %s"
                                            .formatted(
                                                    home.resolve("secrets").resolve("loader"),
                                                    crm.port(),
                                                    CrmServer.TWIN_DATABASE)));
            next.add("understudy demo --stop");
        } else {
            next.add(
                    "understudy demo%s --keep   # leaves the servers running, to look into the twin"
                            .formatted(with == null ? "" : " --with mysql"));
        }
        next.add("less " + demo.config() + "   # the job: change it, and run the demo again");
        return next;
    }
}
