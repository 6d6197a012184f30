package midplane.chassis;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import midplane.dispatcher.Dispatcher;
import midplane.fabric.FabricTap;
import midplane.net.DatagramPort;
import midplane.net.UdpPort;
import midplane.shelf.Counters;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * The duties that have time and may block: tells states, prints errors, looks for new prompts, writes the tap, copies
 * what sockets count. Wired before the threads start; run by one thread at a time.
 */
final class Housekeeping {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    /** Often enough that a ring of default length is not overwritten at 25,000 frames a second. */
    private static final long TAP_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What a killed process loses of its trace at most. */
    private static final long TRACE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int TAP_LIMIT = 4_096;
    private static final int PROBLEMS_PRINTED_MAX = 20;

    private record Failures(UdpPort port, AtomicCounter counter) {}

    private final boolean isInline;
    private final NanoClock clock;
    private final Counters counters;
    private final Dispatcher.StateListener listener;
    private final PrintStream errorOutput;
    private final StateBoard states;
    private final @Nullable ErrorBoard errors;
    private final Quarantine quarantine;
    private final List<Failures> failures = new ArrayList<>();
    private @Nullable FabricTap tap;
    private @Nullable TraceDrain trace;
    private @Nullable AtomicCounter tapWritten;
    private @Nullable AtomicCounter tapLost;
    private @Nullable FilePromptStore prompts;
    private List<String> printedProblems = List.of();
    private long nextRescanNs;

    Housekeeping(final ChassisContext context, final ChassisSettings settings, final Counters counters) {
        this.counters = counters;
        isInline = settings.threads().mode() == ThreadingMode.INVOKER;
        clock = context.nanoClock();
        listener = context.stateListener();
        errorOutput = context.errorOutput();
        states = new StateBoard(settings.fabric().slots());
        final ErrorHandler given = context.errorHandler();
        final ErrorHandler next;
        if (given == null) {
            final ErrorBoard board = new ErrorBoard(context.epochClock(), counters.counter("chassis.errors"));
            errors = board;
            next = board;
        } else {
            errors = null;
            next = given;
        }
        quarantine = new Quarantine(
                settings.quarantine(),
                next,
                counters.counter("chassis.quarantine.kept"),
                counters.counter("chassis.quarantine.lost"));
    }

    ErrorHandler errorHandler() {
        return quarantine;
    }

    /** For the dispatcher; without threads of ours its caller is told at once. */
    Dispatcher.StateListener stateListener() {
        return isInline ? listener : states;
    }

    void tap(final @Nullable FabricTap tap) {
        if (tap != null) {
            this.tap = tap;
            tapWritten = counters.counter("fabric.tap.written");
            tapLost = counters.counter("fabric.tap.lost");
        }
    }

    void trace(final @Nullable TraceDrain newTrace) {
        trace = newTrace;
    }

    void ports(final ChassisPorts ports) {
        watch(ports.wellKnown(), "dispatcher.port.failures");
        for (int slot = 0; slot < ports.blades().size(); slot++) {
            watch(ports.blades().get(slot), "blade." + slot + ".port.failures");
        }
    }

    private void watch(final DatagramPort port, final String counter) {
        if (port instanceof UdpPort udpPort) {
            failures.add(new Failures(udpPort, counters.counter(counter)));
        }
    }

    void prompts(final FilePromptStore prompts) {
        this.prompts = prompts;
        nextRescanNs = clock.nanoTime();
    }

    /** The thread that runs the duties; not started. */
    Housekeeper housekeeper() {
        final Housekeeper housekeeper = new Housekeeper(this::run, quarantine);
        states.wake(housekeeper::wake);
        if (trace != null) {
            trace.wake(housekeeper::wake);
        }
        if (errors != null) {
            errors.wake(housekeeper::wake);
        }
        return housekeeper;
    }

    private long run() {
        states.poll(clock.nanoTime(), listener);
        printErrors();
        quarantine.write(errorOutput);
        writeTap();
        final boolean isTracing = trace != null && (trace.drain() > 0 || !trace.rest());
        for (final Failures failing : failures) {
            failing.counter.setRelease(failing.port.failures());
        }
        final long nowNs = clock.nanoTime();
        if (prompts != null && nextRescanNs - nowNs <= 0) {
            nextRescanNs = nowNs + INTERVAL_NS;
            prompts.rescan();
            printProblems(prompts.problems());
        }
        if (tap != null) {
            return TAP_INTERVAL_NS;
        }
        return isTracing ? TRACE_INTERVAL_NS : INTERVAL_NS;
    }

    /** Once for each change: a prompt that cannot be played stays so until somebody mends it. */
    private void printProblems(final List<String> problems) {
        if (problems.equals(printedProblems)) {
            return;
        }
        printedProblems = problems;
        for (final String problem : problems.subList(0, Math.min(problems.size(), PROBLEMS_PRINTED_MAX))) {
            errorOutput.println(ChassisProperty.PROMPTS_ROOT.propertyName() + ": " + problem);
        }
        if (problems.size() > PROBLEMS_PRINTED_MAX) {
            errorOutput.println(ChassisProperty.PROMPTS_ROOT.propertyName() + ": and "
                    + (problems.size() - PROBLEMS_PRINTED_MAX) + " more");
        }
    }

    /** What is done in the caller's thread when there is no other. */
    void runInline() {
        printErrors();
        quarantine.write(errorOutput);
        writeTap();
        if (trace != null) {
            trace.drain();
        }
    }

    /** What a thread that is gone cannot print any more is printed by whoever closes. */
    void printErrors() {
        if (errors != null) {
            errors.print(errorOutput);
        }
    }

    private void writeTap() {
        if (tap != null && tapWritten != null && tapLost != null) {
            tap.poll(TAP_LIMIT);
            tapWritten.setRelease(tap.written());
            tapLost.setRelease(tap.lost());
        }
    }
}
