package dev.understudy.masking;

/// Hands a batch to a masker in windows of few values, so that the scratch memory of a masker does
/// not grow with the batch: a wide table binds hundreds of them.
final class WindowMasker implements ColumnMasker {
    private static final int WINDOW = 1024;

    private final ColumnMasker masker;
    private final ColumnValues window = new ColumnValues();

    WindowMasker(ColumnMasker masker) {
        this.masker = masker;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        for (int from = 0; from < in.count(); from += WINDOW) {
            int to = Math.min(in.count(), from + WINDOW);
            window.reset(in.bytes(), to - from);
            for (int i = from; i < to; i++) {
                window.add(in.start(i), in.length(i));
            }
            masker.mask(window, out);
        }
    }
}
