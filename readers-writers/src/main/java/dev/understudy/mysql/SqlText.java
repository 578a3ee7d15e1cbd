package dev.understudy.mysql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Takes statements apart that the server itself has written, minding what is quoted.
final class SqlText {
    private static final String QUOTED_NAME = "`(?:[^`]|``)*`";
    private static final Pattern DEFINER =
            Pattern.compile(
                    "^(CREATE (?:OR REPLACE )?(?:ALGORITHM=\\w+ )?)DEFINER=%1$s(?:@%1$s)? "
                            .formatted(QUOTED_NAME));

    private static final Pattern FOLLOWED = Pattern.compile("\\(+$");

    /// Where a name before a point is a database's, and no alias.
    private static final Pattern OF_DATABASE =
            Pattern.compile(
                    "(?i)\\b(?:from|join|into|update|table)\\s+`?((?<=`)[^`]+|[\\w$]+)`?\\s*\\.");

    private static final Pattern CALLED_IN_DATABASE =
            Pattern.compile("(?<![\\w$.@`])`?((?<=`)[^`]+|[\\w$]+)`?\\.(?:`[^`]+`|[\\w$]+)\\s*\\(");

    private static final Pattern SAID =
            Pattern.compile("(?s)/\\*.*?\\*/|(?:-- |#)[^\n]*|'(?:[^'\\\\]|\\\\.|'')*'");

    /// The rows of a trigger, and what every server has.
    private static final Set<String> ANYWHERE = Set.of("new", "old", "information_schema");

    private SqlText() {}

    /// Where the quoted text that begins at `start` ends: behind its closing quote.
    static int quotedEnd(String sql, int start) {
        char quote = sql.charAt(start);
        int at = start + 1;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '\\' && quote != '`') {
                at += 2;
            } else if (c != quote) {
                at++;
            } else if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
                at += 2;
            } else {
                return at + 1;
            }
        }
        return sql.length();
    }

    static boolean isQuote(char c) {
        return c == '\'' || c == '"' || c == '`';
    }

    /// Where the parenthesis that opens at `start` is closed.
    static int closing(String sql, int start) {
        int depth = 0;
        int at = start;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (isQuote(c)) {
                at = quotedEnd(sql, at);
                continue;
            }
            if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return at;
            }
            at++;
        }
        throw new IllegalArgumentException("a parenthesis is not closed");
    }

    /// Where the first parenthesis outside of quotes opens.
    static int opening(String sql) {
        int at = 0;
        while (sql.charAt(at) != '(') {
            at = isQuote(sql.charAt(at)) ? quotedEnd(sql, at) : at + 1;
        }
        return at;
    }

    /// The parts between commas that no quote and no parenthesis holds.
    static List<String> split(String list) {
        var parts = new ArrayList<String>();
        int from = 0;
        int at = 0;
        while (at < list.length()) {
            char c = list.charAt(at);
            if (isQuote(c)) {
                at = quotedEnd(list, at);
            } else if (c == '(') {
                at = closing(list, at) + 1;
            } else {
                if (c == ',') {
                    parts.add(list.substring(from, at).strip());
                    from = at + 1;
                }
                at++;
            }
        }
        parts.add(list.substring(from).strip());
        return parts;
    }

    /// Changes what is not quoted.
    static String outsideQuotes(String sql, UnaryOperator<String> change) {
        var out = new StringBuilder();
        int from = 0;
        int at = 0;
        while (at < sql.length()) {
            if (isQuote(sql.charAt(at))) {
                out.append(change.apply(sql.substring(from, at)));
                from = at;
                at = quotedEnd(sql, at);
                out.append(sql, from, at);
                from = at;
            } else {
                at++;
            }
        }
        return out.append(change.apply(sql.substring(from))).toString();
    }

    /// As long as the text itself, with blanks for what is quoted: a place in it is one in the
    /// text.
    static String withoutQuoted(String sql) {
        var out = new StringBuilder(sql);
        int at = 0;
        while (at < sql.length()) {
            int end = isQuote(sql.charAt(at)) ? quotedEnd(sql, at) : at + 1;
            if (end > at + 1) {
                out.replace(at, end, " ".repeat(end - at));
            }
            at = end;
        }
        return out.toString();
    }

    /// The name that a quoted one at this place stands for.
    static String name(String sql, int start) {
        return sql.substring(start + 1, quotedEnd(sql, start) - 1).replace("``", "`");
    }

    static String withoutDefiner(String create) {
        return DEFINER.matcher(create).replaceFirst("$1");
    }

    /// Names in a view's text that are no column's and no alias that follows AS: those of tables,
    /// views and their aliases.
    static List<String> loneNames(String view) {
        var names = new ArrayList<String>();
        int at = 0;
        while (at < view.length()) {
            char c = view.charAt(at);
            if (!isQuote(c)) {
                at++;
                continue;
            }
            int end = quotedEnd(view, at);
            boolean qualified = end < view.length() && view.charAt(end) == '.';
            boolean column = at > 0 && view.charAt(at - 1) == '.';
            boolean alias = at > 3 && view.startsWith("AS ", at - 3);
            if (c == '`' && !qualified && !column && !alias) {
                names.add(name(view, at));
            }
            at = end;
        }
        return names;
    }

    /// A view's text whose tables and columns are named without the schema. MariaDB puts it in
    /// front of them where it did not look at the tables, as for a view whose maker is gone, or
    /// where the view reads JSON_TABLE.
    static String withoutSchema(String view, String schema) {
        String own = MySqlName.quote(schema) + ".";
        var out = new StringBuilder();
        int at = 0;
        while (at < view.length()) {
            int end = isQuote(view.charAt(at)) ? quotedEnd(view, at) : at + 1;
            int table = at + own.length();
            boolean named =
                    view.startsWith(own + "`", at)
                            && (view.startsWith(".`", quotedEnd(view, table))
                                    || namesTable(view, at));
            if (!named) {
                out.append(view, at, end);
            }
            at = named ? table : end;
        }
        return out.toString();
    }

    /// What stands in front of tables, functions and tables' columns in a view's text: databases,
    /// and packages.
    static Set<String> databases(String view) {
        var databases = new HashSet<String>();
        int at = 0;
        while (at < view.length()) {
            char c = view.charAt(at);
            int end = isQuote(c) ? quotedEnd(view, at) : at + 1;
            if (c == '`' && view.startsWith(".`", end)) {
                int second = quotedEnd(view, end + 1);
                if (view.startsWith(".`", second)
                        || view.startsWith("(", second)
                        || namesTable(view, at)) {
                    databases.add(name(view, at));
                }
                end = view.startsWith(".`", second) ? quotedEnd(view, second + 1) : second;
            }
            at = end;
        }
        return databases;
    }

    private static boolean namesTable(String view, int at) {
        String before = FOLLOWED.matcher(view.substring(0, at)).replaceFirst("");
        return before.endsWith("from ") || before.endsWith("join ");
    }

    /// Whether a program's text seems to use a table or function of another database than this. A
    /// name that also stands alone is a table's, an alias or a variable.
    static boolean namesOthers(String program, String schema) {
        String code = SAID.matcher(program).replaceAll(" ");
        return Stream.of(OF_DATABASE, CALLED_IN_DATABASE)
                .flatMap(each -> each.matcher(program).results())
                .map(each -> each.group(1))
                .filter(each -> !each.equals(schema))
                .filter(each -> !ANYWHERE.contains(each.toLowerCase(Locale.ROOT)))
                .anyMatch(each ->
                        !Pattern.compile(
                                        "(?i)(?<![\\w$.@`])`?%s`?(?![\\w$`]|\\s*\\.)"
                                                .formatted(Pattern.quote(each)))
                                .matcher(code)
                                .find());
    }

    /// Whether a program's text names something of this schema with the schema's name.
    static boolean names(String program, String schema) {
        return Pattern.compile("(?i)(?<![\\w$.@])`?" + Pattern.quote(schema) + "`?\\s*\\.")
                .matcher(program)
                .find();
    }
}
