package dev.understudy.lake;

import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.rows.ValueReader;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// What a row costs on its way into Parquet: CPU of this thread, for a table of 14 columns and
/// about 370 bytes a row. Run by hand, with the number of rows in millions and the codec as
/// arguments.
final class ParquetBenchmark {
    private static final int BATCH_ROWS = 20_000;

    private ParquetBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int batches = (arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1) * 50;
        var options =
                PartOptions.DEFAULT.withCompression(
                        PartOptions.Compression.valueOf(
                                arguments.length > 1 ? arguments[1] : "ZSTD"));
        var folder = Files.createTempDirectory("understudy-parquet");
        RowBatch[] rows = new RowBatch[10];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = batch(i);
        }
        long rowBytes = rows[0].size() / rows[0].rows();
        var threads = ManagementFactory.getThreadMXBean();
        try (ObjectStore store = ObjectStore.open(StoreLocation.of(folder.toString()))) {
            for (int round = 0; round < 4; round++) {
                long cpu = threads.getCurrentThreadCpuTime();
                long wall = System.nanoTime();
                Part part;
                try (var writer = PartWriter.open(store, "part", rows[0].shape(), options)) {
                    for (int i = 0; i < batches; i++) {
                        writer.write(rows[i % rows.length]);
                    }
                    part = writer.finish();
                }
                long spent = threads.getCurrentThreadCpuTime() - cpu;
                System.out.printf(
                        "%,d rows of %d bytes: %.2f µs CPU a row, %.2f µs wall, %d bytes a row%n",
                        part.rows(),
                        rowBytes,
                        spent / 1e3 / part.rows(),
                        (System.nanoTime() - wall) / 1e3 / part.rows(),
                        part.bytes() / part.rows());
            }
            store.delete(List.of("part"));
        }
        Files.deleteIfExists(folder);
    }

    private static final List<RowColumn> COLUMNS =
            List.of(
                    column("id", "int8"),
                    column("email", "text"),
                    column("first_name", "text"),
                    column("last_name", "text"),
                    column("phone", "text"),
                    column("national_number", "text"),
                    column("birth_date", "date"),
                    column("street", "text"),
                    column("city", "text"),
                    column("balance", "numeric"),
                    column("status", "text"),
                    column("created_at", "timestamptz"),
                    column("updated_at", "timestamptz"),
                    column("notes", "text"));

    private static RowColumn column(String name, String type) {
        int modifier = type.equals("numeric") ? (12 << 16 | 2) + 4 : -1;
        return new RowColumn(
                name,
                new ColumnType(
                        0,
                        type,
                        type,
                        ColumnType.Kind.BASE,
                        modifier,
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        true),
                false);
    }

    private static RowBatch batch(int number) {
        var random = new Random(number);
        var shape = new RowShape(new TableName("public", "customer"), COLUMNS);
        var batch = new RowBatch(shape, 8 << 20);
        for (int row = 0; row < BATCH_ROWS; row++) {
            long id = (long) number * BATCH_ROWS + row;
            batch.append(new byte[] {0, (byte) COLUMNS.size()}, 0, 2);
            number(batch, id, 8);
            text(batch, "user" + id * 7919 % 9_999_991 + "@mail" + random.nextInt(50) + ".example");
            text(batch, word(random, 3000));
            text(batch, word(random, 20000));
            text(batch, "+1555%07d".formatted(random.nextInt(10_000_000)));
            text(batch, "%09d".formatted(random.nextInt(1_000_000_000)));
            number(batch, random.nextInt(-20000, 3000), 4);
            text(batch, random.nextInt(9999) + " " + word(random, 500) + " Street");
            text(batch, word(random, 800));
            numeric(batch, random.nextInt(10_000), random.nextInt(10_000), random.nextInt(100));
            text(batch, List.of("active", "closed", "pending").get(random.nextInt(3)));
            number(batch, 800_000_000_000_000L + id * 1_000_003, 8);
            number(batch, 800_000_000_000_000L + random.nextLong(1L << 45), 8);
            var notes = new StringBuilder();
            while (notes.length() < 130) {
                notes.append(word(random, 5000)).append(' ');
            }
            text(batch, notes.toString());
            batch.endRow();
        }
        return batch;
    }

    private static String word(Random random, int different) {
        return "W" + Integer.toString((random.nextInt(different) + 1000) * 31_337, 36);
    }

    private static void text(RowBatch batch, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        batch.append(new byte[] {0, 0, 0, (byte) bytes.length}, 0, 4);
        batch.append(bytes, 0, bytes.length);
    }

    private static void number(RowBatch batch, long value, int length) {
        byte[] bytes = new byte[8];
        ValueReader.LONG.set(bytes, 0, value);
        batch.append(new byte[] {0, 0, 0, (byte) length}, 0, 4);
        batch.append(bytes, 8 - length, length);
    }

    private static void numeric(RowBatch batch, int high, int low, int cents) {
        byte[] bytes = new byte[18];
        bytes[3] = 14;
        RowBatch.SHORT.set(bytes, 4, (short) 3);
        RowBatch.SHORT.set(bytes, 6, (short) 1);
        RowBatch.SHORT.set(bytes, 10, (short) 2);
        RowBatch.SHORT.set(bytes, 12, (short) high);
        RowBatch.SHORT.set(bytes, 14, (short) low);
        RowBatch.SHORT.set(bytes, 16, (short) (100 * cents));
        batch.append(bytes, 0, 18);
    }
}
