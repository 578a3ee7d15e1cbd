package dev.understudy.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the secret comes from that all masking keys are derived from.
public sealed interface SecretSource {
    /// Where it comes from, for people: `the environment variable UNDERSTUDY_SECRET`. Never the
    /// secret.
    String origin();

    /// A text that the config holds or points to.
    ///
    /// @param files that it comes from, if it does
    record Given(Secret secret, String origin, List<Path> files) implements SecretSource {
        public Given {
            files = List.copyOf(files);
        }

        /// Whether everybody who reads the config reads the secret.
        public boolean inConfig() {
            return origin.equals(Placeholders.IN_CONFIG);
        }
    }

    /// A secret that AWS KMS has encrypted, and decrypts once when a command starts.
    ///
    /// @param ciphertext what `kms encrypt` or `kms generate-data-key` gave, in base 64
    /// @param key the KMS key that it must be encrypted with: its ARN; empty for whichever it is
    /// @param context the encryption context that it was encrypted with; empty for none
    /// @param region of the KMS key, empty for the environment's
    /// @param endpoint a KMS server other than Amazon's
    /// @param accessKey with `secretKey`; empty for the environment's credentials
    record AwsKms(
            String ciphertext,
            Optional<String> key,
            Map<String, String> context,
            Optional<String> region,
            Optional<String> endpoint,
            Optional<Secret> accessKey,
            Optional<Secret> secretKey)
            implements SecretSource {
        public AwsKms {
            context = Map.copyOf(context);
        }

        @Override
        public String origin() {
            return key.map(each -> "AWS KMS, decrypted with " + each).orElse("AWS KMS");
        }
    }
}
