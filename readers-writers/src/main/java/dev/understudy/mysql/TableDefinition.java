package dev.understudy.mysql;

import dev.understudy.twin.StructurePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What SHOW CREATE TABLE says, taken apart.
///
/// @param columns their definitions, and whatever else belongs to the table from the start
/// @param options what follows the closing parenthesis: engine, collation, partitions
record TableDefinition(
        String name,
        List<String> columns,
        List<Index> indexes,
        List<Foreign> foreign,
        String options) {
    private static final Pattern INDEX =
            Pattern.compile(
                    "^(PRIMARY KEY|UNIQUE KEY|FULLTEXT KEY|SPATIAL KEY|VECTOR KEY|KEY) .*",
                    Pattern.DOTALL);
    private static final Pattern ENGINE = Pattern.compile("\\bENGINE ?= ?(\\w+)");
    private static final String AUTO_INCREMENT = " AUTO_INCREMENT";
    private static final Pattern NEXT_NUMBER = Pattern.compile(" AUTO_INCREMENT=(\\d+)");
    private static final Pattern PLACES =
            Pattern.compile(" (?:DATA|INDEX) DIRECTORY ?= ?'(?:[^'\\\\]|\\\\.|'')*'");
    private static final Pattern OTHERS =
            Pattern.compile(
                    " (?:CONNECTION ?= ?'(?:[^'\\\\]|\\\\.|'')*'|UNION ?= ?\\([^)]*\\)|INSERT_METHOD ?= ?\\w+)");

    /// @param name empty for the primary key
    record Index(String kind, String name, String firstColumn, String sql) {
        boolean isAlone() {
            return kind.equals("FULLTEXT KEY") || kind.equals("VECTOR KEY");
        }

        boolean hasExpressions() {
            int list = SqlText.opening(sql);
            return SqlText.split(sql.substring(list + 1, SqlText.closing(sql, list))).stream()
                    .anyMatch(each -> each.startsWith("("));
        }

        Index with(String sql) {
            return new Index(kind, name, firstColumn, sql);
        }

        StructurePart part() {
            return TableDefinition.part(name.isEmpty() ? "primary key" : "index " + name, sql);
        }
    }

    /// A foreign key.
    ///
    /// @param schema that it references, empty if its own
    record Foreign(String name, String schema, String table, String sql) {}

    static TableDefinition parse(String create) {
        int open = SqlText.opening(create);
        int close = SqlText.closing(create, open);
        var columns = new ArrayList<String>();
        var indexes = new ArrayList<Index>();
        var foreign = new ArrayList<Foreign>();
        for (String part : SqlText.split(create.substring(open + 1, close))) {
            Matcher index = INDEX.matcher(part);
            if (index.matches()) {
                indexes.add(index(index.group(1), part));
            } else if (part.startsWith("CONSTRAINT `")
                    && part.startsWith(" FOREIGN KEY", SqlText.quotedEnd(part, 11))) {
                foreign.add(foreign(part));
            } else {
                columns.add(part);
            }
        }
        return new TableDefinition(
                SqlText.name(create, create.indexOf('`')),
                columns,
                indexes,
                foreign,
                create.substring(close + 1));
    }

    private static Index index(String kind, String sql) {
        boolean primary = kind.equals("PRIMARY KEY");
        int list = SqlText.opening(sql);
        int column = sql.indexOf('`', list);
        return new Index(
                kind,
                primary ? "" : SqlText.name(sql, kind.length() + 1),
                column < 0 ? "" : SqlText.name(sql, column),
                sql);
    }

    private static Foreign foreign(String sql) {
        int at = SqlText.closing(sql, SqlText.opening(sql)) + " REFERENCES ".length() + 1;
        String first = SqlText.name(sql, at);
        int end = SqlText.quotedEnd(sql, at);
        boolean qualified = sql.charAt(end) == '.';
        return new Foreign(
                SqlText.name(sql, 11),
                qualified ? first : "",
                qualified ? SqlText.name(sql, end + 1) : first,
                sql);
    }

    String engine() {
        Matcher engine = ENGINE.matcher(options);
        return engine.find() ? engine.group(1) : "InnoDB";
    }

    /// The same in another engine.
    TableDefinition withEngine(String engine) {
        return withOptions(
                SqlText.outsideQuotes(
                        options, part -> ENGINE.matcher(part).replaceAll("ENGINE=" + engine)));
    }

    /// The same, without the other tables, here or on another server, that it shows the rows of.
    TableDefinition withoutOthers() {
        return withOptions(OTHERS.matcher(options).replaceAll(""));
    }

    /// The same, with its files where the server puts them by itself.
    TableDefinition anywhere() {
        return withOptions(PLACES.matcher(options).replaceAll(""));
    }

    /// The number that the next row gets, if it is said.
    Optional<String> nextNumber() {
        Matcher next = NEXT_NUMBER.matcher(options);
        return next.find() ? Optional.of(next.group(1)) : Optional.empty();
    }

    /// The same, whatever numbers its rows have got.
    TableDefinition withoutNextNumber() {
        return withOptions(
                SqlText.outsideQuotes(options, part -> NEXT_NUMBER.matcher(part).replaceAll("")));
    }

    private TableDefinition withOptions(String options) {
        return new TableDefinition(name, columns, indexes, foreign, options);
    }

    /// Indexes without which the table cannot hold its rows, or would be written anew when they
    /// come: what rows are ordered by, and what an AUTO_INCREMENT column needs.
    List<Index> neededForRows() {
        var needed = new ArrayList<Index>();
        indexes.stream()
                .filter(each -> each.kind().equals("PRIMARY KEY"))
                .findFirst()
                .or(() ->
                        indexes.stream()
                                .filter(each -> each.kind().equals("UNIQUE KEY"))
                                .findFirst())
                .ifPresent(needed::add);
        columns.stream()
                .filter(each -> each.startsWith("`") && isAutoIncrement(each))
                .map(each -> SqlText.name(each, 0))
                .filter(column ->
                        needed.stream().noneMatch(each -> each.firstColumn().equals(column)))
                .findFirst()
                .ifPresent(column -> {
                    needed.clear();
                    needed.addAll(upToIndexOf(column));
                });
        return needed;
    }

    /// An AUTO_INCREMENT column that no index begins with, so that it counts for each of the values
    /// before it, if there is one. InnoDB has none.
    Optional<String> countedWithinIndex() {
        return columns.stream()
                .filter(each -> each.startsWith("`") && isAutoIncrement(each))
                .filter(each ->
                        indexes.stream()
                                .noneMatch(
                                        index -> index.firstColumn().equals(SqlText.name(each, 0))))
                .findFirst();
    }

    /// The same with a column that does not count.
    TableDefinition withoutCounting(String column) {
        return with(
                column, SqlText.outsideQuotes(column, part -> part.replace(AUTO_INCREMENT, "")));
    }

    /// The same, where a column has no default of its own any more.
    TableDefinition withoutDefault(String column, String expression) {
        String quoted = MySqlName.quote(column) + " ";
        return columns.stream()
                .filter(each -> each.startsWith(quoted))
                .findFirst()
                .map(each ->
                        with(each, each.replaceFirst(Pattern.quote(" DEFAULT " + expression), "")))
                .orElse(this);
    }

    private TableDefinition with(String column, String instead) {
        return new TableDefinition(
                name,
                columns.stream().map(each -> each.equals(column) ? instead : each).toList(),
                indexes,
                foreign,
                options);
    }

    // Those before it too, which the server would otherwise show behind it.
    private List<Index> upToIndexOf(String column) {
        var some = new ArrayList<Index>();
        for (Index each : indexes) {
            if (!each.isAlone()) {
                some.add(each);
            }
            if (each.firstColumn().equals(column)) {
                break;
            }
        }
        return some;
    }

    private static boolean isAutoIncrement(String column) {
        var plain = new StringBuilder();
        SqlText.outsideQuotes(
                column,
                part -> {
                    plain.append(part);
                    return part;
                });
        return plain.indexOf(AUTO_INCREMENT) >= 0;
    }

    /// What the statement consists of that {@link #create} gives, whenever indexes are made.
    List<StructurePart> parts(List<Index> with) {
        var parts = new ArrayList<StructurePart>();
        for (String each : columns) {
            parts.add(part(each.startsWith("`") ? "column " + SqlText.name(each, 0) : each, each));
        }
        with.forEach(each -> parts.add(each.part()));
        parts.add(part("definition", options));
        return parts;
    }

    private static StructurePart part(String name, String sql) {
        return new StructurePart(StructurePart.Kind.DEFINITION, name, sql, "");
    }

    /// The statement that creates it with these indexes and without foreign keys.
    String create(List<Index> with) {
        var parts = new ArrayList<String>(columns);
        with.forEach(each -> parts.add(each.sql()));
        return "CREATE TABLE %s (\n  %s\n)%s"
                .formatted(MySqlName.quote(name), String.join(",\n  ", parts), options);
    }
}
