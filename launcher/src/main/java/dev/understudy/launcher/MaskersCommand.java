package dev.understudy.launcher;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.launcher.terminal.TextTable;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.ops.report.RunJson;
import dev.understudy.rows.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
            var table = new TextTable("masker", "what it does");
            shown.forEach(each -> table.row(each.name(), each.summary()));
            session.print(table.lines());
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
                                "no masker '" + name + "'; see `understudy maskers`"));
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
