package dev.understudy.masking;

import java.util.Arrays;

/// JSON text (RFC 8259) read token by token where it lies in UTF-8, without allocating, and written
/// in its shortest form. Used by one thread.
final class JsonText {
    /// Deeper documents are taken for none.
    private static final int DEEPEST = 100_000;

    private static final String ESCAPED = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";

    enum Token {
        OBJECT,
        END_OBJECT,
        ARRAY,
        END_ARRAY,
        NAME,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL,
        /// Nothing follows a whole document.
        END,
        /// It is no JSON, or not whole.
        BROKEN
    }

    private enum Expected {
        VALUE,
        VALUE_OR_END,
        NAME,
        NAME_OR_END,
        COMMA_OR_END
    }

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private Expected expected = Expected.VALUE;

    /// Of each object and array that is open, whether it is an array.
    private boolean[] arrays = new boolean[16];

    private int depth;
    private int tokenStart;
    private int tokenEnd;
    private boolean escaped;
    private int character;

    void begin(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.end = end;
        at = start;
        depth = 0;
        expected = Expected.VALUE;
        boolean marked =
                end - start >= 3
                        && bytes[start] == (byte) 0xEF
                        && bytes[start + 1] == (byte) 0xBB
                        && bytes[start + 2] == (byte) 0xBF;
        at += marked ? 3 : 0;
    }

    /// How many objects and arrays are open.
    int depth() {
        return depth;
    }

    /// Whether what is open at a depth, from 1 on, is an array.
    boolean isArray(int depth) {
        return arrays[depth - 1];
    }

    private boolean inArray() {
        return depth > 0 && isArray(depth);
    }

    Token next() {
        skipBlanks();
        if (at == end) {
            return expected == Expected.COMMA_OR_END && depth == 0 ? Token.END : Token.BROKEN;
        }
        if (expected != Expected.VALUE && expected != Expected.NAME) {
            if (depth > 0 && bytes[at] == (inArray() ? ']' : '}')) {
                return close();
            }
            if (expected == Expected.COMMA_OR_END) {
                if (depth == 0 || bytes[at] != ',') {
                    return Token.BROKEN;
                }
                at++;
                expected = inArray() ? Expected.VALUE : Expected.NAME;
                return next();
            }
        }
        return expected == Expected.NAME || expected == Expected.NAME_OR_END ? name() : value();
    }

    private void skipBlanks() {
        while (at < end
                && (bytes[at] == ' '
                        || bytes[at] == '\n'
                        || bytes[at] == '\r'
                        || bytes[at] == '\t')) {
            at++;
        }
    }

    private Token close() {
        at++;
        depth--;
        expected = Expected.COMMA_OR_END;
        return arrays[depth] ? Token.END_ARRAY : Token.END_OBJECT;
    }

    private Token name() {
        if (bytes[at] != '"' || !string()) {
            return Token.BROKEN;
        }
        skipBlanks();
        if (at == end || bytes[at] != ':') {
            return Token.BROKEN;
        }
        at++;
        expected = Expected.VALUE;
        return Token.NAME;
    }

    private Token value() {
        expected = Expected.COMMA_OR_END;
        return switch (bytes[at]) {
            case '{' -> open(Token.OBJECT, Expected.NAME_OR_END);
            case '[' -> open(Token.ARRAY, Expected.VALUE_OR_END);
            case '"' -> string() ? Token.STRING : Token.BROKEN;
            case 't' -> word("true") ? Token.TRUE : Token.BROKEN;
            case 'f' -> word("false") ? Token.FALSE : Token.BROKEN;
            case 'n' -> word("null") ? Token.NULL : Token.BROKEN;
            default -> number() ? Token.NUMBER : Token.BROKEN;
        };
    }

    private Token open(Token token, Expected first) {
        if (depth == DEEPEST) {
            return Token.BROKEN;
        }
        if (depth == arrays.length) {
            arrays = Arrays.copyOf(arrays, 2 * depth);
        }
        arrays[depth++] = token == Token.ARRAY;
        expected = first;
        at++;
        return token;
    }

    private boolean word(String word) {
        tokenStart = at;
        escaped = false;
        for (int i = 0; i < word.length(); i++) {
            if (at == end || bytes[at++] != word.charAt(i)) {
                return false;
            }
        }
        tokenEnd = at;
        return true;
    }

    private boolean number() {
        tokenStart = at;
        escaped = false;
        at = numberEnd(bytes, at, end);
        tokenEnd = at;
        return at > tokenStart;
    }

    /// Whether a text is a number as JSON writes it.
    static boolean isNumber(byte[] text, int start, int end) {
        return start < end && numberEnd(text, start, end) == end;
    }

    /// Where the number ends that begins here; here if none does.
    private static int numberEnd(byte[] text, int start, int end) {
        int first = start < end && text[start] == '-' ? start + 1 : start;
        int next = digits(text, first, end);
        if (next == first || (text[first] == '0' && next > first + 1)) {
            return start;
        }
        if (next < end && text[next] == '.') {
            int decimals = digits(text, next + 1, end);
            if (decimals == next + 1) {
                return start;
            }
            next = decimals;
        }
        if (next < end && (text[next] == 'e' || text[next] == 'E')) {
            boolean signed = next + 1 < end && (text[next + 1] == '+' || text[next + 1] == '-');
            int from = next + (signed ? 2 : 1);
            next = digits(text, from, end);
            return next == from ? start : next;
        }
        return next;
    }

    private static int digits(byte[] text, int start, int end) {
        int next = start;
        while (next < end && text[next] >= '0' && text[next] <= '9') {
            next++;
        }
        return next;
    }

    /// Goes behind a string, which begins here; false if it is none.
    private boolean string() {
        tokenStart = ++at;
        escaped = false;
        while (at < end) {
            byte each = bytes[at];
            if (each == '"') {
                tokenEnd = at++;
                return true;
            }
            int length = each == '\\' ? escapeLength() : characterLength();
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return false;
    }

    private int escapeLength() {
        escaped = true;
        if (at + 1 == end) {
            return 0;
        }
        if (bytes[at + 1] != 'u') {
            return bytes[at + 1] >= 0 && ESCAPED.indexOf(bytes[at + 1]) >= 0 ? 2 : 0;
        }
        return end - at >= 6 && unit(bytes, at + 2) >= 0 ? 6 : 0;
    }

    /// The UTF-16 code unit of four hexadecimal digits, or -1.
    private static int unit(byte[] bytes, int at) {
        int unit = 0;
        int wrong = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(bytes[at + i], 16);
            wrong |= digit;
            unit = unit * 16 + digit;
        }
        return wrong < 0 ? -1 : unit;
    }

    private int characterLength() {
        byte lead = bytes[at];
        if (lead >= 0) {
            return lead < ' ' ? 0 : 1;
        }
        int length = (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : 4;
        if (end - at < length || (lead & 0xC0) != 0xC0 || (lead & 0xF8) == 0xF8) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if (!Bytes.isContinuation(bytes[at + i])) {
                return 0;
            }
        }
        return length;
    }

    /// Puts what the last name, string, number, true or false says. Half of a pair of surrogates
    /// becomes a question mark, as UTF-8 cannot say it.
    void read(MaskedValues to) {
        if (!escaped) {
            to.put(bytes, tokenStart, tokenEnd - tokenStart);
            return;
        }
        int next = tokenStart;
        while (next < tokenEnd) {
            if (bytes[next] != '\\') {
                to.put(bytes[next++]);
            } else {
                next = readEscape(next);
                put(isHalf() ? '?' : character, to);
            }
        }
    }

    /// Puts the last name, string, number, true, false or null, escaped no more than needed.
    void copy(Token token, MaskedValues to) {
        int quotes = token == Token.NAME || token == Token.STRING ? 1 : 0;
        if (!escaped) {
            to.put(bytes, tokenStart - quotes, tokenEnd - tokenStart + 2 * quotes);
            return;
        }
        to.put((byte) '"');
        int next = tokenStart;
        while (next < tokenEnd) {
            if (bytes[next] != '\\') {
                to.put(bytes[next++]);
                continue;
            }
            next = readEscape(next);
            if (mustEscape(character) || isHalf()) {
                escape(character, to);
            } else {
                put(character, to);
            }
        }
        to.put((byte) '"');
    }

    /// Reads what is escaped at a place to `character`, and returns the place behind.
    private int readEscape(int place) {
        if (bytes[place + 1] != 'u') {
            character = MEANT.charAt(ESCAPED.indexOf(bytes[place + 1]));
            return place + 2;
        }
        character = unit(bytes, place + 2);
        int next = place + 6;
        if (next + 6 <= tokenEnd && bytes[next] == '\\' && bytes[next + 1] == 'u') {
            char first = (char) character;
            char second = (char) unit(bytes, next + 2);
            if (Character.isSurrogatePair(first, second)) {
                character = Character.toCodePoint(first, second);
                return next + 6;
            }
        }
        return next;
    }

    private boolean isHalf() {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    private static void put(int character, MaskedValues to) {
        if (character < 0x80) {
            to.put((byte) character);
            return;
        }
        int further = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
        to.put((byte) ((0xF0 << (3 - further)) | (character >> (6 * further))));
        for (int i = further - 1; i >= 0; i--) {
            to.put((byte) (0x80 | ((character >> (6 * i)) & 0x3F)));
        }
    }

    /// Puts a text as a string.
    static void quote(byte[] text, int start, int length, MaskedValues to) {
        to.put((byte) '"');
        int from = start;
        for (int i = start; i < start + length; i++) {
            byte each = text[i];
            if (mustEscape(each)) {
                to.put(text, from, i - from);
                from = i + 1;
                escape(each, to);
            }
        }
        to.put(text, from, start + length - from);
        to.put((byte) '"');
    }

    private static boolean mustEscape(int character) {
        return character == '"' || character == '\\' || (character >= 0 && character < ' ');
    }

    private static void escape(int character, MaskedValues to) {
        to.put((byte) '\\');
        int known = MEANT.indexOf(character);
        if (known >= 0) {
            to.put((byte) ESCAPED.charAt(known));
            return;
        }
        to.put((byte) 'u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            to.put(Hex.UPPER_DIGITS[character >> shift & 15]);
        }
    }
}
