package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.ColumnType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The column `source_primary_key` that a twin's tables may get: the text of the source's primary
/// key, or of its pseudonym where the key is masked; the columns of a composite key are joined by
/// commas. One thread.
final class SourceKeyColumn {
    static final String NAME = "source_primary_key";

    /// PostgreSQL's number of the type text.
    private static final int TEXT_OID = 25;

    static final ColumnType TYPE =
            new ColumnType(
                    TEXT_OID,
                    "text",
                    "text",
                    ColumnType.Kind.BASE,
                    -1,
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    true);

    private final boolean wanted;
    private final int[] places;
    private final List<ColumnText> columns;
    private final StringBuilder text = new StringBuilder();

    private SourceKeyColumn(boolean wanted, int[] places, List<ColumnText> columns) {
        this.wanted = wanted;
        this.places = places;
        this.columns = columns;
    }

    static SourceKeyColumn none() {
        return new SourceKeyColumn(false, new int[0], List.of());
    }

    /// NULL in tables without a primary key.
    static SourceKeyColumn of(TableCopy table, List<RowColumn> travelling) {
        var places = new ArrayList<Integer>();
        table.table()
                .primaryKey()
                .ifPresent(key ->
                        key.columns()
                                .forEach(name -> {
                                    for (int i = 0; i < travelling.size(); i++) {
                                        if (travelling.get(i).name().equals(name)) {
                                            places.add(i);
                                        }
                                    }
                                }));
        return new SourceKeyColumn(
                true,
                places.stream().mapToInt(each -> each).toArray(),
                travelling.stream().map(ColumnText::new).toList());
    }

    /// Appends the value to the row that is being written, whose other columns are there already.
    void append(RowBatch out) {
        if (!wanted) {
            return;
        }
        if (places.length == 0) {
            RowBatch.INT.set(out.reserve(4), out.size(), -1);
            out.advance(4);
            return;
        }
        text.setLength(0);
        byte[] bytes = out.bytes();
        for (int i = 0; i < places.length; i++) {
            int at = out.rowStart(out.rows()) + 2;
            for (int column = 0; column < places[i]; column++) {
                at += 4 + Math.max(0, (int) RowBatch.INT.get(bytes, at));
            }
            if (i > 0) {
                text.append(',');
            }
            int length = (int) RowBatch.INT.get(bytes, at);
            if (length >= 0) {
                text.append(columns.get(places[i]).of(bytes, at + 4, length));
            }
        }
        byte[] value = text.toString().getBytes(StandardCharsets.UTF_8);
        RowBatch.INT.set(out.reserve(4 + value.length), out.size(), value.length);
        out.advance(4);
        out.append(value, 0, value.length);
    }
}
