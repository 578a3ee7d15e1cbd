package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Replaces in running text what tells of a person, each by a pseudonym of its kind, and leaves the
/// rest as it is. A text is read twice: once to find the pieces of all texts of a batch for their
/// maskers, once to put it together again.
///
/// A piece in the text becomes what it becomes in a column of its own: the same address is the same
/// pseudonym in `customer.email` and in a note. What the row's other columns hold becomes what they
/// become.
final class FreeTextMasker implements ColumnMasker {
    /// A column's value of more words is looked for as a whole only.
    private static final int MOST_WORDS = 7;

    /// Shorter values, and shorter words of a value, say too little to be looked for.
    private static final int SHORTEST = 2;

    private static final int SHORTEST_WORD = 3;

    private static final byte[] REDACTED = "[redacted]".getBytes(StandardCharsets.US_ASCII);

    private final int maxLength;
    private final Map<TextPieces.Kind, Pieces> ofKind = new EnumMap<>(TextPieces.Kind.class);
    private final List<Pieces> all = new ArrayList<>();
    private final TextPieces pieces = new TextPieces();
    private final Segments segments = new Segments();
    private int[] ends = new int[0];
    private byte[] text = new byte[1024];
    private int size;
    private int foundLength;

    /// The pieces of one kind in all texts of a window.
    private static final class Pieces {
        private final int number;
        private final ColumnMasker masker;
        private final ColumnValues found = new ColumnValues();
        private final MaskedValues masked = new MaskedValues();
        private int next;

        Pieces(int number, ColumnMasker masker) {
            this.number = number;
            this.masker = masker;
        }

        void mask() {
            masked.resetAndTrim();
            masker.mask(found, masked);
            next = 0;
        }
    }

    /// What a text consists of, in its order: plain bytes, found pieces, and places of the row's
    /// other columns. Those of all texts of a window lie one behind the other.
    private static final class Segments {
        private static final int PLAIN = -1;

        private int[] what = new int[256];
        private int[] starts = new int[256];
        private int[] lengths = new int[256];
        private int count;

        void add(int kind, int start, int length) {
            if (length == 0) {
                return;
            }
            if (count == what.length) {
                what = Arrays.copyOf(what, 2 * count);
                starts = Arrays.copyOf(starts, 2 * count);
                lengths = Arrays.copyOf(lengths, 2 * count);
            }
            what[count] = kind;
            starts[count] = start;
            lengths[count++] = length;
        }

        /// @param word from 1 on, or 0 for the whole value
        static int ofColumn(int column, int word) {
            return -2 - (column * (MOST_WORDS + 1) + word);
        }

        static int column(int what) {
            return (-2 - what) / (MOST_WORDS + 1);
        }

        static int word(int what) {
            return (-2 - what) % (MOST_WORDS + 1);
        }
    }

    /// @param maxLength the most characters of a result; a longer one is cut
    FreeTextMasker(int maxLength, ColumnProfile column, MaskingKeys keys, String domain) {
        this.maxLength = maxLength;
        for (TextPieces.Kind kind : TextPieces.Kind.values()) {
            var each = new Pieces(all.size(), masker(kind, column, keys, domain));
            ofKind.put(kind, each);
            all.add(each);
        }
    }

    private static ColumnMasker masker(
            TextPieces.Kind kind, ColumnProfile column, MaskingKeys keys, String domain) {
        return switch (kind) {
            case ADDRESS -> named("email", column, keys);
            case LINK -> TextPieces.links(Cmac.of(keys, domain));
            case IBAN -> named("iban", column, keys);
            case CARD -> named("payment-card", column, keys);
            case NETWORK_ADDRESS -> named("ip-address", column, keys);
            case DATE -> WrittenDate.masker(Cmac.of(keys, domain));
            case PHONE -> named("phone", column, keys);
            case NUMBER -> named("digits", column, keys);
            case CODE -> named("text-scramble", column, keys);
            case FIRST_NAME -> named("first-name", column, keys);
            case LAST_NAME -> named("last-name", column, keys);
        };
    }

    private static ColumnMasker named(String masker, ColumnProfile column, MaskingKeys keys) {
        ColumnProfile piece = ColumnProfile.of(column.path(), "text", ValueForm.TEXT);
        return Maskers.named(masker).orElseThrow().bind(MaskingRule.of(masker), piece, keys);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        mask(in, RowContext.NONE, out);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        segments.count = 0;
        for (Pieces each : all) {
            each.found.reset(in.bytes(), 16);
        }
        if (ends.length < in.count()) {
            ends = new int[in.count()];
        }
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) > 0) {
                find(in.bytes(), in.start(i), in.start(i) + in.length(i), row, i);
            }
            ends[i] = segments.count;
        }
        all.forEach(Pieces::mask);
        int from = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else {
                write(in.bytes(), from, ends[i], row, i, out);
            }
            from = ends[i];
        }
    }

    private void find(byte[] bytes, int start, int end, RowContext row, int index) {
        int plain = start;
        int at = start;
        pieces.begin();
        while (at < end) {
            if (!TextPieces.begins(bytes, start, at, end)) {
                at++;
                continue;
            }
            int what = ofRow(bytes, at, end, row, index);
            int length = foundLength;
            if (length == 0) {
                length = pieces.find(bytes, start, at, end);
                what =
                        length == 0
                                ? Segments.PLAIN
                                : Objects.requireNonNull(ofKind.get(pieces.kind())).number;
            }
            if (length == 0) {
                at = TextPieces.wordEnd(bytes, at, end);
                continue;
            }
            segments.add(Segments.PLAIN, plain, at - plain);
            segments.add(what, at, length);
            if (what >= 0) {
                all.get(what).found.add(at, length);
            }
            at += length;
            plain = at;
        }
        segments.add(Segments.PLAIN, plain, end - plain);
    }

    /// The value of another column of the row, or a word of it, that stands here.
    private int ofRow(byte[] bytes, int at, int end, RowContext row, int index) {
        foundLength = 0;
        int what = Segments.PLAIN;
        for (int column = 0; column < row.columns(); column++) {
            ColumnValues values = row.original(column);
            int start = values.start(index);
            int length = values.length(index);
            if (length >= SHORTEST
                    && length > foundLength
                    && TextPieces.standsHere(values.bytes(), start, length, bytes, at, end)) {
                foundLength = length;
                what = Segments.ofColumn(column, 0);
            }
        }
        if (foundLength > 0) {
            return what;
        }
        for (int column = 0; column < row.columns(); column++) {
            ColumnValues values = row.original(column);
            int word = wordHere(values, index, bytes, at, end);
            if (word > 0) {
                return Segments.ofColumn(column, word);
            }
        }
        return what;
    }

    private int wordHere(ColumnValues values, int index, byte[] bytes, int at, int end) {
        int stop = values.start(index) + Math.max(0, values.length(index));
        int start = values.start(index);
        for (int word = 1; word <= MOST_WORDS && start < stop; word++) {
            int wordEnd = TextPieces.wordEnd(values.bytes(), start, stop);
            int length = wordEnd - start;
            if (length >= SHORTEST_WORD
                    && TextPieces.standsHere(values.bytes(), start, length, bytes, at, end)) {
                foundLength = length;
                return word;
            }
            start = TextPieces.nextWord(values.bytes(), wordEnd, stop);
        }
        return 0;
    }

    private void write(
            byte[] bytes, int from, int to, RowContext row, int index, MaskedValues out) {
        size = 0;
        for (int i = from; i < to; i++) {
            int what = segments.what[i];
            if (what == Segments.PLAIN) {
                put(bytes, segments.starts[i], segments.lengths[i]);
            } else if (what >= 0) {
                MaskedValues results = all.get(what).masked;
                int result = all.get(what).next++;
                put(results.bytes(), results.start(result), Math.max(0, results.length(result)));
            } else {
                putOfRow(row.masked(Segments.column(what)), index, Segments.word(what));
            }
        }
        out.append(text, 0, cut());
    }

    private void putOfRow(ColumnValues values, int index, int word) {
        int length = values.length(index);
        if (length <= 0) {
            put(REDACTED, 0, REDACTED.length);
            return;
        }
        int start = values.start(index);
        int stop = start + length;
        for (int i = 1; i < word; i++) {
            start =
                    TextPieces.nextWord(
                            values.bytes(), TextPieces.wordEnd(values.bytes(), start, stop), stop);
        }
        if (start >= stop) { // it has fewer words now
            start = values.start(index);
        }
        int end = word == 0 ? stop : TextPieces.wordEnd(values.bytes(), start, stop);
        put(values.bytes(), start, end - start);
    }

    private void put(byte[] bytes, int start, int length) {
        if (text.length - size < length) {
            text = Arrays.copyOf(text, Math.max(size + length, 2 * text.length));
        }
        System.arraycopy(bytes, start, text, size, length);
        size += length;
    }

    /// The bytes that the column can hold.
    private int cut() {
        if (size <= maxLength || Bytes.characters(text, 0, size) <= maxLength) {
            return size;
        }
        int characters = 0;
        int at = 0;
        while (at < size) {
            if ((text[at] & 0xC0) != 0x80 && ++characters > maxLength) {
                break;
            }
            at++;
        }
        return at;
    }
}
