package dev.understudy.kms;

import dev.understudy.rows.Failure;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/// A way to AWS KMS, for one question.
///
/// @param region of the KMS key, empty for the environment's
/// @param endpoint a KMS server other than Amazon's
/// @param credentials empty for the environment's
public record AwsKms(
        Optional<String> region, Optional<String> endpoint, Optional<Credentials> credentials) {

    /// Who asks.
    public record Credentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Credentials[***]";
        }
    }

    /// Decrypts what KMS has encrypted under a symmetric key, as `kms encrypt` and `kms
    /// generate-data-key` do it.
    ///
    /// @param ciphertext in base 64
    /// @param key the ARN, id or alias of the KMS key that it must be encrypted with; empty for
    ///   whichever it is
    /// @param context the encryption context that it was encrypted with, which KMS compares; empty
    ///   for none
    /// @return the plaintext, which the caller zeroes
    /// @throws Failure of kind CONFIG that says why not
    public byte[] decrypt(String ciphertext, Optional<String> key, Map<String, String> context) {
        byte[] blob;
        try {
            blob = Base64.getDecoder().decode(ciphertext);
        } catch (IllegalArgumentException e) {
            throw refused("the ciphertext is not base 64", e);
        }
        try (KmsClient client = client()) {
            var answer =
                    client.decrypt(request ->
                            request.ciphertextBlob(SdkBytes.fromByteArray(blob))
                                    .keyId(key.orElse(null))
                                    .encryptionContext(context.isEmpty() ? null : context));
            // The client's own array, so that zeroing it leaves no copy of ours.
            return answer.plaintext().asByteArrayUnsafe();
        } catch (AwsServiceException e) {
            throw refused(e.awsErrorDetails().errorCode() + " (" + advice(e) + ")", e);
        } catch (SdkException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
    }

    private KmsClient client() {
        var builder = KmsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.map(URI::create).ifPresent(builder::endpointOverride);
        region.or(() -> endpoint.map(_ -> "us-east-1")).map(Region::of).ifPresent(builder::region);
        credentials.ifPresent(each ->
                builder.credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(each.accessKey(), each.secretKey()))));
        return builder.build();
    }

    private static String advice(AwsServiceException e) {
        return switch (e.awsErrorDetails().errorCode()) {
            case "InvalidCiphertextException" ->
                    "it was encrypted elsewhere, in another region, with another encryption context, or is damaged";
            case "IncorrectKeyException" -> "it was encrypted with another key than the given one";
            case "AccessDeniedException" ->
                    "these credentials need kms:Decrypt on the key that encrypted it";
            case "DisabledException", "KMSInvalidStateException" ->
                    "enable the key, or cancel its deletion";
            case "NotFoundException" -> "there is no such key in this account and region";
            default -> "HTTP status " + e.statusCode();
        };
    }

    private Failure refused(String why, Exception cause) {
        return new Failure(
                Failure.Kind.CONFIG,
                "%s did not decrypt the secret: %s"
                        .formatted(
                                endpoint.orElse(
                                        "AWS KMS" + region.map(each -> " in " + each).orElse("")),
                                why),
                cause);
    }
}
