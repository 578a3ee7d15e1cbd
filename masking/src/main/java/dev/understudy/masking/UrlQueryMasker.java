package dev.understudy.masking;

/// Masks the parameters of URLs by their names, those behind `#` too, and always the user and
/// password; all else stays. A text that is no URL with `//`, a path or a query is scrambled.
///
/// Source: RFC 3986, section 3; for `+`, the URL standard's application/x-www-form-urlencoded.
final class UrlQueryMasker extends SplicingMasker {
    private final NamedLeaves rules;
    private final Leaf user;
    private boolean inParameters;

    /// @param rule with rules by name in `parameters`, and perhaps `unlisted`
    UrlQueryMasker(ColumnProfile column, MaskingRule rule, MaskingKeys keys, String domain) {
        super(column, new ScrambleMasker(keys, domain), rule, keys);
        rules = new NamedLeaves(InnerRules.of(rule, "parameters"), this);
        user = leaf(MaskingRule.of("text-scramble"), "user");
    }

    @Override
    boolean walk(byte[] bytes, int start, int end) {
        for (int at = start; at < end; at++) {
            if (bytes[at] >= 0 && bytes[at] <= ' ') {
                return false;
            }
        }
        int authority = authority(bytes, start, end);
        if (authority < 0) {
            return start == end;
        }
        int fragment = find(bytes, authority, end, '#');
        int query = find(bytes, authority, fragment, '?');
        walkUser(bytes, authority, find(bytes, authority, query, '/'));
        inParameters = true;
        boolean decided =
                walkParameters(bytes, query + 1, fragment)
                        && walkParameters(bytes, fragment + 1, end);
        inParameters = false;
        return decided;
    }

    /// Where user and host begin, or the path or query where there are none; -1 in what is no URL.
    private static int authority(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && isOfScheme(bytes[at])) {
            at++;
        }
        if (at > start) {
            return startsWith("://", bytes, at, end) ? at + 3 : -1;
        }
        if (startsWith("//", bytes, at, end)) {
            return at + 2;
        }
        return at < end && (bytes[at] == '/' || bytes[at] == '?') ? at : -1;
    }

    private static boolean isOfScheme(byte each) {
        int letter = each | 0x20;
        return (letter >= 'a' && letter <= 'z')
                || (each >= '0' && each <= '9')
                || each == '+'
                || each == '-'
                || each == '.';
    }

    private static boolean startsWith(String prefix, byte[] bytes, int at, int end) {
        if (end - at < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (bytes[at + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The first place of a sign, or the end.
    private static int find(byte[] bytes, int start, int end, char sign) {
        int at = start;
        while (at < end && bytes[at] != sign) {
            at++;
        }
        return at;
    }

    private void walkUser(byte[] bytes, int start, int end) {
        int host = end;
        while (host > start && bytes[host - 1] != '@') {
            host--;
        }
        if (host > start) {
            int password = find(bytes, start, host - 1, ':');
            inner(user, start, password);
            inner(user, Math.min(password + 1, host - 1), host - 1);
        }
    }

    /// One without a value is told by its name, and is its own value.
    private boolean walkParameters(byte[] bytes, int start, int end) {
        for (int at = start; at < end; ) {
            int to = find(bytes, at, end, '&');
            int sign = find(bytes, at, to, '=');
            int value = sign < to ? sign + 1 : at;
            if (value < to && !inner(rules.of(bytes, at, sign - at), value, to)) {
                return false;
            }
            at = to + 1;
        }
        return true;
    }

    @Override
    boolean read(byte[] bytes, int from, int to, MaskedValues value) {
        for (int at = from; at < to; at++) {
            boolean escaped =
                    bytes[at] == '%'
                            && to - at > 2
                            && Hex.digit(bytes[at + 1]) >= 0
                            && Hex.digit(bytes[at + 2]) >= 0;
            if (escaped) {
                value.put((byte) (Hex.digit(bytes[at + 1]) << 4 | Hex.digit(bytes[at + 2])));
                at += 2;
            } else {
                value.put(inParameters && bytes[at] == '+' ? (byte) ' ' : bytes[at]);
            }
        }
        return true;
    }

    @Override
    void write(byte[] value, int start, int length, MaskedValues document) {
        for (int at = start; at < start + length; at++) {
            byte each = value[at];
            if (isUnreserved(each)) {
                document.put(each);
            } else {
                document.put((byte) '%');
                document.put(Hex.UPPER_DIGITS[(each >> 4) & 15]);
                document.put(Hex.UPPER_DIGITS[each & 15]);
            }
        }
    }

    private static boolean isUnreserved(byte each) {
        int letter = each | 0x20;
        return (letter >= 'a' && letter <= 'z')
                || (each >= '0' && each <= '9')
                || each == '-'
                || each == '.'
                || each == '_'
                || each == '~';
    }
}
