package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.Column;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceSession;
import dev.understudy.source.SummedRows;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rows behind the marks of a source's tables, which every delta reads again. Their images tell
/// the next delta which tables it may leave alone, because their rows are as they were.
///
/// An image is a sum of the server's hashes of whole rows, and often of a single one: it is keyed,
/// so that nobody finds out what is in a row by trying.
final class Windows {
    private static final Logger LOG = LoggerFactory.getLogger(Windows.class);

    /// More rows have no image: they would take longer to sum up than most changes to be read.
    private static final long MOST_ROWS = 100_000;

    /// A table below this size is read faster than its index would be asked.
    static final long LARGE_BYTES = 1L << 20;

    private final JobConfig config;
    private final SourceConfig source;
    private final SourceDatabase database;
    private final byte[] key;

    Windows(JobConfig config, SourceConfig source, SourceDatabase database, MaskingKeys keys) {
        this.config = config;
        this.source = source;
        this.database = database;
        key = keys.derive("window", "", 32);
    }

    /// The images of tables as they are now.
    ///
    /// @param marks of each table, from which it is read again
    /// @return without those that are always read whole or compared by checksum columns, and those
    ///   that have too many rows behind their marks or no index that finds them
    Map<TableName, String> images(Map<TableCopy, Map<String, String>> marks) {
        var asked = new HashMap<TableName, SummedRows>();
        Set<TableName> slow = slow(marks.keySet());
        marks.forEach((table, its) -> {
            if (!its.isEmpty() && mayHave(table) && !slow.contains(table.name().local())) {
                asked.put(table.name().local(), rows(table, database.changedSince(its)));
            }
        });
        var images = new HashMap<TableName, String>();
        sums(asked)
                .forEach((table, sum) -> {
                    if (sum.keys() <= MOST_ROWS) {
                        images.put(table, image(table, sum));
                    }
                });
        return images;
    }

    private boolean mayHave(TableCopy table) {
        return DeltaScope.whyAlwaysWhole(config, source, table).isEmpty()
                && table.checksumColumns(config.delta().orElseThrow()).isEmpty();
    }

    private Set<TableName> slow(Set<TableCopy> tables) {
        var watermarks = new LinkedHashMap<TableName, List<Column>>();
        tables.stream()
                .filter(each -> each.table().bytes() >= LARGE_BYTES)
                .forEach(each -> watermarks.put(each.name().local(), each.watermarks()));
        return database.withoutIndex(watermarks).keySet();
    }

    private static SummedRows rows(TableCopy table, String changed) {
        TableTarget target = TableTarget.of(table, table.name(), false).with(changed);
        List<RowColumn> values = new ArrayList<>(target.read().columns());
        values.removeAll(target.keyColumns());
        return new SummedRows(
                new KeyParts.Hashed(target.keyColumns(), values, 0, List.of()),
                target.conditions(),
                MOST_ROWS + 1);
    }

    // Rows that cannot be summed up can still be read.
    private Map<TableName, KeyParts.Sum> sums(Map<TableName, SummedRows> asked) {
        if (asked.isEmpty()) {
            return Map.of();
        }
        try (SourceSession session = database.join()) {
            return session.sums(asked);
        } catch (Failure e) {
            LOG.info(
                    "rows behind marks are read again, whether they changed or not: {}",
                    e.getMessage());
            return Map.of();
        }
    }

    private String image(TableName table, KeyParts.Sum sum) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String text =
                    Stream.of(table, sum.keys(), sum.hash())
                            .map(Object::toString)
                            .collect(Collectors.joining(" "));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
    }
}
