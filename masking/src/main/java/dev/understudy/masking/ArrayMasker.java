package dev.understudy.masking;

/// Masks each element of arrays by the masker of their elements, all elements of a batch at once.
/// Bounds and NULLs stay.
///
/// Source of the form: `array_send` of PostgreSQL: int32 dimensions, int32 whether there are NULLs,
/// int32 element type, for each dimension int32 size and int32 lower bound, then each element with
/// its int32 length.
final class ArrayMasker implements ColumnMasker {
    private final ColumnMasker masker;
    private final ColumnValues elements = new ColumnValues();
    private final MaskedValues masked = new MaskedValues();

    ArrayMasker(ColumnMasker masker) {
        this.masker = masker;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        elements.reset(in.bytes(), in.count());
        for (int i = 0; i < in.count(); i++) {
            if (!in.isNull(i)) {
                gather(in.bytes(), in.start(i), in.start(i) + in.length(i));
            }
        }
        masked.resetAndTrim();
        masker.mask(elements, masked);
        int next = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else {
                int count = count(in.bytes(), in.start(i));
                write(in.bytes(), in.start(i), next, count, out);
                next += count;
            }
        }
        for (long unfit = masked.takeUnfit(); unfit > 0; unfit--) {
            out.countUnfit();
        }
    }

    private void gather(byte[] bytes, int start, int end) {
        int at = header(bytes, start) + start;
        for (int left = count(bytes, start); left > 0; left--) {
            int length = (int) Bytes.INT.get(bytes, at);
            elements.add(at + 4, length);
            at += 4 + Math.max(0, length);
        }
        if (at != end) {
            throw new IllegalStateException("an array's elements do not end where the array ends");
        }
    }

    private void write(byte[] bytes, int start, int first, int count, MaskedValues out) {
        int header = header(bytes, start);
        int size = header;
        boolean nulls = false;
        for (int i = first; i < first + count; i++) {
            size = Math.addExact(size, 4 + Math.max(0, masked.length(i)));
            nulls |= masked.length(i) < 0;
        }
        byte[] to = out.reserve(size);
        int at = out.position();
        System.arraycopy(bytes, start, to, at, header);
        Bytes.INT.set(to, at + 4, nulls ? 1 : 0);
        at += header;
        for (int i = first; i < first + count; i++) {
            int length = masked.length(i);
            Bytes.INT.set(to, at, length);
            at += 4;
            if (length > 0) {
                System.arraycopy(masked.bytes(), masked.start(i), to, at, length);
                at += length;
            }
        }
        out.commit(size);
    }

    private static int header(byte[] bytes, int start) {
        return 12 + 8 * (int) Bytes.INT.get(bytes, start);
    }

    private static int count(byte[] bytes, int start) {
        int dimensions = (int) Bytes.INT.get(bytes, start);
        int count = dimensions == 0 ? 0 : 1;
        for (int i = 0; i < dimensions; i++) {
            count = Math.multiplyExact(count, (int) Bytes.INT.get(bytes, start + 12 + 8 * i));
        }
        return count;
    }
}
