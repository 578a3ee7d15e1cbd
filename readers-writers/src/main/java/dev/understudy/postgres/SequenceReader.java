package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.literal;
import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CLASS;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads sequences, identity columns and their values.
final class SequenceReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final TableReader tables;
    private final StructureTarget target;

    SequenceReader(
            CatalogSession session,
            StructureObjects objects,
            TableReader tables,
            StructureTarget target) {
        this.session = session;
        this.objects = objects;
        this.tables = tables;
        this.target = target;
    }

    void read() throws SQLException {
        var readable = new LinkedHashMap<Integer, StructureNode>();
        var names = new HashMap<Integer, TableName>();
        session.forEach(
                """
                SELECT c.oid, n.nspname, c.relname, c.relpersistence,
                       format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                       s.seqcache, s.seqcycle, has_sequence_privilege(c.oid, 'SELECT')
                         AND has_schema_privilege(n.oid, 'USAGE'),
                       d.deptype, tn.nspname, t.relname, a.attname, t.oid, a.attidentity
                FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
                  AND d.deptype IN ('a', 'i')
                LEFT JOIN pg_class t ON t.oid = d.refobjid
                LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
                LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE %s
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    int number = oid(row, 1);
                    var name = new TableName(row.getString(2), row.getString(3));
                    String options = sequenceOptions(row);
                    StructureNode owner =
                            row.getString(13) == null ? null : objects.find(CLASS, oid(row, 17));
                    StructureNode sequence;
                    if (owner != null && row.getString(13).equals("i")) {
                        sequence = owner;
                        objects.alias(CLASS, number, owner);
                        tables.identity(
                                oid(row, 17), row.getString(16), row.getString(18), name, options);
                    } else {
                        // An older server has logged ones alone, also for unlogged tables.
                        boolean unlogged = row.getString(4).equals("u") && target.version() >= 15;
                        String create =
                                "CREATE "
                                        + (unlogged ? "UNLOGGED " : "")
                                        + "SEQUENCE "
                                        + name.quoted()
                                        + " AS "
                                        + row.getString(5)
                                        + options;
                        sequence =
                                objects.add(
                                        Kind.SEQUENCE,
                                        CLASS,
                                        number,
                                        name.toString(),
                                        null,
                                        () -> List.of(create));
                        if (owner != null) {
                            own(sequence, name, owner, row.getString(16));
                        }
                    }
                    if (row.getBoolean(12)) {
                        readable.put(number, sequence);
                        names.put(number, name);
                    } else {
                        objects.report(
                                "sequence value", name.toString(), "the role may not read it");
                    }
                });
        readSequenceValues(readable, names);
    }

    private static String sequenceOptions(ResultSet row) throws SQLException {
        return " START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s"
                .formatted(
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        row.getBoolean(11) ? " CYCLE" : "");
    }

    private void own(StructureNode sequence, TableName name, StructureNode table, String column) {
        TableName owner = table.table;
        if (owner == null) {
            return;
        }
        String sql =
                "ALTER SEQUENCE "
                        + name.quoted()
                        + " OWNED BY "
                        + owner.quoted()
                        + "."
                        + quote(column);
        StructureNode owned =
                objects.attach(Kind.OWNED_SEQUENCE, name.toString(), owner, () -> List.of(sql));
        owned.needs.add(sequence);
        owned.needs.add(table);
        owned.undo = "ALTER SEQUENCE " + name.quoted() + " OWNED BY NONE";
        sequence.ownedBy = table;
    }

    /// Sequences are no part of a snapshot: these are their values of now.
    private void readSequenceValues(
            Map<Integer, StructureNode> sequences, Map<Integer, TableName> names)
            throws SQLException {
        List<Integer> all = List.copyOf(sequences.keySet());
        for (int from = 0; from < all.size(); from += 500) {
            var sql = new StringBuilder();
            for (int number : all.subList(from, Math.min(all.size(), from + 500))) {
                TableName name = names.get(number);
                if (name != null) {
                    sql.append(sql.isEmpty() ? "" : " UNION ALL ")
                            .append("SELECT ")
                            .append(Integer.toUnsignedString(number))
                            .append("::bigint, last_value, is_called FROM ")
                            .append(name.quoted());
                }
            }
            session.forEach(
                    sql.toString(),
                    row -> {
                        StructureNode sequence = sequences.get(oid(row, 1));
                        TableName name = names.get(oid(row, 1));
                        if (sequence == null || name == null) {
                            return;
                        }
                        String set =
                                "SELECT pg_catalog.setval("
                                        + literal(name.quoted())
                                        + ", "
                                        + row.getLong(2)
                                        + ", "
                                        + row.getBoolean(3)
                                        + ")";
                        objects.attach(
                                        Kind.SEQUENCE_VALUE,
                                        name.toString(),
                                        sequence.table,
                                        () -> List.of(set))
                                .needs
                                .add(sequence);
                    });
        }
    }
}
