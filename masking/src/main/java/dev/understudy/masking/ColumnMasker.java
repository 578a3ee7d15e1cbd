package dev.understudy.masking;

/// A rule bound to a column: what runs over the batches. Bound once, it never looks anything up and
/// never refuses by surprise.
///
/// It may keep scratch memory, so one instance is used by one thread at a time; bind one for each
/// worker. The result depends on (key, domain, value) alone: not on the order, the batch, the
/// thread or the instance.
@FunctionalInterface
public interface ColumnMasker {
    /// Appends to `out` one masked value for each value of `in`, in the same order. A NULL stays a
    /// NULL unless the rule says otherwise. Both objects keep their owners; `in` is not changed.
    void mask(ColumnValues in, MaskedValues out);

    /// The same for a rule that reads other columns of the rows (see {@link
    /// MaskerDefinition#reads}). The result depends on (key, domain, value, those columns' values).
    ///
    /// @param row has one row for each value of `in`
    default void mask(ColumnValues in, RowContext row, MaskedValues out) {
        mask(in, out);
    }
}
