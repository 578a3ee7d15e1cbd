package dev.understudy.source;

import dev.understudy.schema.Database;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.Map;

/// What a plan is made from.
///
/// @param partitionKeys the columns by which partitioned tables are divided, those inside
///   expressions included: a changed value there would belong elsewhere
public record SourceStructure(Database database, Map<TableName, List<String>> partitionKeys) {
    public SourceStructure {
        partitionKeys = Map.copyOf(partitionKeys);
    }
}
