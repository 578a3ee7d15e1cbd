package dev.understudy.masking;

import java.util.Arrays;
import java.util.List;

/// Shifts the dates of a row together, by as many days as their values decide: the order between
/// them stays, and so do their intervals. What columns have in common adds up, so it does not
/// matter which of them is masked.
final class DatesTogether extends RowAwareMasker {
    private final ValueForm form;
    private final DaysKept kept;
    private final DayRange by;
    private final Canonical own;
    private final Canonical[] others;
    private final Cmac cmac;
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];
    private long[] sums = new long[0];

    /// @param others the other columns of dates
    DatesTogether(
            ColumnProfile column,
            DaysKept kept,
            DayRange by,
            List<ColumnProfile> others,
            Cmac cmac) {
        this.form = column.form();
        this.kept = kept;
        this.by = by;
        this.own = Canonical.days(form);
        this.others =
                others.stream().map(each -> Canonical.days(each.form())).toArray(Canonical[]::new);
        this.cmac = cmac;
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        if (sums.length < in.count()) {
            sums = new long[in.count()];
        }
        Arrays.fill(sums, 0, in.count(), 0);
        add(own.of(in));
        for (int i = 0; i < others.length; i++) {
            add(others[i].of(row.original(i)));
        }
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else {
                Dates.shiftWithin(form, kept, in.bytes(), in.start(i), by.pick(sums[i]), out);
            }
        }
    }

    private void add(ColumnValues dates) {
        for (int from = 0; from < dates.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, dates.count() - from);
            cmac.tags(dates, from, count, high, low);
            for (int i = 0; i < count; i++) {
                if (!dates.isNull(from + i)) {
                    sums[from + i] += high[i];
                }
            }
        }
    }
}
