package dev.understudy.masking;

import org.jspecify.annotations.Nullable;

/// Masks each value by its tag alone: the pseudorandom number that the key, the domain and the
/// canonical value make. NULL stays NULL and an empty value stays empty.
final class TagMasker implements ColumnMasker {
    private final Canonical canonical;
    private final Cmac cmac;
    private final @Nullable TagStream stream;
    private final Writer writer;
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];

    TagMasker(Canonical canonical, Cmac cmac, Writer writer) {
        this(canonical, cmac, null, writer);
    }

    /// @param stream what the writer picks from beyond the tag, if it does
    TagMasker(Canonical canonical, Cmac cmac, @Nullable TagStream stream, Writer writer) {
        this.canonical = canonical;
        this.cmac = cmac;
        this.stream = stream;
        this.writer = writer;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        ColumnValues values = canonical.of(in);
        for (int from = 0; from < in.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, in.count() - from);
            cmac.tags(values, from, count, high, low);
            for (int i = 0; i < count; i++) {
                int length = in.length(from + i);
                if (stream != null) {
                    stream.begin(high, low, i, count);
                }
                if (length > 0) {
                    writer.write(in.bytes(), in.start(from + i), length, high[i], low[i], out);
                } else if (length == 0) {
                    out.commit(0);
                } else {
                    out.appendNull();
                }
            }
        }
    }

    /// Appends one pseudonym.
    @FunctionalInterface
    interface Writer {
        /// @param bytes holds the value as it came, at `start`
        /// @param high the first half of the value's tag, `low` the second
        void write(byte[] bytes, int start, int length, long high, long low, MaskedValues out);
    }
}
