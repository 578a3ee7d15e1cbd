package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Numbers under their names, found by the bytes of a value without making a text of it. Whether
/// letters of ASCII are capitals does not matter, nor do blanks at the end.
final class Spellings {
    static final int UNKNOWN = -1;

    /// A power of two, so full of gaps that a look meets few names.
    private final byte[] @Nullable [] names;

    private final int[] numbers;

    Spellings(Map<String, Integer> spelled) {
        names = new byte[Integer.highestOneBit(4 * spelled.size() + 4)][];
        numbers = new int[names.length];
        spelled.forEach((name, number) -> {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            int at = place(bytes, 0, bytes.length);
            names[at] = bytes;
            numbers[at] = number;
        });
    }

    /// The number of a name, or {@link #UNKNOWN}; also for a NULL.
    int of(byte[] bytes, int start, int length) {
        int end = trimmed(bytes, start, start + length);
        if (end <= start) {
            return UNKNOWN;
        }
        int at = place(bytes, start, end);
        return names[at] == null ? UNKNOWN : numbers[at];
    }

    private static int trimmed(byte[] bytes, int start, int given) {
        int end = given;
        while (end > start && bytes[end - 1] == ' ') {
            end--;
        }
        return end;
    }

    /// Where a name stands, or the gap where it would.
    private int place(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + folded(bytes[i]);
        }
        int mask = names.length - 1;
        int at = (hash ^ (hash >>> 15)) & mask;
        while (names[at] != null && !equal(names[at], 0, names[at].length, bytes, start, end)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /// Whether two texts differ in nothing but capitals of ASCII.
    static boolean equal(
            byte[] one, int oneStart, int oneEnd, byte[] other, int otherStart, int otherEnd) {
        if (oneEnd - oneStart != otherEnd - otherStart) {
            return false;
        }
        for (int i = 0; i < oneEnd - oneStart; i++) {
            if (folded(one[oneStart + i]) != folded(other[otherStart + i])) {
                return false;
            }
        }
        return true;
    }

    static byte folded(byte each) {
        return each >= 'A' && each <= 'Z' ? (byte) (each | 0x20) : each;
    }

    @Override
    public String toString() {
        return "Spellings[" + Arrays.stream(names).filter(each -> each != null).count() + "]";
    }
}
