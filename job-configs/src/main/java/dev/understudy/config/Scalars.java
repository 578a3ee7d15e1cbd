package dev.understudy.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// What numbers, booleans and nulls of YAML's core schema are in Java.
final class Scalars {
    private static final Map<Tag, ConstructNode> CONSTRUCTORS =
            new CoreSchema().getSchemaTagConstructors();

    private Scalars() {}

    /// Whether the scalar is of the core schema, and not of a tag of somebody's own.
    static boolean known(ScalarNode node) {
        return node.getTag().equals(Tag.STR) || CONSTRUCTORS.containsKey(node.getTag());
    }

    static @Nullable Object value(ScalarNode node) {
        ConstructNode constructor = CONSTRUCTORS.get(node.getTag());
        return constructor == null ? node.getValue() : constructor.construct(node);
    }
}
