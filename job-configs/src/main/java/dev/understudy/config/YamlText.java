package dev.understudy.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Makes nodes with places out of YAML 1.2, and refuses what could blow up. Its messages never
/// quote the text.
final class YamlText {
    static final int LARGEST = 1 << 20;
    private static final int DEEPEST = 50;
    private static final int MOST_NODES = 200_000;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setSchema(new CoreSchema())
                    .setAllowDuplicateKeys(true) // reported by the reader, all of them
                    .setAllowNonScalarKeys(true) // likewise
                    .setMaxAliasesForCollections(1_000)
                    .setCodePointLimit(LARGEST)
                    .build();

    private final String text;
    private int nodes;

    private YamlText(String text) {
        this.text = text;
    }

    /// The document's root, empty if there is nothing in the file.
    ///
    /// @throws Refused for anything that is no YAML document of a decent size
    static Optional<Node> compose(String text) throws Refused {
        return new YamlText(text).compose();
    }

    private Optional<Node> compose() throws Refused {
        try {
            refuseDepthAndCycles();
            Optional<Node> root = new Compose(SETTINGS).composeString(text);
            if (root.isPresent()) {
                count(root.get(), 0);
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            throw syntax(e.getProblem(), e.getProblemMark().orElse(null));
        } catch (ReaderException e) {
            throw refused(
                    "yaml-syntax",
                    placeOf(e.getPosition()),
                    "a character that YAML does not allow",
                    "save the file as UTF-8 text without control characters");
        } catch (YamlEngineException e) {
            throw tooMuch("more aliases of maps and lists than any config needs");
        }
    }

    /// Before composing, which is recursive, and which never ends for a map that merges itself.
    private void refuseDepthAndCycles() throws Refused {
        Deque<Optional<Anchor>> open = new ArrayDeque<>();
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event) {
                case CollectionStartEvent start -> open.push(start.getAnchor());
                case CollectionEndEvent _ -> open.pop();
                case AliasEvent alias when open.contains(Optional.of(alias.getAlias())) ->
                        throw tooMuch("aliases that repeat themselves");
                default -> {}
            }
            if (open.size() > DEEPEST) {
                throw tooMuch("maps and lists nested deeper than " + DEEPEST);
            }
        }
    }

    /// Counts a node as often as aliases repeat it.
    private void count(Node node, int depth) throws Refused {
        nodes++;
        if (depth > DEEPEST || nodes > MOST_NODES) {
            throw tooMuch("aliases that repeat each other too often");
        }
        if (node instanceof SequenceNode list) {
            for (Node each : list.getValue()) {
                count(each, depth + 1);
            }
        }
        if (node instanceof MappingNode map) {
            for (NodeTuple each : map.getValue()) {
                count(each.getKeyNode(), depth + 1);
                count(each.getValueNode(), depth + 1);
            }
        }
    }

    private Refused syntax(@Nullable String problem, @Nullable Mark mark) {
        Location where =
                mark == null
                        ? new Location(1, 1, "")
                        : new Location(mark.getLine() + 1, mark.getColumn() + 1, "");
        String line = text.lines().skip(where.line() - 1L).findFirst().orElse("");
        String above = text.lines().skip(Math.max(0, where.line() - 2L)).findFirst().orElse("");
        String hint =
                "check the indentation, the quotes and the brackets here and on the line above";
        if (line.contains("${")) {
            hint = "inside { } and [ ] a placeholder needs quotes: \"${env:NAME}\"";
        } else if (line.matches(".*(^|[\\s,\\[{])\\*.*") || above.matches("\\s*\\*.*")) {
            // Quotes that a key lacks are missed a line later.
            hint = "a text that begins with * needs quotes: \"*.email\"";
        } else if (line.matches("\\s*\\t.*")) {
            hint = "indent with blanks, not with tabs";
        }
        // The library's words for an unknown alias or tag quote the file, perhaps a password.
        String shown =
                problem == null || problem.startsWith("found undefined")
                        ? "an alias or tag that nothing defines"
                        : problem;
        return refused("yaml-syntax", where, "not YAML: " + shown, hint);
    }

    private Location placeOf(int index) {
        String before = text.substring(0, Math.clamp(index, 0, text.length()));
        int line = (int) before.chars().filter(each -> each == '\n').count() + 1;
        return new Location(line, before.length() - before.lastIndexOf('\n'), "");
    }

    private static Refused tooMuch(String what) {
        return refused(
                "oversized-config",
                new Location(1, 1, ""),
                "refused: " + what,
                "a config is a small file; write it without generated parts");
    }

    private static Refused refused(String id, Location where, String message, String hint) {
        return new Refused(Problem.error(id, where, message, hint));
    }

    /// Nothing can be read.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Refused(Problem problem) {
            super(problem.message());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }
}
