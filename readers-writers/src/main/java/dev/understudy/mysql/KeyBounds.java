package dev.understudy.mysql;

import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueText;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Looks for values of a key's first column that divide a table into about equal parts, without
/// reading the table: the planner tells about how many rows a range has, for the cost of looking up
/// its two ends in the index. Ranges with many rows are divided until each is small beside a part.
final class KeyBounds {
    /// A part consists of about so many of the smallest ranges.
    private static final int RANGES_A_PART = 4;

    private static final int MOST_ESTIMATES = 2000;

    private final Connection session;
    private final String table;
    private final String column;
    private final ColumnType type;
    private final String index;
    private final KeySpace space;
    private int estimates;

    /// @param index an index that begins with the column
    /// @param collation of a text column
    KeyBounds(
            Connection session,
            TableName table,
            Column first,
            String index,
            Optional<String> collation) {
        this.session = session;
        this.table = MySqlName.quoted(table);
        this.column = MySqlName.quote(first.name());
        this.type = first.type();
        this.index = MySqlName.quote(index);
        this.space = KeySpace.of(type, collation);
    }

    List<KeyValue> find(long rows, long parts) throws SQLException {
        var all = new Cell(null, null, rows);
        var largest = new PriorityQueue<>(Comparator.comparingLong((Cell cell) -> -cell.rows));
        largest.add(all);
        long enough = Math.max(1, rows / (RANGES_A_PART * parts));
        while (!largest.isEmpty() && largest.peek().rows > enough && estimates < MOST_ESTIMATES) {
            Cell cell = largest.remove();
            divide(cell);
            largest.addAll(cell.inner);
        }
        var leaves = new ArrayList<Cell>();
        all.collect(leaves);
        return bounds(leaves, parts);
    }

    private static List<KeyValue> bounds(List<Cell> leaves, long parts) {
        long total = leaves.stream().mapToLong(each -> each.rows).sum();
        var bounds = new ArrayList<KeyValue>();
        long before = 0;
        for (Cell leaf : leaves) {
            before += leaf.rows;
            boolean full = before * parts >= total * (bounds.size() + 1);
            if (full && leaf.upTo != null && bounds.size() + 1 < parts) {
                bounds.add(new KeyValue(List.of(leaf.upTo)));
            }
        }
        return bounds;
    }

    private void divide(Cell cell) throws SQLException {
        Optional<String> first = end(cell, "");
        Optional<String> last = end(cell, " DESC");
        if (first.isEmpty() || last.isEmpty()) {
            return;
        }
        List<String> points = space.between(session, first.get(), last.get());
        if (points.isEmpty()) {
            return;
        }
        String after = cell.after;
        for (String point : points) {
            cell.inner.add(cell(after, point));
            after = point;
        }
        cell.inner.add(cell(after, cell.upTo));
    }

    private Cell cell(@Nullable String after, @Nullable String upTo) throws SQLException {
        return new Cell(after, upTo, estimate(after, upTo));
    }

    private long estimate(@Nullable String after, @Nullable String upTo) throws SQLException {
        estimates++;
        try (var statement = session.createStatement();
                var plan = statement.executeQuery("EXPLAIN SELECT 1" + from(after, upTo))) {
            long rows = 0;
            while (plan.next()) {
                rows = Math.max(rows, plan.getLong("rows"));
            }
            return rows;
        }
    }

    private String from(@Nullable String after, @Nullable String upTo) {
        return " FROM "
                + table
                + " FORCE INDEX ("
                + index
                + ") WHERE "
                + (after == null ? "TRUE" : KeyLiteral.behind(column, type, after))
                + " AND "
                + (upTo == null ? "TRUE" : KeyLiteral.upTo(column, type, upTo));
    }

    /// The first or the last value of a range.
    private Optional<String> end(Cell cell, String direction) throws SQLException {
        String sql =
                "SELECT "
                        + column
                        + from(cell.after, cell.upTo)
                        + " ORDER BY "
                        + column
                        + direction
                        + " LIMIT 1";
        try (var statement = session.prepareStatement(sql);
                var result = statement.executeQuery()) {
            byte[] value = result.next() ? result.getBytes(1) : null;
            return value == null ? Optional.empty() : Optional.of(text(value));
        }
    }

    private String text(byte[] value) {
        var travelling = new RowColumn(column, type, false);
        var row = new RowBatch(new RowShape(new TableName("", ""), List.of(travelling)), 64);
        BinaryValue.of(travelling).append(value, row);
        var text = new StringBuilder();
        ValueText.of(type).append(new ValueReader().set(row.bytes(), 0, row.size()), text);
        return text.toString();
    }

    /// The rows behind `after` up to `upTo`, about so many.
    private static final class Cell {
        private final @Nullable String after;
        private final @Nullable String upTo;
        private final long rows;
        private final List<Cell> inner = new ArrayList<>();

        Cell(@Nullable String after, @Nullable String upTo, long rows) {
            this.after = after;
            this.upTo = upTo;
            this.rows = rows;
        }

        void collect(List<Cell> leaves) {
            if (inner.isEmpty()) {
                leaves.add(this);
            }
            inner.forEach(each -> each.collect(leaves));
        }
    }
}
