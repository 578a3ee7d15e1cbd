package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;

final class BcryptTest {
    @Test
    void everybodyHasThePasswordOfTheTests() {
        MaskingRule rule =
                Columns.rule("password-hash", Map.of("test-password", "let me in", "cost", 5));
        String hash =
                Columns.maskText(rule, Columns.text(), "5f4dcc3b5aa765d61d8327deb882cf99")
                        .getFirst();
        assertThat(OpenBSDBCrypt.checkPassword(hash, "let me in".toCharArray())).isTrue();
        assertThat(OpenBSDBCrypt.checkPassword(hash, "let me out".toCharArray())).isFalse();
        assertThat(Columns.maskText(rule, Columns.text(), "another", ""))
                .containsExactly(hash, hash);
        assertThat(hash).startsWith("$2b$05$");
    }

    @Test
    void passwordsThatCannotBeHashedAreRefused() {
        assertThat(problems(Map.of("test-password", "ä".repeat(36))))
                .isEqualTo(
                        "password-hash: test-password must have 1 to 71 bytes, none of them zero");
        assertThat(problems(Map.of("test-password", ""))).contains("must have 1 to 71 bytes");
        assertThat(problems(Map.of("test-password", "x", "cost", 3)))
                .isEqualTo("password-hash: cost must be from 4 to 16");
        assertThat(problems(Map.of("cost", 8)))
                .isEqualTo("password-hash: cost needs a test-password");
        assertThat(problems(Map.of("test-password", "x", "test-hash", "0".repeat(32))))
                .isEqualTo("password-hash: give test-hash or test-password, not both");
    }

    private static String problems(Map<String, Object> parameters) {
        return String.join(
                "\n", Maskers.check(Columns.rule("password-hash", Map.copyOf(parameters))));
    }
}
