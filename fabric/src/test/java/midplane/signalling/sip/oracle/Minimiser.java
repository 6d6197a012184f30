package midplane.signalling.sip.oracle;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Makes an input that shows something smaller, as long as it still shows it: stretches are left out, ever shorter ones
 * (ddmin of Zeller and Hildebrandt, without its complements).
 */
public final class Minimiser {
    private Minimiser() {}

    /**
     * Leaves out what can be left out.
     *
     * @param showsIt true of {@code input}.
     */
    public static byte[] minimise(final byte[] input, final Predicate<byte[]> showsIt) {
        byte[] smallest = input;
        int stretch = Math.max(1, input.length / 2);
        while (stretch > 0) {
            boolean isSmaller = false;
            int at = 0;
            while (at < smallest.length) {
                final byte[] candidate = without(smallest, at, Math.min(stretch, smallest.length - at));
                if (showsIt.test(candidate)) {
                    smallest = candidate;
                    isSmaller = true;
                } else {
                    at += stretch;
                }
            }
            stretch = isSmaller ? Math.min(stretch, smallest.length) : stretch / 2;
        }
        return smallest;
    }

    private static byte[] without(final byte[] bytes, final int at, final int count) {
        final byte[] shorter = Arrays.copyOf(bytes, bytes.length - count);
        System.arraycopy(bytes, at + count, shorter, at, bytes.length - at - count);
        return shorter;
    }
}
