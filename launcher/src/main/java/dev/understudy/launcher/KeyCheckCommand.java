package dev.understudy.launcher;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.config.JobConfig;
import dev.understudy.config.SecretSource;
import dev.understudy.jobs.keys.KeyHistory.Relation;
import dev.understudy.jobs.keys.KeyUse;
import dev.understudy.jobs.run.KeyReport;
import dev.understudy.launcher.secret.SecretFile;
import dev.understudy.launcher.terminal.TextTable;
import dev.understudy.ops.report.RunJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "check",
        description = {
            "Says which key a config makes, where its secret comes from, which runs used it, and whether the twin and the lake"
                    + " were masked with it. Never shows the secret.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the twin and the lake were masked with this key, or hold nothing yet",
            "2:the config or its secret is wrong",
            "4:the twin or the lake cannot be asked",
            "5:the twin or the lake was masked with another key"
        },
        footer = {
            "",
            "Examples:",
            "  understudy key check shop.yaml",
            "  understudy key check shop.yaml --json | jq -r .keyId"
        })
final class KeyCheckCommand implements Callable<Integer> {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    KeyCheckCommand(Session session) {
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
        List<String> advice = advice(job);
        if (json) {
            session.print(json(report, advice));
        } else {
            session.print(lines(report));
            advice.forEach(each -> session.terminal().out().println("\n  " + each));
        }
        if (report.outputs().stream().anyMatch(each -> each.unreachable().isPresent())) {
            return ExitCode.TARGET;
        }
        return report.agrees() ? ExitCode.DONE : ExitCode.MISMATCH;
    }

    private static List<String> advice(JobConfig job) {
        var advice = new ArrayList<String>();
        if (job.secret() instanceof SecretSource.Given given) {
            if (given.inConfig()) {
                advice.add(
                        "The secret stands in the config, where everybody who reads it sees it: write ${env:NAME} or ${file:path}");
            }
            for (Path file : given.files()) {
                SecretFile.openToOthers(file)
                        .ifPresent(permissions ->
                                advice.add(
                                        "%s may be read by others than its owner (%s): chmod 600 %s"
                                                .formatted(file, permissions, file)));
            }
        }
        return advice;
    }

    private static List<String> lines(KeyReport report) {
        var lines = new ArrayList<String>();
        lines.add(
                "Key %s of %s: epoch %d, secret from %s"
                        .formatted(report.keyId(), report.job(), report.epoch(), report.origin()));
        lines.add("");
        var table = new TextTable("masked", "key", ">epoch", "");
        for (KeyReport.Output each : report.outputs()) {
            table.row(
                    each.place(),
                    each.use().map(KeyUse::keyId).orElse(""),
                    epoch(each.use().map(KeyUse::epoch).orElse(OptionalInt.empty())),
                    each.unreachable()
                            .map("cannot be asked: "::concat)
                            .orElseGet(() ->
                                    each.relation()
                                            .map(KeyCheckCommand::words)
                                            .orElse("nothing published yet")));
        }
        for (KeyReport.Run each : report.runs()) {
            table.row(
                    "run %d (%s)".formatted(each.run(), word(each.status())),
                    each.keyId(),
                    epoch(each.epoch()),
                    words(each.relation()));
        }
        lines.addAll(table.lines());
        return lines;
    }

    private static String epoch(OptionalInt epoch) {
        return epoch.isPresent() ? Integer.toString(epoch.getAsInt()) : "";
    }

    private static String words(Relation relation) {
        return switch (relation) {
            case SAME -> "this key";
            case EARLIER_EPOCH -> "this secret in an earlier epoch";
            case LATER_EPOCH -> "this secret in a later epoch";
            case OTHER_SECRET -> "another secret";
        };
    }

    private static ObjectNode json(KeyReport report, List<String> advice) {
        ObjectNode json = JSON.objectNode();
        json.put("job", report.job());
        json.put("keyId", report.keyId());
        json.put("epoch", report.epoch());
        json.put("origin", report.origin());
        json.put("agrees", report.agrees());
        json.set(
                "outputs",
                RunJson.array(
                        report.outputs(),
                        each -> {
                            ObjectNode output = JSON.objectNode();
                            output.put("place", each.place());
                            output.put("keyId", each.use().map(KeyUse::keyId).orElse(null));
                            output.put("relation", relation(each.relation()));
                            output.put("unreachable", each.unreachable().orElse(null));
                            return output;
                        }));
        json.set(
                "runs",
                RunJson.array(
                        report.runs(),
                        each -> {
                            ObjectNode run = JSON.objectNode();
                            run.put("run", each.run());
                            run.put("status", word(each.status()));
                            run.put("keyId", each.keyId());
                            run.put("relation", relation(Optional.of(each.relation())));
                            return run;
                        }));
        var array = json.putArray("advice");
        advice.forEach(array::add);
        return json;
    }

    private static String relation(Optional<Relation> relation) {
        return relation.map(each -> word(each)).orElse("nothing");
    }
}
