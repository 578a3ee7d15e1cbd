package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.LakeTypes;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowQuery.Joined;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What the rows of a table look like where they are read and where they are written.
///
/// @param joined what is read behind the row's own columns, and not written
/// @param conditions that rows must meet
/// @param keyColumns of the order key, empty if there is none
record TableTarget(
        TableCopy table,
        RowShape read,
        List<Joined> joined,
        RowShape written,
        List<RowColumn> keyColumns,
        List<String> conditions) {

    /// @param into the twin's table that takes the rows
    static TableTarget of(TableCopy table, TableName into, boolean sourceKey) {
        var columns = new ArrayList<RowColumn>();
        for (Decision decision : table.columns()) {
            columns.add(column(decision));
        }
        var read = new RowShape(table.name().local(), columns);
        var keyColumns = new ArrayList<RowColumn>();
        table.orderKey()
                .ifPresent(key ->
                        key.columns()
                                .forEach(name ->
                                        keyColumns.add(read.columns().get(read.indexOf(name)))));
        if (sourceKey) {
            columns.add(new RowColumn(SourceKeyColumn.NAME, SourceKeyColumn.TYPE, false));
        }
        List<Joined> joined =
                table.subjects().stream()
                        .map(each ->
                                new Joined(
                                        each.table().local(),
                                        each.key(),
                                        each.via(),
                                        column(each.decision())))
                        .toList();
        return new TableTarget(
                table,
                read,
                joined,
                new RowShape(into.local(), columns),
                List.copyOf(keyColumns),
                table.conditions());
    }

    private static RowColumn column(Decision decision) {
        return new RowColumn(
                decision.column().name(),
                decision.column().type(),
                !LakeTypes.readable(decision.column().type()));
    }

    /// The same with one more condition.
    TableTarget with(String condition) {
        return new TableTarget(
                table,
                read,
                joined,
                written,
                keyColumns,
                Stream.concat(conditions.stream(), Stream.of(condition)).toList());
    }

    /// All rows that are copied, if this is some of them, for another table that takes them.
    TableTarget allInto(TableName other) {
        return new TableTarget(
                table,
                read,
                joined,
                new RowShape(other, written.columns()),
                keyColumns,
                table.conditions());
    }

    /// The rows of a range of the order key, in its order or in any.
    RowQuery query(KeyRange range, boolean ordered) {
        return new RowQuery(
                read, joined, conditions, table.rows().nullIf(), keyColumns, range, ordered);
    }
}
