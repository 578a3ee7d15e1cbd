package dev.understudy.jobs.run;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds thousands of texts in any number of others at once; upper and lower case are the same.
final class Needles {
    /// The shortest text that can be searched for.
    static final int SHORTEST = 6;

    private static final int HASH = (1 << (5 * SHORTEST)) - 1;

    private final Map<Integer, List<String>> byStart = new HashMap<>();
    private final BitSet starts = new BitSet(1 << 22);
    private final Set<String> found = new TreeSet<>();

    Needles(Collection<String> texts) {
        for (String text : texts) {
            String lower = text.toLowerCase(Locale.ROOT);
            int hash = 0;
            for (int i = 0; i < SHORTEST; i++) {
                hash = roll(hash, lower.charAt(i));
            }
            byStart.computeIfAbsent(hash, _ -> new ArrayList<>()).add(lower);
            starts.set(fold(hash));
        }
    }

    // The last six characters: older ones are shifted out.
    private static int roll(int hash, char next) {
        return ((hash << 5) ^ next) & HASH;
    }

    private static int fold(int hash) {
        return (hash * 0x9E3779B9) >>> 10;
    }

    /// @return the needles in it, in lower case
    Set<String> in(String text) {
        found.clear();
        String lower = text.toLowerCase(Locale.ROOT);
        int hash = 0;
        for (int i = 0; i < lower.length(); i++) {
            hash = roll(hash, lower.charAt(i));
            if (i >= SHORTEST - 1 && starts.get(fold(hash))) {
                for (String each : byStart.getOrDefault(hash, List.of())) {
                    if (lower.startsWith(each, i - SHORTEST + 1)) {
                        found.add(each);
                    }
                }
            }
        }
        return found;
    }
}
