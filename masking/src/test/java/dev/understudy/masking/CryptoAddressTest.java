package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.jcajce.provider.digest.Keccak.Digest256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CryptoAddressTest {
    private static final long SEED = 20_261_121;

    private final CryptoAddressMasker masker = new CryptoAddressMasker(Columns.KEYS, "test");

    private boolean isValid(String address) {
        return masker.fits(Columns.utf8(address), 0, address.length());
    }

    /// Bitcoin's first block, BIP-13, BIP-173, BIP-350 and EIP-55.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359",
                "D1220A0CF47C7B9BE7A2E6BA89F429762E7B9ADB"
            })
    void publishedAddressesAreValidAndBecomeValidOnesOfTheirKind(String address) {
        assertThat(isValid(address)).isTrue();
        String masked = Columns.maskText("crypto-address", address);
        assertThat(isValid(masked)).as(masked).isTrue();
        assertThat(masked).isNotEqualTo(address);
        if (!address.startsWith("D")) { // bare hex has no beginning to keep
            assertThat(masked).startsWith(address.substring(0, 1));
        }
        boolean small = address.equals(address.toLowerCase(Locale.ROOT));
        assertThat(masked.equals(masked.toLowerCase(Locale.ROOT))).isEqualTo(small);
        assertThat(Math.abs(masked.length() - address.length())).isLessThan(3);
        for (int at = 4; at < address.length(); at++) {
            char other = address.charAt(at) == '2' ? '3' : '2';
            String wrong = address.substring(0, at) + other + address.substring(at + 1);
            boolean checked = !address.matches("(0x)?([0-9a-f]{40}|[0-9A-F]{40})");
            // The case of an Ethereum address tells little: some wrong ones look right.
            if (checked && !address.startsWith("0x")) {
                assertThat(isValid(wrong)).as(wrong).isFalse();
            }
        }
    }

    @Test
    void theSameAddressInAnotherCaseGetsTheSameOne() {
        String mixed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assertThat(Columns.maskText("crypto-address", mixed).toLowerCase(Locale.ROOT))
                .isEqualTo(Columns.maskText("crypto-address", mixed.toLowerCase(Locale.ROOT)));
        assertThat(isValid(mixed.replace("aA", "AA"))).isFalse();
        String capitals = "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4";
        assertThat(Columns.maskText("crypto-address", capitals).toLowerCase(Locale.ROOT))
                .isEqualTo(Columns.maskText("crypto-address", capitals.toLowerCase(Locale.ROOT)));
    }

    @Test
    void whatIsNoAddressIsScrambledAndCounted() {
        MaskedValues out = new MaskedValues();
        Columns.mask(
                Columns.bind(MaskingRule.of("crypto-address"), Columns.text()),
                List.of(Columns.utf8("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), Columns.utf8("n/a")),
                out);
        assertThat(out.unfit()).isEqualTo(2);
    }

    @Test
    void differentAddressesStayDifferent() {
        Random random = new Random(SEED);
        Set<String> addresses = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            addresses.add("0x%08x%032x".formatted(random.nextInt(), i));
        }
        List<String> masked =
                Columns.maskText(
                        MaskingRule.of("crypto-address"),
                        Columns.text(),
                        addresses.toArray(String[]::new));
        assertThat(new HashSet<>(masked)).as("seed %d", SEED).hasSameSizeAs(addresses);
        assertThat(masked).as("seed %d", SEED).allMatch(this::isValid);
    }

    @Test
    void keccakIsThatOfBouncyCastle() {
        Random random = new Random(SEED);
        for (int length = 0; length < 136; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            byte[] hash = new byte[32];
            new Keccak().hash(bytes, 0, length, hash);
            assertThat(hash)
                    .as("%d bytes, seed %d", length, SEED)
                    .isEqualTo(new Digest256().digest(bytes));
        }
    }
}
