package dev.understudy.lake;

import dev.understudy.rows.Failure;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.parquet.column.ColumnReader;

/// In which set of changes each key stands last, by the first 128 bits of the keys' SHA-256: two
/// keys of a billion have the same with a chance of 10^-21.
final class LastChanges {
    private static final int BYTES_A_KEY = 2 * Long.BYTES + Integer.BYTES;
    private static final int NONE = 0;

    private final long[] firsts;
    private final long[] seconds;
    private final int[] sets;
    private final MessageDigest digest;
    private final byte[] hash = new byte[32];
    private final ByteBuffer bytes = ByteBuffer.wrap(hash);
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    /// @param keys at most
    LastChanges(String table, long keys) {
        long slots = Long.highestOneBit(Math.max(8, keys)) << 1;
        slots = keys > slots * 3 / 4 ? 2 * slots : slots;
        long needed = slots * BYTES_A_KEY;
        long most = Runtime.getRuntime().maxMemory() * 3 / 5;
        if (slots > 1 << 30 || needed > most) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "%s: its %,d changes need %,d MB of memory, and this process may take %,d MB for them; give it more: UNDERSTUDY_OPTS=-Xmx%dm"
                            .formatted(
                                    table,
                                    keys,
                                    needed >> 20,
                                    most >> 20,
                                    (needed >> 20) * 5 / 3 + 256));
        }
        firsts = new long[(int) slots];
        seconds = new long[(int) slots];
        sets = new int[(int) slots];
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Notes that the key at which the columns are stands in a set, counted from 1, and in none
    /// behind it so far.
    void put(ColumnReader[] key, int set) {
        sets[slot(key)] = set;
    }

    /// Whether any set has the key.
    boolean has(ColumnReader[] key) {
        return sets[slot(key)] != NONE;
    }

    /// Whether the key stands in this set last, and is asked for the first time.
    boolean take(ColumnReader[] key, int set) {
        int slot = slot(key);
        if (sets[slot] != set) {
            return false;
        }
        sets[slot] = -set;
        return true;
    }

    private int slot(ColumnReader[] key) {
        hash(key);
        long first = bytes.getLong(0);
        long second = bytes.getLong(Long.BYTES);
        int slot = (int) first & (sets.length - 1);
        while (sets[slot] != NONE && (firsts[slot] != first || seconds[slot] != second)) {
            slot = (slot + 1) & (sets.length - 1);
        }
        firsts[slot] = first;
        seconds[slot] = second;
        return slot;
    }

    /// Of all values, each with its length before it, so that no two keys have the same bytes.
    private void hash(ColumnReader[] key) {
        for (ColumnReader column : key) {
            switch (column.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
                case INT32 -> add(column.getInteger());
                case INT64 -> add(column.getLong());
                case BOOLEAN -> add(column.getBoolean() ? 1 : 0);
                case BINARY, FIXED_LEN_BYTE_ARRAY -> {
                    ByteBuffer value = column.getBinary().toByteBuffer();
                    add(value.remaining());
                    digest.update(value);
                }
                case FLOAT, DOUBLE, INT96 ->
                        throw new IllegalStateException(column.getDescriptor() + " in a key");
            }
        }
        try {
            digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(long value) {
        number.putLong(0, value);
        digest.update(number.array());
    }
}
