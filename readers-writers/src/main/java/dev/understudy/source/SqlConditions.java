package dev.understudy.source;

import dev.understudy.schema.Check;
import dev.understudy.schema.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Conditions, as far as servers write them alike.
public abstract class SqlConditions implements RowConditions {
    /// No date type of a source knows an earlier day as a date.
    private static final LocalDate EARLIEST = LocalDate.of(1, 1, 1);

    /// An identifier as SQL.
    protected abstract String quote(String identifier);

    /// A table as SQL, for its own rows alone or for those of its partitions.
    protected abstract String from(TableName table, boolean partitioned);

    /// Whether a column holds no date.
    protected abstract String isMissing(String column);

    /// Whether a column's date is such a day. Asked of dates before the window alone.
    protected abstract String isDay(String column, CalendarDay day);

    @Override
    public final String since(List<String> columns, LocalDate first, Set<CalendarDay> kept) {
        String bound = "DATE '" + (first.isBefore(EARLIEST) ? EARLIEST : first) + "'";
        var any = new ArrayList<String>();
        columns.forEach(each -> any.add(quote(each) + " >= " + bound));
        any.add(each(columns, " AND ", this::isMissing));
        for (CalendarDay day : CalendarDay.values()) {
            if (kept.contains(day)) {
                // In CASE, because the days of far dates may be none that the server can reckon.
                columns.forEach(each ->
                        any.add(
                                "CASE WHEN %s < %s THEN %s END"
                                        .formatted(quote(each), bound, isDay(quote(each), day))));
            }
        }
        return String.join(" OR ", any);
    }

    private String each(List<String> columns, String by, UnaryOperator<String> of) {
        return columns.stream().map(this::quote).map(of).collect(Collectors.joining(by, "(", ")"));
    }

    @Override
    public final String referenced(Rows rows, List<String> key, List<Link> by) {
        List<Link> own =
                by.stream().filter(each -> each.from().table().equals(rows.table())).toList();
        List<Link> others = by.stream().filter(each -> !own.contains(each)).toList();
        String all =
                others.isEmpty() ? all(rows.conditions()) : referencedByOthers(rows, key, others);
        if (own.isEmpty()) {
            return all;
        }
        return "%s IN (WITH RECURSIVE needed (%s) AS (SELECT %s FROM %s WHERE (%s\n) UNION SELECT %s FROM %s AS more JOIN needed ON %s) SELECT %s FROM needed)"
                .formatted(
                        row(key),
                        names("k", key) + neededColumns(own),
                        columns("", key) + referencing("", own),
                        from(rows),
                        all,
                        columns("more.", key) + referencing("more.", own),
                        from(rows),
                        joins(own),
                        names("k", key));
    }

    /// As {@link #referenced} by rows of other tables, one at least.
    protected abstract String referencedByOthers(Rows rows, List<String> key, List<Link> by);

    private static String neededColumns(List<Link> own) {
        var text = new StringBuilder();
        for (int i = 0; i < own.size(); i++) {
            text.append(", ").append(names("f" + i + "_", own.get(i).columns()));
        }
        return text.toString();
    }

    private static String names(String prefix, List<String> columns) {
        var names = new ArrayList<String>();
        for (int i = 0; i < columns.size(); i++) {
            names.add(prefix + i);
        }
        return String.join(", ", names);
    }

    private String referencing(String alias, List<Link> own) {
        return own.stream()
                .map(each -> ", " + columns(alias, each.columns()))
                .collect(Collectors.joining());
    }

    private String joins(List<Link> own) {
        var any = new ArrayList<String>();
        for (int i = 0; i < own.size(); i++) {
            List<String> referenced = own.get(i).referenced();
            var all = new ArrayList<String>();
            for (int j = 0; j < referenced.size(); j++) {
                all.add("more." + quote(referenced.get(j)) + " = needed.f" + i + "_" + j);
            }
            any.add("(" + String.join(" AND ", all) + ")");
        }
        return String.join(" OR ", any);
    }

    /// Whether a row is one of those that others reference.
    protected final String isReferenced(Link link) {
        return "%s IN (SELECT %s FROM %s WHERE (%s\n))"
                .formatted(
                        row(link.referenced()),
                        columns("", link.columns()),
                        from(link.from()),
                        all(link.from().conditions()));
    }

    @Override
    public final String leftOut(Link link) {
        String left =
                link.columns().stream()
                                .map(each -> "own." + quote(each) + " IS NOT NULL AND ")
                                .collect(Collectors.joining())
                        + "NOT "
                        + exists(link, all(link.to().conditions()));
        return link.dangling() ? left + " AND " + exists(link, "TRUE") : left;
    }

    @Override
    public final long count(Rows rows) {
        return count(rows.table(), from(rows) + " AS own", all(rows.conditions()));
    }

    @Override
    public final long breaking(Rows rows, Check check, Map<String, String> nullIf) {
        String columns =
                check.columns().stream()
                        .map(each ->
                                nullIf.containsKey(each)
                                        ? "CASE WHEN %s THEN NULL ELSE own.%s END AS %s"
                                                .formatted(
                                                        nullIf.get(each), quote(each), quote(each))
                                        : "own." + quote(each))
                        .collect(Collectors.joining(", "));
        // A check may call its row by the table's name.
        return count(
                rows.table(),
                "(SELECT %s FROM %s AS own WHERE %s) AS %s"
                        .formatted(
                                columns,
                                from(rows),
                                all(rows.conditions()),
                                quote(rows.table().name())),
                "NOT (" + check.expression() + "\n)");
    }

    /// How many of a table's rows meet a condition.
    ///
    /// @param from what stands behind FROM
    protected abstract long count(TableName table, String from, String condition);

    private String exists(Link link, String condition) {
        var pairs = new ArrayList<String>();
        for (int i = 0; i < link.columns().size(); i++) {
            pairs.add(
                    "other."
                            + quote(link.referenced().get(i))
                            + " = own."
                            + quote(link.columns().get(i)));
        }
        return "EXISTS (SELECT 1 FROM %s AS other WHERE %s AND (%s\n))"
                .formatted(from(link.to()), String.join(" AND ", pairs), condition);
    }

    /// All of some conditions as one.
    protected static String all(List<String> conditions) {
        // The line's end closes a comment that a condition may end with.
        return conditions.isEmpty()
                ? "TRUE"
                : conditions.stream().collect(Collectors.joining("\n) AND (", "(", "\n)"));
    }

    protected final String from(Rows rows) {
        return from(rows.table(), rows.partitioned());
    }

    /// Columns as one value.
    protected final String row(List<String> columns) {
        return "(" + columns("", columns) + ")";
    }

    protected final String columns(String alias, List<String> columns) {
        return columns.stream().map(each -> alias + quote(each)).collect(Collectors.joining(", "));
    }
}
