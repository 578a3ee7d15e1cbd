package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Replaces in running text what tells of a person, each by a pseudonym of its kind, and leaves the
/// rest as it is. A text is read twice: once to find the pieces of all texts of a batch for their
/// maskers, once to put it together again.
///
/// A piece in the text becomes what it becomes in a column of its own: the same address is the same
/// pseudonym in `customer.email` and in a note. What the row's other columns hold becomes what they
/// become. What is written otherwise than people read it comes out as {@link ReadableText} has it.
final class FreeTextMasker implements ColumnMasker {
    private static final byte[] REDACTED = "[redacted]".getBytes(StandardCharsets.US_ASCII);

    private final int maxLength;

    private final Map<TextPieces.Kind, Pieces> ofKind = new EnumMap<>(TextPieces.Kind.class);
    private final Pieces[] all;

    private final TextPieces pieces = new TextPieces();
    private final RowWords words = new RowWords();
    private final ReadableText readable = new ReadableText();
    private final Segments segments = new Segments();
    private int[] ends = new int[0];

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
            return -2 - (column * (RowWords.MOST + 1) + word);
        }

        static int column(int what) {
            return (-2 - what) / (RowWords.MOST + 1);
        }

        static int word(int what) {
            return (-2 - what) % (RowWords.MOST + 1);
        }
    }

    /// @param maxLength the most characters of a result; a longer one is cut
    FreeTextMasker(int maxLength, ColumnProfile column, MaskingKeys keys, String domain) {
        this.maxLength = maxLength;
        for (TextPieces.Kind kind : TextPieces.Kind.values()) {
            ofKind.put(kind, new Pieces(ofKind.size(), masker(kind, column, keys, domain)));
        }
        all = ofKind.values().toArray(Pieces[]::new);
    }

    private static ColumnMasker masker(
            TextPieces.Kind kind, ColumnProfile column, MaskingKeys keys, String domain) {
        return switch (kind) {
            case ADDRESS -> named("email", column, keys);
            case LINK -> TextPieces.links(Cmac.of(keys, domain));
            case IBAN -> named("iban", column, keys);
            case CARD -> named("payment-card", column, keys);
            case NETWORK_ADDRESS -> named("ip-address", column, keys);
            case HARDWARE_ADDRESS -> named("mac-address", column, keys);
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
    public void mask(ColumnValues values, RowContext row, MaskedValues out) {
        ColumnValues in = readable.of(values);
        words.beginBatch(row);
        segments.count = 0;
        for (Pieces each : all) {
            each.found.reset(in.bytes(), 16);
        }
        if (ends.length < in.count()) {
            ends = new int[in.count()];
        }
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) > 0) {
                find(in.bytes(), in.start(i), in.start(i) + in.length(i), i);
            }
            ends[i] = segments.count;
        }
        for (Pieces each : all) {
            each.mask();
        }
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

    private void find(byte[] bytes, int start, int end, int index) {
        pieces.begin();
        words.begin(index);
        int plain = start;
        int at = TextPieces.next(bytes, start, start, end);
        while (at < end) {
            int what;
            int length;
            int word = words.find(bytes, at, end);
            if (word != RowWords.NONE) {
                what = Segments.ofColumn(words.column(word), words.number(word));
                length = words.length(word);
            } else {
                length = pieces.find(bytes, start, at, end);
                what = Segments.PLAIN;
                if (length > 0) {
                    Pieces ofItsKind = Objects.requireNonNull(ofKind.get(pieces.kind()));
                    ofItsKind.found.add(at, length);
                    what = ofItsKind.number;
                }
            }
            if (length == 0) {
                at = TextPieces.next(bytes, start, pieces.wordEnd(), end);
                continue;
            }
            segments.add(Segments.PLAIN, plain, at - plain);
            segments.add(what, at, length);
            plain = at + length;
            at = TextPieces.next(bytes, start, plain, end);
        }
        segments.add(Segments.PLAIN, plain, end - plain);
    }

    private void write(
            byte[] bytes, int from, int to, RowContext row, int index, MaskedValues out) {
        for (int i = from; i < to; i++) {
            int what = segments.what[i];
            if (what == Segments.PLAIN) {
                out.put(bytes, segments.starts[i], segments.lengths[i]);
            } else if (what >= 0) {
                MaskedValues results = all[what].masked;
                int result = all[what].next++;
                out.put(
                        results.bytes(),
                        results.start(result),
                        Math.max(0, results.length(result)));
            } else {
                putOfRow(row.masked(Segments.column(what)), index, Segments.word(what), out);
            }
        }
        out.cutParts(fitting(out.bytes(), out.position(), out.partsLength()));
        out.commitParts();
    }

    private static void putOfRow(ColumnValues values, int index, int word, MaskedValues out) {
        int length = values.length(index);
        if (length <= 0) {
            out.put(REDACTED, 0, REDACTED.length);
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
        out.put(values.bytes(), start, end - start);
    }

    /// How many bytes of a text the column can hold.
    private int fitting(byte[] text, int start, int length) {
        if (length <= maxLength || Bytes.characters(text, start, length) <= maxLength) {
            return length;
        }
        int characters = 0;
        int at = 0;
        while (at < length) {
            if (!Bytes.isContinuation(text[start + at]) && ++characters > maxLength) {
                break;
            }
            at++;
        }
        return at;
    }
}
