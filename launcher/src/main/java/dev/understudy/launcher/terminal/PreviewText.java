package dev.understudy.launcher.terminal;

import static dev.understudy.launcher.terminal.Lines.fit;
import static dev.understudy.launcher.terminal.Lines.left;

import dev.understudy.jobs.run.Preview;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows before and after masking, side by side, one column of the table a line.
public final class PreviewText {
    private PreviewText() {}

    public static List<String> lines(Preview preview, Terminal terminal) {
        int names = Math.max("column".length(), widest(preview.columns()));
        int rules = Math.max("rule".length(), widest(preview.rules()));
        int values = Math.max(8, (terminal.size().columns() - 1 - names - rules - 2 - 3 * 2) / 2);
        var lines = new ArrayList<String>();
        for (int row = 0; row < preview.before().size(); row++) {
            lines.add(
                    terminal.bold(
                            "%s, row %d of %d"
                                    .formatted(preview.table(), row + 1, preview.before().size())));
            lines.add(
                    terminal.soft(line("column", names, "rule", rules, "before", values, "after")));
            for (int column = 0; column < preview.columns().size(); column++) {
                String before = shown(preview.before().get(row).get(column), values);
                String after = shown(preview.after().get(row).get(column), values);
                String line =
                        line(
                                Lines.harmless(preview.columns().get(column)),
                                names,
                                preview.rules().get(column),
                                rules,
                                before,
                                values,
                                after);
                lines.add(preview.rules().get(column).equals("keep") ? terminal.soft(line) : line);
            }
            lines.add("");
        }
        if (preview.before().isEmpty()) {
            lines.add(preview.table() + " has no rows");
        }
        return lines;
    }

    private static String line(
            String column,
            int names,
            String rule,
            int rules,
            String before,
            int values,
            String after) {
        return "  %s  %s  %s  %s"
                .formatted(left(column, names), left(rule, rules), left(before, values), after)
                .stripTrailing();
    }

    private static String shown(@Nullable String value, int width) {
        return value == null ? "NULL" : fit(Lines.harmless(value), width);
    }

    private static int widest(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }
}
