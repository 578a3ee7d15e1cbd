package dev.understudy.masking;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Masks the values that fit a format by one masker, and the others by the format-class pseudonym
/// of `text-scramble`, counted as unfit: nothing ever passes.
final class FitMasker implements ColumnMasker {
    private final Fit fit;
    private final ColumnMasker masker;
    private final Supplier<ColumnMasker> makeScramble;
    private @Nullable ColumnMasker scramble;
    private final ColumnValues fitting = new ColumnValues();
    private final ColumnValues unfit = new ColumnValues();
    private final MaskedValues maskedFitting = new MaskedValues();
    private final MaskedValues maskedUnfit = new MaskedValues();
    private boolean[] fits = new boolean[0];

    /// @param scramble makes the other masker; few columns ever need it, and it is large
    FitMasker(Fit fit, ColumnMasker masker, Supplier<ColumnMasker> scramble) {
        this.fit = fit;
        this.masker = masker;
        this.makeScramble = scramble;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        if (misfits(in) == 0) {
            masker.mask(in, out);
        } else {
            maskApart(in, out);
        }
    }

    private int misfits(ColumnValues in) {
        if (fits.length < in.count()) {
            fits = new boolean[in.count()];
        }
        int misfits = 0;
        for (int i = 0; i < in.count(); i++) {
            int length = in.length(i);
            fits[i] = length <= 0 || fit.fits(in.bytes(), in.start(i), length);
            misfits += fits[i] ? 0 : 1;
        }
        return misfits;
    }

    private void maskApart(ColumnValues in, MaskedValues out) {
        fitting.reset(in.bytes(), in.count());
        unfit.reset(in.bytes(), in.count());
        for (int i = 0; i < in.count(); i++) {
            (fits[i] ? fitting : unfit).add(in.start(i), in.length(i));
        }
        maskedFitting.resetAndTrim();
        maskedUnfit.resetAndTrim();
        masker.mask(fitting, maskedFitting);
        if (scramble == null) {
            scramble = makeScramble.get();
        }
        scramble.mask(unfit, maskedUnfit);
        int nextFitting = 0;
        int nextUnfit = 0;
        for (int i = 0; i < in.count(); i++) {
            if (fits[i]) {
                out.append(maskedFitting, nextFitting++);
            } else {
                out.append(maskedUnfit, nextUnfit++);
                out.countUnfit();
            }
        }
    }

    /// Whether a value, never NULL and never empty, has the format that a masker wants.
    @FunctionalInterface
    interface Fit {
        boolean fits(byte[] bytes, int start, int length);
    }
}
