package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Masks values in lower case: those of `citext`, where the database holds `A` and `a` to be equal,
/// so they must become equal, and of columns whose rule says so.
final class FoldedMasker implements ColumnMasker {
    private final ColumnMasker masker;
    private final ColumnValues folded = new ColumnValues();
    private final MaskedValues scratch = new MaskedValues();

    FoldedMasker(ColumnMasker masker) {
        this.masker = masker;
    }

    static boolean ignoresCase(ColumnProfile column) {
        String type = column.sqlType().replace("[]", ""); // an extension may be in any schema
        return type.equals("citext") || type.endsWith(".citext");
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        mask(in, RowContext.NONE, out);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        masker.mask(fold(in, scratch, folded), row, out);
    }

    /// Values in lower case, valid until `scratch` changes.
    static ColumnValues fold(ColumnValues in, MaskedValues scratch, ColumnValues folded) {
        scratch.resetAndTrim();
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                scratch.appendNull();
            } else {
                fold(in.bytes(), in.start(i), in.length(i), scratch);
            }
        }
        return scratch.view(folded);
    }

    private static void fold(byte[] bytes, int start, int length, MaskedValues scratch) {
        if (!Bytes.isAscii(bytes, start, length)) {
            String text = new String(bytes, start, length, StandardCharsets.UTF_8);
            byte[] lower = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            scratch.append(lower, 0, lower.length);
            return;
        }
        byte[] to = scratch.reserve(length);
        int at = scratch.position();
        for (int i = 0; i < length; i++) {
            byte each = bytes[start + i];
            to[at + i] = each >= 'A' && each <= 'Z' ? (byte) (each | 0x20) : each;
        }
        scratch.commit(length);
    }
}
