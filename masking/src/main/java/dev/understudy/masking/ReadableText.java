package dev.understudy.masking;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Texts as people read them, for whoever looks for words in them: letters in one piece, nothing
/// between them that nobody sees, plain digits, and letters as they were before HTML, a form or a
/// mail encoded them. `M&uuml;ller` and `M=C3=BCller` are one name, `anna%40firm.test` is an
/// address.
final class ReadableText {
    /// An entity of HTML; a line that a mail has broken within a word; a character of two or three
    /// bytes, each behind a percent or an equals sign; one byte behind one.
    private static final Pattern ENCODED =
            Pattern.compile(
                    "&(?:#([0-9]{1,6})|#[xX]([0-9a-fA-F]{1,5})|([A-Za-z]{2,8}));"
                            + "|(?<=\\p{L})=\r?\n(?=\\p{L})"
                            + "|([%=])(?:[C-Dc-d][0-9A-Fa-f]|[Ee][0-9A-Fa-f]\\4[89ABab][0-9A-Fa-f])\\4[89ABab][0-9A-Fa-f]"
                            + "|%(?:20|40|[C-F][0-9A-F])"
                            + "|=[C-F][0-9A-F](?=[a-z])");

    /// What nobody sees within words; joiners only where there is nothing to join, as there is in
    /// emoji and in other scripts.
    private static final Pattern UNSEEN =
            Pattern.compile(
                    "(?<=[\\p{L}\\p{N}\\p{M}@._-])[\\u00AD\\u034F\\u200B\\u2060\\uFEFF]+(?=[\\p{L}\\p{N}@._-])"
                            + "|(?<=[A-Za-z\\u00C0-\\u058F])[\\u200C\\u200D]+(?=[A-Za-z\\u00C0-\\u058F])");

    /// The letters from U+00C0 on.
    private static final List<String> ENTITIES =
            List.of(
                    ("Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave"
                                    + " Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times"
                                    + " Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute"
                                    + " acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave"
                                    + " iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide"
                                    + " oslash ugrave uacute ucirc uuml yacute thorn yuml")
                            .split(" "));

    private final MaskedValues texts = new MaskedValues();
    private final ColumnValues view = new ColumnValues();

    /// Values as people read them, until the next call; mostly just what they are.
    ColumnValues of(ColumnValues values) {
        int first = 0;
        while (first < values.count() && !isWrittenOtherwise(values, first)) {
            first++;
        }
        if (first == values.count()) {
            return values;
        }
        texts.resetAndTrim();
        for (int i = 0; i < values.count(); i++) {
            if (i >= first && isWrittenOtherwise(values, i)) {
                byte[] text =
                        readable(
                                        new String(
                                                values.bytes(),
                                                values.start(i),
                                                values.length(i),
                                                StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8);
                texts.append(text, 0, text.length);
            } else {
                texts.append(values, i);
            }
        }
        return texts.view(view);
    }

    /// Whether there may be something to do. Says no to almost all texts without making a string.
    private static boolean isWrittenOtherwise(ColumnValues values, int index) {
        byte[] bytes = values.bytes();
        int start = values.start(index);
        int end = start + values.length(index);
        for (int at = start; at < end; at++) {
            byte each = bytes[at];
            byte next = at + 1 < end ? bytes[at + 1] : 0;
            if (each < 0
                    ? !Bytes.isContinuation(each) && isOdd(TextPieces.codePointAt(bytes, at))
                    : (each == '&' && (next == '#' || Character.isLetter(next)))
                            || (each == '%' && (next == '2' || next == '4' || Hex.digit(next) > 11))
                            || (each == '='
                                    && (Hex.digit(next) > 11 || next == '\r' || next == '\n'))) {
                return true;
            }
        }
        return false;
    }

    /// Whether a character is an accent for itself, a part of a Korean syllable, nothing to be
    /// seen, a digit of another script, or of full width.
    private static boolean isOdd(int codePoint) {
        return (codePoint >= 0x300 && codePoint <= 0x36F)
                || (codePoint >= 0x1100 && codePoint <= 0x11FF)
                || codePoint == 0x3099
                || codePoint == 0x309A
                || (codePoint >= 0xFF01 && codePoint <= 0xFF5E)
                || isUnseen(codePoint)
                || Character.isDigit(codePoint);
    }

    private static boolean isUnseen(int codePoint) {
        return codePoint == 0xAD
                || codePoint == 0x34F
                || (codePoint >= 0x200B && codePoint <= 0x200D)
                || codePoint == 0x2060
                || codePoint == 0xFEFF;
    }

    private static String readable(String text) {
        String decoded = ENCODED.matcher(text).replaceAll(ReadableText::decoded);
        String seen = UNSEEN.matcher(decoded).replaceAll("");
        String plain =
                seen.codePoints()
                        .map(ReadableText::plain)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        return Normalizer.normalize(plain, Normalizer.Form.NFC);
    }

    private static int plain(int codePoint) {
        if (Character.isDigit(codePoint)) {
            return '0' + Character.digit(codePoint, 10);
        }
        int narrow = codePoint - 0xFEE0;
        boolean ofNames =
                narrow > ' '
                        && narrow <= '~'
                        && ("@._-+".indexOf(narrow) >= 0 || isPlainLetter(narrow));
        return ofNames ? narrow : codePoint;
    }

    private static boolean isPlainLetter(int codePoint) {
        return (codePoint | 0x20) >= 'a' && (codePoint | 0x20) <= 'z';
    }

    private static String decoded(MatchResult found) {
        String text = found.group();
        String result;
        if (found.group(1) != null) {
            result = character(Integer.parseInt(found.group(1)), text);
        } else if (found.group(2) != null) {
            result = character(Integer.parseInt(found.group(2), 16), text);
        } else if (found.group(3) != null) {
            result = named(found.group(3), text);
        } else if (text.endsWith("\n")) {
            result = "";
        } else {
            byte[] bytes = HexFormat.of().parseHex(text.replaceAll("[%=]", ""));
            Charset charset =
                    bytes.length > 1 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
            result = character(new String(bytes, charset).codePointAt(0), text);
        }
        return Matcher.quoteReplacement(result);
    }

    private static String named(String name, String otherwise) {
        return switch (name) {
            case "nbsp" -> character(0xA0, otherwise);
            case "shy" -> character(0xAD, otherwise);
            case "commat" -> "@";
            case "period" -> ".";
            default -> {
                int number = ENTITIES.indexOf(name);
                yield number < 0 ? otherwise : character(0xC0 + number, otherwise);
            }
        };
    }

    /// Only what words and addresses consist of: other signs may have been encoded for a reason.
    private static String character(int codePoint, String otherwise) {
        boolean decoded =
                Character.isLetterOrDigit(codePoint)
                        || codePoint == '@'
                        || codePoint == '.'
                        || codePoint == ' '
                        || codePoint == 0xA0
                        || isUnseen(codePoint);
        return decoded ? Character.toString(codePoint) : otherwise;
    }
}
