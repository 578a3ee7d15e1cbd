package dev.understudy.masking;

/// Tells what a value looks like that a masker could not handle, and never the value.
public final class UnfitShape {
    private static final int SHOWN = 40;

    private UnfitShape() {}

    /// The shape of the first value of a batch that does not fit: a text with `A`, `a` and `9` for
    /// letters and digits, `x` for what is not ASCII; of anything else, what it is.
    ///
    /// It masks the values one by one until one is counted as unfit, which costs nothing where all
    /// fit: nobody asks then.
    public static String first(
            ColumnMasker masker, ColumnValues in, RowContext row, ColumnProfile column) {
        var one = new ColumnValues();
        var its = new RowContext(row.columns());
        var out = new MaskedValues();
        for (int i = 0; i < in.count(); i++) {
            one.window(in, i, i + 1);
            its.window(row, i, i + 1);
            out.reset();
            masker.mask(one, its, out);
            if (out.unfit() > 0) {
                return of(in.bytes(), in.start(i), in.length(i), column);
            }
        }
        throw new IllegalArgumentException("all values fit");
    }

    static String of(byte[] bytes, int start, int length, ColumnProfile column) {
        boolean text = column.form() == ValueForm.TEXT || column.form() == ValueForm.JSON;
        if (!text || column.array()) {
            return "%s of %d bytes".formatted(column.sqlType(), length);
        }
        var shape = new StringBuilder();
        int characters = 0;
        for (int at = start; at < start + length; at++) {
            if (Bytes.isContinuation(bytes[at])) {
                continue; // a character's further bytes
            }
            if (characters++ < SHOWN) {
                shape.append(letter(bytes[at]));
            }
        }
        if (characters > SHOWN) {
            shape.append("... (%,d characters)".formatted(characters));
        }
        return shape.toString();
    }

    private static char letter(byte character) {
        if (character >= 'a' && character <= 'z') {
            return 'a';
        }
        if (character >= 'A' && character <= 'Z') {
            return 'A';
        }
        if (character >= '0' && character <= '9') {
            return '9';
        }
        return character < ' ' || character == 0x7F ? 'x' : (char) character;
    }
}
