package dev.understudy.postgres;

import dev.understudy.schema.Column;
import dev.understudy.schema.Database;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
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
import dev.understudy.twin.StructureStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what any engine can have of a PostgreSQL database's structure. Whatever an exact copy
/// would have in addition is not carried, so nothing can be forgotten without a word.
///
/// Source: PostgreSQL manual, "System Catalogs".
final class PortableReader {
    private static final String OWN_WORDS = "it is written in PostgreSQL's own words";

    /// What an exact copy consists of and this reads, or what only concerns how PostgreSQL stores
    /// rows. Constraints come as keys, foreign keys and checks; types as columns' types.
    private static final Set<String> READ =
            Set.of(
                    "schema",
                    "type",
                    "sequence",
                    StructureStatement.NEXT_NUMBER,
                    "table",
                    "default",
                    "owned sequence",
                    "constraint",
                    "check constraint",
                    "domain constraint",
                    "partition",
                    "index partition",
                    "index",
                    "foreign key",
                    "table setting",
                    "statistics object",
                    "comment");

    private static final Pattern QUOTED = Pattern.compile("(?:B)?'((?:[^']|'')*)'(?:::.+)?");
    private static final Pattern NUMBER =
            Pattern.compile("\\(?(-?\\d+(?:\\.\\d+)?)\\)?(?:::[\\w ]+(?:\\(\\d+(?:,\\d+)?\\))?)?");
    private static final Pattern NOW =
            Pattern.compile(
                    "\\(?(?:now\\(\\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP|transaction_timestamp\\(\\))(?:\\(\\d\\))?\\)?(?:::timestamp(?:\\(\\d\\))? with(?:out)? time zone)?");

    private final CatalogSession session;
    private final Blueprint exact;
    private final Map<Integer, Draft> drafts = new HashMap<>();
    private final Set<String> numberedBy = new HashSet<>();
    private final List<NotCarried> notCarried = new ArrayList<>();

    private PortableReader(CatalogSession session, Blueprint exact) {
        this.session = session;
        this.exact = exact;
    }

    /// A table while it is read.
    private static final class Draft {
        private final Table table;
        private final Map<Integer, Member> members = new java.util.TreeMap<>();
        private final List<Index> indexes = new ArrayList<>();
        private final List<Reference> references = new ArrayList<>();
        private String comment = "";

        Draft(Table table) {
            this.table = table;
        }

        @Nullable Column column(int position) {
            return table.columns().stream()
                    .filter(each -> each.position() == position)
                    .findFirst()
                    .orElse(null);
        }
    }

    static PortableStructure read(Connection source, Predicate<TableName> wanted)
            throws SQLException {
        Blueprint exact = PostgresStructure.read(source, wanted, StructureTarget.read(source));
        Database database = PostgresCatalog.read(source);
        try (CatalogSession session = CatalogSession.open(source)) {
            return new PortableReader(session, exact).read(database, wanted);
        }
    }

    private PortableStructure read(Database database, Predicate<TableName> wanted)
            throws SQLException {
        for (Table table : database.tables()) {
            if (wanted.test(table.name()) && table.partitionRoot().isEmpty()) {
                drafts.put(table.oid(), new Draft(table));
                reportTable(table);
            }
        }
        readColumns();
        readComments();
        readIndexes();
        readForeignKeys(database);
        reportOthers();
        return new PortableStructure(
                drafts.values().stream()
                        .map(draft ->
                                new PortableTable(
                                        draft.table,
                                        draft.comment,
                                        List.copyOf(draft.members.values()),
                                        draft.indexes,
                                        draft.references))
                        .sorted(java.util.Comparator.comparing(each -> each.table().name()))
                        .toList(),
                notCarried);
    }

    private void report(String kind, String object, String reason) {
        notCarried.add(new NotCarried(kind, object, reason));
    }

    private void reportTable(Table table) {
        if (table.partitioned()) {
            report("partitions of table", table.name().toString(), "one table holds all rows");
        }
        if (!table.parents().isEmpty()) {
            report(
                    "inheritance of table",
                    table.name().toString(),
                    "its rows are no longer seen through its parents");
        }
        table.checks()
                .forEach(each ->
                        report("check constraint", table.name() + "." + each.name(), OWN_WORDS));
        for (Column column : table.columns()) {
            if (column.generated()) {
                report("generated column", table.name() + "." + column.name(), OWN_WORDS);
            } else if (!column.type().checks().isEmpty()) {
                report("checks of domain", table.name() + "." + column.name(), OWN_WORDS);
            }
        }
        for (Key key : table.keys()) {
            boolean computed =
                    key.columns().stream()
                            .anyMatch(each -> table.column(each).orElseThrow().generated());
            if (key.partial() || computed) {
                report(
                        "unique key",
                        table.name() + "." + key.name(),
                        key.partial() ? "it limits some rows only" : "a column is computed");
            }
        }
    }

    private void readColumns() throws SQLException {
        session.forEach(
                """
                SELECT a.attrelid, a.attnum, pg_get_expr(ad.adbin, ad.adrelid), col_description(a.attrelid, a.attnum),
                       sn.nspname, sc.relname, COALESCE(
                           CASE WHEN has_sequence_privilege(s.seqrelid, 'SELECT') THEN pg_sequence_last_value(s.seqrelid) END
                               + s.seqincrement, s.seqstart)
                FROM pg_attribute a
                LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum AND a.attgenerated = ''
                LEFT JOIN pg_sequence s ON s.seqrelid = COALESCE(
                    (SELECT d.refobjid FROM pg_depend d JOIN pg_sequence n ON n.seqrelid = d.refobjid
                     WHERE d.classid = 'pg_attrdef'::regclass AND d.objid = ad.oid
                       AND d.refclassid = 'pg_class'::regclass LIMIT 1),
                    (SELECT d.objid FROM pg_depend d
                     WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                       AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i' LIMIT 1))
                LEFT JOIN pg_class sc ON sc.oid = s.seqrelid
                LEFT JOIN pg_namespace sn ON sn.oid = sc.relnamespace
                WHERE a.attrelid IN (%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                ORDER BY a.attrelid, a.attnum
                """
                        .formatted(PostgresCatalog.TABLES),
                row -> {
                    Draft draft = drafts.get(CatalogSession.oid(row, 1));
                    Column column = draft == null ? null : draft.column(row.getInt(2));
                    if (draft == null || column == null) {
                        return;
                    }
                    Optional<Numbering> numbering = Optional.empty();
                    if (row.getString(5) != null) {
                        numbering = Optional.of(new Numbering(row.getLong(7)));
                        numberedBy.add(row.getString(5) + "." + row.getString(6));
                    }
                    Optional<Initial> initial = Optional.empty();
                    String expression = row.getString(3);
                    if (expression != null && numbering.isEmpty()) {
                        initial = initial(expression);
                        if (initial.isEmpty() && !expression.startsWith("NULL")) {
                            report(
                                    "default of column",
                                    draft.table.name() + "." + column.name(),
                                    OWN_WORDS);
                        }
                    }
                    String comment = row.getString(4);
                    draft.members.put(
                            column.position(),
                            new Member(column, initial, numbering, comment == null ? "" : comment));
                });
    }

    private static Optional<Initial> initial(String expression) {
        if (expression.equals("true") || expression.equals("false")) {
            return Optional.of(new Initial.Value(expression));
        }
        if (NOW.matcher(expression).matches()) {
            return Optional.of(new Initial.Now());
        }
        Matcher number = NUMBER.matcher(expression);
        if (number.matches()) {
            return Optional.of(new Initial.Value(number.group(1)));
        }
        Matcher quoted = QUOTED.matcher(expression);
        return quoted.matches()
                ? Optional.of(new Initial.Value(quoted.group(1).replace("''", "'")))
                : Optional.empty();
    }

    private void readComments() throws SQLException {
        session.forEach(
                "SELECT objoid, description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objsubid = 0",
                row -> {
                    Draft draft = drafts.get(CatalogSession.oid(row, 1));
                    if (draft != null) {
                        draft.comment = row.getString(2);
                    }
                });
    }

    private void readIndexes() throws SQLException {
        session.forEach(
                """
                SELECT i.indrelid, c.relname, i.indisunique, i.indkey::text, i.indnkeyatts, am.amname,
                       i.indpred IS NOT NULL, i.indexprs IS NOT NULL, i.indisexclusion,
                       COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
                WHERE i.indrelid IN (%s) AND i.indisvalid
                ORDER BY i.indrelid, c.relname
                """
                        .formatted(PostgresCatalog.TABLES),
                row -> {
                    Draft draft = drafts.get(CatalogSession.oid(row, 1));
                    if (draft == null) {
                        return;
                    }
                    String name = draft.table.name() + "." + row.getString(2);
                    boolean unique = row.getBoolean(3);
                    if (row.getBoolean(9)) {
                        report("exclusion constraint", name, OWN_WORDS);
                    } else if (row.getBoolean(8)) {
                        report(unique ? "unique index" : "index", name, "it is over expressions");
                    } else if (unique) {
                        // Read as a key, with partial ones.
                        if (row.getBoolean(10)) {
                            report(
                                    "nulls not distinct of unique key",
                                    name,
                                    "elsewhere NULLs are never equal");
                        }
                    } else if (row.getBoolean(7)) {
                        report("index", name, "it is over some rows only");
                    } else if (!Set.of("btree", "hash").contains(row.getString(6))) {
                        report("index", name, "it is a " + row.getString(6) + " index");
                    } else {
                        var columns = new ArrayList<String>();
                        String[] positions = row.getString(4).split(" ", -1);
                        for (int i = 0; i < row.getInt(5); i++) {
                            Column column = draft.column(Integer.parseInt(positions[i]));
                            if (column != null && !column.generated()) {
                                columns.add(column.name());
                            }
                        }
                        if (columns.size() == row.getInt(5)) {
                            draft.indexes.add(new Index(row.getString(2), columns));
                        } else {
                            report("index", name, "a column is computed");
                        }
                    }
                });
    }

    private void readForeignKeys(Database database) throws SQLException {
        var actions = new HashMap<String, Action[]>();
        session.forEach(
                "SELECT conrelid, conname, confdeltype, confupdtype FROM pg_constraint WHERE contype = 'f'",
                row ->
                        actions.put(
                                CatalogSession.oid(row, 1) + " " + row.getString(2),
                                new Action[] {action(row.getString(3)), action(row.getString(4))}));
        for (Draft draft : drafts.values()) {
            for (ForeignKey key : draft.table.foreignKeys()) {
                Table referenced = database.table(key.referenced()).orElseThrow();
                String name = draft.table.name() + "." + key.name();
                Action[] both = actions.get(draft.table.oid() + " " + key.name());
                if (!drafts.containsKey(referenced.oid())) {
                    report(
                            "foreign key",
                            name,
                            "it needs table %s, which is %s"
                                    .formatted(
                                            referenced.name(),
                                            referenced.partitionRoot().isPresent()
                                                    ? "a partition"
                                                    : "left out"));
                } else if (both != null) {
                    draft.references.add(new Reference(key, both[0], both[1]));
                }
            }
        }
    }

    private static Action action(String letter) {
        return switch (letter) {
            case "c" -> Action.CASCADE;
            case "n" -> Action.SET_NULL;
            case "d" -> Action.SET_DEFAULT;
            default -> Action.REFUSE;
        };
    }

    /// What an exact copy would have besides.
    private void reportOthers() {
        var others = new LinkedHashSet<NotCarried>();
        for (StructureStatement each : exact.all()) {
            // The value of one that nothing is numbered by goes with it.
            boolean alone = each.kind().equals("sequence") && !numberedBy.contains(each.object());
            if (alone || !READ.contains(each.kind())) {
                others.add(new NotCarried(each.kind(), each.object(), OWN_WORDS));
            }
        }
        notCarried.addAll(others);
        exact.notCarried().stream()
                .filter(each -> !each.kind().equals("foreign key"))
                .forEach(notCarried::add);
    }
}
