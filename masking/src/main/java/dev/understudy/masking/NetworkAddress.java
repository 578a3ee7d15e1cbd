package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An IPv4 or IPv6 address and the length of its network's prefix, read from text, the binary form
/// of `inet` and `cidr`, or its bytes alone, and written to them. One object holds one address
/// after the other.
///
/// Source: RFC 4291, section 2.2, for text that is read; RFC 5952, section 4, for what is written;
/// `network_send` of PostgreSQL for the binary form.
final class NetworkAddress {
    /// Eight groups, seven colons, `/128`; the form with a dotted end is not longer.
    static final int LONGEST = 39 + 4;

    static final int LONGEST_IPV4 = 15;

    private static final byte[] MAPPED = {':', ':', 'f', 'f', 'f', 'f', ':'};

    private static final byte IPV4 = 2;
    private static final byte IPV6 = 3;

    private long high;
    private long low;
    private int bits;
    private int prefix;
    private byte isNetwork;
    private final int[] groups = new int[8];
    private final byte[] written = new byte[LONGEST + 3];

    /// Reads a value that is an address, in the form of its column.
    void read(ValueForm form, byte[] value, int start, int length) {
        if (form == ValueForm.TEXT) {
            read(value, start, length);
            return;
        }
        if (form == ValueForm.BYTES) {
            bits = 8 * length;
            prefix = bits;
            high = bits == 32 ? shortAt(value, start) : (long) Bytes.LONG.get(value, start);
            low = bits == 32 ? 0 : (long) Bytes.LONG.get(value, start + 8);
            return;
        }
        bits = value[start] == IPV4 ? 32 : 128;
        prefix = value[start + 1] & 0xFF;
        isNetwork = value[start + 2];
        if (bits == 32) {
            high = shortAt(value, start + 4);
            low = 0;
        } else {
            high = (long) Bytes.LONG.get(value, start + 4);
            low = (long) Bytes.LONG.get(value, start + 12);
        }
    }

    private static long shortAt(byte[] value, int start) {
        return (long) (int) Bytes.INT.get(value, start) << 32;
    }

    /// Whether that many bytes alone are an address, as `INET6_ATON` of MySQL packs it.
    static boolean isPacked(int length) {
        return length == 4 || length == 16;
    }

    /// Writes another address of the same kind and prefix in a form, and returns its length.
    int write(ValueForm form, long otherHigh, long otherLow, byte[] to, int at) {
        if (form == ValueForm.TEXT) {
            return write(otherHigh, otherLow, to, at);
        }
        if (form == ValueForm.BYTES) {
            return writeBits(otherHigh, otherLow, to, at);
        }
        to[at] = bits == 32 ? IPV4 : IPV6;
        to[at + 1] = (byte) prefix;
        to[at + 2] = isNetwork;
        to[at + 3] = (byte) (bits / 8);
        return 4 + writeBits(otherHigh, otherLow, to, at + 4);
    }

    private int writeBits(long otherHigh, long otherLow, byte[] to, int at) {
        if (bits == 32) {
            Bytes.INT.set(to, at, (int) (otherHigh >>> 32));
        } else {
            Bytes.LONG.set(to, at, otherHigh);
            Bytes.LONG.set(to, at + 8, otherLow);
        }
        return bits / 8;
    }

    /// The binary form of a text that is an address; null if it is none, or no network for `cidr`.
    static byte @Nullable [] encode(ValueForm form, String text) {
        NetworkAddress address = new NetworkAddress();
        byte[] given = text.getBytes(StandardCharsets.UTF_8);
        if (!address.read(given, 0, given.length)
                || (form == ValueForm.CIDR && address.hasHost())) {
            return null;
        }
        address.isNetwork = (byte) (form == ValueForm.CIDR ? 1 : 0);
        byte[] value = new byte[20];
        return Arrays.copyOf(value, address.write(form, address.high, address.low, value, 0));
    }

    private boolean hasHost() {
        return (high & hostBits(0)) != 0 || (low & hostBits(64)) != 0;
    }

    /// The bits behind the prefix, of the 64 that begin at bit 0 or 64.
    long hostBits(int first) {
        return prefix >= first + 64 ? 0 : -1L >>> Math.max(0, prefix - first);
    }

    /// Reads an address, IPv4 in four decimal numbers or IPv6 in any spelling, with or without
    /// `/prefix`; false if the text is none.
    boolean read(byte[] text, int start, int length) {
        int end = start + length;
        int slash = end;
        boolean colons = false;
        for (int at = end - 1; at >= start; at--) {
            slash = text[at] == '/' ? at : slash;
            colons |= text[at] == ':';
        }
        bits = colons ? 128 : 32;
        if (slash == end) {
            prefix = bits;
        } else {
            prefix = decimal(text, slash + 1, end, bits);
        }
        boolean valid = colons ? readGroups(text, start, slash) : readDotted(text, start, slash);
        return valid && prefix >= 0;
    }

    /// The same, but only of addresses that are spelled as {@link #write} does.
    boolean readShortest(byte[] text, int start, int length) {
        return length <= LONGEST
                && read(text, start, length)
                && Arrays.equals(
                        written, 0, write(high, low, written, 0), text, start, start + length);
    }

    /// Bits of the address, from the highest one of `high` on: IPv4 has 32.
    int bits() {
        return bits;
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /// How many bits are those of the network; all of them, where the text had no `/prefix`.
    int prefix() {
        return prefix;
    }

    /// The most characters that another address of the same kind and prefix takes.
    int longest() {
        int digits = prefix == bits ? 0 : 1 + Decimals.digits(prefix);
        return (bits == 32 ? LONGEST_IPV4 : 39) + digits;
    }

    /// Writes another address of the same kind and prefix, and returns its length.
    int write(long otherHigh, long otherLow, byte[] to, int at) {
        int next = at;
        if (bits == 32) {
            next = writeDotted((int) (otherHigh >>> 32), to, next);
        } else {
            next = writeGroups(otherHigh, otherLow, to, next);
        }
        if (prefix < bits) {
            to[next++] = '/';
            next += Decimals.write(prefix, to, next);
        }
        return next - at;
    }

    private boolean readDotted(byte[] text, int start, int end) {
        long address = dotted(text, start, end);
        high = address << 32;
        low = 0;
        return address >= 0;
    }

    /// The 32 bits of `192.0.2.1`, or -1.
    private static long dotted(byte[] text, int start, int end) {
        long address = 0;
        int from = start;
        for (int part = 0; part < 4; part++) {
            int to = from;
            while (to < end && text[to] != '.') {
                to++;
            }
            int number = decimal(text, from, to, 255);
            if (number < 0 || (part < 3) != (to < end)) {
                return -1;
            }
            address = address << 8 | number;
            from = to + 1;
        }
        return address;
    }

    /// A number of at most three digits without needless zeros, up to `most`, or -1.
    private static int decimal(byte[] text, int start, int end, int most) {
        if (start >= end || end - start > 3 || (text[start] == '0' && end - start > 1)) {
            return -1;
        }
        int number = 0;
        for (int at = start; at < end; at++) {
            if (text[at] < '0' || text[at] > '9') {
                return -1;
            }
            number = number * 10 + (text[at] - '0');
        }
        return number <= most ? number : -1;
    }

    private boolean readGroups(byte[] text, int start, int end) {
        Arrays.fill(groups, 0);
        int count = 0;
        int gap = -1;
        int at = start;
        if (end - start >= 2 && text[start] == ':') {
            if (text[start + 1] != ':') {
                return false;
            }
            gap = 0;
            at = start + 2;
        }
        while (at < end) {
            int group = 0;
            int from = at;
            for (; at < end && Hex.digit(text[at]) >= 0; at++) {
                group = group << 4 | Hex.digit(text[at]);
            }
            if (at < end && text[at] == '.') {
                long tail = dotted(text, from, end);
                if (tail < 0 || count > 6) {
                    return false;
                }
                groups[count++] = (int) (tail >>> 16);
                groups[count++] = (int) tail & 0xFFFF;
                break;
            }
            if (at == from || at - from > 4 || count == 8) {
                return false;
            }
            groups[count++] = group;
            if (at == end) {
                break;
            }
            if (text[at++] != ':' || at == end) {
                return false;
            }
            if (text[at] == ':') {
                if (gap >= 0) {
                    return false;
                }
                gap = count;
                at++;
            }
        }
        if (gap < 0 ? count != 8 : count > 7) {
            return false;
        }
        if (gap >= 0) {
            int behind = count - gap;
            System.arraycopy(groups, gap, groups, 8 - behind, behind);
            Arrays.fill(groups, gap, 8 - behind, 0);
        }
        high = (long) groups[0] << 48 | (long) groups[1] << 32 | (long) groups[2] << 16 | groups[3];
        low = (long) groups[4] << 48 | (long) groups[5] << 32 | (long) groups[6] << 16 | groups[7];
        return true;
    }

    private static int writeDotted(int address, byte[] to, int at) {
        int next = at;
        for (int shift = 24; shift >= 0; shift -= 8) {
            next += Decimals.write((address >>> shift) & 0xFF, to, next);
            if (shift > 0) {
                to[next++] = '.';
            }
        }
        return next;
    }

    private static int writeGroups(long high, long low, byte[] to, int at) {
        int next = at;
        if (high == 0 && low >>> 32 == 0xFFFF) {
            System.arraycopy(MAPPED, 0, to, next, MAPPED.length);
            return writeDotted((int) low, to, next + MAPPED.length);
        }
        int gap = -1;
        int gapEnd = -1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && group(high, low, end) == 0) {
                end++;
            }
            if (end - i >= 2 && end - i > gapEnd - gap) {
                gap = i;
                gapEnd = end;
            }
            i = Math.max(i, end - 1);
        }
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                to[next++] = ':';
                to[next++] = ':';
                i = gapEnd - 1;
                continue;
            }
            if (i > 0 && i != gapEnd) {
                to[next++] = ':';
            }
            int group = group(high, low, i);
            for (int shift = 12; shift >= 0; shift -= 4) {
                if (group >>> shift != 0 || shift == 0) {
                    to[next++] = Hex.DIGITS[(group >>> shift) & 15];
                }
            }
        }
        return next;
    }

    private static int group(long high, long low, int index) {
        return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xFFFF;
    }
}
