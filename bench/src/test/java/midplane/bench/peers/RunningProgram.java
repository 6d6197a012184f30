package midplane.bench.peers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import midplane.testing.ForeignProgram;

/** A process started by a test and ended by it, at the latest when closed. */
final class RunningProgram implements AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Process process;
    private final List<String> command;
    private final Path output;

    private RunningProgram(final Process process, final List<String> command, final Path output) {
        this.process = process;
        this.command = command;
        this.output = output;
    }

    /**
     * Starts a foreign program with nothing to read, its words going to a file.
     *
     * @param folder to run in.
     * @param log name of the file for both outputs.
     */
    static RunningProgram start(
            final ForeignProgram program, final List<String> arguments, final Path folder, final String log) {
        final List<String> command = new ArrayList<>();
        command.add(program.path().toString());
        command.addAll(arguments);
        return start(command, folder, log);
    }

    /** The same for a command whose first word is a program. */
    static RunningProgram start(final List<String> command, final Path folder, final String log) {
        final Path output = folder.resolve(log);
        try {
            Files.writeString(folder.resolve(log + ".command"), String.join(" ", command) + "\n");
            final Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .start();
            return new RunningProgram(process, List.copyOf(command), output);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Waits for the end; fails when it does not come in time. */
    int exitCode(final Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(this + " did not end within " + limit + "\n" + output());
            }
            return process.exitValue();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new AssertionError(ex);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until the output contains the text, or the process ends. */
    boolean awaitOutput(final String text, final Duration limit) {
        Patience.until(() -> output().contains(text) || !process.isAlive(), limit);
        return output().contains(text);
    }

    String output() {
        return Scratch.text(output);
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Another signal, by its name without SIG. */
    void signal(final String name) {
        try {
            final int exitCode = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exitCode != 0) {
                throw new AssertionError("no SIG" + name + " for " + this);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new AssertionError(ex);
        }
    }

    /** SIGKILL: the process gets no chance to say goodbye. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
        if (!Patience.until(() -> !process.isAlive(), LAST_WORDS)) {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command);
    }
}
