package dev.understudy.postgres;

import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.StructurePart;
import dev.understudy.twin.StructureStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Brings the structure of a live twin to that of its source, in the transaction of a session on
/// the twin, so that readers see the old twin or the new one.
///
///     what the twin has and the source has not is dropped, with all that needs it
///     tables are altered or made, with whatever rows need
///     the caller brings the rows
///     keys, indexes, views and everything else that is missing are made
///     both structures are compared
///
/// Nothing here knows which changes can be made: what a statement leaves undone, the comparison at
/// the end finds, and the caller rolls back and makes the twin anew. Schema `understudy` and the
/// column of the source's key are passed over.
///
/// One thread; the caller ends the transaction.
final class StructureConvergence {
    /// What became of it.
    sealed interface Outcome {
        /// Both structures are the same.
        record Same() implements Outcome {}

        /// They are not, so the transaction must be rolled back.
        ///
        /// @param objects that differ or could not be made, for people
        record Apart(List<String> objects) implements Outcome {
            public Apart {
                objects = List.copyOf(objects);
            }
        }
    }

    /// Brings the rows, all tables being there and none having its new constraints yet.
    interface Rows {
        void bring(Connection twin) throws SQLException;
    }

    private record Name(String kind, String object) {
        static Name of(StructureStatement statement) {
            return new Name(statement.kind(), statement.object());
        }

        static Name of(StructureNode node) {
            return new Name(node.kind.title, node.name);
        }

        @Override
        public String toString() {
            return kind + " " + object;
        }
    }

    private static final String OWN_SCHEMA = "understudy";

    private final Connection twin;
    private final Statement statement;
    private final StructureTarget target;
    private final Blueprint source;
    private final Set<TableName> anew;
    private final Optional<String> keyColumn;
    private final Map<Name, List<StructureStatement>> wanted;
    private final List<String> failed = new ArrayList<>();

    private StructureConvergence(
            Connection twin,
            Statement statement,
            Blueprint source,
            Set<TableName> anew,
            Optional<String> keyColumn)
            throws SQLException {
        this.twin = twin;
        this.statement = statement;
        this.target = StructureTarget.read(twin);
        this.source = source;
        this.anew = anew;
        this.keyColumn = keyColumn;
        this.wanted = byName(source);
    }

    /// Whether the structures of two servers' databases can be compared: another version writes the
    /// same structure in other words.
    static boolean canCompare(Connection source, Connection twin) throws SQLException {
        return source.getMetaData().getDatabaseMajorVersion()
                == twin.getMetaData().getDatabaseMajorVersion();
    }

    /// @param twin a session in a transaction
    /// @param source the structure to come to, made for this twin's server
    /// @param anew tables whose rows the caller brings in full: they are dropped and made again
    /// @param keyColumn the column of the source's key, which new tables get, if the twin has it
    /// @throws SQLException of the rows; what goes wrong with the structure is an outcome
    static Outcome converge(
            Connection twin,
            Blueprint source,
            Set<TableName> anew,
            Optional<String> keyColumn,
            Rows rows)
            throws SQLException {
        try (Statement statement = twin.createStatement()) {
            // The driver would take a question mark of an operator for a parameter.
            statement.setEscapeProcessing(false);
            statement.execute(PostgresStructure.SESSION);
            return new StructureConvergence(twin, statement, source, anew, keyColumn)
                    .converge(rows);
        }
    }

    private Outcome converge(Rows rows) throws SQLException {
        dropOld();
        Map<Name, List<StructureStatement>> found = byName(read());
        Map<TableName, List<StructurePart>> kept = partsOfKept(found);
        var made = new TreeSet<TableName>();
        make(source.beforeRows(), found, kept, made);
        if (!failed.isEmpty()) {
            return new Outcome.Apart(failed);
        }
        rows.bring(twin);
        tighten(kept);
        // Columns that went have taken views and indexes with them.
        found = byName(read());
        var rest = new ArrayList<StructureStatement>();
        source.tables().stream().sorted().forEach(each -> rest.addAll(source.afterRows(each)));
        rest.addAll(source.afterAllRows());
        indexKeyColumns(made);
        make(rest, found, kept, made);
        return failed.isEmpty() ? compare() : new Outcome.Apart(failed);
    }

    private Outcome compare() throws SQLException {
        Map<Name, List<StructureStatement>> found = byName(read());
        List<String> apart =
                Stream.concat(
                                wanted.keySet().stream().filter(name -> !isSame(name, found)),
                                found.keySet().stream().filter(name -> !wanted.containsKey(name)))
                        .map(Name::toString)
                        .sorted()
                        .toList();
        return apart.isEmpty() ? new Outcome.Same() : new Outcome.Apart(apart);
    }

    private List<StructureNode> readNodes() throws SQLException {
        try (CatalogSession session = CatalogSession.open(twin)) {
            return reader(session).readNodes().stream()
                    .filter(StructureConvergence::isNotOurs)
                    .toList();
        }
    }

    private Blueprint read() throws SQLException {
        try (CatalogSession session = CatalogSession.open(twin)) {
            StructureReader reader = reader(session);
            return reader.blueprint(
                    reader.readNodes().stream().filter(StructureConvergence::isNotOurs).toList());
        }
    }

    private StructureReader reader(CatalogSession session) {
        return new StructureReader(
                session,
                table -> !table.schema().equals(OWN_SCHEMA),
                target,
                keyColumn.orElse(null));
    }

    private static boolean isNotOurs(StructureNode node) {
        return !(node.kind == Kind.SCHEMA && node.name.equals(OWN_SCHEMA))
                && !node.name.startsWith(OWN_SCHEMA + ".");
    }

    private static Map<Name, List<StructureStatement>> byName(Blueprint blueprint) {
        var byName = new LinkedHashMap<Name, List<StructureStatement>>();
        blueprint.all().stream()
                .filter(each -> !isNextNumber(each))
                .forEach(each ->
                        byName.computeIfAbsent(Name.of(each), name -> new ArrayList<>()).add(each));
        return byName;
    }

    // Where numbers go on is another matter: it changes with the rows.
    private static boolean isNextNumber(StructureStatement each) {
        return each.kind().equals(StructureStatement.NEXT_NUMBER);
    }

    private boolean isSame(Name name, Map<Name, List<StructureStatement>> found) {
        return sql(wanted.get(name)).equals(sql(found.get(name)));
    }

    private static List<String> sql(@Nullable List<StructureStatement> all) {
        return all == null ? List.of() : all.stream().map(StructureStatement::sql).toList();
    }

    /// Takes away what must not stay, last things first.
    private void dropOld() throws SQLException {
        List<StructureNode> nodes = readNodes();
        var whole = new HashMap<Name, List<String>>();
        for (StructureNode node : nodes) {
            whole.computeIfAbsent(Name.of(node), name -> new ArrayList<>()).addAll(node.sql.get());
        }
        for (StructureNode node : nodes.reversed()) {
            Name name = Name.of(node);
            TableName table = node.table;
            if (node.kind == Kind.TABLE && table != null) {
                if (anew.contains(table) || !wanted.containsKey(name)) {
                    attempt("DROP TABLE IF EXISTS " + table.quoted() + " CASCADE");
                }
            } else if (node.kind != Kind.SEQUENCE_VALUE) {
                List<String> next = sql(wanted.get(name));
                if (!next.equals(whole.get(name)) && !replaces(next)) {
                    drop(node);
                }
            }
        }
    }

    // A function that stays keeps what calls it.
    private boolean replaces(List<String> sql) throws SQLException {
        return !sql.isEmpty()
                && sql.getFirst().startsWith("CREATE OR REPLACE ")
                && !sql.getFirst().startsWith("CREATE OR REPLACE VIEW ")
                && attempt(sql.getFirst());
    }

    private void drop(StructureNode node) throws SQLException {
        if (node.undo != null) {
            attempt(node.undo);
            return;
        }
        StructureObjects.Id id = node.id;
        if (id == null) {
            return;
        }
        String sql = null;
        try (var query =
                twin.prepareStatement(
                        """
                        SELECT i.type, i.identity, k.conname,
                               CASE WHEN k.contypid = 0 THEN 'TABLE ' || k.conrelid::pg_catalog.regclass
                                    ELSE 'DOMAIN ' || k.contypid::pg_catalog.regtype END
                        FROM pg_catalog.pg_identify_object(?::bigint::pg_catalog.oid, ?::bigint::pg_catalog.oid, 0) i
                        LEFT JOIN pg_catalog.pg_constraint k ON k.oid = ?::bigint::pg_catalog.oid AND i.type LIKE '%constraint'
                        """)) {
            query.setLong(1, Integer.toUnsignedLong(id.catalog()));
            query.setLong(2, Integer.toUnsignedLong(id.oid()));
            query.setLong(3, Integer.toUnsignedLong(id.oid()));
            try (var row = query.executeQuery()) {
                if (row.next() && row.getString(1) != null) {
                    sql =
                            row.getString(3) != null
                                    ? "ALTER %s DROP CONSTRAINT %s CASCADE"
                                            .formatted(row.getString(4), quote(row.getString(3)))
                                    : "DROP %s %s CASCADE"
                                            .formatted(
                                                    droppable(row.getString(1)), row.getString(2));
                }
            }
        }
        if (sql != null) {
            attempt(sql);
        }
    }

    private static String droppable(String type) {
        return switch (type) {
            case "statistics object" -> "STATISTICS";
            case "composite type" -> "TYPE";
            default -> type;
        };
    }

    /// What the tables that stay consist of now, of those that must become other.
    private Map<TableName, List<StructurePart>> partsOfKept(
            Map<Name, List<StructureStatement>> found) {
        var parts = new LinkedHashMap<TableName, List<StructurePart>>();
        found.forEach((name, all) -> {
            StructureStatement first = all.getFirst();
            if (!isSame(name, found) && !first.parts().isEmpty()) {
                parts.put(first.table().orElseThrow(), first.parts());
            }
        });
        return parts;
    }

    private void make(
            List<StructureStatement> statements,
            Map<Name, List<StructureStatement>> found,
            Map<TableName, List<StructurePart>> kept,
            Set<TableName> made)
            throws SQLException {
        for (StructureStatement each : statements) {
            if (!isNextNumber(each) && isSame(Name.of(each), found)) {
                continue;
            }
            Optional<TableName> table = each.table();
            List<StructurePart> old =
                    each.kind().equals(Kind.TABLE.title) ? table.map(kept::get).orElse(null) : null;
            if (old == null) {
                if (!each.parts().isEmpty() && !anew.contains(table.orElseThrow())) {
                    // It went with something that it needs, and its rows with it.
                    failed.add(each.what());
                    return;
                }
                execute(each.what(), each.sql());
                if (!each.parts().isEmpty()) {
                    made.add(table.orElseThrow());
                    addKeyColumn(table.orElseThrow());
                }
            } else if (!each.parts().isEmpty()) {
                if (each.parts().stream()
                        .anyMatch(part -> isColumn(part) && old.stream().noneMatch(part::isOf))) {
                    failed.add(each.what());
                    return;
                }
                loosen(old, each.parts(), table.orElseThrow());
            }
        }
    }

    // Before the rows come: what they may not meet goes, and columns take their types.
    private void loosen(List<StructurePart> old, List<StructurePart> next, TableName table)
            throws SQLException {
        if (old.stream().anyMatch(each -> isColumn(each) && !next.contains(each))) {
            dropViews(table);
        }
        for (StructurePart each : old) {
            boolean gone = next.stream().noneMatch(each::isOf);
            boolean replaced = !isColumn(each) && each.kind() != StructurePart.Kind.DEFAULT;
            if (!next.contains(each) && (gone || replaced) && !each.undo().isEmpty()) {
                attempt(each.undo());
            }
        }
        for (StructurePart each : next) {
            boolean known = !isColumn(each) || old.stream().anyMatch(each::isOf);
            if (known && !old.contains(each) && !isStrict(each) && !isForm(each)) {
                attempt(each.sql());
            }
        }
    }

    private void tighten(Map<TableName, List<StructurePart>> kept) throws SQLException {
        for (List<StructureStatement> all : wanted.values()) {
            StructureStatement first = all.getFirst();
            List<StructurePart> old =
                    first.parts().isEmpty() ? null : first.table().map(kept::get).orElse(null);
            if (old == null) {
                continue;
            }
            for (StructurePart each : first.parts()) {
                if (isStrict(each) && !old.contains(each)) {
                    attempt(each.sql());
                }
            }
        }
    }

    private static boolean isColumn(StructurePart part) {
        return part.kind() == StructurePart.Kind.COLUMN;
    }

    private static boolean isStrict(StructurePart part) {
        return part.kind() == StructurePart.Kind.NOT_NULL
                || part.kind() == StructurePart.Kind.CHECK;
    }

    private static boolean isForm(StructurePart part) {
        return part.kind() == StructurePart.Kind.FORM;
    }

    // A column that a view shows keeps its type.
    private void dropViews(TableName table) throws SQLException {
        var views = new ArrayList<String>();
        try (var query =
                twin.prepareStatement(
                        """
                        SELECT DISTINCT CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
                               v.oid::pg_catalog.regclass
                        FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
                        JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
                        WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND v.relkind IN ('v', 'm')
                          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                          AND d.refobjid = ?::pg_catalog.regclass
                        """)) {
            query.setString(1, table.quoted());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    views.add(
                            "DROP %s IF EXISTS %s CASCADE"
                                    .formatted(rows.getString(1), rows.getString(2)));
                }
            }
        }
        for (String each : views) {
            attempt(each);
        }
    }

    // Children have it from their parents; partitions are made on their own and attached.
    private void addKeyColumn(TableName table) throws SQLException {
        if (keyColumn.isPresent()) {
            execute(
                    "column " + keyColumn.get() + " of " + table,
                    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s pg_catalog.text"
                            .formatted(table.quoted(), quote(keyColumn.get())));
        }
    }

    private void indexKeyColumns(Set<TableName> made) throws SQLException {
        if (keyColumn.isEmpty()) {
            return;
        }
        for (TableName table : made) {
            boolean holdsRows;
            try (var query =
                    twin.prepareStatement(
                            "SELECT relkind = 'r' FROM pg_catalog.pg_class WHERE oid = ?::pg_catalog.regclass")) {
                query.setString(1, table.quoted());
                try (var row = query.executeQuery()) {
                    holdsRows = row.next() && row.getBoolean(1);
                }
            }
            if (holdsRows) {
                execute(
                        "index of " + table,
                        "CREATE INDEX ON %s (%s)"
                                .formatted(table.quoted(), quote(keyColumn.get())));
            }
        }
    }

    private void execute(String what, String sql) throws SQLException {
        if (!failed.isEmpty()) {
            return;
        }
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            failed.add(what + ": " + SqlFailure.describe(e));
        }
    }

    /// Executes what may fail, because it is done already or cannot be done: the comparison tells.
    private boolean attempt(String sql) throws SQLException {
        var before = twin.setSavepoint();
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            twin.rollback(before);
            return false;
        }
        twin.releaseSavepoint(before);
        return true;
    }
}
