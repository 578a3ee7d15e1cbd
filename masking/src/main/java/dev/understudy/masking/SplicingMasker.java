package dev.understudy.masking;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Masks documents whose every byte stays but those of the values inside that are masked: one way
/// through a document finds them, to gather them as well as to replace them.
abstract class SplicingMasker extends DocumentMasker {
    private byte[] bytes = new byte[0];
    private int copied;
    private @Nullable MaskedValues out;

    SplicingMasker(ColumnProfile column, ColumnMasker misfits, MaskingRule rule, MaskingKeys keys) {
        super(column, misfits, rule, keys);
    }

    /// Goes through a document and calls {@link #inner} for each value inside, in the order in
    /// which they stand; false if it is no document, or one of them said so.
    abstract boolean walk(byte[] bytes, int start, int end);

    /// Reads a value inside as what it means; false if it cannot be read.
    abstract boolean read(byte[] bytes, int from, int to, MaskedValues value);

    /// Puts a value in as it has to stand in the document.
    ///
    /// @param length {@link ColumnValues#NULL} for none
    abstract void write(byte[] value, int start, int length, MaskedValues document);

    /// A value inside, between two places.
    ///
    /// @param leaf what masks it; null if a document with such a value is none
    final boolean inner(@Nullable Leaf leaf, int from, int to) {
        if (leaf == null || leaf.keeps()) {
            return leaf != null;
        }
        if (out == null) {
            MaskedValues value = leaf.gathered();
            boolean readable = read(bytes, from, to, value);
            value.commitParts();
            return readable;
        }
        out.put(bytes, copied, from - copied);
        copied = to;
        int index = leaf.take();
        MaskedValues masked = leaf.masked();
        write(masked.bytes(), masked.start(index), masked.length(index), out);
        return true;
    }

    @Override
    final boolean gather(byte[] bytes, int start, int length) {
        this.bytes = bytes;
        out = null;
        return walk(bytes, start, start + length);
    }

    @Override
    final void rewrite(byte[] bytes, int start, int length, MaskedValues out) {
        this.bytes = bytes;
        this.out = Objects.requireNonNull(out);
        copied = start;
        walk(bytes, start, start + length);
        out.put(bytes, copied, start + length - copied);
        out.commitParts();
    }
}
