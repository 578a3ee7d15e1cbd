package dev.understudy.jobs.copy;

import dev.understudy.rows.RowColumn;
import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueText;
import java.nio.charset.StandardCharsets;

/// The values of one column as texts. One thread.
final class ColumnText {
    private final RowColumn column;
    private final ValueReader reader = new ValueReader();
    private final StringBuilder text = new StringBuilder();

    ColumnText(RowColumn column) {
        this.column = column;
    }

    /// PostgreSQL's own text of the value; where its binary form is not known, only its length.
    String of(byte[] bytes, int start, int length) {
        if (column.asText()) {
            return new String(bytes, start, length, StandardCharsets.UTF_8);
        }
        if (!ValueText.supports(column.type())) {
            return "<" + length + " bytes>";
        }
        text.setLength(0);
        ValueText.of(column.type()).append(reader.set(bytes, start, length), text);
        return text.toString();
    }
}
