package dev.understudy.masking;

import java.util.Locale;
import java.util.function.LongPredicate;

/// Permutes the integers of a column that takes fewer of them than its form does, such as a
/// `tinyint` of MySQL: what the column does not take is permuted again until it does, so that
/// different numbers stay different.
final class WithinMasker implements ColumnMasker {
    private final ColumnMasker permutation;
    private final ValueForm form;
    private final LongPredicate taken;
    private final MaskedValues masked = new MaskedValues();
    private final MaskedValues before = new MaskedValues();
    private final MaskedValues after = new MaskedValues();
    private final ColumnValues one = new ColumnValues();

    private WithinMasker(ColumnMasker permutation, ValueForm form, LongPredicate taken) {
        this.permutation = permutation;
        this.form = form;
        this.taken = taken;
    }

    /// The permutation itself, where a column takes all integers of its form.
    static ColumnMasker of(ColumnProfile column, ColumnMasker permutation) {
        String type = column.sqlType().toLowerCase(Locale.ROOT);
        boolean unsigned = type.contains("unsigned");
        long most =
                switch (type.replaceAll("\\W.*", "")) {
                    case "tinyint" -> unsigned ? 0xFF : Byte.MAX_VALUE;
                    case "smallint" -> unsigned ? 0xFFFF : Short.MAX_VALUE;
                    case "mediumint" -> unsigned ? 0xFF_FFFF : 0x7F_FFFF;
                    case "int", "integer" -> unsigned ? 0xFFFF_FFFFL : Integer.MAX_VALUE;
                    case "year" -> 2155;
                    default -> Long.MAX_VALUE;
                };
        if (!column.form().isInteger() || most >= Integers.largest(column.form())) {
            return permutation;
        }
        LongPredicate taken =
                type.startsWith("year")
                        ? number -> number == 0 || (number > 1900 && number <= most)
                        : number -> number <= most && number >= -most - 1;
        return new WithinMasker(permutation, column.form(), taken);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        masked.resetAndTrim();
        permutation.mask(in, masked);
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
                continue;
            }
            long number = Integers.read(form, masked.bytes(), masked.start(i));
            // A number that the column cannot have held might never lead to one that it takes.
            if (taken.test(Integers.read(form, in.bytes(), in.start(i)))) {
                while (!taken.test(number)) {
                    number = next(number);
                }
            }
            Integers.write(form, number, out);
        }
    }

    private long next(long number) {
        before.resetAndTrim();
        Integers.write(form, number, before);
        after.resetAndTrim();
        permutation.mask(before.view(one), after);
        return Integers.read(form, after.bytes(), after.start(0));
    }
}
