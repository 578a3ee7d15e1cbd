package dev.understudy.masking;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Names of the gender and the culture that other columns of the row tell.
final class NameMasker extends RowAwareMasker {
    private static final int GENDERS = 4;

    private final GenderMasker.@Nullable Told gender;
    private final @Nullable ReadColumn culture;
    private final TagMasker.Writer[] writers;
    private final Canonical canonical;
    private final Cmac cmac;
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];

    /// @param gender null if none is told
    /// @param culture the column that tells it, by a country or a language; null if none does
    /// @param writer for a culture and a gender
    NameMasker(
            GenderMasker.@Nullable Told gender,
            @Nullable ReadColumn culture,
            BiFunction<Integer, Integer, TagMasker.Writer> writer,
            ValueForm form,
            Cmac cmac) {
        this.gender = gender;
        this.culture = culture;
        this.canonical = new Canonical(form);
        this.cmac = cmac;
        int cultures = culture == null ? 1 : Names.cultures();
        writers = new TagMasker.Writer[GENDERS * cultures];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = writer.apply(i / GENDERS, i % GENDERS);
        }
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        int next = 0;
        if (gender != null) {
            gender.read(row.masked(next++));
        }
        if (culture != null) {
            culture.read(row.masked(next));
        }
        ColumnValues values = canonical.of(in);
        for (int from = 0; from < in.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, in.count() - from);
            cmac.tags(values, from, count, high, low);
            for (int i = 0; i < count; i++) {
                int length = in.length(from + i);
                if (length > 0) {
                    writer(from + i)
                            .write(in.bytes(), in.start(from + i), length, high[i], low[i], out);
                } else if (length == 0) {
                    out.commit(0);
                } else {
                    out.appendNull();
                }
            }
        }
    }

    private TagMasker.Writer writer(int row) {
        int told = gender == null ? Names.EITHER : gender.gender(row);
        int of = Names.ANYWHERE;
        if (culture != null) {
            of = Names.culture(culture.bytes(), culture.start(row), culture.length(row));
        }
        return writers[GENDERS * of + told];
    }
}
