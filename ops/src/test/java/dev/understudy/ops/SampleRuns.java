package dev.understudy.ops;

import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.jobs.copy.UnfitCount;
import dev.understudy.jobs.run.RunDetails;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunReport.RunFailure;
import dev.understudy.jobs.run.RunReport.TableReport;
import dev.understudy.jobs.run.RunStatus;
import dev.understudy.jobs.run.RunSummary;
import dev.understudy.rows.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs with fixed figures, and with names that try to break out of every page.
public final class SampleRuns implements RunsView {
    public static final Instant STARTED = Instant.parse("2026-11-21T01:00:00Z");
    public static final String NASTY = "public.<script src=\"http://evil\">alert('1')&\u0007";

    private final List<RunSummary> summaries =
            List.of(
                    summary(3, RunStatus.RUNNING, Phase.COPY),
                    summary(2, RunStatus.FAILED, Phase.COPY),
                    summary(1, RunStatus.DONE, Phase.DONE));

    public static RunSummary summary(long run, RunStatus status, Phase phase) {
        boolean running = status == RunStatus.RUNNING;
        return new RunSummary(
                run,
                "shop",
                status,
                phase,
                STARTED.plusSeconds(100 * run),
                running ? Optional.empty() : Optional.of(STARTED.plusSeconds(100 * run + 12)),
                1,
                1_000 * run,
                50_000 * run,
                running ? Optional.of("host-1 (process 4711)") : Optional.empty(),
                status == RunStatus.FAILED ? Optional.of("the twin went away") : Optional.empty());
    }

    public static RunReport done() {
        return report(RunStatus.DONE, Optional.empty());
    }

    /// Done by a second execution, which went on with a table that the first had begun.
    public static RunReport restarted() {
        RunReport done = done();
        TableReport table = done.tables().getFirst();
        return new RunReport(
                done.run(),
                done.job(),
                done.configFile(),
                done.configHash(),
                done.status(),
                done.started(),
                done.ended(),
                done.durationMillis(),
                done.phaseMillis(),
                2,
                2,
                done.keyId(),
                done.epoch(),
                done.sources(),
                done.lake(),
                List.of(
                        new TableReport(
                                table.table(),
                                table.sourceRows(),
                                true,
                                true,
                                table.twinRows(),
                                table.lakeRows(),
                                table.bytes(),
                                table.maskedColumns(),
                                table.keptColumns(),
                                table.unfitValues(),
                                table.unfitCounts(),
                                12,
                                3_456,
                                table.keptChecksum(),
                                table.agrees(),
                                false,
                                table.millis())),
                done.notCarried(),
                done.warnings(),
                done.scope(),
                done.failure());
    }

    public static RunReport failed(Failure.Kind kind) {
        return report(RunStatus.FAILED, Optional.of(new RunFailure(kind, "the twin went away")));
    }

    public static RunReport stopped() {
        return report(
                RunStatus.STOPPED,
                Optional.of(new RunFailure(Failure.Kind.INTERRUPTED, "asked to stop")));
    }

    private static RunReport report(RunStatus status, Optional<RunFailure> failure) {
        boolean done = status == RunStatus.DONE;
        return new RunReport(
                1,
                "shop",
                "/jobs/shop.yaml",
                "0123456789abcdef0123456789abcdef",
                status,
                STARTED,
                Optional.of(STARTED.plusMillis(12_400)),
                12_400,
                Map.of(Phase.PLAN, 400L, Phase.COPY, 9_000L, Phase.CHECK, 3_000L),
                2,
                1,
                "0a1b2c3d",
                0,
                List.of(
                        new RunReport.SourceReport(
                                "",
                                "jdbc:postgresql://replica/shop?password=hunter2",
                                done
                                        ? Optional.of(
                                                "jdbc:postgresql://dev:5433/shop_twin?user=loader")
                                        : Optional.empty(),
                                List.of(STARTED))),
                done ? Optional.of("file:///lake/shop/manifests/1.json") : Optional.empty(),
                List.of(
                        table("public.orders", 1_000_000, done, 0),
                        table(NASTY, 250_000, done, 3),
                        new TableReport(
                                "public.audit_log",
                                0,
                                false,
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                0,
                                0,
                                4,
                                0,
                                List.of(),
                                0,
                                0,
                                "",
                                Optional.empty(),
                                true,
                                0)),
                List.of("event trigger audit_ddl: needs a superuser"),
                List.of(
                        Problem.warning(
                                "guessable",
                                new Location(12, 5, "columns.public.orders.state"),
                                "public.orders.state has 5 values",
                                "use null or constant")),
                new RunReport.Scope(
                        RunMode.WHOLE, Optional.empty(), List.of(), List.of(), List.of()),
                failure);
    }

    private static TableReport table(String name, long rows, boolean checked, long unfit) {
        Optional<Long> counted = checked ? Optional.of(rows) : Optional.empty();
        return new TableReport(
                name,
                rows,
                false,
                false,
                counted,
                counted,
                rows * 100,
                3,
                10,
                unfit,
                unfit == 0
                        ? List.of()
                        : List.of(
                                new UnfitCount("email", "AAA/9", unfit - 1),
                                new UnfitCount("email", "<b>", 1)),
                0,
                0,
                "00ff",
                checked ? Optional.of(true) : Optional.empty(),
                false,
                5_000);
    }

    @Override
    public List<RunSummary> runs(int limit) {
        return summaries.stream().limit(limit).toList();
    }

    @Override
    public Optional<RunDetails> show(long run) {
        if (run == 666) {
            throw new Failure(Failure.Kind.INTERNAL, "the control database is gone");
        }
        return summaries.stream()
                .filter(each -> each.run() == run)
                .findFirst()
                .map(each ->
                        new RunDetails(
                                each,
                                run == 1 ? Optional.of(done()) : Optional.empty(),
                                List.of(
                                        new RunDetails.Step(
                                                1,
                                                "copy:0001",
                                                "public.orders[1/8]",
                                                "COMPLETED",
                                                Optional.of(STARTED),
                                                Optional.of(STARTED.plusMillis(900)),
                                                125_000,
                                                12_500_000,
                                                "COMPLETED"))));
    }
}
