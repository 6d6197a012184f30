package midplane.blade.media;

/**
 * One or two sine waves in a cadence, such as ringback or a key's tone.
 *
 * @param lowHz the first frequency.
 * @param highHz the second; 0 when there is only one.
 * @param onMs how long the tone sounds; 0 without pause.
 * @param offMs the pause after it.
 * @param repeats how many times; 0 for ever, which ends with {@code MediaSettings.maxPlayNs}.
 */
public record Tone(int lowHz, int highHz, int onMs, int offMs, int repeats) {
    private static final String KEYS = "0123456789*#ABCD";
    private static final int[] ROW_HZ = {941, 697, 697, 697, 770, 770, 770, 852, 852, 852, 941, 941, 697, 770, 852, 941
    };
    private static final int[] COLUMN_HZ = {
        1336, 1209, 1336, 1477, 1209, 1336, 1477, 1209, 1336, 1477, 1209, 1477, 1633, 1633, 1633, 1633
    };

    /** The tone of a key: {@code 0-9 * # A-D}. */
    public static Tone ofKey(final char key, final int onMs, final int offMs) {
        final int index = KEYS.indexOf(key);
        assert index >= 0 : key;
        return new Tone(ROW_HZ[index], COLUMN_HZ[index], onMs, offMs, 1);
    }

    /** RFC 4733 §3.2: the key of a telephone event, 0 to 15. */
    public static char keyOfEvent(final int event) {
        return KEYS.charAt(event);
    }
}
