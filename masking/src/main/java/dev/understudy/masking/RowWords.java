package dev.understudy.masking;

import java.util.Arrays;

/// What the other columns of a row hold, to be looked for in a text of the row: each value as a
/// whole, and its words.
final class RowWords {
    static final int NONE = -1;

    /// A value of more words is looked for with its first ones only.
    static final int MOST = 7;

    /// Shorter values, and shorter words of a value, say too little to be looked for.
    private static final int SHORTEST = 2;

    private static final int SHORTEST_WORD = 3;

    private ReadableText[] readable = new ReadableText[0];
    private ColumnValues[] originals = new ColumnValues[0];
    private ColumnValues[] values = new ColumnValues[0];
    private int[] columns = new int[0];
    private int[] numbers = new int[0];
    private int[] starts = new int[0];
    private int[] lengths = new int[0];
    private int count;

    /// How many of them are whole values.
    private int wholes;

    /// The last five bits of their first bytes, which are the same for large and small letters of
    /// ASCII; all of them if one begins with another.
    private int firsts;

    /// Takes the columns of a batch's rows.
    void beginBatch(RowContext row) {
        if (readable.length != row.columns()) {
            readable = new ReadableText[row.columns()];
            Arrays.setAll(readable, each -> new ReadableText());
            originals = new ColumnValues[row.columns()];
            makeRoom(row.columns() * (MOST + 1));
        }
        Arrays.setAll(originals, each -> readable[each].of(row.original(each)));
    }

    /// Takes what a row holds.
    void begin(int index) {
        count = 0;
        firsts = 0;
        for (int column = 0; column < originals.length; column++) {
            ColumnValues each = originals[column];
            if (each.length(index) >= SHORTEST) {
                add(each, column, 0, each.start(index), each.length(index));
            }
        }
        wholes = count;
        for (int column = 0; column < originals.length; column++) {
            addWords(originals[column], column, index);
        }
    }

    private void makeRoom(int most) {
        values = Arrays.copyOf(values, most);
        columns = new int[most];
        numbers = new int[most];
        starts = new int[most];
        lengths = new int[most];
    }

    private void addWords(ColumnValues whole, int column, int index) {
        byte[] bytes = whole.bytes();
        int at = whole.start(index);
        int stop = at + Math.max(0, whole.length(index));
        for (int number = 1; number <= MOST && at < stop; number++) {
            int end = TextPieces.wordEnd(bytes, at, stop);
            if (end - at >= SHORTEST_WORD) {
                add(whole, column, number, at, end - at);
            }
            at = TextPieces.nextWord(bytes, end, stop);
        }
    }

    private void add(ColumnValues of, int column, int number, int start, int length) {
        values[count] = of;
        columns[count] = column;
        numbers[count] = number;
        starts[count] = start;
        lengths[count++] = length;
        byte first = of.bytes()[start];
        firsts |= first < 0 ? -1 : 1 << first;
    }

    /// The longest of the values that stands in a text here, or the first of their words, or {@link
    /// #NONE}.
    int find(byte[] text, int at, int end) {
        if ((firsts & (1 << text[at])) == 0) {
            return NONE;
        }
        int longest = NONE;
        for (int i = 0; i < wholes; i++) {
            if ((longest < 0 || lengths[i] > lengths[longest]) && standsHere(i, text, at, end)) {
                longest = i;
            }
        }
        if (longest >= 0) {
            return longest;
        }
        for (int i = wholes; i < count; i++) {
            if (standsHere(i, text, at, end)) {
                return i;
            }
        }
        return NONE;
    }

    private boolean standsHere(int i, byte[] text, int at, int end) {
        return TextPieces.standsHere(values[i].bytes(), starts[i], lengths[i], text, at, end);
    }

    /// The column whose value it is.
    int column(int found) {
        return columns[found];
    }

    /// Which word of the value it is, from 1 on, or 0 for the whole.
    int number(int found) {
        return numbers[found];
    }

    int length(int found) {
        return lengths[found];
    }
}
