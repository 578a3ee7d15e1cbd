package dev.understudy.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Rows of one table in PostgreSQL's binary COPY form, without its header and trailer: for each row
/// an int16 with the number of columns, then for each column an int32 with its length in bytes (-1
/// for NULL) and the bytes, all big-endian. One byte array and one offset table hold them all.
///
/// A batch is filled, used and filled again by its owner, one thread at a time; the arrays grow and
/// are kept. A class and not a record, because it holds people's data and because Spring Batch logs
/// items: toString shows shape only.
///
/// Source: PostgreSQL manual, COPY, "Binary Format".
public final class RowBatch {
    /// Reads and writes big-endian int32 in a byte array.
    public static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /// Reads and writes big-endian int16 in a byte array.
    public static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private RowShape shape;
    private byte[] bytes;
    private int size;
    private int[] rowEnds = new int[1024];
    private int rows;

    public RowBatch(RowShape shape, int initialBytes) {
        this.shape = shape;
        this.bytes = new byte[initialBytes];
    }

    public RowShape shape() {
        return shape;
    }

    /// Forgets the rows, keeps the memory, and goes on with rows of another shape.
    public void clear(RowShape next) {
        shape = next;
        size = 0;
        rows = 0;
    }

    public int rows() {
        return rows;
    }

    /// Bytes of all rows together.
    public int size() {
        return size;
    }

    /// The rows' bytes; valid from 0 to {@link #size()}, until the batch is changed.
    public byte[] bytes() {
        return bytes;
    }

    /// Where the row begins: at its int16 with the number of columns.
    public int rowStart(int row) {
        return row == 0 ? 0 : rowEnds[row - 1];
    }

    public int rowEnd(int row) {
        return rowEnds[row];
    }

    /// Makes room for `length` bytes behind {@link #size()}; the array may be another one
    /// afterwards.
    public byte[] reserve(int length) {
        if (bytes.length - size < length) {
            int needed = Math.addExact(size, length);
            bytes =
                    Arrays.copyOf(
                            bytes,
                            Math.max(
                                    needed,
                                    (int) Math.min(Integer.MAX_VALUE - 8L, size + (size >> 1))));
        }
        return bytes;
    }

    /// Counts `length` bytes behind {@link #size()}, written after {@link #reserve}, to the present
    /// row.
    public void advance(int length) {
        size += length;
    }

    public void append(byte[] source, int start, int length) {
        reserve(length);
        System.arraycopy(source, start, bytes, size, length);
        size += length;
    }

    /// Declares everything since the last row to be the next row.
    public void endRow() {
        if (rows == rowEnds.length) {
            rowEnds = Arrays.copyOf(rowEnds, 2 * rows);
        }
        rowEnds[rows++] = size;
    }

    /// Where the value of a column begins in {@link #bytes()}, behind its length; walks the row
    /// from its start.
    public int valueStart(int row, int column) {
        int at = rowStart(row) + 2;
        for (int i = 0; i < column; i++) {
            at += 4 + Math.max(0, (int) INT.get(bytes, at));
        }
        return at + 4;
    }

    /// The length of the value that begins at `valueStart`, -1 for NULL.
    public int valueLength(int valueStart) {
        return (int) INT.get(bytes, valueStart - 4);
    }

    /// Gives back memory that one unusually large batch took, once it is no longer needed.
    public void trim(int keepBytes) {
        if (bytes.length > keepBytes && size == 0) {
            bytes = new byte[keepBytes];
        }
    }

    @Override
    public String toString() {
        return "RowBatch[" + shape.table() + ", " + rows + " rows]";
    }
}
