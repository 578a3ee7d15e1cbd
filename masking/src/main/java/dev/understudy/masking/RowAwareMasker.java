package dev.understudy.masking;

/// A masker that cannot do without other columns of the row.
abstract class RowAwareMasker implements ColumnMasker {
    @Override
    public final void mask(ColumnValues in, MaskedValues out) {
        throw new IllegalStateException("this masker reads other columns");
    }

    @Override
    public abstract void mask(ColumnValues in, RowContext row, MaskedValues out);
}
