package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/// Replaces addresses of Bitcoin and Ethereum by others of the same kind and network, whose
/// checksums are right. What an address stands for becomes pseudorandom: nobody has its key.
///
/// Sources: Bitcoin's base58check (P2PKH and P2SH); BIP-173 and BIP-350 (bech32, bech32m); EIP-55
/// (the case of Ethereum's hex digits).
final class CryptoAddressMasker implements ColumnMasker {
    /// The longest base58check of 25 bytes.
    static final int LONGEST_BASE58 = 35;

    private static final byte[] BASE58 =
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BECH32 =
            "qpzry9x8gf2tvdw0s3jn54khce6mua7l".getBytes(StandardCharsets.US_ASCII);
    private static final int[] GENERATOR = {
        0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
    };
    private static final int BECH32M = 0x2bc830a3;
    private static final int HASHED = 25;
    private static final int CHECKSUM = 6;

    private final Cmac cmac;
    private final TagStream stream;
    private final MessageDigest sha256;
    private final Keccak keccak = new Keccak();
    private final byte[] payload = new byte[HASHED];
    private final byte[] rest = new byte[HASHED];
    private final byte[] reversed = new byte[LONGEST_BASE58 + 4];
    private final byte[] digest = new byte[32];
    private final byte[] small = new byte[90];
    private final MaskedValues canonical = new MaskedValues();
    private final ColumnValues view = new ColumnValues();
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];

    CryptoAddressMasker(MaskingKeys keys, String domain) {
        cmac = Cmac.of(keys, domain);
        stream = new TagStream(keys, domain);
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /// Whether this is an address with a right checksum.
    boolean fits(byte[] bytes, int start, int length) {
        return isHex(bytes, start, length)
                || isBech32(bytes, start, length)
                || isBase58(bytes, start, length);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        canonical.resetAndTrim();
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                canonical.appendNull();
            } else {
                append(in.bytes(), in.start(i), in.length(i));
            }
        }
        ColumnValues values = canonical.view(view);
        for (int from = 0; from < in.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, in.count() - from);
            cmac.tags(values, from, count, high, low);
            for (int i = 0; i < count; i++) {
                int length = in.length(from + i);
                stream.begin(high, low, i, count);
                if (length <= 0) {
                    out.append(canonical, from + i);
                } else {
                    write(in.bytes(), in.start(from + i), length, out);
                }
            }
        }
    }

    /// Base58 tells cases apart; the others are the same address in both, with or without `0x`.
    private void append(byte[] bytes, int start, int length) {
        boolean hex = isHex(bytes, start, length);
        if (!hex && !isBech32(bytes, start, length)) {
            canonical.append(bytes, start, length);
            return;
        }
        int skipped = hex ? length - 40 : 0;
        byte[] to = canonical.reserve(length);
        lower(bytes, start + skipped, length - skipped, to, canonical.position());
        canonical.commit(length - skipped);
    }

    private void write(byte[] bytes, int start, int length, MaskedValues out) {
        byte[] to = out.reserve(Math.max(length, LONGEST_BASE58));
        int at = out.position();
        if (isHex(bytes, start, length)) {
            System.arraycopy(bytes, start, to, at, length);
            writeHex(bytes, start + length - 40, to, at + length - 40);
            out.commit(length);
        } else if (isBech32(bytes, start, length)) {
            writeBech32(bytes, start, length, to, at);
            out.commit(length);
        } else {
            decodeBase58(bytes, start, length);
            for (int i = 1; i < HASHED - 4; i++) {
                payload[i] = (byte) stream.pick(256);
            }
            checksum();
            System.arraycopy(digest, 0, payload, HASHED - 4, 4);
            out.commit(encodeBase58(to, at));
        }
    }

    private static boolean hasCase(byte[] bytes, int start, int length, char first, char last) {
        for (int at = start; at < start + length; at++) {
            if (bytes[at] >= first && bytes[at] <= last) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasBothCases(byte[] bytes, int start, int length) {
        return hasCase(bytes, start, length, 'a', 'z') && hasCase(bytes, start, length, 'A', 'Z');
    }

    private static void lower(byte[] bytes, int start, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            byte each = bytes[start + i];
            to[at + i] = each >= 'A' && each <= 'Z' ? (byte) (each | 0x20) : each;
        }
    }

    private boolean isHex(byte[] bytes, int start, int length) {
        if (length == 42 ? bytes[start] != '0' || bytes[start + 1] != 'x' : length != 40) {
            return false;
        }
        int from = start + length - 40;
        for (int at = from; at < from + 40; at++) {
            if (Hex.digit(bytes[at]) < 0) {
                return false;
            }
        }
        if (!hasBothCases(bytes, from, 40)) {
            return true;
        }
        lower(bytes, from, 40, small, 0);
        applyCase(small, 0);
        return Arrays.equals(small, 0, 40, bytes, from, from + 40);
    }

    /// Makes a small letter a capital where the hash of all has a high digit (EIP-55).
    private void applyCase(byte[] hex, int at) {
        keccak.hash(hex, at, 40, digest);
        for (int i = 0; i < 40; i++) {
            boolean capital = ((digest[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 8) != 0;
            if (capital && hex[at + i] > '9') {
                hex[at + i] &= (byte) ~0x20;
            }
        }
    }

    private void writeHex(byte[] bytes, int start, byte[] to, int at) {
        boolean capitals = hasCase(bytes, start, 40, 'A', 'F');
        boolean both = capitals && hasCase(bytes, start, 40, 'a', 'f');
        stream.write(capitals && !both ? Hex.UPPER_DIGITS : Hex.DIGITS, 40, to, at);
        if (both) {
            applyCase(to, at);
        }
    }

    /// A network, a 1, the version, and 20 or 32 bytes in groups of five bits.
    private boolean isBech32(byte[] bytes, int start, int length) {
        if (length > 74 || length < 42 || hasBothCases(bytes, start, length)) {
            return false;
        }
        lower(bytes, start, length, small, 0);
        int network = networkLength();
        int data = length - network - 1;
        if (network == 0 || (data != 39 && data != 59)) {
            return false;
        }
        for (int at = network + 1; at < length; at++) {
            if (symbol(small[at]) < 0) {
                return false;
            }
        }
        int version = symbol(small[network + 1]);
        return checksum(network, length) == (version == 0 ? 1 : BECH32M)
                && (symbol(small[length - CHECKSUM - 1]) & unusedBits(data)) == 0;
    }

    /// Of a program of 32 bytes, 256 bits, the last of 52 groups has four that are zero; 20 bytes
    /// fill their 32 groups.
    private static int unusedBits(int data) {
        return data == 59 ? 15 : 0;
    }

    private int networkLength() {
        if (small[0] == 'b' && small[1] == 'c' && small[2] == '1') {
            return 2;
        }
        return small[0] == 't' && small[1] == 'b' && small[2] == '1' ? 2 : 0;
    }

    private static int symbol(byte character) {
        for (int i = 0; i < 32; i++) {
            if (BECH32[i] == character) {
                return i;
            }
        }
        return -1;
    }

    /// The remainder of the text at the start of `small`, as BIP-173 defines it.
    private int checksum(int network, int length) {
        int rest = 1;
        for (int i = 0; i < network; i++) {
            rest = step(rest) ^ (small[i] >> 5);
        }
        rest = step(rest);
        for (int i = 0; i < network; i++) {
            rest = step(rest) ^ (small[i] & 31);
        }
        for (int i = network + 1; i < length; i++) {
            rest = step(rest) ^ symbol(small[i]);
        }
        return rest;
    }

    private static int step(int rest) {
        int next = (rest & 0x1ffffff) << 5;
        for (int i = 0; i < 5; i++) {
            next ^= ((rest >> (25 + i)) & 1) != 0 ? GENERATOR[i] : 0;
        }
        return next;
    }

    private void writeBech32(byte[] bytes, int start, int length, byte[] to, int at) {
        lower(bytes, start, length, small, 0);
        int network = networkLength();
        int end = length - CHECKSUM;
        stream.write(BECH32, end - network - 2, small, network + 2);
        int unused = unusedBits(length - network - 1);
        small[end - 1] = BECH32[symbol(small[end - 1]) & ~unused];
        Arrays.fill(small, end, length, BECH32[0]);
        int version = symbol(small[network + 1]);
        int rest = checksum(network, length) ^ (version == 0 ? 1 : BECH32M);
        for (int i = 0; i < CHECKSUM; i++) {
            small[end + i] = BECH32[(rest >> (5 * (CHECKSUM - 1 - i))) & 31];
        }
        boolean capitals = hasCase(bytes, start, length, 'A', 'Z');
        for (int i = 0; i < length; i++) {
            to[at + i] = capitals && small[i] > '9' ? (byte) (small[i] & ~0x20) : small[i];
        }
    }

    private boolean isBase58(byte[] bytes, int start, int length) {
        if (length < 26 || length > LONGEST_BASE58 || !decodeBase58(bytes, start, length)) {
            return false;
        }
        checksum();
        return Arrays.equals(digest, 0, 4, payload, HASHED - 4, HASHED)
                && encodeBase58(small, 0) == length; // no needless ones in front
    }

    private boolean decodeBase58(byte[] bytes, int start, int length) {
        Arrays.fill(payload, (byte) 0);
        for (int at = start; at < start + length; at++) {
            int carry = Arrays.binarySearch(BASE58, bytes[at]);
            if (carry < 0) {
                return false;
            }
            for (int i = HASHED - 1; i >= 0; i--) {
                carry += 58 * (payload[i] & 0xFF);
                payload[i] = (byte) carry;
                carry >>= 8;
            }
            if (carry != 0) {
                return false;
            }
        }
        return true;
    }

    /// Writes the payload and returns its length; a 1 for each zero in front.
    private int encodeBase58(byte[] to, int at) {
        System.arraycopy(payload, 0, rest, 0, HASHED);
        int zeros = 0;
        while (zeros < HASHED && rest[zeros] == 0) {
            zeros++;
        }
        int length = 0;
        for (int first = zeros; first < HASHED; ) {
            int carry = 0;
            for (int i = first; i < HASHED; i++) {
                carry = (carry << 8) | (rest[i] & 0xFF);
                rest[i] = (byte) (carry / 58);
                carry %= 58;
            }
            reversed[length++] = BASE58[carry];
            while (first < HASHED && rest[first] == 0) {
                first++;
            }
        }
        Arrays.fill(to, at, at + zeros, (byte) '1');
        for (int i = 0; i < length; i++) {
            to[at + zeros + i] = reversed[length - 1 - i];
        }
        return zeros + length;
    }

    /// Leaves the payload's SHA-256, twice, in the digest.
    private void checksum() {
        try {
            sha256.update(payload, 0, HASHED - 4);
            sha256.digest(digest, 0, 32);
            sha256.update(digest, 0, 32);
            sha256.digest(digest, 0, 32);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
    }
}
