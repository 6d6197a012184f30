package midplane.chassis;

import java.io.PrintStream;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import midplane.fabric.LoadReport;
import picocli.CommandLine;

/**
 * The program: reads settings, launches a chassis, tells what it does, and stops it when the process is told to end.
 *
 * <p>The whole life of a chassis is {@link #run}, in one thread. The shutdown hook only tells it to end and waits: the
 * JVM would report a signal as the exit status, so the hook ends the process with the status of {@code run}.
 */
public final class ChassisMain {
    /** It stopped as asked. */
    static final int OK = 0;

    /** The machine does not give what the settings ask for. */
    static final int CANNOT_START = 1;

    /** The settings are wrong. */
    static final int WRONG_SETTING = 2;

    private final Properties system;
    private final PrintStream out;
    private final PrintStream err;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int status = CANNOT_START;

    ChassisMain(final Properties system, final PrintStream out, final PrintStream err) {
        this.system = system;
        this.out = out;
        this.err = err;
    }

    /** Runs a chassis until SIGTERM or SIGINT. */
    public static void main(final String[] args) {
        final ChassisMain main = new ChassisMain(System.getProperties(), System.out, System.err);
        Runtime.getRuntime().addShutdownHook(new Thread(main::endProcess, "midplane-shutdown"));
        System.exit(main.run(args));
    }

    private void endProcess() {
        stop();
        try {
            ended.await();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(status);
    }

    /** Makes {@link #run} stop the chassis and return. Any thread. */
    void stop() {
        stop.countDown();
    }

    /**
     * Everything from the command line to the last line of the summary.
     *
     * @return the exit status.
     */
    int run(final String... args) {
        try {
            status = dispatch(args);
        } catch (final ConfigurationException ex) {
            err.println(ex.getMessage());
            status = WRONG_SETTING;
        } catch (final LaunchException ex) {
            err.println(ex.getMessage());
            status = CANNOT_START;
        } finally {
            ended.countDown();
        }
        return status;
    }

    private int dispatch(final String... args) {
        final CommandLineOptions options = new CommandLineOptions();
        final CommandLine commandLine = new CommandLine(options);
        final CommandLine.ParseResult parsed;
        try {
            parsed = commandLine.parseArgs(args);
        } catch (final CommandLine.ParameterException ex) {
            throw new ConfigurationException(ex.getMessage() + " (--help lists the options).");
        }
        if (commandLine.isUsageHelpRequested()) {
            commandLine.usage(out, CommandLine.Help.Ansi.OFF);
            return OK;
        }
        if (commandLine.isVersionHelpRequested()) {
            commandLine.printVersionHelp(out, CommandLine.Help.Ansi.OFF);
            return OK;
        }
        if (parsed.hasSubcommand()) {
            return trace(parsed.subcommand().commandSpec().commandLine(), options);
        }
        final ChassisContext context = options.context(system);
        if (options.printConfig) {
            context.conclude();
            context.values().print(out);
            return OK;
        }
        return serve(context.errorOutput(err).stateListener(this::printState));
    }

    private int trace(final CommandLine commandLine, final CommandLineOptions options) {
        if (commandLine.isUsageHelpRequested()) {
            commandLine.usage(out, CommandLine.Help.Ansi.OFF);
            return OK;
        }
        final TraceCommand command = commandLine.getCommand();
        return command.run(options.context(system), out, err);
    }

    private int serve(final ChassisContext context) {
        final long startNs = System.nanoTime();
        final Chassis chassis = Chassis.launch(context);
        boolean isSilent = false;
        try (chassis) {
            new Greeting(chassis, context.values()).print(out);
            awaitStop();
            out.println("Stopping: ending calls, for at most "
                    + context.values().text(ChassisProperty.SHUTDOWN_TIMEOUT) + '.');
            chassis.hangUp();
            isSilent = chassis.awaitSilence(chassis.settings().shutdownTimeoutNs());
        }
        final int left = isSilent ? 0 : chassis.dispatcher().sessions();
        new Summary(chassis.counters(), chassis.fabric().slots())
                .print(out, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs), left);
        return OK;
    }

    private void awaitStop() {
        try {
            stop.await();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void printState(final int slot, final int state, final int sessions) {
        out.println("slot " + slot + ": " + stateName(state) + ", sessions: " + sessions);
    }

    static String stateName(final int state) {
        return switch (state) {
            case LoadReport.UP -> "up";
            case LoadReport.DRAINING -> "draining";
            case LoadReport.FULL -> "full";
            default -> "unknown (" + state + ')';
        };
    }
}
