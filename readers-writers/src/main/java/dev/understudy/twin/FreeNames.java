package dev.understudy.twin;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Gives names that are not taken yet, for things whose names nobody relies on: indexes,
/// constraints, types. The same calls in the same order give the same names.
public final class FreeNames {
    private final int mostBytes;
    private final Set<String> taken = new HashSet<>();

    /// @param mostBytes that a name may have
    public FreeNames(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /// Takes a name; names that differ in case alone are one.
    ///
    /// @return whether it was free
    public boolean take(String name) {
        return taken.add(name.toLowerCase(Locale.ROOT));
    }

    /// The first of these that is free and not too long; otherwise the last, shortened and
    /// numbered.
    public String first(String... wanted) {
        for (String each : wanted) {
            if (each.getBytes(StandardCharsets.UTF_8).length <= mostBytes && take(each)) {
                return each;
            }
        }
        String last = wanted[wanted.length - 1];
        for (int number = 1; ; number++) {
            String end = "_" + number;
            String name = shortened(last, mostBytes - end.length()) + end;
            if (take(name)) {
                return name;
            }
        }
    }

    private static String shortened(String name, int mostBytes) {
        int end = Math.min(name.length(), mostBytes);
        while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > mostBytes
                || Character.isHighSurrogate(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(0, end);
    }
}
