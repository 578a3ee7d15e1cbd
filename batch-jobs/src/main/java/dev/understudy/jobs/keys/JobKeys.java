package dev.understudy.jobs.keys;

import dev.understudy.config.JobConfig;
import dev.understudy.config.SecretSource;
import dev.understudy.kms.AwsKms;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import java.util.Arrays;
import java.util.Optional;

/// Derives a job's masking keys.
public final class JobKeys {
    private JobKeys() {}

    /// The keys of a job. Asks AWS KMS once where the config says so. The caller closes them.
    ///
    /// @throws Failure of kind CONFIG if there is no secret to be had, or if it is a weak one
    public static MaskingKeys open(JobConfig config) {
        return switch (config.secret()) {
            case SecretSource.Given given ->
                    MaskingKeys.of(given.secret().reveal(), config.epoch());
            case SecretSource.AwsKms kms -> decrypted(config, kms);
        };
    }

    private static MaskingKeys decrypted(JobConfig config, SecretSource.AwsKms kms) {
        byte[] secret = kms(kms).decrypt(kms.ciphertext(), kms.key(), kms.context());
        Optional<String> refusal = MaskingKeys.refusal(secret);
        if (refusal.isPresent()) {
            Arrays.fill(secret, (byte) 0);
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "%s: the secret that AWS KMS decrypted %s; encrypt another one: understudy key new --help"
                            .formatted(config.file(), refusal.get()));
        }
        return MaskingKeys.of(secret, config.epoch());
    }

    private static AwsKms kms(SecretSource.AwsKms kms) {
        Optional<AwsKms.Credentials> credentials =
                kms.accessKey()
                        .flatMap(access ->
                                kms.secretKey()
                                        .map(secret ->
                                                new AwsKms.Credentials(
                                                        access.reveal(), secret.reveal())));
        return new AwsKms(kms.region(), kms.endpoint(), credentials);
    }
}
