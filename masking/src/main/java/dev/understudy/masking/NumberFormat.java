package dev.understudy.masking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A kind of number that people carry: all the ways to write it. No number fits two layouts.
final class NumberFormat {
    /// The most symbols of a number.
    static final int LONGEST = 36;

    private final Layout[][] byLength = new Layout[LONGEST + 1][];
    private final int integerDigits;
    private final int mostDigits;

    /// @param integerDigits how many digits a number in a column of integers has, which cannot hold
    ///   the zeros in front of it; 0 if it has none in front
    private NumberFormat(int integerDigits, int mostDigits, List<Layout> layouts) {
        this.integerDigits = integerDigits;
        this.mostDigits = mostDigits;
        for (int length = 0; length <= LONGEST; length++) {
            List<Layout> fitting = new ArrayList<>();
            for (Layout layout : layouts) {
                if (layout.length() == length) {
                    fitting.add(layout);
                }
            }
            byLength[length] = fitting.toArray(Layout[]::new);
        }
    }

    /// Numbers with letters in them, or with a layout that a column of integers cannot hold.
    static NumberFormat ofText(Layout... layouts) {
        return ofText(List.of(layouts));
    }

    static NumberFormat ofText(List<Layout> layouts) {
        return new NumberFormat(0, 0, layouts);
    }

    /// Numbers of digits alone; the shortest layout is that of an integer.
    static NumberFormat ofDigits(Layout... layouts) {
        int shortest = Arrays.stream(layouts).mapToInt(Layout::length).min().orElseThrow();
        int longest = Arrays.stream(layouts).mapToInt(Layout::length).max().orElseThrow();
        return new NumberFormat(shortest, longest, List.of(layouts));
    }

    int integerDigits() {
        return integerDigits;
    }

    int mostDigits() {
        return mostDigits;
    }

    /// The layout of some symbols, and the rank of their number in it.
    @Nullable Layout read(byte[] symbols, int at, int length, Wide rank, Wide size) {
        for (Layout layout : byLength[length]) {
            if (layout.read(symbols, at, rank, size)) {
                return layout;
            }
        }
        return null;
    }
}
