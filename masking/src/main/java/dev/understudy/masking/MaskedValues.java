package dev.understudy.masking;

import java.util.Arrays;

/// Where a masker puts its results: one appended value for each value of the input, in the same
/// order. Owns its bytes and keeps them from batch to batch, so that nothing is allocated per
/// value. Used by one thread at a time.
public final class MaskedValues {
    private byte[] bytes = new byte[1 << 16];
    private int size;
    private int[] starts = new int[1 << 10];
    private int[] lengths = new int[1 << 10];
    private int count;
    private long unfit;

    /// Forgets the last batch's values, and keeps the memory.
    public void reset() {
        size = 0;
        count = 0;
    }

    public void appendNull() {
        place(size, ColumnValues.NULL);
    }

    public void append(byte[] source, int start, int length) {
        reserve(length);
        System.arraycopy(source, start, bytes, size, length);
        commit(length);
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

    /// Counts a value that the masker could not handle as asked, and replaced by a pseudonym of its
    /// format class.
    public void countUnfit() {
        unfit++;
    }

    /// How many values were unfit since this object was made.
    public long unfit() {
        return unfit;
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
