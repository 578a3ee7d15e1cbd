package dev.understudy.masking;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Masks the values that fit a format by one masker, and the others by the format-class pseudonym
/// of `text-scramble`, counted as unfit: nothing ever passes.
final class FitMasker implements ColumnMasker {
    private static final int FITS = 0;
    private static final int MISFITS = 1;

    private final Fit fit;
    private final ColumnMasker masker;
    private final Supplier<ColumnMasker> makeScramble;
    private @Nullable ColumnMasker scramble;
    private final ApartMasker apart = new ApartMasker(2);
    private int[] groups = new int[0];

    /// @param scramble makes the other masker; few columns ever need it, and it is large
    FitMasker(Fit fit, ColumnMasker masker, Supplier<ColumnMasker> scramble) {
        this.fit = fit;
        this.masker = masker;
        this.makeScramble = scramble;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        mask(in, RowContext.NONE, out);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        int misfits = misfits(in);
        if (misfits == 0) {
            masker.mask(in, row, out);
            return;
        }
        if (scramble == null) {
            scramble = makeScramble.get();
        }
        apart.mask(FITS, groups, in, row, masker);
        apart.mask(MISFITS, groups, in, row, scramble);
        apart.append(groups, in.count(), out);
        for (int i = 0; i < misfits; i++) {
            out.countUnfit();
        }
    }

    private int misfits(ColumnValues in) {
        if (groups.length < in.count()) {
            groups = new int[in.count()];
        }
        int misfits = 0;
        for (int i = 0; i < in.count(); i++) {
            int length = in.length(i);
            boolean fits = length <= 0 || fit.fits(in.bytes(), in.start(i), length);
            groups[i] = fits ? FITS : MISFITS;
            misfits += groups[i];
        }
        return misfits;
    }

    /// Whether a value, never NULL and never empty, has the format that a masker wants.
    @FunctionalInterface
    interface Fit {
        boolean fits(byte[] bytes, int start, int length);
    }
}
