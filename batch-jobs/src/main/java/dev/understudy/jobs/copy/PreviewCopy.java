package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceSession;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads some rows of a table and masks them exactly as a run would.
public final class PreviewCopy {
    private static final int MOST_BYTES = 16 << 20;

    private PreviewCopy() {}

    /// The rows as texts, null for NULL. A class and not a record, because it holds people's data.
    public static final class Texts {
        private final TableName table;
        private final List<String> columns;
        private final List<String> rules;
        private final List<List<@Nullable String>> before;
        private final List<List<@Nullable String>> after;

        Texts(
                TableName table,
                List<String> columns,
                List<String> rules,
                List<List<@Nullable String>> before,
                List<List<@Nullable String>> after) {
            this.table = table;
            this.columns = columns;
            this.rules = rules;
            this.before = before;
            this.after = after;
        }

        public TableName table() {
            return table;
        }

        public List<String> columns() {
            return columns;
        }

        public List<String> rules() {
            return rules;
        }

        public List<List<@Nullable String>> before() {
            return before;
        }

        public List<List<@Nullable String>> after() {
            return after;
        }
    }

    /// @throws Failure of kind CONFIG if the job does not copy the table's rows
    public static Texts of(SourceSide source, TableName name, int rows) {
        List<TableCopy> found =
                source.plan().tables().stream()
                        .filter(each -> !each.structureOnly())
                        .filter(each ->
                                each.name().equals(name) || each.name().local().equals(name))
                        .toList();
        if (found.size() > 1) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "%s is a table of several sources: write %s"
                            .formatted(
                                    name,
                                    found.stream()
                                            .map(each -> each.name().toString())
                                            .collect(Collectors.joining(" or "))));
        }
        TableCopy table =
                found.stream()
                        .findFirst()
                        .orElseThrow(() ->
                                new Failure(
                                        Failure.Kind.CONFIG,
                                        "%s copies no rows of a table %s; understudy plan lists the tables"
                                                .formatted(source.config().job(), name)));
        TableTarget target = TableTarget.of(table, table.name(), false);
        var masker =
                new RowMasker(
                        table,
                        target.written(),
                        SourceKeyColumn.none(),
                        source.keys(),
                        source.config().onMismatch());
        var read = new RowBatch(target.read(), 1 << 16);
        var masked = new RowBatch(target.written(), 1 << 16);
        RowQuery query = target.query(KeyRange.ALL, !target.keyColumns().isEmpty());
        try (SourceSession session = source.source(table.name().source()).database().join();
                RowReader reader = session.read(query, rows, MOST_BYTES)) {
            reader.read(read);
        }
        masker.mask(read, masked);
        return new Texts(
                table.name(),
                target.read().columns().stream().map(RowColumn::name).toList(),
                table.columns().stream().map(Decision::rule).map(Object::toString).toList(),
                texts(read, target.read().columns()),
                texts(masked, target.read().columns()));
    }

    private static List<List<@Nullable String>> texts(RowBatch batch, List<RowColumn> columns) {
        var rows = new ArrayList<List<@Nullable String>>();
        for (int row = 0; row < batch.rows(); row++) {
            var texts = new ArrayList<@Nullable String>();
            for (int i = 0; i < columns.size(); i++) {
                int start = batch.valueStart(row, i);
                int length = batch.valueLength(start);
                texts.add(
                        length < 0
                                ? null
                                : new ColumnText(columns.get(i)).of(batch.bytes(), start, length));
            }
            rows.add(texts);
        }
        return rows;
    }
}
