package dev.understudy.masking;

import java.util.LinkedHashMap;
import java.util.Map;

/// Counts the values of a column that its masker could not handle by what they look like, see
/// {@link UnfitShape}; it knows no value. Bounded. One thread.
public final class UnfitShapes {
    /// In place of a shape: what there was no more room for.
    public static final String OTHER = "other";

    /// So many shapes of a column are told apart.
    public static final int MOST = 8;

    private static final int AT_ONCE = 32;

    private final ColumnMasker masker;
    private final ColumnProfile column;
    private final ColumnValues some = new ColumnValues();
    private final MaskedValues out = new MaskedValues();
    private Map<String, Long> counts = new LinkedHashMap<>();

    public UnfitShapes(ColumnMasker masker, ColumnProfile column) {
        this.masker = masker;
        this.column = column;
    }

    /// Counts those of a batch. It masks the batch once more in small pieces, and those of a piece
    /// one by one in which one is counted as unfit: nobody asks where all fit.
    ///
    /// @param unfit how many there are
    public void count(ColumnValues in, RowContext row, long unfit) {
        var its = new RowContext(row.columns());
        long left = unfit;
        for (int from = 0; from < in.count() && left > 0; from += AT_ONCE) {
            int to = Math.min(in.count(), from + AT_ONCE);
            if (unfit(in, row, its, from, to) > 0) {
                for (int i = from; i < to; i++) {
                    long ofOne = unfit(in, row, its, i, i + 1);
                    if (ofOne > 0) {
                        add(UnfitShape.of(in.bytes(), in.start(i), in.length(i), column), ofOne);
                        left -= ofOne;
                    }
                }
            }
        }
        if (left > 0) {
            counts.merge(OTHER, left, Long::sum);
        }
    }

    private long unfit(ColumnValues in, RowContext row, RowContext its, int from, int to) {
        some.window(in, from, to);
        its.window(row, from, to);
        out.reset();
        masker.mask(some, its, out);
        return out.takeUnfit();
    }

    private void add(String shape, long values) {
        boolean room = counts.containsKey(shape) || counts.size() < MOST;
        counts.merge(room ? shape : OTHER, values, Long::sum);
    }

    /// The counts by shape since they were taken last.
    public Map<String, Long> take() {
        Map<String, Long> taken = counts;
        counts = new LinkedHashMap<>();
        return taken;
    }
}
