package dev.understudy.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.kms.AwsKms.Credentials;
import dev.understudy.rows.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AwsKmsTest {
    private static final byte[] SECRET = "what nobody may read".getBytes(StandardCharsets.UTF_8);
    private static KmsServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new KmsServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static AwsKms kms(String accessKey) {
        return new AwsKms(
                Optional.of("eu-central-1"),
                Optional.of(server.url()),
                Optional.of(new Credentials(accessKey, "very secret")));
    }

    @Test
    void decryptsWhatTheServerHasEncryptedByOneSignedRequest() {
        String ciphertext = server.encrypt(SECRET);
        int before = server.asked().size();

        byte[] plaintext =
                kms(KmsServer.ACCESS_KEY).decrypt(ciphertext, Optional.empty(), Map.of());

        assertThat(plaintext).isEqualTo(SECRET);
        assertThat(server.asked().subList(before, server.asked().size()))
                .containsExactly("TrentService.Decrypt");
        assertThat(
                        kms(KmsServer.ACCESS_KEY)
                                .decrypt(ciphertext, Optional.of(KmsServer.KEY), Map.of()))
                .isEqualTo(SECRET);
    }

    @Test
    void decryptsUnderTheEncryptionContextAlone() {
        Map<String, String> context = Map.of("job", "shop", "stage", "dev");
        String ciphertext = server.encrypt(SECRET, context);
        AwsKms kms = kms(KmsServer.ACCESS_KEY);

        assertThat(kms.decrypt(ciphertext, Optional.empty(), context)).isEqualTo(SECRET);
        for (Map<String, String> other :
                List.<Map<String, String>>of(Map.of(), Map.of("job", "shop", "stage", "Dev"))) {
            assertThatThrownBy(() -> kms.decrypt(ciphertext, Optional.empty(), other))
                    .hasMessageContaining("with another encryption context")
                    .message()
                    .doesNotContain("shop");
        }
    }

    @Test
    void saysWhyNotAndShowsNeitherCiphertextNorCredentials() {
        String ciphertext = server.encrypt(SECRET);

        refused(
                kms("AKIAOTHER"),
                ciphertext,
                Optional.empty(),
                "AccessDeniedException",
                "kms:Decrypt");
        refused(
                kms(KmsServer.ACCESS_KEY),
                ciphertext,
                Optional.of("arn:of-another-key"),
                "IncorrectKeyException",
                "another key");
        refused(
                kms(KmsServer.ACCESS_KEY),
                "bm90IG91cnM=",
                Optional.empty(),
                "InvalidCiphertextException",
                "damaged");
        refused(kms(KmsServer.ACCESS_KEY), "?", Optional.empty(), "not base 64", server.url());
        var nobody =
                new AwsKms(
                        Optional.empty(),
                        Optional.of("http://127.0.0.1:1"),
                        Optional.of(new Credentials("a", "very secret")));
        refused(nobody, ciphertext, Optional.empty(), "http://127.0.0.1:1", "Connection refused");
    }

    private static void refused(
            AwsKms kms, String ciphertext, Optional<String> key, String... words) {
        assertThatThrownBy(() -> kms.decrypt(ciphertext, key, Map.of()))
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> {
                            assertThat(failure.kind()).isEqualTo(Failure.Kind.CONFIG);
                            assertThat(failure)
                                    .hasMessageContainingAll(words)
                                    .message()
                                    .doesNotContain("very secret");
                        });
        assertThat(kms.toString()).doesNotContain("very secret");
    }
}
