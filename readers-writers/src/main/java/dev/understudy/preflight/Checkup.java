package dev.understudy.preflight;

import dev.understudy.preflight.Finding.Level;
import java.util.ArrayList;
import java.util.List;

/// Collects findings, in the order in which they are made. One thread.
public final class Checkup {
    private final List<Finding> findings = new ArrayList<>();

    public void ok(String check, String found) {
        add(Level.OK, check, found, List.of());
    }

    public void warn(String check, String found, String... ask) {
        add(Level.WARN, check, found, List.of(ask));
    }

    public void fail(String check, String found, String... ask) {
        add(Level.FAIL, check, found, List.of(ask));
    }

    public void add(Level level, String check, String found, List<String> ask) {
        findings.add(new Finding(level, check, found, ask));
    }

    public void addAll(List<Finding> more) {
        findings.addAll(more);
    }

    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /// Names for people, the first few of them: `a, b, c and 4 more`.
    public static String some(List<?> names) {
        int shown = names.size() > 5 ? 3 : names.size();
        String text =
                String.join(", ", names.subList(0, shown).stream().map(String::valueOf).toList());
        return shown == names.size() ? text : text + " and " + (names.size() - shown) + " more";
    }
}
