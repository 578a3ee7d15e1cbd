package dev.understudy.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartWriterTest {
    @TempDir Path folder;
    private ObjectStore store;

    @BeforeEach
    void open() {
        store = ObjectStore.open(StoreLocation.of(folder.toString()));
    }

    private static ColumnType type(String name) {
        return new ColumnType(
                0,
                name,
                name,
                ColumnType.Kind.BASE,
                -1,
                List.of(),
                Optional.empty(),
                List.of(),
                true);
    }

    private static RowShape shape(String... types) {
        List<RowColumn> columns = new ArrayList<>();
        for (String type : types) {
            columns.add(new RowColumn("c" + columns.size(), type(type), false));
        }
        return new RowShape(new TableName("public", "t"), columns);
    }

    /// A row; null for NULL.
    private static void row(RowBatch batch, byte[]... values) {
        batch.append(new byte[] {(byte) (values.length >> 8), (byte) values.length}, 0, 2);
        for (byte[] value : values) {
            byte[] length = new byte[4];
            RowBatch.INT.set(length, 0, value == null ? -1 : value.length);
            batch.append(length, 0, 4);
            if (value != null) {
                batch.append(value, 0, value.length);
            }
        }
        batch.endRow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Part write(RowBatch batch, PartOptions options) {
        try (var writer = PartWriter.open(store, "part.parquet", batch.shape(), options)) {
            writer.write(batch);
            return writer.finish();
        }
    }

    private String query(String sql) throws SQLException {
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement();
                var rows =
                        statement.executeQuery(
                                sql.replace("PART", "'" + folder.resolve("part.parquet") + "'"))) {
            rows.next();
            return rows.getString(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCodecAndEveryWayOfPackingTextComesBack(PartOptions.Compression compression)
            throws Exception {
        var batch = new RowBatch(shape("text", "text", "text", "text"), 1024);
        var random = new Random(7);
        long few = 0;
        long many = 0;
        for (int i = 0; i < 70_000; i++) {
            String unique = "value " + random.nextLong();
            String turning = i < 5_000 ? "few" : "many " + i;
            row(batch, bytes("k" + i % 5), bytes(unique), bytes(turning), null);
            few += i % 5;
            many += unique.length() + turning.length();
        }
        Part part =
                write(
                        batch,
                        PartOptions.DEFAULT
                                .withCompression(compression)
                                .withRowGroupBytes(1 << 20)
                                .withBloomColumns(Set.of("c0", "c1")));
        assertThat(part.rows()).isEqualTo(70_000);
        assertThat(query("SELECT sum(substr(c0, 2)::int)::bigint FROM PART")).isEqualTo("" + few);
        assertThat(query("SELECT sum(length(c1) + length(c2)) FROM PART")).isEqualTo("" + many);
        assertThat(query("SELECT count(*) FROM PART WHERE c2 = 'many 69999'")).isEqualTo("1");
        assertThat(query("SELECT count(*) FROM PART WHERE c0 = 'k3'")).isEqualTo("14000");
        assertThat(query("SELECT count(c3) FROM PART")).isEqualTo("0");
        assertThat(query("SELECT max(row_group_id) > 0 FROM parquet_metadata(PART)"))
                .isEqualTo("true");
        assertThat(
                        query(
                                "SELECT min(stats_min_value) FROM parquet_metadata(PART) WHERE path_in_schema = 'c0'"))
                .isEqualTo("k0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theStatisticsOfAColumnAreItsLeastAndItsGreatestValue(long seed) throws Exception {
        var decimal =
                new ColumnType(
                        0,
                        "numeric(38,0)",
                        "numeric",
                        ColumnType.Kind.BASE,
                        (38 << 16) + 4,
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        true);
        var shape =
                new RowShape(
                        new TableName("public", "t"),
                        List.of(
                                new RowColumn("c0", type("text"), false),
                                new RowColumn("c1", decimal, false)));
        var batch = new RowBatch(shape, 1024);
        var random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            // Alike for about as long as the bytes that are compared in one step, or ended before.
            var text = new StringBuilder("é".repeat(random.nextInt(6)));
            random.ints(random.nextInt(5), 'a', 'c').forEach(text::appendCodePoint);
            var number = new byte[12];
            RowBatch.SHORT.set(number, 0, (short) 2); // two digits to the base of 10,000
            RowBatch.SHORT.set(number, 2, (short) random.nextInt(1, 9));
            RowBatch.SHORT.set(number, 4, (short) (random.nextBoolean() ? 0x4000 : 0));
            RowBatch.SHORT.set(number, 8, (short) random.nextInt(1, 10_000));
            RowBatch.SHORT.set(number, 10, (short) random.nextInt(1, 10_000));
            row(batch, bytes(text.toString()), number);
        }
        write(batch, PartOptions.DEFAULT);
        for (String column : List.of("c0", "c1")) {
            assertThat(
                            query(
                                    "SELECT concat_ws('|', stats_min_value, stats_max_value) FROM parquet_metadata(PART)"
                                            + " WHERE path_in_schema = '"
                                            + column
                                            + "'"))
                    .isEqualTo(
                            query(
                                    "SELECT concat_ws('|', list_min(list(%1$s)), list_max(list(%1$s))) FROM PART"
                                            .formatted(column)));
        }
    }

    @Test
    void threeHundredColumnsStayInTheirMemory() throws Exception {
        var types = new String[300];
        java.util.Arrays.fill(types, "text");
        var batch = new RowBatch(shape(types), 1024);
        var random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[][] values = new byte[300][];
            for (int column = 0; column < 300; column++) {
                values[column] = bytes("v" + random.nextLong());
            }
            row(batch, values);
        }
        var options = PartOptions.DEFAULT.withRowGroupBytes(4 << 20);
        try (var writer = PartWriter.open(store, "part.parquet", batch.shape(), options)) {
            for (int i = 0; i < 8; i++) {
                writer.write(batch);
            }
            assertThat(writer.finish().rows()).isEqualTo(4000);
        }
        assertThat(query("SELECT sum(length(c299)) FROM PART")).isNotNull();
        assertThat(
                        Integer.parseInt(
                                query(
                                                "SELECT max(total_compressed_size) FROM (SELECT sum(total_compressed_size) AS total_compressed_size FROM parquet_metadata(PART) GROUP BY row_group_id)")
                                        .replace(".0", "")))
                .isLessThan(6 << 20);
    }

    @Test
    void valuesOfTenMegabytesPass() throws Exception {
        byte[] large = new byte[10 << 20];
        new Random(5).nextBytes(large);
        var batch = new RowBatch(shape("bytea", "int4"), 1024);
        try (var writer =
                PartWriter.open(store, "part.parquet", batch.shape(), PartOptions.DEFAULT)) {
            for (int i = 0; i < 6; i++) {
                batch.clear(batch.shape());
                row(batch, large, new byte[] {0, 0, 0, (byte) i});
                writer.write(batch);
            }
            writer.finish();
        }
        assertThat(query("SELECT sum(octet_length(c0)) FROM PART"))
                .isEqualTo("" + 6 * large.length);
        assertThat(query("SELECT count(DISTINCT md5(c0)) FROM PART")).isEqualTo("1");
    }

    @Test
    void aChangePartSaysInThreeColumnsWhatItsRowsAre() throws Exception {
        var batch = new RowBatch(shape("text", "int4"), 1024);
        for (int i = 0; i < 50_000; i++) {
            row(batch, bytes("k" + i), null);
        }
        var change =
                new Change(
                        Change.Op.DELETE,
                        "7-c0ffee",
                        Instant.parse("2026-11-21T17:05:00.123456789Z"));
        var options = PartOptions.DEFAULT.withRowGroupBytes(1 << 16).withChange(change);
        assertThat(write(batch, options).rows()).isEqualTo(50_000);
        assertThat(
                        query(
                                "SELECT concat_ws('|', min(_op), max(_op), min(_run), max(_run), count(*), count(DISTINCT c0), count(c1)) FROM PART"))
                .isEqualTo("d|d|7-c0ffee|7-c0ffee|50000|50000|0");
        assertThat(
                        query(
                                "SELECT concat_ws('|', epoch_us(min(_at)), epoch_us(max(_at)), typeof(min(_at))) FROM PART"))
                .isEqualTo("1795280700123456|1795280700123456|TIMESTAMP WITH TIME ZONE");
        assertThat(query("SELECT count(*) FROM PART WHERE _op = 'u' OR _at < '2026-01-01'"))
                .isEqualTo("0");
        assertThat(
                        Long.parseLong(
                                query(
                                        "SELECT sum(total_compressed_size)::bigint FROM parquet_metadata(PART) WHERE path_in_schema LIKE '\\_%' ESCAPE '\\'")))
                .isLessThan(5_000);
        var plain = new RowBatch(shape("int4"), 16); // the smallest part, and one without any row
        row(plain, new byte[4]);
        write(plain, options);
        assertThat(query("SELECT _run FROM PART")).isEqualTo("7-c0ffee");
        write(new RowBatch(shape("int4"), 16), options);
        assertThat(query("SELECT count(_at) FROM PART")).isEqualTo("0");
    }

    @Test
    void aTableThatHasAColumnOfAChangesNameCannotHaveChangeParts() {
        var shape =
                new RowShape(
                        new TableName("public", "t"),
                        List.of(new RowColumn("_OP", type("int4"), false)));
        var options =
                PartOptions.DEFAULT.withChange(
                        new Change(Change.Op.UPSERT, "r", Instant.ofEpochSecond(0)));
        assertThat(Change.clash(List.of("op", "_AT"))).contains("_AT");
        assertThat(Change.clash(List.of("op", "at"))).isEmpty();
        assertThatThrownBy(() -> write(new RowBatch(shape, 16), options))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("public.t._OP")
                .hasMessageContaining("name is taken");
    }

    @Test
    void rowsWithoutColumnsHaveOneThatCountsThem() throws Exception {
        var batch = new RowBatch(shape(), 1024);
        for (int i = 0; i < 100_000; i++) {
            row(batch);
        }
        assertThat(write(batch, PartOptions.DEFAULT).rows()).isEqualTo(100_000);
        assertThat(query("SELECT sum(_row) FROM PART")).isEqualTo("100000");
    }

    @Test
    void aPartWithoutRowsIsAFile() throws Exception {
        Part part = write(new RowBatch(shape("int4"), 16), PartOptions.DEFAULT);
        assertThat(part.rows()).isZero();
        assertThat(query("SELECT count(*) FROM PART")).isEqualTo("0");
        assertThat(part.sha256()).hasSize(64);
    }

    @Test
    void aWriterThatIsClosedBeforeItsEndLeavesNothing() {
        var batch = new RowBatch(shape("int4"), 16);
        row(batch, new byte[4]);
        try (var writer =
                PartWriter.open(store, "part.parquet", batch.shape(), PartOptions.DEFAULT)) {
            writer.write(batch);
            assertThat(writer.rows()).isEqualTo(1);
            assertThat(writer.bytesWritten()).isPositive();
        }
        assertThat(store.size("part.parquet")).isEmpty();
    }

    @Test
    void bytesThatContradictTheirTypeAreRefusedByColumnWithoutTheValue() {
        var batch = new RowBatch(shape("int4", "int8"), 16);
        row(batch, new byte[4], bytes("secret"));
        assertThatThrownBy(() -> write(batch, PartOptions.DEFAULT))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("public.t.c1")
                .hasMessageNotContaining("secret");
        assertThat(store.size("part.parquet")).isEmpty();
    }

    @Test
    void aRowThatEndsTooEarlyOrTooLateIsRefused() {
        for (int change : new int[] {-2, 5, 1_000_000_000}) {
            var batch = new RowBatch(shape("text", "text"), 16);
            row(batch, bytes("a"), bytes("b"));
            RowBatch.INT.set(batch.bytes(), 2, change);
            assertThatThrownBy(() -> write(batch, PartOptions.DEFAULT))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("row 0 of a batch is corrupt");
        }
        var batch = new RowBatch(shape("text"), 16);
        row(batch, bytes("a"), bytes("b"));
        assertThatThrownBy(() -> write(batch, PartOptions.DEFAULT))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("does not have 1 columns");
    }

    @Test
    void aTimeThatParquetHasNoNumberForIsRefusedAndNotTurnedAround() {
        var batch = new RowBatch(shape("timestamp"), 16);
        byte[] last = new byte[8];
        dev.understudy.rows.ValueReader.LONG.set(last, 0, Long.MAX_VALUE - 1);
        row(batch, last);
        assertThatThrownBy(() -> write(batch, PartOptions.DEFAULT))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("public.t.c0")
                .hasMessageContaining("lake: { text: [");
    }
}
