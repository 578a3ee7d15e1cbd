package dev.understudy.masking;

/// Permutes the integers of a column that takes fewer of them than its form does, such as a
/// `tinyint` of MySQL: what the column does not take is permuted again until it does, so that
/// different numbers stay different.
final class WithinMasker implements ColumnMasker {
    /// Whether the column takes a number.
    private interface Taken {
        boolean test(byte[] bytes, int start);
    }

    private final ColumnMasker permutation;
    private final Taken taken;
    private final MaskedValues masked = new MaskedValues();
    private final MaskedValues before = new MaskedValues();
    private final MaskedValues after = new MaskedValues();
    private final ColumnValues one = new ColumnValues();

    private WithinMasker(ColumnMasker permutation, Taken taken) {
        this.permutation = permutation;
        this.taken = taken;
    }

    /// The permutation itself, where a column takes all numbers of its form.
    static ColumnMasker of(ColumnProfile column, ColumnMasker permutation) {
        if (IntegerRange.isUnsignedLong(column)) {
            return new WithinMasker(permutation, Decimals::isUnsignedLong);
        }
        IntegerRange range = IntegerRange.of(column);
        if (!column.form().isInteger() || range.most() >= Integers.largest(column.form())) {
            return permutation;
        }
        ValueForm form = column.form();
        return new WithinMasker(
                permutation, (bytes, start) -> range.takes(Integers.read(form, bytes, start)));
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        masked.resetAndTrim();
        permutation.mask(in, masked);
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
                continue;
            }
            // A number that the column cannot have held might never lead to one that it takes.
            boolean takes = taken.test(in.bytes(), in.start(i));
            if (!takes || taken.test(masked.bytes(), masked.start(i))) {
                out.append(masked.bytes(), masked.start(i), masked.length(i));
                continue;
            }
            after.resetAndTrim();
            after.append(masked.bytes(), masked.start(i), masked.length(i));
            do {
                before.resetAndTrim();
                before.append(after.bytes(), after.start(0), after.length(0));
                after.resetAndTrim();
                permutation.mask(before.view(one), after);
            } while (!taken.test(after.bytes(), after.start(0)));
            out.append(after.bytes(), after.start(0), after.length(0));
        }
    }
}
