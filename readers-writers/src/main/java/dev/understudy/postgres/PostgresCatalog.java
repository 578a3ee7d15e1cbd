package dev.understudy.postgres;

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
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads which tables a PostgreSQL database has, and what they look like, in a handful of queries
/// whatever the number of tables. Versions 12 to 18.
///
/// The role needs CONNECT, and nothing else: the catalog is open to all. It sees all tables, also
/// those that it may not read.
///
/// Source: PostgreSQL manual, "System Catalogs".
public final class PostgresCatalog {
    /// User tables: neither the system's, nor temporary ones, nor those that belong to an extension
    /// or to Understudy. Names that begin with pg_ are reserved for the system.
    static final String TABLES =
            """
            SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p')
              AND %s
              AND NOT EXISTS (SELECT FROM pg_depend d
                              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                AND d.objsubid = 0 AND d.deptype = 'e')
            """
                    .formatted(SystemCatalog.USER_SCHEMA);

    private final CatalogSession session;
    private final Map<Integer, Draft> drafts = new LinkedHashMap<>();

    private PostgresCatalog(CatalogSession session) {
        this.session = session;
    }

    /// All user tables of the database that the connection is on: ordinary, partitioned,
    /// partitions, inheritance children.
    ///
    /// Inside a transaction the answer belongs to its snapshot as far as the server's catalog
    /// functions allow, and the transaction goes on; with autocommit, the method uses a transaction
    /// of its own. The session's settings are as before when it returns.
    public static Database read(Connection connection) throws SQLException {
        try (CatalogSession session = CatalogSession.open(connection)) {
            return new PostgresCatalog(session).read();
        }
    }

    private Database read() throws SQLException {
        readTables();
        readColumns(TypeCatalog.read(session));
        readParents();
        readIndexes();
        readConstraints();
        return new Database(drafts.values().stream().map(Draft::table).toList());
    }

    private void readTables() throws SQLException {
        session.forEach(
                """
                SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', rn.nspname, r.relname,
                       c.reltuples, c.relpages, %s,
                       %s / current_setting('block_size')::bigint,
                       pg_stat_get_live_tuples(c.oid)
                FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_class r ON r.oid = pg_partition_root(c.oid) AND r.oid <> c.oid
                LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
                WHERE c.oid IN (%s)
                """
                        .formatted(
                                TableLock.unlessLocked("pg_table_size"),
                                TableLock.unlessLocked("pg_relation_size"),
                                TABLES),
                row -> {
                    var draft =
                            new Draft(
                                    CatalogSession.oid(row, 1),
                                    new TableName(row.getString(2), row.getString(3)),
                                    row.getBoolean(4),
                                    name(row, 5));
                    draft.pages = row.getLong(10);
                    draft.bytes = row.getLong(9);
                    draft.estimatedRows =
                            estimate(
                                    row.getDouble(7), row.getLong(8), draft.pages, row.getLong(11));
                    drafts.put(draft.oid, draft);
                });
    }

    /// Rows per page when the table was last analysed, times its pages of today: as the planner
    /// guesses.
    private static long estimate(double tuples, long pagesThen, long pages, long liveTuples) {
        if (pages == 0) {
            return 0;
        }
        if (tuples > 0 && pagesThen > 0) {
            return Math.round(tuples / pagesThen * pages);
        }
        return liveTuples > 0 ? liveTuples : -1;
    }

    private void readColumns(TypeCatalog types) throws SQLException {
        // Since 18 a column may be NOT NULL for new rows only.
        String unprovenNotNull =
                session.version() < 18
                        ? "false"
                        : "EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid"
                                + " AND k.contype = 'n' AND NOT k.convalidated"
                                + " AND k.conkey = ARRAY[a.attnum])";
        session.forEach(
                """
                SELECT a.attrelid, a.attname, a.attnum, a.atttypid, a.atttypmod,
                       format_type(a.atttypid, a.atttypmod), a.attnotnull AND NOT %s,
                       a.attgenerated <> '', a.attinhcount > 0
                FROM pg_attribute a
                WHERE a.attrelid IN (%s) AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attrelid, a.attnum
                """
                        .formatted(unprovenNotNull, TABLES),
                row -> {
                    int type = CatalogSession.oid(row, 4);
                    Draft draft = drafts.get(CatalogSession.oid(row, 1));
                    if (draft != null) {
                        draft.add(
                                new Column(
                                        row.getString(2),
                                        row.getInt(3),
                                        types.type(type, row.getInt(5), row.getString(6)),
                                        !row.getBoolean(7) && !types.refusesNull(type),
                                        row.getBoolean(8),
                                        row.getBoolean(9)));
                    }
                });
    }

    private void readParents() throws SQLException {
        session.forEach(
                """
                SELECT i.inhrelid, n.nspname, p.relname
                FROM pg_inherits i
                JOIN pg_class p ON p.oid = i.inhparent
                JOIN pg_namespace n ON n.oid = p.relnamespace
                WHERE i.inhrelid IN (%s)
                ORDER BY i.inhrelid, i.inhseqno
                """
                        .formatted(TABLES),
                row -> {
                    Draft draft = drafts.get(CatalogSession.oid(row, 1));
                    if (draft != null) {
                        draft.parents.add(new TableName(row.getString(2), row.getString(3)));
                    }
                });
    }

    private void readIndexes() throws SQLException {
        session.forEach(
                """
                SELECT i.indrelid, c.relname, i.indkey::text, i.indnkeyatts, i.indisprimary,
                       pg_get_expr(i.indpred, i.indrelid), i.indisexclusion,
                       (SELECT array_agg(DISTINCT d.refobjsubid)::text FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid
                          AND d.refobjsubid > 0 AND i.indexprs IS NOT NULL)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid IN (%s) AND i.indisvalid AND (i.indisunique OR i.indisexclusion)
                ORDER BY i.indrelid, NOT i.indisprimary, c.relname
                """
                        .formatted(TABLES),
                row -> {
                    Draft draft = drafts.get(CatalogSession.oid(row, 1));
                    if (draft == null) {
                        return;
                    }
                    List<String> columns = draft.names(row.getString(3), row.getInt(4));
                    boolean exclusion = row.getBoolean(7);
                    boolean expressions = columns.size() < row.getInt(4);
                    if (exclusion || expressions) {
                        draft.uniqueInExpressions.addAll(columns);
                        draft.uniqueInExpressions.addAll(
                                draft.names(row.getString(8), Integer.MAX_VALUE));
                    } else {
                        draft.keys.add(
                                new Key(
                                        row.getString(2),
                                        columns,
                                        row.getBoolean(5),
                                        Optional.ofNullable(row.getString(6))));
                    }
                });
    }

    private void readConstraints() throws SQLException {
        // Foreign keys to a partitioned table have a shadow for each of its partitions, on the same
        // table as the key itself; those are the server's own business.
        session.forEach(
                """
                SELECT k.conrelid, k.conname, k.contype = 'f', k.conkey::text,
                       rn.nspname, r.relname, k.confrelid, k.confkey::text,
                       pg_get_expr(k.conbin, k.conrelid, true)
                FROM pg_constraint k
                LEFT JOIN pg_class r ON r.oid = k.confrelid
                LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
                WHERE k.conrelid IN (%s) AND k.contype IN ('c', 'f') AND %s
                  AND NOT EXISTS (SELECT FROM pg_constraint p
                                  WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
                ORDER BY k.conrelid, k.conname
                """
                        .formatted(
                                TABLES,
                                session.version() < 18
                                        ? "true"
                                        : "(k.conenforced OR k.contype = 'f')"),
                row -> {
                    Draft draft = drafts.get(CatalogSession.oid(row, 1));
                    if (draft == null) {
                        return;
                    }
                    List<String> columns = draft.names(row.getString(4), Integer.MAX_VALUE);
                    if (row.getBoolean(3)) {
                        Draft referenced = drafts.get(CatalogSession.oid(row, 7));
                        if (referenced != null) {
                            draft.foreignKeys.add(
                                    new ForeignKey(
                                            row.getString(2),
                                            draft.name,
                                            columns,
                                            referenced.name,
                                            referenced.names(row.getString(8), Integer.MAX_VALUE),
                                            true));
                        }
                    } else {
                        draft.checks.add(new Check(row.getString(2), columns, row.getString(9)));
                    }
                });
    }

    private static Optional<TableName> name(ResultSet row, int at) throws SQLException {
        String schema = row.getString(at);
        return schema == null
                ? Optional.empty()
                : Optional.of(new TableName(schema, row.getString(at + 1)));
    }

    /// A table that is not yet read whole.
    private static final class Draft {
        private final int oid;
        private final TableName name;
        private final boolean partitioned;
        private final Optional<TableName> root;
        private final List<TableName> parents = new ArrayList<>();
        private final List<Column> columns = new ArrayList<>();
        private final Map<Integer, String> columnNames = new HashMap<>();
        private final List<Key> keys = new ArrayList<>();
        private final List<ForeignKey> foreignKeys = new ArrayList<>();
        private final List<Check> checks = new ArrayList<>();
        private final TreeSet<String> uniqueInExpressions = new TreeSet<>();
        private long estimatedRows;
        private long bytes;
        private long pages;

        Draft(int oid, TableName name, boolean partitioned, Optional<TableName> root) {
            this.oid = oid;
            this.name = name;
            this.partitioned = partitioned;
            this.root = root;
        }

        void add(Column column) {
            columns.add(column);
            columnNames.put(column.position(), column.name());
        }

        /// The columns of an int2vector (`1 3 0`) or an array (`{1,3}`) as text, without those that
        /// are no column (expressions, system columns).
        List<String> names(@Nullable String positions, int limit) {
            var names = new ArrayList<String>();
            if (positions == null) {
                return names;
            }
            int read = 0;
            for (String position : positions.split("[^0-9-]+", -1)) {
                if (position.isEmpty()) {
                    continue;
                }
                if (read++ == limit) {
                    break;
                }
                String column = columnNames.get(Integer.valueOf(position));
                if (column != null) {
                    names.add(column);
                }
            }
            return names;
        }

        Table table() {
            return new Table(
                    oid,
                    name,
                    partitioned,
                    root,
                    parents,
                    columns,
                    keys.stream().filter(Key::primary).findFirst(),
                    keys,
                    foreignKeys,
                    checks,
                    List.copyOf(uniqueInExpressions),
                    estimatedRows,
                    bytes,
                    pages);
        }
    }
}
