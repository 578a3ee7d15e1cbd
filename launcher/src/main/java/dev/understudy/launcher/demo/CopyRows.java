package dev.understudy.launcher.demo;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/// Rows on their way into a table, in the text form of COPY; holds some ten kilobytes at a time.
final class CopyRows {
    private static final int ENOUGH = 1 << 15;

    private final CopyIn copy;
    private final StringBuilder text = new StringBuilder(2 * ENOUGH);

    CopyRows(CopyIn copy) {
        this.copy = copy;
    }

    void add(@Nullable Object... values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                text.append('\t');
            }
            append(values[i]);
        }
        text.append('\n');
        if (text.length() >= ENOUGH) {
            send();
        }
    }

    private void append(@Nullable Object value) {
        switch (value) {
            case null -> text.append("\\N");
            case String string -> appendEscaped(string);
            default -> text.append(value);
        }
    }

    private void appendEscaped(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> text.append(c);
            }
        }
    }

    private void send() {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        text.setLength(0);
        try {
            copy.writeToCopy(bytes, 0, bytes.length);
        } catch (SQLException e) {
            throw new DemoFailed("cannot write the demo's rows", e);
        }
    }

    /// @return how many rows the table took
    long end() throws SQLException {
        send();
        return copy.endCopy();
    }
}
