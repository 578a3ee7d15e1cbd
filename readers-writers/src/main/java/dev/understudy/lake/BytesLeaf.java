package dev.understudy.lake;

import dev.understudy.rows.ValueReader;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/// A column of byte strings, of any or of one fixed length.
///
/// The first values of a row group go through a dictionary; if most of them differ, they are taken
/// out of it again and the row group does without: hashing unique values was the largest cost of
/// writing Parquet. Otherwise pages hold lengths, packed, and the bytes behind them.
final class BytesLeaf extends Leaf {
    private static final int SAMPLE = 2000;
    private static final int LONGEST_IN_DICTIONARY = 512;
    private static final int LONGEST_IN_STATISTICS = 1024;
    private static final int MOST_IN_DICTIONARY = 1 << 15;

    private enum Mode {
        SAMPLING,
        DICTIONARY,
        PLAIN
    }

    private final BytesDecoder decoder;
    private final ValueReader reader = new ValueReader();
    private final int fixedLength;
    private final boolean signed;

    private Mode mode = Mode.SAMPLING;
    private BytesDictionary dictionary;
    private int[] ids = {};
    private int idCount;

    private byte[] plain = new byte[SLAB_BYTES];
    private int plainSize;
    private int plainCount;
    private final DeltaBinaryPackingValuesWriterForInteger lengths;

    private byte @Nullable [] least;
    private byte @Nullable [] greatest;
    private long leastFirst;
    private long greatestFirst;
    private boolean boundsKnown = true;

    BytesLeaf(Frame frame, BytesDecoder decoder) {
        super(frame);
        this.decoder = decoder;
        var type = frame.column().getPrimitiveType();
        boolean fixed =
                type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        fixedLength = fixed ? type.getTypeLength() : 0;
        signed = LakeTypes.isDecimal(type);
        dictionary = new BytesDictionary(fixed);
        lengths =
                new DeltaBinaryPackingValuesWriterForInteger(SLAB_BYTES, frame.pageBytes(), MEMORY);
    }

    @Override
    void addValue(byte[] bytes, int start, int length) {
        decoder.decode(reader.set(bytes, start, length), this);
        reader.end();
    }

    /// Takes the bytes of the present value.
    void put(byte[] bytes, int start, int length) {
        if (fixedLength > 0 && length != fixedLength) {
            throw new ValueReader.CorruptValue(length + " bytes, not " + fixedLength);
        }
        if (boundsKnown) {
            extendBounds(bytes, start, length);
        }
        if (frame.bloom()) {
            bloom(hasher.hash(Binary.fromReusedByteArray(bytes, start, length)));
        }
        if (mode == Mode.PLAIN) {
            putPlain(bytes, start, length);
            return;
        }
        if (mode == Mode.SAMPLING && length > LONGEST_IN_DICTIONARY) {
            giveUpDictionary();
            putPlain(bytes, start, length);
            return;
        }
        if (idCount == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(256, 2 * idCount));
        }
        ids[idCount++] = dictionary.idOf(bytes, start, length);
        if (mode == Mode.SAMPLING) {
            if (dictionary.size() > SAMPLE / 2 || dictionary.byteCount() > frame.pageBytes()) {
                giveUpDictionary();
            } else if (idCount == SAMPLE) {
                mode = Mode.DICTIONARY;
            }
        }
    }

    private void putPlain(byte[] bytes, int start, int length) {
        if (plain.length - plainSize < length) {
            long wanted = Math.max((long) plainSize + length, plainSize + (plainSize >> 1));
            plain = Arrays.copyOf(plain, (int) Math.min(wanted, Integer.MAX_VALUE - 8L));
        }
        System.arraycopy(bytes, start, plain, plainSize, length);
        plainSize += length;
        plainCount++;
        if (fixedLength == 0) {
            lengths.writeInteger(length);
        }
    }

    /// No page was written yet: what the dictionary took moves into the page.
    private void giveUpDictionary() {
        mode = Mode.PLAIN;
        for (int i = 0; i < idCount; i++) {
            int id = ids[i];
            putPlain(dictionary.bytes(), dictionary.start(id), dictionary.length(id));
        }
        idCount = 0;
        ids = new int[0];
        dictionary = new BytesDictionary(fixedLength > 0);
    }

    private boolean dictionaryIsFull() {
        return dictionary.size() >= MOST_IN_DICTIONARY
                || dictionary.byteCount() >= frame.pageBytes();
    }

    @Override
    long valueBytes() {
        if (mode == Mode.PLAIN) {
            return plainSize + (fixedLength > 0 ? 0 : lengths.getBufferedSize());
        }
        // A full dictionary ends its last page.
        return mode == Mode.DICTIONARY && dictionaryIsFull() ? Integer.MAX_VALUE : 2L * idCount;
    }

    @Override
    long dictionaryBytes() {
        return dictionary.byteCount() + 4L * ids.length;
    }

    @Override
    BytesInput values() throws IOException {
        if (idCount > 0) {
            int width = BytesUtils.getWidthFromMaxInt(dictionary.size() - 1);
            var encoder =
                    new RunLengthBitPackingHybridEncoder(
                            width, SLAB_BYTES, frame.pageBytes(), MEMORY);
            for (int i = 0; i < idCount; i++) {
                encoder.writeInt(ids[i]);
            }
            return BytesInput.concat(BytesInput.from(new byte[] {(byte) width}), encoder.toBytes());
        }
        BytesInput bytes = BytesInput.from(plain, 0, plainSize);
        return encoding() == Encoding.PLAIN ? bytes : BytesInput.concat(lengths.getBytes(), bytes);
    }

    @Override
    Encoding encoding() {
        if (idCount > 0) {
            return Encoding.RLE_DICTIONARY;
        }
        boolean lengthsNeeded = fixedLength == 0 && plainCount > 0;
        return lengthsNeeded ? Encoding.DELTA_LENGTH_BYTE_ARRAY : Encoding.PLAIN;
    }

    private void extendBounds(byte[] bytes, int start, int length) {
        if (length > LONGEST_IN_STATISTICS) {
            boundsKnown = false;
            return;
        }
        long first = first(bytes, start, length);
        if (least == null || greatest == null) {
            least = Arrays.copyOfRange(bytes, start, start + length);
            leastFirst = first;
            greatest = least;
            greatestFirst = first;
        } else if (Long.compareUnsigned(first, leastFirst) <= 0
                && compare(bytes, start, length, least) < 0) {
            least = Arrays.copyOfRange(bytes, start, start + length);
            leastFirst = first;
        } else if (Long.compareUnsigned(first, greatestFirst) >= 0
                && compare(bytes, start, length, greatest) > 0) {
            greatest = Arrays.copyOfRange(bytes, start, start + length);
            greatestFirst = first;
        }
    }

    /// The first eight bytes, zeros behind a shorter value: an unsigned number in the order of the
    /// values, which tells nearly all of them from the bounds in one step.
    private long first(byte[] bytes, int start, int length) {
        long first = 0;
        if (length >= 8) {
            first = (long) ValueReader.LONG.get(bytes, start);
        } else {
            for (int i = 0; i < length; i++) {
                first |= (bytes[start + i] & 0xFFL) << (56 - 8 * i);
            }
        }
        return signed ? first ^ Long.MIN_VALUE : first;
    }

    private int compare(byte[] bytes, int start, int length, byte[] other) {
        if (signed && bytes[start] != other[0]) {
            return Byte.compare(bytes[start], other[0]);
        }
        return Arrays.compareUnsigned(bytes, start, start + length, other, 0, other.length);
    }

    @Override
    @Nullable Statistics<?> statistics() {
        if (!boundsKnown) {
            return null;
        }
        Statistics<?> statistics = Statistics.createStats(frame.column().getPrimitiveType());
        if (least != null && greatest != null) {
            statistics.updateStats(Binary.fromConstantByteArray(least));
            statistics.updateStats(Binary.fromConstantByteArray(greatest));
        }
        return statistics;
    }

    @Override
    void clearPage() {
        if (mode == Mode.DICTIONARY && dictionaryIsFull()) {
            mode = Mode.PLAIN;
        }
        idCount = 0;
        plainSize = 0;
        plainCount = 0;
        if (plain.length > 2 * frame.pageBytes()) {
            plain = new byte[frame.pageBytes()];
        }
        lengths.reset();
        least = null;
        greatest = null;
        boundsKnown = true;
    }

    @Override
    void endGroup(PageWriter writer) throws IOException {
        if (dictionary.size() > 0) {
            writer.writeDictionaryPage(
                    new DictionaryPage(
                            BytesInput.from(dictionary.bytes(), 0, dictionary.byteCount()),
                            dictionary.size(),
                            Encoding.PLAIN));
        }
        dictionary.clear();
        mode = Mode.SAMPLING;
    }
}
