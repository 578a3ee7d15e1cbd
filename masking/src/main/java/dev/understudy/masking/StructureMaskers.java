package dev.understudy.masking;

import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.ValueForm.JSON;
import static dev.understudy.masking.ValueForm.JSONB;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The maskers of values that hold other values.
final class StructureMaskers {
    private StructureMaskers() {}

    static List<Masker> all() {
        return List.of(json());
    }

    private static Masker json() {
        return new Masker(
                "json",
                "masks the strings and numbers of documents by path",
                List.of(
                        new Parameter(
                                "paths",
                                "object",
                                false,
                                "rules by path: {\"$.customer.email\": email, \"$.notes[*].text\": redact}"),
                        new Parameter(
                                "unlisted",
                                "string",
                                false,
                                "strings and numbers that no path names: mask (default) or keep"),
                        new Parameter(
                                "names",
                                "string",
                                false,
                                "property names: keep (default) or mask")),
                EnumSet.of(TEXT, JSON, JSONB),
                always(promise(false, true, false)),
                StructureMaskers::checkJson,
                (rule, column, keys, domain) -> {
                    if (longest(column) < Integer.MAX_VALUE) {
                        throw new MaskingRefused(
                                "%s: rule json needs a column without a length but this one is %s; use text-scramble"
                                        .formatted(column.path(), column.sqlType()));
                    }
                    return new JsonMasker(
                            column,
                            paths(rule),
                            string(rule, "unlisted", "mask").equals("keep"),
                            string(rule, "names", "keep").equals("mask"),
                            keys);
                });
    }

    private static void checkJson(MaskingRule rule, Consumer<String> problem) {
        for (String parameter : List.of("unlisted", "names")) {
            String given = string(rule, parameter, "keep");
            if (!given.equals("keep") && !given.equals("mask")) {
                problem.accept(parameter + " must be keep or mask");
            }
        }
        paths(rule)
                .forEach((path, given) -> {
                    try {
                        JsonMasker.steps(path);
                        MaskingRule leaf = JsonMasker.rule(given);
                        Maskers.check(leaf).forEach(each -> problem.accept(path + ": " + each));
                        if (Maskers.named(leaf.masker()).stream()
                                .anyMatch(each -> !each.forms().contains(TEXT))) {
                            problem.accept(
                                    "%s: %s cannot mask the text of a document"
                                            .formatted(path, leaf.masker()));
                        }
                    } catch (IllegalArgumentException e) {
                        problem.accept(path + ": " + e.getMessage());
                    }
                });
    }

    private static Map<String, @Nullable Object> paths(MaskingRule rule) {
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        if (rule.parameters().get("paths") instanceof Map<?, ?> given) {
            given.forEach((path, value) -> paths.put(String.valueOf(path), value));
        }
        return paths;
    }
}
