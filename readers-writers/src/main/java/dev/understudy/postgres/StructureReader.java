package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.literal;
import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.postgres.StructureNode.Phase;
import dev.understudy.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads all objects of a database but its tables, and what needs what; {@link TableReader} reads
/// the tables, {@link StructureGraph} puts them in order.
///
/// Source: PostgreSQL manual, "System Catalogs" and "SQL Commands".
final class StructureReader {
    static final int CLASS = 1259;
    static final int TYPE = 1247;
    static final int ROUTINE = 1255;
    static final int CONSTRAINT = 2606;
    static final int DEFAULT = 2604;
    static final int REWRITE = 2618;
    static final int TRIGGER = 2620;
    static final int POLICY = 3256;
    static final int STATISTICS = 3381;
    static final int SCHEMA = 2615;
    static final int EXTENSION = 3079;
    static final int COLLATION = 3456;
    static final int OPERATOR = 2617;
    static final int CAST = 2605;
    static final int DICTIONARY = 3600;
    static final int SEARCH = 3602;

    /// Of a catalog with alias `n` for pg_namespace.
    static final String USER_SCHEMA = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    private final CatalogSession session;
    private final StructureTarget target;
    private final TableReader tables;
    private final Map<Id, StructureNode> byId = new HashMap<>();
    private final Set<StructureNode> nodes = new LinkedHashSet<>();
    private final List<NotCarried> notCarried = new ArrayList<>();

    /// An object: its catalog and its number there.
    record Id(int catalog, int oid) {}

    StructureReader(CatalogSession session, Predicate<TableName> wanted, StructureTarget target) {
        this.session = session;
        this.target = target;
        this.tables = new TableReader(this, session, wanted);
    }

    PostgresStructure read() throws SQLException {
        readSchemas();
        readExtensions();
        readCollations();
        readTypes();
        readDomainChecks();
        readRoutines();
        readAggregates();
        readOperators();
        readCasts();
        readTextSearch();
        tables.read();
        readSequences();
        readRules();
        readTriggers();
        readPolicies();
        readOthers();
        readMembers();
        readDependencies();
        tables.orderRefreshes();
        readComments();
        return result(new StructureGraph(nodes).resolve());
    }

    private PostgresStructure result(List<StructureNode> made) {
        var before = new ArrayList<StructureStatement>();
        var after = new LinkedHashMap<TableName, List<StructureStatement>>();
        var last = new ArrayList<StructureStatement>();
        for (StructureNode node : made) {
            for (String sql : node.sql.get()) {
                var statement =
                        new StructureStatement(
                                node.kind.title, node.name, Optional.ofNullable(node.table), sql);
                TableName table = node.table;
                if (node.phase == Phase.AFTER_ROWS && table != null) {
                    after.computeIfAbsent(table, key -> new ArrayList<>()).add(statement);
                } else if (node.phase == Phase.AFTER_ALL_ROWS) {
                    last.add(statement);
                } else {
                    before.add(statement);
                }
            }
        }
        for (StructureNode node : nodes) {
            String refusal = node.refusal;
            if (refusal != null && !node.silent) {
                notCarried.add(new NotCarried(node.word, node.name, refusal));
            }
        }
        return new PostgresStructure(
                before,
                after,
                last,
                made.stream()
                        .filter(node -> node.kind == Kind.TABLE)
                        .flatMap(node -> Optional.ofNullable(node.table).stream())
                        .collect(Collectors.toSet()),
                notCarried);
    }

    /// Adds an object that is made by some statements.
    StructureNode add(
            Kind kind,
            int catalog,
            int oid,
            String name,
            @Nullable TableName table,
            Supplier<List<String>> sql) {
        StructureNode node = attach(kind, name, table, sql);
        byId.put(new Id(catalog, oid), node);
        return node;
    }

    /// Adds a step that is no object of its own.
    StructureNode attach(
            Kind kind, String name, @Nullable TableName table, Supplier<List<String>> sql) {
        var node = new StructureNode(kind, name, table, sql);
        nodes.add(node);
        return node;
    }

    /// Another number by which the catalog knows an object.
    void alias(int catalog, int oid, StructureNode node) {
        byId.put(new Id(catalog, oid), node);
    }

    @Nullable StructureNode find(int catalog, int oid) {
        return byId.get(new Id(catalog, oid));
    }

    void report(String kind, String object, String reason) {
        notCarried.add(new NotCarried(kind, object, reason));
    }

    private void readSchemas() throws SQLException {
        session.forEach(
                "SELECT n.oid, n.nspname FROM pg_namespace n WHERE " + USER_SCHEMA,
                row -> {
                    String name = row.getString(2);
                    add(
                            Kind.SCHEMA,
                            SCHEMA,
                            oid(row, 1),
                            name,
                            null,
                            () ->
                                    name.equals("public")
                                            ? List.of()
                                            : List.of("CREATE SCHEMA " + quote(name)));
                });
    }

    private void readExtensions() throws SQLException {
        session.forEach(
                """
                SELECT e.oid, e.extname, n.nspname,
                       e.extconfig IS NOT NULL
                FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                WHERE e.oid >= 16384
                """,
                row -> {
                    String name = row.getString(2);
                    String sql =
                            "CREATE EXTENSION IF NOT EXISTS "
                                    + quote(name)
                                    + " WITH SCHEMA "
                                    + quote(row.getString(3));
                    StructureNode node =
                            add(
                                    Kind.EXTENSION,
                                    EXTENSION,
                                    oid(row, 1),
                                    name,
                                    null,
                                    () -> List.of(sql));
                    if (!target.extensions().contains(name)) {
                        node.refusal = "the target's server does not offer it";
                    } else if (row.getBoolean(4)) {
                        report(
                                "extension",
                                name,
                                "rows that users put into its own tables are not copied");
                    }
                });
    }

    private void readCollations() throws SQLException {
        String locale =
                session.version() >= 17
                        ? "c.colllocale"
                        : session.version() >= 15 ? "c.colliculocale" : "NULL::text";
        String rules = session.version() >= 16 ? "c.collicurules" : "NULL::text";
        session.forEach(
                """
                SELECT c.oid, n.nspname, c.collname, c.collprovider, c.collisdeterministic,
                       c.collcollate, c.collctype, %s, %s
                FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                WHERE c.oid >= 16384 AND %s
                """
                        .formatted(locale, rules, USER_SCHEMA),
                row -> {
                    var name = new TableName(row.getString(2), row.getString(3));
                    String sql = collation(name, row);
                    add(
                            Kind.COLLATION,
                            COLLATION,
                            oid(row, 1),
                            name.toString(),
                            null,
                            () -> List.of(sql));
                });
    }

    private static String collation(TableName name, ResultSet row) throws SQLException {
        var options = new ArrayList<String>();
        options.add(
                "provider = "
                        + switch (row.getString(4)) {
                            case "i" -> "icu";
                            case "b" -> "builtin";
                            default -> "libc";
                        });
        if (!row.getBoolean(5)) {
            options.add("deterministic = false");
        }
        String collate = row.getString(6);
        String locale = row.getString(8) != null ? row.getString(8) : collate;
        if (row.getString(8) != null || collate == null || collate.equals(row.getString(7))) {
            options.add("locale = " + literal(locale == null ? "" : locale));
        } else {
            options.add("lc_collate = " + literal(collate));
            options.add("lc_ctype = " + literal(row.getString(7)));
        }
        if (row.getString(9) != null) {
            options.add("rules = " + literal(row.getString(9)));
        }
        return "CREATE COLLATION " + name.quoted() + " (" + String.join(", ", options) + ")";
    }

    private void readTypes() throws SQLException {
        Map<Integer, String> attributes = readAttributes();
        String notNullName =
                session.version() < 17
                        ? "NULL"
                        : "(SELECT k.conname FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n')";
        session.forEach(
                """
                SELECT t.oid, n.nspname, t.typname, t.typtype, t.typarray,
                       (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                        FROM pg_enum e WHERE e.enumtypid = t.oid),
                       format_type(t.typbasetype, t.typtypmod),
                       coalesce(pg_get_expr(t.typdefaultbin, 'pg_type'::regclass),
                                quote_literal(t.typdefault)),
                       t.typnotnull, %s,
                       (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                        FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                        JOIN pg_type b ON b.oid = t.typbasetype
                        WHERE co.oid = t.typcollation AND t.typcollation <> b.typcollation),
                       t.typrelid, c.relkind
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                LEFT JOIN pg_class c ON c.oid = t.typrelid
                WHERE %s
                  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)
                  AND (t.typtype IN ('e', 'd', 'b', 'p') OR c.relkind = 'c')
                """
                        .formatted(notNullName, USER_SCHEMA),
                row -> {
                    int number = oid(row, 1);
                    var name = new TableName(row.getString(2), row.getString(3));
                    String create = "CREATE TYPE " + name.quoted();
                    String kind = row.getString(4);
                    int relation = oid(row, 12);
                    String sql =
                            switch (kind) {
                                case "e" ->
                                        create
                                                + " AS ENUM ("
                                                + Optional.ofNullable(row.getString(6)).orElse("")
                                                + ")";
                                case "d" -> domain(name, row);
                                case "c" ->
                                        create
                                                + " AS ("
                                                + attributes.getOrDefault(relation, "")
                                                + ")";
                                default -> "";
                            };
                    StructureNode node = addType(number, oid(row, 5), name, sql);
                    if (kind.equals("c")) {
                        alias(CLASS, relation, node);
                    }
                    if (kind.equals("b") || kind.equals("p")) {
                        node.refusal = "base types are not carried";
                    }
                });
        readRanges();
    }

    private StructureNode addType(int number, int array, TableName name, String sql) {
        StructureNode node =
                add(Kind.TYPE, TYPE, number, name.toString(), null, () -> List.of(sql));
        if (array != 0) {
            alias(TYPE, array, node);
        }
        return node;
    }

    private Map<Integer, String> readAttributes() throws SQLException {
        var attributes = new HashMap<Integer, String>();
        session.forEach(
                """
                SELECT c.oid,
                       string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                         || coalesce(' COLLATE ' || quote_ident(cn.nspname) || '.'
                                     || quote_ident(co.collname), ''), ', ' ORDER BY a.attnum)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                JOIN pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_collation co ON co.oid = a.attcollation AND co.oid <> t.typcollation
                LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
                WHERE c.relkind = 'c' AND %s
                GROUP BY c.oid
                """
                        .formatted(USER_SCHEMA),
                row -> attributes.put(oid(row, 1), row.getString(2)));
        return attributes;
    }

    private String domain(TableName name, ResultSet row) throws SQLException {
        var sql = new StringBuilder("CREATE DOMAIN ");
        sql.append(name.quoted()).append(" AS ").append(row.getString(7));
        if (row.getString(11) != null) {
            sql.append(" COLLATE ").append(row.getString(11));
        }
        if (row.getString(8) != null) {
            sql.append(" DEFAULT ").append(row.getString(8));
        }
        if (row.getBoolean(9)) {
            if (row.getString(10) != null && target.version() >= 17) {
                sql.append(" CONSTRAINT ").append(quote(row.getString(10)));
            }
            sql.append(" NOT NULL");
        }
        return sql.toString();
    }

    private void readRanges() throws SQLException {
        boolean multiranges = session.version() >= 14;
        session.forEach(
                """
                SELECT t.oid, n.nspname, t.typname, t.typarray, format_type(r.rngsubtype, NULL),
                       CASE WHEN NOT o.opcdefault THEN quote_ident(opn.nspname) || '.' || quote_ident(o.opcname) END,
                       CASE WHEN co.oid <> s.typcollation THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END,
                       nullif(r.rngcanonical, 0)::regproc::text, nullif(r.rngsubdiff, 0)::regproc::text,
                       %s
                FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid
                JOIN pg_namespace n ON n.oid = t.typnamespace
                JOIN pg_type s ON s.oid = r.rngsubtype
                JOIN pg_opclass o ON o.oid = r.rngsubopc
                JOIN pg_namespace opn ON opn.oid = o.opcnamespace
                LEFT JOIN pg_collation co ON co.oid = r.rngcollation
                LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
                %s
                WHERE %s
                """
                        .formatted(
                                multiranges
                                        ? "mn.nspname, m.typname, m.oid, m.typarray"
                                        : "NULL, NULL, NULL, NULL",
                                multiranges
                                        ? "JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = m.typnamespace"
                                        : "",
                                USER_SCHEMA),
                row -> {
                    var name = new TableName(row.getString(2), row.getString(3));
                    var options = new ArrayList<String>();
                    options.add("subtype = " + row.getString(5));
                    if (multiranges && target.version() >= 14) {
                        options.add(
                                "multirange_type_name = "
                                        + new TableName(row.getString(10), row.getString(11))
                                                .quoted());
                    }
                    String[] names = {"subtype_opclass", "collation", "canonical", "subtype_diff"};
                    for (int i = 0; i < names.length; i++) {
                        if (row.getString(6 + i) != null) {
                            options.add(names[i] + " = " + row.getString(6 + i));
                        }
                    }
                    StructureNode node =
                            addType(
                                    oid(row, 1),
                                    oid(row, 4),
                                    name,
                                    "CREATE TYPE "
                                            + name.quoted()
                                            + " AS RANGE ("
                                            + String.join(", ", options)
                                            + ")");
                    if (row.getString(8) != null) {
                        node.refusal = "range types with a canonical function are not carried";
                    }
                    if (multiranges) {
                        alias(TYPE, oid(row, 12), node);
                        alias(TYPE, oid(row, 13), node);
                    }
                });
    }

    private void readDomainChecks() throws SQLException {
        session.forEach(
                """
                SELECT k.oid, k.contypid, k.conname, pg_get_constraintdef(k.oid)
                FROM pg_constraint k WHERE k.contypid <> 0 AND k.contype = 'c' AND k.oid >= 16384
                ORDER BY k.contypid, k.conname
                """,
                row -> {
                    StructureNode domain = find(TYPE, oid(row, 2));
                    if (domain == null) {
                        return;
                    }
                    String constraint = row.getString(3);
                    String definition = row.getString(4);
                    StructureNode check =
                            add(
                                    Kind.DOMAIN_CHECK,
                                    CONSTRAINT,
                                    oid(row, 1),
                                    domain.name + " " + constraint,
                                    null,
                                    () -> List.of());
                    String part = " CONSTRAINT " + quote(constraint) + " " + definition;
                    if (definition.endsWith(" NOT VALID")) {
                        check.needs.add(domain);
                        check.phase = Phase.AFTER_ALL_ROWS;
                        check.sql = () -> List.of(alterDomain(domain) + " ADD" + part);
                        return;
                    }
                    check.owner = domain;
                    check.sql = () -> List.of(alterDomain(domain) + " ADD" + part);
                    Supplier<List<String>> create = domain.sql;
                    domain.sql =
                            () ->
                                    check.apart || check.refusal != null
                                            ? create.get()
                                            : List.of(create.get().getFirst() + part);
                });
    }

    private static String alterDomain(StructureNode domain) {
        String create = domain.sql.get().getFirst();
        String name = create.substring("CREATE DOMAIN ".length(), create.indexOf(" AS "));
        return "ALTER DOMAIN " + name;
    }

    private void readRoutines() throws SQLException {
        session.forEach(
                """
                SELECT p.oid, n.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
                       pg_get_functiondef(p.oid), l.lanname
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                JOIN pg_language l ON l.oid = p.prolang
                WHERE p.prokind <> 'a' AND %s AND NOT %s
                """
                        .formatted(USER_SCHEMA, internal("pg_proc", "p.oid")),
                row -> {
                    String sql = row.getString(5);
                    StructureNode node =
                            add(
                                    Kind.FUNCTION,
                                    ROUTINE,
                                    oid(row, 1),
                                    new TableName(row.getString(2), row.getString(3))
                                            + "("
                                            + row.getString(4)
                                            + ")",
                                    null,
                                    () -> List.of(sql));
                    if (Set.of("c", "internal").contains(row.getString(6))) {
                        node.refusal = "functions in C are not carried, extensions bring theirs";
                    }
                });
    }

    /// Whether something comes by itself with another object, as a range type's constructors do.
    private static String internal(String catalog, String oid) {
        return "EXISTS (SELECT FROM pg_depend d WHERE d.classid = '%s'::regclass AND d.objid = %s AND d.deptype = 'i')"
                .formatted(catalog, oid);
    }

    private void readAggregates() throws SQLException {
        session.forEach(
                """
                SELECT p.oid, n.nspname, p.proname, pg_get_function_arguments(p.oid), p.proparallel,
                       a.aggkind, a.aggfinalextra, a.aggmfinalextra,
                       a.aggfinalmodify, a.aggmfinalmodify,
                       a.aggtransfn::regproc::text AS sfunc,
                       format_type(a.aggtranstype, NULL) AS stype,
                       nullif(a.aggtransspace, 0)::text AS sspace,
                       nullif(a.aggfinalfn, 0)::regproc::text AS finalfunc,
                       nullif(a.aggcombinefn, 0)::regproc::text AS combinefunc,
                       nullif(a.aggserialfn, 0)::regproc::text AS serialfunc,
                       nullif(a.aggdeserialfn, 0)::regproc::text AS deserialfunc,
                       quote_literal(a.agginitval) AS initcond,
                       nullif(a.aggmtransfn, 0)::regproc::text AS msfunc,
                       nullif(a.aggminvtransfn, 0)::regproc::text AS minvfunc,
                       CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END AS mstype,
                       nullif(a.aggmtransspace, 0)::text AS msspace,
                       nullif(a.aggmfinalfn, 0)::regproc::text AS mfinalfunc,
                       quote_literal(a.aggminitval) AS minitcond,
                       (SELECT 'OPERATOR(' || quote_ident(s.nspname) || '.' || o.oprname || ')'
                        FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace
                        WHERE o.oid = a.aggsortop) AS sortop
                FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid
                JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE %s
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    var name = new TableName(row.getString(2), row.getString(3));
                    String arguments = row.getString(4).isEmpty() ? "*" : row.getString(4);
                    String sql =
                            "CREATE AGGREGATE "
                                    + name.quoted()
                                    + "("
                                    + arguments
                                    + ") ("
                                    + String.join(", ", aggregate(row))
                                    + ")";
                    add(
                            Kind.AGGREGATE,
                            ROUTINE,
                            oid(row, 1),
                            name + "(" + arguments + ")",
                            null,
                            () -> List.of(sql));
                });
    }

    private static List<String> aggregate(ResultSet row) throws SQLException {
        var options = new ArrayList<String>();
        for (int i = 11; i <= 25; i++) {
            if (row.getString(i) != null) {
                options.add(row.getMetaData().getColumnLabel(i) + " = " + row.getString(i));
            }
        }
        boolean plain = row.getString(6).equals("n");
        boolean moving = row.getString("msfunc") != null;
        if (row.getBoolean(7)) {
            options.add("finalfunc_extra");
        }
        if (row.getBoolean(8)) {
            options.add("mfinalfunc_extra");
        }
        if (row.getString("finalfunc") != null && !row.getString(9).equals(plain ? "r" : "w")) {
            options.add("finalfunc_modify = " + modification(row.getString(9)));
        }
        if (moving
                && row.getString("mfinalfunc") != null
                && !row.getString(10).equals(plain ? "r" : "w")) {
            options.add("mfinalfunc_modify = " + modification(row.getString(10)));
        }
        if (row.getString(6).equals("h")) {
            options.add("hypothetical");
        }
        if (!row.getString(5).equals("u")) {
            options.add("parallel = " + (row.getString(5).equals("s") ? "safe" : "restricted"));
        }
        return options;
    }

    private static String modification(String code) {
        return switch (code) {
            case "r" -> "read_only";
            case "s" -> "shareable";
            default -> "read_write";
        };
    }

    private void readOperators() throws SQLException {
        session.forEach(
                """
                SELECT o.oid, quote_ident(n.nspname) || '.' || o.oprname,
                       o.oprcode::regproc::text AS function,
                       CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END AS leftarg,
                       CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END AS rightarg,
                       (SELECT 'OPERATOR(' || quote_ident(cn.nspname) || '.' || c.oprname || ')'
                        FROM pg_operator c JOIN pg_namespace cn ON cn.oid = c.oprnamespace
                        WHERE c.oid = o.oprcom) AS commutator,
                       (SELECT 'OPERATOR(' || quote_ident(cn.nspname) || '.' || c.oprname || ')'
                        FROM pg_operator c JOIN pg_namespace cn ON cn.oid = c.oprnamespace
                        WHERE c.oid = o.oprnegate) AS negator,
                       nullif(o.oprrest, 0)::regproc::text AS restrict,
                       nullif(o.oprjoin, 0)::regproc::text AS join,
                       CASE WHEN o.oprcanhash THEN 'true' END AS hashes,
                       CASE WHEN o.oprcanmerge THEN 'true' END AS merges
                FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
                WHERE o.oprcode <> 0 AND %s
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    var options = new ArrayList<String>();
                    for (int i = 3; i <= 11; i++) {
                        if (row.getString(i) != null) {
                            options.add(
                                    row.getMetaData().getColumnLabel(i) + " = " + row.getString(i));
                        }
                    }
                    String sql =
                            "CREATE OPERATOR "
                                    + row.getString(2)
                                    + " ("
                                    + String.join(", ", options)
                                    + ")";
                    add(
                            Kind.OPERATOR,
                            OPERATOR,
                            oid(row, 1),
                            row.getString(2),
                            null,
                            () -> List.of(sql));
                });
    }

    private void readCasts() throws SQLException {
        session.forEach(
                """
                SELECT c.oid, format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL),
                       CASE c.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION'
                         ELSE 'WITH FUNCTION ' || c.castfunc::regprocedure::text END
                       || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END
                FROM pg_cast c WHERE c.oid >= 16384 AND NOT %s
                """
                        .formatted(internal("pg_cast", "c.oid")),
                row -> {
                    String name = "(" + row.getString(2) + ")";
                    String sql = "CREATE CAST " + name + " " + row.getString(3);
                    add(Kind.CAST, CAST, oid(row, 1), name, null, () -> List.of(sql));
                });
    }

    private void readTextSearch() throws SQLException {
        session.forEach(
                """
                SELECT d.oid, n.nspname, d.dictname,
                       quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname), d.dictinitoption
                FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
                JOIN pg_ts_template t ON t.oid = d.dicttemplate
                JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
                WHERE %s
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    var name = new TableName(row.getString(2), row.getString(3));
                    String options = row.getString(5) == null ? "" : ", " + row.getString(5);
                    String sql =
                            "CREATE TEXT SEARCH DICTIONARY "
                                    + name.quoted()
                                    + " (TEMPLATE = "
                                    + row.getString(4)
                                    + options
                                    + ")";
                    add(
                            Kind.DICTIONARY,
                            DICTIONARY,
                            oid(row, 1),
                            name.toString(),
                            null,
                            () -> List.of(sql));
                });
        session.forEach(
                """
                SELECT c.oid, n.nspname, c.cfgname,
                       quote_ident(pn.nspname) || '.' || quote_ident(p.prsname),
                       ARRAY(SELECT quote_ident((SELECT t.alias FROM ts_token_type(c.cfgparser) t
                                                 WHERE t.tokid = m.maptokentype)) || ' WITH '
                               || string_agg(quote_ident(dn.nspname) || '.' || quote_ident(d.dictname), ', ' ORDER BY m.mapseqno)
                             FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict
                             JOIN pg_namespace dn ON dn.oid = d.dictnamespace
                             WHERE m.mapcfg = c.oid GROUP BY m.maptokentype ORDER BY m.maptokentype)::text[]
                FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
                JOIN pg_ts_parser p ON p.oid = c.cfgparser
                JOIN pg_namespace pn ON pn.oid = p.prsnamespace
                WHERE %s
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    var name = new TableName(row.getString(2), row.getString(3));
                    var sql = new ArrayList<String>();
                    sql.add(
                            "CREATE TEXT SEARCH CONFIGURATION "
                                    + name.quoted()
                                    + " (PARSER = "
                                    + row.getString(4)
                                    + ")");
                    for (String mapping : (String[]) row.getArray(5).getArray()) {
                        sql.add(
                                "ALTER TEXT SEARCH CONFIGURATION "
                                        + name.quoted()
                                        + " ADD MAPPING FOR "
                                        + mapping);
                    }
                    add(Kind.SEARCH, SEARCH, oid(row, 1), name.toString(), null, () -> sql);
                });
    }

    private void readSequences() throws SQLException {
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
                            row.getString(13) == null ? null : find(CLASS, oid(row, 17));
                    StructureNode sequence;
                    if (owner != null && row.getString(13).equals("i")) {
                        sequence = owner;
                        alias(CLASS, number, owner);
                        tables.identity(
                                oid(row, 17), row.getString(16), row.getString(18), name, options);
                    } else {
                        String create =
                                "CREATE "
                                        + (row.getString(4).equals("u") ? "UNLOGGED " : "")
                                        + "SEQUENCE "
                                        + name.quoted()
                                        + " AS "
                                        + row.getString(5)
                                        + options;
                        sequence =
                                add(
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
                        report("sequence value", name.toString(), "the role may not read it");
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
                attach(Kind.OWNED_SEQUENCE, name.toString(), owner, () -> List.of(sql));
        owned.needs.add(sequence);
        owned.needs.add(table);
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
                        attach(
                                        Kind.SEQUENCE_VALUE,
                                        name.toString(),
                                        sequence.table,
                                        () -> List.of(set))
                                .needs
                                .add(sequence);
                    });
        }
    }

    private void readRules() throws SQLException {
        session.forEach(
                """
                SELECT r.oid, r.rulename, n.nspname, c.relname, pg_get_ruledef(r.oid), r.ev_enabled,
                       c.oid, r.rulename = '_RETURN'
                FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE %s
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    StructureNode relation = find(CLASS, oid(row, 7));
                    if (relation == null) {
                        return;
                    }
                    if (row.getBoolean(8)) {
                        alias(REWRITE, oid(row, 1), relation);
                        return;
                    }
                    var table = new TableName(row.getString(3), row.getString(4));
                    var sql = new ArrayList<String>();
                    sql.add(row.getString(5));
                    enabling("RULE", row.getString(6), table, row.getString(2)).ifPresent(sql::add);
                    add(
                            Kind.RULE,
                            REWRITE,
                            oid(row, 1),
                            table + " " + row.getString(2),
                            table,
                            () -> sql);
                });
    }

    /// How to bring a rule or trigger from its first state, enabled, to its own.
    private static Optional<String> enabling(
            String kind, String state, TableName table, String name) {
        String how =
                switch (state) {
                    case "D" -> "DISABLE";
                    case "R" -> "ENABLE REPLICA";
                    case "A" -> "ENABLE ALWAYS";
                    default -> "";
                };
        return how.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "ALTER TABLE "
                                + table.quoted()
                                + " "
                                + how
                                + " "
                                + kind
                                + " "
                                + quote(name));
    }

    private void readTriggers() throws SQLException {
        // A partitioned table's triggers have copies on its partitions, which come by themselves.
        String parent =
                session.version() >= 13
                        ? "t.tgparentid"
                        : "coalesce((SELECT d.refobjid FROM pg_depend d WHERE d.classid = t.tableoid AND d.objid = t.oid AND d.refclassid = t.tableoid LIMIT 1), 0)";
        session.forEach(
                """
                SELECT t.oid, t.tgname, n.nspname, c.relname, pg_get_triggerdef(t.oid), t.tgenabled,
                       %1$s AS parent, p.tgenabled
                FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_trigger p ON p.oid = %1$s
                WHERE NOT t.tgisinternal AND c.relkind <> 'f' AND %2$s
                ORDER BY t.oid
                """
                        .formatted(parent, USER_SCHEMA),
                row -> {
                    var table = new TableName(row.getString(3), row.getString(4));
                    String name = row.getString(2);
                    var sql = new ArrayList<String>();
                    if (oid(row, 7) == 0) {
                        sql.add(row.getString(5));
                        enabling("TRIGGER", row.getString(6), table, name).ifPresent(sql::add);
                    } else if (!row.getString(6).equals(row.getString(8))) {
                        sql.add(
                                enabling("TRIGGER", row.getString(6), table, name)
                                        .orElse(
                                                "ALTER TABLE "
                                                        + table.quoted()
                                                        + " ENABLE TRIGGER "
                                                        + quote(name)));
                    }
                    add(Kind.TRIGGER, TRIGGER, oid(row, 1), table + " " + name, table, () -> sql);
                });
    }

    private void readPolicies() throws SQLException {
        session.forEach(
                """
                SELECT p.oid, p.polname, n.nspname, c.relname, p.polpermissive, p.polcmd,
                       ARRAY(SELECT coalesce(r.rolname, 'public') FROM unnest(p.polroles) u(oid)
                             LEFT JOIN pg_roles r ON r.oid = u.oid)::text[],
                       0 = ANY (p.polroles),
                       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
                FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE %s
                """
                        .formatted(USER_SCHEMA),
                row -> {
                    var table = new TableName(row.getString(3), row.getString(4));
                    List<String> roles =
                            row.getBoolean(8)
                                    ? List.of()
                                    : Arrays.asList((String[]) row.getArray(7).getArray());
                    List<String> missing =
                            roles.stream().filter(role -> !target.roles().contains(role)).toList();
                    String sql = policy(table, roles, row);
                    StructureNode node =
                            add(
                                    Kind.POLICY,
                                    POLICY,
                                    oid(row, 1),
                                    table + " " + row.getString(2),
                                    table,
                                    () -> List.of(sql));
                    if (!missing.isEmpty()) {
                        node.refusal = "the target has no role " + String.join(", ", missing);
                    }
                });
    }

    private static String policy(TableName table, List<String> roles, ResultSet row)
            throws SQLException {
        var sql = new StringBuilder("CREATE POLICY ");
        sql.append(quote(row.getString(2))).append(" ON ").append(table.quoted());
        if (!row.getBoolean(5)) {
            sql.append(" AS RESTRICTIVE");
        }
        switch (row.getString(6)) {
            case "r" -> sql.append(" FOR SELECT");
            case "a" -> sql.append(" FOR INSERT");
            case "w" -> sql.append(" FOR UPDATE");
            case "d" -> sql.append(" FOR DELETE");
            default -> {}
        }
        if (!roles.isEmpty()) {
            sql.append(" TO ")
                    .append(roles.stream().map(TableName::quote).collect(Collectors.joining(", ")));
        }
        if (row.getString(9) != null) {
            sql.append(" USING (").append(row.getString(9)).append(')');
        }
        if (row.getString(10) != null) {
            sql.append(" WITH CHECK (").append(row.getString(10)).append(')');
        }
        return sql.toString();
    }

    /// Objects that are never carried; views and the like that need one are not carried either.
    private void readOthers() throws SQLException {
        session.forEach(
                """
                SELECT x.catalog::oid, x.oid, i.type, i.identity
                FROM (SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
                      UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
                      UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
                      UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
                      UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
                      UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
                      UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
                      UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
                      UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
                      UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
                      UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
                      UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
                      UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relkind = 'f'
                     ) x(catalog, oid)
                CROSS JOIN LATERAL pg_identify_object(x.catalog, x.oid, 0) i
                WHERE x.oid >= 16384
                """,
                row -> {
                    StructureNode node =
                            add(
                                    Kind.OTHER,
                                    oid(row, 1),
                                    oid(row, 2),
                                    row.getString(4),
                                    null,
                                    List::of);
                    node.word = row.getString(3);
                    node.refusal = "objects of this kind are not carried";
                });
        session.forEach(
                """
                SELECT 'large objects', count(*), 'only tables are copied' FROM pg_largeobject_metadata
                UNION ALL SELECT 'subscriptions', count(*), 'the twin must not pull rows by itself'
                          FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                UNION ALL SELECT 'user mappings', count(*), 'they hold secrets of the source' FROM pg_user_mappings
                UNION ALL SELECT 'security labels', count(*), 'they belong to the source''s server' FROM pg_seclabel
                UNION ALL SELECT 'default privileges', count(*), 'roles are left to the target' FROM pg_default_acl
                UNION ALL SELECT 'settings of the database', count(*), 'they belong to the source''s server'
                          FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
                UNION ALL SELECT 'tables or indexes in tablespaces of their own', count(*), 'they go where the target''s are'
                          FROM pg_class WHERE reltablespace <> 0 AND oid >= 16384
                """,
                row -> {
                    if (row.getLong(2) > 0) {
                        report(row.getString(1), row.getString(2), row.getString(3));
                    }
                });
        report(
                "roles, ownership and grants",
                "all",
                "by design: whoever makes the twin owns it and decides who may use it");
    }

    /// What belongs to an extension comes with it.
    private void readMembers() throws SQLException {
        var members = new HashMap<StructureNode, StructureNode>();
        session.forEach(
                """
                SELECT classid, objid, refobjid FROM pg_depend
                WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND objsubid = 0
                """,
                row -> {
                    var id = new Id(oid(row, 1), oid(row, 2));
                    StructureNode extension = find(EXTENSION, oid(row, 3));
                    StructureNode member = byId.get(id);
                    if (extension != null) {
                        byId.put(id, extension);
                        if (member != null && member.kind != Kind.EXTENSION) {
                            members.put(member, extension);
                        }
                    }
                });
        nodes.removeIf(node ->
                members.containsKey(node)
                        || members.containsKey(node.made())
                        || node.needs.stream().anyMatch(members::containsKey));
        byId.replaceAll((id, node) -> members.getOrDefault(node.made(), node));
    }

    private void readDependencies() throws SQLException {
        session.forEach(
                """
                SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.deptype
                FROM pg_depend d
                WHERE d.objid >= 16384 AND (d.refobjid >= 16384 OR d.refclassid = 'pg_namespace'::regclass)
                  AND d.deptype <> 'e'
                """,
                row -> {
                    StructureNode node = byId.get(new Id(oid(row, 1), oid(row, 2)));
                    StructureNode need = byId.get(new Id(oid(row, 3), oid(row, 4)));
                    if (node == null || need == null || node == need) {
                        return;
                    }
                    // A sequence belongs to its column, but is made before it.
                    if (node.kind == Kind.SEQUENCE && need.kind == Kind.TABLE) {
                        return;
                    }
                    // An attached partition belongs to its parent, but is made without it.
                    if (node.kind == Kind.TABLE
                            && need.kind == Kind.TABLE
                            && tables.standsAlone(node, need)) {
                        return;
                    }
                    if (node.owner == need) {
                        return;
                    }
                    node.needs.add(need);
                    if (oid(row, 1) == CLASS) {
                        node.shapeNeeds.add(need);
                    }
                });
    }

    private void readComments() throws SQLException {
        session.forEach(
                """
                SELECT d.classoid, d.objoid, i.type, i.identity, d.description,
                       CASE WHEN i.type = 'domain constraint' THEN
                         (SELECT quote_ident(k.conname) || ' ON DOMAIN ' || format_type(k.contypid, NULL)
                          FROM pg_constraint k WHERE k.oid = d.objoid) END
                FROM pg_description d
                CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
                WHERE d.objoid >= 16384
                   OR (d.classoid = 'pg_namespace'::regclass AND i.name = 'public'
                       AND d.description <> 'standard public schema')
                """,
                row -> {
                    StructureNode node = byId.get(new Id(oid(row, 1), oid(row, 2)));
                    boolean own =
                            node != null
                                    && (node.kind != Kind.EXTENSION || oid(row, 1) == EXTENSION);
                    String type = row.getString(3);
                    if (!own || node == null || type == null) {
                        return;
                    }
                    String what =
                            row.getString(6) != null
                                    ? "CONSTRAINT " + row.getString(6)
                                    : commentable(type) + " " + row.getString(4);
                    String sql = "COMMENT ON " + what + " IS " + literal(row.getString(5));
                    attach(
                                    Kind.COMMENT,
                                    type + " " + row.getString(4),
                                    node.table,
                                    () -> List.of(sql))
                            .needs
                            .add(node);
                });
    }

    /// The server's word for a kind of object, as COMMENT ON spells it.
    private static String commentable(String type) {
        return switch (type) {
            case "table column",
                    "view column",
                    "materialized view column",
                    "composite type column" ->
                    "COLUMN";
            case "table constraint" -> "CONSTRAINT";
            case "statistics object" -> "STATISTICS";
            case "composite type" -> "TYPE";
            default -> type.toUpperCase(Locale.ROOT);
        };
    }
}
