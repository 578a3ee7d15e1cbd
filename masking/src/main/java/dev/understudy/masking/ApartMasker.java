package dev.understudy.masking;

/// Masks the values of a batch in groups, each by its own masker, and puts the results together in
/// the order of the rows.
final class ApartMasker {
    private final ColumnValues values = new ColumnValues();
    private final MaskedValues[] results;
    private final int[] next;
    private RowContext rows = RowContext.NONE;

    ApartMasker(int groups) {
        results = new MaskedValues[groups];
        for (int i = 0; i < groups; i++) {
            results[i] = new MaskedValues();
        }
        next = new int[groups];
    }

    /// Masks the values of one group.
    ///
    /// @param groups the group of each value of `in`
    void mask(int group, int[] groups, ColumnValues in, RowContext row, ColumnMasker masker) {
        if (rows.columns() != row.columns()) {
            rows = new RowContext(row.columns());
        }
        values.select(in, in.count(), groups, group);
        rows.select(row, in.count(), groups, group);
        results[group].resetAndTrim();
        masker.mask(values, rows, results[group]);
        next[group] = 0;
    }

    /// Appends the results of all groups, once each was masked.
    void append(int[] groups, int count, MaskedValues out) {
        for (int i = 0; i < count; i++) {
            out.append(results[groups[i]], next[groups[i]]++);
        }
        for (MaskedValues each : results) {
            for (long unfit = each.takeUnfit(); unfit > 0; unfit--) {
                out.countUnfit();
            }
        }
    }
}
