package dev.understudy.masking;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Recognises secrets that somebody could guess. An estimate from the secret alone: what it refuses
/// is weak, what it lets pass may still be a sentence out of a book.
final class SecretStrength {
    private static final int FEWEST_BITS = 40;

    private SecretStrength() {}

    /// What is wrong with a secret, without showing it; empty if nothing is.
    static Optional<String> refusal(byte[] secret) {
        if (secret.length < MaskingKeys.SHORTEST_SECRET) {
            return Optional.of(
                    "has %d characters but must have at least %d"
                            .formatted(secret.length, MaskingKeys.SHORTEST_SECRET));
        }
        return bits(secret) < FEWEST_BITS
                ? Optional.of(
                        "repeats or counts too much: somebody who tries such texts would find it")
                : Optional.empty();
    }

    /// The bytes that could not be told from those before them, times what each of them says.
    private static double bits(byte[] secret) {
        int[] counts = new int[256];
        Set<Integer> pairs = new HashSet<>();
        int surprises = 0;
        for (int i = 0; i < secret.length; i++) {
            int each = secret[i] & 0xFF;
            counts[each]++;
            int before = i == 0 ? -2 : secret[i - 1] & 0xFF;
            if (pairs.add(before << 8 | each) && Math.abs(each - before) > 1) {
                surprises++;
            }
        }
        double entropy = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / secret.length;
                entropy -= share * Math.log(share) / Math.log(2);
            }
        }
        return surprises * entropy;
    }
}
