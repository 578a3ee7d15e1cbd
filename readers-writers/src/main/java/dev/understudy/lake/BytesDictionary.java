package dev.understudy.lake;

import dev.understudy.rows.ValueReader;
import java.util.Arrays;

/// The different values of a column, numbered as they came, laid out as Parquet's dictionary page
/// wants them.
final class BytesDictionary {
    private final int lengthBytes;
    private byte[] bytes = new byte[256];
    private int byteCount;
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] hashes = new int[64];
    private int size;
    private int[] slots = new int[256];

    BytesDictionary(boolean fixedLength) {
        lengthBytes = fixedLength ? 0 : 4;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return bytes;
    }

    int byteCount() {
        return byteCount;
    }

    int start(int id) {
        return starts[id];
    }

    int length(int id) {
        return ends[id] - starts[id];
    }

    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
        byteCount = 0;
    }

    int idOf(byte[] source, int start, int length) {
        int hash = hash(source, start, length);
        int slot = hash & (slots.length - 1);
        while (slots[slot] != 0) {
            int id = slots[slot] - 1;
            if (hashes[id] == hash
                    && Arrays.equals(bytes, starts[id], ends[id], source, start, start + length)) {
                return id;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = size + 1;
        return add(source, start, length, hash);
    }

    private int add(byte[] source, int start, int length, int hash) {
        int end = byteCount + lengthBytes + length;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        for (int i = 0; i < lengthBytes; i++) {
            bytes[byteCount + i] = (byte) (length >>> (8 * i));
        }
        System.arraycopy(source, start, bytes, byteCount + lengthBytes, length);
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        starts[size] = byteCount + lengthBytes;
        ends[size] = end;
        hashes[size] = hash;
        byteCount = end;
        size++;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        for (int id = 0; id < size; id++) {
            int slot = hashes[id] & (slots.length - 1);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = id + 1;
        }
    }

    private static int hash(byte[] source, int start, int length) {
        long hash = length;
        int at = start;
        for (int end = start + length - 7; at < end; at += 8) {
            hash = (hash ^ (long) ValueReader.LONG.get(source, at)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        for (int end = start + length; at < end; at++) {
            hash = (hash ^ source[at]) * 0x9E3779B97F4A7C15L;
        }
        return (int) (hash ^ (hash >>> 32));
    }
}
