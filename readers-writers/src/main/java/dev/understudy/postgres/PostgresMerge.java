package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.twin.ChangedStructure;
import dev.understudy.twin.StagedTable;
import dev.understudy.twin.TwinChange.Merged;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Merges what is staged in a live twin into its tables, in one transaction.
///
///     rows of referenced tables first: those that differ are updated, those that are new inserted
///     then, the other way round, what is gone is deleted
///
/// Foreign keys that no order satisfies wait for the end. Triggers and rules of users do not fire:
/// what they did in the source has come with its rows.
final class PostgresMerge {
    /// SQLSTATE unique_violation and exclusion_violation.
    private static final List<String> CLASH = List.of("23505", "23P01");

    /// Foreign keys that a deletion follows: to the child, or to its column where a change of the
    /// parent's key follows them, too, or where nothing of the child is staged. Otherwise what they
    /// make NULL is NULL in the source. Those to a partitioned table are as well to its partitions.
    /// Rows are compared as the foreign key does: types of extensions bring operators of their own.
    private static final String FOLLOWING =
            """
            SELECT k.conname, k.conrelid::pg_catalog.regclass::pg_catalog.text AS child, children.numbers,
                   (SELECT string_agg(pg_catalog.format('live.%I OPERATOR(%I.%s) child.%I', p.attname, n.nspname, o.oprname, c.attname), ' AND ')
                    FROM unnest(k.conkey, k.confkey, k.conpfeqop) AS u (child, parent, operator)
                    JOIN pg_catalog.pg_operator o ON o.oid = u.operator
                    JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                    JOIN pg_catalog.pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = u.child
                    JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = u.parent) AS same
            FROM pg_catalog.pg_constraint k
            JOIN (SELECT ?::pg_catalog.regclass AS oid) AS own
                ON k.confrelid = own.oid OR k.confrelid IN (SELECT relid FROM pg_catalog.pg_partition_ancestors(own.oid))
            CROSS JOIN LATERAL (SELECT ARRAY(
                SELECT s.number FROM understudy.staged s
                JOIN pg_catalog.pg_namespace n ON n.nspname = s.table_schema
                JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.table_name
                WHERE c.oid = k.conrelid OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(k.conrelid)))) AS children (numbers)
            WHERE k.contype = 'f' AND k.conparentid = 0
              AND (k.confdeltype = 'c' OR k.confdeltype IN ('n', 'd') AND (k.confupdtype = 'c' OR children.numbers = '{}'))
            """;

    private final Connection session;
    private final String run;
    private final List<StagedTable> tables = new ArrayList<>();

    /// Tables of which nothing is staged.
    private final Set<TableName> unstaged = new HashSet<>();

    /// Tables of which keys are gone.
    private final Set<TableName> swept = new HashSet<>();

    /// Columns by table that no UPDATE may set: identity columns of keys that are always generated.
    private final Map<TableName, List<String>> fixed = new HashMap<>();

    PostgresMerge(Connection session, String run) {
        this.session = session;
        this.run = run;
    }

    static boolean isReady(Connection session, String run) throws SQLException {
        if (!PostgresPosition.exists(session, "ready")) {
            return false;
        }
        try (var query = session.prepareStatement("SELECT 1 FROM understudy.ready WHERE run = ?")) {
            query.setString(1, run);
            try (var row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /// What there is besides rows when everything was staged.
    private record Ready(String receipt, String position, List<String> statements) {}

    /// @return empty if an earlier attempt has merged
    List<Merged> merge() throws SQLException {
        session.setAutoCommit(false);
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            if (PostgresPosition.isStamped(session, run)) {
                return List.of();
            }
            Ready ready = lock();
            statement.execute("SET LOCAL row_security = off");
            List<Merged> merged = new ArrayList<>();
            Optional<ChangedStructure> structure = structure(statement);
            if (structure.isPresent()) {
                restructure(structure.get(), () -> merged.addAll(bring(statement)));
            } else {
                merged.addAll(bring(statement));
            }
            for (String each : ready.statements()) {
                statement.execute(each);
            }
            PostgresPosition.write(session, run, ready.position());
            PostgresPosition.stamp(session, statement, run, ready.receipt());
            statement.execute("SET LOCAL synchronous_commit = on");
            session.commit();
            return merged;
        }
    }

    private List<Merged> bring(Statement statement) throws SQLException {
        readTables();
        List<String> after = prepare(statement);
        statement.execute(LoadingPostgres.ALL_SCHEMAS);
        List<Merged> merged = rows(statement);
        statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
        for (String each : after) {
            statement.execute(each);
        }
        if (merged.stream().anyMatch(PostgresMerge::isChange)) {
            refreshViews(statement);
        }
        statement.execute("SET LOCAL search_path = ''");
        return merged;
    }

    private interface Rows {
        void bring() throws SQLException;
    }

    private static Optional<ChangedStructure> structure(Statement statement) throws SQLException {
        try (var row = statement.executeQuery("SELECT content FROM understudy.structure")) {
            return row.next()
                    ? Optional.of(ChangedStructure.read(row.getString(1)))
                    : Optional.empty();
        }
    }

    private void restructure(ChangedStructure structure, Rows rows) throws SQLException {
        StructureConvergence.Outcome outcome =
                StructureConvergence.converge(
                        session,
                        structure.blueprint(),
                        structure.anew(),
                        structure.keyColumn(),
                        _ -> {
                            giveStagedTheirTypes();
                            rows.bring();
                        });
        if (outcome instanceof StructureConvergence.Outcome.Apart(List<String> objects)) {
            session.rollback();
            throw new Failure(
                    Failure.Kind.MISMATCH,
                    "the twin does not come to the source's structure by changing it: "
                            + String.join("; ", objects));
        }
    }

    // Labels and domains were staged as what they stand on.
    private void giveStagedTheirTypes() throws SQLException {
        var alter = new ArrayList<String>();
        try (var statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT pg_catalog.format('ALTER TABLE understudy.%I ALTER COLUMN %I TYPE %s USING %I::%s', c.relname, a.attname,
                                           pg_catalog.format_type(l.atttypid, l.atttypmod), a.attname, pg_catalog.format_type(l.atttypid, l.atttypmod))
                                FROM understudy.staged s
                                JOIN pg_catalog.pg_class c ON c.relname = 'staged_' || s.number
                                 AND c.relnamespace = pg_catalog.to_regnamespace('understudy')
                                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                                JOIN pg_catalog.pg_namespace n ON n.nspname = s.table_schema
                                JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid AND t.relname = s.table_name
                                JOIN pg_catalog.pg_attribute l ON l.attrelid = t.oid AND l.attname = a.attname
                                WHERE a.atttypid <> l.atttypid
                                """)) {
            while (rows.next()) {
                alter.add(rows.getString(1));
            }
        }
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String each : alter) {
                statement.execute(each);
            }
        }
    }

    // Whoever merges holds this row, so that a process that was overtaken waits, and then finds
    // everything merged.
    private Ready lock() throws SQLException {
        try (var query =
                session.prepareStatement(
                        "SELECT receipt, position, statements FROM understudy.ready WHERE run = ? FOR UPDATE")) {
            query.setString(1, run);
            try (var row = query.executeQuery()) {
                if (!row.next()) {
                    throw new Failure(
                            Failure.Kind.TARGET,
                            "what run %s has staged in the twin is gone".formatted(run));
                }
                return new Ready(row.getString(1), row.getString(2), texts(row.getArray(3)));
            }
        }
    }

    private static List<String> texts(java.sql.Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }

    private void readTables() throws SQLException {
        try (var statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT s.*, pg_catalog.to_regclass('understudy.gone_' || s.number) IS NOT NULL AS swept,
                                    coalesce(pg_catalog.pg_relation_size(pg_catalog.to_regclass('understudy.staged_' || s.number)), 0) = 0 AS unstaged, ARRAY(
                                    SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
                                    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                    WHERE n.nspname = s.table_schema AND c.relname = s.table_name AND a.attidentity = 'a' AND a.attname = ANY (s.key)) AS fixed
                                FROM understudy.staged s ORDER BY s.number
                                """)) {
            while (rows.next()) {
                var name =
                        new TableName(rows.getString("table_schema"), rows.getString("table_name"));
                fixed.put(name, texts(rows.getArray("fixed")));
                if (rows.getBoolean("unstaged")) {
                    unstaged.add(name);
                }
                if (rows.getBoolean("swept")) {
                    swept.add(name);
                }
                tables.add(
                        new StagedTable(
                                rows.getInt("number"),
                                name,
                                texts(rows.getArray("columns")),
                                texts(rows.getArray("key")),
                                StagedTable.Rows.valueOf(rows.getString("staged_rows"))));
            }
        }
    }

    /// Switches off what would act on rows, as the table's owner may, and says how to switch it on
    /// again. All of it is gone with the transaction if that fails.
    private List<String> prepare(Statement statement) throws SQLException {
        var before = new ArrayList<String>();
        var after = new ArrayList<String>();
        Integer[] touched =
                tables.stream()
                        .filter(this::mayChange)
                        .map(StagedTable::number)
                        .toArray(Integer[]::new);
        try (var query =
                session.prepareStatement(
                        """
                        WITH merged AS (
                            SELECT s.number, c.oid, c.relforcerowsecurity,
                                   pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
                            FROM understudy.staged s
                            JOIN pg_catalog.pg_namespace n ON n.nspname = s.table_schema
                            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.table_name
                            WHERE s.number = ANY (?)),
                        family AS (
                            SELECT number, oid FROM merged
                            UNION SELECT m.number, a.relid FROM merged m, pg_catalog.pg_partition_ancestors(m.oid) a)
                        SELECT pg_catalog.format('ALTER TABLE %s DISABLE TRIGGER %I', m.name, t.tgname),
                               pg_catalog.format('ALTER TABLE %s ENABLE %sTRIGGER %I', m.name,
                                   CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END, t.tgname)
                        FROM merged m JOIN pg_catalog.pg_trigger t ON t.tgrelid = m.oid
                        WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
                        UNION ALL
                        SELECT pg_catalog.format('ALTER TABLE %s DISABLE RULE %I', m.name, r.rulename),
                               pg_catalog.format('ALTER TABLE %s ENABLE %sRULE %I', m.name,
                                   CASE r.ev_enabled WHEN 'A' THEN 'ALWAYS ' ELSE '' END, r.rulename)
                        FROM merged m JOIN pg_catalog.pg_rewrite r ON r.ev_class = m.oid
                        WHERE r.ev_type <> '1' AND r.ev_enabled IN ('O', 'A')
                        UNION ALL
                        SELECT pg_catalog.format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', m.name),
                               pg_catalog.format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', m.name)
                        FROM merged m WHERE m.relforcerowsecurity
                        UNION ALL
                        SELECT DISTINCT pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET GENERATED BY DEFAULT', t.root, a.attname),
                               pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET GENERATED ALWAYS', t.root, a.attname)
                        FROM merged m JOIN understudy.staged s USING (number)
                        JOIN pg_catalog.pg_attribute a ON a.attrelid = m.oid AND a.attidentity = 'a' AND a.attname <> ALL (s.key),
                        LATERAL (SELECT coalesce(pg_catalog.pg_partition_root(m.oid), m.oid)::pg_catalog.regclass AS root) AS t
                        UNION ALL
                        SELECT pg_catalog.format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', k.conrelid::pg_catalog.regclass, k.conname),
                               pg_catalog.format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', k.conrelid::pg_catalog.regclass, k.conname)
                        FROM pg_catalog.pg_constraint k
                        WHERE k.contype = 'f' AND NOT k.condeferrable AND k.conparentid = 0 AND EXISTS (
                            SELECT FROM family m JOIN family r ON r.number > m.number
                            WHERE m.oid = k.conrelid AND r.oid = k.confrelid)
                        """)) {
            query.setArray(1, session.createArrayOf("int4", touched));
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    before.add(rows.getString(1));
                    after.add(rows.getString(2));
                }
            }
        }
        for (String each : before) {
            statement.execute(each);
        }
        statement.execute("SET CONSTRAINTS ALL DEFERRED");
        return after;
    }

    private List<Merged> rows(Statement statement) throws SQLException {
        var updated = new long[tables.size()];
        var inserted = new long[tables.size()];
        var deleted = new long[tables.size()];
        for (int i = 0; i < tables.size(); i++) {
            StagedTable table = tables.get(i);
            if (table.key().isEmpty()) {
                replace(statement, table, i, inserted, deleted);
                continue;
            }
            if (unstaged.contains(table.table())) {
                continue;
            }
            Savepoint before = session.setSavepoint();
            try {
                updated[i] = update(statement, table);
                inserted[i] = statement.executeLargeUpdate(insert(table));
            } catch (SQLException e) {
                if (!CLASH.contains(e.getSQLState())) {
                    throw e;
                }
                // A row that is gone may hold what another one has got.
                session.rollback(before);
                deleted[i] = clearTheWay(statement, table);
                updated[i] = update(statement, table);
                inserted[i] = statement.executeLargeUpdate(insert(table));
            }
            session.releaseSavepoint(before);
        }
        // Mostly nothing is, and what would follow takes long to find out where foreign keys are
        // many. Counted before, since a deletion may take rows of other tables along that are gone.
        var gone = new long[tables.size()];
        for (int i = 0; i < gone.length; i++) {
            gone[i] = mayDelete(tables.get(i)) ? countGone(statement, tables.get(i)) : 0;
        }
        for (int i = tables.size() - 1; i >= 0; i--) {
            if (gone[i] > 0) {
                checkNothingFollows(statement, tables.get(i));
                statement.execute(delete(tables.get(i)));
                deleted[i] += gone[i];
            }
        }
        var merged = new ArrayList<Merged>();
        for (int i = 0; i < tables.size(); i++) {
            merged.add(new Merged(tables.get(i), updated[i], inserted[i], deleted[i]));
        }
        return merged;
    }

    private boolean mayChange(StagedTable table) {
        return !unstaged.contains(table.table())
                || swept.contains(table.table())
                || table.rows() == StagedTable.Rows.ALL;
    }

    private boolean mayDelete(StagedTable table) {
        return !table.key().isEmpty()
                && (table.rows() == StagedTable.Rows.ALL || swept.contains(table.table()));
    }

    private static long countGone(Statement statement, StagedTable table) throws SQLException {
        try (var row =
                statement.executeQuery(
                        "SELECT pg_catalog.count(*) FROM ONLY %s AS live WHERE %s"
                                .formatted(table.table().quoted(), isGone(table, "live")))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static boolean isTrue(Statement statement, String query) throws SQLException {
        try (var row = statement.executeQuery(query)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    // Images compare every type byte by byte, those too that have no equality.
    private long update(Statement statement, StagedTable table) throws SQLException {
        List<String> set = new ArrayList<>(table.columns());
        set.removeAll(fixed.getOrDefault(table.table(), List.of()));
        return set.isEmpty() ? 0 : statement.executeLargeUpdate(update(table, set));
    }

    private static String update(StagedTable table, List<String> set) {
        return "UPDATE ONLY %s AS live SET (%s) = ROW(%s) FROM %s AS staged WHERE %s AND pg_catalog.record_image_ne(ROW(%s), ROW(%s))"
                .formatted(
                        table.table().quoted(),
                        StagingPostgres.quoted(set),
                        StagingPostgres.of("staged", set),
                        StagingPostgres.staged(table.number()).quoted(),
                        StagingPostgres.sameKey(table.key(), "live", "staged"),
                        StagingPostgres.of("live", table.columns()),
                        StagingPostgres.of("staged", table.columns()));
    }

    private static String insert(StagedTable table) {
        return "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s AS staged WHERE NOT EXISTS (SELECT FROM ONLY %s AS live WHERE %s)"
                .formatted(
                        table.table().quoted(),
                        StagingPostgres.quoted(table.columns()),
                        StagingPostgres.of("staged", table.columns()),
                        StagingPostgres.staged(table.number()).quoted(),
                        table.table().quoted(),
                        StagingPostgres.sameKey(table.key(), "live", "staged"));
    }

    private static String delete(StagedTable table) {
        return "DELETE FROM ONLY %s AS live WHERE %s"
                .formatted(table.table().quoted(), isGone(table, "live"));
    }

    /// The condition that a row of a table is gone from the source.
    private static String isGone(StagedTable table, String row) {
        return table.rows() == StagedTable.Rows.ALL
                ? "NOT EXISTS (SELECT FROM %s AS staged WHERE %s)"
                        .formatted(
                                StagingPostgres.staged(table.number()).quoted(),
                                StagingPostgres.sameKey(table.key(), row, "staged"))
                : "EXISTS (SELECT FROM %s AS gone WHERE %s)"
                        .formatted(
                                StagingPostgres.gone(table.number()).quoted(),
                                StagingPostgres.sameKey(table.key(), row, "gone"));
    }

    /// Refuses to delete rows that others still reference, where that would take the others along:
    /// in the source those reference something else by now, and no time of change has told, because
    /// a key that changed has changed them, too.
    private void checkNothingFollows(Statement statement, StagedTable table) throws SQLException {
        var questions = new LinkedHashMap<String, String>();
        try (var query = session.prepareStatement(FOLLOWING)) {
            query.setString(1, table.table().quoted());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    String stays = stays((Integer[]) rows.getArray("numbers").getArray());
                    questions.put(
                            rows.getString("conname"),
                            "SELECT EXISTS (SELECT FROM %s AS child JOIN ONLY %s AS live ON %s WHERE %s%s)"
                                    .formatted(
                                            rows.getString("child"),
                                            table.table().quoted(),
                                            rows.getString("same"),
                                            isGone(table, "live"),
                                            stays));
                }
            }
        }
        for (var question : questions.entrySet()) {
            if (isTrue(statement, question.getValue())) {
                throw new Failure(
                        Failure.Kind.MISMATCH,
                        "rows that the foreign key %s would take along with deleted rows of %s are still in the source"
                                .formatted(question.getKey(), table.table()));
            }
        }
    }

    // Where tables reference each other in a circle, rows may be gone whose turn is yet to come.
    private String stays(Integer[] children) {
        var numbers = Set.of(children);
        return tables.stream()
                .filter(each -> numbers.contains(each.number()) && mayDelete(each))
                .map(each ->
                        " AND NOT (child.tableoid = %s::pg_catalog.regclass AND %s)"
                                .formatted(
                                        CatalogSession.literal(each.table().quoted()),
                                        isGone(each, "child")))
                .collect(Collectors.joining());
    }

    /// Deletes what is gone, and what will be inserted again, before rows come that clash with it.
    /// Where other tables reference the table that could take their rows along, so it is refused.
    private long clearTheWay(Statement statement, StagedTable table) throws SQLException {
        checkNoneReferences(table, true, "exchange values that are unique");
        long deleted = mayDelete(table) ? statement.executeLargeUpdate(delete(table)) : 0;
        statement.executeLargeUpdate(
                "DELETE FROM ONLY %s AS live USING %s AS staged WHERE %s AND pg_catalog.record_image_ne(ROW(%s), ROW(%s))"
                        .formatted(
                                table.table().quoted(),
                                StagingPostgres.staged(table.number()).quoted(),
                                StagingPostgres.sameKey(table.key(), "live", "staged"),
                                StagingPostgres.of("live", table.columns()),
                                StagingPostgres.of("staged", table.columns())));
        return deleted;
    }

    private void checkNoneReferences(StagedTable table, boolean itself, String why)
            throws SQLException {
        try (var query =
                session.prepareStatement(
                        "SELECT conname FROM pg_catalog.pg_constraint WHERE contype = 'f' AND confrelid = ?::pg_catalog.regclass AND (? OR conrelid <> confrelid)")) {
            query.setString(1, table.table().quoted());
            query.setBoolean(2, itself);
            try (var row = query.executeQuery()) {
                if (row.next()) {
                    throw new Failure(
                            Failure.Kind.MISMATCH,
                            "rows of %s %s, while the foreign key %s references them"
                                    .formatted(table.table(), why, row.getString(1)));
                }
            }
        }
    }

    // Rows without a key have no identity: the table is as it was, or it is filled anew.
    private void replace(
            Statement statement, StagedTable table, int i, long[] inserted, long[] deleted)
            throws SQLException {
        String staged = StagingPostgres.staged(table.number()).quoted();
        boolean same =
                isTrue(
                        statement,
                        "SELECT (%s) IS NOT DISTINCT FROM (%s)"
                                .formatted(
                                        digest(table, table.table().quoted()),
                                        digest(table, staged)));
        if (same) {
            return;
        }
        // Their own table comes back as a whole, whatever a deletion takes along within it.
        checkNoneReferences(
                table,
                false,
                "have changed, and they have no key of NOT NULL columns whose types tell them apart");
        deleted[i] = statement.executeLargeUpdate("DELETE FROM ONLY " + table.table().quoted());
        inserted[i] =
                statement.executeLargeUpdate(
                        "INSERT INTO %s%s OVERRIDING SYSTEM VALUE SELECT %s FROM %s AS staged"
                                .formatted(
                                        table.table().quoted(),
                                        listed(table.columns()),
                                        StagingPostgres.of("staged", table.columns()),
                                        staged));
    }

    // SQL knows no empty list: a table may have no columns, or generated ones alone.
    private static String listed(List<String> columns) {
        return columns.isEmpty() ? "" : " (" + StagingPostgres.quoted(columns) + ")";
    }

    private static String digest(StagedTable table, String from) {
        return "SELECT ROW(pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(ROW(%s)::pg_catalog.text COLLATE \"C\", 0))) FROM ONLY %s AS rows"
                .formatted(StagingPostgres.of("rows", table.columns()), from);
    }

    private static boolean isChange(Merged merged) {
        return merged.updated() + merged.inserted() + merged.deleted() > 0;
    }

    // In the order of their numbers: a view is younger than those that it reads.
    private void refreshViews(Statement statement) throws SQLException {
        var views = new ArrayList<String>();
        try (var rows =
                statement.executeQuery(
                        "SELECT oid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_class WHERE relkind = 'm' AND relispopulated ORDER BY oid")) {
            while (rows.next()) {
                views.add(rows.getString(1));
            }
        }
        for (String each : views) {
            statement.execute("REFRESH MATERIALIZED VIEW " + each);
        }
    }
}
