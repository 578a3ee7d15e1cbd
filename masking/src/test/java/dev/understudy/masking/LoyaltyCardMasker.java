package dev.understudy.masking;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.util.List;
import java.util.Set;

/// The example of `docs/how-to/write-a-masker.md`, found by the service loader.
public final class LoyaltyCardMasker implements CustomMasker {
    private static final int LENGTH = 15;

    @Override
    public String name() {
        return "loyalty-card";
    }

    @Override
    public String summary() {
        return "a loyalty card of our shops: two letters and 13 digits";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter("letters", "string", false, "what it begins with, ZZ"));
    }

    @Override
    public Set<ValueForm> forms() {
        return Set.of(ValueForm.TEXT);
    }

    @Override
    public Guarantees guarantees(MaskingRule rule, ColumnProfile column) {
        return new Guarantees(
                true, // deterministic: the same card, the same pseudonym
                false, // not injective: two of a million cards may meet
                true, // NULL stays NULL
                false, // and nothing else becomes NULL
                true, // the result is a card
                false, // of a length of its own
                false, // nothing of the value comes through
                false); // and there are no check digits
    }

    @Override
    public List<String> check(MaskingRule rule) {
        return letters(rule).matches("[A-Z]{2}")
                ? List.of()
                : List.of("letters must be two of A to Z");
    }

    @Override
    public ColumnMasker bind(
            MaskingRule rule, ColumnProfile column, MaskingKeys keys, String domain) {
        if (column.maxLength().orElse(LENGTH) < LENGTH) {
            throw new MaskingRefused(
                    column.path() + ": a loyalty card has " + LENGTH + " characters");
        }
        String letters = letters(rule);
        return CustomMasker.tagged(
                column,
                keys,
                domain,
                (bytes, start, length, high, low, out) -> {
                    byte[] to = out.reserve(LENGTH);
                    int at = out.position();
                    to[at] = (byte) letters.charAt(0);
                    to[at + 1] = (byte) letters.charAt(1);
                    long rest = high >>> 1;
                    for (int i = 2; i < LENGTH; i++) {
                        to[at + i] = (byte) ('0' + rest % 10);
                        rest /= 10;
                    }
                    out.commit(LENGTH);
                });
    }

    private static String letters(MaskingRule rule) {
        return rule.parameters().get("letters") instanceof String letters ? letters : "ZZ";
    }
}
