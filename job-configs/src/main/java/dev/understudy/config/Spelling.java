package dev.understudy.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Guesses what a misspelt word was meant to be.
public final class Spelling {
    private Spelling() {}

    /// The known word that is closest, if one is close: about one wrong letter in three.
    public static Optional<String> closest(String word, Collection<String> known) {
        String plain = plain(word);
        return known.stream()
                .filter(each -> distance(plain, plain(each)) <= Math.max(1, each.length() / 3))
                .min(Comparator.comparingInt(each -> distance(plain, plain(each))));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Damerau and Levenshtein's, of neighbours swapped at most once.
    private static int distance(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int best =
                        Math.min(
                                table[i - 1][j - 1] + (same ? 0 : 1),
                                Math.min(table[i - 1][j], table[i][j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                table[i][j] = swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
            }
        }
        return table[a.length()][b.length()];
    }
}
