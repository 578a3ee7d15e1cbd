package dev.understudy.launcher;

import dev.understudy.config.JobConfig;
import dev.understudy.jobs.run.LakeVersion;
import dev.understudy.jobs.run.PurgePolicy;
import dev.understudy.jobs.run.RunSummary;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.RunJson;
import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
        name = "purge",
        description = {
            "Forgets ended runs: their steps and their reports. With --lake, removes old versions of a job's lake instead.",
            "",
            "Kept are the latest N, those that are younger than --keep-for, the latest done run of each job, every run that"
                    + " could still be restarted, and the lake's current version.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "2:not said what to keep, or not confirmed",
            "4:the lake could not be read or changed"
        },
        footer = {
            "",
            "Examples:",
            "  understudy purge --keep 50 --dry-run",
            "  understudy purge --keep-for 30d --yes",
            "  understudy purge --lake shop.yaml --keep 7 --dry-run"
        })
final class PurgeCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "Keep the latest N runs, or versions.")
    private @Nullable Integer keep;

    @Option(
            names = "--keep-for",
            paramLabel = "TIME",
            converter = Age.class,
            description = "Keep what is younger than this: 12h, 30d, 8w.")
    private @Nullable Duration keepFor;

    @Option(
            names = "--lake",
            paramLabel = "CONFIG",
            description =
                    "Remove old versions of this job's lake, with their files. Whoever still reads one of them fails.")
    private @Nullable Path lake;

    @Option(names = "--dry-run", description = "Show what would be forgotten or removed.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Print the runs or versions as JSON.")
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
            if (lake == null) {
                purgeRuns(runs, policy);
            } else {
                purgeLake(runs, session.read(lake), policy);
            }
        }
        return ExitCode.DONE;
    }

    private void purgeRuns(Product.Runs runs, PurgePolicy policy) {
        List<RunSummary> concerned = runs.purgeable(policy);
        if (!dryRun && !concerned.isEmpty()) {
            confirm("forget", Figures.count(concerned.size(), "run"));
            concerned = runs.purge(policy);
            concerned.forEach(this::deleteReport);
        }
        if (json) {
            print("runs", RunJson.array(concerned, RunJson::of));
            return;
        }
        if (!concerned.isEmpty()) {
            session.print(RunsCommand.lines(concerned));
        }
        session.terminal()
                .out()
                .println(
                        (dryRun ? "Would forget " : "Forgot ")
                                + Figures.count(concerned.size(), "run"));
    }

    private void deleteReport(RunSummary run) {
        Path file = RunWatch.reportFile(common.home(session.environment()), run.job(), run.run());
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            session.terminal()
                    .err()
                    .println(
                            "understudy: %s: the report could not be deleted (%s)"
                                    .formatted(file, Reason.of(e)));
        }
    }

    private void purgeLake(Product.Runs runs, JobConfig config, PurgePolicy policy) {
        List<LakeVersion> concerned = runs.purgeableInLake(config, policy);
        if (!dryRun && !concerned.isEmpty()) {
            confirm("remove", described(concerned));
            concerned = runs.purgeLake(config, policy);
        }
        if (json) {
            print("versions", RunJson.array(concerned, RunJson::of));
            return;
        }
        if (!concerned.isEmpty()) {
            session.print(LakeVersionsCommand.lines(concerned));
        }
        session.terminal()
                .out()
                .println((dryRun ? "Would remove " : "Removed ") + described(concerned));
    }

    private static String described(List<LakeVersion> versions) {
        return Figures.count(versions.size(), "version")
                + " of the lake, "
                + Figures.bytes(versions.stream().mapToLong(LakeVersion::bytes).sum());
    }

    private void print(String name, ArrayNode items) {
        var report = JsonNodeFactory.instance.objectNode();
        report.put("dryRun", dryRun);
        report.set(name, items);
        session.print(report);
    }

    /// @param verb what would be done: `forget`
    private void confirm(String verb, String what) {
        if (yes) {
            return;
        }
        if (!session.terminal().interactive() || json) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "this would " + verb + " " + what + " for good; confirm with --yes");
        }
        String answer =
                session.terminal()
                        .question()
                        .ask(
                                Character.toUpperCase(verb.charAt(0))
                                        + verb.substring(1)
                                        + " "
                                        + what
                                        + " for good? [y/N] ");
        if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
            throw new Failure(Failure.Kind.CONFIG, "not confirmed; nothing was done");
        }
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
