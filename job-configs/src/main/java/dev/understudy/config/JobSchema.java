package dev.understudy.config;

import dev.understudy.config.Shape.Acknowledgements;
import dev.understudy.config.Shape.Choice;
import dev.understudy.config.Shape.Choices;
import dev.understudy.config.Shape.Flag;
import dev.understudy.config.Shape.Groups;
import dev.understudy.config.Shape.Kinds;
import dev.understudy.config.Shape.Meanings;
import dev.understudy.config.Shape.Named;
import dev.understudy.config.Shape.Orphans;
import dev.understudy.config.Shape.Pairs;
import dev.understudy.config.Shape.Rows;
import dev.understudy.config.Shape.Rules;
import dev.understudy.config.Shape.Section;
import dev.understudy.config.Shape.Size;
import dev.understudy.config.Shape.Text;
import dev.understudy.config.Shape.TextKind;
import dev.understudy.config.Shape.TextOrSection;
import dev.understudy.config.Shape.TextOrTexts;
import dev.understudy.config.Shape.Texts;
import dev.understudy.config.Shape.Whole;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.MaskerDefinition.Parameter;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.OnMismatch;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes the layout and the catalogue of maskers as a JSON Schema.
final class JobSchema {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JobSchema() {}

    static String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "Understudy job config");
        root.setAll(section(JobLayout.JOB));
        root.putObject("$defs").set("rule", rule());
        return JSON.writeValueAsString(root) + "\n";
    }

    private static ObjectNode of(Shape shape) {
        ObjectNode node = JSON.createObjectNode();
        return switch (shape) {
            case Text text -> text(text.kind());
            case Choice choice -> words(node, choice.words());
            case Choices choices -> {
                node.putArray("anyOf")
                        .add(words(JSON.createObjectNode(), choices.words()))
                        .addObject()
                        .put("type", "array")
                        .set("items", words(JSON.createObjectNode(), choices.words()));
                yield node;
            }
            case Kinds kinds -> {
                node.put("type", "object");
                node.set("additionalProperties", words(JSON.createObjectNode(), kinds.words()));
                yield node;
            }
            case Acknowledgements _ -> acknowledgements(node);
            case Whole whole ->
                    node.put("type", "integer")
                            .put("minimum", whole.least())
                            .put("maximum", whole.most());
            case Flag _ -> node.put("type", "boolean");
            case Size _ -> node.put("type", "string").put("pattern", "^" + Size.REGEX + "$");
            case Texts texts -> {
                node.put("type", "array").set("items", text(texts.kind()));
                yield node;
            }
            case Section section -> section(section);
            case TextOrSection either -> {
                Key key = either.section().key(either.key()).orElseThrow();
                node.putArray("anyOf").add(of(key.shape())).add(section(either.section()));
                yield node;
            }
            case Named named -> {
                node.put("type", "object").put("minProperties", 1);
                node.set("propertyNames", text(TextKind.SOURCE_NAME));
                node.set("additionalProperties", section(named.section()));
                yield node;
            }
            case Pairs pairs -> {
                node.put("type", "object").put("minProperties", 1);
                node.set("propertyNames", text(TextKind.NAME));
                node.set("additionalProperties", text(pairs.kind()));
                yield node;
            }
            case Meanings meanings -> {
                node.put("type", "object");
                node.set("additionalProperties", words(JSON.createObjectNode(), meanings.words()));
                yield node;
            }
            case TextOrTexts texts -> {
                ObjectNode several = JSON.createObjectNode().put("type", "array");
                several.put("minItems", 1).set("items", text(texts.kind()));
                node.putArray("anyOf").add(text(texts.kind())).add(several);
                yield node;
            }
            case Rows rows -> {
                node.put("type", "object");
                node.putObject("propertyNames").put("minLength", 1);
                node.set("additionalProperties", section(rows.keys()));
                yield node;
            }
            case Orphans orphans -> {
                ObjectNode several = JSON.createObjectNode().put("type", "object");
                several.set(
                        "additionalProperties", words(JSON.createObjectNode(), orphans.words()));
                node.putArray("anyOf")
                        .add(words(JSON.createObjectNode(), orphans.words()))
                        .add(several);
                yield node;
            }
            case Groups groups -> {
                ObjectNode kinds = section(groups.kinds());
                ObjectNode several = JSON.createObjectNode().put("type", "array");
                several.set("items", kinds.deepCopy());
                node.put("type", "object");
                node.putObject("propertyNames").put("minLength", 1);
                node.putObject("additionalProperties").putArray("anyOf").add(kinds).add(several);
                yield node;
            }
            case Rules _ -> {
                node.put("type", "object");
                node.putObject("propertyNames").put("minLength", 1);
                node.putObject("additionalProperties").put("$ref", "#/$defs/rule");
                yield node;
            }
        };
    }

    private static ObjectNode acknowledgements(ObjectNode node) {
        node.put("type", "object");
        ObjectNode properties = node.putObject("properties");
        for (Concern each : JobReader.acknowledgeable()) {
            ObjectNode concern = properties.putObject(each.id());
            concern.put("description", each.title());
            if (each.basis() == Concern.Basis.JOB) {
                concern.setAll(text(TextKind.NAME));
            } else {
                concern.put("type", "object");
                concern.set("additionalProperties", text(TextKind.NAME));
            }
        }
        return node.put("additionalProperties", false);
    }

    /// Where a placeholder stands in a text, nobody knows before the run what the text will be.
    private static ObjectNode text(TextKind kind) {
        return JSON.createObjectNode()
                .put("type", "string")
                .put("pattern", "^(?:" + kind.regex + ")$" + (kind.identifies() ? "" : "|\\$\\{"));
    }

    private static ObjectNode section(Section section) {
        ObjectNode node = JSON.createObjectNode();
        node.put("type", "object");
        ObjectNode properties = node.putObject("properties");
        ArrayNode required = JSON.createArrayNode();
        for (Key key : section.keys()) {
            ObjectNode property = of(key.shape());
            property.put("description", key.summary());
            if (key.byDefault() != null) {
                property.set("default", JSON.valueToTree(key.byDefault()));
            }
            properties.set(key.name(), property);
            if (key.required()) {
                required.add(key.name());
            }
        }
        if (!required.isEmpty()) {
            node.set("required", required);
        }
        if (!section.oneOf().isEmpty()) {
            ArrayNode all = node.putArray("allOf");
            for (List<String> keys : section.oneOf()) {
                ArrayNode any = all.addObject().putArray("anyOf");
                keys.forEach(key -> any.addObject().putArray("required").add(key));
            }
        }
        if (!section.together().isEmpty()) {
            ObjectNode dependent = node.putObject("dependentRequired");
            section.together()
                    .forEach(key -> {
                        ArrayNode others = dependent.putArray(key);
                        section.together().stream()
                                .filter(other -> !other.equals(key))
                                .forEach(others::add);
                    });
        }
        return node.put("additionalProperties", false);
    }

    private static ObjectNode rule() {
        ObjectNode node = JSON.createObjectNode();
        node.put("description", "A masker's name, or a map with it and its parameters.");
        ArrayNode any = node.putArray("anyOf");
        any.add(masker(Maskers.all().stream().filter(JobSchema::needsNothing).toList()));
        for (MaskerDefinition each : Maskers.all()) {
            any.add(rule(each));
        }
        return node;
    }

    private static boolean needsNothing(MaskerDefinition masker) {
        return masker.parameters().stream().noneMatch(Parameter::required);
    }

    /// The masker `null` is YAML's null where it is written without quotes.
    private static ObjectNode masker(List<MaskerDefinition> maskers) {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode names = node.putArray("enum");
        for (MaskerDefinition each : maskers) {
            names.add(each.name());
            if (each.name().equals("null")) {
                names.addNull();
            }
        }
        return node;
    }

    private static ObjectNode rule(MaskerDefinition masker) {
        ObjectNode node = JSON.createObjectNode();
        node.put("type", "object").put("description", masker.summary());
        ObjectNode properties = node.putObject("properties");
        ArrayNode required = node.putArray("required").add(RuleReader.MASK);
        properties.set(RuleReader.MASK, masker(List.of(masker)));
        for (Parameter each : masker.parameters()) {
            ObjectNode parameter = properties.putObject(each.name());
            if (!each.type().equals("any")) {
                parameter.put("type", each.type());
            }
            parameter.put("description", each.summary());
            if (each.required()) {
                required.add(each.name());
            }
        }
        properties.set(
                RuleReader.DOMAIN,
                text(TextKind.NAME)
                        .put(
                                "description",
                                "The named set of columns whose equal values mask to equal values."));
        properties.set(
                RuleReader.IGNORE_CASE,
                of(new Shape.Flag())
                        .put(
                                "description",
                                "Whether texts that differ in case alone are one value."));
        properties.set(
                RuleReader.REASON,
                text(TextKind.NAME).put("description", "Why, for whoever reviews the config."));
        properties.set(
                RuleReader.ON_MISMATCH,
                of(Shape.Choice.of(OnMismatch.values()))
                        .put("description", "What happens to values that do not fit the rule."));
        return node.put("additionalProperties", false);
    }

    private static ObjectNode words(ObjectNode node, List<String> words) {
        ArrayNode array = node.putArray("enum");
        words.forEach(array::add);
        return node;
    }
}
