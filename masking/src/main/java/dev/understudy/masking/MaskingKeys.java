package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/// The keys of one job: derived from its secret with HKDF-SHA256 (RFC 5869), one for each purpose
/// and name. Never prints or stores a key. Immutable; any thread may use it.
public final class MaskingKeys {
    /// The fewest characters of a secret.
    public static final int SHORTEST_SECRET = 16;

    private final SecretKey root;
    private final int epoch;

    /// Tables of up to 100,000 numbers, the same for every masker of a domain: a wide table would
    /// hold hundreds of copies.
    private final Map<List<String>, Permutation> permutations = new ConcurrentHashMap<>();

    /// What was derived: thousands of tables ask for the same few.
    private final Map<List<Object>, byte[]> derived = new ConcurrentHashMap<>();

    private MaskingKeys(SecretKey root, int epoch) {
        this.root = root;
        this.epoch = epoch;
    }

    /// The keys of a job.
    ///
    /// @param secret at least {@link #SHORTEST_SECRET} characters
    /// @param epoch a new number makes new keys, so that twins of different epochs cannot be joined
    public static MaskingKeys of(String secret, int epoch) {
        if (secret.length() < SHORTEST_SECRET) {
            throw new IllegalArgumentException(
                    "the secret must have at least %d characters but has %d"
                            .formatted(SHORTEST_SECRET, secret.length()));
        }
        byte[] material = secret.getBytes(StandardCharsets.UTF_8);
        try {
            var spec =
                    HKDFParameterSpec.ofExtract()
                            .addIKM(material)
                            .addSalt("understudy/1".getBytes(StandardCharsets.UTF_8))
                            .extractOnly();
            return new MaskingKeys(KDF.getInstance("HKDF-SHA256").deriveKey("AES", spec), epoch);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot derive keys with HKDF-SHA256", e);
        }
    }

    /// Derives bytes for one purpose and name: `mask` and a domain, or `checkpoint` and a run.
    /// Different purposes, names and epochs give independent bytes.
    public byte[] derive(String purpose, String name, int length) {
        return derived.computeIfAbsent(
                        List.of(purpose, name, length), key -> expand(purpose, name, length))
                .clone();
    }

    private byte[] expand(String purpose, String name, int length) {
        // Lengths before the texts, so that no two pairs run together to the same bytes.
        String info =
                "%d/%d:%s/%d:%s".formatted(epoch, purpose.length(), purpose, name.length(), name);
        try {
            var spec =
                    HKDFParameterSpec.expandOnly(
                            root, info.getBytes(StandardCharsets.UTF_8), length);
            return KDF.getInstance("HKDF-SHA256").deriveData(spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot derive keys with HKDF-SHA256", e);
        }
    }

    /// The permutation of 0 to below `size` that these keys give a domain under a name.
    Permutation permutation(String domain, String name, int size) {
        return permutations.computeIfAbsent(
                List.of(domain, name), key -> Permutation.of(this, domain, name, size));
    }

    /// Names the keys without revealing them, for receipts: eight hex digits.
    public String id() {
        return HexFormat.of().formatHex(derive("id", "", 4));
    }

    @Override
    public String toString() {
        return "MaskingKeys[***]";
    }
}
