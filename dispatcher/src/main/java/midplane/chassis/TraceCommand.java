package midplane.chassis;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trace}: why a session went where it went, of a chassis that runs or has run. Filled by picocli. */
@Command(
        name = "trace",
        description = "Tells why sessions went where they went, of a chassis that runs, has ended or was killed.",
        sortOptions = false,
        footer = {
            "",
            "The file is found by the settings of the chassis, so give the same --config and --set.",
            "Exit status: 0 told, 1 there is nothing to tell, 2 wrong setting."
        })
final class TraceCommand {
    private static final int LAST_DEFAULT = 10;

    @Parameters(arity = "0..1", paramLabel = "CALL-ID", description = "The Call-ID, or what else names the session.")
    @Nullable
    String name;

    @Option(names = "--last", paramLabel = "N", description = "The last N sessions. Without CALL-ID: 10.")
    int last;

    @Option(names = "--file", paramLabel = "FILE", description = "Read this file.")
    @Nullable
    Path file;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this, and exit.")
    boolean help;

    /**
     * Tells.
     *
     * @return the exit status.
     */
    int run(final ChassisContext context, final PrintStream out, final PrintStream err) {
        if (last < 0) {
            throw new ConfigurationException("--last " + last + ": expected a positive number.");
        }
        final Path path = file == null ? context.conclude().trace().file() : file;
        if (path == null) {
            err.println(context.values().assignment(ChassisProperty.TRACE_FILE) + ": no trace is kept.");
            return ChassisMain.CANNOT_START;
        }
        final List<TraceReader.Entry> entries;
        try {
            entries = TraceReader.read(path);
        } catch (final IOException ex) {
            err.println(
                    Files.exists(path)
                            ? ex.getMessage()
                            : path + " is not there: has a chassis run with these settings? (--help)");
            return ChassisMain.CANNOT_START;
        }
        return tell(path, entries, out, err);
    }

    private int tell(
            final Path path, final List<TraceReader.Entry> entries, final PrintStream out, final PrintStream err) {
        final TraceText text = new TraceText(entries, out);
        if (text.lost() > 0) {
            err.println(path + " misses " + text.lost() + " events that came faster than they could be written.");
        }
        final String wanted = name;
        if (wanted != null && text.printNamed(wanted) > 0) {
            return ChassisMain.OK;
        }
        if (wanted != null) {
            err.println(path + " knows no decision about " + wanted + ": " + entries.size()
                    + " events are kept, the newest over the oldest.");
            return ChassisMain.CANNOT_START;
        }
        if (text.printLast(last == 0 ? LAST_DEFAULT : last) == 0) {
            err.println(path + " holds no decision yet.");
            return ChassisMain.CANNOT_START;
        }
        return ChassisMain.OK;
    }
}
