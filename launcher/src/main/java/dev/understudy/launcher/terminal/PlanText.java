package dev.understudy.launcher.terminal;

import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.change.Change;
import dev.understudy.jobs.copy.DeltaOutlook;
import dev.understudy.jobs.plan.ChosenRows.NullifiedKey;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.jobs.run.Outlook;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.Places;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// A plan for a terminal: what a run would do.
public final class PlanText {
    private PlanText() {}

    /// Which columns are listed.
    public enum Columns {
        MASKED,
        ALL
    }

    public static List<String> lines(Outlook outlook, Columns listed, Terminal terminal) {
        Plan plan = outlook.plan();
        var lines = new ArrayList<String>();
        long copied = plan.tables().stream().filter(each -> !each.structureOnly()).count();
        long masked = plan.tables().stream().mapToLong(TableCopy::maskedColumns).sum();
        long columns = plan.tables().stream().mapToLong(each -> each.columns().size()).sum();
        lines.add(
                terminal.bold(
                        "%s would copy %s and mask %s of %s"
                                .formatted(
                                        plan.config().job(),
                                        Figures.count(copied, "table"),
                                        Figures.count(masked),
                                        Figures.count(columns, "column"))));
        lines.add("");
        for (int i = 0; i < plan.products().size(); i++) {
            SourceConfig source = plan.config().sources().get(i);
            String name = source.name().isEmpty() ? "" : source.name() + ": ";
            lines.add(
                    "  Source  %s%s (%s)"
                            .formatted(
                                    name,
                                    Places.shown(source.database().url()),
                                    plan.products().get(i)));
            source.twin()
                    .ifPresent(twin ->
                            lines.add("  Twin    " + name + Places.shown(twin.database().url())));
        }
        plan.config().lake().ifPresent(lake -> lines.add("  Lake    " + Places.shown(lake.uri())));
        outlook.refusals()
                .forEach(why ->
                        lines.add("  Note    a run would be refused: " + Lines.harmless(why)));
        outlook.unfinished().ifPresent(note -> lines.add("  Note    " + Lines.harmless(note)));
        lines.add("");
        tables(plan, lines, terminal);
        rows(plan, lines, terminal);
        outlook.delta().ifPresent(delta -> delta(delta, plan, lines, terminal));
        for (TableCopy table : plan.tables()) {
            columns(table, listed, lines, terminal);
        }
        if (!plan.excluded().isEmpty()) {
            lines.add("");
            lines.add("  " + terminal.bold("Left out by the config"));
            plan.excluded().forEach(each -> lines.add("    " + Lines.harmless(each.toString())));
        }
        return lines;
    }

    private static void tables(Plan plan, List<String> lines, Terminal terminal) {
        var table = new TextTable("table", ">rows, about", ">size", ">masked", ">kept", "read by");
        for (TableCopy each : plan.tables()) {
            table.row(
                    Lines.harmless(each.name().toString()),
                    each.structureOnly()
                            ? "structure only"
                            : each.table().estimatedRows() < 0
                                    ? "unknown"
                                    : (each.conditions().isEmpty() ? "" : "at most ")
                                            + Figures.count(each.table().estimatedRows()),
                    Figures.bytes(each.table().bytes()),
                    Long.toString(each.maskedColumns()),
                    Long.toString(each.columns().size() - each.maskedColumns()),
                    each.orderKey()
                            .map(key -> Lines.harmless(String.join(", ", key.columns())))
                            .orElse("physical order"));
        }
        List<String> drawn = table.lines();
        lines.add(terminal.soft(drawn.getFirst()));
        lines.addAll(drawn.subList(1, drawn.size()));
    }

    /// Which rows come, where not all do. Partitions are as their root.
    private static void rows(Plan plan, List<String> lines, Terminal terminal) {
        var said = new LinkedHashMap<TableName, List<String>>();
        for (TableCopy each : plan.tables()) {
            var of = new ArrayList<String>();
            each.rows().asked().forEach(condition -> of.add("where " + Lines.harmless(condition)));
            if (each.rows().pullsRows()) {
                of.add("and rows that copied rows reference");
            }
            for (NullifiedKey key : each.rows().nullified()) {
                of.add(
                        "%s becomes NULL where its row of %s is left out"
                                .formatted(
                                        Lines.harmless(String.join(", ", key.columns())),
                                        Lines.harmless(key.key().referenced().toString())));
            }
            if (!of.isEmpty()) {
                said.put(each.lakeTable(), of);
            }
        }
        if (said.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("  " + terminal.bold("Rows"));
        said.forEach((table, of) -> {
            lines.add("    " + Lines.harmless(table.toString()));
            of.forEach(each -> lines.add("      " + each));
        });
    }

    /// How the next run reads the tables, and what has become of the structure.
    private static void delta(
            DeltaOutlook delta, Plan plan, List<String> lines, Terminal terminal) {
        lines.add("");
        String heading =
                switch (next(delta)) {
                    case "everything" ->
                            "The next run copies everything: " + delta.whyWhole().orElseThrow();
                    case "unknown" ->
                            "Whether the next run copies everything is not known: "
                                    + delta.unknown().orElseThrow();
                    default ->
                            "The next run copies what has changed since run "
                                    + delta.since().orElseThrow();
                };
        lines.add("  " + terminal.bold(Lines.harmless(heading)));
        var table = new TextTable("  table", "deltas read", "watermarks", "because");
        for (DeltaOutlook.OfTable each : delta.tables()) {
            table.row(
                    "  " + Lines.harmless(each.table().toString()),
                    switch (each.reading()) {
                        case CHANGED ->
                                each.checksums().isEmpty()
                                        ? "what has changed"
                                        : "what has changed, also by checksums";
                        case COMPARED -> "all, compared";
                        case ANEW -> "all, made anew";
                        case LEFT -> "none, left as it is";
                    },
                    Lines.harmless(
                            each.watermarks().stream()
                                    .map(one -> one.column() + (one.indexed() ? "" : " (no index)"))
                                    .collect(Collectors.joining(", "))),
                    Lines.harmless(each.why().orElse("")));
        }
        List<String> drawn = table.lines();
        lines.add(terminal.soft(drawn.getFirst()));
        lines.addAll(drawn.subList(1, drawn.size()));
        if (delta.changes().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("  " + terminal.bold("What has changed in the structure since the last run"));
        for (Change each : delta.changes()) {
            lines.add("    " + Lines.harmless(each.toString()));
            lines.add(
                    "      %s: %s"
                            .formatted(
                                    word(each.effect()),
                                    Lines.harmless(consequence(each, delta, plan))));
        }
    }

    /// What the next run copies, in one word: `changes`, `everything` or `unknown`.
    public static String next(DeltaOutlook delta) {
        return delta.whyWhole().isPresent()
                ? "everything"
                : delta.unknown().isPresent() ? "unknown" : "changes";
    }

    /// The class of a change, as the documentation calls it.
    public static String word(Change.Effect effect) {
        return switch (effect) {
            case COMPATIBLE -> "compatible";
            case RELOAD -> "reload";
            case GONE -> "gone";
            case RULE -> "needs a rule";
        };
    }

    /// What the next delta makes of a change; of a column that no rule decides about, the line to
    /// add.
    public static String consequence(Change change, DeltaOutlook delta, Plan plan) {
        if (change.effect() != Change.Effect.RULE && !delta.left().isEmpty()) {
            return "the twin stays as it is until every column has a rule";
        }
        return switch (change.effect()) {
            case COMPATIBLE -> "the rows stay, and the twin is changed alike";
            case RELOAD -> "the table is loaded in full";
            case GONE -> "it goes from the twin, too";
            case RULE -> "its values go nowhere until a rule decides" + line(change, plan);
        };
    }

    private static String line(Change change, Plan plan) {
        String column = change.what().replaceFirst("column (.*?) \\(.*", "$1");
        String path = change.table().map(each -> each + "." + column + " (").orElseThrow();
        return plan.undecided().stream()
                .filter(each -> each.message().startsWith(path))
                .map(each -> ": " + each.hint())
                .findFirst()
                .orElse("");
    }

    private static void columns(
            TableCopy table, Columns listed, List<String> lines, Terminal terminal) {
        List<Decision> shown =
                table.columns().stream()
                        .filter(each -> listed == Columns.ALL || !each.kept())
                        .toList();
        if (shown.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("  " + terminal.bold(Lines.harmless(table.name().toString())));
        var columns = new TextTable("  column", "type", "rule", "because");
        for (Decision each : shown) {
            columns.row(
                    "  " + Lines.harmless(each.column().name()),
                    each.column().type().sql(),
                    each.rule().masker(),
                    because(each.origin()));
        }
        List<String> drawn = columns.lines();
        lines.addAll(drawn.subList(1, drawn.size()));
    }

    /// Who decided about a column, in words.
    public static String because(Decision.Origin origin) {
        return switch (origin) {
            case Decision.Origin.Rule(var pattern, var where) ->
                    "rule " + pattern + ", line " + where.line();
            case Decision.Origin.Referenced(var key, var table, var column) ->
                    "references " + table + "." + column;
            case Decision.Origin.Parent(var table) -> "follows " + table;
            case Decision.Origin.ByType() -> "unlisted: mask";
            case Decision.Origin.ByProfile(var profile, var kind) ->
                    "profile " + profile.word() + ", as " + kind.word();
        };
    }
}
