package dev.understudy.mysql;

import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueText;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Rows as texts, which is how tests compare them.
final class ReadTexts {
    private ReadTexts() {}

    static RowShape shape(Table table) {
        return new RowShape(
                table.name(),
                table.copiedColumns().stream()
                        .map(each -> new RowColumn(each.name(), each.type(), false))
                        .toList());
    }

    static List<RowColumn> columns(Table table, Key key) {
        return key.columns().stream()
                .map(each -> new RowColumn(each, table.column(each).orElseThrow().type(), false))
                .toList();
    }

    static List<List<@Nullable String>> all(SourceSession session, Table table) {
        return of(session, new RowQuery(shape(table), List.of(), KeyRange.ALL, false), 1000);
    }

    static List<List<@Nullable String>> of(SourceSession session, RowQuery query, int mostRows) {
        var rows = new ArrayList<List<@Nullable String>>();
        var batch = new RowBatch(query.shape(), 1024);
        try (RowReader reader = session.read(query, mostRows, 1 << 20)) {
            while (!reader.isAtEnd()) {
                reader.read(batch);
                rows.addAll(texts(batch));
            }
        }
        return rows;
    }

    static List<List<@Nullable String>> texts(RowBatch batch) {
        var forms =
                batch.shape().columns().stream().map(each -> ValueText.of(each.type())).toList();
        var reader = new ValueReader();
        var rows = new ArrayList<List<@Nullable String>>();
        for (int row = 0; row < batch.rows(); row++) {
            var texts = new ArrayList<@Nullable String>();
            for (int i = 0; i < forms.size(); i++) {
                int start = batch.valueStart(row, i);
                int length = batch.valueLength(start);
                var text = new StringBuilder();
                if (length >= 0) {
                    forms.get(i).append(reader.set(batch.bytes(), start, length), text);
                    reader.end();
                }
                texts.add(length < 0 ? null : text.toString());
            }
            rows.add(texts);
        }
        return rows;
    }

    static KeyValue key(Table table, Key key, List<@Nullable String> row) {
        List<String> names = shape(table).columns().stream().map(RowColumn::name).toList();
        return new KeyValue(
                key.columns().stream()
                        .map(each -> String.valueOf(row.get(names.indexOf(each))))
                        .collect(Collectors.toList()));
    }

    /// The key in whose order the table can be read.
    static Optional<Key> orderKey(Table table) {
        return table.primaryKey()
                .filter(key ->
                        key.columns().stream()
                                .allMatch(each ->
                                        KeyLiteral.isOrdered(
                                                table.column(each).orElseThrow().type())));
    }
}
