package midplane.sim;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Loads all of midplane anew, with some classes replaced; everything else comes from the parent. */
final class ReplacingClassLoader extends ClassLoader {
    private static final String OURS = "midplane.";

    private final Map<String, byte[]> replacements;

    ReplacingClassLoader(final ClassLoader parent, final Map<String, byte[]> replacements) {
        super(parent);
        this.replacements = replacements;
        setDefaultAssertionStatus(true);
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            final Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(final String name) throws ClassNotFoundException {
        final byte[] replacement = replacements.get(name);
        final byte[] bytes = replacement == null ? original(name) : replacement;
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] original(final String name) throws ClassNotFoundException {
        try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (stream == null) {
                throw new ClassNotFoundException(name);
            }
            return stream.readAllBytes();
        } catch (final IOException ex) {
            throw new ClassNotFoundException(name, ex);
        }
    }
}
