package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Replaces the salt and the hash of a stored password, and keeps its layout, algorithm and cost:
/// the result parses, and no password fits it.
///
/// Source of the layouts: the crypt formats of bcrypt, SHA-crypt, phpass and yescrypt, the PHC
/// string format (Argon2, scrypt, PBKDF2), Django's, and LDAP's (RFC 3112); plain digests as
/// hexadecimal digits.
final class PasswordHash {
    private static final byte[][] ALGORITHMS =
            bytes(
                    """
                    1 2a 2b 2x 2y 5 6 7 y gy P H apr1 argon2i argon2d argon2id argon2 scrypt pbkdf2 \
                    pbkdf2-sha256 pbkdf2-sha512 pbkdf2_sha1 pbkdf2_sha256 pbkdf2_sha512 sha1 sha256 \
                    sha512 md5 SHA SSHA SHA256 SSHA256 SHA512 SSHA512 MD5 SMD5\
                    """);

    private static final int BCRYPT = 53;
    private static final int BCRYPT_SALT = 22;
    private static final int PHPASS = 31;

    /// The fewest characters of a hash: 16 bytes in base 64.
    private static final int SHORTEST = 22;

    private static final int[] DIGESTS = {32, 40, 56, 64, 96, 128};

    private static final byte[] ALPHABET =
            ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// What the last character may be where only two or four of its six bits belong to the bytes.
    private static final byte[][] LAST = {ascii("AQgw"), ascii("AEIMQUYcgkosw048")};

    private static final byte[][] BCRYPT_LAST = {ascii(".Oeu"), ascii(".CGKOSWaeimquy26")};
    private static final byte[][] CRYPT_LAST = {ascii("./01"), ascii("./0123456789ABCD")};

    private final int[] dollars = new int[6];
    private byte[][] last = LAST;
    private int saltStart;
    private int saltEnd;
    private int hashStart;
    private int hashEnd;

    /// Finds where salt and hash are; false if the text is no stored password.
    boolean read(byte[] text, int start, int length) {
        int end = start + length;
        last = LAST;
        place(start, start, start, end);
        int count = findDollars(text, start, end);
        if (count < 0) {
            return false;
        }
        if (count == 0) {
            return text[start] == '{' ? readLdap(text, start, end) : isDigest(text, start, length);
        }
        boolean leading = dollars[0] == start;
        int first = leading ? start + 1 : start;
        int firstEnd = leading && count > 1 ? dollars[1] : dollars[0];
        if (!isAlgorithm(text, first, firstEnd)) {
            return false;
        }
        int lastField = dollars[count - 1] + 1;
        if (leading && count == 2) {
            place(start, start, lastField + 1, end);
            last = CRYPT_LAST;
            return (text[first] == 'P' || text[first] == 'H')
                    && end - lastField == PHPASS
                    && isHash(text);
        }
        if (leading && text[first] == '2') {
            place(lastField, lastField + BCRYPT_SALT, lastField + BCRYPT_SALT, end);
            last = BCRYPT_LAST;
            return count == 3 && end - lastField == BCRYPT && isHash(text);
        }
        if (count < (leading ? 3 : 2)) {
            return false;
        }
        place(dollars[count - 2] + 1, lastField - 1, lastField, end);
        last = leading && firstEnd - first <= 2 ? CRYPT_LAST : LAST;
        return isHash(text);
    }

    /// Other characters at the places that {@link #read} finds, and everything else as it was.
    static TagMasker.Writer writer(TagStream stream) {
        PasswordHash places = new PasswordHash();
        return (bytes, start, length, high, low, out) -> {
            places.read(bytes, start, length);
            byte[] to = out.reserve(length);
            int begin = out.position();
            System.arraycopy(bytes, start, to, begin, length);
            int moved = begin - start;
            places.replace(to, places.saltStart + moved, places.saltEnd + moved, stream);
            places.replace(to, places.hashStart + moved, places.hashEnd + moved, stream);
            out.commit(length);
        };
    }

    private void replace(byte[] text, int start, int end, TagStream stream) {
        int to = end;
        while (to > start && text[to - 1] == '=') {
            to--;
        }
        if (isDigest(text, start, to - start)) {
            Duds.replace(text, start, to, stream);
            return;
        }
        stream.write(ALPHABET, to - start, text, start);
        int over = (to - start) % 4;
        if (over > 1) {
            text[to - 1] = last[over - 2][stream.pick(last[over - 2].length)];
        }
    }

    private void place(int saltFrom, int saltTo, int hashFrom, int hashTo) {
        saltStart = saltFrom;
        saltEnd = saltTo;
        hashStart = hashFrom;
        hashEnd = hashTo;
    }

    /// How many `$` there are; -1 if too many, or if something is there that no layout has.
    private int findDollars(byte[] text, int start, int end) {
        int count = 0;
        for (int at = start; at < end; at++) {
            byte each = text[at];
            if (each == '$') {
                if (count == dollars.length) {
                    return -1;
                }
                dollars[count++] = at;
            } else if (!Duds.isLetterOrDigit(each) && "./+=,-_{}".indexOf(each) < 0) {
                return -1;
            }
        }
        return count;
    }

    private boolean readLdap(byte[] text, int start, int end) {
        int brace = start;
        while (brace < end && text[brace] != '}') {
            brace++;
        }
        place(start, start, brace + 1, end);
        return isAlgorithm(text, start + 1, brace) && isHash(text);
    }

    private static boolean isAlgorithm(byte[] text, int start, int end) {
        for (byte[] each : ALGORITHMS) {
            if (Arrays.equals(each, 0, each.length, text, start, Math.max(start, end))) {
                return true;
            }
        }
        return false;
    }

    private boolean isHash(byte[] text) {
        int padding = 0;
        for (int at = hashStart; at < hashEnd; at++) {
            padding = text[at] == '=' ? padding + 1 : padding;
            if (text[at] != '=' && (padding > 0 || ",-_{}".indexOf(text[at]) >= 0)) {
                return false;
            }
        }
        return hashEnd - hashStart - padding >= SHORTEST;
    }

    /// Hexadecimal digits of one case, as many as digests have.
    private static boolean isDigest(byte[] text, int start, int length) {
        if (Arrays.binarySearch(DIGESTS, length) < 0) {
            return false;
        }
        boolean upper = false;
        boolean lower = false;
        for (int at = start; at < start + length; at++) {
            if (Hex.digit(text[at]) < 0) {
                return false;
            }
            upper |= text[at] >= 'A' && text[at] <= 'F';
            lower |= text[at] >= 'a';
        }
        return !(upper && lower);
    }

    private static byte[][] bytes(String words) {
        return Arrays.stream(words.split(" ")).map(PasswordHash::ascii).toArray(byte[][]::new);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
