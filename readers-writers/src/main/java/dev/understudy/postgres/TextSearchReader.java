package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.oid;
import static dev.understudy.postgres.SystemCatalog.DICTIONARY;
import static dev.understudy.postgres.SystemCatalog.SEARCH;
import static dev.understudy.postgres.SystemCatalog.USER_SCHEMA;

import dev.understudy.postgres.StructureNode.Kind;
import dev.understudy.schema.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Reads text search dictionaries and configurations.
final class TextSearchReader {
    private final CatalogSession session;
    private final StructureObjects objects;

    TextSearchReader(CatalogSession session, StructureObjects objects) {
        this.session = session;
        this.objects = objects;
    }

    void read() throws SQLException {
        readDictionaries();
        readConfigurations();
    }

    private void readDictionaries() throws SQLException {
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
                    objects.add(
                            Kind.DICTIONARY,
                            DICTIONARY,
                            oid(row, 1),
                            name.toString(),
                            null,
                            () -> List.of(sql));
                });
    }

    private void readConfigurations() throws SQLException {
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
                    objects.add(Kind.SEARCH, SEARCH, oid(row, 1), name.toString(), null, () -> sql);
                });
    }
}
