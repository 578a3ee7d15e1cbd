package dev.understudy.masking;

import java.util.Arrays;

/// Masks the values that do not have a format by a permutation, and again what that turns into the
/// format by chance (cycle walking): so no pseudonym of theirs ever equals one of a value that has
/// it.
final class OutsideMasker implements ColumnMasker {
    private final FitMasker.Fit fit;
    private final ColumnMasker permutation;
    private final MaskedValues masked = new MaskedValues();
    private final MaskedValues again = new MaskedValues();
    private final ColumnValues one = new ColumnValues();

    OutsideMasker(FitMasker.Fit fit, ColumnMasker permutation) {
        this.fit = fit;
        this.permutation = permutation;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        masked.resetAndTrim();
        permutation.mask(in, masked);
        for (int i = 0; i < masked.count(); i++) {
            int start = masked.start(i);
            int length = masked.length(i);
            if (length <= 0 || !fit.fits(masked.bytes(), start, length)) {
                out.append(masked, i);
            } else {
                walk(Arrays.copyOfRange(masked.bytes(), start, start + length), out);
            }
        }
    }

    private void walk(byte[] first, MaskedValues out) {
        byte[] value = first;
        while (fit.fits(value, 0, value.length)) {
            one.reset(value, 1);
            one.add(0, value.length);
            again.resetAndTrim();
            permutation.mask(one, again);
            value = Arrays.copyOf(again.bytes(), again.length(0));
        }
        out.append(value, 0, value.length);
    }
}
