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
        long highMask = 0;
        long lowMask = 0;
        for (int i = 0; i < bits; i++) {
            Bytes.LONG.set(plain, 16 * i, padHigh ^ ((addressHigh ^ padHigh) & highMask));
            Bytes.LONG.set(plain, 16 * i + 8, padLow ^ ((addressLow ^ padLow) & lowMask));
            lowMask = (lowMask >>> 1) | (highMask << 63);
            highMask = (highMask >> 1) | Long.MIN_VALUE;
        }
        Bytes.encrypt(cipher, plain, 0, 16 * bits, sealed);
        high = addressHigh;
        low = addressLow;
        for (int i = 0; i < bits; i++) {
            long bit = sealed[16 * i] < 0 ? Long.MIN_VALUE : 0;
            if (i < 64) {
                high ^= bit >>> i;
            } else {
                low ^= bit >>> (i - 64);
            }
        }
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }
}
