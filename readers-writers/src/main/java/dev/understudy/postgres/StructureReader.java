package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.EXTENSION;
import static dev.understudy.postgres.SystemCatalog.SCHEMA;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.postgres.StructureNode.Phase;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.StructurePart;
import dev.understudy.twin.StructureStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a structure: schemas, extensions and what is never carried by itself, everything else by
/// the reader of its kind. {@link StructureGraph} puts all in order.
///
/// Source: PostgreSQL manual, "System Catalogs" and "SQL Commands".
final class StructureReader {
    private final CatalogSession session;
    private final Predicate<TableName> wanted;
    private final StructureTarget target;
    private final @Nullable String hidden;
    private final StructureObjects objects = new StructureObjects();

    StructureReader(CatalogSession session, Predicate<TableName> wanted, StructureTarget target) {
        this(session, wanted, target, null);
    }

    /// @param hidden the name of a column that tables may have besides their own; it is passed
    ///   over, with an index on it alone
    StructureReader(
            CatalogSession session,
            Predicate<TableName> wanted,
            StructureTarget target,
            @Nullable String hidden) {
        this.session = session;
        this.wanted = wanted;
        this.target = target;
        this.hidden = hidden;
    }

    Blueprint read() throws SQLException {
        return blueprint(readNodes());
    }

    /// All that is carried, in an order that works.
    List<StructureNode> readNodes() throws SQLException {
        readSchemas();
        readExtensions();
        new TypeReader(session, objects, target).read();
        new RoutineReader(session, objects, target).read();
        new TextSearchReader(session, objects).read();
        var tables = new TableReader(session, objects, wanted, hidden);
        tables.read();
        new SequenceReader(session, objects, tables, target).read();
        new TriggerReader(session, objects, target).read();
        readOthers();
        var dependencies = new DependencyReader(session, objects, tables);
        dependencies.readMembers();
        dependencies.readDependencies();
        tables.orderRefreshes();
        dependencies.readComments();
        return new StructureGraph(objects.nodes).resolve();
    }

    /// What {@link #readNodes} has read, as statements.
    Blueprint blueprint(List<StructureNode> made) {
        var before = new ArrayList<StructureStatement>();
        var after = new LinkedHashMap<TableName, List<StructureStatement>>();
        var last = new ArrayList<StructureStatement>();
        for (StructureNode node : made) {
            List<StructurePart> parts = node.parts.get();
            for (String sql : node.sql.get()) {
                var statement =
                        new StructureStatement(
                                node.kind.title,
                                node.name,
                                Optional.ofNullable(node.table),
                                node.alone,
                                List.of(),
                                sql,
                                Optional.empty(),
                                parts);
                parts = List.of();
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
        for (StructureNode node : objects.nodes) {
            String refusal = node.refusal;
            if (refusal != null && !node.silent) {
                objects.notCarried.add(new NotCarried(node.word, node.name, refusal));
            }
        }
        return new Blueprint(
                before,
                after,
                last,
                List.of(),
                made.stream()
                        .filter(node -> node.kind == Kind.TABLE)
                        .flatMap(node -> Optional.ofNullable(node.table).stream())
                        .collect(Collectors.toSet()),
                objects.notCarried);
    }

    private void readSchemas() throws SQLException {
        session.forEach(
                "SELECT n.oid, n.nspname FROM pg_namespace n WHERE " + USER_SCHEMA,
                row -> {
                    String name = row.getString(2);
                    objects.add(
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
                            objects.add(
                                    Kind.EXTENSION,
                                    EXTENSION,
                                    oid(row, 1),
                                    name,
                                    null,
                                    () -> List.of(sql));
                    if (!target.extensions().contains(name)) {
                        node.refusal =
                                "the target's server does not have it, or lets superusers alone create it";
                    } else if (row.getBoolean(4)) {
                        objects.report(
                                "extension",
                                name,
                                "rows that users put into its own tables are not copied");
                    }
                });
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
                            objects.add(
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
                SELECT kind, objects, why FROM (
                SELECT 'large objects', count(*)::text, 'only tables are copied' FROM pg_largeobject_metadata
                UNION ALL SELECT 'subscriptions', count(*)::text, 'the twin must not pull rows by itself'
                          FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                UNION ALL SELECT 'user mappings', count(*)::text, 'they hold secrets of the source' FROM pg_user_mappings
                UNION ALL SELECT 'security labels', count(*)::text, 'they belong to the source''s server' FROM pg_seclabel
                UNION ALL SELECT 'default privileges', count(*)::text, 'roles are left to the target' FROM pg_default_acl
                UNION ALL SELECT 'settings of the database', string_agg(DISTINCT split_part(setting, '=', 1), ', '),
                                 'they belong to the source''s server; ALTER DATABASE gives the twin those that its applications need'
                          FROM pg_db_role_setting, unnest(setconfig) AS setting
                          WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
                UNION ALL SELECT 'tables or indexes in tablespaces of their own', count(*)::text, 'they go where the target''s are'
                          FROM pg_class WHERE reltablespace <> 0 AND oid >= 16384
                UNION ALL SELECT 'tables of schema understudy', count(*)::text, 'a twin keeps there what it knows of its runs'
                          FROM pg_class WHERE relnamespace = to_regnamespace('understudy') AND relkind IN ('r', 'p')
                ) AS found (kind, objects, why) WHERE objects <> '0'
                """,
                row -> objects.report(row.getString(1), row.getString(2), row.getString(3)));
        objects.report(
                "roles, ownership and grants",
                "all",
                "by design: whoever makes the twin owns it and decides who may use it");
    }
}
