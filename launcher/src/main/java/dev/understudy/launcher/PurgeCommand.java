package dev.understudy.launcher;

import dev.understudy.jobs.run.PurgePolicy;
import dev.understudy.jobs.run.RunSummary;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.RunJson;
import dev.understudy.rows.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
        name = "purge",
        description = {
            "Forgets ended runs: their steps and their reports. Twins and lakes stay as they are.",
            "",
            "Kept are the latest N, those that are younger than --keep-for, the latest done run of each job, and every run"
                    + " that could still be restarted.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:not said what to keep, or not confirmed"},
        footer = {
            "",
            "Examples:",
            "  understudy purge --keep 50 --dry-run",
            "  understudy purge --keep-for 30d --yes"
        })
final class PurgeCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(names = "--keep", paramLabel = "N", description = "Keep the latest N runs.")
    private @Nullable Integer keep;

    @Option(
            names = "--keep-for",
            paramLabel = "TIME",
            converter = Age.class,
            description = "Keep runs that ended within this time: 12h, 30d, 8w.")
    private @Nullable Duration keepFor;

    @Option(names = "--dry-run", description = "Show what would be forgotten.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Print the runs as JSON.")
    private boolean json;

    PurgeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        if (keep == null && keepFor == null) {
            throw new Failure(
                    Failure.Kind.CONFIG, "say what to keep: --keep N, --keep-for 30d, or both");
        }
        if (keep != null && keep < 0) {
            throw new Failure(Failure.Kind.CONFIG, "--keep must not be negative but was " + keep);
        }
        var policy = new PurgePolicy(Optional.ofNullable(keep), Optional.ofNullable(keepFor));
        try (var runs = session.open(common)) {
            List<RunSummary> concerned = runs.purgeable(policy);
            if (!dryRun && !concerned.isEmpty()) {
                confirm(concerned.size());
                concerned = runs.purge(policy);
            }
            report(concerned);
        }
        return ExitCode.DONE;
    }

    private void confirm(int count) {
        if (yes) {
            return;
        }
        if (!session.terminal().interactive() || json) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "this forgets "
                            + Figures.count(count, "run")
                            + " for good; confirm with --yes");
        }
        String answer =
                session.terminal()
                        .question()
                        .ask("Forget " + Figures.count(count, "run") + " for good? [y/N] ");
        if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
            throw new Failure(Failure.Kind.CONFIG, "not confirmed; nothing was forgotten");
        }
    }

    private void report(List<RunSummary> runs) {
        if (json) {
            var report = JsonNodeFactory.instance.objectNode();
            report.put("dryRun", dryRun);
            report.set("runs", RunJson.array(runs, RunJson::of));
            session.print(report);
            return;
        }
        if (!runs.isEmpty()) {
            session.print(RunsCommand.lines(runs));
        }
        session.terminal()
                .out()
                .println(
                        (dryRun ? "Would forget " : "Forgot ") + Figures.count(runs.size(), "run"));
    }

    /// `12h`, `30d`, `8w`
    static final class Age implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([hdw])");

        @Override
        public Duration convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not a time such as 12h, 30d or 8w");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofDays(7 * number);
            };
        }
    }
}
