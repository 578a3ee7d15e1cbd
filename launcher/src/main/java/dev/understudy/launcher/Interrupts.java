package dev.understudy.launcher;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ctrl-C and SIGTERM while a run runs: the first asks it to stop, the second ends the process at
/// once. Restores the usual behaviour when closed.
///
/// A shutdown hook would not do: other hooks close the connections beside it, and it never hears of
/// a second Ctrl-C.
final class Interrupts implements AutoCloseable {
    private record Restored(String signal, Object handler) {}

    private final AtomicBoolean asked = new AtomicBoolean();
    private final List<Restored> former = new ArrayList<>();

    /// @param first what the first one does, on a thread of the JVM
    /// @param second what happens just before the process ends
    /// @param resized what a change of the window's size does
    static Interrupts listen(Runnable first, Runnable second, Runnable resized) {
        var interrupts = new Interrupts();
        Runnable interrupted =
                () -> {
                    if (interrupts.asked.compareAndSet(false, true)) {
                        first.run();
                        return;
                    }
                    second.run();
                    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
                };
        interrupts.handle("INT", interrupted);
        interrupts.handle("TERM", interrupted);
        interrupts.handle("WINCH", resized);
        return interrupts;
    }

    private void handle(String signal, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            MethodHandle run =
                    MethodHandles.lookup()
                            .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                            .bindTo(action);
            Object handler =
                    MethodHandleProxies.asInterfaceInstance(
                            handlerType, MethodHandles.dropArguments(run, 0, signalType));
            former.add(new Restored(signal, install(signal, handler)));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // A system without this signal, or a JVM started with -Xrs: it keeps its usual effect.
        }
    }

    /// By reflection, because javac warns of `sun.misc.Signal` and knows no way to say "on
    /// purpose", while the JDK has no other way to hear a signal.
    private static Object install(String signal, Object handler)
            throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object named = signalType.getConstructor(String.class).newInstance(signal);
        return signalType.getMethod("handle", signalType, handlerType).invoke(null, named, handler);
    }

    @Override
    public void close() {
        for (Restored each : former) {
            try {
                install(each.signal(), each.handler());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(
                        "cannot restore the handler of " + each.signal(), e);
            }
        }
    }
}
