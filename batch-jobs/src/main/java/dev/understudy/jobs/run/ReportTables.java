package dev.understudy.jobs.run;

import dev.understudy.jobs.copy.CopyProgress;
import dev.understudy.jobs.copy.TableOutcome;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// The tables of a report.
final class ReportTables {
    private ReportTables() {}

    static List<RunReport.TableReport> checked(List<TableOutcome> outcomes) {
        return outcomes.stream()
                .map(each ->
                        new RunReport.TableReport(
                                each.table(),
                                each.sourceRows(),
                                !each.structureOnly() && each.countedInSource().isEmpty(),
                                each.mixed(),
                                each.twinRows(),
                                each.lakeRows(),
                                each.bytes(),
                                each.maskedColumns(),
                                each.keptColumns(),
                                each.unfitValues(),
                                each.unfitCounts(),
                                each.pulledRows(),
                                each.nullifiedKeys(),
                                each.keptChecksum(),
                                Optional.of(each.agrees()),
                                each.structureOnly(),
                                each.millis()))
                .toList();
    }

    /// Of a run that ended before its check: what had been copied.
    static List<RunReport.TableReport> unchecked(Plan plan, CopyProgress progress) {
        var copied = new HashMap<TableName, CopyProgress.OfTable>();
        progress.tables().forEach(each -> copied.put(each.table(), each));
        var tables = new ArrayList<RunReport.TableReport>();
        for (TableCopy table : plan.tables()) {
            CopyProgress.OfTable of = copied.get(table.name());
            tables.add(
                    new RunReport.TableReport(
                            table.name().toString(),
                            of == null ? 0 : of.rows(),
                            false,
                            false,
                            Optional.empty(),
                            Optional.empty(),
                            of == null ? 0 : of.bytes(),
                            (int) table.maskedColumns(),
                            table.columns().size() - (int) table.maskedColumns(),
                            0,
                            List.of(),
                            0,
                            0,
                            "",
                            Optional.empty(),
                            table.structureOnly(),
                            0));
        }
        return tables;
    }
}
