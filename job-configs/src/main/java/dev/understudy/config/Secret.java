package dev.understudy.config;

/// A text that nobody may see. Prints as `Secret[***]`.
public final class Secret {
    private final String text;

    public Secret(String text) {
        this.text = text;
    }

    /// The text itself, for the one who needs it.
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "Secret[***]";
    }
}
