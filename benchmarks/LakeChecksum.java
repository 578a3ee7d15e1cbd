import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Reads Parquet files with DuckDB: rows and an order-free checksum of each table.
///
/// Standard input has a line a file, `table TAB path`; standard output a line a table, `table TAB
/// rows TAB checksum`. The argument names columns, parted by commas, that the checksum leaves out.
public final class LakeChecksum {
    public static void main(String[] arguments) throws Exception {
        Map<String, List<String>> parts =
                new BufferedReader(new InputStreamReader(System.in))
                        .lines()
                        .map(line -> line.split("\t", 2))
                        .collect(
                                Collectors.groupingBy(
                                        line -> line[0],
                                        TreeMap::new,
                                        Collectors.mapping(line -> line[1], Collectors.toList())));
        List<String> without =
                arguments.length == 0 || arguments[0].isEmpty() ? List.of() : List.of(arguments[0].split(","));
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            statement.execute("SET threads = 2");
            for (Map.Entry<String, List<String>> table : parts.entrySet()) {
                String files =
                        table.getValue().stream().map(LakeChecksum::literal).collect(Collectors.joining(", ", "[", "]"));
                String excluded =
                        without.isEmpty() ? "" : " EXCLUDE (" + String.join(", ", without) + ")";
                // The folders' names tell the run, which is no column.
                String query =
                        "SELECT count(*), coalesce(sum(hash(line)), 0)::VARCHAR FROM (SELECT *%s FROM read_parquet(%s, hive_partitioning = false)) AS line"
                                .formatted(excluded, files);
                try (ResultSet row = statement.executeQuery(query)) {
                    row.next();
                    System.out.println(table.getKey() + "\t" + row.getLong(1) + "\t" + row.getString(2));
                }
            }
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
