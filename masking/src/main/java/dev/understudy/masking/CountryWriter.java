package dev.understudy.masking;

/// Writes another country as the value says its own. Each country of the dictionary becomes one
/// other, however it is spelled; what is none of them becomes one by chance.
final class CountryWriter implements TagMasker.Writer {
    private static final int LONGEST_CODE = 3;

    private final int maxLength;
    private final Permutation permutation;

    CountryWriter(int maxLength, Permutation permutation) {
        this.maxLength = maxLength;
        this.permutation = permutation;
    }

    @Override
    public void write(byte[] bytes, int start, int length, long high, long low, MaskedValues out) {
        int known = Places.spellings().of(bytes, start, length);
        int other =
                known == Spellings.UNKNOWN
                        ? Bytes.pick(high, permutation.size())
                        : permutation.apply(known);
        Places.Country country = Places.countries().get(other);
        byte[] word = word(country, known, bytes, start, length);
        if (length > LONGEST_CODE || bytes[start] < 'a' || bytes[start] > 'z') {
            out.append(word, 0, word.length);
            return;
        }
        byte[] to = out.reserve(word.length);
        for (int i = 0; i < word.length; i++) {
            to[out.position() + i] = Spellings.folded(word[i]);
        }
        out.commit(word.length);
    }

    private byte[] word(Places.Country country, int known, byte[] bytes, int start, int length) {
        if (length <= LONGEST_CODE) {
            boolean digit = bytes[start] >= '0' && bytes[start] <= '9';
            byte[] code = digit ? country.number : country.alpha3;
            return length == LONGEST_CODE ? code : country.alpha2;
        }
        boolean own = known != Spellings.UNKNOWN && saysOwn(known, bytes, start, length);
        if ((own ? country.ownCharacters : country.englishCharacters) <= maxLength) {
            return own ? country.own : country.english;
        }
        return country.alpha3; // the value has more than three characters itself
    }

    private static boolean saysOwn(int known, byte[] bytes, int start, int length) {
        byte[] own = Places.countries().get(known).own;
        byte[] english = Places.countries().get(known).english;
        int end = start + length;
        return Spellings.equal(own, 0, own.length, bytes, start, end)
                && !Spellings.equal(english, 0, english.length, bytes, start, end);
    }
}
