package dev.understudy.jobs.plan;

import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.schema.Key;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A plan as people and programs read it: texts and numbers only, no secret.
///
/// @param lake the URI of the lake; null without one
/// @param estimatedRows of all tables that copy rows, as far as the database has a guess
/// @param tables those whose rows are copied, largest first
/// @param structureOnly those whose rows stay behind
/// @param excluded those that are left out
public record PlanView(
        String job,
        String config,
        List<SourceView> sources,
        @Nullable String lake,
        long estimatedRows,
        long bytes,
        List<TableView> tables,
        List<String> structureOnly,
        List<String> excluded,
        List<WarningView> warnings) {

    /// A source.
    ///
    /// @param name empty for the only one
    /// @param place where the rows come from: a JDBC URL without its parameters
    /// @param twin where the clone goes, as the source; null without a twin
    public record SourceView(String name, String place, String product, @Nullable String twin) {}

    /// A table whose rows are copied.
    ///
    /// @param lakeTable under which its rows lie in the lake
    /// @param estimatedRows the database's own guess, -1 if it has none
    /// @param orderKey the columns by which it is read; empty if it has no key that serves
    public record TableView(
            String table,
            String lakeTable,
            long estimatedRows,
            long bytes,
            List<String> orderKey,
            List<ColumnView> columns) {

        public long maskedColumns() {
            return columns.stream().filter(each -> !each.rule().equals("keep")).count();
        }
    }

    /// A column, its rule, and who decided.
    public record ColumnView(String column, String type, String rule, String decidedBy) {}

    /// Something to know before the run.
    ///
    /// @param line in the config; 0 if it concerns none
    public record WarningView(String id, int line, String message, String hint) {}

    public static PlanView of(Plan plan) {
        List<TableCopy> copied =
                plan.tables().stream().filter(each -> !each.structureOnly()).toList();
        return new PlanView(
                plan.config().job(),
                plan.config().file().toString(),
                sources(plan),
                plan.config().lake().map(each -> each.uri()).orElse(null),
                copied.stream().mapToLong(each -> Math.max(0, each.table().estimatedRows())).sum(),
                copied.stream().mapToLong(each -> each.table().bytes()).sum(),
                copied.stream().map(PlanView::table).toList(),
                plan.tables().stream()
                        .filter(TableCopy::structureOnly)
                        .map(each -> each.name().toString())
                        .sorted()
                        .toList(),
                plan.excluded().stream().map(TableName::toString).toList(),
                plan.warnings().stream().map(PlanView::warning).toList());
    }

    private static TableView table(TableCopy copy) {
        return new TableView(
                copy.name().toString(),
                copy.lakeTable().toString(),
                copy.table().estimatedRows(),
                copy.table().bytes(),
                copy.orderKey().map(Key::columns).orElse(List.of()),
                copy.columns().stream().map(PlanView::column).toList());
    }

    private static ColumnView column(Decision decision) {
        return new ColumnView(
                decision.column().name(),
                decision.column().type().sql(),
                decision.rule().masker(),
                decision.decidedBy());
    }

    private static WarningView warning(Problem problem) {
        return new WarningView(
                problem.id(),
                problem.where().map(Location::line).orElse(0),
                problem.message(),
                problem.hint());
    }

    private static List<SourceView> sources(Plan plan) {
        var views = new ArrayList<SourceView>();
        for (SourceConfig each : plan.config().sources()) {
            views.add(
                    new SourceView(
                            each.name(),
                            each.database().place(),
                            plan.products().get(views.size()),
                            each.twin().map(twin -> twin.database().place()).orElse(null)));
        }
        return views;
    }
}
