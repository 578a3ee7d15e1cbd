package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptsTest {
    @Test
    void theFirstSignalAsksAndDoesNotEndTheProcess() throws Exception {
        var asked = new CountDownLatch(1);
        var resized = new CountDownLatch(1);
        try (var _ = Interrupts.listen(asked::countDown, () -> {}, resized::countDown)) {
            send("WINCH");
            assertThat(resized.await(10, TimeUnit.SECONDS)).isTrue();
            send("TERM");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void send(String signal) throws Exception {
        var kill =
                new ProcessBuilder(
                                "kill", "-" + signal, Long.toString(ProcessHandle.current().pid()))
                        .start();
        assertThat(kill.waitFor()).isZero();
    }
}
