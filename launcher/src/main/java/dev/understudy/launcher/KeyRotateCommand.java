package dev.understudy.launcher;

import dev.understudy.config.JobConfig;
import dev.understudy.jobs.run.KeyReport;
import dev.understudy.launcher.terminal.TextTable;
import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "rotate",
        description = {
            "Raises a config's epoch to one that was never used, so that its next run makes other pseudonyms from the same"
                    + " secret.",
            "",
            "Without --yes it only says what would happen. It changes the line `epoch` of the config, and nothing else.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown, or done", "2:the config is wrong, or has no place for the epoch"},
        footer = {
            "",
            "Examples:",
            "  understudy key rotate shop.yaml",
            "  understudy key rotate shop.yaml --yes"
        })
final class KeyRotateCommand implements Callable<Integer> {
    private static final Pattern EPOCH = Pattern.compile("(?m)^epoch:[ \\t]*\\S+");
    private static final Pattern SECRET = Pattern.compile("(?m)^secret:");

    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(names = "--yes", description = "Change the config.")
    private boolean yes;

    @Option(names = "--json", description = "Print what happens as JSON.")
    private boolean json;

    KeyRotateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        JobConfig job = session.read(config);
        KeyReport report;
        try (var runs = session.open(common)) {
            report = runs.key(job);
        }
        String changed = changed(report.nextEpoch());
        if (yes) {
            write(changed, report.nextEpoch());
        }
        List<String> consequences = consequences(report);
        if (json) {
            session.print(json(report, consequences));
            return ExitCode.DONE;
        }
        var lines = new ArrayList<String>();
        lines.add(
                "%s the epoch of %s in %s"
                        .formatted(yes ? "Raised" : "Would raise", report.job(), config));
        lines.add("");
        lines.addAll(
                new TextTable("", ">epoch", "key")
                        .row("now", Integer.toString(report.epoch()), report.keyId())
                        .row("then", Integer.toString(report.nextEpoch()), report.nextKeyId())
                        .lines());
        lines.add("");
        consequences.forEach(each -> lines.add("  - " + each));
        lines.add("");
        lines.add(
                yes
                        ? "Next: understudy run " + config
                        : "Nothing was changed. Do it with: understudy key rotate "
                                + config
                                + " --yes");
        session.print(lines);
        return ExitCode.DONE;
    }

    private List<String> consequences(KeyReport report) {
        var all = new ArrayList<String>();
        all.add(
                "The next run makes other pseudonyms: nothing of it can be joined with copies of before.");
        for (KeyReport.Output each : report.outputs()) {
            if (each.use().isPresent()) {
                all.add(each.place() + " keeps its pseudonyms until that run is published.");
            }
            each.unreachable().ifPresent(why -> all.add(each.place() + " was not asked: " + why));
        }
        if (report.outputs().stream().anyMatch(each -> each.place().startsWith("the lake"))) {
            all.add(
                    "Older versions of the lake keep theirs until they are removed: understudy purge --lake %s --keep 1"
                            .formatted(config));
        }
        report.runs().stream()
                .filter(KeyReport.Run::unfinished)
                .forEach(each ->
                        all.add(
                                "Run %d did not end and could not go on any more; if you want it, first: understudy restart %d"
                                        .formatted(each.run(), each.run())));
        all.add(
                "Jobs that share the secret and must agree with this one need epoch: %d, too."
                        .formatted(report.nextEpoch()));
        all.add(
                "Never go back: epoch %d would make the pseudonyms of before again."
                        .formatted(report.epoch()));
        return all;
    }

    /// The config's text with another epoch.
    private String changed(int epoch) {
        String text;
        try {
            text = Files.readString(config, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw cannotWrite("cannot be read", e);
        }
        Matcher epochs = EPOCH.matcher(text);
        if (epochs.find()) {
            return epochs.replaceFirst("epoch: " + epoch);
        }
        Matcher secret = SECRET.matcher(text);
        if (secret.find()) {
            return secret.replaceFirst("epoch: " + epoch + "\nsecret:");
        }
        throw new Failure(
                Failure.Kind.CONFIG,
                "%s: no line begins with `epoch:` or `secret:`; write the epoch yourself: epoch: %d"
                        .formatted(config, epoch));
    }

    /// Beside the config and renamed, once it was read back as the same job with the new epoch.
    private void write(String text, int epoch) {
        try {
            Path file = config.toRealPath();
            Path beside = file.resolveSibling("." + file.getFileName() + ".new");
            try {
                Files.copy(
                        file,
                        beside,
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
                Files.writeString(beside, text, StandardCharsets.UTF_8);
                if (session.read(beside).epoch() != epoch) {
                    throw new Failure(
                            Failure.Kind.CONFIG,
                            "%s: the epoch could not be changed; write it yourself: epoch: %d"
                                    .formatted(config, epoch));
                }
                Files.move(
                        beside,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw cannotWrite("cannot be changed", e);
        }
    }

    private Failure cannotWrite(String what, IOException e) {
        return new Failure(
                Failure.Kind.CONFIG, "%s: %s (%s)".formatted(config, what, Reason.of(e)), e);
    }

    private ObjectNode json(KeyReport report, List<String> consequences) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("job", report.job());
        json.put("changed", yes);
        json.put("epoch", report.epoch());
        json.put("keyId", report.keyId());
        json.put("nextEpoch", report.nextEpoch());
        json.put("nextKeyId", report.nextKeyId());
        var array = json.putArray("consequences");
        consequences.forEach(array::add);
        return json;
    }
}
