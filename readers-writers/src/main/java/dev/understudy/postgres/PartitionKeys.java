package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads by which columns partitioned tables are divided, those inside expressions included.
final class PartitionKeys {
    private PartitionKeys() {}

    static Map<TableName, List<String>> read(Connection source) throws SQLException {
        String sql =
                """
                SELECT n.nspname, c.relname, a.attname
                FROM pg_catalog.pg_partitioned_table p
                JOIN pg_catalog.pg_class c ON c.oid = p.partrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                WHERE NOT a.attisdropped
                  AND (a.attnum = ANY (p.partattrs::int2[])
                       OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                                  WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                    AND d.objid = c.oid AND d.objsubid = a.attnum
                                    AND d.refclassid = 'pg_catalog.pg_class'::regclass
                                    AND d.refobjid = c.oid AND d.refobjsubid = 0
                                    AND d.deptype = 'i'))
                ORDER BY 1, 2, a.attnum
                """;
        var keys = new LinkedHashMap<TableName, List<String>>();
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                keys.computeIfAbsent(
                                new TableName(rows.getString(1), rows.getString(2)),
                                _ -> new ArrayList<>())
                        .add(rows.getString(3));
            }
        }
        return keys;
    }
}
