package dev.understudy.mysql;

import dev.understudy.schema.Column;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.PortableTable;
import dev.understudy.schema.PortableTable.Action;
import dev.understudy.schema.PortableTable.Index;
import dev.understudy.schema.PortableTable.Initial;
import dev.understudy.schema.PortableTable.Member;
import dev.understudy.schema.PortableTable.Numbering;
import dev.understudy.schema.PortableTable.Reference;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what any engine can have of a MySQL or MariaDB database's structure. Whatever an exact
/// copy would have in addition is not carried, so nothing can be forgotten without a word.
///
/// Source: the manuals' chapters on INFORMATION_SCHEMA.
final class PortableReader {
    private static final String OWN_WORDS = "it is written in MySQL's own words";
    private static final Pattern NEXT = Pattern.compile("\\bAUTO_INCREMENT=(\\d+)");
    private static final Pattern NOW =
            Pattern.compile(
                    "(?i)(?:current_timestamp|now|localtimestamp)(?:\\(\\d?\\))?(?: on update .*)?");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?");

    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private final Connection session;
    private final MySqlVersion version;
    private final String schema;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final List<NotCarried> notCarried = new ArrayList<>();

    private PortableReader(Connection session, MySqlVersion version, String schema) {
        this.session = session;
        this.version = version;
        this.schema = schema;
    }

    /// An index while it is read.
    private static final class Found {
        private final List<String> columns = new ArrayList<>();
        private boolean unique;
        private String problem = "";
    }

    /// A table while it is read.
    private static final class Draft {
        private final Table table;
        private final List<Member> members = new ArrayList<>();
        private final Map<String, Found> indexes = new LinkedHashMap<>();
        private final List<Reference> references = new ArrayList<>();
        private String comment = "";

        Draft(Table table) {
            this.table = table;
        }

        PortableTable done() {
            return new PortableTable(
                    table,
                    comment,
                    members,
                    // Unique ones are the table's keys.
                    indexes.entrySet().stream()
                            .filter(each ->
                                    !each.getValue().unique && each.getValue().problem.isEmpty())
                            .map(each -> new Index(each.getKey(), each.getValue().columns))
                            .toList(),
                    references);
        }
    }

    static PortableStructure read(
            Connection session,
            MySqlVersion version,
            String schema,
            MySqlTables tables,
            Predicate<TableName> wanted)
            throws SQLException {
        Blueprint exact = MySqlStructure.read(session, wanted, MySqlTarget.read(session));
        return new PortableReader(session, version, schema).read(tables, exact);
    }

    private PortableStructure read(MySqlTables tables, Blueprint exact) throws SQLException {
        for (Table table : tables.database().tables()) {
            if (exact.tables().contains(table.name())) {
                drafts.put(table.name().name(), new Draft(table));
                reportTable(table, tables);
            }
        }
        readComments();
        readColumns();
        readIndexes();
        readForeignKeys();
        notCarried.addAll(exact.notCarried());
        exact.afterPublishing().forEach(each -> report(each.kind(), each.object(), OWN_WORDS));
        exact.beforeRows().stream()
                .filter(each -> each.kind().equals("sequence"))
                .forEach(each -> report(each.kind(), each.object(), OWN_WORDS));
        return new PortableStructure(
                drafts.values().stream().map(Draft::done).toList(), notCarried);
    }

    private void report(String kind, String object, String reason) {
        notCarried.add(new NotCarried(kind, object, reason));
    }

    private void reportTable(Table table, MySqlTables tables) {
        String name = table.name().name();
        if (tables.partitionKeys().containsKey(table.name())) {
            report("partitions of table", name, "one table holds all rows");
        }
        table.checks()
                .forEach(each -> report("check constraint", name + "." + each.name(), OWN_WORDS));
        table.columns().stream()
                .filter(Column::generated)
                .forEach(each -> report("generated column", name + "." + each.name(), OWN_WORDS));
    }

    private void readComments() throws SQLException {
        forEach(
                "SELECT table_name, table_comment FROM information_schema.tables WHERE table_schema = ? AND table_comment <> ''",
                (draft, row) -> draft.comment = row.getString(2));
    }

    private void readColumns() throws SQLException {
        forEach(
                """
                SELECT table_name, column_name, column_default, extra, column_comment
                FROM information_schema.columns WHERE table_schema = ?
                ORDER BY table_name, ordinal_position
                """,
                (draft, row) -> {
                    Column column = draft.table.column(row.getString(2)).orElseThrow();
                    if (column.generated()) {
                        return;
                    }
                    String extra = row.getString(4).toUpperCase(Locale.ROOT);
                    String name = draft.table.name().name() + "." + column.name();
                    if (extra.contains("ON UPDATE")) {
                        report("on update of column", name, "no other engine has it");
                    }
                    boolean numbered = extra.contains("AUTO_INCREMENT");
                    String text = row.getString(3);
                    Optional<Initial> initial =
                            text == null || numbered || (version.mariaDb() && text.equals("NULL"))
                                    ? Optional.empty()
                                    : initial(text, extra);
                    if (initial.isEmpty()
                            && text != null
                            && !numbered
                            && !(version.mariaDb() && text.equals("NULL"))) {
                        report("default of column", name, OWN_WORDS);
                    }
                    draft.members.add(
                            new Member(
                                    column,
                                    initial,
                                    numbered ? Optional.of(new Numbering(1)) : Optional.empty(),
                                    row.getString(5)));
                });
        for (Draft draft : drafts.values()) {
            draft.members.replaceAll(
                    each -> each.numbering().isEmpty() ? each : numbered(draft.table, each));
        }
    }

    // What information_schema says of it may be old.
    private Member numbered(Table table, Member member) {
        try (var statement = session.createStatement();
                var row =
                        statement.executeQuery(
                                "SHOW CREATE TABLE " + MySqlName.quoted(table.name()))) {
            row.next();
            Matcher next = NEXT.matcher(TableDefinition.parse(row.getString(2)).options());
            return new Member(
                    member.column(),
                    member.initial(),
                    Optional.of(
                            new Numbering(
                                    next.find()
                                            ? new BigInteger(next.group(1)).min(MOST).longValue()
                                            : 1)),
                    member.comment());
        } catch (SQLException e) {
            throw MySqlFailure.of(
                    dev.understudy.rows.Failure.Kind.SOURCE, "reading the source's structure", e);
        }
    }

    // MariaDB writes SQL; MySQL a value, or SQL where it says so.
    private Optional<Initial> initial(String text, String extra) {
        if (NOW.matcher(text).matches()
                && (version.mariaDb() || extra.contains("DEFAULT_GENERATED"))) {
            return Optional.of(new Initial.Now());
        }
        boolean bits = text.startsWith("b'") && text.endsWith("'");
        if (bits) {
            return Optional.of(new Initial.Value(text.substring(2, text.length() - 1)));
        }
        if (!version.mariaDb()) {
            return extra.contains("DEFAULT_GENERATED")
                    ? Optional.empty()
                    : Optional.of(new Initial.Value(text));
        }
        if (NUMBER.matcher(text).matches()) {
            return Optional.of(new Initial.Value(text));
        }
        boolean quoted = text.startsWith("'") && SqlText.quotedEnd(text, 0) == text.length();
        return quoted && text.indexOf('\\') < 0
                ? Optional.of(
                        new Initial.Value(text.substring(1, text.length() - 1).replace("''", "'")))
                : Optional.empty();
    }

    private void readIndexes() throws SQLException {
        boolean expressions = !version.mariaDb() && version.atLeast(8, 0, 13);
        forEach(
                """
                SELECT table_name, index_name, column_name, sub_part, %s, index_type, non_unique = 0
                FROM information_schema.statistics WHERE table_schema = ?
                ORDER BY table_name, index_name, seq_in_index
                """
                        .formatted(expressions ? "expression" : "NULL"),
                (draft, row) -> {
                    Found index = draft.indexes.computeIfAbsent(row.getString(2), _ -> new Found());
                    index.unique = row.getBoolean(7);
                    index.columns.add(String.valueOf(row.getString(3)));
                    if (index.problem.isEmpty()) {
                        index.problem = problem(draft.table, row);
                    }
                });
        for (Draft draft : drafts.values()) {
            draft.indexes.forEach((name, index) -> {
                if (!index.problem.isEmpty()) {
                    report(
                            index.unique ? "unique key" : "index",
                            draft.table.name().name() + "." + name,
                            index.problem);
                }
            });
        }
    }

    private static String problem(Table table, ResultSet row) throws SQLException {
        String column = row.getString(3);
        String type = row.getString(6);
        if (row.getString(5) != null || column == null) {
            return "it is over expressions";
        }
        if (!type.equals("BTREE") && !type.equals("HASH")) {
            return "it is a " + type.toLowerCase(Locale.ROOT) + " index";
        }
        if (row.getString(4) != null) {
            return "it is over the beginnings of values";
        }
        return table.column(column).orElseThrow().generated() ? "a column is computed" : "";
    }

    private void readForeignKeys() throws SQLException {
        var actions = new LinkedHashMap<String, Action[]>();
        forEach(
                "SELECT table_name, constraint_name, delete_rule, update_rule FROM information_schema.referential_constraints WHERE constraint_schema = ?",
                (draft, row) ->
                        actions.put(
                                draft.table.name().name() + "." + row.getString(2),
                                new Action[] {action(row.getString(3)), action(row.getString(4))}));
        for (Draft draft : drafts.values()) {
            for (ForeignKey key : draft.table.foreignKeys()) {
                Action[] both = actions.get(draft.table.name().name() + "." + key.name());
                // The others are not carried by an exact copy either.
                if (both != null && drafts.containsKey(key.referenced().name())) {
                    draft.references.add(new Reference(key, both[0], both[1]));
                }
            }
        }
    }

    private static Action action(String rule) {
        return switch (rule) {
            case "CASCADE" -> Action.CASCADE;
            case "SET NULL" -> Action.SET_NULL;
            case "SET DEFAULT" -> Action.SET_DEFAULT;
            default -> Action.REFUSE;
        };
    }

    private interface Row {
        void accept(Draft draft, ResultSet row) throws SQLException;
    }

    /// @param sql whose first column is the table's name
    private void forEach(String sql, Row each) throws SQLException {
        try (var statement = session.prepareStatement(sql)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Draft draft = drafts.get(rows.getString(1));
                    if (draft != null) {
                        each.accept(draft, rows);
                    }
                }
            }
        }
    }
}
