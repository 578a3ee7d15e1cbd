package dev.understudy.masking;

import java.util.Arrays;

/// The values of one column of one batch, as places in a byte array that somebody else owns.
/// Refilled for every batch, never grown per value. Used by one thread at a time.
///
/// A class and not a record, because it holds people's data: its toString shows shape only.
public final class ColumnValues {
    /// The length of a NULL.
    public static final int NULL = -1;

    private byte[] bytes = new byte[0];
    private int[] starts = new int[0];
    private int[] lengths = new int[0];
    private int count;

    /// Begins a batch of at most `capacity` values that lie in `bytes`.
    public void reset(byte[] bytes, int capacity) {
        this.bytes = bytes;
        this.count = 0;
        if (starts.length < capacity) {
            int size = Math.max(capacity, 2 * starts.length);
            starts = new int[size];
            lengths = new int[size];
        }
    }

    /// Adds the next value; its length is {@link #NULL} for a NULL.
    public void add(int start, int length) {
        if (count == starts.length) {
            int size = Math.max(16, 2 * count);
            starts = Arrays.copyOf(starts, size);
            lengths = Arrays.copyOf(lengths, size);
        }
        starts[count] = start;
        lengths[count] = length;
        count++;
    }

    /// Becomes the values of others from `from` to before `to`, where they lie.
    void window(ColumnValues whole, int from, int to) {
        refer(whole.bytes, whole.starts, whole.lengths, from, to - from);
    }

    /// Becomes some values that lie in `bytes`.
    void refer(byte[] bytes, int[] starts, int[] lengths, int from, int count) {
        reset(bytes, count);
        System.arraycopy(starts, from, this.starts, 0, count);
        System.arraycopy(lengths, from, this.lengths, 0, count);
        this.count = count;
    }

    /// Becomes those of the first `rows` values of others for which `chosen` says `value`.
    void select(ColumnValues whole, int rows, int[] chosen, int value) {
        reset(whole.bytes, rows);
        for (int i = 0; i < rows; i++) {
            if (chosen[i] == value) {
                add(whole.starts[i], whole.lengths[i]);
            }
        }
    }

    public int count() {
        return count;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int start(int index) {
        return starts[index];
    }

    /// Bytes of the value, or {@link #NULL}.
    public int length(int index) {
        return lengths[index];
    }

    public boolean isNull(int index) {
        return lengths[index] < 0;
    }

    @Override
    public String toString() {
        return "ColumnValues[" + count + " values]";
    }
}
