package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Ff1Test {
    /// NIST's sample 1 of FF1: AES-128, radix 10, no tweak.
    @Test
    void givesTheSampleOfNist() {
        Ff1 ff1 = new Ff1(HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c"), 10);
        long[] heads = {1234};
        long[] tails = {56789};
        ff1.encrypt(10, heads, tails, 1);
        assertThat("%05d%05d".formatted(heads[0], tails[0])).isEqualTo("2433477484");

        byte[] digits = Columns.utf8("0123456789");
        ff1.encryptLong(digits, 0, 10);
        assertThat(digits).isEqualTo(Columns.utf8("2433477484"));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 8, 9, 10, 11, 15, 16, 17, 18, 19, 20, 21, 22, 25, 30, 35, 36})
    void agreesWithBouncyCastleInBatches(int n) {
        long seed = 1000 + n;
        Random random = new Random(seed);
        byte[] key = new byte[16];
        random.nextBytes(key);
        int count = 300;
        long[] heads = new long[count];
        long[] tails = new long[count];
        byte[][] plain = new byte[count][n];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < n; k++) {
                plain[i][k] = (byte) random.nextInt(10);
            }
            heads[i] = number(plain[i], 0, n / 2);
            tails[i] = number(plain[i], n / 2, n);
        }
        new Ff1(key, 10).encrypt(n, heads, tails, count);
        for (int i = 0; i < count; i++) {
            byte[] expected = oracle(key, 10, plain[i]);
            assertThat(heads[i]).as("seed %d", seed).isEqualTo(number(expected, 0, n / 2));
            assertThat(tails[i]).as("seed %d", seed).isEqualTo(number(expected, n / 2, n));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 18, 36, 37, 40, 51, 80, 200})
    void agreesWithBouncyCastleOnLongNumerals(int n) {
        long seed = 2000 + n;
        Random random = new Random(seed);
        byte[] key = new byte[16];
        random.nextBytes(key);
        Ff1 ff1 = new Ff1(key, 10);
        for (int i = 0; i < 20; i++) {
            byte[] numeral = new byte[n];
            for (int k = 0; k < n; k++) {
                numeral[k] = (byte) random.nextInt(10);
            }
            byte[] expected = oracle(key, 10, numeral);
            for (int k = 0; k < n; k++) {
                numeral[k] += (byte) '0';
                expected[k] += (byte) '0';
            }
            ff1.encryptLong(numeral, 0, n);
            assertThat(numeral).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 63})
    void agreesWithBouncyCastleOnBits(int n) {
        long seed = 3000 + n;
        Random random = new Random(seed);
        byte[] key = new byte[16];
        random.nextBytes(key);
        for (int i = 0; i < 50; i++) {
            long number = random.nextLong() >>> 64 - n;
            byte[] bits = new byte[n];
            for (int k = 0; k < n; k++) {
                bits[k] = (byte) (number >>> n - 1 - k & 1);
            }
            int tailBits = n - n / 2;
            long[] heads = {number >>> tailBits};
            long[] tails = {number & (1L << tailBits) - 1};
            new Ff1(key, 2).encrypt(n, heads, tails, 1);
            long expected = 0;
            for (byte bit : oracle(key, 2, bits)) {
                expected = expected << 1 | bit;
            }
            assertThat(heads[0] << tailBits | tails[0]).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static byte[] oracle(byte[] key, int radix, byte[] plain) {
        FPEFF1Engine engine = new FPEFF1Engine(AESEngine.newInstance());
        engine.init(true, new FPEParameters(new KeyParameter(key), radix, new byte[0]));
        byte[] sealed = new byte[plain.length];
        engine.processBlock(plain, 0, plain.length, sealed, 0);
        return sealed;
    }

    private static long number(byte[] digits, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + digits[i];
        }
        return number;
    }
}
