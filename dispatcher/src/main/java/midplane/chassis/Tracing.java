package midplane.chassis;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import midplane.dispatcher.Dispatcher;
import midplane.dispatcher.RingTrace;
import midplane.shelf.Counters;
import org.jspecify.annotations.Nullable;

/** Starts the placement trace of a chassis: file, ring, and who carries from one to the other. */
final class Tracing {
    /** Some thousand decisions, or a tenth of a second of more than any dispatcher decides. */
    private static final int RING_LENGTH = 1024 * 1024;

    private static final long MICROS_PER_MILLI = 1_000;
    private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rwx------");

    private Tracing() {}

    /**
     * Makes the dispatcher tell what it decides, if the settings ask for it.
     *
     * @return what must be drained; null when there is no trace.
     * @throws LaunchException when the file that was asked for cannot be written.
     */
    static @Nullable TraceDrain start(
            final ChassisContext context,
            final TraceSettings settings,
            final Counters counters,
            final Dispatcher dispatcher,
            final Resources resources) {
        final Path path = settings.file();
        if (path == null) {
            return null;
        }
        final TraceFile file;
        try {
            if (settings.isAuto()) {
                makeAutoDirectory(path.getParent());
            }
            file = TraceFile.open(path, settings.length(), context.epochClock().time() * MICROS_PER_MILLI);
        } catch (final IOException | RuntimeException ex) {
            final String why = context.values().assignment(ChassisProperty.TRACE_FILE) + " cannot be used: " + ex;
            if (!settings.isAuto()) {
                throw new LaunchException(why + '.', ex);
            }
            context.errorOutput().println(why + ". No placement trace is kept.");
            return null;
        }
        final RingTrace ring = new RingTrace(RING_LENGTH, counters.counter("dispatcher.trace.lost"));
        dispatcher.traceTo(ring);
        return resources.add(new TraceDrain(
                ring,
                file,
                context.nanoClock(),
                context.epochClock(),
                counters.counter("dispatcher.trace.written"),
                Product.NAME + ' ' + Product.version() + ", pid "
                        + ProcessHandle.current().pid() + ", policy "
                        + context.values().text(ChassisProperty.DISPATCHER_POLICY)));
    }

    /** Among temporary files anybody may have made a directory of that name before us. */
    private static void makeAutoDirectory(final @Nullable Path directory) throws IOException {
        if (directory == null) {
            return;
        }
        final boolean isPosix =
                directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            if (isPosix) {
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(MINE));
            } else {
                Files.createDirectory(directory);
            }
        } catch (final FileAlreadyExistsException ex) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || (isPosix && !isMine(directory))) {
                throw new IOException(directory + " belongs to somebody else, or others may write into it", ex);
            }
        }
    }

    private static boolean isMine(final Path directory) throws IOException {
        return Files.getOwner(directory).getName().equals(System.getProperty("user.name"))
                && MINE.containsAll(Files.getPosixFilePermissions(directory));
    }
}
