package dev.understudy.postgres;

import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowQuery.Joined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// A query as PostgreSQL's COPY statement.
final class CopyQuery {
    private final RowShape shape;
    private final List<Joined> joined;
    private final List<String> conditions;
    private final Map<String, String> nullIf;
    private final List<RowColumn> keyColumns;
    private final KeyRange range;
    private final boolean ordered;

    CopyQuery(RowQuery query) {
        shape = query.shape();
        joined = query.joined();
        conditions = query.conditions();
        nullIf = query.nullIf();
        keyColumns = query.keyColumns();
        range = query.range();
        ordered = query.ordered();
    }

    String sql() {
        boolean plain =
                range.isAll()
                        && !ordered
                        && joined.isEmpty()
                        && conditions.isEmpty()
                        && nullIf.isEmpty()
                        && shape.columns().stream().noneMatch(RowColumn::asText);
        var columns = new StringJoiner(", ");
        shape.columns().forEach(each -> columns.add(value(each)));
        for (Joined each : joined) {
            columns.add(
                    alias(each)
                            + "."
                            + TableName.quote(each.column().name())
                            + cast(each.column()));
        }
        if (plain && shape.columns().isEmpty()) {
            // COPY has no syntax for rows without columns other than a query.
            return "COPY (SELECT FROM ONLY "
                    + shape.table().quoted()
                    + ") TO STDOUT (FORMAT binary)";
        }
        if (plain) {
            // Skips the executor: COPY of a table reads the heap directly.
            return "COPY "
                    + shape.table().quoted()
                    + " ("
                    + columns
                    + ") TO STDOUT (FORMAT binary)";
        }
        return "COPY (SELECT "
                + columns
                + " FROM "
                + from()
                + joins()
                + inRange()
                + orderBy()
                + ") TO STDOUT (FORMAT binary)";
    }

    // The conditions name columns without a qualifier, so they stand where no other table is.
    private String from() {
        return conditions.isEmpty()
                ? "ONLY " + shape.table().quoted() + (isAlone() ? "" : " AS own")
                : "(SELECT * FROM ONLY " + shape.table().quoted() + where(conditions) + ") AS own";
    }

    /// What follows a table's name where its rows must meet conditions.
    static String where(List<String> conditions) {
        // The line's end closes a comment that a condition may end with.
        return conditions.isEmpty()
                ? ""
                : conditions.stream().collect(Collectors.joining("\n) AND (", " WHERE (", "\n)"));
    }

    private String value(RowColumn column) {
        String value = own(column.name());
        String condition = nullIf.get(column.name());
        // The line's end closes a comment that a condition may end with.
        return (condition == null
                        ? value
                        : "CASE WHEN ("
                                + condition
                                + "\n) IS TRUE THEN NULL ELSE "
                                + value
                                + " END")
                + cast(column);
    }

    private static String cast(RowColumn column) {
        return column.asText() ? "::pg_catalog.text" : "";
    }

    /// A column of the table that is read.
    private String own(String column) {
        return (isAlone() ? "" : "own.") + TableName.quote(column);
    }

    /// Whether no other row is looked at.
    private boolean isAlone() {
        return joined.isEmpty() && nullIf.isEmpty();
    }

    /// The name of the joined row that a column is of; those of the same row share it.
    private String alias(Joined column) {
        for (int i = 0; i < joined.size(); i++) {
            Joined each = joined.get(i);
            if (each.table().equals(column.table()) && each.via().equals(column.via())) {
                return "joined" + i;
            }
        }
        throw new IllegalArgumentException(column.table() + " is not joined");
    }

    private String joins() {
        var sql = new StringBuilder();
        for (int i = 0; i < joined.size(); i++) {
            Joined each = joined.get(i);
            String alias = alias(each);
            if (alias.equals("joined" + i)) {
                sql.append(" LEFT JOIN ")
                        .append(each.table().quoted())
                        .append(" AS ")
                        .append(alias)
                        .append(" ON ")
                        .append(alias)
                        .append('.')
                        .append(TableName.quote(each.key()))
                        .append(" = ")
                        .append(own(each.via()));
            }
        }
        return sql.toString();
    }

    private String inRange() {
        var bounds = new ArrayList<String>();
        range.after().ifPresent(after -> bounds.add(compare(after, ">")));
        range.upTo().ifPresent(upTo -> bounds.add(compare(upTo, "<=")));
        return bounds.isEmpty() ? "" : " WHERE " + String.join(" AND ", bounds);
    }

    private String orderBy() {
        if (!ordered) {
            return "";
        }
        var columns = new StringJoiner(", ");
        keyColumns.forEach(each -> columns.add(own(each.name())));
        return " ORDER BY " + columns;
    }

    private String compare(KeyValue bound, String operator) {
        var columns = new StringJoiner(", ");
        var values = new StringJoiner(", ");
        for (int i = 0; i < bound.texts().size(); i++) {
            RowColumn column = keyColumns.get(i);
            columns.add(own(column.name()));
            values.add(literal(bound.texts().get(i)) + "::" + column.type().sql());
        }
        // A row comparison uses the key's index; of one column it is a plain comparison.
        return bound.texts().size() == 1
                ? columns + " " + operator + " " + values
                : "(" + columns + ") " + operator + " (" + values + ")";
    }

    /// A text as SQL, with standard_conforming_strings on.
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
