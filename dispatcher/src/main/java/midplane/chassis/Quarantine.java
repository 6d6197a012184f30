package midplane.chassis;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import midplane.shelf.BrokenMessageException;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the messages that our own code broke on: takes them from any agent without blocking, and has somebody who may block
 * write them. Each becomes a file of one line as in a fuzz corpus, where bytes that are no visible ASCII stand as
 * {@code \xHH}: appended to the corpus of a fuzz target it is a seed. The file's name tells the fault and the message.
 *
 * <p>Bounded: so many messages wait, so many files are in the directory, and so few of them are of one fault that a flood of
 * one leaves room for others. What is not kept is counted.
 */
final class Quarantine implements ErrorHandler {
    /** Messages that wait to be written. */
    static final int WAITING_MAX = 64;

    /** Messages kept of one fault. */
    static final int FILES_PER_FAULT_MAX = 5;

    /** Faults told apart. */
    private static final int FAULTS_MAX = 1_000;

    private static final String SUFFIX = ".corpus";

    private final @Nullable Path directory;
    private final int maxFiles;
    private final ErrorHandler next;
    private final AtomicCounter kept;
    private final AtomicCounter lost;
    private final ManyToOneConcurrentArrayQueue<BrokenMessageException> waiting =
            new ManyToOneConcurrentArrayQueue<>(WAITING_MAX);
    private final Map<String, Integer> filesOfFault = new HashMap<>();
    private int files = -1;

    /**
     * Writes nothing yet.
     *
     * @param next told of every error as well.
     */
    Quarantine(
            final QuarantineSettings settings,
            final ErrorHandler next,
            final AtomicCounter kept,
            final AtomicCounter lost) {
        directory = settings.directory();
        maxFiles = settings.maxFiles();
        this.next = next;
        this.kept = kept;
        this.lost = lost;
    }

    @Override
    public void onError(final @Nullable Throwable throwable) {
        if (directory != null && throwable instanceof BrokenMessageException broken && !waiting.offer(broken)) {
            lost.increment();
        }
        next.onError(throwable);
    }

    /** Writes what waits; for one thread, which may block. */
    void write(final PrintStream errorOutput) {
        BrokenMessageException broken = waiting.poll();
        while (broken != null) {
            if (directory != null) {
                write(directory, broken, errorOutput);
            }
            broken = waiting.poll();
        }
    }

    private void write(final Path folder, final BrokenMessageException broken, final PrintStream errorOutput) {
        final String fault = fault(broken.getCause());
        final int ofFault = filesOfFault.getOrDefault(fault, 0);
        try {
            if (files < 0) {
                files = count(folder);
            }
            if (files >= maxFiles
                    || ofFault >= FILES_PER_FAULT_MAX
                    || (ofFault == 0 && filesOfFault.size() >= FAULTS_MAX)) {
                lost.increment();
                return;
            }
            final byte[] message = broken.message();
            final Path file = folder.resolve(fault + '-' + checksum(message) + SUFFIX);
            Files.writeString(file, line(message), StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
            files++;
            filesOfFault.put(fault, ofFault + 1);
            kept.increment();
            errorOutput.println("the message is kept in " + file);
        } catch (final FileAlreadyExistsException ex) {
            // The same message broke the same code before, maybe in an earlier run.
            lost.increment();
        } catch (final IOException ex) {
            lost.increment();
            errorOutput.println(
                    ChassisProperty.QUARANTINE_DIRECTORY.propertyName() + ": a message cannot be kept: " + ex);
        }
    }

    private static int count(final Path folder) throws IOException {
        try (Stream<Path> there = Files.list(folder)) {
            return (int) there.filter(file -> file.toString().endsWith(SUFFIX)).count();
        }
    }

    /** What broke and where, as the beginning of a file's name. */
    private static String fault(final @Nullable Throwable cause) {
        if (cause == null) {
            return "unknown";
        }
        final StackTraceElement[] trace = cause.getStackTrace();
        final String where = trace.length == 0
                ? "nowhere"
                : trace[0].getClassName() + '.' + trace[0].getMethodName() + '.' + trace[0].getLineNumber();
        return cause.getClass().getSimpleName() + '-' + checksum(where.getBytes(StandardCharsets.UTF_8));
    }

    private static String checksum(final byte[] bytes) {
        final CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }

    /** As the fuzz corpora have it. */
    static String line(final byte[] bytes) {
        final StringBuilder line = new StringBuilder(2 * bytes.length);
        for (final byte b : bytes) {
            if (b > ' ' && b < 0x7F && b != '\\') {
                line.append((char) b);
            } else {
                line.append(String.format(Locale.ROOT, "\\x%02x", b));
            }
        }
        return line.append('\n').toString();
    }
}
