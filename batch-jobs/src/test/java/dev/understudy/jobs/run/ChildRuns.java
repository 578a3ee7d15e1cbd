package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

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

    /// What whoever reads the outputs sees.
    interface Content {
        Object read() throws Exception;
    }

    /// Runs a job again and again and kills each run, if it has not ended before, until it was
    /// killed often enough, and then to its end. Whoever reads meanwhile sees the last complete
    /// outputs, and the last ones are the same.
    ///
    /// @param content is what an undisturbed run has left
    /// @param longest milliseconds that a run lives
    void killAgainAndAgain(Path config, Content content, int kills, long seed, long longest)
            throws Exception {
        Object undisturbed = content.read();
        var random = new Random(seed);
        int killed = 0;
        while (killed < kills) {
            Process child = start(config);
            if (child.waitFor(random.nextLong(1, longest), TimeUnit.MILLISECONDS)) {
                assertThat(child.exitValue())
                        .as("seed %d, kill %d: %s", seed, killed, log())
                        .isZero();
            } else {
                child.destroyForcibly().waitFor();
                killed++;
            }
            assertThat(content.read()).as("seed %d, kill %d", seed, killed).isEqualTo(undisturbed);
        }
        assertThat(start(config).waitFor()).as("seed %d: %s", seed, log()).isZero();
        assertThat(content.read()).as("seed %d", seed).isEqualTo(undisturbed);
    }

    /// What happens to a source between two runs.
    interface Changes {
        void make(Random random) throws Exception;
    }

    /// Changes the source and runs a job, again and again; kills each run, if it has not ended
    /// before, until it was killed often enough, and lets the last one end.
    void killBetweenChanges(Path config, Changes changes, int kills, long seed) throws Exception {
        var random = new Random(seed);
        int killed = 0;
        while (killed < kills) {
            changes.make(random);
            Process child = start(config);
            if (child.waitFor(random.nextLong(500, 6000), TimeUnit.MILLISECONDS)) {
                assertThat(child.exitValue()).as("seed %d: %s", seed, log()).isZero();
            } else {
                child.destroyForcibly().waitFor();
                killed++;
            }
        }
        assertThat(start(config).waitFor()).as("seed %d: %s", seed, log()).isZero();
    }

    String log() throws IOException {
        Path log = folder.resolve("child.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
