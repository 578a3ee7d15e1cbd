package dev.understudy.launcher.terminal;

import java.util.ArrayList;
import java.util.List;

/// Columns of text under each other, each as wide as its widest cell.
public final class TextTable {
    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();

    /// @param heads a head that begins with `>` is a column aligned to the right
    public TextTable(String... heads) {
        this.heads = List.of(heads);
    }

    public TextTable row(String... cells) {
        if (cells.length != heads.size()) {
            throw new IllegalArgumentException(
                    heads.size() + " columns but " + cells.length + " cells");
        }
        rows.add(List.of(cells));
        return this;
    }

    /// The lines, heads first, each indented by two blanks.
    public List<String> lines() {
        var widths = new int[heads.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = name(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        var lines = new ArrayList<String>();
        var names = new ArrayList<String>();
        for (int column = 0; column < widths.length; column++) {
            names.add(name(column));
        }
        lines.add(line(names, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            line.append("  ")
                    .append(
                            right(column)
                                    ? Lines.right(cell, widths[column])
                                    : Lines.left(cell, widths[column]));
        }
        return line.toString().stripTrailing();
    }

    private boolean right(int column) {
        return heads.get(column).startsWith(">");
    }

    private String name(int column) {
        return right(column) ? heads.get(column).substring(1) : heads.get(column);
    }
}
