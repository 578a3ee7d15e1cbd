package dev.understudy.jobs.copy;

import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.Maskers;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts;
import dev.understudy.source.KeyParts.Interval;
import dev.understudy.source.Keys;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceSession;
import dev.understudy.source.SummedRows;
import dev.understudy.twin.RowWriter;
import dev.understudy.twin.StagedTable;
import dev.understudy.twin.StagingTwin;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Finds what no time of change can tell: rows of a twin that are gone from the source, and rows of
/// the source that came with an old time, as where `ON UPDATE CASCADE` gives them another key.
///
/// Both servers count and sum up their keys in parts, side by side. Of parts that differ both give
/// their keys, where those are whole numbers; what only the twin has is gone, and what only the
/// source has was missed. Other keys of the source are sent over and compared in the twin. A key
/// that is masked cannot be compared by sums: all of the source's keys are sent over, masked as the
/// rows are. What was missed is then read as whole rows.
///
/// Of tables that are checked, the sums cover values besides the keys, and whole rows are sent: so
/// those are found, too, that have changed although their times have not.
final class Sweep implements AutoCloseable {
    /// Whole numbers are first compared in intervals of about so many keys: one search in the index
    /// each, which is then nothing beside the keys themselves.
    private static final long KEYS_AN_INTERVAL = 1024;

    /// An interval with more keys than these on one side, which no statistics told, is divided
    /// before its keys are compared.
    private static final long KEYS_DIVIDED = 1 << 16;

    /// So many keys a side are compared at a time.
    private static final long KEYS_COMPARED = 1 << 18;

    /// So many keys are noted as gone by one statement.
    private static final int KEYS_NOTED = 1 << 14;

    private static final int DIVIDED_INTO = 16;

    /// So many intervals a statement.
    private static final int INTERVALS = 4096;

    /// About so many keys share a hash's last bits: a comparison of all of them costs one read of
    /// all keys, so they are not divided as intervals are.
    private static final long KEYS_A_HASH = 128;

    /// More parts than these (65,536) are not worth the servers' memory.
    private static final int MOST_BITS = 16;

    private static final int BLOCK_BYTES = 1 << 18;
    private static final int BLOCK_ROWS = 8192;

    private final CopyRun copy;
    private final SourceConfig config;
    private final SourceSession source;
    private final StagingTwin twin;

    Sweep(CopyRun copy, SourceConfig config, SourceDatabase database, StagingTwin twin) {
        this.copy = copy;
        this.config = config;
        source = database.join();
        this.twin = twin;
    }

    /// Whether a table's keys can be sent over without the rest of their rows.
    static boolean canSweep(TableCopy table) {
        return key(table).stream()
                .allMatch(each ->
                        each.kept()
                                || Maskers.named(each.rule().masker())
                                        .map(masker -> masker.reads(each.rule()))
                                        .filter(reads ->
                                                reads.columns().isEmpty()
                                                        && reads.subject().isEmpty())
                                        .isPresent());
    }

    static boolean keepsKey(TableCopy table) {
        return key(table).stream().allMatch(Decision::kept);
    }

    private static List<Decision> key(TableCopy table) {
        List<String> names = table.orderKey().orElseThrow().columns();
        return names.stream()
                .map(name ->
                        table.columns().stream()
                                .filter(each -> each.column().name().equals(name))
                                .findFirst()
                                .orElseThrow())
                .toList();
    }

    /// Those of some tables whose keys, or other values that are compared, may not be as in the
    /// source. Small tables are compared whole, many in a statement.
    List<StagedTable> suspects(List<StagedTable> tables) throws InterruptedException {
        var small = new LinkedHashMap<StagedTable, KeyParts.Hashed>();
        var ours = new HashMap<TableName, SummedRows>();
        for (StagedTable each : tables) {
            TableTarget target = target(each);
            if (each.checked().isEmpty()
                    && keepsKey(target.table())
                    && target.table().table().estimatedRows() <= KEYS_AN_INTERVAL) {
                var all = new KeyParts.Hashed(target.keyColumns(), List.of(), 0, List.of());
                small.put(each, all);
                ours.put(
                        each.table(),
                        new SummedRows(all, target.table().conditions(), Long.MAX_VALUE));
            }
        }
        stopIfAsked();
        var ofTwin = inTwin(() -> twin.sums(small));
        Map<TableName, KeyParts.Sum> ofSource = source.sums(ours);
        Map<TableName, KeyParts.Sum> its = await(ofTwin);
        return tables.stream()
                .filter(each ->
                        !small.containsKey(each)
                                || !isSame(
                                        ofSource.getOrDefault(each.table(), SummedRows.NONE),
                                        its.getOrDefault(each.table(), SummedRows.NONE)))
                .toList();
    }

    private TableTarget target(StagedTable table) {
        return copy.target(table.table().in(config.name()));
    }

    /// What was found of a table.
    ///
    /// @param gone keys that are not in the source
    /// @param missed rows that are not as in the source
    record Found(long gone, long missed) {
        static final Found NOTHING = new Found(0, 0);
    }

    /// Notes the keys of a table that are gone, and stages rows that were missed.
    Found table(StagedTable staged) throws InterruptedException {
        TableTarget target = target(staged);
        List<RowColumn> key = target.keyColumns();
        if (!staged.checked().isEmpty()) {
            return hashed(staged, target);
        }
        if (!keepsKey(target.table())) {
            return send(staged, target, new KeyParts.All(key));
        }
        if (!KeyParts.isWhole(key)) {
            return hashed(staged, target);
        }
        List<Interval> shares = source.shares(target.read().table(), key.getFirst());
        return shares.isEmpty()
                ? send(staged, target, new KeyParts.All(key))
                : intervals(staged, target, shares);
    }

    @Override
    public void close() {
        source.close();
    }

    private Found hashed(StagedTable staged, TableTarget target) throws InterruptedException {
        List<RowColumn> values =
                target.read().columns().stream()
                        .filter(each -> staged.checked().contains(each.name()))
                        .toList();
        long parts = Math.max(1, target.table().table().estimatedRows() / KEYS_A_HASH);
        int bits = Math.min(MOST_BITS, Long.SIZE - Long.numberOfLeadingZeros(parts));
        var all = new KeyParts.Hashed(target.keyColumns(), values, bits, List.of());
        List<Long> differing = List.copyOf(differing(staged, target, all).keySet());
        return differing.isEmpty()
                ? Found.NOTHING
                : send(
                        staged,
                        target,
                        new KeyParts.Hashed(target.keyColumns(), values, bits, differing));
    }

    /// @param shares that all of the source's keys lie in, each with about as many of them
    private Found intervals(StagedTable staged, TableTarget target, List<Interval> shares)
            throws InterruptedException {
        long wanted = Math.max(2, target.table().table().estimatedRows() / KEYS_AN_INTERVAL);
        long ofShare = Math.max(1, wanted / shares.size());
        var differing = new Differing(staged, target);
        Interval whole = whole(target.keyColumns().getFirst());
        long first = shares.getFirst().first();
        long last = shares.getLast().last();
        if (whole.first() < first) {
            differing.in(new Interval(whole.first(), first - 1));
        }
        for (Interval share : shares) {
            long width = Long.divideUnsigned(share.last() - share.first(), ofShare) + 1;
            Iterator<Interval> inside = divided(share, width);
            while (inside.hasNext()) {
                differing.in(inside.next());
            }
        }
        if (last < whole.last()) {
            differing.in(new Interval(last + 1, whole.last()));
        }
        return differing.end();
    }

    /// The intervals of a width, an unsigned number, that make up an interval.
    private static Iterator<Interval> divided(Interval whole, long width) {
        return new Iterator<>() {
            private long at = whole.first();
            private boolean hasNext = true;

            @Override
            public boolean hasNext() {
                return hasNext;
            }

            @Override
            public Interval next() {
                long first = at;
                hasNext = Long.compareUnsigned(whole.last() - first, width) >= 0;
                at += width;
                return new Interval(first, hasNext ? at - 1 : whole.last());
            }
        };
    }

    /// All numbers that a column can hold.
    private static Interval whole(RowColumn column) {
        return switch (column.type().underlying().name()) {
            case "int2" -> new Interval(Short.MIN_VALUE, Short.MAX_VALUE);
            case "int4" -> new Interval(Integer.MIN_VALUE, Integer.MAX_VALUE);
            default -> new Interval(Long.MIN_VALUE, Long.MAX_VALUE);
        };
    }

    /// Finds keys that only one side has by dividing intervals that differ.
    private final class Differing {
        private final StagedTable staged;
        private final TableTarget target;
        private final List<Interval> next = new ArrayList<>();
        private final List<Interval> small = new ArrayList<>();
        private long keysInSmall;
        private long gone;
        private long missed;

        Differing(StagedTable staged, TableTarget target) {
            this.staged = staged;
            this.target = target;
        }

        void in(Interval interval) throws InterruptedException {
            next.add(interval);
            if (next.size() == INTERVALS) {
                in(next);
                next.clear();
            }
        }

        private void in(List<Interval> intervals) throws InterruptedException {
            var divided = new ArrayList<Interval>();
            var parts = new KeyParts.Intervals(target.keyColumns().getFirst(), intervals);
            for (var differing : differing(staged, target, parts).entrySet()) {
                Interval interval = intervals.get(Math.toIntExact(differing.getKey()));
                if (differing.getValue() <= KEYS_DIVIDED || interval.first() == interval.last()) {
                    small.add(interval);
                    keysInSmall += differing.getValue();
                } else {
                    long span = interval.last() - interval.first();
                    divided(interval, Long.divideUnsigned(span, DIVIDED_INTO) + 1)
                            .forEachRemaining(divided::add);
                }
                if (keysInSmall >= KEYS_COMPARED || small.size() == INTERVALS) {
                    compare();
                }
                if (divided.size() >= INTERVALS) {
                    in(divided);
                    divided.clear();
                }
            }
            if (!divided.isEmpty()) {
                in(divided);
            }
        }

        private void compare() throws InterruptedException {
            // Those that were divided came behind later ones.
            small.sort(Comparator.comparingLong(Interval::first));
            var intervals = new KeyParts.Intervals(target.keyColumns().getFirst(), small);
            var ofTwin = inTwin(() -> twin.keys(staged, intervals));
            long[] known =
                    source.keys(target.read().table(), target.table().conditions(), intervals);
            long[] its = await(ofTwin);
            Arrays.sort(known);
            Arrays.sort(its);
            note(without(its, known));
            stage(without(known, its));
            small.clear();
            keysInSmall = 0;
        }

        private void note(long[] keys) {
            for (int first = 0; first < keys.length; first += KEYS_NOTED) {
                stopIfAsked();
                int end = Math.min(keys.length, first + KEYS_NOTED);
                twin.noteGone(staged, Arrays.copyOfRange(keys, first, end));
            }
            gone += keys.length;
        }

        private void stage(long[] keys) {
            for (int first = 0; first < keys.length; first += INTERVALS) {
                stopIfAsked();
                int end = Math.min(keys.length, first + INTERVALS);
                List<Interval> each =
                        Arrays.stream(keys, first, end)
                                .mapToObj(key -> new Interval(key, key))
                                .toList();
                var parts = new KeyParts.Intervals(target.keyColumns().getFirst(), each);
                missed += stageMissed(staged, target, parts);
            }
        }

        Found end() throws InterruptedException {
            if (!next.isEmpty()) {
                in(next);
            }
            if (!small.isEmpty()) {
                compare();
            }
            return new Found(gone, missed);
        }
    }

    /// Those of some numbers that are not among others; all of them are sorted.
    private static long[] without(long[] numbers, long[] others) {
        var rest = new Keys();
        int at = 0;
        for (long each : numbers) {
            while (at < others.length && others[at] < each) {
                at++;
            }
            if (at == others.length || others[at] != each) {
                rest.add(each);
            }
        }
        return rest.all();
    }

    /// The parts that do not have the same keys on both sides, in their order, each with how many
    /// there are on the side that has more.
    private SortedMap<Long, Long> differing(StagedTable staged, TableTarget target, KeyParts parts)
            throws InterruptedException {
        stopIfAsked();
        var ofTwin = inTwin(() -> twin.sums(staged, parts));
        var differing = new TreeMap<Long, Long>();
        var ours = new HashMap<Long, KeyParts.Sum>();
        source.sums(target.read().table(), target.table().conditions(), parts)
                .forEach(each -> ours.put(each.part(), each));
        for (KeyParts.Sum its : await(ofTwin)) {
            KeyParts.@Nullable Sum own = ours.remove(its.part());
            if (own == null || !isSame(own, its)) {
                differing.put(its.part(), Math.max(its.keys(), own == null ? 0 : own.keys()));
            }
        }
        ours.values().forEach(own -> differing.put(own.part(), own.keys()));
        return differing;
    }

    private void stopIfAsked() {
        if (copy.mustStop()) {
            throw new Failure(Failure.Kind.INTERRUPTED, "stopped");
        }
    }

    private static boolean isSame(KeyParts.Sum one, KeyParts.Sum other) {
        return one.keys() == other.keys()
                && new BigDecimal(one.hash()).compareTo(new BigDecimal(other.hash())) == 0;
    }

    private static <T> FutureTask<T> inTwin(Callable<T> asked) {
        var task = new FutureTask<>(asked);
        Thread.ofPlatform().name("understudy-sweep").daemon().start(task);
        return task;
    }

    private static <T> T await(FutureTask<T> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
            throw new IllegalStateException("summing up the twin's keys", e.getCause());
        }
    }

    /// Sends what the source has in some parts over, notes what else the twin has in them, and
    /// stages what it has not.
    private Found send(StagedTable staged, TableTarget target, KeyParts parts) {
        boolean whole = !staged.checked().isEmpty();
        List<String> columns = whole ? staged.columns() : staged.key();
        TableTarget sent = whole ? target : keysAlone(target);
        Found found =
                inKeyTable(
                        staged,
                        sent,
                        parts,
                        columns,
                        session ->
                                new Found(
                                        twin.noteGone(session, staged, parts),
                                        whole
                                                ? twin.stageMissed(session, staged)
                                                : twin.countMissed(session, staged)));
        if (!whole && found.missed() > 0) {
            stageMissed(staged, target, parts);
        }
        return found;
    }

    private long stageMissed(StagedTable staged, TableTarget target, KeyParts parts) {
        return inKeyTable(
                staged,
                target,
                parts,
                staged.columns(),
                session -> twin.stageMissed(session, staged));
    }

    private interface Work<T> {
        T in(Connection session) throws SQLException;
    }

    /// Works with a key table to which rows of the source were sent.
    private <T> T inKeyTable(
            StagedTable staged,
            TableTarget target,
            KeyParts parts,
            List<String> columns,
            Work<T> work) {
        try (Connection session = twin.session()) {
            session.setAutoCommit(false);
            TableTarget into =
                    target.allInto(twin.keyTable(session, staged, columns))
                            .with(source.within(parts));
            RowWriter writer = twin.writer(session, into.written());
            send(into, writer);
            writer.end();
            T result = work.in(session);
            session.commit();
            session.setAutoCommit(true);
            return result;
            // Otherwise the transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            throw twin.failure(
                    "comparing the rows of %s with the source's".formatted(staged.table()), e);
        }
    }

    private static TableTarget keysAlone(TableTarget target) {
        TableCopy table = target.table();
        var keys =
                new TableCopy(
                        table.table(),
                        table.lakeTable(),
                        key(table),
                        List.of(),
                        table.watermarks(),
                        table.rows(),
                        table.orderKey(),
                        false);
        return TableTarget.of(keys, target.written().table(), false);
    }

    private void send(TableTarget target, RowWriter writer) {
        RowMasker masker = copy.masker(target);
        RowQuery query = target.query(KeyRange.ALL, false);
        var read = new RowBatch(query.shape(), 1 << 12);
        var masked = new RowBatch(target.written(), 1 << 12);
        try (RowReader reader = source.read(query, BLOCK_ROWS, BLOCK_BYTES)) {
            while (!reader.isAtEnd()) {
                stopIfAsked();
                read.clear(query.shape());
                reader.read(read);
                masked.clear(target.written());
                masker.mask(read, masked);
                if (masked.rows() > 0) {
                    writer.write(masked);
                }
            }
        }
    }
}
