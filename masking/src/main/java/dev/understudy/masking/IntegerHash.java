package dev.understudy.masking;

import org.jspecify.annotations.Nullable;

/// A keyed permutation of all integers that keeps the sign, and the smallest of int16, int32 and
/// int64 that holds the value: a result fits its column, and columns of different types agree.
/// Where a column takes fewer numbers than its form, such as an `int unsigned` of MySQL, those
/// beyond the largest smaller type are permuted among themselves.
final class IntegerHash implements ColumnMasker {
    private static final int SMALL = 1 << 15;

    private final ValueForm form;
    private final long most;
    private final MaskingKeys keys;
    private final String domain;
    private final Ff1 ff1;
    private @Nullable Permutation small;
    private long[] numbers = new long[0];
    private int[] group = new int[0];
    private long[] heads = new long[0];
    private long[] tails = new long[0];

    /// @param most the largest number of the column, one below a power of two if it is above
    ///   {@value #SMALL}
    IntegerHash(ValueForm form, long most, MaskingKeys keys, String domain) {
        this.form = form;
        this.most = most;
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
            numbers[i] = in.isNull(i) ? 0 : Integers.read(form, in.bytes(), in.start(i));
        }
        encrypt(in, SMALL, Math.min(Integer.MAX_VALUE, most));
        encrypt(in, 1L << 31, most);
        for (int i = 0; i < count; i++) {
            if (in.isNull(i)) {
                out.appendNull();
                continue;
            }
            long original = Integers.read(form, in.bytes(), in.start(i));
            long magnitude = original < 0 ? ~original : original;
            long masked = magnitude < SMALL ? table().apply((int) magnitude) : numbers[i];
            Integers.write(form, original < 0 ? ~masked : masked, out);
        }
    }

    /// Encrypts the numbers of one class, as so many binary digits as its last one has, until they
    /// fall into it again.
    private void encrypt(ColumnValues in, long from, long last) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(last);
        int tailBits = bits - bits / 2;
        long tailMask = (1L << tailBits) - 1;
        int left = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                continue;
            }
            long number = Integers.read(form, in.bytes(), in.start(i));
            long magnitude = number < 0 ? ~number : number;
            if (magnitude >= from && magnitude <= last) {
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
}
