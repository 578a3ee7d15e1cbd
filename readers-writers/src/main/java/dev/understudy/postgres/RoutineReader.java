package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CAST;
import static dev.understudy.postgres.SystemCatalog.OPERATOR;
import static dev.understudy.postgres.SystemCatalog.ROUTINE;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads functions, procedures, aggregates, operators and casts.
final class RoutineReader {
    /// In the line of a function's definition that says how it behaves.
    private static final Pattern LEAKPROOF = Pattern.compile("(?m)^((?: [A-Z]+)*) LEAKPROOF");

    private final CatalogSession session;
    private final StructureObjects objects;
    private final StructureTarget target;

    RoutineReader(CatalogSession session, StructureObjects objects, StructureTarget target) {
        this.session = session;
        this.objects = objects;
        this.target = target;
    }

    void read() throws SQLException {
        readRoutines();
        readAggregates();
        readOperators();
        readCasts();
    }

    private void readRoutines() throws SQLException {
        session.forEach(
                """
                SELECT p.oid, n.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
                       pg_get_functiondef(p.oid), l.lanname, p.probin,
                       CASE WHEN p.probin IS NOT NULL THEN
                       (SELECT min(e.extname) FROM pg_proc m
                        JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = m.oid
                             AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
                        JOIN pg_extension e ON e.oid = d.refobjid
                        WHERE m.probin = p.probin) END,
                       p.proleakproof,
                       ARRAY(SELECT split_part(c, '=', 1) FROM unnest(p.proconfig) c)
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                JOIN pg_language l ON l.oid = p.prolang
                WHERE p.prokind <> 'a' AND %s AND NOT %s
                """
                        .formatted(USER_SCHEMA, internal("pg_proc", "p.oid")),
                row -> {
                    String name =
                            new TableName(row.getString(2), row.getString(3))
                                    + "("
                                    + row.getString(4)
                                    + ")";
                    String sql = row.getString(5);
                    if (row.getBoolean(9) && !target.superuser()) {
                        sql = LEAKPROOF.matcher(sql).replaceFirst("$1");
                        lose("leakproof", name);
                    }
                    for (String setting : (String[]) row.getArray(10).getArray()) {
                        if (target.forbidden().contains(setting)) {
                            sql = withoutSetting(sql, setting);
                            lose(setting, name);
                        }
                    }
                    List<String> statements = List.of(sql);
                    StructureNode node =
                            objects.add(
                                    Kind.FUNCTION,
                                    ROUTINE,
                                    oid(row, 1),
                                    name,
                                    null,
                                    () -> statements);
                    node.refusal = nativeRefusal(row);
                });
    }

    private void lose(String property, String function) {
        objects.report(
                property + " of function",
                function,
                "only a superuser may say so, and the twin is loaded by none");
    }

    /// The settings stand in lines of their own before the function's body.
    private static String withoutSetting(String definition, String setting) {
        return Pattern.compile("(?m)^ SET " + Pattern.quote(setting) + " TO .*\n")
                .matcher(definition)
                .replaceFirst("");
    }

    /// Functions in C are part of the server's installation: one is carried where an extension that
    /// the target offers brings its library, and by a superuser alone, whom PostgreSQL asks for.
    private @Nullable String nativeRefusal(ResultSet row) throws SQLException {
        boolean inLibrary = row.getString(6).equals("c");
        if (!inLibrary && !row.getString(6).equals("internal")) {
            return null;
        }
        String extension = row.getString(8);
        if (inLibrary && (extension == null || !target.extensions().contains(extension))) {
            return "its library %s is of no extension that the target's server offers"
                    .formatted(row.getString(7));
        }
        return target.superuser()
                ? null
                : "only a superuser may make functions in C, and the twin is loaded by none";
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
                    objects.add(
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
                    objects.add(
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
                       || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END,
                       c.castmethod <> 'b' AND EXISTS (
                         SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                         WHERE t.oid IN (c.castsource, c.casttarget) AND %s AND NOT EXISTS (
                           SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'))
                FROM pg_cast c WHERE c.oid >= 16384 AND NOT %s
                """
                        .formatted(USER_SCHEMA, internal("pg_cast", "c.oid")),
                row -> {
                    String name = "(" + row.getString(2) + ")";
                    String sql = "CREATE CAST " + name + " " + row.getString(3);
                    StructureNode node =
                            objects.add(
                                    Kind.CAST, CAST, oid(row, 1), name, null, () -> List.of(sql));
                    // PostgreSQL asks for the owner of one of the types, and for a superuser where
                    // bytes of one are taken for the other as they are.
                    if (!row.getBoolean(4) && !target.superuser()) {
                        node.refusal =
                                "only a superuser may make casts between types of others or without a function, and the twin is loaded by none";
                    }
                });
    }
}
