package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Recognises what tells of a person in UTF-8 text. Rather too much than too little: whoever masks
/// free text prefers a wrong word to a right name.
final class TextPieces {
    private static final int FEWEST_DIGITS = 5;
    private static final int FEWEST_DIGITS_OF_CODE = 4;
    private static final int LONGEST_NAME = 40;
    private static final int SHORTEST_TOKEN = 20;
    private static final int SHORTEST_ENCODED = 32;
    private static final int LONGEST_QUOTED = 64;
    private static final int MOST_NAMES = 3;
    private static final WordSet TITLES =
            WordSet.of(
                    "mr",
                    "mrs",
                    "ms",
                    "miss",
                    "mx",
                    "dr",
                    "dra",
                    "prof",
                    "sir",
                    "lady",
                    "herr",
                    "frau",
                    "mme",
                    "mlle",
                    "monsieur",
                    "madame",
                    "sig",
                    "signor",
                    "signora",
                    "sr",
                    "sra",
                    "señor",
                    "señora",
                    "don",
                    "doña",
                    "dhr",
                    "mevr",
                    "pan",
                    "pani",
                    "hr",
                    "fr",
                    "doctor",
                    "doctora",
                    "docteur",
                    "dottor",
                    "nurse");

    /// What stands before a colon and a name.
    private static final WordSet LABELS =
            WordSet.of(
                    "name",
                    "names",
                    "firstname",
                    "lastname",
                    "surname",
                    "forename",
                    "patient",
                    "client",
                    "customer",
                    "contact",
                    "doctor",
                    "physician",
                    "author",
                    "sender",
                    "recipient",
                    "vorname",
                    "nachname",
                    "familienname",
                    "patientin",
                    "kunde",
                    "kundin",
                    "arzt",
                    "ärztin",
                    "nombre",
                    "nombres",
                    "apellido",
                    "apellidos",
                    "paciente",
                    "médico",
                    "medico",
                    "autor",
                    "remitente",
                    "prénom",
                    "nom",
                    "médecin",
                    "cognome",
                    "nome",
                    "paziente",
                    "apelido",
                    "sobrenome",
                    "naam",
                    "voornaam",
                    "achternaam",
                    "arts",
                    "imię",
                    "nazwisko");

    /// What stands within names, and stays.
    private static final WordSet PARTICLES =
            WordSet.of(
                    "de", "del", "de la", "la", "las", "los", "y", "van", "von", "der", "den", "zu",
                    "di", "da", "do", "dos", "das", "du", "le", "ter", "ten", "al", "el", "bin",
                    "ibn", "af");

    /// First names, and last names behind them.
    private static final WordSet NAMES = WordSet.of(Words.FIRST_NAMES, Words.LAST_NAMES);

    private static final byte[] LINK = "https://example.org/".getBytes(StandardCharsets.US_ASCII);

    private static final int LETTER = 1;
    private static final int DIGIT = 2;
    private static final int BEYOND_ASCII = 4;
    private static final int WORD = LETTER | DIGIT | BEYOND_ASCII;

    /// What may stand before the @ of an address beside words.
    private static final int OF_ADDRESS = 8;

    /// What may stand within a code.
    private static final int OF_CODE = 16;

    private static final int BLANK = 32;

    /// What each byte is; most words are passed over by what they consist of and what follows.
    private static final byte[] CLASSES = new byte[256];

    static {
        for (int each = 0; each < CLASSES.length; each++) {
            CLASSES[each] =
                    (byte)
                            ((each >= 0x80 ? BEYOND_ASCII : 0)
                                    | (each >= '0' && each <= '9' ? DIGIT : 0)
                                    | ((each | 0x20) >= 'a' && (each | 0x20) <= 'z' ? LETTER : 0)
                                    | ("._%+-'".indexOf(each) >= 0 ? OF_ADDRESS : 0)
                                    | ("-/_".indexOf(each) >= 0 ? OF_CODE : 0)
                                    | (each == ' ' ? BLANK : 0));
        }
    }

    private final WrittenDate date = new WrittenDate();
    private Kind kind = Kind.NUMBER;

    /// How many names stand one behind the other up to `lastName`.
    private int names;

    private int lastName;

    private int wordEnd;

    /// Up to here no address, no encoded bytes and no code begin: what was read in vain is not read
    /// again.
    private int noAddressBefore;

    private int noBytesBefore;
    private int noCodeBefore;

    enum Kind {
        ADDRESS,
        LINK,
        IBAN,
        CARD,
        NETWORK_ADDRESS,
        HARDWARE_ADDRESS,
        DATE,
        PHONE,
        NUMBER,
        CODE,
        FIRST_NAME,
        LAST_NAME
    }

    /// Begins another text.
    void begin() {
        names = 0;
        noAddressBefore = 0;
        noBytesBefore = 0;
        noCodeBefore = 0;
    }

    /// What {@link #find} has found last.
    Kind kind() {
        return kind;
    }

    /// Where the word ends at which {@link #find} has looked last, found or not.
    int wordEnd() {
        return wordEnd;
    }

    /// Whether a byte is of a letter, a digit, or of anything beyond ASCII that does not part
    /// words.
    static boolean isWord(byte[] bytes, int at) {
        byte each = bytes[at];
        return (CLASSES[each & 0xFF] & WORD) != 0 && (each >= 0 || !isBetweenWords(bytes, at));
    }

    /// Whether a byte is of a blank, quotation mark, dash or other sign beyond ASCII, as word
    /// processors and the web put them around words: U+0080 to U+00BF but for ª, µ and º, U+2000 to
    /// U+206F, U+3000 to U+3003 and U+3008 to U+3020, U+FEFF, and U+FF08 to U+FF0F.
    private static boolean isBetweenWords(byte[] bytes, int at) {
        int lead = at;
        while (lead > 0 && at - lead < 2 && Bytes.isContinuation(bytes[lead])) {
            lead--;
        }
        int first = bytes[lead] & 0xFF;
        int second = lead + 1 < bytes.length ? bytes[lead + 1] & 0xFF : 0;
        int third = lead + 2 < bytes.length ? bytes[lead + 2] & 0xFF : 0;
        return switch (first) {
            case 0xC2 -> second != 0xAA && second != 0xB5 && second != 0xBA;
            case 0xE2 -> second == 0x80 || (second == 0x81 && third < 0xB0);
            case 0xE3 -> second == 0x80 && third <= 0xA0 && (third < 0x84 || third > 0x87);
            case 0xEF ->
                    (second == 0xBB && third == 0xBF)
                            || (second == 0xBC && third >= 0x88 && third <= 0x8F);
            default -> false;
        };
    }

    private static boolean isLetter(byte each) {
        return (CLASSES[each & 0xFF] & LETTER) != 0;
    }

    private static boolean isDigit(byte each) {
        return each >= '0' && each <= '9';
    }

    /// Whether a character begins here of a script that is written without blanks between words, or
    /// with endings behind names: of Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean. Names
    /// may begin and end anywhere there.
    private static boolean isUnspaced(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int second = at + 1 < bytes.length ? bytes[at + 1] & 0xFF : 0;
        return switch (first) {
            case 0xE0 -> second >= 0xB8 && second <= 0xBB;
            case 0xE1 -> second <= 0x82 || second == 0x9E || second == 0x9F;
            case 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEB, 0xEC -> true;
            case 0xEA -> second >= 0xB0;
            case 0xED -> second <= 0x9E;
            case 0xF0 -> second >= 0xA0;
            default -> false;
        };
    }

    /// Whether a word goes on behind the character that ends before `at`.
    private static boolean joins(byte[] bytes, int start, int at) {
        int lead = at - 1;
        while (lead > start && Bytes.isContinuation(bytes[lead])) {
            lead--;
        }
        return lead >= start && isWord(bytes, lead) && !isUnspaced(bytes, lead);
    }

    /// Where the next word begins from `at` on, or a number behind a `+`; `end` if none does.
    static int next(byte[] bytes, int start, int at, int end) {
        boolean within = joins(bytes, start, at);
        for (int i = at; i < end; i++) {
            byte each = bytes[i];
            if (Bytes.isContinuation(each)) {
                continue;
            }
            boolean word = isWord(bytes, i);
            boolean alone = each < 0 && word && isUnspaced(bytes, i);
            if (alone
                    || (!within
                            && (word || (each == '+' && i + 1 < end && isDigit(bytes[i + 1]))))) {
                return i;
            }
            within = word;
        }
        return end;
    }

    static int wordEnd(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && isWord(bytes, stop)) {
            stop++;
        }
        return stop == at && at < end ? at + 1 : stop;
    }

    static int nextWord(byte[] bytes, int at, int end) {
        int next = at;
        while (next < end && !isWord(bytes, next)) {
            next++;
        }
        return next;
    }

    /// Whether a value stands in a text here, as whole words; the case of letters does not count.
    static boolean standsHere(byte[] value, int start, int length, byte[] bytes, int at, int end) {
        int behind = at + length;
        if (behind > end
                || (behind < end
                        && isWord(bytes, behind)
                        && !isUnspaced(bytes, behind)
                        && joins(bytes, at, behind))) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte here = bytes[at + i];
            byte wanted = value[start + i];
            if (here >= 0 || wanted >= 0) {
                if (here != wanted && !(isLetter(here) && (here ^ wanted) == 0x20)) {
                    return false;
                }
            } else {
                int width = width(wanted);
                if (i + width > length || !isSameLetter(value, start + i, bytes, at + i, width)) {
                    return false;
                }
                i += width - 1;
            }
        }
        return true;
    }

    /// Of two characters of as many bytes; there is hardly a letter whose capital takes others.
    private static boolean isSameLetter(byte[] a, int atA, byte[] b, int atB, int width) {
        return Arrays.equals(a, atA, atA + width, b, atB, atB + width)
                || (width(b[atB]) == width
                        && Character.toLowerCase(codePoint(a, atA, width))
                                == Character.toLowerCase(codePoint(b, atB, width)));
    }

    /// How many bytes a character has that begins with this one.
    private static int width(byte first) {
        return first >= 0 ? 1 : Math.clamp(Integer.numberOfLeadingZeros(~first << 24), 1, 4);
    }

    static int codePointAt(byte[] bytes, int at) {
        return codePoint(bytes, at, width(bytes[at]));
    }

    /// The character that begins here, of so many bytes.
    private static int codePoint(byte[] bytes, int at, int width) {
        int codePoint = bytes[at] & (0xFF >> (width + 1));
        for (int i = 1; i < width && at + i < bytes.length; i++) {
            codePoint = (codePoint << 6) | (bytes[at + i] & 0x3F);
        }
        return codePoint;
    }

    /// The length of what begins here, where {@link #next} is, or 0.
    int find(byte[] bytes, int start, int at, int end) {
        int stop = isUnspaced(bytes, at) ? Math.min(end, at + width(bytes[at])) : at;
        int classes = 0;
        while (stop < end && isWord(bytes, stop) && !isUnspaced(bytes, stop)) {
            classes |= CLASSES[bytes[stop++] & 0xFF];
        }
        wordEnd = stop == at ? at + 1 : stop;
        byte behind = stop < end ? bytes[stop] : 0;
        int length = behind == ':' || behind == '.' ? link(bytes, at, end) : 0;
        if (length > 0) {
            return found(Kind.LINK, length);
        }
        if (behind == ':' || behind == '-') {
            length = stop - at == 2 ? hardwareAddress(bytes, at, end) : 0;
            if (length > 0) {
                return found(Kind.HARDWARE_ADDRESS, length);
            }
            length = behind == ':' && stop - at <= 4 ? longNetworkAddress(bytes, at, end) : 0;
            if (length > 0) {
                return found(Kind.NETWORK_ADDRESS, length);
            }
        }
        length = behind == '.' ? token(bytes, at, end) : 0;
        if (length > 0) {
            return found(Kind.CODE, length);
        }
        boolean maybeBytes =
                at >= noBytesBefore
                        && (stop - at >= SHORTEST_ENCODED || behind == '+' || behind == '/');
        length = maybeBytes ? encodedBytes(bytes, at, end) : 0;
        if (length > 0) {
            return found(Kind.CODE, length);
        }
        boolean quoted = at > start && bytes[at - 1] == '"';
        length =
                quoted || isOf(OF_ADDRESS, behind) || atSign(bytes, stop, end) > 0
                        ? address(bytes, at, end, quoted)
                        : 0;
        if (length > 0) {
            return length;
        }
        boolean maybeCode = (classes & DIGIT) != 0 || isOf(OF_CODE, behind);
        if (isDigit(bytes[at]) || bytes[at] == '+') {
            return number(bytes, at, end, maybeCode);
        }
        length = isBeforeNumber(bytes, stop, end) ? date.find(bytes, at, end) : 0;
        if (length > 0) {
            return found(Kind.DATE, length);
        }
        length = iban(bytes, at, end);
        if (length > 0) {
            return found(Kind.IBAN, length);
        }
        length = maybeCode ? code(bytes, at, end) : 0;
        return length > 0 ? found(Kind.CODE, length) : name(bytes, start, at, end);
    }

    private static boolean isOf(int classes, byte each) {
        return (CLASSES[each & 0xFF] & classes) != 0;
    }

    /// Whether a day or a year may follow, or an "of" before it, so that a word may be a month.
    private static boolean isBeforeNumber(byte[] bytes, int wordEnd, int end) {
        int at = wordEnd;
        if (at < end && bytes[at] == '.') {
            at++;
        }
        if (at < end && bytes[at] == ',') {
            at++;
        }
        if (at + 1 >= end || (bytes[at] != ' ' && bytes[at] != '-')) {
            return false;
        }
        int next = bytes[at + 1] | 0x20;
        return isDigit(bytes[at + 1]) || next == 'o' || next == 'd';
    }

    private int found(Kind of, int length) {
        kind = of;
        return length;
    }

    private static int link(byte[] bytes, int at, int end) {
        boolean link =
                startsWith("http://", bytes, at, end)
                        || startsWith("https://", bytes, at, end)
                        || startsWith("www.", bytes, at, end);
        if (!link) {
            return 0;
        }
        int stop = at;
        while (stop < end
                && (bytes[stop] > ' ' || bytes[stop] < 0)
                && "<>\"'()[]".indexOf(bytes[stop]) < 0) {
            stop++;
        }
        while (".,;:!?".indexOf(bytes[stop - 1]) >= 0) {
            stop--;
        }
        return stop - at;
    }

    private static boolean startsWith(String prefix, byte[] bytes, int at, int end) {
        if (end - at < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            byte each = bytes[at + i];
            if ((isLetter(each) ? each | 0x20 : each) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// RFC 5322, section 3.4.1: words and an `@` before a host, or anything in quotation marks.
    private int address(byte[] bytes, int at, int end, boolean quoted) {
        int stop = quoted ? quotedPart(bytes, at, end) : 0;
        boolean plain = stop == 0;
        if (plain) {
            if (at < noAddressBefore) {
                return 0;
            }
            stop = at;
            while (stop < end && isOf(WORD | OF_ADDRESS, bytes[stop])) {
                stop++;
            }
            noAddressBefore = stop;
        }
        int sign = atSign(bytes, stop, end);
        if (sign == 0) {
            return 0;
        }
        int host = stop + sign;
        boolean point = false;
        stop = host;
        while (stop < end && (isWord(bytes, stop) || bytes[stop] == '.' || bytes[stop] == '-')) {
            point |= bytes[stop++] == '.';
        }
        while (stop > host && !isWord(bytes, stop - 1)) {
            stop--;
        }
        if (stop == host || (sign > 1 && !point)) {
            return 0;
        }
        return found(plain && sign == 1 ? Kind.ADDRESS : Kind.CODE, stop - at);
    }

    /// Where an `@` follows behind the quotation mark that ends what begins here, or 0.
    private static int quotedPart(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && stop - at < LONGEST_QUOTED && bytes[stop] != '"') {
            stop++;
        }
        return stop + 1 < end && bytes[stop] == '"' && bytes[stop + 1] == '@' ? stop + 1 : 0;
    }

    /// The length of an `@`, also as it is written against robots: `(at)`, `[at]`.
    private static int atSign(byte[] bytes, int at, int end) {
        if (at < end && bytes[at] == '@') {
            return 1;
        }
        int open = at < end && bytes[at] == ' ' ? at + 1 : at;
        boolean written =
                open + 3 < end
                        && "([{".indexOf(bytes[open]) >= 0
                        && startsWith("at", bytes, open + 1, end)
                        && ")]}".indexOf(bytes[open + 3]) >= 0;
        if (!written) {
            return 0;
        }
        int stop = open + 4;
        return (stop < end && bytes[stop] == ' ' ? stop + 1 : stop) - at;
    }

    private int number(byte[] bytes, int at, int end, boolean maybeCode) {
        int length = networkAddress(bytes, at, end);
        if (length > 0) {
            return found(Kind.NETWORK_ADDRESS, length);
        }
        length = date.find(bytes, at, end);
        if (length > 0) {
            return found(Kind.DATE, length);
        }
        length = maybeCode ? code(bytes, at, end) : 0;
        if (length > 0) {
            return found(Kind.CODE, length);
        }
        int digits = 0;
        int stop = at;
        boolean parted = bytes[at] == '+';
        for (int i = at; i < end; i++) {
            if (isDigit(bytes[i])) {
                digits++;
                stop = i + 1;
            } else if (i > at && " -./()".indexOf(bytes[i]) >= 0 && i - stop < 2) {
                parted = true;
            } else if (i > at) {
                break;
            }
        }
        if (digits < FEWEST_DIGITS || (stop < end && isWord(bytes, stop))) {
            return 0;
        }
        if (digits >= 13 && digits <= 19 && isLuhn(bytes, at, stop)) {
            return found(Kind.CARD, stop - at);
        }
        boolean phone = digits >= 7 && digits <= 15 && (parted || bytes[at] == '0');
        return found(phone ? Kind.PHONE : Kind.NUMBER, stop - at);
    }

    /// ISO/IEC 7812-1, annex B.
    private static boolean isLuhn(byte[] bytes, int at, int end) {
        int sum = 0;
        boolean twice = false;
        for (int i = end - 1; i >= at; i--) {
            if (isDigit(bytes[i])) {
                int digit = (bytes[i] - '0') * (twice ? 2 : 1);
                sum += digit > 9 ? digit - 9 : digit;
                twice = !twice;
            }
        }
        return sum % 10 == 0;
    }

    private static int networkAddress(byte[] bytes, int at, int end) {
        int stop = at;
        for (int part = 0; part < 4; part++) {
            int number = 0;
            int digits = 0;
            while (stop < end && isDigit(bytes[stop]) && digits < 4) {
                number = 10 * number + bytes[stop++] - '0';
                digits++;
            }
            if (digits == 0 || number > 255) {
                return 0;
            }
            if (part < 3 && (stop == end || bytes[stop++] != '.')) {
                return 0;
            }
        }
        return stop < end && isWord(bytes, stop) ? 0 : stop - at;
    }

    /// RFC 4291, section 2.2: eight groups of up to four hexadecimal digits, or fewer around one
    /// `::`, the last two perhaps as one address of four numbers. One without a digit may be words.
    private static int longNetworkAddress(byte[] bytes, int at, int end) {
        int groups = 0;
        int gaps = 0;
        boolean digit = false;
        int stop = at;
        for (int i = at; groups < 8; ) {
            int from = i;
            while (i < end && i - from < 4 && Hex.digit(bytes[i]) >= 0) {
                digit |= isDigit(bytes[i++]);
            }
            int numbers = i < end && bytes[i] == '.' ? networkAddress(bytes, from, end) : 0;
            if (numbers > 0) {
                groups += 2;
                stop = from + numbers;
                break;
            }
            if (i == from) { // behind `::` there may be nothing
                break;
            }
            groups++;
            stop = i;
            if (i == end || bytes[i] != ':') {
                break;
            }
            i++;
            if (i < end && bytes[i] == ':') {
                gaps++;
                stop = ++i;
            }
        }
        boolean whole = gaps == 1 ? groups < 8 : gaps == 0 && groups == 8;
        return whole && digit && (stop == end || !isWord(bytes, stop)) ? stop - at : 0;
    }

    /// IEEE 802: six pairs of hexadecimal digits.
    private static int hardwareAddress(byte[] bytes, int at, int end) {
        int stop = at + 17;
        if (stop > end || (stop < end && isWord(bytes, stop))) {
            return 0;
        }
        for (int i = 0; i < 17; i++) {
            byte each = bytes[at + i];
            if (i % 3 == 2 ? each != bytes[at + 2] : Hex.digit(each) < 0) {
                return 0;
            }
        }
        return 17;
    }

    /// RFC 7519: a JSON object in base 64, a point, and what else a signed token has. It begins as
    /// `{"` does.
    private static int token(byte[] bytes, int at, int end) {
        if (!startsWith("eyj", bytes, at, end)) {
            return 0;
        }
        int stop = at;
        while (stop < end && (isOf(WORD, bytes[stop]) || "-_.".indexOf(bytes[stop]) >= 0)) {
            stop++;
        }
        while (bytes[stop - 1] == '.') {
            stop--;
        }
        return stop - at >= SHORTEST_TOKEN ? stop - at : 0;
    }

    /// RFC 4648, section 4: bytes in base 64, such as an attachment in a stored mail. A path may be
    /// as long, but hardly mixes digits, capitals and small letters in all that it consists of.
    private int encodedBytes(byte[] bytes, int at, int end) {
        int stop = at;
        int digits = 0;
        int capitals = 0;
        while (stop < end
                && (isLetter(bytes[stop])
                        || isDigit(bytes[stop])
                        || "+/=".indexOf(bytes[stop]) >= 0)) {
            digits += isDigit(bytes[stop]) ? 1 : 0;
            capitals += isLetter(bytes[stop]) && (bytes[stop] & 0x20) == 0 ? 1 : 0;
            stop++;
        }
        noBytesBefore = stop;
        int length = stop - at;
        boolean mixed =
                32 * digits >= length && 6 * capitals >= length && capitals + digits < length;
        return length >= SHORTEST_ENCODED && mixed ? length : 0;
    }

    /// Another link, which leads nowhere.
    static ColumnMasker links(Cmac cmac) {
        TagMasker.Writer tail = Writers.base32(12);
        MaskedValues scratch = new MaskedValues();
        return new TagMasker(
                new Canonical(ValueForm.TEXT),
                cmac,
                (bytes, start, length, high, low, out) -> {
                    scratch.resetAndTrim();
                    tail.write(bytes, start, length, high, low, scratch);
                    byte[] to = out.reserve(LINK.length + scratch.length(0));
                    System.arraycopy(LINK, 0, to, out.position(), LINK.length);
                    System.arraycopy(
                            scratch.bytes(),
                            scratch.start(0),
                            to,
                            out.position() + LINK.length,
                            scratch.length(0));
                    out.commit(LINK.length + scratch.length(0));
                });
    }

    /// ISO 13616: two letters, two digits, up to 30 letters and digits, in groups or not, whose
    /// number is 1 modulo 97 with the first four at its end.
    private static int iban(byte[] bytes, int at, int end) {
        if (end - at < 15 || !isOf(DIGIT | BLANK, bytes[at + 2])) {
            return 0;
        }
        if (!isLetter(bytes[at]) || !isLetter(bytes[at + 1])) {
            return 0;
        }
        int longest = 0;
        int count = 0;
        int head = 0;
        int body = 0;
        for (int i = at; i < end && count < 34; i++) {
            byte each = bytes[i];
            if (each == ' ' && i > at && bytes[i - 1] != ' ') {
                continue;
            }
            if (!isLetter(each) && !isDigit(each)) {
                break;
            }
            int value = isDigit(each) ? each - '0' : (each | 0x20) - 'a' + 10;
            if ((count == 2 || count == 3) && value > 9) {
                return 0;
            }
            if (count < 4) {
                head = next97(head, value);
            } else {
                body = next97(body, value);
            }
            count++;
            boolean ends = i + 1 == end || !isWord(bytes, i + 1);
            // Behind the body stand two letters of two digits each, and two digits: six places.
            if (ends && count >= 15 && (body * (1_000_000 % 97) + head) % 97 == 1) {
                longest = i + 1 - at;
            }
        }
        return longest;
    }

    private static int next97(int rest, int value) {
        return (rest * (value > 9 ? 100 : 10) + value) % 97;
    }

    /// A word of letters and digits, of hyphens and slashes within, with some digits: a plate, a
    /// policy, a passport.
    private int code(byte[] bytes, int at, int end) {
        if (at < noCodeBefore) {
            return 0;
        }
        int digits = 0;
        int letters = 0;
        int stop = at;
        for (int i = at; i < end; i++) {
            byte each = bytes[i];
            if (isWord(bytes, i)) {
                digits += isDigit(each) ? 1 : 0;
                letters += isDigit(each) ? 0 : 1;
                stop = i + 1;
            } else if (!isOf(OF_CODE, each) || i > stop) {
                break;
            }
        }
        noCodeBefore = stop;
        return digits >= FEWEST_DIGITS_OF_CODE && letters > 0 ? stop - at : 0;
    }

    /// A capitalised word of the dictionaries, or behind a name, a title or a label.
    private int name(byte[] bytes, int start, int at, int end) {
        boolean follows = names > 0 && isBlank(bytes, lastName, at);
        boolean capital = isCapital(bytes, at);
        if (!capital && !follows) {
            return 0;
        }
        int stop = nameEnd(bytes, at, end);
        if (stop - at > LONGEST_NAME) {
            return 0;
        }
        if (!capital) {
            if (PARTICLES.has(bytes, at, stop)) {
                lastName = stop;
            }
            return 0;
        }
        int number = NAMES.numberOf(bytes, at, stop);
        boolean first = number >= 0 && number < Words.FIRST_NAMES.size();
        boolean name =
                number >= 0 || (follows && names < MOST_NAMES) || isIntroduced(bytes, start, at);
        if ((stop - at < 2 && !follows) || !name) {
            return 0;
        }
        names = follows ? names + 1 : 1;
        lastName = stop;
        return found(first ? Kind.FIRST_NAME : Kind.LAST_NAME, stop - at);
    }

    /// Whether a word begins here that may be a name. Of letters of the west of Europe beyond ASCII
    /// small ones pass for capitals, too; scripts without capitals have names all the same.
    private static boolean isCapital(byte[] bytes, int at) {
        byte each = bytes[at];
        return each >= 0
                ? each >= 'A' && each <= 'Z'
                : each == (byte) 0xC3
                        || each == (byte) 0xC5
                        || !Character.isLowerCase(codePoint(bytes, at, width(each)));
    }

    /// Whether one blank is all that lies between two words; U+00A0 and U+202F hold words together.
    private static boolean isBlank(byte[] bytes, int from, int to) {
        return switch (to - from) {
            case 1 -> bytes[from] == ' ';
            case 2 -> bytes[from] == (byte) 0xC2 && bytes[from + 1] == (byte) 0xA0;
            case 3 -> codePoint(bytes, from, 3) == 0x202F;
            default -> false;
        };
    }

    private static boolean isBeyondAscii(byte[] bytes, int at) {
        return bytes[at] < 0 && isWord(bytes, at);
    }

    private static int nameEnd(byte[] bytes, int at, int end) {
        int stop = at;
        boolean unspaced = isUnspaced(bytes, at);
        while (stop < end
                && stop - at <= LONGEST_NAME
                && (Bytes.isContinuation(bytes[stop]) || isUnspaced(bytes, stop) == unspaced)
                && (isLetter(bytes[stop])
                        || isBeyondAscii(bytes, stop)
                        || ((bytes[stop] == '-' || bytes[stop] == '\'')
                                && stop + 1 < end
                                && (isLetter(bytes[stop + 1])
                                        || isBeyondAscii(bytes, stop + 1))))) {
            stop++;
        }
        return stop;
    }

    /// Whether the word before is a title, or a label and a colon.
    private static boolean isIntroduced(byte[] bytes, int start, int at) {
        int stop = at;
        while (stop > start
                && (bytes[stop - 1] == ' '
                        || bytes[stop - 1] == '\t'
                        || (bytes[stop - 1] < 0 && !isWord(bytes, stop - 1)))) {
            stop--;
        }
        boolean colon = stop > start && bytes[stop - 1] == ':';
        boolean point = stop > start && bytes[stop - 1] == '.';
        if (colon || point) {
            stop--;
        } else if (stop == at) {
            return false;
        }
        int from = stop;
        while (from > start && (isLetter(bytes[from - 1]) || isBeyondAscii(bytes, from - 1))) {
            from--;
        }
        return from < stop
                && stop - from <= LONGEST_NAME
                && (TITLES.has(bytes, from, stop) || (colon && LABELS.has(bytes, from, stop)));
    }
}
