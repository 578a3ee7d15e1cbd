package dev.understudy.masking;

import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Permutes the integers of a range, so that each stays in it. Those outside are permuted among
/// themselves, between the same two limits of int16, int32, int64 and the range, and counted as
/// unfit: a result fits whatever type its value fits, and columns of different types agree.
final class KeyMasker implements ColumnMasker {
    private final ValueForm form;
    private final MaskingKeys keys;
    private final String domain;
    private final long from;

    /// The first number of every interval, ascending.
    private final long[] starts;

    private final @Nullable RangePermutation[] permutations;
    private int[] intervals = new int[0];
    private int[] places = new int[0];
    private long[] numbers = new long[0];
    private long[] masked = new long[0];

    /// @param to at least `from`, and less than 2^63 above it
    KeyMasker(ValueForm form, long from, long to, MaskingKeys keys, String domain) {
        this.form = form;
        this.keys = keys;
        this.domain = domain;
        this.from = from;
        LongStream limits =
                LongStream.of(
                                Long.MIN_VALUE,
                                Integer.MIN_VALUE,
                                Short.MIN_VALUE,
                                Short.MAX_VALUE + 1L,
                                Integer.MAX_VALUE + 1L)
                        .filter(each -> each < from || each > to);
        LongStream range = to < Long.MAX_VALUE ? LongStream.of(from, to + 1) : LongStream.of(from);
        starts = LongStream.concat(limits, range).distinct().sorted().toArray();
        permutations = new @Nullable RangePermutation[starts.length];
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        int count = in.count();
        if (places.length < count) {
            intervals = new int[count];
            places = new int[count];
            numbers = new long[count];
            masked = new long[count];
        }
        long present = 0;
        for (int i = 0; i < count; i++) {
            intervals[i] = -1;
            if (!in.isNull(i)) {
                intervals[i] = interval(Integers.read(form, in.bytes(), in.start(i)));
                present |= 1L << intervals[i];
            }
        }
        for (; present != 0; present &= present - 1) {
            permute(Long.numberOfTrailingZeros(present), in);
        }
        for (int i = 0; i < count; i++) {
            if (intervals[i] < 0) {
                out.appendNull();
                continue;
            }
            Integers.write(form, masked[i], out);
            if (starts[intervals[i]] != from) {
                out.countUnfit();
            }
        }
    }

    private int interval(long number) {
        int interval = starts.length - 1;
        while (starts[interval] > number) {
            interval--;
        }
        return interval;
    }

    private void permute(int interval, ColumnValues in) {
        long start = starts[interval];
        int count = 0;
        for (int i = 0; i < in.count(); i++) {
            if (intervals[i] == interval) {
                places[count] = i;
                numbers[count++] = Integers.read(form, in.bytes(), in.start(i)) - start;
            }
        }
        permutation(interval).apply(numbers, count);
        for (int k = 0; k < count; k++) {
            masked[places[k]] = start + numbers[k];
        }
    }

    private RangePermutation permutation(int interval) {
        RangePermutation permutation = permutations[interval];
        if (permutation == null) {
            // Behind the last start come the numbers up to 2^63: the difference still is right.
            long end = interval + 1 < starts.length ? starts[interval + 1] : Long.MIN_VALUE;
            permutation = new RangePermutation(keys, domain, end - starts[interval]);
            permutations[interval] = permutation;
        }
        return permutation;
    }
}
