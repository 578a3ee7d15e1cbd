package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.schema.NotCarried;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Puts what MySQL says of a table into MariaDB's words, or the other way round. What the target
/// does not have is left out and listed. Where both are of one product, little changes: an older
/// version may lack functions, too.
final class OtherProduct {
    /// MySQL hides from older servers, and so from MariaDB, what they do not know.
    private static final Pattern HIDDEN_COLUMN = Pattern.compile("/\\*!80023 INVISIBLE \\*/");

    private static final Pattern HIDDEN_INDEX = Pattern.compile("/\\*!80000 INVISIBLE \\*/");
    private static final Pattern NOT_ENFORCED = Pattern.compile("/\\*!80016 NOT ENFORCED \\*/$");
    private static final Pattern COMPUTED_NOT_NULL =
            Pattern.compile("\\b(STORED|VIRTUAL) NOT NULL\\b");
    private static final Pattern COMPRESSION = Pattern.compile(" COMPRESSION='\\w*'");

    private static final Pattern LONG_DEFAULT =
            Pattern.compile(
                    "^(`(?:[^`]|``)*` (?:tiny|medium|long)?(?:text|blob)(?: \\w+)* DEFAULT )('(?:[^'\\\\]|''|\\\\.)*')");
    private static final Pattern CALLED_DEFAULT =
            Pattern.compile(" DEFAULT (?!(?i:current_timestamp)\\b)(\\w+\\()");
    private static final Pattern EXPRESSION =
            Pattern.compile(" (DEFAULT|GENERATED ALWAYS AS|CHECK) \\(");
    private static final String COMPUTED = " GENERATED ALWAYS AS (";
    private static final Pattern CALL = Pattern.compile("\\b([A-Za-z_]\\w*)\\(");
    private static final Pattern REGEXP_LIKE = Pattern.compile("\\bregexp_like\\(");
    private static final Pattern IGNORED = Pattern.compile(" IGNORED\\b");
    private static final Pattern VERSIONING = Pattern.compile(" WITH SYSTEM VERSIONING\\b");
    private static final Pattern STORAGE =
            Pattern.compile(
                    " (?:(?:PAGE_CHECKSUM|TRANSACTIONAL)=\\d|ROW_FORMAT=PAGE|`(?:PAGE_COMPRESSED|PAGE_COMPRESSION_LEVEL|ENCRYPTED|ENCRYPTION_KEY_ID)`='?\\w+'?)");

    /// What a server says of words that it does not know: syntax, functions and their parameters,
    /// system variables, collations, character sets, formats, what may stand where; and of tables
    /// and columns, which are those of views that it has refused before.
    private static final Set<Integer> UNKNOWN_WORDS =
            Set.of(
                    1054, 1064, 1115, 1128, 1146, 1193, 1221, 1231, 1235, 1273, 1305, 1314, 1336,
                    1356, 1582, 1583, 1630, 1791, 1901);

    private final MySqlTarget target;
    private final List<NotCarried> notCarried;

    OtherProduct(MySqlTarget target, List<NotCarried> notCarried) {
        this.target = target;
        this.notCarried = notCarried;
    }

    /// Whether a server that refuses a view or a program does so because its product does not know
    /// what it is written in, rather than for what it lacks or may not do at the moment.
    static boolean lacksWords(SQLException refusal) {
        return UNKNOWN_WORDS.contains(refusal.getErrorCode());
    }

    TableDefinition translate(TableDefinition table) {
        return withoutUnknownFunctions(target.mariaDb() ? toMariaDb(table) : toMySql(table));
    }

    /// A table can do without a default or a check, which the rows that come have met in the
    /// source, and not without what a column of it is computed by.
    private TableDefinition withoutUnknownFunctions(TableDefinition table) {
        var columns = new ArrayList<String>();
        for (String each : table.columns()) {
            String known = withoutUnknownFunctions(table.name(), each);
            if (!known.isEmpty()) {
                columns.add(known);
            }
        }
        return new TableDefinition(
                table.name(), columns, table.indexes(), table.foreign(), table.options());
    }

    private String withoutUnknownFunctions(String table, String definition) {
        boolean column = definition.startsWith("`");
        String object =
                table + "." + (column ? SqlText.name(definition, 0) : constraint(definition));
        String unquoted = SqlText.withoutQuoted(definition);
        String known = definition;
        for (MatchResult each : EXPRESSION.matcher(unquoted).results().toList().reversed()) {
            int end = SqlText.closing(definition, each.end() - 1) + 1;
            Optional<String> unknown =
                    CALL.matcher(unquoted.substring(each.start(), end))
                            .results()
                            .map(call -> call.group(1))
                            .filter(target.functions().negate())
                            .findFirst();
            if (unknown.isEmpty()) {
                continue;
            }
            if (each.group(1).equals("GENERATED ALWAYS AS")) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "%s, the twin's server, has no function %s, which the column %s is computed by; choose a server like the source's, or leave the table out"
                                .formatted(target.product(), unknown.get(), object));
            }
            boolean check = each.group(1).equals("CHECK");
            leaveOut(
                    check ? "check" : "default of column",
                    object,
                    "has no function " + unknown.get());
            if (!column) {
                return "";
            }
            known = known.substring(0, each.start()) + known.substring(end);
        }
        return known;
    }

    /// MySQL shows `a REGEXP b` as a function. One with a third parameter, which says how to match,
    /// is no such operator.
    private static String withRegexp(String definition) {
        Matcher call = REGEXP_LIKE.matcher(SqlText.withoutQuoted(definition));
        if (!call.find()) {
            return definition;
        }
        int end = SqlText.closing(definition, call.end() - 1);
        List<String> parameters = SqlText.split(definition.substring(call.end(), end));
        String rest = withRegexp(definition.substring(end + 1));
        return parameters.size() == 2
                ? "%s(%s REGEXP %s)%s"
                        .formatted(
                                definition.substring(0, call.start()),
                                parameters.getFirst(),
                                parameters.getLast(),
                                rest)
                : definition.substring(0, end + 1) + rest;
    }

    private TableDefinition toMariaDb(TableDefinition table) {
        refuseComputedKey(table);
        var columns = new ArrayList<String>();
        for (String each : table.columns()) {
            if (NOT_ENFORCED.matcher(each).find()) {
                leaveOut("check", table.name() + "." + constraint(each), "enforces every check");
            } else {
                String shown = replaced(each, HIDDEN_COLUMN, "INVISIBLE");
                String nullable = replaced(shown, COMPUTED_NOT_NULL, "$1");
                columns.add(
                        withRegexp(
                                nullable.replaceFirst("^(`(?:[^`]|``)*` geom)(?=coll)", "$1etry")));
            }
        }
        var indexes = new ArrayList<TableDefinition.Index>();
        for (TableDefinition.Index each : table.indexes()) {
            if (each.hasExpressions()) {
                leaveOut(
                        "index",
                        table.name() + "." + each.name(),
                        "has no indexes over expressions");
            } else {
                indexes.add(each.with(replaced(each.sql(), HIDDEN_INDEX, "IGNORED")));
            }
        }
        return new TableDefinition(
                table.name(),
                columns,
                indexes,
                table.foreign(),
                storage(table, COMPRESSION, table.options()));
    }

    private void refuseComputedKey(TableDefinition table) {
        Set<String> computed =
                table.columns().stream()
                        .filter(each -> SqlText.withoutQuoted(each).contains(COMPUTED))
                        .map(each -> SqlText.name(each, 0))
                        .collect(Collectors.toSet());
        for (TableDefinition.Index index : table.indexes()) {
            int list = SqlText.opening(index.sql());
            String columns = index.sql().substring(list + 1, SqlText.closing(index.sql(), list));
            if (index.kind().equals("PRIMARY KEY")
                    && SqlText.split(columns).stream()
                            .anyMatch(each -> computed.contains(SqlText.name(each, 0)))) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "%s, the twin's server, takes no primary key over a generated column, as that of %s is; choose a server like the source's, or leave the table out"
                                .formatted(target.product(), table.name()));
            }
        }
    }

    private TableDefinition toMySql(TableDefinition table) {
        String options = table.options();
        String current = replaced(options, VERSIONING, "");
        if (!current.equals(options)) {
            leaveOut("versioning of table", table.name(), "keeps no history of rows");
        }
        return new TableDefinition(
                table.name(),
                table.columns().stream().map(OtherProduct::withExpressionDefault).toList(),
                table.indexes().stream()
                        .map(each -> each.with(replaced(each.sql(), IGNORED, " INVISIBLE")))
                        .toList(),
                table.foreign(),
                storage(table, STORAGE, current));
    }

    private String storage(TableDefinition table, Pattern peculiar, String options) {
        String plain = peculiar.matcher(options).replaceAll("");
        if (!plain.equals(options)) {
            leaveOut("storage of table", table.name(), "stores rows in its own way");
        }
        return plain;
    }

    /// MySQL takes defaults that are no literals, and all of texts and blobs, in parentheses alone.
    private static String withExpressionDefault(String column) {
        Matcher literal = LONG_DEFAULT.matcher(column);
        if (literal.find()) {
            return literal.replaceFirst("$1($2)");
        }
        Matcher call = CALLED_DEFAULT.matcher(SqlText.withoutQuoted(column));
        if (!call.find()) {
            return column;
        }
        int end = SqlText.closing(column, call.end() - 1) + 1;
        return "%s(%s)%s"
                .formatted(
                        column.substring(0, call.start(1)),
                        column.substring(call.start(1), end),
                        column.substring(end));
    }

    private static String constraint(String check) {
        return check.startsWith("CONSTRAINT `") ? SqlText.name(check, 11) : "";
    }

    private static String replaced(String sql, Pattern what, String instead) {
        return SqlText.outsideQuotes(sql, part -> what.matcher(part).replaceAll(instead));
    }

    private void leaveOut(String kind, String object, String why) {
        notCarried.add(new NotCarried(kind, object, target.product() + " " + why));
    }
}
