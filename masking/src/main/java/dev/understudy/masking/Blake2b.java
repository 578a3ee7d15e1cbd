package dev.understudy.masking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// BLAKE2b without a key, which Argon2 is built on.
///
/// Source: RFC 7693.
final class Blake2b {
    /// Little-endian numbers in byte arrays.
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int BLOCK = 128;
    private static final int ROUNDS = 12;

    /// The initial vector of SHA-512.
    private static final long[] BEGIN = {
        0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
        0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
    };

    /// Which words of a block the mixings of a round take.
    private static final int[][] WORDS = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
        {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
        {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
        {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
        {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
        {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
        {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
        {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
        {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    };

    private final long[] hash = BEGIN.clone();
    private final long[] mixed = new long[16];

    private Blake2b() {}

    /// The hash of a message.
    ///
    /// @param size of the hash in bytes, 1 to 64
    static byte[] hash(byte[] message, int size) {
        Blake2b blake = new Blake2b();
        blake.hash[0] ^= 0x01010000L ^ size;
        byte[] padded =
                Arrays.copyOf(
                        message, Math.max(BLOCK, (message.length + BLOCK - 1) / BLOCK * BLOCK));
        for (int at = 0; at < padded.length; at += BLOCK) {
            blake.compress(
                    padded, at, Math.min(at + BLOCK, message.length), at + BLOCK == padded.length);
        }
        byte[] all = new byte[64];
        for (int i = 0; i < 8; i++) {
            LONG.set(all, 8 * i, blake.hash[i]);
        }
        return Arrays.copyOf(all, size);
    }

    private void compress(byte[] block, int at, long bytesSoFar, boolean last) {
        System.arraycopy(hash, 0, mixed, 0, 8);
        System.arraycopy(BEGIN, 0, mixed, 8, 8);
        mixed[12] ^= bytesSoFar;
        mixed[14] ^= last ? -1 : 0;
        for (int round = 0; round < ROUNDS; round++) {
            int[] words = WORDS[round % WORDS.length];
            for (int i = 0; i < 4; i++) {
                mix(i, i + 4, i + 8, i + 12, block, at, words, 2 * i);
            }
            for (int i = 0; i < 4; i++) {
                mix(
                        i,
                        4 + (i + 1) % 4,
                        8 + (i + 2) % 4,
                        12 + (i + 3) % 4,
                        block,
                        at,
                        words,
                        8 + 2 * i);
            }
        }
        for (int i = 0; i < 8; i++) {
            hash[i] ^= mixed[i] ^ mixed[i + 8];
        }
    }

    private void mix(int a, int b, int c, int d, byte[] block, int at, int[] words, int word) {
        mixed[a] += mixed[b] + (long) LONG.get(block, at + 8 * words[word]);
        mixed[d] = Long.rotateRight(mixed[d] ^ mixed[a], 32);
        mixed[c] += mixed[d];
        mixed[b] = Long.rotateRight(mixed[b] ^ mixed[c], 24);
        mixed[a] += mixed[b] + (long) LONG.get(block, at + 8 * words[word + 1]);
        mixed[d] = Long.rotateRight(mixed[d] ^ mixed[a], 16);
        mixed[c] += mixed[d];
        mixed[b] = Long.rotateRight(mixed[b] ^ mixed[c], 63);
    }
}
