package dev.understudy.masking;

import org.jspecify.annotations.Nullable;

/// A keyed permutation of all integers that keeps the sign, and the smallest of int16, int32 and
/// int64 that holds the value: a result fits its column, and columns of different types agree.
final class IntegerHash implements ColumnMasker {
    private static final int SMALL = 1 << 15;

    private final ValueForm form;
    private final MaskingKeys keys;
    private final String domain;
    private final Ff1 ff1;
    private @Nullable Permutation small;
    private long[] numbers = new long[0];
    private int[] group = new int[0];
    private long[] heads = new long[0];
    private long[] tails = new long[0];

    IntegerHash(ValueForm form, MaskingKeys keys, String domain) {
        this.form = form;
        this.keys = keys;
        this.domain = domain;
        this.ff1 = Ff1.of(keys, domain, 2);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        int count = in.count();
        if (numbers.length < count) {
            numbers = new long[count];
            group = new int[count];
            heads = new long[count];
            tails = new long[count];
        }
        for (int i = 0; i < count; i++) {
            numbers[i] = in.isNull(i) ? 0 : read(in.bytes(), in.start(i));
        }
        encrypt(in, 31, SMALL, 1L << 31);
        encrypt(in, 63, 1L << 31, Long.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            if (in.isNull(i)) {
                out.appendNull();
                continue;
            }
            long original = read(in.bytes(), in.start(i));
            long magnitude = original < 0 ? ~original : original;
            long masked = magnitude < SMALL ? table().apply((int) magnitude) : numbers[i];
            write(original < 0 ? ~masked : masked, out);
        }
    }

    /// Encrypts the numbers of one class, as `bits` binary digits, until they fall into it again.
    private void encrypt(ColumnValues in, int bits, long from, long to) {
        int tailBits = bits - bits / 2;
        long tailMask = (1L << tailBits) - 1;
        int left = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                continue;
            }
            long number = read(in.bytes(), in.start(i));
            long magnitude = number < 0 ? ~number : number;
            if (magnitude >= from && (magnitude < to || to == Long.MAX_VALUE)) {
                group[left] = i;
                heads[left] = magnitude >>> tailBits;
                tails[left++] = magnitude & tailMask;
            }
        }
        while (left > 0) {
            ff1.encrypt(bits, heads, tails, left);
            int still = 0;
            for (int k = 0; k < left; k++) {
                long masked = (heads[k] << tailBits) | tails[k];
                if (masked >= from) {
                    numbers[group[k]] = masked;
                } else {
                    group[still] = group[k];
                    heads[still] = heads[k];
                    tails[still++] = tails[k];
                }
            }
            left = still;
        }
    }

    private Permutation table() {
        Permutation table = small;
        if (table == null) {
            table = keys.permutation(domain, "integers", SMALL);
            small = table;
        }
        return table;
    }

    private long read(byte[] bytes, int start) {
        return switch (form) {
            case INT2 -> (short) Bytes.SHORT.get(bytes, start);
            case INT4 -> (int) Bytes.INT.get(bytes, start);
            default -> (long) Bytes.LONG.get(bytes, start);
        };
    }

    private void write(long number, MaskedValues out) {
        switch (form) {
            case INT2 -> {
                Bytes.SHORT.set(out.reserve(2), out.position(), (short) number);
                out.commit(2);
            }
            case INT4 -> {
                Bytes.INT.set(out.reserve(4), out.position(), (int) number);
                out.commit(4);
            }
            default -> {
                Bytes.LONG.set(out.reserve(8), out.position(), number);
                out.commit(8);
            }
        }
    }
}
