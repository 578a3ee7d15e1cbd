package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a star over letters and digits, and leaves the rest of a text.
final class Stars {
    private Stars() {}

    /// Over all but some characters at both ends. A text less than twice as long as these has all
    /// of its own covered.
    static TagMasker.Writer butEnds(int first, int last) {
        return (bytes, start, length, high, low, out) -> {
            int characters = Bytes.characters(bytes, start, length);
            boolean ends = characters >= 2 * (first + last);
            byte[] to = out.reserve(length);
            int at = out.position();
            int character = -1;
            boolean kept = false;
            for (int i = start; i < start + length; i++) {
                byte each = bytes[i];
                boolean begins = !Bytes.isContinuation(each);
                if (begins) {
                    character++;
                    kept = ends && (character < first || character >= characters - last);
                }
                if (kept || (each >= 0 && !Duds.isLetterOrDigit(each))) {
                    to[at++] = each;
                } else if (begins) {
                    to[at++] = '*';
                }
            }
            out.commit(at - out.position());
        };
    }

    /// Over what a pattern finds.
    static TagMasker.Writer overMatches(Pattern pattern) {
        AsciiText ascii = new AsciiText();
        Matcher matcher = pattern.matcher(ascii);
        return (bytes, start, length, high, low, out) -> {
            if (Bytes.isAscii(bytes, start, length)) {
                int place = out.position();
                out.append(bytes, start, length);
                ascii.show(bytes, start, length);
                matcher.reset(ascii);
                while (matcher.find()) {
                    for (int i = matcher.start(); i < matcher.end(); i++) {
                        if (Duds.isLetterOrDigit(bytes[start + i])) {
                            out.bytes()[place + i] = '*';
                        }
                    }
                }
                return;
            }
            String text = new String(bytes, start, length, StandardCharsets.UTF_8);
            byte[] covered =
                    pattern.matcher(text)
                            .replaceAll(found ->
                                    Matcher.quoteReplacement(
                                            found.group().replaceAll("[\\p{L}\\p{M}\\p{N}]", "*")))
                            .getBytes(StandardCharsets.UTF_8);
            out.append(covered, 0, covered.length);
        };
    }

    /// ASCII in an array as the text that a pattern reads.
    private static final class AsciiText implements CharSequence {
        private byte[] bytes = new byte[0];
        private int start;
        private int length;

        void show(byte[] text, int from, int characters) {
            bytes = text;
            start = from;
            length = characters;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public char charAt(int index) {
            return (char) bytes[start + index];
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return new String(bytes, start + from, to - from, StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return "AsciiText[" + length + " characters]";
        }
    }
}
