package lake;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lpad;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/// Reads one table over JDBC in two key ranges, masks six of its columns with Spark's own functions,
/// and writes Parquet with zstd. The functions are cheaper and weaker than a keyed cipher; that is in
/// Spark's favour.
public final class SparkLake {
    private static final String SECRET = "benchmark";

    private SparkLake() {}

    public static void main(String[] arguments) throws IOException {
        String url = System.getenv("BENCH_SOURCE_URL");
        String lake = System.getenv("BENCH_LAKE");
        try (SparkSession spark =
                SparkSession.builder()
                        .master("local[2]")
                        .appName("lake")
                        .config("spark.ui.enabled", false)
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.sql.session.timeZone", "UTC")
                        .config("spark.sql.parquet.compression.codec", "zstd")
                        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
                        .getOrCreate()) {
            // Spark's start is not counted: the clock begins with the first query.
            long start = System.nanoTime();
            Row ends =
                    table(spark, url, "(SELECT min(id), max(id) FROM customer) AS ends").load().first();
            Dataset<Row> customers =
                    table(spark, url, "customer")
                            .option("partitionColumn", "id")
                            .option("lowerBound", ends.getLong(0))
                            .option("upperBound", ends.getLong(1) + 1)
                            .option("numPartitions", 2)
                            .load();
            customers
                    .withColumns(masked())
                    .write()
                    .mode(SaveMode.Overwrite)
                    .parquet(lake + "/customer");
            System.out.printf(
                    "{\"status\": \"COMPLETED\", \"durationMillis\": %d}%n",
                    (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static org.apache.spark.sql.DataFrameReader table(
            SparkSession spark, String url, String table) {
        return spark.read()
                .format("jdbc")
                .option("driver", "org.postgresql.Driver")
                .option("url", url)
                .option("user", "bench")
                .option("dbtable", table)
                .option("fetchsize", 10_000);
    }

    private static Map<String, Column> masked() {
        return Map.of(
                "email",
                concat(
                        lit("u"),
                        substring(sha2(concat(lit(SECRET), col("email")).cast("binary"), 256), 1, 16),
                        lit("@example.com")),
                "first_name", fromList("first_name", "Ash", "Bo", "Cleo", "Drew", "Eden", "Fay", "Gene", "Jo"),
                "last_name", fromList("last_name", "Ash", "Berg", "Cole", "Dahl", "Engel", "Frost", "Gray", "Hill"),
                "phone", concat(lit("+49 30 "), digits("phone", 8)),
                "tax_number", digits("tax_number", 9),
                "birth_date", date_add(col("birth_date"), draw("birth_date", 365).cast("int")));
    }

    private static Column draw(String column, long bound) {
        return pmod(xxhash64(lit(SECRET), col(column)), lit(bound));
    }

    private static Column digits(String column, int length) {
        return lpad(draw(column, (long) Math.pow(10, length)).cast("string"), length, "0");
    }

    private static Column fromList(String column, String... names) {
        Column[] list = Stream.of(names).map(name -> lit(name)).toArray(Column[]::new);
        return element_at(array(list), draw(column, names.length).plus(1).cast("int"));
    }
}
