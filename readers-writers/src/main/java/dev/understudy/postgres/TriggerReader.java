package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.CLASS;
import static dev.understudy.postgres.SystemCatalog.POLICY;
import static dev.understudy.postgres.SystemCatalog.REWRITE;
import static dev.understudy.postgres.SystemCatalog.TRIGGER;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads rules, triggers and policies.
final class TriggerReader {
    private final CatalogSession session;
    private final StructureObjects objects;
    private final StructureTarget target;

    TriggerReader(CatalogSession session, StructureObjects objects, StructureTarget target) {
        this.session = session;
        this.objects = objects;
        this.target = target;
    }

    void read() throws SQLException {
        readRules();
        readTriggers();
        readPolicies();
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
                    StructureNode relation = objects.find(CLASS, oid(row, 7));
                    if (relation == null) {
                        return;
                    }
                    if (row.getBoolean(8)) {
                        objects.alias(REWRITE, oid(row, 1), relation);
                        return;
                    }
                    var table = new TableName(row.getString(3), row.getString(4));
                    var sql = new ArrayList<String>();
                    sql.add(row.getString(5));
                    enabling("RULE", row.getString(6), table, row.getString(2)).ifPresent(sql::add);
                    objects.add(
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
                    objects.add(
                            Kind.TRIGGER,
                            TRIGGER,
                            oid(row, 1),
                            table + " " + name,
                            table,
                            () -> sql);
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
                            objects.add(
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
}
