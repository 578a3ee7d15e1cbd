package dev.understudy.masking;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/// AES-CMAC (NIST SP 800-38B), the pseudorandom function of all maskers, computed for many values
/// at once: the first blocks of all in one call of the cipher, then the second blocks, and so on.
/// One call a value would cost five times as much.
final class Cmac {
    /// The most values of one call: their blocks together stay in the first cache.
    static final int BATCH = 256;

    /// From this length on a value is chained alone, so that it needs no thousand rounds.
    private static final int LONG_VALUE = 256;

    private final Cipher cipher;
    private final Cipher chain;
    private final long fullHigh;
    private final long fullLow;
    private final long partHigh;
    private final long partLow;
    private final byte[] plain = new byte[BATCH * 16];
    private final byte[] sealed = new byte[BATCH * 16];
    private final int[] waiting = new int[BATCH];
    private final int[] done = new int[BATCH];

    Cmac(byte[] key) {
        cipher = Bytes.aes(key);
        chain = Bytes.aesChained(key);
        Bytes.encrypt(cipher, plain, 0, 16, sealed);
        long high = (long) Bytes.LONG.get(sealed, 0);
        long low = (long) Bytes.LONG.get(sealed, 8);
        fullHigh = (high << 1) | (low >>> 63);
        fullLow = (low << 1) ^ (high < 0 ? 0x87 : 0);
        partHigh = (fullHigh << 1) | (fullLow >>> 63);
        partLow = (fullLow << 1) ^ (fullHigh < 0 ? 0x87 : 0);
    }

    /// The pseudorandom function of a domain.
    static Cmac of(MaskingKeys keys, String domain) {
        return new Cmac(keys.derive("mask/cmac", domain, 16));
    }

    /// Writes the tags of `count` values, at most {@link #BATCH}, from value `from` on to `high`
    /// and `low` from 0 on. The places of NULLs keep what they had.
    void tags(ColumnValues values, int from, int count, long[] high, long[] low) {
        byte[] bytes = values.bytes();
        int left = 0;
        for (int i = 0; i < count; i++) {
            int length = values.length(from + i);
            if (length < 0) {
                continue;
            }
            high[i] = 0;
            low[i] = 0;
            done[i] = 0;
            if (length > LONG_VALUE) {
                chainAllButLast(bytes, values.start(from + i), length);
                high[i] = (long) Bytes.LONG.get(sealed, 0);
                low[i] = (long) Bytes.LONG.get(sealed, 8);
                done[i] = (length - 1) & ~15;
            }
            waiting[left++] = i;
        }
        while (left > 0) {
            for (int k = 0; k < left; k++) {
                int i = waiting[k];
                int at = values.start(from + i) + done[i];
                int rest = values.length(from + i) - done[i];
                long blockHigh;
                long blockLow;
                if (rest >= 16) {
                    blockHigh = (long) Bytes.LONG.get(bytes, at);
                    blockLow = (long) Bytes.LONG.get(bytes, at + 8);
                    if (rest == 16) {
                        blockHigh ^= fullHigh;
                        blockLow ^= fullLow;
                    }
                } else {
                    blockHigh = padded(bytes, at, rest) ^ partHigh;
                    blockLow = padded(bytes, at + 8, rest - 8) ^ partLow;
                }
                Bytes.LONG.set(plain, 16 * k, blockHigh ^ high[i]);
                Bytes.LONG.set(plain, 16 * k + 8, blockLow ^ low[i]);
            }
            Bytes.encrypt(cipher, plain, 0, 16 * left, sealed);
            int still = 0;
            for (int k = 0; k < left; k++) {
                int i = waiting[k];
                high[i] = (long) Bytes.LONG.get(sealed, 16 * k);
                low[i] = (long) Bytes.LONG.get(sealed, 16 * k + 8);
                done[i] += 16;
                if (done[i] < values.length(from + i)) {
                    waiting[still++] = i;
                }
            }
            left = still;
        }
    }

    /// Eight bytes of a value's end: its last `rest` bytes, a one bit, and zeros.
    private static long padded(byte[] bytes, int at, int rest) {
        if (rest < 0) {
            return 0;
        }
        if (rest >= 8) {
            return (long) Bytes.LONG.get(bytes, at);
        }
        long end = 0x80L << (56 - 8 * rest);
        if (at + 8 <= bytes.length) {
            long mask = rest == 0 ? 0 : -1L << (64 - 8 * rest);
            return ((long) Bytes.LONG.get(bytes, at) & mask) | end;
        }
        for (int i = 0; i < rest; i++) {
            end |= (bytes[at + i] & 0xFFL) << (56 - 8 * i);
        }
        return end;
    }

    /// Leaves the chained last block but one at the start of `sealed`.
    private void chainAllButLast(byte[] bytes, int start, int length) {
        int end = start + ((length - 1) & ~15);
        int last = 0;
        for (int at = start; at < end; at += sealed.length) {
            int piece = Math.min(sealed.length, end - at);
            Bytes.encrypt(chain, bytes, at, piece, sealed);
            last = piece - 16;
        }
        System.arraycopy(sealed, last, sealed, 0, 16);
        try {
            chain.doFinal(); // begins the next value from zeros again
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed on whole blocks", e);
        }
    }
}
