package dev.understudy.masking;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Writes tiny pictures and documents in a colour that the value's tag gives, so that different
/// ones can be told apart, where a value is one of the same kind.
final class Placeholder implements TagMasker.Writer {
    // A file of each kind whose colour is still to be put in: in the palette of a PNG or GIF, at
    // the
    // end of a JPEG, into the page of a PDF.
    private static final byte[] PNG = png();
    private static final byte[] JPEG = jpeg();
    private static final byte[] GIF =
            hex(
                    "474946383961 0100 0100 800000 000000 000000 2C 00000000 0100 0100 00 02 02 4401 00 3B");
    private static final byte[] PDF = PdfPage.bytes();

    /// The bits of a block, each byte of which may take another one behind it, and the end's mark.
    private static final int JPEG_BLOCK = 2 * ((3 * (4 + 8 + 1) + 7) / 8) + 2;

    /// How many bytes tell a file's kind.
    private static final int HEAD = 3;

    /// Behind the signature, the header's chunk, and the palette's length and name.
    private static final int PNG_PALETTE = 8 + 25 + 8;

    private static final int GIF_PALETTE = 13;

    private final @Nullable Kind given;
    private final CRC32 crc = new CRC32();

    /// @param given of all results; null for the kind of each value, which is recognised by how it
    ///   begins
    Placeholder(@Nullable Kind given) {
        this.given = given;
    }

    /// How long a result may become; where the kind is that of each value, of values that are none.
    static int mostBytes(@Nullable Kind given) {
        Kind kind = given == null ? Kind.PNG : given;
        return kind.template().length + (kind == Kind.JPEG ? JPEG_BLOCK : 0);
    }

    /// Kinds of files.
    enum Kind {
        /// One colour of a palette on a square. Source: W3C, Portable Network Graphics.
        PNG,
        /// One block of eight by eight dots. Source: ITU-T T.81.
        JPEG,
        /// One dot in one of two colours. Source: CompuServe, GIF89a.
        GIF,
        /// One page that is filled. Source: ISO 32000-1.
        PDF;

        static Kind of(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }

        private static @Nullable Kind of(byte[] bytes, int start, int length) {
            for (Kind each : values()) {
                if (length >= HEAD
                        && Arrays.equals(bytes, start, start + HEAD, each.template(), 0, HEAD)) {
                    return each;
                }
            }
            return null;
        }

        private byte[] template() {
            return switch (this) {
                case PNG -> Placeholder.PNG;
                case JPEG -> Placeholder.JPEG;
                case GIF -> Placeholder.GIF;
                case PDF -> Placeholder.PDF;
            };
        }
    }

    @Override
    public void write(byte[] bytes, int start, int length, long high, long low, MaskedValues out) {
        Kind kind = given == null ? Kind.of(bytes, start, length) : given;
        if (kind == null) {
            kind = Kind.PNG;
            out.countUnfit();
        }
        byte[] template = kind.template();
        out.put(template, 0, template.length);
        int at = out.position();
        byte[] to = out.bytes();
        switch (kind) {
            case PNG -> {
                putColour(high, to, at + PNG_PALETTE);
                crc.reset();
                crc.update(to, at + PNG_PALETTE - 4, 4 + 3);
                Bytes.INT.set(to, at + PNG_PALETTE + 3, (int) crc.getValue());
            }
            case GIF -> putColour(high, to, at + GIF_PALETTE);
            case PDF -> {
                for (int i = 0; i < 3; i++) {
                    // 0.000 0.000 0.000
                    int fraction = at + PdfPage.COLOUR_AT + 6 * i + 2;
                    Decimals.writeDigits(Bytes.pick(high << (20 * i), 1000), 3, to, fraction);
                }
            }
            case JPEG -> putBlock(high, out);
        }
        out.commitParts();
    }

    private static void putColour(long random, byte[] to, int at) {
        to[at] = (byte) (random >>> 56);
        to[at + 1] = (byte) (random >>> 48);
        to[at + 2] = (byte) (random >>> 40);
    }

    /// Brightness and two colours of one block: each a number behind its length in bits, and a bit
    /// that says that nothing follows.
    private static void putBlock(long random, MaskedValues out) {
        long bits = 0;
        int count = 0;
        for (int shift = 56; shift >= 40; shift -= 8) {
            int value = (byte) (random >>> shift);
            int size = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(value));
            int coded = value < 0 ? value + (1 << size) - 1 : value;
            bits = (((bits << 4 | size) << size) | coded) << 1;
            count += 4 + size + 1;
        }
        int padding = -count & 7;
        bits = bits << padding | ((1L << padding) - 1);
        for (int shift = count + padding - 8; shift >= 0; shift -= 8) {
            out.put((byte) (bits >>> shift));
            if ((byte) (bits >>> shift) == (byte) 0xFF) {
                out.put((byte) 0);
            }
        }
        out.put((byte) 0xFF);
        out.put((byte) 0xD9);
    }

    private static byte[] png() {
        var file = new ByteArrayOutputStream();
        file.writeBytes(hex("89504E470D0A1A0A"));
        file.writeBytes(chunk("IHDR", hex("00000020 00000020 01 03 00 00 00")));
        file.writeBytes(chunk("PLTE", new byte[3]));
        // 32 rows of five zeros as they are, because libraries pack them differently, and Adler-32.
        String rows = "00".repeat(160);
        file.writeBytes(chunk("IDAT", hex("7801 01 A000 5FFF" + rows + "00A00001")));
        file.writeBytes(chunk("IEND", new byte[0]));
        return file.toByteArray();
    }

    private static byte[] chunk(String type, byte[] content) {
        byte[] chunk = new byte[12 + content.length];
        Bytes.INT.set(chunk, 0, content.length);
        System.arraycopy(type.getBytes(US_ASCII), 0, chunk, 4, 4);
        System.arraycopy(content, 0, chunk, 8, content.length);
        CRC32 crc = new CRC32();
        crc.update(chunk, 4, 4 + content.length);
        Bytes.INT.set(chunk, 8 + content.length, (int) crc.getValue());
        return chunk;
    }

    /// All that stands before the block: quantisation by 8 alone, which makes the first coefficient
    /// the block's mean; lengths of 0 to 8 bits as four bits each; one bit for nothing.
    private static byte[] jpeg() {
        var file = new ByteArrayOutputStream();
        file.writeBytes(hex("FFD8 FFE0 0010 4A46494600 0101 00 0001 0001 0000"));
        file.writeBytes(hex("FFDB 0043 00" + "08".repeat(64)));
        file.writeBytes(hex("FFC0 0011 08 0008 0008 03 011100 021100 031100"));
        file.writeBytes(hex("FFC4 001C 00 00000009000000000000000000000000 000102030405060708"));
        file.writeBytes(hex("FFC4 0014 10 01000000000000000000000000000000 00"));
        file.writeBytes(hex("FFDA 000C 03 0100 0200 0300 00 3F 00"));
        return file.toByteArray();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
