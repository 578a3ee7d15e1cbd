package dev.understudy.masking;

/// The other columns of a batch that a rule reads, in the order in which it names them: their
/// values as they came, and as they are masked. A column that is kept has the same in both. Used by
/// one thread; the values belong to whoever set them, and are good until the next batch.
public final class RowContext {
    static final RowContext NONE = new RowContext(0);

    private final ColumnValues[] originals;
    private final ColumnValues[] masked;

    public RowContext(int columns) {
        originals = new ColumnValues[columns];
        masked = new ColumnValues[columns];
        for (int i = 0; i < columns; i++) {
            originals[i] = new ColumnValues();
            masked[i] = new ColumnValues();
        }
    }

    public int columns() {
        return originals.length;
    }

    public ColumnValues original(int column) {
        return originals[column];
    }

    public ColumnValues masked(int column) {
        return masked[column];
    }

    /// Sets the values of a column for the next batch.
    public void set(int column, ColumnValues original, ColumnValues result) {
        originals[column] = original;
        masked[column] = result;
    }

    /// Becomes the rows of another context from `from` to before `to`.
    void window(RowContext whole, int from, int to) {
        for (int i = 0; i < originals.length; i++) {
            originals[i].window(whole.originals[i], from, to);
            masked[i].window(whole.masked[i], from, to);
        }
    }

    /// Becomes the rows of another context for which `chosen` says `value`.
    void select(RowContext whole, int rows, int[] chosen, int value) {
        for (int i = 0; i < originals.length; i++) {
            originals[i].select(whole.originals[i], rows, chosen, value);
            masked[i].select(whole.masked[i], rows, chosen, value);
        }
    }
}
