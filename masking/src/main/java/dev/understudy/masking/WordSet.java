package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Words that are looked up where they stand in UTF-8 text, whatever the case of the letters A to Z
/// and of those up to U+00FF, without allocating.
final class WordSet {
    private static final byte[] NONE = {};

    private final byte[][] table;
    private final int[] numbers;
    private final long lengths;

    /// @param words numbered in their order
    WordSet(Collection<String> words) {
        table = new byte[Integer.highestOneBit(words.size() * 4)][];
        Arrays.fill(table, NONE);
        numbers = new int[table.length];
        int number = 0;
        long bits = 0;
        for (String word : words) {
            byte[] bytes = word.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            bits |= length(bytes.length);
            int place = place(bytes, 0, bytes.length);
            if (table[place].length == 0) {
                table[place] = bytes;
                numbers[place] = number;
            }
            number++;
        }
        lengths = bits;
    }

    static WordSet of(String... words) {
        return new WordSet(List.of(words));
    }

    static WordSet of(Words... lists) {
        return new WordSet(
                Stream.of(lists)
                        .flatMap(words -> IntStream.range(0, words.size()).mapToObj(words::word))
                        .map(word -> new String(word, StandardCharsets.UTF_8))
                        .toList());
    }

    boolean has(byte[] text, int start, int end) {
        return numberOf(text, start, end) >= 0;
    }

    /// Which word stands between two places, or -1 if none does.
    int numberOf(byte[] text, int start, int end) {
        if ((lengths & length(end - start)) == 0) {
            return -1;
        }
        int place = place(text, start, end);
        return table[place].length == 0 ? -1 : numbers[place];
    }

    /// The bit of a length; all from 63 on share one.
    private static long length(int bytes) {
        return 1L << Math.min(bytes, 63);
    }

    /// Where a word is, or where it would be.
    private int place(byte[] text, int start, int end) {
        int hash = 0;
        byte before = 0;
        for (int at = start; at < end; at++) {
            byte each = text[at];
            hash = 31 * hash + folded(before, each);
            before = each;
        }
        int place = (hash ^ (hash >>> 15)) & (table.length - 1);
        while (true) {
            byte[] word = table[place];
            if (word.length == 0 || equal(word, text, start, end)) {
                return place;
            }
            place = (place + 1) & (table.length - 1);
        }
    }

    private static boolean equal(byte[] word, byte[] text, int start, int end) {
        if (word.length != end - start) {
            return false;
        }
        byte before = 0;
        for (int at = start; at < end; at++) {
            if (word[at - start] != folded(before, text[at])) {
                return false;
            }
            before = text[at];
        }
        return true;
    }

    private static byte folded(byte before, byte each) {
        if (each >= 'A' && each <= 'Z') {
            return (byte) (each | 0x20);
        }
        // Behind 0xC3 come U+00C0 to U+00FF; of the capitals, U+00D7 alone is no letter.
        boolean latin = before == (byte) 0xC3;
        return latin && each <= (byte) 0x9E && each != (byte) 0x97 ? (byte) (each | 0x20) : each;
    }
}
