package dev.understudy.masking;

import java.util.Arrays;
import javax.crypto.Cipher;

/// A permutation of addresses that keeps their prefixes: two that share their first n bits, and no
/// more, become two that share their first n bits, and no more. So networks stay networks.
///
/// Source: Xu, Fan, Ammar, Moon, "Prefix-preserving IP address anonymization", 2002 (Crypto-PAn).
final class CryptoPan {
    private final Cipher cipher;
    private final long padHigh;
    private final long padLow;
    private final byte[] plain = new byte[16 * 128];
    private final byte[] sealed = new byte[16 * 128];

    /// The address before, of 128 bits or of 32 and zeros, and which of its bits were turned over.
    private long beforeHigh;

    private long beforeLow;
    private long turnedHigh;
    private long turnedLow;

    /// How many bits of it were masked.
    private int masked;

    private long high;
    private long low;

    /// @param key 32 bytes: one half for the cipher, the other one for what fills its blocks
    CryptoPan(byte[] key) {
        cipher = Bytes.aes(Arrays.copyOf(key, 16));
        Bytes.encrypt(cipher, key, 16, 16, sealed);
        padHigh = (long) Bytes.LONG.get(sealed, 0);
        padLow = (long) Bytes.LONG.get(sealed, 8);
    }

    /// Masks an address whose `bits` bits, 32 or 128, are the first ones of two numbers; the result
    /// is at {@link #high} and {@link #low}.
    void mask(long addressHigh, long addressLow, int bits) {
        // What becomes of a bit depends on those before it alone.
        int known = Math.min(masked, alike(addressHigh, addressLow) + 1);
        long highMask = head(known);
        long lowMask = head(known - 64);
        for (int i = known, at = 0; i < bits; i++, at += 16) {
            Bytes.LONG.set(plain, at, padHigh ^ ((addressHigh ^ padHigh) & highMask));
            Bytes.LONG.set(plain, at + 8, padLow ^ ((addressLow ^ padLow) & lowMask));
            lowMask = (lowMask >>> 1) | (highMask << 63);
            highMask = (highMask >> 1) | Long.MIN_VALUE;
        }
        turnedHigh &= head(known);
        turnedLow &= head(known - 64);
        if (known < bits) {
            Bytes.encrypt(cipher, plain, 0, 16 * (bits - known), sealed);
        }
        for (int i = known, at = 0; i < bits; i++, at += 16) {
            long bit = sealed[at] < 0 ? Long.MIN_VALUE : 0;
            if (i < 64) {
                turnedHigh |= bit >>> i;
            } else {
                turnedLow |= bit >>> (i - 64);
            }
        }
        masked = Math.max(known, bits);
        beforeHigh = addressHigh;
        beforeLow = addressLow;
        high = addressHigh ^ (turnedHigh & head(bits));
        low = addressLow ^ (turnedLow & head(bits - 64));
    }

    /// How many bits at the start are those of the address before.
    private int alike(long addressHigh, long addressLow) {
        return addressHigh == beforeHigh
                ? 64 + Long.numberOfLeadingZeros(addressLow ^ beforeLow)
                : Long.numberOfLeadingZeros(addressHigh ^ beforeHigh);
    }

    /// The first bits of a number, none of them if there are less than one, all if more than 64.
    private static long head(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }
}
