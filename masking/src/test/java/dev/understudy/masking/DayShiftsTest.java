package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DayShiftsTest {
    private static final int THREADS = 2;
    private static final int DAYS = 3_000;
    private static final int ROUNDS = 20;

    /// A shift that got lost would let a date through as it is.
    @Test
    void whatOneThreadTellsIsNeverLostToAnotherThatTellsOfDaysNearby() throws Exception {
        try (var pool = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                var shifts = new DayShifts(DayRange.around(30));
                var arrived = new AtomicInteger();
                List<Callable<Integer>> tasks = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    int own = i;
                    tasks.add(() -> lost(shifts, own, arrived));
                }
                for (var each : pool.invokeAll(tasks)) {
                    assertThat(each.get()).as("days without a shift, round %d", round).isZero();
                }
            }
        }
    }

    /// Tells of one day in each stretch of days at the same time as the others, and counts those
    /// that nobody knows afterwards.
    private static int lost(DayShifts shifts, int own, AtomicInteger arrived) {
        int lost = 0;
        for (int i = 0; i < DAYS; i++) {
            int day = DayShifts.FIRST + 1024 * i + own;
            ColumnValues days = Columns.values(List.of(Columns.int4(day)));
            arrived.incrementAndGet();
            while (arrived.get() < THREADS * (i + 1)) {
                Thread.onSpinWait();
            }
            shifts.tell(days, 0, 1, new long[] {12345});
            lost += shifts.of(day) == 0 ? 1 : 0;
        }
        return lost;
    }
}
