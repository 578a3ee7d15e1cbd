package dev.understudy.masking;

import java.util.Arrays;
import javax.crypto.Cipher;

/// Replaces every letter by a letter of its alphabet and case, and every digit by a digit, and
/// leaves everything else where it is. A permutation of the texts of one layout, whatever their
/// length, so it is injective; texts that differ in case alone keep differing in case alone.
///
/// It is a Feistel network over the letters and digits of a text, ten rounds, each adding to one
/// half a keyed function of the other, character by character (Bellare, Rogaway, Spies, "The FFX
/// mode of operation", 2010). Texts longer than a segment are permuted segment by segment.
///
/// Text that is not valid UTF-8 gets `?` for each stray byte.
final class ScrambleMasker implements ColumnMasker {
    private static final int ROUNDS = 10;
    private static final int SEGMENT = 512;
    private static final int SYMBOLS = 4 * SEGMENT;

    /// Round, number and size of a segment, before the symbols that decide.
    private static final int HEAD = 5;

    private final Canonical canonical = new Canonical(ValueForm.TEXT);
    private final Cmac cmac;
    private final Cipher stream;

    // The letters and digits of the segments at hand: where they stand, and what they may become.
    private final int[] places = new int[SYMBOLS];
    private final int[] alphabets = new int[SYMBOLS];
    private final int[] radixes = new int[SYMBOLS];
    private final int[] symbols = new int[SYMBOLS];
    private int symbolCount;
    private final int[] segmentStarts = new int[Cmac.BATCH + 1];
    private final int[] segmentNumbers = new int[Cmac.BATCH];
    private int segmentCount;

    private final byte[] sources = new byte[HEAD * Cmac.BATCH + 2 * SYMBOLS];
    private final ColumnValues sourcesView = new ColumnValues();
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];
    private final byte[] counters = new byte[SYMBOLS * 2];
    private final byte[] streams = new byte[SYMBOLS * 2];

    ScrambleMasker(MaskingKeys keys, String domain) {
        cmac = new Cmac(keys.derive("mask/scramble", domain, 16));
        stream = Bytes.aes(keys.derive("mask/scramble-stream", domain, 16));
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        ColumnValues values = canonical.of(in);
        for (int i = 0; i < values.count(); i++) {
            if (values.isNull(i)) {
                out.appendNull();
                continue;
            }
            int place = out.position();
            out.append(values.bytes(), values.start(i), values.length(i));
            gather(place, place + values.length(i), out);
        }
        permute(out);
    }

    /// Cuts the text between two places of the output into segments.
    private void gather(int from, int to, MaskedValues out) {
        int number = 0;
        beginSegment(number, out);
        for (int at = from; at < to; ) {
            if (symbolCount - segmentStarts[segmentCount] == SEGMENT) {
                endSegment();
                beginSegment(++number, out);
            }
            at += gatherCharacter(out.bytes(), at, to);
        }
        endSegment();
    }

    private void beginSegment(int number, MaskedValues out) {
        if (segmentCount == Cmac.BATCH || symbolCount > SYMBOLS - SEGMENT) {
            permute(out);
        }
        segmentStarts[segmentCount] = symbolCount;
        segmentNumbers[segmentCount] = number;
    }

    private void endSegment() {
        if (symbolCount > segmentStarts[segmentCount]) {
            segmentCount++;
            segmentStarts[segmentCount] = symbolCount;
        }
    }

    /// Notes the character at a place if it is to be replaced, and returns its length in bytes.
    private int gatherCharacter(byte[] text, int at, int end) {
        int lead = text[at];
        if (lead >= 0) {
            if (lead >= 'a' && lead <= 'z') {
                note(at, 'a', 26, lead);
            } else if (lead >= 'A' && lead <= 'Z') {
                note(at, 'A', 26, lead);
            } else if (lead >= '0' && lead <= '9') {
                note(at, '0', 10, lead);
            }
            return 1;
        }
        int length = lead < (byte) 0xE0 ? 2 : (lead < (byte) 0xF0 ? 3 : 4);
        int codePoint = codePoint(text, at, length, end);
        if (codePoint < 0) {
            text[at] = '?';
            return 1;
        }
        long alphabet = Alphabet.of(codePoint);
        int radix = (int) (alphabet >>> 32);
        if (radix > 1) {
            note(at, (int) alphabet, radix, codePoint);
        }
        return length;
    }

    private void note(int place, int alphabet, int radix, int codePoint) {
        places[symbolCount] = place;
        alphabets[symbolCount] = alphabet;
        radixes[symbolCount] = radix;
        symbols[symbolCount++] = codePoint - alphabet;
    }

    private static int codePoint(byte[] text, int at, int length, int end) {
        if (text[at] < (byte) 0xC2 || text[at] > (byte) 0xF4 || at + length > end) {
            return -1;
        }
        int codePoint = text[at] & (0xFF >> (length + 1));
        for (int i = 1; i < length; i++) {
            if (!Bytes.isContinuation(text[at + i])) {
                return -1;
            }
            codePoint = (codePoint << 6) | (text[at + i] & 0x3F);
        }
        return codePoint;
    }

    /// Permutes all gathered segments and writes them over the originals.
    private void permute(MaskedValues out) {
        for (int round = 0; round < ROUNDS; round++) {
            readSources(round);
            cmac.tags(sourcesView, 0, segmentCount, high, low);
            addStreams(round);
        }
        byte[] text = out.bytes();
        for (int k = 0; k < symbolCount; k++) {
            write(alphabets[k] + symbols[k], text, places[k]);
        }
        symbolCount = 0;
        segmentCount = 0;
    }

    private void readSources(int round) {
        sourcesView.reset(sources, segmentCount);
        int at = 0;
        for (int s = 0; s < segmentCount; s++) {
            int start = segmentStarts[s];
            int size = segmentStarts[s + 1] - start;
            int from = round % 2 == 0 ? start : start + size / 2;
            int to = round % 2 == 0 ? start + size / 2 : start + size;
            int begin = at;
            sources[at] = (byte) round;
            Bytes.SHORT.set(sources, at + 1, (short) segmentNumbers[s]);
            Bytes.SHORT.set(sources, at + 3, (short) size);
            at += HEAD;
            for (int k = from; k < to; k++) {
                if (radixes[k] > 256) {
                    sources[at++] = (byte) (symbols[k] >> 8);
                }
                sources[at++] = (byte) symbols[k];
            }
            sourcesView.add(begin, at - begin);
        }
    }

    private void addStreams(int round) {
        int blocks = 0;
        for (int s = 0; s < segmentCount; s++) {
            int targets = targets(s, round);
            for (int block = 1; block < (targets + 7) / 8; block++, blocks++) {
                Bytes.LONG.set(counters, 16 * blocks, high[s]);
                Bytes.LONG.set(counters, 16 * blocks + 8, low[s] + block);
            }
        }
        if (blocks > 0) {
            Bytes.encrypt(stream, counters, 0, 16 * blocks, streams);
        }
        int next = 0;
        for (int s = 0; s < segmentCount; s++) {
            int first = segmentStarts[s + 1] - targets(s, round);
            int end = segmentStarts[s + 1];
            if (round % 2 != 0) {
                first = segmentStarts[s];
                end = first + targets(s, round);
            }
            if (segmentStarts[s + 1] - segmentStarts[s] == 1) {
                moveAlone(segmentStarts[s], round, high[s]);
                continue;
            }
            add(first, Math.min(first + 4, end), high[s]);
            add(first + 4, Math.min(first + 8, end), low[s]);
            for (int k = first + 8; k < end; k += 4, next += 8) {
                add(k, Math.min(k + 4, end), (long) Bytes.LONG.get(streams, next));
            }
            next = (next + 15) & ~15;
        }
    }

    private int targets(int segment, int round) {
        int size = segmentStarts[segment + 1] - segmentStarts[segment];
        return round % 2 == 0 ? size - size / 2 : size / 2;
    }

    /// Adds to each symbol, modulo its radix, what 16 of 64 bits pick.
    private void add(int from, int to, long bits) {
        long left = bits;
        for (int k = from; k < to; k++, left <<= 16) {
            int radix = radixes[k];
            int moved = symbols[k] + (((int) (left >>> 48) * radix) >>> 16);
            symbols[k] = moved >= radix ? moved - radix : moved;
        }
    }

    /// A symbol alone has no other half: it is moved once, and not by zero.
    private void moveAlone(int k, int round, long bits) {
        if (round == 0) {
            int radix = radixes[k];
            int moved = symbols[k] + 1 + (((int) (bits >>> 48) * (radix - 1)) >>> 16);
            symbols[k] = moved >= radix ? moved - radix : moved;
        }
    }

    private static void write(int codePoint, byte[] text, int at) {
        if (codePoint < 0x80) {
            text[at] = (byte) codePoint;
        } else if (codePoint < 0x800) {
            text[at] = (byte) (0xC0 | (codePoint >> 6));
            text[at + 1] = (byte) (0x80 | (codePoint & 0x3F));
        } else if (codePoint < 0x10000) {
            text[at] = (byte) (0xE0 | (codePoint >> 12));
            text[at + 1] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
            text[at + 2] = (byte) (0x80 | (codePoint & 0x3F));
        } else {
            text[at] = (byte) (0xF0 | (codePoint >> 18));
            text[at + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
            text[at + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
            text[at + 3] = (byte) (0x80 | (codePoint & 0x3F));
        }
    }

    /// Which characters beyond ASCII may become one another. Every alphabet lies within the
    /// characters of one length in UTF-8, and holds all of its own results, so that layouts stay.
    private static final class Alphabet {
        /// First and last of the alphabets that are not one aligned block of 64.
        private static final int[][] KNOWN = {
            {0x00C0, 0x00D6},
            {0x00D8, 0x00DE},
            {0x00DF, 0x00F6},
            {0x00F8, 0x00FF},
            {0x0391, 0x03A1},
            {0x03A3, 0x03A9},
            {0x03B1, 0x03C9},
            {0x0410, 0x042F},
            {0x0430, 0x044F},
            {0x3041, 0x3096},
            {0x30A1, 0x30FA},
            {0x4E00, 0x9FFF},
            {0xAC00, 0xD7A3},
        };

        /// Punctuation, symbols, spaces, emoji: kept.
        private static final int[][] KEPT = {
            {0x0080, 0x00BF},
            {0x00D7, 0x00D7},
            {0x00F7, 0x00F7},
            {0x2000, 0x2BFF},
            {0x3000, 0x303F},
            {0xFE00, 0xFE0F},
            {0x1F000, 0x1FAFF},
        };

        private static final long[] LATIN_TO_CYRILLIC = new long[0x500];

        static {
            Arrays.setAll(LATIN_TO_CYRILLIC, Alphabet::find);
        }

        /// How many characters the alphabet of a character has, above the first of them in the
        /// lower 32 bits; 1 for a character that stays.
        static long of(int codePoint) {
            return codePoint < LATIN_TO_CYRILLIC.length
                    ? LATIN_TO_CYRILLIC[codePoint]
                    : find(codePoint);
        }

        private static long find(int codePoint) {
            for (int[] kept : KEPT) {
                if (codePoint >= kept[0] && codePoint <= kept[1]) {
                    return (1L << 32) | codePoint;
                }
            }
            for (int[] known : KNOWN) {
                if (codePoint >= known[0] && codePoint <= known[1]) {
                    return ((long) (known[1] - known[0] + 1) << 32) | known[0];
                }
            }
            return rest(codePoint);
        }

        /// What no alphabet holds becomes another character of its block of 64, less those that
        /// have an alphabet.
        private static long rest(int codePoint) {
            int from = codePoint & ~63;
            int to = codePoint | 63;
            for (int[][] ranges : new int[][][] {KNOWN, KEPT}) {
                for (int[] range : ranges) {
                    if (range[1] < codePoint && range[1] >= from) {
                        from = range[1] + 1;
                    }
                    if (range[0] > codePoint && range[0] <= to) {
                        to = range[0] - 1;
                    }
                }
            }
            return ((long) (to - from + 1) << 32) | from;
        }
    }
}
