package dev.understudy.masking;

/// Keccak-256 with the padding of the first submission, as Ethereum takes it; SHA-3 pads otherwise.
///
/// Source: Bertoni, Daemen, Peeters, Van Assche, "The Keccak reference", version 3.0, 2011.
final class Keccak {
    private static final int RATE = 136;
    private static final int ROUNDS = 24;

    private final long[] state = new long[25];
    private final long[] rows = new long[25];
    private final long[] columns = new long[5];

    /// Writes 32 bytes, the hash of at most 135.
    void hash(byte[] bytes, int start, int length, byte[] to) {
        java.util.Arrays.fill(state, 0);
        for (int i = 0; i < length; i++) {
            absorb(i, bytes[start + i]);
        }
        absorb(length, (byte) 1);
        absorb(RATE - 1, (byte) 0x80);
        int register = 1;
        for (int round = 0; round < ROUNDS; round++) {
            register = permute(register);
        }
        for (int i = 0; i < 32; i++) {
            to[i] = (byte) (state[i / 8] >>> (8 * (i % 8)));
        }
    }

    private void absorb(int at, byte value) {
        state[at / 8] ^= (value & 0xFFL) << (8 * (at % 8));
    }

    /// One round; its constant comes from a shift register, which is returned.
    private int permute(int register) {
        for (int x = 0; x < 5; x++) {
            columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }
        for (int i = 0; i < 25; i++) {
            int x = i % 5;
            state[i] ^= columns[(x + 4) % 5] ^ Long.rotateLeft(columns[(x + 1) % 5], 1);
        }
        rows[0] = state[0];
        int x = 1;
        int y = 0;
        for (int step = 1; step <= 24; step++) {
            int toX = y;
            int toY = (2 * x + 3 * y) % 5;
            rows[toX + 5 * toY] = Long.rotateLeft(state[x + 5 * y], step * (step + 1) / 2);
            x = toX;
            y = toY;
        }
        for (int i = 0; i < 25; i++) {
            int row = i - i % 5;
            state[i] = rows[i] ^ (~rows[row + (i + 1) % 5] & rows[row + (i + 2) % 5]);
        }
        int next = register;
        for (int bit = 0; bit < 7; bit++) {
            if ((next & 1) != 0) {
                state[0] ^= 1L << ((1 << bit) - 1);
            }
            next = (next << 1) ^ ((next & 0x80) != 0 ? 0x171 : 0);
        }
        return next;
    }
}
