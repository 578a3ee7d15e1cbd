package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/// The keys of one job: derived from its secret with HKDF-SHA256 (RFC 5869), one for each purpose
/// and name. Never prints or stores a key. Any thread may use it until it is closed.
public final class MaskingKeys implements AutoCloseable {
    /// The fewest bytes of a secret.
    public static final int SHORTEST_SECRET = 16;

    private final int epoch;
    private volatile @Nullable SecretKey root;

    /// Tables of up to 100,000 numbers, the same for every masker of a domain: a wide table would
    /// hold hundreds of copies.
    private final Map<List<String>, Permutation> permutations = new ConcurrentHashMap<>();

    /// Shifts of days, the same for every masker of a domain.
    private final Map<List<Object>, DayShifts> dayShifts = new ConcurrentHashMap<>();

    /// What was derived: thousands of tables ask for the same few.
    private final Map<List<Object>, byte[]> derived = new ConcurrentHashMap<>();

    private MaskingKeys(SecretKey root, int epoch) {
        this.root = root;
        this.epoch = epoch;
    }

    /// The keys of a job whose secret is a text: those of its UTF-8 bytes.
    public static MaskingKeys of(String secret, int epoch) {
        return of(secret.getBytes(StandardCharsets.UTF_8), epoch);
    }

    /// The keys of a job.
    ///
    /// @param secret that {@link #refusal} has nothing against; is zeroed
    /// @param epoch a new number makes new keys, so that twins of different epochs cannot be joined
    public static MaskingKeys of(byte[] secret, int epoch) {
        try {
            refusal(secret)
                    .ifPresent(why -> {
                        throw new IllegalArgumentException("the secret " + why);
                    });
            var spec =
                    HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt("understudy/1".getBytes(StandardCharsets.UTF_8))
                            .extractOnly();
            return new MaskingKeys(KDF.getInstance("HKDF-SHA256").deriveKey("AES", spec), epoch);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot derive keys with HKDF-SHA256", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /// Why a secret may not be used: it is too short, or weak by its looks. Continues a sentence
    /// that began with "the secret", and does not show it. Empty if nothing is wrong with it.
    public static Optional<String> refusal(byte[] secret) {
        return SecretStrength.refusal(secret);
    }

    /// Derives bytes for one purpose and name: `mask` and a domain, or `checkpoint` and a run.
    /// Different purposes, names and epochs give independent bytes.
    public byte[] derive(String purpose, String name, int length) {
        return derived.computeIfAbsent(
                        List.of(purpose, name, length), key -> expand(epoch, purpose, name, length))
                .clone();
    }

    /// What takes long to make of these keys: made once for all maskers that ask for the same.
    byte[] once(List<Object> of, Supplier<byte[]> making) {
        return derived.computeIfAbsent(of, key -> making.get()).clone();
    }

    private byte[] expand(int epoch, String purpose, String name, int length) {
        SecretKey key = root;
        if (key == null) {
            throw new IllegalStateException("the masking keys are closed");
        }
        // Lengths before the texts, so that no two pairs run together to the same bytes.
        String info =
                "%d/%d:%s/%d:%s".formatted(epoch, purpose.length(), purpose, name.length(), name);
        try {
            var spec =
                    HKDFParameterSpec.expandOnly(
                            key, info.getBytes(StandardCharsets.UTF_8), length);
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

    /// What the days of a domain are shifted by.
    DayShifts dayShifts(String domain, DayRange by) {
        return dayShifts.computeIfAbsent(List.of(domain, by), _ -> new DayShifts(by));
    }

    public int epoch() {
        return epoch;
    }

    /// Names the keys without revealing them, for receipts: eight hex digits.
    public String id() {
        return id(epoch);
    }

    /// What {@link #id} of the same secret is in another epoch.
    public String id(int otherEpoch) {
        return HexFormat.of().formatHex(expand(otherEpoch, "id", "", 4));
    }

    /// Zeroes what was derived and lets go of the rest. Maskers that were bound before go on; they
    /// hold keys of their own.
    @Override
    public void close() {
        root = null;
        derived.values().forEach(each -> Arrays.fill(each, (byte) 0));
        derived.clear();
        permutations.clear();
        dayShifts.clear();
    }

    @Override
    public String toString() {
        return "MaskingKeys[***]";
    }
}
