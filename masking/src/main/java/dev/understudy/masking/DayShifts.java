package dev.understudy.masking;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// By how many days each day of a domain is shifted, once it was asked for: a column of dates has
/// far fewer days than rows. All maskers of a domain share it; any thread may use it, and two that
/// work out the same day come to the same.
final class DayShifts {
    private static final int PAGE_BITS = 10;
    private static final int PAGE = 1 << PAGE_BITS;

    /// The days of the years 1 to 9999.
    static final int FIRST = -730_119;

    static final int LAST = 2_921_939;

    private final DayRange by;

    /// A page never gives way to another one: what had been told in it would let dates through as
    /// they are.
    private final AtomicReferenceArray<int[]> pages =
            new AtomicReferenceArray<>(((LAST - FIRST) >> PAGE_BITS) + 1);

    DayShifts(DayRange by) {
        this.by = by;
    }

    /// The days, earlier or later; 0 if nobody has told yet.
    int of(long day) {
        int at = (int) (day - FIRST);
        int[] page = pages.get(at >> PAGE_BITS);
        return page == null ? 0 : page[at & (PAGE - 1)];
    }

    /// Tells what the tags of some days make of them.
    void tell(ColumnValues days, int from, int count, long[] tags) {
        for (int i = 0; i < count; i++) {
            int at = (int) Bytes.INT.get(days.bytes(), days.start(from + i)) - FIRST;
            int number = at >> PAGE_BITS;
            if (pages.get(number) == null) {
                pages.compareAndSet(number, null, new int[PAGE]);
            }
            pages.get(number)[at & (PAGE - 1)] = by.pick(tags[i]);
        }
    }
}
