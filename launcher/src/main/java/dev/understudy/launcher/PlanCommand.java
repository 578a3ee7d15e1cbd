package dev.understudy.launcher;

import dev.understudy.config.JobConfigs;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.change.Change;
import dev.understudy.jobs.copy.DeltaOutlook;
import dev.understudy.jobs.plan.ChosenRows.NullifiedKey;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.jobs.run.Outlook;
import dev.understudy.launcher.terminal.PlanText;
import dev.understudy.launcher.terminal.ProblemText;
import dev.understudy.ops.report.Places;
import dev.understudy.ops.report.RunJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "plan",
        description = {
            "Shows what a run would do, and does nothing.",
            "",
            "Of a job with a section `delta`, also how the next run reads each table, and what has changed in the source's"
                    + " structure since the twin was made.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:a run could start",
            "2:the config is wrong",
            "3:the source cannot be reached"
        },
        footer = {
            "",
            "Examples:",
            "  understudy plan shop.yaml",
            "  understudy plan shop.yaml --columns       # every column that is let through, too",
            "  understudy plan shop.yaml --json | jq '.tables[] | select(.maskedColumns == 0) | .table'"
        })
final class PlanCommand implements Callable<Integer> {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(names = "--columns", description = "List the kept columns, not only the masked ones.")
    private boolean columns;

    @Option(names = "--json", description = "Print the plan as JSON.")
    private boolean json;

    PlanCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        JobConfigs.Reading read = session.readWithWarnings(config);
        Outlook outlook = session.outlook(read.config(), common);
        Plan plan = outlook.plan();
        List<Problem> warnings =
                Stream.of(plan.undecided(), read.warnings(), plan.warnings())
                        .flatMap(List::stream)
                        .toList();
        if (json) {
            session.print(json(outlook, warnings));
            return ExitCode.DONE;
        }
        var listed = columns ? PlanText.Columns.ALL : PlanText.Columns.MASKED;
        session.print(PlanText.lines(outlook, listed, session.terminal()));
        if (!warnings.isEmpty()) {
            ProblemText.brief(config, warnings).forEach(session.terminal().err()::println);
        }
        return ExitCode.DONE;
    }

    static ObjectNode json(Outlook outlook, List<Problem> warnings) {
        Plan plan = outlook.plan();
        ObjectNode json = JSON.objectNode();
        json.put("job", plan.config().job());
        json.put("configHash", plan.config().hash());
        ArrayNode sources = json.putArray("sources");
        for (int i = 0; i < plan.products().size(); i++) {
            sources.add(json(plan.config().sources().get(i), plan.products().get(i)));
        }
        json.put("lake", plan.config().lake().map(lake -> Places.shown(lake.uri())).orElse(null));
        json.set("tables", RunJson.array(plan.tables(), PlanCommand::json));
        ArrayNode excluded = json.putArray("excluded");
        plan.excluded().forEach(each -> excluded.add(each.toString()));
        ArrayNode refusals = json.putArray("refusals");
        outlook.refusals().forEach(refusals::add);
        json.put("unfinished", outlook.unfinished().orElse(null));
        json.set("delta", outlook.delta().map(delta -> json(delta, plan)).orElse(null));
        json.set("warnings", RunJson.array(warnings, RunJson::of));
        return json;
    }

    private static ObjectNode json(SourceConfig source, String product) {
        ObjectNode json = JSON.objectNode();
        json.put("name", source.name());
        json.put("source", Places.shown(source.database().url()));
        json.put("version", product);
        json.put(
                "twin",
                source.twin().map(twin -> Places.shown(twin.database().url())).orElse(null));
        return json;
    }

    private static ObjectNode json(TableCopy table) {
        ObjectNode json = JSON.objectNode();
        json.put("table", table.name().toString());
        json.put("lakeTable", table.lakeTable().toString());
        json.put("structureOnly", table.structureOnly());
        long estimate = table.table().estimatedRows();
        json.put("estimatedRows", estimate < 0 ? null : estimate);
        json.put("bytes", table.table().bytes());
        ArrayNode conditions = json.putArray("conditions");
        table.conditions().forEach(conditions::add);
        json.put("pullsRows", table.rows().pullsRows());
        json.set("nullifiedKeys", RunJson.array(table.rows().nullified(), PlanCommand::json));
        json.put("maskedColumns", table.maskedColumns());
        var key = json.putArray("orderKey");
        table.orderKey().ifPresent(each -> each.columns().forEach(key::add));
        json.set("columns", RunJson.array(table.columns(), PlanCommand::json));
        return json;
    }

    private static ObjectNode json(DeltaOutlook delta, Plan plan) {
        ObjectNode json = JSON.objectNode();
        json.put("next", PlanText.next(delta));
        json.put("since", delta.since().orElse(null));
        json.put("why", delta.whyWhole().or(delta::unknown).orElse(null));
        json.set("tables", RunJson.array(delta.tables(), PlanCommand::json));
        json.set("changes", RunJson.array(delta.changes(), each -> json(each, delta, plan)));
        return json;
    }

    private static ObjectNode json(DeltaOutlook.OfTable table) {
        ObjectNode json = JSON.objectNode();
        json.put("table", table.table().toString());
        json.put("reads", table.reading().name().toLowerCase(Locale.ROOT));
        json.put("why", table.why().orElse(null));
        ArrayNode watermarks = json.putArray("watermarks");
        table.watermarks()
                .forEach(each ->
                        watermarks
                                .addObject()
                                .put("column", each.column())
                                .put("indexed", each.indexed()));
        ArrayNode checksums = json.putArray("checksumColumns");
        table.checksums().forEach(checksums::add);
        return json;
    }

    private static ObjectNode json(Change change, DeltaOutlook delta, Plan plan) {
        ObjectNode json = JSON.objectNode();
        json.put("table", change.table().map(Object::toString).orElse(null));
        json.put("class", PlanText.word(change.effect()));
        json.put("what", change.what());
        json.put("do", PlanText.consequence(change, delta, plan));
        return json;
    }

    private static ObjectNode json(NullifiedKey nullified) {
        ObjectNode json = JSON.objectNode();
        json.put("key", nullified.key().name());
        ArrayNode columns = json.putArray("columns");
        nullified.columns().forEach(columns::add);
        json.put("references", nullified.key().referenced().toString());
        return json;
    }

    private static ObjectNode json(Decision decision) {
        ObjectNode json = JSON.objectNode();
        json.put("column", decision.column().name());
        json.put("type", decision.column().type().sql());
        json.put("masker", decision.rule().masker());
        json.put("kept", decision.kept());
        json.put("because", PlanText.because(decision.origin()));
        json.put("reason", decision.rule().reason().orElse(null));
        return json;
    }
}
