package dev.understudy.masking;

/// Shifts all dates of a subject alike, whatever table and column they are in: the intervals
/// between them stay, and so does their order within a row. The subject is what another column of
/// the row says; rows without one share their shift.
final class SubjectShift extends RowAwareMasker {
    private final ValueForm form;
    private final DaysKept kept;
    private final DayRange by;
    private final Canonical canonical;
    private final Cmac cmac;
    private final ColumnValues subjects = new ColumnValues();
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];

    /// @param subject the column that names the subject
    SubjectShift(
            ColumnProfile column, DaysKept kept, DayRange by, ColumnProfile subject, Cmac cmac) {
        this.form = column.form();
        this.kept = kept;
        this.by = by;
        this.canonical = new Canonical(subject.form());
        this.cmac = cmac;
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        ColumnValues known = canonical.of(row.original(0));
        subjects.reset(known.bytes(), known.count());
        for (int i = 0; i < known.count(); i++) {
            subjects.add(known.start(i), Math.max(0, known.length(i)));
        }
        for (int from = 0; from < in.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, in.count() - from);
            cmac.tags(subjects, from, count, high, low);
            for (int i = 0; i < count; i++) {
                if (in.isNull(from + i)) {
                    out.appendNull();
                } else {
                    Dates.shift(form, kept, in.bytes(), in.start(from + i), by.pick(high[i]), out);
                }
            }
        }
    }
}
