package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingKeysTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fifteen letters",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "passwordpasswordpassword",
                "change-me-change-me-change-me",
                "1234567890123456",
                "abcdefghijklmnopqrstuvwxyz",
                "zyxwvutsrqponmlkjihgfedcba",
                "0000000000000000000000000000001",
                "secretsecretsecretsecret",
                "qwertyqwertyqwerty"
            })
    void refusesWeakSecretsWithoutShowingThem(String secret) {
        assertThat(MaskingKeys.refusal(bytes(secret))).isPresent();
        assertThatThrownBy(() -> MaskingKeys.of(secret, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("the secret ")
                .satisfies(message ->
                        assertThat(secret.isEmpty() || !message.contains(secret)).isTrue());
    }

    @Test
    void acceptsWhatGeneratorsMake() {
        var random = new Random(20261121);
        for (int i = 0; i < 10_000; i++) {
            byte[] each = new byte[24];
            random.nextBytes(each);
            assertThat(MaskingKeys.refusal(each)).as("number %d", i).isEmpty();
            assertThat(MaskingKeys.refusal(bytes(HexFormat.of().formatHex(each))))
                    .as("number %d as hex", i)
                    .isEmpty();
            assertThat(MaskingKeys.refusal(bytes(Base64.getEncoder().encodeToString(each))))
                    .as("number %d in base 64", i)
                    .isEmpty();
        }
        assertThat(MaskingKeys.refusal(bytes("correct horse battery staple"))).isEmpty();
    }

    @Test
    void aSecretOfBytesMakesTheKeysOfItsText() {
        String secret = "a secret of the tests, no other";

        assertThat(MaskingKeys.of(bytes(secret), 3).id()).isEqualTo(MaskingKeys.of(secret, 3).id());
    }

    @Test
    void everyEpochHasItsOwnIdWhichTheKeysOfEveryOtherOneKnow() {
        MaskingKeys first = MaskingKeys.of("a secret of the tests, no other", 0);
        MaskingKeys second = MaskingKeys.of("a secret of the tests, no other", 1);

        assertThat(first.id()).isNotEqualTo(second.id()).matches("[0-9a-f]{8}");
        assertThat(second.id(0)).isEqualTo(first.id());
        assertThat(first.derive("mask", "email", 16))
                .isNotEqualTo(second.derive("mask", "email", 16));
    }

    @Test
    void zeroesTheSecretThatItIsGivenEvenIfItRefusesIt() {
        byte[] secret = bytes("a secret of the tests, no other");
        byte[] weak = bytes("aaaaaaaaaaaaaaaaaaaa");

        MaskingKeys keys = MaskingKeys.of(secret, 0);
        assertThatThrownBy(() -> MaskingKeys.of(weak, 0))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(secret).containsOnly(0);
        assertThat(weak).containsOnly(0);
        assertThat(keys.derive("mask", "email", 16)).hasSize(16);
    }

    @Test
    void derivesNothingOnceItIsClosed() {
        MaskingKeys keys = MaskingKeys.of("a secret of the tests, no other", 0);
        byte[] derived = keys.derive("mask", "email", 16);

        keys.close();

        assertThat(derived).as("the caller's own copy").isNotEqualTo(new byte[16]);
        assertThatThrownBy(() -> keys.derive("mask", "email", 16))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(keys).hasToString("MaskingKeys[***]");
    }
}
