package dev.understudy.masking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a gender, or the title of one, in the manner of the value: `m` becomes `f`, `Herr`
/// becomes `Frau`. The gender is the one that another column becomes, or else the one that values
/// of the row decide.
final class GenderMasker extends RowAwareMasker {
    private static final byte SEPARATOR = 0x1F;

    private final Genders own;
    private final int foreign;
    private final @Nullable Told told;
    private final ReadColumn[] deciding;
    private final Cmac cmac;
    private final Canonical canonical;
    private final MaskedValues keys = new MaskedValues();
    private final ColumnValues view = new ColumnValues();
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];

    /// The gender that another column tells.
    static final class Told {
        private final ReadColumn column;
        private final Spellings spellings;

        Told(ColumnProfile column, MaskingRule rule) {
            this.column = new ReadColumn(column);
            this.spellings = Genders.spellings(rule);
        }

        void read(ColumnValues values) {
            column.read(values);
        }

        int gender(int row) {
            return Genders.gender(
                    spellings.of(column.bytes(), column.start(row), column.length(row)));
        }
    }

    private GenderMasker(
            Genders own,
            int foreign,
            @Nullable Told told,
            List<ColumnProfile> deciding,
            ColumnProfile column,
            Cmac cmac) {
        this.own = own;
        this.foreign = foreign;
        this.told = told;
        this.deciding = deciding.stream().map(ReadColumn::new).toArray(ReadColumn[]::new);
        this.canonical = new Canonical(column.form());
        this.cmac = cmac;
    }

    /// Genders that the values of some columns of the row decide, or the own value where there are
    /// none.
    static GenderMasker decidedBy(
            List<ColumnProfile> deciding, Genders own, ColumnProfile column, Cmac cmac) {
        return new GenderMasker(own, Genders.LETTER, null, deciding, column, cmac);
    }

    /// Titles of the gender that a column tells, or that the values of some others decide.
    static GenderMasker titles(
            @Nullable Told told,
            List<ColumnProfile> deciding,
            Genders own,
            ColumnProfile column,
            Cmac cmac) {
        return new GenderMasker(own, Genders.TITLE, told, deciding, column, cmac);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        ColumnValues values = canonical.of(in);
        if (told != null) {
            told.read(row.masked(0));
        }
        ColumnValues deciders = deciding.length == 0 ? values : keys(values, row);
        for (int from = 0; from < in.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, in.count() - from);
            cmac.tags(deciders, from, count, high, low);
            for (int i = 0; i < count; i++) {
                if (in.isNull(from + i)) {
                    out.appendNull();
                } else if (in.length(from + i) == 0) {
                    out.commit(0);
                } else {
                    write(in, values, from + i, high[i], out);
                }
            }
        }
    }

    private void write(ColumnValues in, ColumnValues values, int row, long hash, MaskedValues out) {
        int gender = hash < 0 ? Genders.FEMALE : Genders.MALE;
        if (told != null) {
            gender = told.gender(row);
        }
        int length = values.length(row);
        int spelling = own.spelling(values.bytes(), values.start(row), length);
        if (spelling == Spellings.UNKNOWN) {
            spelling = own.manners() == 1 ? 0 : 3 * manner(values, row);
            if (foreign == Genders.LETTER) {
                out.countUnfit();
            }
        }
        own.write(spelling, gender, hash, in.bytes(), in.start(row), in.length(row), out);
    }

    /// `Dr.` becomes `Ms.`, and `Dr` becomes `Ms`.
    private int manner(ColumnValues values, int row) {
        int last = values.start(row) + values.length(row) - 1;
        return foreign == Genders.TITLE && values.bytes()[last] == '.'
                ? Genders.DOTTED_TITLE
                : foreign;
    }

    private ColumnValues keys(ColumnValues values, RowContext row) {
        for (int i = 0; i < deciding.length; i++) {
            deciding[i].read(row.original(i));
        }
        keys.resetAndTrim();
        for (int i = 0; i < values.count(); i++) {
            int length = 0;
            for (ReadColumn each : deciding) {
                length += each.put(i, keys, length);
                keys.reserve(length + 1)[keys.position() + length++] = SEPARATOR;
            }
            keys.commit(length);
        }
        return keys.view(view);
    }
}
