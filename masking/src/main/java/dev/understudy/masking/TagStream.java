package dev.understudy.masking;

import javax.crypto.Cipher;

/// As many pseudorandom numbers of a value as its pseudonym needs, beyond the 128 bits of its tag:
/// AES of the tag counted on. The first numbers of many values come from one call of the cipher;
/// one call a value would cost five times as much.
final class TagStream {
    /// Of so many values the first numbers are made together.
    static final int BATCH = 64;

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

    /// Makes the first numbers of `count` values, at most {@link #BATCH}, whose tags begin at
    /// `from`.
    void prepare(long[] tagHigh, long[] tagLow, int from, int count) {
        for (int i = 0; i < count; i++) {
            count(tagHigh[from + i], tagLow[from + i], i * stride);
        }
        Bytes.encrypt(cipher, counters, 0, count * stride, random);
    }

    /// Begins the numbers of a prepared value, the one at `index` of them, that has this tag.
    void begin(int index, long tagHigh, long tagLow) {
        high = tagHigh;
        low = tagLow + stride / 16;
        next = index * stride;
        end = next + stride;
    }

    /// Begins the numbers of a value that was not prepared, with this tag.
    void begin(long tagHigh, long tagLow) {
        high = tagHigh;
        low = tagLow;
        next = 0;
        end = 0;
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
        int start = Math.max(0, end - stride);
        count(high, low, start);
        low += stride / 16;
        Bytes.encrypt(cipher, counters, start, stride, random, start);
        next = start;
        end = start + stride;
    }
}
