package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// A text with places that every value fills by itself: `user-{digits:6}@example.com`.
final class Template {
    /// What a place may be, and what its characters are.
    private static final Map<String, byte[]> ALPHABETS =
            Map.of(
                    "digits", ascii("0123456789"),
                    "lower", ascii("abcdefghijklmnopqrstuvwxyz"),
                    "upper", ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                    "hex", Hex.DIGITS,
                    "token", ascii("abcdefghijklmnopqrstuvwxyz234567"));

    private static final Map<String, Words> WORDS =
            Map.of(
                    "first-name", Words.FIRST_NAMES,
                    "last-name", Words.LAST_NAMES,
                    "street", Words.STREETS,
                    "city", Words.CITIES);

    private static final int MOST_CHARACTERS = 64;
    private static final Pattern PLACE =
            Pattern.compile("\\{(?:(digits|lower|upper|hex|token):([0-9]{1,2})|([a-z-]+))\\}");

    private final List<Part> parts = new ArrayList<>();

    sealed interface Part {}

    private static final class Constant implements Part {
        private final byte[] text;

        Constant(byte[] text) {
            this.text = text;
        }
    }

    private static final class Characters implements Part {
        private final byte[] alphabet;
        private final int count;

        Characters(byte[] alphabet, int count) {
            this.alphabet = alphabet;
            this.count = count;
        }
    }

    private record Word(Words words) implements Part {}

    /// @throws IllegalArgumentException if a place is none, with what to write instead
    Template(String text) {
        var matcher = PLACE.matcher(text);
        int at = 0;
        while (matcher.find()) {
            addConstant(text.substring(at, matcher.start()));
            parts.add(
                    matcher.group(3) != null
                            ? word(matcher.group(3))
                            : characters(matcher.group(1), Integer.parseInt(matcher.group(2))));
            at = matcher.end();
        }
        addConstant(text.substring(at));
        if (parts.stream().allMatch(Constant.class::isInstance)) {
            throw new IllegalArgumentException("text must have a place like {digits:6}");
        }
    }

    private void addConstant(String text) {
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0 || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "text has a brace that is no place; places are {digits:6}, {lower:6}, {upper:6}, {hex:6}, {token:6}, {first-name}, {last-name}, {street}, {city}");
        }
        if (!text.isEmpty()) {
            parts.add(new Constant(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static Part word(String name) {
        Words words = WORDS.get(name);
        if (words == null) {
            throw new IllegalArgumentException(
                    "text has no place {%s}; the words are %s"
                            .formatted(name, WORDS.keySet().stream().sorted().toList()));
        }
        return new Word(words);
    }

    private static Part characters(String name, int count) {
        if (count < 1 || count > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a place must have 1 to " + MOST_CHARACTERS + " characters");
        }
        return new Characters(Objects.requireNonNull(ALPHABETS.get(name)), count);
    }

    /// How many bits decide about the characters, words left aside.
    double bits() {
        double bits = 0;
        for (Part part : parts) {
            if (part instanceof Characters place) {
                bits += place.count * Math.log(place.alphabet.length) / Math.log(2);
            }
        }
        return bits;
    }

    /// How many random numbers a result takes.
    int picks() {
        int picks = 0;
        for (Part part : parts) {
            picks +=
                    switch (part) {
                        case Constant _ -> 0;
                        case Characters place -> place.count;
                        case Word _ -> 1;
                    };
        }
        return picks;
    }

    /// The most characters of a result, or its most bytes.
    int longest(boolean bytes) {
        int longest = 0;
        for (Part part : parts) {
            longest +=
                    switch (part) {
                        case Constant constant when bytes -> constant.text.length;
                        case Constant constant ->
                                Bytes.characters(constant.text, 0, constant.text.length);
                        case Characters place -> place.count;
                        case Word(Words words) -> bytes ? words.longestBytes() : words.longest();
                    };
        }
        return longest;
    }

    /// @param stream begun for the value
    TagMasker.Writer writer(TagStream stream) {
        Part[] all = parts.toArray(Part[]::new);
        int longest = longest(true);
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(longest);
            int at = out.position();
            for (Part part : all) {
                at =
                        switch (part) {
                            case Constant constant -> put(constant.text, to, at);
                            case Characters place ->
                                    stream.write(place.alphabet, place.count, to, at);
                            case Word(Words words) ->
                                    put(words.word(stream.pick(words.size())), to, at);
                        };
            }
            out.commit(at - out.position());
        };
    }

    private static int put(byte[] text, byte[] to, int at) {
        System.arraycopy(text, 0, to, at, text.length);
        return at + text.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
