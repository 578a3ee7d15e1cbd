package dev.understudy.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Types;

/// A column that has one value in all rows of a part: a dictionary of one, and pages of a few
/// bytes.
final class ConstantLeaf extends Leaf {
    /// Stands for the columns of a table that has none, so that its rows can be counted.
    static final Constant ROW = new Constant(Types.required(INT64).named("_row"), 1L);

    private static final byte[] NONE = {};

    private final Constant constant;
    private int count;

    private ConstantLeaf(Frame frame, Constant constant) {
        super(frame);
        this.constant = constant;
    }

    /// A column and its value.
    ///
    /// @param value a String or a Long
    record Constant(PrimitiveType type, Object value) {
        Constant {
            if (type.getRepetition() != PrimitiveType.Repetition.REQUIRED) {
                throw new IllegalArgumentException(type + " may be null");
            }
        }

        ConstantLeaf bind(Frame frame) {
            return new ConstantLeaf(frame, this);
        }
    }

    /// The columns that tell a change.
    static List<Constant> of(Change change) {
        return List.of(
                text(Change.OP, change.op().letter()),
                text(Change.RUN, change.run()),
                new Constant(
                        Types.required(INT64)
                                .as(LogicalTypeAnnotation.timestampType(true, MICROS))
                                .named(Change.AT),
                        ChronoUnit.MICROS.between(Instant.EPOCH, change.at())));
    }

    private static Constant text(String name, String value) {
        return new Constant(
                Types.required(BINARY).as(LogicalTypeAnnotation.stringType()).named(name), value);
    }

    void repeat(int rows) {
        for (int i = 0; i < rows; i++) {
            add(NONE, 0, 0, 0, 0);
        }
    }

    @Override
    void addValue(byte[] bytes, int start, int length) {
        count++;
    }

    @Override
    long valueBytes() {
        return 0;
    }

    @Override
    BytesInput values() throws IOException {
        var ids = new RunLengthBitPackingHybridEncoder(0, SLAB_BYTES, frame.pageBytes(), MEMORY);
        for (int i = 0; i < count; i++) {
            ids.writeInt(0);
        }
        return BytesInput.concat(BytesInput.from(new byte[] {0}), ids.toBytes());
    }

    @Override
    Encoding encoding() {
        return Encoding.RLE_DICTIONARY;
    }

    @Override
    Statistics<?> statistics() {
        Statistics<?> statistics = Statistics.createStats(constant.type());
        if (constant.value() instanceof Long number) {
            statistics.updateStats(number);
        } else {
            statistics.updateStats(Binary.fromString((String) constant.value()));
        }
        return statistics;
    }

    @Override
    void clearPage() {
        count = 0;
    }

    @Override
    void endGroup(PageWriter writer) throws IOException {
        BytesInput plain =
                constant.value() instanceof Long number
                        ? BytesInput.from(littleEndian(number, Long.BYTES))
                        : text((String) constant.value());
        writer.writeDictionaryPage(new DictionaryPage(plain, 1, Encoding.PLAIN));
    }

    private static BytesInput text(String value) {
        byte[] bytes = value.getBytes(UTF_8);
        return BytesInput.concat(
                BytesInput.from(littleEndian(bytes.length, Integer.BYTES)), BytesInput.from(bytes));
    }

    private static byte[] littleEndian(long number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number >>> (8 * i));
        }
        return bytes;
    }
}
