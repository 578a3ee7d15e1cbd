package dev.understudy.jobs.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs of the main job in processes of their own, which a test can kill.
///
/// @param folder of their home and their log
record ChildRuns(Path folder) {
    Process start(Path config) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunInChild.class.getName(),
                        folder.resolve("home").toString(),
                        config.toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("child.log").toFile()));
        return builder.start();
    }

    String log() throws IOException {
        Path log = folder.resolve("child.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
