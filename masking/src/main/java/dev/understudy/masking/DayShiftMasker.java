package dev.understudy.masking;

/// Shifts dates by what their days decide.
final class DayShiftMasker implements ColumnMasker {
    private final ValueForm form;
    private final DaysKept kept;
    private final DayShifts shifts;
    private final ColumnMasker beyond;
    private final Canonical canonical = Canonical.days(ValueForm.DATE);
    private final Cmac cmac;
    private final MaskedValues untold = new MaskedValues();
    private final ColumnValues days = new ColumnValues();
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];

    /// @param beyond does the same, for days that `shifts` does not have
    DayShiftMasker(
            ValueForm form, DaysKept kept, DayShifts shifts, Cmac cmac, ColumnMasker beyond) {
        this.form = form;
        this.kept = kept;
        this.shifts = shifts;
        this.cmac = cmac;
        this.beyond = beyond;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        if (!collect(in)) {
            beyond.mask(in, out);
            return;
        }
        tell();
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else {
                int shift = shifts.of(Dates.day(form, in.bytes(), in.start(i)));
                Dates.shift(form, kept, in.bytes(), in.start(i), shift, out);
            }
        }
    }

    /// Collects the days that nobody has told the shifts of; false if there are others than those
    /// of four-digit years.
    private boolean collect(ColumnValues in) {
        untold.reset();
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                continue;
            }
            long day = Dates.day(form, in.bytes(), in.start(i));
            if (day < DayShifts.FIRST || day > DayShifts.LAST) {
                return false;
            }
            if (shifts.of(day) == 0) {
                Dates.writeDate(day, untold);
            }
        }
        return true;
    }

    private void tell() {
        untold.view(days);
        ColumnValues texts = canonical.of(days);
        for (int from = 0; from < days.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, days.count() - from);
            cmac.tags(texts, from, count, high, low);
            shifts.tell(days, from, count, high);
        }
    }
}
