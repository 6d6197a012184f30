package midplane.blade.mgcp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** RFC 3435 §3.2.2.6, without {@code conttest}: there is no circuit behind our endpoints to test. */
enum ConnectionMode {
    SENDONLY(false, true, true),
    RECVONLY(true, false, false),
    SENDRECV(true, true, true),
    CONFRNCE(true, true, true),
    INACTIVE(false, false, false),
    /** What comes from the endpoint goes back into it: nothing crosses the connection. */
    LOOPBACK(false, false, false),
    /** What comes from the network goes back to it. */
    NETWLOOP(true, true, true),
    /** Tones of a dual-tone test come back as the other tone. */
    NETWTEST(true, true, true);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final boolean receives;
    private final boolean sends;
    private final boolean needsRemote;

    ConnectionMode(final boolean receives, final boolean sends, final boolean needsRemote) {
        this.receives = receives;
        this.sends = sends;
        this.needsRemote = needsRemote;
    }

    static @Nullable ConnectionMode of(final String text) {
        for (final ConnectionMode candidate : values()) {
            if (candidate.text.equalsIgnoreCase(text)) {
                return candidate;
            }
        }
        return null;
    }

    boolean receives() {
        return receives;
    }

    boolean sends() {
        return sends;
    }

    /** Whether it makes no sense before the other side's description is there (527). */
    boolean needsRemote() {
        return needsRemote;
    }

    /** Whether media goes round without meeting the endpoint. */
    boolean isNetworkTest() {
        return this == NETWLOOP || this == NETWTEST;
    }

    @Override
    public String toString() {
        return text;
    }
}
