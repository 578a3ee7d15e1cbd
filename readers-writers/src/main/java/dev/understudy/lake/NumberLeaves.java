package dev.understudy.lake;

import dev.understudy.rows.ValueReader;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.plain.BooleanPlainValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.schema.PrimitiveType;

/// Columns of numbers. Integers are packed by their differences, which suits keys, times and small
/// numbers alike and needs no dictionary.
final class NumberLeaves {
    private NumberLeaves() {}

    abstract static class NumberLeaf extends Leaf {
        final ValueReader reader = new ValueReader();
        final ValuesWriter writer;

        NumberLeaf(Frame frame, ValuesWriter writer) {
            super(frame);
            this.writer = writer;
        }

        PrimitiveType type() {
            return frame.column().getPrimitiveType();
        }

        @Override
        long valueBytes() {
            return writer.getBufferedSize();
        }

        @Override
        BytesInput values() {
            return writer.getBytes();
        }

        @Override
        Encoding encoding() {
            return writer.getEncoding();
        }

        @Override
        void clearPage() {
            writer.reset();
        }

        @Override
        void endGroup(PageWriter unused) {}
    }

    static final class IntLeaf extends NumberLeaf {
        private final IntDecoder decoder;
        private int least = Integer.MAX_VALUE;
        private int greatest = Integer.MIN_VALUE;

        IntLeaf(Frame frame, IntDecoder decoder) {
            super(
                    frame,
                    new DeltaBinaryPackingValuesWriterForInteger(
                            SLAB_BYTES, frame.pageBytes(), MEMORY));
            this.decoder = decoder;
        }

        @Override
        void addValue(byte[] bytes, int start, int length) {
            int value = decoder.decode(reader.set(bytes, start, length));
            reader.end();
            writer.writeInteger(value);
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
            if (frame.bloom()) {
                bloom(hasher.hash(value));
            }
        }

        @Override
        Statistics<?> statistics() {
            var statistics = (IntStatistics) Statistics.createStats(type());
            if (least <= greatest) {
                statistics.setMinMax(least, greatest);
            }
            return statistics;
        }

        @Override
        void clearPage() {
            super.clearPage();
            least = Integer.MAX_VALUE;
            greatest = Integer.MIN_VALUE;
        }
    }

    static final class LongLeaf extends NumberLeaf {
        private final LongDecoder decoder;
        private long least = Long.MAX_VALUE;
        private long greatest = Long.MIN_VALUE;

        LongLeaf(Frame frame, LongDecoder decoder) {
            super(
                    frame,
                    new DeltaBinaryPackingValuesWriterForLong(
                            SLAB_BYTES, frame.pageBytes(), MEMORY));
            this.decoder = decoder;
        }

        @Override
        void addValue(byte[] bytes, int start, int length) {
            long value = decoder.decode(reader.set(bytes, start, length));
            reader.end();
            writer.writeLong(value);
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
            if (frame.bloom()) {
                bloom(hasher.hash(value));
            }
        }

        @Override
        Statistics<?> statistics() {
            var statistics = (LongStatistics) Statistics.createStats(type());
            if (least <= greatest) {
                statistics.setMinMax(least, greatest);
            }
            return statistics;
        }

        @Override
        void clearPage() {
            super.clearPage();
            least = Long.MAX_VALUE;
            greatest = Long.MIN_VALUE;
        }
    }

    /// Types whose least and greatest value follow rules of their own: NaN, two zeros, two values.
    abstract static class SelfCountingLeaf extends NumberLeaf {
        Statistics<?> current;

        SelfCountingLeaf(Frame frame, ValuesWriter writer) {
            super(frame, writer);
            current = Statistics.createStats(type());
        }

        @Override
        Statistics<?> statistics() {
            return current;
        }

        @Override
        void clearPage() {
            super.clearPage();
            current = Statistics.createStats(type());
        }
    }

    static final class FloatLeaf extends SelfCountingLeaf {
        FloatLeaf(Frame frame) {
            super(frame, new PlainValuesWriter(SLAB_BYTES, frame.pageBytes(), MEMORY));
        }

        @Override
        void addValue(byte[] bytes, int start, int length) {
            float value = reader.set(bytes, start, length).float4();
            reader.end();
            writer.writeFloat(value);
            current.updateStats(value);
            if (frame.bloom()) {
                bloom(hasher.hash(value));
            }
        }
    }

    static final class DoubleLeaf extends SelfCountingLeaf {
        DoubleLeaf(Frame frame) {
            super(frame, new PlainValuesWriter(SLAB_BYTES, frame.pageBytes(), MEMORY));
        }

        @Override
        void addValue(byte[] bytes, int start, int length) {
            double value = reader.set(bytes, start, length).float8();
            reader.end();
            writer.writeDouble(value);
            current.updateStats(value);
            if (frame.bloom()) {
                bloom(hasher.hash(value));
            }
        }
    }

    /// Two values need no Bloom filter.
    static final class BooleanLeaf extends SelfCountingLeaf {
        BooleanLeaf(Frame frame) {
            super(frame, new BooleanPlainValuesWriter());
        }

        @Override
        void addValue(byte[] bytes, int start, int length) {
            boolean value = reader.set(bytes, start, length).bool();
            reader.end();
            writer.writeBoolean(value);
            current.updateStats(value);
        }
    }
}
