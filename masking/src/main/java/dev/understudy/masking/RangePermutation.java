package dev.understudy.masking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A keyed permutation of the numbers from 0 to below any size: a table for few of them, else FF1
/// over binary digits, repeated until the number is below the size again (cycle walking).
final class RangePermutation {
    /// NIST SP 800-38G asks for at least a million numbers.
    private static final long SMALLEST_FF1 = 1_000_000;

    private final long size;
    private final int bits;
    private final int tailBits;
    private final @Nullable Permutation table;
    private final Ff1 ff1;
    private int[] places = new int[0];
    private long[] heads = new long[0];
    private long[] tails = new long[0];

    /// @param size at least 1
    RangePermutation(MaskingKeys keys, String domain, long size) {
        this.size = size;
        this.bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
        this.tailBits = bits - bits / 2;
        this.table =
                size < SMALLEST_FF1 ? keys.permutation(domain, "range/" + size, (int) size) : null;
        this.ff1 = new Ff1(keys.derive("mask/ff1/range/" + size, domain, 16), 2);
    }

    /// Permutes the first `count` numbers in place.
    void apply(long[] numbers, int count) {
        if (table != null) {
            for (int i = 0; i < count; i++) {
                numbers[i] = table.apply((int) numbers[i]);
            }
            return;
        }
        if (places.length < count) {
            places = new int[count];
            heads = new long[count];
            tails = new long[count];
        }
        Arrays.setAll(places, i -> i);
        long tailMask = (1L << tailBits) - 1;
        for (int i = 0; i < count; i++) {
            heads[i] = numbers[i] >>> tailBits;
            tails[i] = numbers[i] & tailMask;
        }
        for (int left = count; left > 0; ) {
            ff1.encrypt(bits, heads, tails, left);
            int still = 0;
            for (int k = 0; k < left; k++) {
                long number = (heads[k] << tailBits) | tails[k];
                if (number < size) {
                    numbers[places[k]] = number;
                } else {
                    places[still] = places[k];
                    heads[still] = heads[k];
                    tails[still++] = tails[k];
                }
            }
            left = still;
        }
    }
}
