package dev.understudy.ops.report;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.UnfitCount;
import dev.understudy.jobs.run.LakeVersion;
import dev.understudy.jobs.run.RunDetails;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Runs as JSON, the same from the commands and from the web interface. Field names are stable; a
/// field that has no value is null and never missing. Times are ISO 8601 in UTC, durations
/// milliseconds, sizes bytes, enum constants lower case.
public final class RunJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RunJson() {}

    public static ObjectNode of(RunSummary run) {
        ObjectNode json = JSON.objectNode();
        json.put("run", run.run());
        json.put("job", run.job());
        json.put("status", word(run.status()));
        json.put("phase", word(run.phase()));
        json.put("started", run.started().toString());
        json.put("ended", text(run.ended()));
        json.put("executions", run.executions());
        json.put("rows", run.rows());
        json.put("bytes", run.bytes());
        json.put("owner", run.owner().orElse(null));
        json.put("failure", run.failure().orElse(null));
        return json;
    }

    public static ObjectNode of(RunDetails run) {
        ObjectNode json = of(run.summary());
        json.set("steps", array(run.steps(), RunJson::of));
        json.set("report", run.report().<JsonNode>map(RunJson::of).orElse(JSON.nullNode()));
        return json;
    }

    public static ObjectNode of(RunReport report) {
        ObjectNode json = JSON.objectNode();
        json.put("run", report.run());
        json.put("job", report.job());
        json.put("configFile", report.configFile());
        json.put("configHash", report.configHash());
        json.put("status", word(report.status()));
        json.put("started", report.started().toString());
        json.put("ended", text(report.ended()));
        json.put("durationMillis", report.durationMillis());
        ObjectNode phases = json.putObject("phaseMillis");
        report.phaseMillis().forEach((phase, millis) -> phases.put(word(phase), millis));
        json.put("executions", report.executions());
        json.put("snapshots", report.snapshots());
        json.put("keyId", report.keyId());
        json.put("epoch", report.epoch());
        json.set("sources", array(report.sources(), RunJson::of));
        json.put("lake", report.lake().map(Places::shown).orElse(null));
        json.put("rows", report.rows());
        json.put("bytes", report.bytes());
        json.put("rowsPerSecond", Figures.perSecond(report.rows(), report.durationMillis()));
        json.put("mode", word(report.scope().mode()));
        json.put("whyWhole", report.scope().why().orElse(null));
        json.set("changes", array(report.scope().changes(), RunJson::of));
        json.set("reloads", array(report.scope().reloads(), RunJson::of));
        json.set("left", array(report.scope().left(), RunJson::of));
        json.set("tables", array(report.tables(), RunJson::of));
        ArrayNode notCarried = json.putArray("notCarried");
        report.notCarried().forEach(notCarried::add);
        json.set("warnings", array(report.warnings(), RunJson::of));
        if (report.failure().isPresent()) {
            ObjectNode failure = json.putObject("failure");
            failure.put("kind", word(report.failure().get().kind()));
            failure.put("message", report.failure().get().message());
        } else {
            json.putNull("failure");
        }
        return json;
    }

    private static ObjectNode of(RunReport.Change change) {
        ObjectNode json = JSON.objectNode();
        json.put("table", change.table());
        json.put("updated", change.updated());
        json.put("inserted", change.inserted());
        json.put("deleted", change.deleted());
        return json;
    }

    private static ObjectNode of(RunReport.TableAndWhy reload) {
        ObjectNode json = JSON.objectNode();
        json.put("table", reload.table());
        json.put("why", reload.why());
        return json;
    }

    /// A version of a lake.
    public static ObjectNode of(LakeVersion version) {
        ObjectNode json = JSON.objectNode();
        json.put("version", version.version());
        json.put("run", version.run());
        json.put("published", version.published().toString());
        json.put("rows", version.rows());
        json.put("changedRows", version.changedRows());
        json.put("bytes", version.bytes());
        json.put("files", version.files());
        return json;
    }

    /// A problem of a config. Its place is null if it concerns the database as a whole.
    public static ObjectNode of(Problem problem) {
        ObjectNode json = JSON.objectNode();
        json.put("id", problem.id());
        json.put("severity", word(problem.severity()));
        json.put("line", problem.where().map(each -> each.line()).orElse(null));
        json.put("column", problem.where().map(each -> each.column()).orElse(null));
        json.put("path", problem.where().map(each -> each.path()).orElse(null));
        json.put("message", problem.message());
        json.put("hint", problem.hint());
        return json;
    }

    /// An array of whatever `toJson` makes of each.
    public static <T> ArrayNode array(List<T> items, Function<T, ObjectNode> toJson) {
        ArrayNode array = JSON.arrayNode();
        items.forEach(each -> array.add(toJson.apply(each)));
        return array;
    }

    private static ObjectNode of(RunReport.SourceReport source) {
        ObjectNode json = JSON.objectNode();
        json.put("name", source.name());
        json.put("source", Places.shown(source.place()));
        json.put("twin", source.twin().map(Places::shown).orElse(null));
        ArrayNode taken = json.putArray("taken");
        source.taken().forEach(each -> taken.add(each.toString()));
        return json;
    }

    private static ObjectNode of(RunReport.TableReport table) {
        ObjectNode json = JSON.objectNode();
        json.put("table", table.table());
        json.put("sourceRows", table.sourceRows());
        json.put("countedAsSent", table.countedAsSent());
        json.put("mixedSnapshots", table.mixed());
        json.put("twinRows", table.twinRows().orElse(null));
        json.put("lakeRows", table.lakeRows().orElse(null));
        json.put("bytes", table.bytes());
        json.put("maskedColumns", table.maskedColumns());
        json.put("keptColumns", table.keptColumns());
        json.put("unfitValues", table.unfitValues());
        ArrayNode shapes = json.putArray("unfitShapes");
        for (UnfitCount each : table.unfitCounts()) {
            ObjectNode shape = shapes.addObject();
            shape.put("column", each.column());
            shape.put("shape", each.shape());
            shape.put("values", each.values());
        }
        json.put("pulledRows", table.pulledRows());
        json.put("nullifiedKeys", table.nullifiedKeys());
        json.put("keptChecksum", table.keptChecksum());
        json.put("agrees", table.agrees().orElse(null));
        json.put("structureOnly", table.structureOnly());
        json.put("millis", table.millis());
        return json;
    }

    private static ObjectNode of(RunDetails.Step step) {
        ObjectNode json = JSON.objectNode();
        json.put("execution", step.execution());
        json.put("name", step.name());
        json.put("what", step.what());
        json.put("status", step.status());
        json.put("started", text(step.started()));
        json.put("ended", text(step.ended()));
        json.put("rows", step.rows());
        json.put("bytes", step.bytes());
        json.put("exit", step.exit());
        return json;
    }

    private static @Nullable String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse(null);
    }
}
