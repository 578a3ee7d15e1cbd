package dev.understudy.masking;

import javax.crypto.Cipher;

/// As many pseudorandom numbers of a value as its pseudonym needs, beyond the 128 bits of its tag:
/// AES of the tag counted on. The first numbers of many values come from one call of the cipher;
/// one call a value would cost five times as much.
final class TagStream {
    /// Of so many values the first numbers are made together.
    private static final int BATCH = 64;

    private static final int MOST_PICKS = 32;
    private static final int PICK = 4;
    private static final int PICKS_OF_BLOCK = 16 / PICK;

    private final Cipher cipher;

    /// What a value takes of the two others at a time, in bytes.
    private final int stride;

    private final byte[] counters;
    private final byte[] random;
    private long high;
    private long low;
    private int next;
    private int end;

    TagStream(MaskingKeys keys, String domain) {
        this(keys, domain, MOST_PICKS);
    }

    /// @param picks about how many numbers a pseudonym needs
    TagStream(MaskingKeys keys, String domain, int picks) {
        stride = 16 * Math.ceilDiv(Math.min(picks, MOST_PICKS), PICKS_OF_BLOCK);
        counters = new byte[BATCH * stride];
        random = new byte[BATCH * stride];
        cipher = Bytes.aes(keys.derive("mask/stream", domain, 16));
    }

    /// Begins the numbers of one of `count` values, which have these tags. To be called for each of
    /// them in their order, NULLs included: every {@link #BATCH} makes the first numbers of as
    /// many.
    void begin(long[] tagHigh, long[] tagLow, int index, int count) {
        int place = index % BATCH;
        if (place == 0) {
            prepare(tagHigh, tagLow, index, Math.min(BATCH, count - index));
        }
        high = tagHigh[index];
        low = tagLow[index] + stride / 16;
        next = place * stride;
        end = next + stride;
    }

    private void prepare(long[] tagHigh, long[] tagLow, int from, int count) {
        for (int i = 0; i < count; i++) {
            count(tagHigh[from + i], tagLow[from + i], i * stride);
        }
        Bytes.encrypt(cipher, counters, 0, count * stride, random);
    }

    /// The next number, from 0 to below `bound`.
    int pick(int bound) {
        if (next == end) {
            refill();
        }
        int picked = number(next, bound);
        next += PICK;
        return picked;
    }

    private int number(int at, int bound) {
        long number = (int) Bytes.INT.get(random, at) & 0xFFFFFFFFL;
        return (int) ((number * bound) >>> 32);
    }

    /// Writes `count` characters of an alphabet and returns the place behind them.
    int write(byte[] alphabet, int count, byte[] to, int at) {
        int behind = at + count;
        for (int place = at; place < behind; ) {
            if (next == end) {
                refill();
            }
            int some = Math.min(behind - place, (end - next) / PICK);
            for (int i = 0; i < some; i++) {
                to[place + i] = alphabet[number(next + PICK * i, alphabet.length)];
            }
            place += some;
            next += PICK * some;
        }
        return behind;
    }

    private void count(long tagHigh, long tagLow, int start) {
        long counter = tagLow;
        for (int at = start; at < start + stride; at += 16) {
            Bytes.LONG.set(counters, at, tagHigh);
            Bytes.LONG.set(counters, at + 8, counter++);
        }
    }

    /// Writes further numbers over those that are used up.
    private void refill() {
        next = end - stride;
        count(high, low, next);
        low += stride / 16;
        Bytes.encrypt(cipher, counters, next, stride, random, next);
    }
}
