package dev.understudy.launcher;

import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.Guarantees;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a masker promises under a rule that gives no parameters, on every type that it masks:
/// parameters and types may add to it.
final class Promises {
    private Promises() {}

    /// Empty for a masker that cannot do without parameters.
    static Optional<Guarantees> of(MaskerDefinition masker) {
        MaskingRule rule = MaskingRule.of(masker.name());
        if (!Maskers.check(rule).isEmpty()) {
            return Optional.empty();
        }
        return masker.forms().stream()
                .map(each -> masker.guarantees(rule, column(each)))
                .reduce(Guarantees::and);
    }

    private static ColumnProfile column(ValueForm form) {
        return ColumnProfile.of("any column", form.name(), form);
    }

    static String words(Guarantees promised) {
        List<String> words = new ArrayList<>();
        add(words, promised.deterministic(), "the same value gives the same result");
        add(words, promised.injective(), "two values never become equal");
        add(words, promised.keepsFormat(), "the format stays");
        add(words, promised.keepsLength(), "the length stays");
        add(words, promised.keepsChecksum(), "right check digits stay right");
        add(words, promised.keepsNull(), "NULL stays NULL");
        add(words, promised.mayYieldNull(), "a value may become NULL");
        add(words, promised.reveals(), "values or parts of them come through");
        return words.isEmpty() ? "nothing" : String.join("; ", words);
    }

    private static void add(List<String> words, boolean holds, String word) {
        if (holds) {
            words.add(word);
        }
    }

    static ObjectNode json(Guarantees promised) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("deterministic", promised.deterministic());
        json.put("injective", promised.injective());
        json.put("keepsFormat", promised.keepsFormat());
        json.put("keepsLength", promised.keepsLength());
        json.put("keepsChecksum", promised.keepsChecksum());
        json.put("keepsNull", promised.keepsNull());
        json.put("mayYieldNull", promised.mayYieldNull());
        json.put("reveals", promised.reveals());
        return json;
    }
}
