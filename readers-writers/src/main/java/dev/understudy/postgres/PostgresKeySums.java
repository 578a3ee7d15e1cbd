package dev.understudy.postgres;

import dev.understudy.rows.RowColumn;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyBuckets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// {@link KeyBuckets} as PostgreSQL's SQL. Its hash functions give the same on every server of the
/// same byte order (ran on 15 and 18); where they did not, every bucket would differ, and the keys
/// themselves would be compared.
final class PostgresKeySums {
    private static final int FETCHED = 10_000;

    /// So many ranges are still found through the key's index.
    private static final int RANGES_A_READ = 500;

    private PostgresKeySums() {}

    /// The sums of the rows that a FROM clause gives.
    ///
    /// @param from gives columns `bucket` and `hash`
    static List<KeyBuckets.Sum> of(Connection session, String from) throws SQLException {
        var sums = new ArrayList<KeyBuckets.Sum>();
        boolean autoCommit = session.getAutoCommit();
        session.setAutoCommit(false);
        try (var statement = session.createStatement()) {
            statement.setFetchSize(FETCHED);
            try (var rows =
                    statement.executeQuery(
                            "SELECT bucket, pg_catalog.count(*), pg_catalog.sum(hash)::pg_catalog.text FROM "
                                    + from
                                    + " GROUP BY bucket ORDER BY bucket")) {
                while (rows.next()) {
                    sums.add(
                            new KeyBuckets.Sum(
                                    rows.getLong(1), rows.getLong(2), rows.getString(3)));
                }
            }
            return sums;
        } finally {
            if (autoCommit) {
                session.rollback();
                session.setAutoCommit(true);
            }
        }
    }

    /// What is selected of a table's rows: `bucket` and `hash`.
    ///
    /// @param alias of the table
    static String selected(KeyBuckets buckets, String alias) {
        return bucket(buckets, alias) + " AS bucket, " + hash(buckets, alias) + " AS hash";
    }

    private static String bucket(KeyBuckets buckets, String alias) {
        return buckets.whole()
                ? "(%s::pg_catalog.int8 >> %d)"
                        .formatted(column(buckets.key().getFirst(), alias), buckets.bits())
                : "(%s & %d)".formatted(hash(buckets, alias), (1L << buckets.bits()) - 1);
    }

    private static String hash(KeyBuckets buckets, String alias) {
        if (buckets.whole()) {
            return "pg_catalog.hashint8extended(%s::pg_catalog.int8, 0)"
                    .formatted(column(buckets.key().getFirst(), alias));
        }
        String key =
                buckets.key().stream()
                        .map(each -> column(each, alias))
                        .collect(Collectors.joining(", "));
        return buckets.key().size() == 1
                ? "pg_catalog.hashtextextended(%s::pg_catalog.text COLLATE \"C\", 0)".formatted(key)
                : "pg_catalog.hashtextextended(ROW(%s)::pg_catalog.text COLLATE \"C\", 0)"
                        .formatted(key);
    }

    private static String column(RowColumn column, String alias) {
        return (alias.isEmpty() ? "" : alias + ".") + TableName.quote(column.name());
    }

    /// Conditions for the keys of some buckets, each for a read of its own.
    static List<String> in(KeyBuckets buckets, long[] which) {
        if (!buckets.whole()) {
            return List.of(
                    bucket(buckets, "")
                            + " = ANY ('{"
                            + Arrays.stream(which)
                                    .mapToObj(Long::toString)
                                    .collect(Collectors.joining(","))
                            + "}'::pg_catalog.int8[])");
        }
        var reads = new ArrayList<String>();
        var ranges = new ArrayList<String>();
        String key = column(buckets.key().getFirst(), "");
        for (int i = 0; i < which.length; i++) {
            int from = i;
            while (i + 1 < which.length && which[i + 1] == which[i] + 1) {
                i++;
            }
            ranges.add(range(buckets, key, which[from], which[i]));
            if (ranges.size() == RANGES_A_READ || i == which.length - 1) {
                reads.add(String.join(" OR ", ranges));
                ranges.clear();
            }
        }
        return reads;
    }

    private static String range(KeyBuckets buckets, String key, long first, long last) {
        long from = first << buckets.bits();
        long to = (last << buckets.bits()) + (1L << buckets.bits()) - 1;
        return switch (buckets.key().getFirst().type().underlying().name()) {
            // Literals beyond the type's range would compare in a larger type, without the index.
            case "int2" -> range(key, from, to, Short.MIN_VALUE, Short.MAX_VALUE, "int2");
            case "int4" -> range(key, from, to, Integer.MIN_VALUE, Integer.MAX_VALUE, "int4");
            default -> range(key, from, to, Long.MIN_VALUE, Long.MAX_VALUE, "int8");
        };
    }

    private static String range(
            String key, long from, long to, long least, long most, String type) {
        return "%s BETWEEN '%d'::pg_catalog.%s AND '%d'::pg_catalog.%s"
                .formatted(key, Math.max(from, least), type, Math.min(to, most), type);
    }
}
