package dev.understudy.masking;

import javax.crypto.Cipher;

/// A keyed permutation of few numbers, held as a table: FF1 is not safe below a million of them. It
/// is one cycle, so no number stays itself where there are two or more.
///
/// Source: Sattolo, "An algorithm to generate a random cyclic permutation", 1986.
final class Permutation {
    private final int[] table;

    private Permutation(int[] table) {
        this.table = table;
    }

    /// The permutation of 0 to below `size` that a key and a name make.
    static Permutation of(MaskingKeys keys, String domain, String name, int size) {
        Cipher cipher = Bytes.aes(keys.derive("mask/table/" + name, domain, 16));
        byte[] counters = new byte[4096];
        byte[] random = new byte[4096];
        int[] table = new int[size];
        for (int i = 0; i < size; i++) {
            table[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            int block = (size - 1 - i) % 256;
            if (block == 0) {
                for (int k = 0; k < 256; k++) {
                    Bytes.INT.set(counters, 16 * k + 12, i - k);
                }
                Bytes.encrypt(cipher, counters, 0, counters.length, random);
            }
            int j = Bytes.pick((long) Bytes.LONG.get(random, 16 * block), i);
            int swapped = table[i];
            table[i] = table[j];
            table[j] = swapped;
        }
        return new Permutation(table);
    }

    int size() {
        return table.length;
    }

    int apply(int number) {
        return table[number];
    }
}
