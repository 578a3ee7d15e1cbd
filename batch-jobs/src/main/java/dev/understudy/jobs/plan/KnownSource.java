package dev.understudy.jobs.plan;

import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe;
import dev.understudy.source.ColumnStatistics;
import dev.understudy.source.RowConditions;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceStructure;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What a plan is made from, of one source. All tables are named as seen from outside.
///
/// @param name in the config
/// @param partitionKeys the columns by which partitioned tables are divided
/// @param product of the server, with its version
/// @param caveat what keeps the source from being one point in time
/// @param probe asks the source's server
/// @param today when windows end
/// @param conditions asks the source's server, too
record KnownSource(
        String name,
        Collection<Table> tables,
        Map<TableName, List<String>> partitionKeys,
        String product,
        Optional<String> caveat,
        Map<TableName, Map<String, ColumnStatistics>> statistics,
        CheckProbe probe,
        LocalDate today,
        Supplier<RowConditions> conditions) {

    /// @param now by the source's clock
    static KnownSource of(String name, SourceDatabase source, Instant now) {
        SourceStructure structure = source.structure();
        return new KnownSource(
                name,
                structure.database().tables().stream().map(each -> each.in(name)).toList(),
                in(name, structure.partitionKeys()),
                source.product(),
                source.caveat(),
                in(name, source.statistics()),
                source,
                LocalDate.ofInstant(now, ZoneOffset.UTC),
                source::conditions);
    }

    private static <T> Map<TableName, T> in(String source, Map<TableName, T> local) {
        var result = new LinkedHashMap<TableName, T>();
        local.forEach((table, value) -> result.put(table.in(source), value));
        return result;
    }
}
