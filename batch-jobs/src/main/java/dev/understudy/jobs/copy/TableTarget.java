package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.LakeTypes;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import java.util.ArrayList;
import java.util.List;

/// What the rows of a table look like where they are read and where they are written.
///
/// @param keyColumns of the order key, empty if there is none
record TableTarget(TableCopy table, RowShape read, RowShape written, List<RowColumn> keyColumns) {

    static TableTarget of(TableCopy table, boolean sourceKey) {
        var columns = new ArrayList<RowColumn>();
        for (Decision decision : table.columns()) {
            columns.add(
                    new RowColumn(
                            decision.column().name(),
                            decision.column().type(),
                            !LakeTypes.readable(decision.column().type())));
        }
        var read = new RowShape(table.name(), columns);
        var keyColumns = new ArrayList<RowColumn>();
        table.orderKey()
                .ifPresent(key ->
                        key.columns()
                                .forEach(name ->
                                        keyColumns.add(read.columns().get(read.indexOf(name)))));
        if (sourceKey) {
            columns.add(new RowColumn(SourceKeyColumn.NAME, SourceKeyColumn.TYPE, false));
        }
        return new TableTarget(
                table, read, new RowShape(table.name(), columns), List.copyOf(keyColumns));
    }
}
