package dev.understudy.masking;

import javax.crypto.Cipher;

/// As many pseudorandom numbers of a value as its pseudonym needs, beyond the 128 bits of its tag:
/// AES of the tag counted on.
final class TagStream {
    private static final int MOST_PICKS = 32;
    private static final int PICKS_OF_BLOCK = 4;

    private final Cipher cipher;
    private final byte[] counters;
    private final byte[] random;
    private long high;
    private long low;
    private int next;

    TagStream(MaskingKeys keys, String domain) {
        this(keys, domain, MOST_PICKS);
    }

    /// @param picks about how many numbers a pseudonym needs
    TagStream(MaskingKeys keys, String domain, int picks) {
        int blocks = Math.ceilDiv(Math.min(picks, MOST_PICKS), PICKS_OF_BLOCK);
        counters = new byte[16 * blocks];
        random = new byte[16 * blocks];
        cipher = Bytes.aes(keys.derive("mask/stream", domain, 16));
    }

    /// Begins the numbers of the value that has this tag.
    void begin(long tagHigh, long tagLow) {
        high = tagHigh;
        low = tagLow;
        next = random.length;
    }

    /// The next number, from 0 to below `bound`.
    int pick(int bound) {
        if (next == random.length) {
            refill();
        }
        long number = (int) Bytes.INT.get(random, next) & 0xFFFFFFFFL;
        next += 4;
        return (int) ((number * bound) >>> 32);
    }

    /// Writes `count` characters of an alphabet and returns the place behind them.
    int write(byte[] alphabet, int count, byte[] to, int at) {
        for (int i = 0; i < count; i++) {
            to[at + i] = alphabet[pick(alphabet.length)];
        }
        return at + count;
    }

    private void refill() {
        for (int at = 0; at < counters.length; at += 16) {
            Bytes.LONG.set(counters, at, high);
            Bytes.LONG.set(counters, at + 8, low++);
        }
        Bytes.encrypt(cipher, counters, 0, counters.length, random);
        next = 0;
    }
}
