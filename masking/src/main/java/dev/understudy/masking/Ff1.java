package dev.understudy.masking;

import java.math.BigInteger;
import java.util.Arrays;
import javax.crypto.Cipher;

/// FF1 (NIST SP 800-38G), a permutation of all numerals of one length, without tweak. Many values
/// at once, one call of the cipher a round; the standard asks for at least a million numerals of a
/// length.
final class Ff1 {
    /// The longest numeral, in digits, that {@link #encrypt} takes in radix 10.
    static final int LONGEST = 36;

    private static final int BATCH = 512;
    private static final int ROUNDS = 10;

    private final int radix;
    private final Cipher cipher;
    private final byte[] plain = new byte[BATCH * 16];
    private final byte[] sealed = new byte[BATCH * 16];

    Ff1(byte[] key, int radix) {
        this.cipher = Bytes.aes(key);
        this.radix = radix;
    }

    static Ff1 of(MaskingKeys keys, String domain, int radix) {
        return new Ff1(keys.derive("mask/ff1", domain, 16), radix);
    }

    /// Encrypts numerals of `n` digits in place.
    ///
    /// @param a the first `n / 2` digits of each, as a number below 2^60
    /// @param b the other digits of each, as a number below 2^60
    void encrypt(int n, long[] a, long[] b, int count) {
        Halves halves = halves(n);
        for (int from = 0; from < count; from += BATCH) {
            int to = Math.min(count, from + BATCH);
            fill(halves, b, from, to);
            for (int round = 0; round < ROUNDS; round++) {
                // Even rounds change a by b, odd rounds b by a: the standard's swap without moving.
                round(round, halves, round % 2 == 0 ? a : b, from, to);
            }
        }
    }

    /// What all numerals of a length share.
    ///
    /// @param u digits of the first half, `v` of the second
    /// @param width bytes of the standard's number B
    /// @param high the first half of the ciphered block P, `low` the second
    private record Halves(int u, int v, long powerU, long powerV, int width, long high, long low) {
        long modulus(int round) {
            return round % 2 == 0 ? powerU : powerV;
        }

        /// The second half of P with a round's number, which stands in front of B.
        long low(int round) {
            return width == 8 ? low : low ^ ((long) round << (8 * width));
        }
    }

    private Halves halves(int n) {
        int u = n / 2;
        int v = n - u;
        long powerV = power(v);
        prefix(n, u);
        return new Halves(
                u,
                v,
                power(u),
                powerV,
                (64 - Long.numberOfLeadingZeros(powerV - 1) + 7) / 8,
                (long) Bytes.LONG.get(sealed, 0),
                (long) Bytes.LONG.get(sealed, 8));
    }

    /// The blocks of the first round.
    private void fill(Halves halves, long[] other, int from, int to) {
        long low = halves.low(0);
        for (int i = from, at = 0; i < to; i++, at += 16) {
            Bytes.LONG.set(plain, at, halves.high);
            Bytes.LONG.set(plain, at + 8, low ^ other[i]);
        }
    }

    /// Changes one half of each by the other, which its block has, and makes the next round's
    /// blocks of what is changed.
    private void round(int round, Halves halves, long[] changed, int from, int to) {
        Bytes.encrypt(cipher, plain, 0, 16 * (to - from), sealed);
        int width = halves.width;
        long modulus = halves.modulus(round);
        long low = halves.low(round + 1);
        if (width == 8) {
            for (int at = 0; at < 16 * (to - from); at += 16) {
                Bytes.LONG.set(plain, at, halves.high ^ (round + 1));
            }
        }
        if (radix == 2) {
            addBits(width, modulus - 1, low, changed, from, to);
        } else if (width <= 4) {
            addShort(modulus, low, changed, from, to);
        } else {
            addLong(modulus, low, changed, from, to);
        }
    }

    /// Adds the sealed numbers of 64 bits, or of 96, which are the standard's y.
    private void addBits(int width, long mask, long next, long[] changed, int from, int to) {
        int second = width <= 4 ? 0 : 4; // the last 64 of 96 bits hold all that counts
        for (int i = from, at = 0; i < to; i++, at += 16) {
            long sum = (changed[i] + (long) Bytes.LONG.get(sealed, at + second)) & mask;
            changed[i] = sum;
            Bytes.LONG.set(plain, at + 8, next ^ sum);
        }
    }

    private void addShort(long modulus, long next, long[] changed, int from, int to) {
        long reciprocal = Long.divideUnsigned(-1L, modulus);
        for (int i = from, at = 0; i < to; i++, at += 16) {
            long y = remainder((long) Bytes.LONG.get(sealed, at), modulus, reciprocal);
            long sum = reduced(changed[i] + y, modulus);
            changed[i] = sum;
            Bytes.LONG.set(plain, at + 8, next ^ sum);
        }
    }

    private void addLong(long modulus, long next, long[] changed, int from, int to) {
        long reciprocal = Long.divideUnsigned(-1L, modulus);
        int step = Math.min(32, Long.numberOfLeadingZeros(modulus));
        for (int i = from, at = 0; i < to; i++, at += 16) {
            long y = remainder((long) Bytes.LONG.get(sealed, at), modulus, reciprocal);
            long low = (int) Bytes.INT.get(sealed, at + 8) & 0xFFFFFFFFL;
            for (int left = 32; left > 0; ) { // as many bits at a time as fit
                int bits = Math.min(step, left);
                left -= bits;
                long piece = (low >>> left) & ((1L << bits) - 1);
                y = remainder((y << bits) | piece, modulus, reciprocal);
            }
            long sum = reduced(changed[i] + y, modulus);
            changed[i] = sum;
            Bytes.LONG.set(plain, at + 8, next ^ sum);
        }
    }

    /// AES of the standard's block P, to the start of `sealed`.
    private void prefix(int n, int u) {
        plain[0] = 1;
        plain[1] = 2;
        plain[2] = 1;
        plain[3] = (byte) (radix >> 16);
        plain[4] = (byte) (radix >> 8);
        plain[5] = (byte) radix;
        plain[6] = 10;
        plain[7] = (byte) u;
        Bytes.INT.set(plain, 8, n);
        Bytes.INT.set(plain, 12, 0);
        Bytes.encrypt(cipher, plain, 0, 16, sealed);
    }

    /// An unsigned 64-bit number modulo one below 2^60; a division would take half of the time.
    private static long remainder(long number, long modulus, long reciprocal) {
        // The quotient is right or too small by one.
        return reduced(number - Math.unsignedMultiplyHigh(number, reciprocal) * modulus, modulus);
    }

    /// A number below twice the modulus, less the modulus if it is not below it: without a branch,
    /// which nothing could predict.
    private static long reduced(long number, long modulus) {
        long less = number - modulus;
        return less + (modulus & (less >> 63));
    }

    private long power(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power = Math.multiplyExact(power, radix);
        }
        return power;
    }

    /// Encrypts one numeral of any length in place, of ASCII digits: for those that are too long
    /// for {@link #encrypt}.
    void encryptLong(byte[] digits, int start, int n) {
        int u = n / 2;
        int v = n - u;
        BigInteger base = BigInteger.valueOf(radix);
        BigInteger a = number(digits, start, u);
        BigInteger b = number(digits, start + u, v);
        int width = (base.pow(v).subtract(BigInteger.ONE).bitLength() + 7) / 8;
        int wanted = 4 * ((width + 3) / 4) + 4;
        byte[] message = new byte[(width + 1 + 15) / 16 * 16];
        byte[] stream = new byte[(wanted + 15) / 16 * 16];
        byte[] block = new byte[16];
        for (int round = 0; round < 10; round++) {
            Arrays.fill(message, (byte) 0);
            message[message.length - width - 1] = (byte) round;
            byte[] tail = b.toByteArray();
            int skipped = Math.max(0, tail.length - width);
            System.arraycopy(
                    tail,
                    skipped,
                    message,
                    message.length - tail.length + skipped,
                    tail.length - skipped);
            prefix(n, u);
            System.arraycopy(sealed, 0, block, 0, 16);
            for (int at = 0; at < message.length; at += 16) {
                for (int i = 0; i < 16; i++) {
                    block[i] ^= message[at + i];
                }
                Bytes.encrypt(cipher, block, 0, 16, sealed);
                System.arraycopy(sealed, 0, block, 0, 16);
            }
            for (int at = 0; at < stream.length; at += 16) {
                System.arraycopy(block, 0, plain, 0, 16);
                Bytes.INT.set(plain, 12, (int) Bytes.INT.get(plain, 12) ^ at / 16);
                if (at > 0) {
                    Bytes.encrypt(cipher, plain, 0, 16, sealed);
                    System.arraycopy(sealed, 0, stream, at, 16);
                } else {
                    System.arraycopy(plain, 0, stream, at, 16);
                }
            }
            BigInteger y = new BigInteger(1, stream, 0, wanted);
            BigInteger c = a.add(y).mod(base.pow(round % 2 == 0 ? u : v));
            a = b;
            b = c;
        }
        write(a, digits, start, u);
        write(b, digits, start + u, v);
    }

    private BigInteger number(byte[] digits, int start, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) digits[start + i]);
        }
        return new BigInteger(text.toString(), radix);
    }

    private void write(BigInteger number, byte[] digits, int start, int length) {
        String text = number.toString(radix);
        int zeros = length - text.length();
        for (int i = 0; i < length; i++) {
            digits[start + i] = (byte) (i < zeros ? '0' : text.charAt(i - zeros));
        }
    }
}
