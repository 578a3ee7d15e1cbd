package dev.understudy.masking;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

/// A dictionary: words as UTF-8, picked by number. Their order is part of every pseudonym, so words
/// are only ever added in a release that says so.
final class Words {
    static final Words FIRST_NAMES = read("first-names");
    static final Words LAST_NAMES = read("last-names");
    static final Words STREETS = read("streets");
    static final Words CITIES = read("cities");
    static final Words USER_AGENTS = read("user-agents");
    static final Words COMPANIES = read("companies");
    static final Words JOB_TITLES = read("job-titles");

    /// Names as they stand in e-mail addresses, short enough that an address has a bound.
    static final Words ADDRESS_FIRST_NAMES = FIRST_NAMES.forAddresses().upTo(8);

    static final Words ADDRESS_LAST_NAMES = LAST_NAMES.forAddresses().upTo(9);

    private final List<byte[]> words;
    private final int[] characters;

    private Words(List<String> words) {
        this.words = words.stream().map(each -> each.getBytes(StandardCharsets.UTF_8)).toList();
        this.characters =
                this.words.stream()
                        .mapToInt(each -> Bytes.characters(each, 0, each.length))
                        .toArray();
    }

    private static Words read(String name) {
        return new Words(lines(name));
    }

    /// The lines of a dictionary's file.
    static List<String> lines(String name) {
        try (InputStream in = Words.class.getResourceAsStream(name + ".txt")) {
            byte[] text = Objects.requireNonNull(in, name).readAllBytes();
            return new String(text, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the dictionary " + name, e);
        }
    }

    /// Words of somebody's own.
    static Words of(List<String> words) {
        return new Words(words);
    }

    int size() {
        return words.size();
    }

    byte[] word(int index) {
        return words.get(index);
    }

    int characters(int index) {
        return characters[index];
    }

    /// The most characters of a word.
    int longest() {
        return Arrays.stream(characters).max().orElseThrow();
    }

    int longestBytes() {
        return words.stream().mapToInt(each -> each.length).max().orElseThrow();
    }

    /// How many words have at most so many characters.
    long countUpTo(int longest) {
        return Arrays.stream(characters).filter(each -> each <= longest).count();
    }

    /// The words of at most so many characters, in their order.
    Words upTo(int longest) {
        if (countUpTo(longest) == words.size()) {
            return this;
        }
        return matching(each -> each.codePointCount(0, each.length()) <= longest);
    }

    /// Only the words that are Latin letters once their accents are off, in lower case.
    private Words forAddresses() {
        List<String> plain = new ArrayList<>();
        for (byte[] word : words) {
            String text = new String(word, StandardCharsets.UTF_8);
            String bare = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
            plain.add(bare.toLowerCase(Locale.ROOT));
        }
        return new Words(plain).matching(each -> each.matches("[a-z]+"));
    }

    private Words matching(Predicate<String> wanted) {
        return new Words(
                words.stream()
                        .map(each -> new String(each, StandardCharsets.UTF_8))
                        .filter(wanted)
                        .toList());
    }
}
