package dev.understudy.masking;

/// A full name of the masked names of the row: `Anna Keller`, or `Keller, Anna` where the value has
/// a comma. Where the row has none, the value alone decides, as for `full-name` without columns.
final class JoinedName extends RowAwareMasker {
    private final int maxLength;
    private final ColumnMasker alone;
    private final ColumnValues one = new ColumnValues();

    /// @param maxLength characters that the column holds
    /// @param alone masks the values of rows without names
    JoinedName(int maxLength, ColumnMasker alone) {
        this.maxLength = maxLength;
        this.alone = alone;
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) <= 0) {
                out.append(in, i);
                continue;
            }
            boolean lastFirst = hasComma(in.bytes(), in.start(i), in.length(i));
            int length = join(row, i, lastFirst, out);
            if (length > 0) {
                out.commit(length);
            } else {
                one.window(in, i, i + 1);
                alone.mask(one, out);
            }
        }
    }

    private int join(RowContext row, int index, boolean lastFirst, MaskedValues out) {
        int length = 0;
        for (int k = 0; k < row.columns(); k++) {
            ColumnValues names = row.masked(lastFirst ? row.columns() - 1 - k : k);
            int size = trimmed(names, index);
            if (size == 0) {
                continue;
            }
            byte[] to = out.reserve(length + 2 + size);
            int at = out.position() + length;
            if (length > 0) {
                boolean comma = lastFirst && k == 1;
                if (comma) {
                    to[at++] = ',';
                }
                to[at++] = ' ';
            }
            System.arraycopy(names.bytes(), names.start(index), to, at, size);
            length = at + size - out.position();
        }
        return cut(out.bytes(), out.position(), length);
    }

    /// The bytes of a name without the blanks that pad it.
    private static int trimmed(ColumnValues names, int index) {
        int length = Math.max(0, names.length(index));
        while (length > 0 && names.bytes()[names.start(index) + length - 1] == ' ') {
            length--;
        }
        return length;
    }

    private int cut(byte[] bytes, int start, int length) {
        if (length <= maxLength) {
            return length;
        }
        int characters = 0;
        for (int at = start; at < start + length; at++) {
            if (!Bytes.isContinuation(bytes[at]) && ++characters > maxLength) {
                return at - start;
            }
        }
        return length;
    }

    private static boolean hasComma(byte[] bytes, int start, int length) {
        for (int at = start; at < start + length; at++) {
            if (bytes[at] == ',') {
                return true;
            }
        }
        return false;
    }
}
