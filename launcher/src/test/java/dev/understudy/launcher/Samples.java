package dev.understudy.launcher;

import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.jobs.copy.SideFindings;
import dev.understudy.jobs.keys.KeyHistory.Relation;
import dev.understudy.jobs.keys.KeyUse;
import dev.understudy.jobs.run.CheckReport;
import dev.understudy.jobs.run.KeyReport;
import dev.understudy.jobs.run.LakeVersion;
import dev.understudy.jobs.run.RunDetails;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunReport.RunFailure;
import dev.understudy.jobs.run.RunReport.TableReport;
import dev.understudy.jobs.run.RunStatus;
import dev.understudy.jobs.run.RunSummary;
import dev.understudy.lake.LakeExport.Exported;
import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Runs and problems with fixed figures.
public final class Samples {
    private static final Instant STARTED = Instant.parse("2026-11-21T01:00:00Z");

    private Samples() {}

    public static RunReport done() {
        return report(RunStatus.DONE, Optional.empty());
    }

    public static RunReport failed(Failure.Kind kind) {
        return report(
                RunStatus.FAILED, Optional.of(new RunFailure(kind, "the connection was refused")));
    }

    public static RunReport stopped() {
        return report(RunStatus.STOPPED, Optional.empty());
    }

    public static RunSummary summary() {
        return summary(Optional.empty());
    }

    public static RunSummary summary(Optional<String> failure) {
        return new RunSummary(
                1,
                "shop",
                RunStatus.DONE,
                Phase.DONE,
                STARTED,
                Optional.of(STARTED.plusMillis(12_400)),
                1,
                1_250_000,
                125_000_000,
                Optional.empty(),
                failure);
    }

    /// A finding of this level on each of these sides, in their order.
    public static CheckReport check(Map<SideFindings.Side, Finding.Level> levels) {
        return new CheckReport(
                "shop",
                levels.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(each ->
                                new SideFindings(
                                        each.getKey(),
                                        "",
                                        "jdbc:postgresql://replica/shop?password=hunter2",
                                        List.of(
                                                new Finding(
                                                        each.getValue(),
                                                        "privileges",
                                                        "the role reader",
                                                        List.of("GRANT SELECT ON t TO reader")))))
                        .toList());
    }

    public static LakeVersion lakeVersion() {
        return new LakeVersion(7, "1-0a1b2c3d", STARTED, 1_250_000, 50_000, 40_000_000, 12);
    }

    public static Exported exported() {
        return new Exported(
                "shop", new TableName("shop", "orders"), "shop.orders", 1_200_000, 3, 38_000_000);
    }

    public static List<RunDetails.Step> steps() {
        return List.of(
                new RunDetails.Step(
                        1,
                        "copy:0001",
                        "public.orders[1/8]",
                        "COMPLETED",
                        Optional.of(STARTED),
                        Optional.of(STARTED.plusMillis(500)),
                        125_000,
                        12_500_000,
                        "COMPLETED"));
    }

    public static KeyReport key() {
        var use = new KeyUse("the lake /lake", "0a1b2c3d", OptionalInt.of(1), true);
        return new KeyReport(
                "shop",
                "0a1b2c3d",
                1,
                "the environment variable SHOP",
                2,
                "4e5f6a7b",
                List.of(
                        new KeyReport.Run(
                                3,
                                RunStatus.FAILED,
                                "8c9d0e1f",
                                OptionalInt.of(0),
                                Relation.EARLIER_EPOCH,
                                true)),
                List.of(
                        new KeyReport.Output(
                                use.by(),
                                Optional.of(use),
                                Optional.of(Relation.SAME),
                                Optional.empty())));
    }

    public static List<Problem> problems() {
        String decide = "add a rule, or keep it with a reason";
        return List.of(
                Problem.warning(
                        "guessable", at(3, 7), "public.orders.state has 5 values", "use constant"),
                Problem.error(
                        "undecided-column", at(12, 5), "public.customer.phone is new", decide),
                Problem.error("unknown-masker", at(9, 3), "no masker emial", "email"),
                Problem.error("undecided-column", at(10, 5), "public.customer.fax is new", decide));
    }

    private static Location at(int line, int column) {
        return new Location(line, column, "columns");
    }

    private static RunReport report(RunStatus status, Optional<RunFailure> failure) {
        boolean done = status == RunStatus.DONE;
        return new RunReport(
                1,
                "shop",
                "/jobs/shop.yaml",
                "0123456789abcdef",
                status,
                STARTED,
                Optional.of(STARTED.plusMillis(12_400)),
                12_400,
                Map.of(Phase.COPY, 9_000L, Phase.CHECK, 3_400L),
                1,
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
                done ? Optional.of("/lake/shop/manifests/1.json") : Optional.empty(),
                List.of(
                        table("public.customer", 250_000, done),
                        table("public.orders", 1_000_000, done)),
                List.of("event trigger audit_ddl: needs a superuser"),
                List.of(problems().getFirst()),
                new RunReport.Scope(
                        RunMode.WHOLE, Optional.empty(), List.of(), List.of(), List.of()),
                failure);
    }

    private static TableReport table(String name, long rows, boolean checked) {
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
                0,
                List.of(),
                0,
                0,
                "00ff",
                checked ? Optional.of(true) : Optional.empty(),
                false,
                5_000);
    }
}
