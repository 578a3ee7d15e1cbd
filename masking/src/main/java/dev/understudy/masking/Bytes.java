package dev.understudy.masking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Big-endian numbers in byte arrays, and AES over them.
final class Bytes {
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Bytes() {}

    static boolean isAscii(byte[] bytes, int start, int length) {
        int end = start + length;
        int at = start;
        for (; at + 8 <= end; at += 8) {
            if (((long) LONG.get(bytes, at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }

    /// Whether there are but ASCII digits; true of nothing.
    static boolean isDigits(byte[] bytes, int start, int length) {
        int end = start + length;
        int at = start;
        for (; at + 8 <= end; at += 8) {
            if (!areDigits((long) LONG.get(bytes, at))) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                return false;
            }
        }
        return true;
    }

    static boolean areDigits(long eight) {
        return (((eight + 0x46464646_46464646L) | (eight - 0x30303030_30303030L)) & HIGH_BITS) == 0;
    }

    /// Whether a byte of UTF-8 is none that begins a character.
    static boolean isContinuation(byte each) {
        return (each & 0xC0) == 0x80;
    }

    static int characters(byte[] bytes, int start, int length) {
        int characters = 0;
        for (int at = start; at < start + length; at++) {
            if (!isContinuation(bytes[at])) {
                characters++;
            }
        }
        return characters;
    }

    /// A number from 0 to below `bound` that an evenly spread 64-bit number picks.
    static int pick(long hash, int bound) {
        return (int) Math.unsignedMultiplyHigh(hash, bound);
    }

    /// AES of whole blocks, each by itself.
    static Cipher aes(byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES", e);
        }
    }

    /// AES of blocks chained from a block of zeros.
    static Cipher aesChained(byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(new byte[16]));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES", e);
        }
    }

    static void encrypt(Cipher cipher, byte[] plain, int start, int length, byte[] sealed) {
        encrypt(cipher, plain, start, length, sealed, 0);
    }

    static void encrypt(
            Cipher cipher, byte[] plain, int start, int length, byte[] sealed, int sealedStart) {
        try {
            cipher.update(plain, start, length, sealed, sealedStart);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed on whole blocks", e);
        }
    }
}
