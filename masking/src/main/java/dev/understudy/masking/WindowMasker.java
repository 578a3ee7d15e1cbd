package dev.understudy.masking;

/// Hands a batch to a masker in windows of few values, so that the scratch memory of a masker does
/// not grow with the batch: a wide table binds hundreds of them.
final class WindowMasker implements ColumnMasker {
    private static final int WINDOW = 1024;

    private final ColumnMasker masker;
    private final ColumnValues window = new ColumnValues();
    private RowContext rows = RowContext.NONE;

    WindowMasker(ColumnMasker masker) {
        this.masker = masker;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        mask(in, RowContext.NONE, out);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        if (rows.columns() != row.columns()) {
            rows = new RowContext(row.columns());
        }
        for (int from = 0; from < in.count(); from += WINDOW) {
            int to = Math.min(in.count(), from + WINDOW);
            window.window(in, from, to);
            rows.window(row, from, to);
            masker.mask(window, rows, out);
        }
    }
}
