package midplane.chassis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** What was opened so far; closed once, the last first, whatever goes wrong on the way. Not thread-safe. */
final class Resources {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(final T resource) {
        opened.push(resource);
        return resource;
    }

    void close(final Consumer<Throwable> onTrouble) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (final Exception ex) {
                onTrouble.accept(ex);
            }
        }
    }
}
