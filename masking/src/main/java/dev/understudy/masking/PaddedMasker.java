package dev.understudy.masking;

import java.util.Arrays;

/// Masks the values of `character(n)` without the blanks that the database pads them with, and pads
/// the results to the same number of characters. So `character(n)` and text agree.
final class PaddedMasker implements ColumnMasker {
    private final ColumnMasker masker;
    private final ColumnValues bare = new ColumnValues();
    private final MaskedValues masked = new MaskedValues();

    PaddedMasker(ColumnMasker masker) {
        this.masker = masker;
    }

    static boolean isPadded(ColumnProfile column) {
        String type = column.sqlType().replace("[]", "");
        return column.form() == ValueForm.TEXT
                && (type.equals("bpchar")
                        || type.equals("character")
                        || type.startsWith("character(")
                        || type.equals("char")
                        || type.startsWith("char("));
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        mask(in, RowContext.NONE, out);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        bare.reset(in.bytes(), in.count());
        for (int i = 0; i < in.count(); i++) {
            int length = in.length(i);
            while (length > 0 && in.bytes()[in.start(i) + length - 1] == ' ') {
                length--;
            }
            bare.add(in.start(i), length);
        }
        masked.resetAndTrim();
        masker.mask(bare, row, masked);
        for (int i = 0; i < in.count(); i++) {
            int length = masked.length(i);
            if (length < 0) {
                out.appendNull();
                continue;
            }
            int missing =
                    Bytes.characters(in.bytes(), in.start(i), in.length(i))
                            - Bytes.characters(masked.bytes(), masked.start(i), length);
            int padding = Math.max(0, missing);
            byte[] to = out.reserve(length + padding);
            int at = out.position();
            System.arraycopy(masked.bytes(), masked.start(i), to, at, length);
            Arrays.fill(to, at + length, at + length + padding, (byte) ' ');
            out.commit(length + padding);
        }
        for (long unfit = masked.takeUnfit(); unfit > 0; unfit--) {
            out.countUnfit();
        }
    }
}
