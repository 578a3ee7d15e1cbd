package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// What has been copied so far, for those who watch. Thread-safe, cheap to read.
public final class CopyProgress {
    /// One table.
    public static final class OfTable {
        private final TableName table;
        private final long estimatedRows;
        private volatile boolean done;
        private final LongAdder rows = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        OfTable(TableName table, long estimatedRows) {
            this.table = table;
            this.estimatedRows = estimatedRows;
        }

        public TableName table() {
            return table;
        }

        public long estimatedRows() {
            return estimatedRows;
        }

        public long rows() {
            return rows.sum();
        }

        public long bytes() {
            return bytes.sum();
        }

        public boolean done() {
            return done;
        }

        void add(long moreRows, long moreBytes) {
            rows.add(moreRows);
            bytes.add(moreBytes);
        }

        void finish() {
            done = true;
        }
    }

    private volatile Map<TableName, OfTable> tables = Map.of();
    private final InstantSource clock;
    private final Map<Phase, Instant> starts = new EnumMap<>(Phase.class);
    private volatile Phase phase = Phase.PLAN;
    private volatile String activity = "";

    /// @param began when planning began
    public CopyProgress(InstantSource clock, Instant began) {
        this.clock = clock;
        starts.put(Phase.PLAN, began);
    }

    /// Says which tables will be copied, before the first row is.
    void expect(List<TableCopy> planned) {
        var expected = new LinkedHashMap<TableName, OfTable>();
        for (TableCopy each : planned) {
            if (!each.structureOnly()) {
                expected.put(
                        each.name(),
                        new OfTable(each.name(), Math.max(0, each.table().estimatedRows())));
            }
        }
        tables = expected;
    }

    OfTable of(TableName table) {
        return Objects.requireNonNull(tables.get(table), table.toString());
    }

    /// All tables, in the order of the plan.
    public List<OfTable> tables() {
        return List.copyOf(tables.values());
    }

    public Phase phase() {
        return phase;
    }

    /// In a few words: `index customer_email_key`.
    public String activity() {
        return activity;
    }

    /// Enters a phase; workers may say so of the same phase many times.
    public void enter(Phase next) {
        if (phase == next) {
            return;
        }
        synchronized (starts) {
            starts.put(next, clock.instant());
        }
        phase = next;
        activity = "";
    }

    /// How long each phase has taken until now.
    public Map<Phase, Long> phaseMillis(Instant now) {
        synchronized (starts) {
            var millis = new EnumMap<Phase, Long>(Phase.class);
            Phase current = null;
            for (Phase each : starts.keySet()) {
                if (current != null) {
                    millis.put(current, between(current, starts.get(each)));
                }
                current = each;
            }
            if (current != null && current != Phase.DONE) {
                millis.put(current, between(current, now));
            }
            return millis;
        }
    }

    private long between(Phase phase, Instant end) {
        return Math.max(0, Duration.between(starts.get(phase), end).toMillis());
    }

    void doing(String what) {
        activity = what;
    }
}
