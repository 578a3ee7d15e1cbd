package dev.understudy.masking;

import javax.crypto.Cipher;

/// Masks IPv4 and IPv6 addresses, each kind by a permutation of its own: one that keeps prefixes,
/// or one that keeps nothing.
///
/// Where a value names a network's prefix, the host's bits change by what the network's own address
/// changes by: so a network's address, its host bits zero, stays one, and the result is a
/// permutation still.
final class AddressMasker implements ColumnMasker {
    private final NetworkAddress address = new NetworkAddress();
    private final ValueForm form;
    private final CryptoPan prefixes;
    private final boolean flat;
    private final RangePermutation flatShort;
    private final Cipher flatLong;
    private final byte[] plain = new byte[16];
    private final byte[] sealed = new byte[16];
    private long[] numbers = new long[0];
    private long high;
    private long low;

    /// @param flat whether nothing of an address stays
    AddressMasker(ValueForm form, boolean flat, MaskingKeys keys, String domain) {
        this.form = form;
        this.flat = flat;
        prefixes = new CryptoPan(keys.derive("mask/crypto-pan", domain, 32));
        flatShort = new RangePermutation(keys, domain, 1L << 32);
        flatLong = Bytes.aes(keys.derive("mask/ipv6", domain, 16));
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        if (flat) {
            permuteShort(in);
        }
        int next = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) <= 0) {
                out.append(in, i);
                continue;
            }
            read(in, i);
            if (!flat) {
                keepPrefixes();
            } else if (address.bits() == 32) {
                high = numbers[next++] << 32;
                low = 0;
            } else {
                permuteLong();
            }
            byte[] to = out.reserve(NetworkAddress.LONGEST);
            out.commit(address.write(form, high, low, to, out.position()));
        }
    }

    private void read(ColumnValues in, int i) {
        address.read(form, in.bytes(), in.start(i), in.length(i));
    }

    private void keepPrefixes() {
        long highHost = address.hostBits(0);
        long lowHost = address.hostBits(64);
        prefixes.mask(address.high(), address.low(), address.bits());
        high = prefixes.high();
        low = prefixes.low();
        if (address.prefix() < address.bits()) {
            prefixes.mask(address.high() & ~highHost, address.low() & ~lowHost, address.bits());
            high ^= prefixes.high() & highHost;
            low ^= prefixes.low() & lowHost;
        }
    }

    private void permuteShort(ColumnValues in) {
        if (numbers.length < in.count()) {
            numbers = new long[in.count()];
        }
        int count = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) > 0) {
                read(in, i);
                if (address.bits() == 32) {
                    numbers[count++] = address.high() >>> 32;
                }
            }
        }
        flatShort.apply(numbers, count);
    }

    /// An address of 128 bits is one block of AES, which is a permutation.
    private void permuteLong() {
        Bytes.LONG.set(plain, 0, address.high());
        Bytes.LONG.set(plain, 8, address.low());
        Bytes.encrypt(flatLong, plain, 0, 16, sealed);
        high = (long) Bytes.LONG.get(sealed, 0);
        low = (long) Bytes.LONG.get(sealed, 8);
    }
}
