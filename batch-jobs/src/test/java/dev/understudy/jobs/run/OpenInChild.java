package dev.understudy.jobs.run;

import java.io.IOException;
import java.nio.file.Path;

/// Holds a home open, as a command does, in a process that a test may end: `home`. Says that it is
/// open, and closes it when its input ends.
final class OpenInChild {
    private OpenInChild() {}

    public static void main(String[] arguments) throws IOException {
        try (Understudy understudy = Understudy.open(Path.of(arguments[0]))) {
            System.out.println("open, " + understudy.runs(1).size());
            int _ = System.in.read();
        }
    }
}
