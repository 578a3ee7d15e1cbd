package dev.understudy.jobs.copy;

import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals what a checkpoint holds: a key of the source may be personal, and checkpoints lie in the
/// outputs. AES-256-GCM with a key of the job's own, a random nonce in front. Thread-safe.
final class Sealer {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    Sealer(MaskingKeys keys) {
        key = new SecretKeySpec(keys.derive("checkpoint", "", 32), "AES");
    }

    byte[] seal(byte[] plain) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, plain, 0, plain.length);
        return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    }

    byte[] open(byte[] sealed) {
        byte[] nonce = Arrays.copyOf(sealed, NONCE);
        return run(Cipher.DECRYPT_MODE, nonce, sealed, NONCE, sealed.length - NONCE);
    }

    private byte[] run(int mode, byte[] nonce, byte[] text, int from, int length) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(text, from, length);
        } catch (GeneralSecurityException e) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "the checkpoints of this run were sealed with another secret; restart it with the secret it began with");
        }
    }
}
