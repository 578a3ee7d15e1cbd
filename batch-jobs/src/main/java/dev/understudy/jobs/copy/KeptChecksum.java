package dev.understudy.jobs.copy;

import dev.understudy.rows.RowBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Sums a 64-bit hash of the kept columns over rows, so that neither order nor batches matter.
/// Computed on the rows as they were read and again on the rows as they are handed on: masking must
/// not have touched what is kept.
///
/// Not cryptographic: it is there to find damage, not an attacker. Multiply and fold 64-bit words,
/// as wyhash does.
final class KeptChecksum {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9E3779B97F4A7C15L;

    /// What the hash of a row begins with.
    static final long SEED = ODD;

    private static final long MIX = 0xBF58476D1CE4E5B9L;

    private final boolean[] kept;

    /// @param kept for each travelling column; further columns of a row are not looked at
    KeptChecksum(boolean[] kept) {
        this.kept = kept.clone();
    }

    /// The sum over the rows of a batch. Walks every kept column of every row, so a row with a
    /// wrong length is found here.
    long of(RowBatch batch) {
        byte[] bytes = batch.bytes();
        long sum = 0;
        for (int row = 0; row < batch.rows(); row++) {
            sum += ofRow(bytes, batch.rowStart(row) + 2, batch.rowEnd(row));
        }
        return sum;
    }

    private long ofRow(byte[] bytes, int start, int end) {
        int at = start;
        long hash = SEED;
        int from = -1;
        for (boolean keep : kept) {
            // Neighbouring kept columns are hashed at one go, their lengths included.
            if (keep && from < 0) {
                from = at;
            } else if (!keep && from >= 0) {
                hash = hash(bytes, from, at, hash);
                from = -1;
            }
            at += 4 + Math.max(0, (int) RowBatch.INT.get(bytes, at));
        }
        if (at > end) {
            throw new IllegalStateException("a row is longer than it says");
        }
        return from < 0 ? hash : hash(bytes, from, at, hash);
    }

    /// Hashes one or more neighbouring kept columns of a row.
    ///
    /// @param seed {@link #SEED}, or the hash of the columns before
    static long hash(byte[] bytes, int from, int to, long seed) {
        long hash = seed + to - from;
        int at = from;
        for (; at + 16 <= to; at += 16) {
            hash = fold((long) LONG.get(bytes, at) ^ ODD, (long) LONG.get(bytes, at + 8) ^ hash);
        }
        if (at + 8 <= to) {
            hash = fold((long) LONG.get(bytes, at) ^ MIX, hash);
            at += 8;
        }
        long rest = 0;
        for (; at < to; at++) {
            rest = (rest << 8) | (bytes[at] & 0xff);
        }
        return fold(rest ^ ODD, hash ^ MIX);
    }

    private static long fold(long a, long b) {
        return (a * b) ^ Math.unsignedMultiplyHigh(a, b);
    }
}
