package dev.understudy.jobs.plan;

import dev.understudy.jobs.plan.PlanView.ColumnView;
import dev.understudy.jobs.plan.PlanView.SourceView;
import dev.understudy.jobs.plan.PlanView.TableView;
import dev.understudy.jobs.plan.PlanView.WarningView;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// A plan as plain text for a terminal, without colours.
public final class PlanText {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private PlanText() {}

    public static String of(Plan plan) {
        return of(PlanView.of(plan));
    }

    static String of(PlanView plan) {
        var out = new Formatter(Locale.ROOT);
        out.format("job     %s (%s)\n", plan.job(), plan.config());
        for (SourceView each : plan.sources()) {
            String name = each.name().isEmpty() ? "" : each.name() + ": ";
            out.format("source  %s%s, %s\n", name, each.place(), each.product());
            if (each.twin() != null) {
                out.format("twin    %s%s\n", name, each.twin());
            }
        }
        if (plan.lake() != null) {
            out.format("lake    %s\n", plan.lake());
        }
        out.format(
                "rows    about %,d, %s, in %s\n",
                plan.estimatedRows(), size(plan.bytes()), count(plan.tables().size(), "table"));
        plan.tables().forEach(each -> table(out, each));
        names(out, "structure only", plan.structureOnly());
        names(out, "excluded", plan.excluded());
        if (!plan.warnings().isEmpty()) {
            out.format("\n%s\n", count(plan.warnings().size(), "warning"));
            plan.warnings().forEach(each -> warning(out, each));
        }
        return out.toString();
    }

    private static void table(Formatter out, TableView table) {
        out.format(
                "\n%s  %s, %s, %d of %s masked, read %s\n",
                table.table(),
                table.estimatedRows() < 0
                        ? "rows unknown"
                        : String.format(Locale.ROOT, "about %,d rows", table.estimatedRows()),
                size(table.bytes()),
                table.maskedColumns(),
                count(table.columns().size(), "column"),
                table.orderKey().isEmpty()
                        ? "in physical order"
                        : "by " + String.join(", ", table.orderKey()));
        int name = width(table.columns().stream().map(ColumnView::column).toList());
        int type = width(table.columns().stream().map(ColumnView::type).toList());
        int rule = width(table.columns().stream().map(ColumnView::rule).toList());
        for (ColumnView column : table.columns()) {
            out.format(
                    "  %s  %s  %s  %s\n",
                    padded(column.column(), name),
                    padded(column.type(), type),
                    padded(column.rule(), rule),
                    column.decidedBy());
        }
    }

    private static void names(Formatter out, String title, List<String> names) {
        if (!names.isEmpty()) {
            out.format("\n%s\n", title);
            names.forEach(each -> out.format("  %s\n", each));
        }
    }

    private static void warning(Formatter out, WarningView warning) {
        out.format(
                "  %s%s: %s\n",
                warning.line() > 0 ? "line %d: ".formatted(warning.line()) : "",
                warning.id(),
                warning.message());
        out.format("      %s\n", warning.hint());
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String count(int count, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", count, thing, count == 1 ? "" : "s");
    }

    private static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }
}
