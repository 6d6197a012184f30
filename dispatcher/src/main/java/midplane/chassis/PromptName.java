package midplane.chassis;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns what callers write into a key, by text alone: no file is touched, so nothing can be learnt about any. */
final class PromptName {
    static final String SUFFIX = ".wav";

    private static final int LENGTH_MAX = 1024;
    private static final String FILE_SCHEME = "file";
    private static final String LOCAL_HOST = "localhost";
    /** A name no prompt has. */
    private static final String NOBODY = "";

    private PromptName() {}

    /**
     * The key of a prompt: its path below the root, without {@value #SUFFIX}.
     *
     * @param play a name, such as {@code welcome} or {@code de/welcome.wav}, an absolute path, or a {@code file:} URL.
     * @param roots the root as configured and as it really is, without a slash at the end; empty when there is none.
     * @return null when the name leads out of the roots, or is of another scheme or host.
     */
    static @Nullable String key(final String play, final List<String> roots) {
        if (play.length() > LENGTH_MAX) {
            return NOBODY;
        }
        String path = play;
        final int colon = schemeEnd(play);
        if (colon >= 0) {
            final String decoded = play.substring(0, colon).equalsIgnoreCase(FILE_SCHEME)
                    ? pathOfFileUrl(play.substring(colon + 1))
                    : null;
            if (decoded == null) {
                return null;
            }
            path = decoded;
        }
        if (path.indexOf('\0') >= 0) {
            return null;
        }
        final String relative = path.startsWith("/") ? belowRoot(path, roots) : normalised(path, false);
        return relative == null ? null : withoutSuffix(relative);
    }

    static String withoutSuffix(final String path) {
        return hasSuffix(path) ? path.substring(0, path.length() - SUFFIX.length()) : path;
    }

    static boolean hasSuffix(final String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(SUFFIX);
    }

    /** Where the scheme's colon stands (RFC 3986 §3.1), or -1. A name with a colon before its first slash is a URL. */
    private static int schemeEnd(final String play) {
        final int colon = play.indexOf(':');
        final int slash = play.indexOf('/');
        return slash >= 0 && slash < colon ? -1 : colon;
    }

    /** RFC 8089: {@code file:///a}, {@code file://localhost/a}, {@code file:/a}; and, as many write, {@code file:a}. */
    private static @Nullable String pathOfFileUrl(final String rest) {
        if (!rest.startsWith("//")) {
            return percentDecoded(rest);
        }
        final int slash = rest.indexOf('/', 2);
        if (slash < 0) {
            return null;
        }
        final String host = rest.substring(2, slash);
        return host.isEmpty() || host.equalsIgnoreCase(LOCAL_HOST) ? percentDecoded(rest.substring(slash)) : null;
    }

    private static @Nullable String percentDecoded(final String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i];
            if (value == '%') {
                final int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                final int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                value = high << 4 | low;
                i += 2;
            }
            decoded.write(value);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (final CharacterCodingException ex) {
            return null;
        }
    }

    private static @Nullable String belowRoot(final String absolute, final List<String> roots) {
        final String path = '/' + normalised(absolute, true);
        for (final String root : roots) {
            if (path.startsWith(root + '/')) {
                return path.substring(root.length() + 1);
            }
        }
        return null;
    }

    /** Without empty and {@code .} segments, and {@code ..} carried out; null when they lead above where one started. */
    private static @Nullable String normalised(final String path, final boolean isAbsolute) {
        final Deque<String> segments = new ArrayDeque<>();
        for (final String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                if (segments.pollLast() == null && !isAbsolute) {
                    return null;
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return String.join("/", segments);
    }
}
