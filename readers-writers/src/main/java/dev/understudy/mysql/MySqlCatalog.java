package dev.understudy.mysql;

import dev.understudy.schema.Check;
import dev.understudy.schema.Column;
import dev.understudy.schema.Database;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads which tables a MySQL or MariaDB database has, and what they look like, in a handful of
/// queries whatever the number of tables. Views are none of them.
///
/// The user sees those tables on which it has some privilege.
///
/// Source: the manuals' chapters on INFORMATION_SCHEMA.
final class MySqlCatalog {
    private final Connection session;
    private final MySqlVersion version;
    private final String schema;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();

    private MySqlCatalog(Connection session, MySqlVersion version, String schema) {
        this.session = session;
        this.version = version;
        this.schema = schema;
    }

    static MySqlTables read(Connection session, MySqlVersion version, String schema)
            throws SQLException {
        return new MySqlCatalog(session, version, schema).read();
    }

    private MySqlTables read() throws SQLException {
        readTables();
        readChecks();
        readColumns();
        readKeys();
        readForeignKeys();
        Map<TableName, List<String>> partitionKeys = readPartitions();
        var engines = new HashMap<TableName, String>();
        var collations = new HashMap<TableName, Map<String, String>>();
        drafts.values()
                .forEach(draft -> {
                    engines.put(draft.name, draft.engine);
                    collations.put(draft.name, draft.collations);
                });
        var database = new Database(drafts.values().stream().map(Draft::table).toList());
        return new MySqlTables(database, partitionKeys, engines, collations);
    }

    private void readTables() throws SQLException {
        forEach(
                """
                SELECT table_name, engine, table_rows, data_length
                FROM information_schema.tables
                WHERE table_schema = ? AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
                ORDER BY table_name
                """,
                row -> {
                    var draft = new Draft(new TableName(schema, row.getString(1)));
                    draft.engine = String.valueOf(row.getString(2));
                    long rows = row.getLong(3);
                    draft.estimatedRows = row.wasNull() ? -1 : rows;
                    draft.bytes = row.getLong(4);
                    drafts.put(row.getString(1), draft);
                });
    }

    private void readChecks() throws SQLException {
        if (version.mariaDb()) {
            forEach(
                    """
                    SELECT table_name, constraint_name, check_clause
                    FROM information_schema.check_constraints
                    WHERE constraint_schema = ?
                    ORDER BY table_name, constraint_name
                    """,
                    row -> addCheck(row.getString(1), row.getString(2), row.getString(3)));
        } else if (version.atLeast(8, 0, 16)) {
            forEach(
                    """
                    SELECT t.table_name, c.constraint_name, c.check_clause
                    FROM information_schema.check_constraints c
                    JOIN information_schema.table_constraints t
                      ON t.constraint_schema = c.constraint_schema
                     AND t.constraint_name = c.constraint_name
                    WHERE c.constraint_schema = ? AND t.constraint_type = 'CHECK'
                      AND t.enforced = 'YES'
                    ORDER BY t.table_name, c.constraint_name
                    """,
                    // This view alone writes strings as they would stand inside of another string.
                    row ->
                            addCheck(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3).replace("\\'", "'").replace("\\\\", "\\")));
        }
    }

    private void addCheck(String table, String name, String expression) {
        Draft draft = drafts.get(table);
        if (draft != null) {
            draft.expressions.put(name, expression);
        }
    }

    private void readColumns() throws SQLException {
        forEach(
                """
                SELECT table_name, column_name, ordinal_position, data_type, column_type,
                       is_nullable = 'YES', extra, COALESCE(character_maximum_length, 0),
                       COALESCE(numeric_precision, 0), COALESCE(numeric_scale, 0),
                       COALESCE(datetime_precision, 0), collation_name
                FROM information_schema.columns
                WHERE table_schema = ?
                ORDER BY table_name, ordinal_position
                """,
                row -> {
                    Draft draft = drafts.get(row.getString(1));
                    if (draft == null) {
                        return; // a view's
                    }
                    String name = row.getString(2);
                    // MariaDB's json is text with a check.
                    boolean json = draft.takeJsonCheck(name);
                    var type =
                            new MySqlTypes.Declared(
                                    json ? "json" : row.getString(4),
                                    json ? "json" : row.getString(5),
                                    row.getLong(8),
                                    row.getInt(9),
                                    row.getInt(10),
                                    row.getInt(11));
                    String extra = row.getString(7).toUpperCase(Locale.ROOT);
                    boolean generated =
                            extra.contains("VIRTUAL GENERATED")
                                    || extra.contains("STORED GENERATED")
                                    || extra.contains("PERSISTENT");
                    if (row.getString(12) != null) {
                        draft.collations.put(name, row.getString(12));
                    }
                    draft.columns.add(
                            new Column(
                                    name,
                                    row.getInt(3),
                                    MySqlTypes.of(type),
                                    row.getBoolean(6),
                                    generated,
                                    false));
                });
    }

    private void readKeys() throws SQLException {
        boolean expressions = !version.mariaDb() && version.atLeast(8, 0, 13);
        forEach(
                """
                SELECT table_name, index_name, column_name, sub_part, %s
                FROM information_schema.statistics
                WHERE table_schema = ? AND non_unique = 0
                ORDER BY table_name, index_name <> 'PRIMARY', index_name, seq_in_index
                """
                        .formatted(expressions ? "expression" : "NULL"),
                row -> {
                    Draft draft = drafts.get(row.getString(1));
                    if (draft != null) {
                        Index index = draft.index(row.getString(2));
                        index.add(row.getString(3), row.getString(4), row.getString(5));
                        index.seen &= row.getString(3) == null || draft.sees(row.getString(3));
                    }
                });
    }

    private void readForeignKeys() throws SQLException {
        forEach(
                """
                SELECT table_name, constraint_name, column_name,
                       referenced_table_name, referenced_column_name
                FROM information_schema.key_column_usage
                WHERE table_schema = ? AND referenced_table_schema = table_schema
                ORDER BY table_name, constraint_name, ordinal_position
                """,
                row -> {
                    Draft draft = drafts.get(row.getString(1));
                    Draft referenced = drafts.get(row.getString(4));
                    if (draft != null && referenced != null) {
                        Reference reference =
                                draft.references.computeIfAbsent(
                                        row.getString(2), _ -> new Reference(referenced.name));
                        reference.columns.add(row.getString(3));
                        reference.referencedColumns.add(row.getString(5));
                        reference.seen &=
                                draft.sees(row.getString(3)) && referenced.sees(row.getString(5));
                    }
                });
    }

    private Map<TableName, List<String>> readPartitions() throws SQLException {
        var keys = new HashMap<TableName, List<String>>();
        forEach(
                """
                SELECT DISTINCT table_name, partition_expression, subpartition_expression
                FROM information_schema.partitions
                WHERE table_schema = ? AND partition_name IS NOT NULL
                ORDER BY table_name
                """,
                row -> {
                    Draft draft = drafts.get(row.getString(1));
                    if (draft == null) {
                        return;
                    }
                    String by = String.valueOf(row.getString(2)) + " " + row.getString(3);
                    List<String> named = draft.named(by);
                    // PARTITION BY KEY () means the primary key.
                    keys.put(
                            draft.name,
                            named.isEmpty()
                                    ? draft.table().primaryKey().map(Key::columns).orElse(List.of())
                                    : named);
                });
        return keys;
    }

    private interface Row {
        void accept(ResultSet row) throws SQLException;
    }

    private void forEach(String sql, Row each) throws SQLException {
        try (var statement = session.prepareStatement(sql)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.accept(rows);
                }
            }
        }
    }

    private static final class Reference {
        private final TableName referenced;
        private final List<String> columns = new ArrayList<>();
        private final List<String> referencedColumns = new ArrayList<>();
        private boolean seen = true;

        Reference(TableName referenced) {
            this.referenced = referenced;
        }
    }

    private static final class Index {
        private final List<String> columns = new ArrayList<>();
        private final List<String> expressions = new ArrayList<>();
        private boolean whole = true;
        private boolean seen = true;

        /// @param length the first so many characters or bytes alone count
        void add(@Nullable String column, @Nullable String length, @Nullable String expression) {
            whole &= column != null && length == null;
            if (column != null) {
                columns.add(column);
            }
            if (expression != null) {
                expressions.add(expression);
            }
        }
    }

    /// A table while it is read.
    private static final class Draft {
        private final TableName name;
        private final List<Column> columns = new ArrayList<>();
        private final Map<String, String> collations = new HashMap<>();
        private final Map<String, String> expressions = new LinkedHashMap<>();
        private final Map<String, Index> indexes = new LinkedHashMap<>();
        private final Map<String, Reference> references = new LinkedHashMap<>();
        private String engine = "";
        private long estimatedRows;
        private long bytes;

        Draft(TableName name) {
            this.name = name;
        }

        Index index(String index) {
            return indexes.computeIfAbsent(index, _ -> new Index());
        }

        /// The server hides columns that the user may not read, and still names them in keys. Such
        /// a table is refused when its columns are about to be read.
        boolean sees(String column) {
            return columns.stream().anyMatch(each -> each.name().equals(column));
        }

        boolean takeJsonCheck(String column) {
            String json = "json_valid(" + MySqlName.quote(column) + ")";
            return expressions.remove(column, json);
        }

        /// The columns that an expression names, in their order in the table. A string may name one
        /// too; that is one too many, which does no harm.
        List<String> named(String expression) {
            return columns.stream()
                    .map(Column::name)
                    .filter(each -> expression.contains(MySqlName.quote(each)))
                    .toList();
        }

        Table table() {
            var keys = new ArrayList<Key>();
            var uniqueInExpressions = new TreeSet<String>();
            indexes.forEach((index, of) -> {
                if (!of.seen) {
                    return;
                }
                if (of.whole) {
                    keys.add(new Key(index, of.columns, index.equals("PRIMARY"), Optional.empty()));
                } else {
                    uniqueInExpressions.addAll(of.columns);
                    of.expressions.forEach(each -> uniqueInExpressions.addAll(named(each)));
                }
            });
            var foreignKeys = new ArrayList<ForeignKey>();
            references.entrySet().removeIf(each -> !each.getValue().seen);
            references.forEach((constraint, of) ->
                    foreignKeys.add(
                            new ForeignKey(
                                    constraint,
                                    name,
                                    of.columns,
                                    of.referenced,
                                    of.referencedColumns,
                                    true)));
            var checks = new ArrayList<Check>();
            expressions.forEach((constraint, expression) ->
                    checks.add(new Check(constraint, named(expression), expression)));
            return new Table(
                    0,
                    name,
                    false,
                    Optional.empty(),
                    List.of(),
                    columns,
                    keys.stream().filter(Key::primary).findFirst(),
                    keys,
                    foreignKeys,
                    checks,
                    List.copyOf(uniqueInExpressions),
                    estimatedRows,
                    bytes,
                    bytes >> 14);
        }
    }
}
