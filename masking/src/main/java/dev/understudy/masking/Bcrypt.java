package dev.understudy.masking;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// Hashes a password as bcrypt does, with a given salt.
///
/// Source: N. Provos, D. Mazières, A Future-Adaptable Password Scheme, 1999; B. Schneier,
/// Description of a New Variable-Length Key, 64-Bit Block Cipher (Blowfish), 1993.
final class Bcrypt {
    /// What `$2b$10$`, salt and hash take.
    static final int LENGTH = 60;

    /// The most bytes of a password that count.
    static final int LONGEST_PASSWORD = 72;

    static final int SALT_BYTES = 16;

    private static final String ALPHABET =
            "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final byte[] TEXT =
            "OrpheanBeholderScryDoubt".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_BYTES = 23;
    private static final int ROUNDS = 16;
    private static final int ROUND_KEYS = ROUNDS + 2;
    private static final int BOX = 256;
    private static final int STATE = ROUND_KEYS + 4 * BOX;

    /// The round keys, then the four boxes.
    private final int[] state = new int[STATE];

    private int left;
    private int right;

    private Bcrypt() {}

    /// The stored password: `$2b$`, cost, salt and hash.
    ///
    /// @param cost the binary logarithm of how often the key is set up, 4 to 31
    static String hash(String password, byte[] salt, int cost) {
        byte[] bytes = (password + '\0').getBytes(StandardCharsets.UTF_8);
        byte[] hash = new Bcrypt().hash(bytes, salt, 1L << cost);
        return "$2b$%02d$".formatted(cost) + encode(salt, SALT_BYTES) + encode(hash, HASH_BYTES);
    }

    private byte[] hash(byte[] key, byte[] salt, long times) {
        System.arraycopy(Pi.FRACTION, 0, state, 0, STATE);
        setUp(key, salt);
        byte[] nothing = new byte[SALT_BYTES];
        for (long i = 0; i < times; i++) {
            setUp(key, nothing);
            setUp(salt, nothing);
        }
        byte[] text = TEXT.clone();
        for (int at = 0; at < text.length; at += 8) {
            left = (int) Bytes.INT.get(text, at);
            right = (int) Bytes.INT.get(text, at + 4);
            for (int i = 0; i < 64; i++) {
                encrypt();
            }
            Bytes.INT.set(text, at, left);
            Bytes.INT.set(text, at + 4, right);
        }
        return text;
    }

    private void setUp(byte[] key, byte[] salt) {
        int next = 0;
        for (int i = 0; i < ROUND_KEYS; i++) {
            int word = 0;
            for (int k = 0; k < 4; k++) {
                word = word << 8 | (key[next++ % key.length] & 0xFF);
            }
            state[i] ^= word;
        }
        left = 0;
        right = 0;
        for (int i = 0; i < STATE; i += 2) {
            int half = i % 4 == 0 ? 0 : 8;
            left ^= (int) Bytes.INT.get(salt, half);
            right ^= (int) Bytes.INT.get(salt, half + 4);
            encrypt();
            state[i] = left;
            state[i + 1] = right;
        }
    }

    private void encrypt() {
        int one = left;
        int other = right;
        for (int i = 0; i < ROUNDS; i++) {
            one ^= state[i];
            other ^=
                    ((state[ROUND_KEYS + (one >>> 24)]
                                            + state[ROUND_KEYS + BOX + (one >>> 16 & 0xFF)])
                                    ^ state[ROUND_KEYS + 2 * BOX + (one >>> 8 & 0xFF)])
                            + state[ROUND_KEYS + 3 * BOX + (one & 0xFF)];
            int swapped = one;
            one = other;
            other = swapped;
        }
        left = other ^ state[ROUNDS + 1];
        right = one ^ state[ROUNDS];
    }

    private static String encode(byte[] bytes, int count) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < count; at += 3) {
            int group = 0;
            for (int i = at; i < at + 3; i++) {
                group = group << 8 | (i < count ? bytes[i] & 0xFF : 0);
            }
            int digits = Math.min(3, count - at) + 1;
            for (int i = 0; i < digits; i++) {
                text.append(ALPHABET.charAt(group >>> (18 - 6 * i) & 63));
            }
        }
        return text.toString();
    }

    /// The digits of pi, which Blowfish begins with because nobody chose them.
    private static final class Pi {
        private static final int BITS = 32 * STATE;
        private static final int SPARE_BITS = 32;

        /// The binary digits behind the point.
        ///
        /// Source: J. Machin, 1706: pi/4 = 4 arctan(1/5) - arctan(1/239).
        private static final int[] FRACTION = fraction();

        private static int[] fraction() {
            BigInteger pi =
                    arctan(5)
                            .shiftLeft(4)
                            .subtract(arctan(239).shiftLeft(2))
                            .shiftRight(SPARE_BITS);
            int[] words = new int[STATE];
            for (int i = 0; i < STATE; i++) {
                words[i] = pi.shiftRight(32 * (STATE - 1 - i)).intValue();
            }
            return words;
        }

        /// The arc tangent of 1/n, as a whole number of the smallest digit.
        private static BigInteger arctan(int n) {
            BigInteger square = BigInteger.valueOf((long) n * n);
            BigInteger power =
                    BigInteger.ONE.shiftLeft(BITS + SPARE_BITS).divide(BigInteger.valueOf(n));
            BigInteger sum = power;
            for (long k = 3; power.signum() > 0; k += 2) {
                power = power.divide(square);
                BigInteger term = power.divide(BigInteger.valueOf(k));
                sum = k % 4 == 3 ? sum.subtract(term) : sum.add(term);
            }
            return sum;
        }
    }
}
