package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Hashes a password as Argon2id does, with a given salt.
///
/// Source: RFC 9106.
final class Argon2 {
    /// The most characters of a stored password: `$argon2id$v=19$m=65536,t=3,p=4$`, salt and hash.
    static final int LONGEST = 97;

    static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private static final int VERSION = Argon2Parameters.ARGON2_VERSION_13;

    /// What a hash takes.
    ///
    /// @param memory in KiB, 8 for each lane to 65,536
    /// @param passes over the memory, 1 to 9
    /// @param lanes 1 to 9
    record Cost(int memory, int passes, int lanes) {
        /// The second choice of OWASP's Password Storage Cheat Sheet, and the first that needs less
        /// than 32 MiB.
        static final Cost USUAL = new Cost(19_456, 2, 1);

        private static final int LARGEST = 65_536;
        private static final byte[] BEGIN = ascii("$argon2");
        private static final byte[] MEMORY = ascii("$m=");
        private static final byte[] PASSES = ascii(",t=");
        private static final byte[] LANES = ascii(",p=");

        /// The cost of a stored password of Argon2 in the PHC string format, if it is within the
        /// bounds.
        static Optional<Cost> of(byte[] text, int start, int length) {
            int end = start + length;
            if (find(text, start, end, BEGIN) != start) {
                return Optional.empty();
            }
            int memory = number(text, start, end, MEMORY, ',');
            int passes = number(text, start, end, PASSES, ',');
            int lanes = number(text, start, end, LANES, '$');
            boolean within =
                    lanes >= 1
                            && lanes <= 9
                            && passes >= 1
                            && passes <= 9
                            && memory >= 8 * lanes
                            && memory <= LARGEST;
            return within ? Optional.of(new Cost(memory, passes, lanes)) : Optional.empty();
        }

        /// The number between a name and what ends it; -1 if there is none.
        private static int number(byte[] text, int start, int end, byte[] name, char behind) {
            int found = find(text, start, end, name);
            int first = found + name.length;
            int number = 0;
            for (int at = first; found >= 0 && at < Math.min(end, first + 6); at++) {
                if (text[at] == behind && at > first) {
                    return number;
                }
                if (text[at] < '0' || text[at] > '9') {
                    return -1;
                }
                number = 10 * number + text[at] - '0';
            }
            return -1;
        }

        private static int find(byte[] text, int start, int end, byte[] name) {
            for (int at = start; at + name.length <= end; at++) {
                if (Arrays.equals(text, at, at + name.length, name, 0, name.length)) {
                    return at;
                }
            }
            return -1;
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private Argon2() {}

    /// The stored password: `$argon2id$v=19$`, cost, salt and hash.
    static String hash(String password, byte[] salt, Cost cost) {
        var generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(VERSION)
                        .withSalt(salt)
                        .withMemoryAsKB(cost.memory)
                        .withIterations(cost.passes)
                        .withParallelism(cost.lanes)
                        .build());
        byte[] hash = new byte[HASH_BYTES];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        var base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        VERSION,
                        cost.memory,
                        cost.passes,
                        cost.lanes,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }
}
