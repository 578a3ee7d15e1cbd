package dev.understudy.source;

import java.util.Arrays;

/// Keys that are one whole number, as they are read.
public final class Keys {
    private long[] keys = new long[1 << 10];
    private int count;

    public void add(long key) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
        }
        keys[count++] = key;
    }

    public long[] all() {
        return Arrays.copyOf(keys, count);
    }
}
