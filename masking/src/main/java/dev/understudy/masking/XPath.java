package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A path to elements, attributes or texts of XML documents: `/order/customer/@email`,
/// `//phone/text()`, `//address/*`. Names are those that stand in the document, with their prefix.
///
/// While a document is read, the set of steps that lead to an open element is a number: bit k says
/// that the first k steps do.
///
/// Source: XML Path Language 1.0, abbreviated syntax, without predicates.
final class XPath {
    private static final Pattern STEP =
            Pattern.compile("(//?)(?:(text\\(\\))|(@?)(\\*|[\\p{L}_][\\p{L}\\p{M}\\p{N}._:-]*))");
    private static final int MOST_STEPS = 60;

    private final List<Step> steps;

    private static final class Step {
        private final Kind kind;

        /// Below, and not only in, the element that the steps before lead to.
        private final boolean anywhere;

        /// Empty for any.
        private final byte[] name;

        Step(Kind kind, boolean anywhere, String name) {
            this.kind = kind;
            this.anywhere = anywhere;
            this.name = name.getBytes(StandardCharsets.UTF_8);
        }

        boolean leadsTo(byte[] bytes, int start, int length) {
            return name.length == 0
                    || Arrays.equals(name, 0, name.length, bytes, start, start + length);
        }
    }

    private enum Kind {
        ELEMENT,
        ATTRIBUTE,
        TEXT
    }

    private XPath(List<Step> steps) {
        this.steps = steps;
    }

    /// @throws IllegalArgumentException if it is no such path
    static XPath of(String path) {
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int at = 0;
        while (at < path.length() && matcher.find(at) && matcher.start() == at) {
            boolean text = matcher.group(2) != null;
            boolean attribute = !text && !matcher.group(3).isEmpty();
            String name = text || matcher.group(4).equals("*") ? "" : matcher.group(4);
            steps.add(
                    new Step(
                            text ? Kind.TEXT : attribute ? Kind.ATTRIBUTE : Kind.ELEMENT,
                            matcher.group(1).length() == 2,
                            name));
            at = matcher.end();
            if (text || attribute) {
                break;
            }
        }
        if (at == 0 || at < path.length() || steps.size() > MOST_STEPS) {
            throw new IllegalArgumentException(
                    "not a path like /order/customer/@email, //phone or //note/text()");
        }
        return new XPath(steps);
    }

    /// How many of its steps name something: of two paths to one place, the one that names more is
    /// meant for it.
    int names() {
        return (int) steps.stream().filter(each -> each.name.length > 0).count();
    }

    /// The steps that lead to the document itself.
    static long start() {
        return 1;
    }

    /// The steps that lead to an element within one that `within` leads to.
    long enter(long within, byte[] bytes, int start, int length) {
        long result = 0;
        for (int k = 0; k < steps.size(); k++) {
            if ((within >>> k & 1) == 1) {
                Step step = steps.get(k);
                if (step.anywhere) {
                    result |= 1L << k;
                }
                if (step.kind == Kind.ELEMENT && step.leadsTo(bytes, start, length)) {
                    result |= 1L << (k + 1);
                }
            }
        }
        return result;
    }

    /// Whether the path ends at the element that these steps lead to.
    boolean endsAt(long within) {
        return (within >>> steps.size() & 1) == 1;
    }

    /// Whether it ends at an attribute of that element.
    boolean endsAtAttribute(long within, byte[] bytes, int start, int length) {
        Step last = steps.getLast();
        return isLast(within) && last.kind == Kind.ATTRIBUTE && last.leadsTo(bytes, start, length);
    }

    /// Whether it ends at the text in that element.
    boolean endsAtText(long within) {
        return isLast(within) && steps.getLast().kind == Kind.TEXT;
    }

    private boolean isLast(long within) {
        return (within >>> (steps.size() - 1) & 1) == 1;
    }
}
