package dev.understudy.masking;

import java.util.Arrays;

/// Keccak-256 with the padding of the first submission, as Ethereum takes it; SHA-3 pads otherwise.
///
/// Source: Bertoni, Daemen, Peeters, Van Assche, "The Keccak reference", version 3.0, 2011.
final class Keccak {
    private static final int RATE = 136;
    private static final int ROUNDS = 24;
    private static final long[] CONSTANTS = constants();

    /// Where each word of the state goes, and how far its bits are rotated.
    private static final int[] PLACES = new int[25];

    private static final int[] ROTATIONS = new int[25];

    static {
        int x = 1;
        int y = 0;
        for (int step = 1; step <= 24; step++) {
            int toY = (2 * x + 3 * y) % 5;
            PLACES[x + 5 * y] = y + 5 * toY;
            ROTATIONS[x + 5 * y] = step * (step + 1) / 2;
            x = y;
            y = toY;
        }
    }

    private final long[] state = new long[25];
    private final long[] rows = new long[25];
    private final long[] columns = new long[5];

    /// Writes 32 bytes, the hash of at most 135.
    void hash(byte[] bytes, int start, int length, byte[] to) {
        Arrays.fill(state, 0);
        for (int i = 0; i < length; i++) {
            absorb(i, bytes[start + i]);
        }
        absorb(length, (byte) 1);
        absorb(RATE - 1, (byte) 0x80);
        for (long constant : CONSTANTS) {
            permute(constant);
        }
        for (int i = 0; i < 32; i++) {
            to[i] = (byte) (state[i / 8] >>> (8 * (i % 8)));
        }
    }

    private void absorb(int at, byte value) {
        state[at / 8] ^= (value & 0xFFL) << (8 * (at % 8));
    }

    private void permute(long constant) {
        for (int x = 0; x < 5; x++) {
            columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }
        for (int x = 0; x < 5; x++) {
            long mixed =
                    columns[x == 0 ? 4 : x - 1] ^ Long.rotateLeft(columns[x == 4 ? 0 : x + 1], 1);
            for (int i = x; i < 25; i += 5) {
                state[i] ^= mixed;
            }
        }
        for (int i = 0; i < 25; i++) {
            rows[PLACES[i]] = Long.rotateLeft(state[i], ROTATIONS[i]);
        }
        for (int row = 0; row < 25; row += 5) {
            long first = rows[row];
            long second = rows[row + 1];
            state[row] = first ^ (~second & rows[row + 2]);
            state[row + 1] = second ^ (~rows[row + 2] & rows[row + 3]);
            state[row + 2] = rows[row + 2] ^ (~rows[row + 3] & rows[row + 4]);
            state[row + 3] = rows[row + 3] ^ (~rows[row + 4] & first);
            state[row + 4] = rows[row + 4] ^ (~first & second);
        }
        state[0] ^= constant;
    }

    /// A constant for each round, from a shift register.
    private static long[] constants() {
        long[] constants = new long[ROUNDS];
        int register = 1;
        for (int round = 0; round < ROUNDS; round++) {
            for (int bit = 0; bit < 7; bit++) {
                if ((register & 1) != 0) {
                    constants[round] ^= 1L << ((1 << bit) - 1);
                }
                register = (register << 1) ^ ((register & 0x80) != 0 ? 0x171 : 0);
            }
        }
        return constants;
    }
}
