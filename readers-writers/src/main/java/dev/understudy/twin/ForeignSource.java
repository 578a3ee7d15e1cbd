package dev.understudy.twin;

import dev.understudy.rows.RowShape;
import dev.understudy.schema.Column;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.PortableTable;
import java.util.List;
import java.util.function.BiPredicate;

/// A source of another engine than the twin's.
public record ForeignSource(PortableStructure structure, Unheld unheld) {
    /// What happens to unheld values of each column of some rows.
    ///
    /// @param nullable whether a table's column takes NULL in the twin
    public List<Unheld> unheld(RowShape shape, BiPredicate<PortableTable, Column> nullable) {
        return shape.columns().stream()
                .map(each -> {
                    boolean takesNull =
                            structure
                                    .table(shape.table())
                                    .flatMap(table ->
                                            table.table()
                                                    .column(each.name())
                                                    .map(column -> nullable.test(table, column)))
                                    .orElse(true);
                    return takesNull ? unheld : Unheld.REFUSE;
                })
                .toList();
    }
}
