package dev.understudy.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The structure of a schema, object by object, in the server's own words, so that two schemas can
/// be compared. What a twin has by decision is left out: definers, whether events are enabled, the
/// character set in which a statement once came, Understudy's stamp.
public final class MySqlDump {
    private static final List<String> IGNORED =
            List.of("character_set_client", "created", "database collation");

    private final Statement statement;
    private final String schema;
    private final Map<String, String> objects = new TreeMap<>();

    private MySqlDump(Statement statement, String schema) {
        this.statement = statement;
        this.schema = schema;
    }

    /// By kind and name: `TABLE film`, `DATABASE`.
    public static Map<String, String> of(MySqlTestDatabase database) throws SQLException {
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            statement.execute("SET SESSION sql_mode = '', time_zone = '+00:00'");
            var dump = new MySqlDump(statement, database.name());
            dump.read();
            return dump.objects;
        }
    }

    private void read() throws SQLException {
        show(
                "SCHEMATA",
                "DATABASE",
                "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = '"
                        + schema
                        + "'");
        for (Map<String, String> each : rows("SHOW FULL TABLES")) {
            List<String> row = List.copyOf(each.values());
            String kind =
                    row.get(1).endsWith("VIEW")
                            ? "VIEW"
                            : row.get(1).equals("SEQUENCE") ? "SEQUENCE" : "TABLE";
            create(kind, row.getFirst());
            if (kind.equals("SEQUENCE")) {
                show(
                        "next",
                        "next " + row.getFirst(),
                        "SELECT next_not_cached_value FROM " + MySqlName.quote(row.getFirst()));
            }
        }
        for (Map<String, String> each : rows("SHOW TRIGGERS")) {
            each.remove("definer");
            put("TRIGGER " + each.get("trigger"), each);
        }
        for (String kind : List.of("PROCEDURE", "FUNCTION")) {
            for (Map<String, String> each :
                    rows("SHOW " + kind + " STATUS WHERE db = '" + schema + "'")) {
                create(kind, each.get("name"));
            }
        }
        for (Map<String, String> each : rows("SHOW EVENTS")) {
            create("EVENT", each.get("name"));
        }
        objects.remove("TABLE " + MySqlTwin.STAMP);
    }

    private void create(String kind, String name) throws SQLException {
        show(kind, kind + " " + name, "SHOW CREATE " + kind + " " + MySqlName.quote(name));
    }

    private void show(String kind, String key, String query) throws SQLException {
        for (Map<String, String> each : rows(query)) {
            each.replaceAll((column, text) ->
                    text.replaceAll(" DEFINER=`[^`]*`@`[^`]*`", "")
                            .replace("val(" + MySqlName.quote(schema) + ".", "val("));
            if (kind.equals("EVENT")) {
                each.replaceAll(
                        (column, text) -> text.replaceAll("PRESERVE (ENABLE|DISABLE)", "PRESERVE"));
            }
            put(key, each);
        }
    }

    private void put(String key, Map<String, String> row) {
        IGNORED.forEach(row::remove);
        objects.put(key, row.toString());
    }

    private List<Map<String, String>> rows(String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            var all = new java.util.ArrayList<Map<String, String>>();
            var labels = rows.getMetaData();
            while (rows.next()) {
                var row = new LinkedHashMap<String, String>();
                for (int i = 1; i <= labels.getColumnCount(); i++) {
                    row.put(
                            labels.getColumnLabel(i).toLowerCase(java.util.Locale.ROOT),
                            String.valueOf(rows.getString(i)));
                }
                all.add(row);
            }
            return all;
        }
    }
}
