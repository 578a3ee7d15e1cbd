package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CmacTest {
    private static final String MESSAGE =
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                    + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

    /// NIST SP 800-38B, appendix D.1, and RFC 4493, section 4.
    @ParameterizedTest
    @CsvSource({
        "0, bb1d6929e95937287fa37d129b756746",
        "16, 070a16b46b4d4144f79bdd9dd04a287c",
        "40, dfa66747de9ae63030ca32611497c827",
        "64, 51f0bebf7e3b9d92fc49741779363cfe",
    })
    void givesTheTagsOfNist(int length, String tag) {
        byte[] key = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c");
        byte[] message = HexFormat.of().parseHex(MESSAGE);
        ColumnValues values = new ColumnValues();
        values.reset(message, 1);
        values.add(0, length);
        assertThat(tags(new Cmac(key), values, 0, 1)[0]).isEqualTo(tag);
    }

    @Test
    void agreesWithBouncyCastleOnValuesOfEveryLengthInOneBatch() {
        long seed = 42;
        Random random = new Random(seed);
        byte[] key = new byte[16];
        random.nextBytes(key);
        CMac oracle = new CMac(AESEngine.newInstance());
        oracle.init(new KeyParameter(key));
        byte[] bytes = new byte[40_000];
        random.nextBytes(bytes);
        int count = Cmac.BATCH;
        ColumnValues values = new ColumnValues();
        values.reset(bytes, count);
        for (int i = 0; i < count - 1; i++) {
            int length = random.nextInt(5) == 0 ? random.nextInt(9000) : random.nextInt(70);
            values.add(random.nextInt(bytes.length - length), length);
        }
        values.add(bytes.length - 5, 5); // the very end, where no whole block can be read
        String[] tags = tags(new Cmac(key), values, 0, count);
        for (int i = 0; i < count; i++) {
            oracle.update(bytes, values.start(i), values.length(i));
            byte[] expected = new byte[16];
            oracle.doFinal(expected, 0);
            assertThat(tags[i])
                    .as("seed %d, value %d of %d bytes", seed, i, values.length(i))
                    .isEqualTo(HexFormat.of().formatHex(expected));
        }
    }

    @Test
    void leavesOutNulls() {
        byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
        ColumnValues values = new ColumnValues();
        values.reset(bytes, 3);
        values.add(0, 3);
        values.add(0, ColumnValues.NULL);
        values.add(0, 3);
        String[] tags = tags(new Cmac(new byte[16]), values, 0, 3);
        assertThat(tags[0]).isEqualTo(tags[2]);
        assertThat(tags[1]).isEqualTo("0".repeat(32));
    }

    private static String[] tags(Cmac cmac, ColumnValues values, int from, int count) {
        long[] high = new long[count];
        long[] low = new long[count];
        cmac.tags(values, from, count, high, low);
        String[] tags = new String[count];
        for (int i = 0; i < count; i++) {
            tags[i] = HexFormat.of().toHexDigits(high[i]) + HexFormat.of().toHexDigits(low[i]);
        }
        return tags;
    }
}
