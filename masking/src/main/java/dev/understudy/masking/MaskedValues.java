package dev.understudy.masking;

import java.util.Arrays;

/// Where a masker puts its results: one appended value for each value of the input, in the same
/// order. Owns its bytes and keeps them from batch to batch, so that nothing is allocated per
/// value. Used by one thread at a time.
public final class MaskedValues {
    private static final int INITIAL_BYTES = 1 << 10;
    private static final int KEPT_BYTES = 1 << 20;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;
    private int part;
    private int[] starts = new int[64];
    private int[] lengths = new int[64];
    private int count;
    private long unfit;

    /// Forgets the last batch's values, and keeps the memory.
    public void reset() {
        size = 0;
        part = 0;
        count = 0;
    }

    /// Forgets the values, and gives back what one unusually large value took.
    void resetAndTrim() {
        reset();
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
    }

    /// Forgets the values from the one at `newCount` on.
    void truncate(int newCount) {
        for (int i = newCount; i < count; i++) {
            size -= Math.max(0, lengths[i]);
        }
        count = newCount;
    }

    /// These values as the input of another masker, until they change.
    public ColumnValues view(ColumnValues view) {
        view.refer(bytes, starts, lengths, 0, count);
        return view;
    }

    public void appendNull() {
        place(size, ColumnValues.NULL);
    }

    public void append(byte[] source, int start, int length) {
        reserve(length);
        System.arraycopy(source, start, bytes, size, length);
        commit(length);
    }

    /// Appends a value as it came, or its NULL.
    void append(ColumnValues values, int index) {
        if (values.isNull(index)) {
            appendNull();
        } else {
            append(values.bytes(), values.start(index), values.length(index));
        }
    }

    /// Appends a value of other results, or their NULL.
    void append(MaskedValues other, int index) {
        if (other.lengths[index] < 0) {
            appendNull();
        } else {
            append(other.bytes, other.starts[index], other.lengths[index]);
        }
    }

    /// Makes room for at least `length` bytes at {@link #position()} of {@link #bytes()}; follow
    /// with {@link #commit}. The array may be another one afterwards.
    public byte[] reserve(int length) {
        if (bytes.length - size < length) {
            bytes =
                    Arrays.copyOf(
                            bytes,
                            Math.max(
                                    Math.addExact(size, length),
                                    bytes.length + (bytes.length >> 1)));
        }
        return bytes;
    }

    /// Where the next value is to be written in {@link #bytes()}.
    public int position() {
        return size;
    }

    /// Declares the next `length` bytes at {@link #position()} to be the next value.
    public void commit(int length) {
        place(size, length);
        size += length;
    }

    /// Adds bytes to the value that is being put together of parts.
    void put(byte[] source, int start, int length) {
        reserve(part + length);
        System.arraycopy(source, start, bytes, size + part, length);
        part += length;
    }

    void put(byte single) {
        reserve(part + 1);
        bytes[size + part++] = single;
    }

    void putInt(int number) {
        reserve(part + 4);
        Bytes.INT.set(bytes, size + part, number);
        part += 4;
    }

    /// Bytes of the parts that were put.
    int partsLength() {
        return part;
    }

    /// Forgets the parts from so many bytes on.
    void cutParts(int length) {
        part = length;
    }

    /// Declares the parts that were put to be the next value.
    void commitParts() {
        int length = part;
        part = 0;
        commit(length);
    }

    /// Forgets the parts that were put.
    void dropParts() {
        part = 0;
    }

    /// Counts a value that the masker could not handle as asked, and replaced by a pseudonym of its
    /// format class.
    public void countUnfit() {
        unfit++;
    }

    /// How many values were unfit since this object was made.
    public long unfit() {
        return unfit;
    }

    /// How many values were unfit since this was asked last, for results that go on into others.
    long takeUnfit() {
        long taken = unfit;
        unfit = 0;
        return taken;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int count() {
        return count;
    }

    public int start(int index) {
        return starts[index];
    }

    /// Bytes of the value, or {@link ColumnValues#NULL}.
    public int length(int index) {
        return lengths[index];
    }

    private void place(int start, int length) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        starts[count] = start;
        lengths[count] = length;
        count++;
    }

    @Override
    public String toString() {
        return "MaskedValues[" + count + " values]";
    }
}
