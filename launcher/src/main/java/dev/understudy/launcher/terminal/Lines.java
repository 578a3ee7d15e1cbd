package dev.understudy.launcher.terminal;

/// Texts of a given width.
final class Lines {
    private Lines() {}

    /// The text, or as much of it as `width` holds, with an ellipsis.
    static String fit(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        return width < 2
                ? text.substring(0, Math.max(0, width))
                : text.substring(0, width - 1) + "…";
    }

    static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /// A stored text on one line, without anything that a terminal would take for a command.
    static String harmless(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (Character.isISOControl(each) || Character.getType(each) == Character.FORMAT) {
                if (safe == null) {
                    safe = new StringBuilder(text);
                }
                safe.setCharAt(i, each == '\n' ? '⏎' : '·');
            }
        }
        return safe == null ? text : safe.toString();
    }
}
