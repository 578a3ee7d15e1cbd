package dev.understudy.launcher;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.config.Spelling;
import dev.understudy.launcher.terminal.TextTable;
import dev.understudy.masking.Guarantees;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.ops.report.RunJson;
import dev.understudy.rows.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "maskers",
        description = {"Lists the maskers that rules can name, or explains one.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "2:there is no such masker"},
        footer = {"", "Examples:", "  understudy maskers", "  understudy maskers shift-date"})
final class MaskersCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A masker's name.")
    private @Nullable String name;

    @Option(names = "--json", description = "Print the catalogue as JSON.")
    private boolean json;

    MaskersCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        List<MaskerDefinition> shown = name == null ? Maskers.all() : List.of(named(name));
        if (json) {
            session.print(RunJson.array(shown, MaskersCommand::json));
        } else if (name == null) {
            session.print(comparison(shown));
        } else {
            session.print(explain(shown.getFirst()));
        }
        return ExitCode.DONE;
    }

    private static MaskerDefinition named(String name) {
        return Maskers.named(name)
                .orElseThrow(() ->
                        new Failure(
                                Failure.Kind.CONFIG,
                                "there is no masker '%s'; %s"
                                        .formatted(
                                                name,
                                                Spelling.closest(
                                                                name,
                                                                Maskers.all().stream()
                                                                        .map(MaskerDefinition::name)
                                                                        .toList())
                                                        .map("did you mean %s?"::formatted)
                                                        .orElse("understudy maskers lists them"))));
    }

    private static List<String> comparison(List<MaskerDefinition> maskers) {
        var table = new TextTable("masker", "unique", "format", "length", "check", "what it does");
        for (MaskerDefinition each : maskers) {
            Optional<Guarantees> promised = Promises.of(each);
            table.row(
                    each.name(),
                    mark(promised, Guarantees::injective),
                    mark(promised, Guarantees::keepsFormat),
                    mark(promised, Guarantees::keepsLength),
                    mark(promised, Guarantees::keepsChecksum),
                    each.summary());
        }
        var lines = new ArrayList<>(table.lines());
        lines.add("");
        lines.add(
                "unique: two values never become equal; format, length, check: of the result as of the value;");
        lines.add("rule: as its parameters say. `understudy maskers NAME` explains one.");
        return lines;
    }

    private static String mark(Optional<Guarantees> promised, Predicate<Guarantees> which) {
        return promised.map(each -> which.test(each) ? "yes" : "").orElse("rule");
    }

    private static List<String> explain(MaskerDefinition masker) {
        var lines = new ArrayList<String>();
        lines.add(masker.name() + ": " + masker.summary());
        lines.add("");
        lines.add(
                "  masks  "
                        + masker.forms().stream()
                                .sorted()
                                .map(each -> word(each))
                                .collect(Collectors.joining(", ")));
        lines.add(
                "  promises  "
                        + Promises.of(masker)
                                .map(Promises::words)
                                .orElse("what the rules in its parameters promise"));
        if (!masker.parameters().isEmpty()) {
            var table = new TextTable("parameter", "type", "", "");
            masker.parameters()
                    .forEach(each ->
                            table.row(
                                    each.name(),
                                    each.type(),
                                    each.required() ? "required" : "",
                                    each.summary()));
            lines.add("");
            lines.addAll(table.lines());
        }
        return lines;
    }

    private static ObjectNode json(MaskerDefinition masker) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", masker.name());
        json.put("summary", masker.summary());
        var forms = json.putArray("forms");
        masker.forms().stream().sorted().forEach(each -> forms.add(word(each)));
        Promises.of(masker).ifPresent(each -> json.set("promises", Promises.json(each)));
        json.set(
                "parameters",
                RunJson.array(
                        masker.parameters(),
                        each -> {
                            ObjectNode parameter = JsonNodeFactory.instance.objectNode();
                            parameter.put("name", each.name());
                            parameter.put("type", each.type());
                            parameter.put("required", each.required());
                            parameter.put("summary", each.summary());
                            return parameter;
                        }));
        return json;
    }
}
