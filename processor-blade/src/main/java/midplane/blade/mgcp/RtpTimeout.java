package midplane.blade.mgcp;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * RFC 3660 §2.10, event {@code R/rto}: {@code 120}, {@code 120,st=im}, {@code st=ra}.
 *
 * @param seconds without RTP or RTCP.
 * @param waitsForRtcp whether time begins to run only with the first report of the other side.
 */
record RtpTimeout(int seconds, boolean waitsForRtcp) {
    private static final int DEFAULT_S = 60;
    private static final int SECONDS_MAX = 65_535;

    /** Reads parameters, which may be empty; null when they are none. */
    static @Nullable RtpTimeout of(final String parameters) {
        int seconds = DEFAULT_S;
        boolean waits = false;
        for (final String part : parameters.split(",", -1)) {
            final String word = part.strip().toLowerCase(Locale.ROOT);
            if (word.matches("[0-9]{1,5}") && Integer.parseInt(word) >= 1 && Integer.parseInt(word) <= SECONDS_MAX) {
                seconds = Integer.parseInt(word);
            } else if (word.equals("st=ra")) {
                waits = true;
            } else if (!word.isEmpty() && !word.equals("st=im")) {
                return null;
            }
        }
        return new RtpTimeout(seconds, waits);
    }

    long ns() {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
