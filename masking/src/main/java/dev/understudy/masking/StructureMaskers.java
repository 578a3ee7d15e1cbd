package dev.understudy.masking;

import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.ValueForm.COMPOSITE;
import static dev.understudy.masking.ValueForm.HSTORE;
import static dev.understudy.masking.ValueForm.JSON;
import static dev.understudy.masking.ValueForm.JSONB;
import static dev.understudy.masking.ValueForm.TEXT;
import static dev.understudy.masking.ValueForm.XML;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/// The maskers of values that hold other values.
final class StructureMaskers {
    private static final int MOST_COLUMNS = 1000;

    private StructureMaskers() {}

    static List<Masker> all() {
        return List.of(json(), xml(), hstore(), composite(), delimited(), urlQuery());
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
                        InnerRules.unlistedParameter("strings and numbers"),
                        InnerRules.namesParameter("property names")),
                EnumSet.of(TEXT, JSON, JSONB),
                (rule, column) -> InnerRules.guarantees(rule, "paths"),
                (rule, problem) -> InnerRules.checkTexts(rule, "paths", JsonMasker::steps, problem),
                (rule, column, keys, domain) -> {
                    if (longest(column) < Integer.MAX_VALUE) {
                        throw new MaskingRefused(
                                "%s: rule json needs a column without a length but this one is %s; use text-scramble"
                                        .formatted(column.path(), column.sqlType()));
                    }
                    return new JsonMasker(column, rule, keys);
                });
    }

    private static Masker xml() {
        return new Masker(
                "xml",
                "masks the texts and attributes of XML by path",
                List.of(
                        new Parameter(
                                "paths",
                                "object",
                                false,
                                "rules by path, a part of XPath: {/order/customer/@email: email, //phone: phone, \"//note/text()\": redact}"),
                        InnerRules.unlistedParameter("texts, attributes and comments")),
                EnumSet.of(TEXT, XML),
                (rule, column) -> InnerRules.guarantees(rule, "paths"),
                (rule, problem) -> InnerRules.checkTexts(rule, "paths", XPath::of, problem),
                (rule, column, keys, domain) -> new XmlMasker(column, rule, keys, domain));
    }

    private static Masker hstore() {
        return new Masker(
                "hstore",
                "masks the values of hstore by key",
                List.of(
                        new Parameter(
                                "keys",
                                "object",
                                false,
                                "rules by key: {email: email, size: keep}"),
                        InnerRules.unlistedParameter("values"),
                        InnerRules.namesParameter("keys")),
                EnumSet.of(HSTORE),
                (rule, column) -> InnerRules.guarantees(rule, "keys"),
                (rule, problem) -> InnerRules.checkTexts(rule, "keys", name -> {}, problem),
                (rule, column, keys, domain) -> new HstoreMasker(column, rule, keys));
    }

    private static Masker composite() {
        return new Masker(
                "composite",
                "masks the attributes of composite types by name",
                List.of(
                        new Parameter(
                                "attributes",
                                "object",
                                false,
                                "rules by attribute: {street: street, geo: {mask: composite, attributes: {lat: noise}}}"),
                        new Parameter(
                                "unlisted",
                                "string",
                                false,
                                "attributes that no rule is for: mask by type (default), keep, or refuse the rule")),
                EnumSet.of(COMPOSITE),
                (rule, column) -> InnerRules.guarantees(rule, "attributes"),
                (rule, problem) ->
                        InnerRules.check(rule, "attributes", (name, inner) -> {}, problem),
                (rule, column, keys, domain) -> new CompositeMasker(column, rule, keys));
    }

    private static Masker delimited() {
        return new Masker(
                "delimited",
                "masks the columns of texts whose lines are values behind separators",
                List.of(
                        new Parameter("separator", "string", true, "what separates: \";\""),
                        new Parameter(
                                "columns",
                                "object",
                                false,
                                "rules by number from 1 on: {1: email, 3: phone}; or for all others: {\"*\": email}"),
                        InnerRules.unlistedParameter("values"),
                        new Parameter(
                                "quote",
                                "string",
                                false,
                                "the sign around values that hold separators, twice for itself: '\"'; none")),
                EnumSet.of(TEXT),
                (rule, column) -> InnerRules.guarantees(rule, "columns"),
                StructureMaskers::checkDelimited,
                (rule, column, keys, domain) -> new DelimitedMasker(column, rule, keys, domain));
    }

    private static void checkDelimited(MaskingRule rule, Consumer<String> problem) {
        String separator = string(rule, "separator", "");
        String quote = string(rule, "quote", "");
        if (separator.isEmpty() || separator.contains("\n")) {
            problem.accept("separator must be one or more signs of a line");
        }
        if (quote.length() > 1
                || !quote.matches("[\\x20-\\x7e]?")
                || (!quote.isEmpty() && separator.contains(quote))) {
            problem.accept("quote must be one sign of ASCII that the separator has not");
        }
        InnerRules.checkTexts(
                rule,
                "columns",
                name -> {
                    if (!name.equals(DelimitedMasker.OTHERS)
                            && !(name.matches("[1-9][0-9]{0,3}")
                                    && Integer.parseInt(name) <= MOST_COLUMNS)) {
                        throw new IllegalArgumentException(
                                "a column is a number from 1 to %d, or \"*\" for all others"
                                        .formatted(MOST_COLUMNS));
                    }
                },
                problem);
    }

    private static Masker urlQuery() {
        return new Masker(
                "url-query",
                "keeps a URL and masks its parameters by name, those behind # too, user and password",
                List.of(
                        new Parameter(
                                "parameters",
                                "object",
                                false,
                                "rules by name: {email: email, page: keep}"),
                        InnerRules.unlistedParameter("parameters")),
                EnumSet.of(TEXT),
                // Host and path come through.
                always(new Guarantees(true, false, true, false, true, false, true, false)),
                (rule, problem) -> InnerRules.checkTexts(rule, "parameters", name -> {}, problem),
                (rule, column, keys, domain) -> new UrlQueryMasker(column, rule, keys, domain));
    }
}
