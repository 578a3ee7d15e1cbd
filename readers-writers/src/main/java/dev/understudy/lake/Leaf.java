package dev.understudy.lake;

import dev.understudy.rows.ValueReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.jspecify.annotations.Nullable;

/// A physical Parquet column: collects levels and values of the current page and hands full pages
/// to the row group.
abstract non-sealed class Leaf extends Field {
    static final ByteBufferAllocator MEMORY = HeapByteBufferAllocator.getInstance();
    static final int SLAB_BYTES = 512;

    // Pages this short keep the page index useful; parquet-java has the same limit.
    private static final int PAGE_ROWS = 20_000;
    private static final double BLOOM_FALSE_POSITIVES = 0.01;
    private static final int BLOOM_MAXIMAL_BYTES = 1 << 20;

    /// What a leaf is made with.
    ///
    /// @param pageBytes how large a page may grow before it is compressed
    record Frame(ColumnDescriptor column, int pageBytes, boolean bloom) {}

    final Frame frame;
    private final int valueLevel;
    private final @Nullable RunLengthBitPackingHybridEncoder definitions;
    private final @Nullable RunLengthBitPackingHybridEncoder repetitions;
    private @Nullable ColumnChunkPageWriteStore group;
    private @Nullable PageWriter pages;
    private int rows;
    private int entries;
    private int nulls;
    private long[] bloomHashes = {};
    private int bloomCount;
    final BlockSplitBloomFilter hasher = new BlockSplitBloomFilter(32);

    Leaf(Frame frame) {
        this.frame = frame;
        valueLevel = frame.column().getMaxDefinitionLevel();
        definitions = levels(valueLevel);
        repetitions = levels(frame.column().getMaxRepetitionLevel());
    }

    private @Nullable RunLengthBitPackingHybridEncoder levels(int maximum) {
        return maximum == 0
                ? null
                : new RunLengthBitPackingHybridEncoder(
                        BytesUtils.getWidthFromMaxInt(maximum),
                        SLAB_BYTES,
                        frame.pageBytes(),
                        MEMORY);
    }

    /// Adds a value that is not null to the page.
    abstract void addValue(byte[] bytes, int start, int length);

    /// Bytes of the page's values so far.
    abstract long valueBytes();

    /// Bytes held for the row group beside its pages.
    long dictionaryBytes() {
        return 0;
    }

    abstract BytesInput values() throws IOException;

    abstract Encoding encoding();

    /// Least and greatest value of the page; the number of nulls is added by the caller. Null if
    /// they are not known.
    abstract @Nullable Statistics<?> statistics();

    abstract void clearPage();

    /// Called once all pages of a row group are written, and before the next begins.
    abstract void endGroup(PageWriter writer) throws IOException;

    final void beginGroup(ColumnChunkPageWriteStore store) {
        group = store;
        pages = store.getPageWriter(frame.column());
    }

    @Override
    final void add(byte[] bytes, int start, int length, int repetition, int definition) {
        level(repetition, valueLevel);
        addValue(bytes, start, length);
    }

    @Override
    final void addNull(int repetition, int definition) {
        level(repetition, definition);
        nulls++;
    }

    private void level(int repetition, int definition) {
        try {
            if (repetition == 0) {
                if (rows == PAGE_ROWS || valueBytes() >= frame.pageBytes()) {
                    writePage();
                }
                rows++;
            }
            entries++;
            if (repetitions != null) {
                repetitions.writeInt(repetition);
            }
            if (definitions != null) {
                definitions.writeInt(definition);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the page; only between two rows.
    final void writePage() throws IOException {
        if (rows == 0 || pages == null) {
            return;
        }
        Statistics<?> statistics = statistics();
        if (statistics != null) {
            statistics.incrementNumNulls(nulls);
        }
        pages.writePage(
                BytesInput.concat(bytesOf(repetitions), bytesOf(definitions), values()),
                entries,
                rows,
                statistics,
                Encoding.RLE,
                Encoding.RLE,
                encoding());
        rows = 0;
        entries = 0;
        nulls = 0;
        clearPage();
        if (repetitions != null) {
            repetitions.reset();
        }
        if (definitions != null) {
            definitions.reset();
        }
    }

    private static BytesInput bytesOf(@Nullable RunLengthBitPackingHybridEncoder levels)
            throws IOException {
        if (levels == null) {
            return BytesInput.empty();
        }
        BytesInput bytes = levels.toBytes();
        return BytesInput.concat(BytesInput.fromInt((int) bytes.size()), bytes);
    }

    final void finishGroup() throws IOException {
        writePage();
        if (pages == null || group == null) {
            return;
        }
        endGroup(pages);
        if (frame.bloom()) {
            int bits =
                    BlockSplitBloomFilter.optimalNumOfBits(bloomCount + 1, BLOOM_FALSE_POSITIVES);
            var filter = new BlockSplitBloomFilter(bits / 8, BLOOM_MAXIMAL_BYTES);
            for (int i = 0; i < bloomCount; i++) {
                filter.insertHash(bloomHashes[i]);
            }
            bloomCount = 0;
            group.getBloomFilterWriter(frame.column()).writeBloomFilter(filter);
        }
        group = null;
        pages = null;
    }

    /// Remembers the hash of a value for the Bloom filter, whose size is known only at the end.
    final void bloom(long hash) {
        if (bloomCount == bloomHashes.length) {
            bloomHashes = Arrays.copyOf(bloomHashes, Math.max(1024, 2 * bloomCount));
        }
        bloomHashes[bloomCount++] = hash;
    }

    /// Memory that the row group takes so far in this column.
    final long buffered() {
        return valueBytes()
                + dictionaryBytes()
                + 8L * bloomCount
                + (pages == null ? 0 : pages.getMemSize())
                + (repetitions == null ? 0 : repetitions.getBufferedSize())
                + (definitions == null ? 0 : definitions.getBufferedSize());
    }

    /// Reads a whole value as a number.
    interface IntDecoder {
        int decode(ValueReader value);
    }

    /// Reads a whole value as a number.
    interface LongDecoder {
        long decode(ValueReader value);
    }

    /// Reads a whole value and puts its Parquet form into the leaf.
    interface BytesDecoder {
        void decode(ValueReader value, BytesLeaf leaf);
    }
}
