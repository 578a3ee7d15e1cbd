package dev.understudy.mysql;

import dev.understudy.schema.Database;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Map;

/// What a catalog tells.
///
/// @param partitionKeys the columns by which tables are divided
/// @param engines each table's storage engine: `InnoDB`
/// @param collations of text columns, by table and column
record MySqlTables(
        Database database,
        Map<TableName, List<String>> partitionKeys,
        Map<TableName, String> engines,
        Map<TableName, Map<String, String>> collations) {}
