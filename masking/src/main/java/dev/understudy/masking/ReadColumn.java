package dev.understudy.masking;

/// Values of a column that a rule reads, in the form in which the column's own masker would see
/// them: so a rule of `city` that reads `region`, and one of `region` that reads `city`, take the
/// same for the row.
final class ReadColumn {
    private final Canonical canonical;
    private final boolean padded;
    private final boolean ignoresCase;
    private final MaskedValues scratch = new MaskedValues();
    private final ColumnValues folded = new ColumnValues();
    private ColumnValues values = new ColumnValues();

    ReadColumn(ColumnProfile column) {
        canonical = new Canonical(column.form());
        padded = PaddedMasker.isPadded(column);
        ignoresCase = FoldedMasker.ignoresCase(column);
    }

    /// Begins with the values of another window.
    void read(ColumnValues given) {
        values = canonical.of(ignoresCase ? FoldedMasker.fold(given, scratch, folded) : given);
    }

    byte[] bytes() {
        return values.bytes();
    }

    int start(int row) {
        return values.start(row);
    }

    /// The bytes of a value, 0 for a NULL.
    int length(int row) {
        int length = Math.max(0, values.length(row));
        while (padded && length > 0 && values.bytes()[values.start(row) + length - 1] == ' ') {
            length--;
        }
        return length;
    }

    /// Adds a value to a text that is put together.
    ///
    /// @param at how long the text is
    /// @return how long the value is
    int put(int row, MaskedValues text, int at) {
        int length = length(row);
        byte[] to = text.reserve(at + length);
        System.arraycopy(bytes(), start(row), to, text.position() + at, length);
        return length;
    }
}
