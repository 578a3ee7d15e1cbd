package dev.understudy.masking;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Masks the texts and attributes of XML by path. A path to an element holds for all that is in it;
/// the nearest element's holds, and of several paths to one place the one that names more. Blanks
/// around texts, namespace declarations and the layout stay; comments and processing instructions
/// are values without a rule.
///
/// What is not well-formed, has a document type or other entities than the five that XML knows by
/// itself becomes empty in a column of XML, and is scrambled in one of text. Nothing outside the
/// value is ever read.
///
/// Source: Extensible Markup Language 1.0.
final class XmlMasker extends SplicingMasker {
    private static final byte[] COMMENT = "<!--".getBytes(US_ASCII);
    private static final byte[] COMMENT_END = "-->".getBytes(US_ASCII);
    private static final byte[] CDATA = "<![CDATA[".getBytes(US_ASCII);
    private static final byte[] CDATA_END = "]]>".getBytes(US_ASCII);
    private static final byte[] INSTRUCTION = "<?".getBytes(US_ASCII);
    private static final byte[] INSTRUCTION_END = "?>".getBytes(US_ASCII);
    private static final byte[] DECLARATION = "<?xml".getBytes(US_ASCII);
    private static final byte[] NAMESPACE = "xmlns".getBytes(US_ASCII);
    private static final byte[] NO_BYTES = new byte[0];

    /// What XML has names for, in the order of {@link #REFERENCES}.
    private static final String NAMED = "<>&\"'";

    private static final byte[][] REFERENCES =
            Stream.of("&lt;", "&gt;", "&amp;", "&quot;", "&apos;")
                    .map(each -> each.getBytes(US_ASCII))
                    .toArray(byte[][]::new);

    /// Whether values are whole documents, and nobody has looked at them before.
    private final boolean text;

    private final XPath[] paths;
    private final Leaf[] leaves;

    // The open elements, the document itself being the first: names, steps of each path that lead
    // there, and the rule that holds for all in them.
    private int depth;
    private int[] nameStarts = new int[16];
    private int[] nameLengths = new int[16];
    private long[] steps = new long[0];
    private @Nullable Leaf[] rules = new @Nullable Leaf[16];
    private boolean anyElement;

    private byte[] bytes = NO_BYTES;
    private int end;
    private int at;
    private Place place = Place.TEXT;

    /// Where a value stands, which decides what must be escaped.
    private enum Place {
        TEXT,
        ATTRIBUTE,
        /// Of comments and instructions: nothing can be.
        ASIDE
    }

    /// @param rule with rules by path in `paths`, and perhaps `unlisted`
    XmlMasker(ColumnProfile column, MaskingRule rule, MaskingKeys keys, String domain) {
        super(
                column,
                column.form() == ValueForm.XML
                        ? Declarations.fixed(NO_BYTES)
                        : new ScrambleMasker(keys, domain),
                rule,
                keys);
        text = column.form() == ValueForm.TEXT;
        List<Map.Entry<String, MaskingRule>> byPath =
                InnerRules.of(rule, "paths").entrySet().stream()
                        .sorted(
                                Comparator.comparingInt((Map.Entry<String, MaskingRule> each) ->
                                                -XPath.of(each.getKey()).names())
                                        .thenComparing(Map.Entry::getKey))
                        .toList();
        paths = byPath.stream().map(each -> XPath.of(each.getKey())).toArray(XPath[]::new);
        leaves =
                byPath.stream()
                        .map(each -> leaf(each.getValue(), each.getKey()))
                        .toArray(Leaf[]::new);
    }

    @Override
    boolean walk(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.end = end;
        at = start;
        depth = 0;
        anyElement = false;
        open(start, start);
        if (startsWith(DECLARATION) && isBlank(at + DECLARATION.length)) {
            at = find(INSTRUCTION_END, at) + INSTRUCTION_END.length;
        }
        while (at < end) {
            if (!walkNext()) {
                return false;
            }
        }
        return at == end && depth == 1 && (anyElement || !text || start == end);
    }

    private boolean walkNext() {
        if (bytes[at] != '<' || startsWith(CDATA)) {
            return walkText();
        }
        if (startsWith(COMMENT)) {
            int from = at + COMMENT.length;
            return walkAside(from, find(COMMENT_END, from), COMMENT_END);
        }
        if (startsWith(INSTRUCTION)) {
            int from = endOfName(at + INSTRUCTION.length);
            int to = find(INSTRUCTION_END, from);
            boolean named = from > at + INSTRUCTION.length && (from == to || isBlank(from));
            return named && walkAside(from, to, INSTRUCTION_END);
        }
        boolean closes = at + 1 < end && bytes[at + 1] == '/';
        return closes ? leaveElement() : enterElement();
    }

    /// Up to the next tag, comment or instruction; sections of CDATA are text.
    private boolean walkText() {
        int from = at;
        while (at < end && (bytes[at] != '<' || startsWith(CDATA))) {
            at = bytes[at] == '<' ? find(CDATA_END, at) + CDATA_END.length : at + 1;
        }
        int to = Math.min(at, end);
        while (from < to && isBlank(from)) {
            from++;
        }
        while (to > from && isBlank(to - 1)) {
            to--;
        }
        if (from == to) {
            return true;
        }
        Leaf rule = rules[depth - 1];
        for (int i = paths.length - 1; i >= 0; i--) {
            rule = paths[i].endsAtText(steps[stepsOf(depth - 1) + i]) ? leaves[i] : rule;
        }
        return !(text && depth == 1) && inner(rule, from, to, Place.TEXT);
    }

    private boolean walkAside(int from, int to, byte[] tail) {
        at = to + tail.length;
        return at <= end && (from == to || inner(unlisted(), from, to, Place.ASIDE));
    }

    private boolean enterElement() {
        int name = at + 1;
        at = endOfName(name);
        if (at == name) {
            return false; // <! among others, which is where document types begin
        }
        open(name, at);
        anyElement = true;
        while (true) {
            int before = at;
            skipBlanks();
            if (at >= end) {
                return false;
            }
            if (bytes[at] == '>') {
                at++;
                return true;
            }
            if (bytes[at] == '/') {
                depth--;
                at += 2;
                return at <= end && bytes[at - 1] == '>';
            }
            if (at == before || !walkAttribute()) {
                return false;
            }
        }
    }

    private boolean walkAttribute() {
        int name = at;
        int length = endOfName(name) - name;
        at += length;
        skipBlanks();
        if (length == 0 || at >= end || bytes[at++] != '=') {
            return false;
        }
        skipBlanks();
        if (at >= end || (bytes[at] != '"' && bytes[at] != '\'')) {
            return false;
        }
        int from = at + 1;
        int to = from;
        while (to < end && bytes[to] != bytes[at]) {
            if (bytes[to++] == '<') {
                return false;
            }
        }
        at = to + 1;
        if (at > end || from == to || isNamespace(name, length)) {
            return at <= end;
        }
        Leaf rule = rules[depth - 1];
        for (int i = paths.length - 1; i >= 0; i--) {
            boolean ends =
                    paths[i].endsAtAttribute(steps[stepsOf(depth - 1) + i], bytes, name, length);
            rule = ends ? leaves[i] : rule;
        }
        return inner(rule, from, to, Place.ATTRIBUTE);
    }

    private boolean isNamespace(int name, int length) {
        int prefix = NAMESPACE.length;
        return length >= prefix
                && Arrays.equals(bytes, name, name + prefix, NAMESPACE, 0, prefix)
                && (length == prefix || bytes[name + prefix] == ':');
    }

    private boolean leaveElement() {
        int name = at + 2;
        int to = endOfName(name);
        int open = nameStarts[depth - 1];
        if (depth == 1
                || !Arrays.equals(bytes, name, to, bytes, open, open + nameLengths[depth - 1])) {
            return false;
        }
        depth--;
        at = to;
        skipBlanks();
        return at < end && bytes[at++] == '>';
    }

    /// Opens an element, or the document, whose name stands between two places.
    private void open(int from, int to) {
        if (depth == rules.length) {
            nameStarts = Arrays.copyOf(nameStarts, 2 * depth);
            nameLengths = Arrays.copyOf(nameLengths, 2 * depth);
            rules = Arrays.copyOf(rules, 2 * depth);
        }
        if (steps.length < stepsOf(depth + 1)) {
            steps = Arrays.copyOf(steps, 2 * stepsOf(depth + 1));
        }
        nameStarts[depth] = from;
        nameLengths[depth] = to - from;
        rules[depth] = depth == 0 ? unlisted() : rules[depth - 1];
        for (int i = paths.length - 1; i >= 0; i--) {
            long led =
                    depth == 0
                            ? XPath.start()
                            : paths[i].enter(steps[stepsOf(depth - 1) + i], bytes, from, to - from);
            steps[stepsOf(depth) + i] = led;
            rules[depth] = paths[i].endsAt(led) ? leaves[i] : rules[depth];
        }
        depth++;
    }

    /// Where the steps of the paths begin that lead to the element so deep.
    private int stepsOf(int level) {
        return level * paths.length;
    }

    private boolean inner(@Nullable Leaf rule, int from, int to, Place where) {
        place = where;
        return inner(rule, from, to);
    }

    private void skipBlanks() {
        while (isBlank(at)) {
            at++;
        }
    }

    private boolean isBlank(int place) {
        return place < end
                && (bytes[place] == ' '
                        || bytes[place] == '\n'
                        || bytes[place] == '\t'
                        || bytes[place] == '\r');
    }

    private boolean startsWith(byte[] head) {
        return end - at >= head.length
                && Arrays.equals(bytes, at, at + head.length, head, 0, head.length);
    }

    /// The first place of some bytes, or the end.
    private int find(byte[] wanted, int from) {
        for (int i = from; i + wanted.length <= end; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return end;
    }

    private int endOfName(int from) {
        int to = from;
        while (to < end && isOfName(bytes[to], to == from)) {
            to++;
        }
        return to;
    }

    private static boolean isOfName(byte each, boolean first) {
        int letter = each | 0x20;
        return each < 0
                || (letter >= 'a' && letter <= 'z')
                || each == '_'
                || each == ':'
                || (!first && (each == '-' || each == '.' || (each >= '0' && each <= '9')));
    }

    @Override
    boolean read(byte[] bytes, int from, int to, MaskedValues value) {
        if (place == Place.ASIDE) {
            value.put(bytes, from, to - from);
            return true;
        }
        for (int i = from; i < to; ) {
            if (bytes[i] == '&') {
                i = readEntity(bytes, i, to, value);
                if (i < 0) {
                    return false;
                }
            } else if (bytes[i] == '<') { // only sections of CDATA are within a text
                int start = i + CDATA.length;
                int length = find(CDATA_END, start) - start;
                value.put(bytes, start, length);
                i = start + length + CDATA_END.length;
            } else {
                value.put(bytes[i++]);
            }
        }
        return true;
    }

    /// Reads `&amp;` and its like, and returns the place behind it, or -1.
    private static int readEntity(byte[] bytes, int from, int to, MaskedValues value) {
        int semicolon = from;
        while (semicolon < to && bytes[semicolon] != ';') {
            semicolon++;
        }
        int codePoint = codePoint(bytes, from + 1, semicolon);
        if (semicolon == to || codePoint < 0) {
            return -1;
        }
        byte[] character = Character.toString(codePoint).getBytes(UTF_8);
        value.put(character, 0, character.length);
        return semicolon + 1;
    }

    /// The character that `amp` or `#233` or `#xE9` means, or -1.
    private static int codePoint(byte[] bytes, int from, int to) {
        if (to - from >= 2 && to - from < 10 && bytes[from] == '#') {
            boolean hex = bytes[from + 1] == 'x';
            int number = 0;
            for (int i = hex ? from + 2 : from + 1; i < to; i++) {
                int digit = Hex.digit(bytes[i]);
                number = digit < 0 || (!hex && digit > 9) ? -1 : number * (hex ? 16 : 10) + digit;
                if (number < 0 || number > Character.MAX_CODE_POINT) {
                    return -1;
                }
            }
            boolean control = number < ' ' && number != '\n' && number != '\t' && number != '\r';
            boolean surrogate = number >= 0xD800 && number < 0xE000;
            return control || surrogate ? -1 : number;
        }
        for (int i = 0; i < REFERENCES.length; i++) {
            byte[] known = REFERENCES[i];
            if (Arrays.equals(bytes, from, to, known, 1, known.length - 1)) {
                return NAMED.charAt(i);
            }
        }
        return -1;
    }

    @Override
    void write(byte[] value, int start, int length, MaskedValues document) {
        for (int i = start; i < start + length; i++) {
            byte each = value[i];
            int named = place == Place.ASIDE ? -1 : NAMED.indexOf(each);
            if (named < 0) {
                document.put(each);
            } else {
                document.put(REFERENCES[named], 0, REFERENCES[named].length);
            }
        }
    }
}
