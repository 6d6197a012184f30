package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import midplane.testing.ForeignProgram;

/** One run of sipp as a caller. */
final class Sipp {
    private final List<String> arguments = new ArrayList<>();
    private final Path folder;
    private final String name;
    private long calls = 1;
    private Duration limit = Duration.ofSeconds(30);

    private Sipp(final Path folder, final String name) {
        this.folder = folder;
        this.name = name;
    }

    /** A scenario that is compiled into sipp. */
    static Sipp builtIn(final Path folder, final String scenario) {
        return new Sipp(folder, scenario).with("-sn", scenario);
    }

    /** A scenario among the test resources. */
    static Sipp scenario(final Path folder, final String resource) {
        final Path file = Scratch.resource(resource);
        return new Sipp(folder, file.getFileName().toString().replace(".xml", "")).with("-sf", file.toString());
    }

    Sipp service(final String service) {
        return with("-s", service);
    }

    /** How many calls, and how many are placed a second. */
    Sipp calls(final int count, final int rate) {
        calls = count;
        return with("-m", Integer.toString(count)).with("-r", Integer.toString(rate));
    }

    /** How long a call without a pause of its own lasts. */
    Sipp hold(final Duration time) {
        return with("-d", Long.toString(time.toMillis()));
    }

    Sipp limit(final Duration time) {
        limit = time;
        return this;
    }

    /**
     * Neither repeats nor recognises repeats: the scenario sees every message that comes, and says itself what it sends
     * again.
     */
    Sipp seeingCopies() {
        arguments.add("-nr");
        return this;
    }

    /**
     * Loses so many percent of what is sent and of what comes.
     *
     * @param t2Ms how slowly repeats come at last.
     */
    Sipp losing(final double percent, final int t2Ms) {
        return with("-lost", Double.toString(percent)).with("-T2", Integer.toString(t2Ms));
    }

    /** A word that the scenario names in brackets. */
    Sipp key(final String word, final String value) {
        arguments.addAll(List.of("-key", word, value));
        return this;
    }

    private Sipp with(final String option, final String value) {
        arguments.add(option);
        arguments.add(value);
        return this;
    }

    /** Starts calling a port of the chassis. */
    Run start(final int port) {
        final ForeignProgram program = ForeignProgram.require("sipp", "sip-tester");
        // Three ports in a row: signalling, control, and a pair for media.
        final int own = LoopbackPorts.free(6);
        final Path statistics = folder.resolve(name + ".csv");
        final Path errors = folder.resolve(name + ".err");
        arguments.addAll(List.of("-i", "127.0.0.1", "-p", Integer.toString(own), "-cp", Integer.toString(own + 1)));
        arguments.addAll(List.of("-mi", "127.0.0.1", "-mp", Integer.toString(own + 2), "-nostdin"));
        arguments.addAll(List.of("-trace_stat", "-stf", statistics.toString(), "-fd", "1"));
        arguments.addAll(List.of("-trace_err", "-error_file", errors.toString()));
        // By itself sipp never gives up a call that got no answer.
        arguments.addAll(List.of("-timeout", limit.toSeconds() + "s", "-timeout_error"));
        arguments.add("127.0.0.1:" + port);
        return new Run(
                RunningProgram.start(program, arguments, folder, name + ".log"), statistics, errors, calls, own, limit);
    }

    /** Calls a port of the chassis and waits for the end. */
    Result run(final int port) {
        try (Run run = start(port)) {
            return run.result();
        }
    }

    /** A sipp at work. */
    static final class Run implements AutoCloseable {
        private final RunningProgram program;
        private final Path statistics;
        private final Path errors;
        private final long calls;
        private final int port;
        private final Duration limit;

        private Run(
                final RunningProgram program,
                final Path statistics,
                final Path errors,
                final long calls,
                final int port,
                final Duration limit) {
            this.program = program;
            this.statistics = statistics;
            this.errors = errors;
            this.calls = calls;
            this.port = port;
            this.limit = limit;
        }

        RunningProgram program() {
            return program;
        }

        /** The port sipp signals from. */
        int port() {
            return port;
        }

        /** The last value sipp wrote of one of its statistics; 0 before it wrote any. */
        long statistic(final String column) {
            return Result.columns(Scratch.text(statistics)).getOrDefault(column, 0L);
        }

        /** Places no more calls, and waits for the end of those that are up. */
        Result finish() {
            program.signal("USR1");
            final int exitCode = program.exitCode(limit.plusSeconds(10));
            return result(exitCode, statistic("OutgoingCall"));
        }

        Result result() {
            return result(program.exitCode(limit.plusSeconds(10)), calls);
        }

        private Result result(final int exitCode, final long callsExpected) {
            return new Result(
                    exitCode,
                    callsExpected,
                    Result.columns(Scratch.text(statistics)),
                    program + "\n" + Scratch.text(errors) + "\n" + program.output());
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** What sipp says of its run: exit code, and the cumulative columns of its last line of statistics. */
    record Result(int exitCode, long calls, Map<String, Long> statistics, String words) {
        private static Map<String, Long> columns(final String text) {
            final Map<String, Long> columns = new HashMap<>();
            final String[] lines = text.split("\n");
            if (lines.length < 2) {
                return columns;
            }
            final String[] names = lines[0].split(";");
            final String[] values = lines[lines.length - 1].split(";");
            for (int i = 0; i < Math.min(names.length, values.length); i++) {
                if (values[i].matches("\\d{1,18}")) {
                    columns.put(names[i].replace("(C)", ""), Long.valueOf(values[i]));
                }
            }
            return columns;
        }

        long statistic(final String column) {
            final Long value = statistics.get(column);
            assertTrue(value != null, () -> "sipp has no statistic " + column + "\n" + words);
            return value;
        }

        /** Every call went as its scenario says, and nothing came that the scenario does not know. */
        Result assertAllSucceeded() {
            assertEquals(0, exitCode, words);
            assertEquals(calls, statistic("SuccessfulCall"), words);
            assertEquals(0, statistic("FailedCall"), words);
            assertEquals(0, statistic("FailedUnexpectedMessage"), words);
            assertEquals(0, statistic("OutOfCallMsgs"), words);
            return this;
        }

        /**
         * Repeats are an exception. A machine that is busy otherwise costs some, as does a JVM that just started; a
         * message that always gets lost costs one in each call.
         */
        Result assertFewerRepeatsThanCalls() {
            assertTrue(
                    statistic("Retransmissions") < calls,
                    () -> statistic("Retransmissions") + " retransmissions in " + calls + " calls\n" + words);
            return this;
        }
    }
}
