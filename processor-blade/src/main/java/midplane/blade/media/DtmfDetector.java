package midplane.blade.media;

/**
 * Hears keys in the audio itself: eight Goertzel filters over blocks of {@value #BLOCK_LENGTH} samples, one for each
 * frequency of ITU-T Q.23, judged as Q.24 asks. Made once, fed for ever, makes no garbage. Not thread-safe.
 *
 * <p>A block holds a key when the strongest row and the strongest column are loud enough, within the twist that
 * telephone lines make, stand out among their neighbours, and together are nearly all the energy there is: that last
 * test is what speech fails, which has energy everywhere. A key counts when two blocks in a row agree, which takes
 * between 26 and 38 ms of tone, and is over when two blocks in a row do not, so that a click does not make two of one.
 */
final class DtmfDetector {
    /** 12.75 ms: the filters' main lobes just tell neighbouring frequencies apart. */
    static final int BLOCK_LENGTH = 102;

    private static final int SAMPLE_RATE = 8000;
    private static final int[] ROWS_HZ = {697, 770, 852, 941};
    private static final int[] COLUMNS_HZ = {1209, 1336, 1477, 1633};
    private static final String KEYS = "123A456B789C*0#D";
    private static final int GROUP = 4;

    /** A sine of amplitude a gives (a · 102 / 2)²; this is an amplitude of 240, 43 dB below full scale. */
    private static final double POWER_MIN = 1.5e8;
    /** The column may be up to 8 dB above the row ... */
    private static final double REVERSE_TWIST_MAX = 6.3;
    /** ... or 8 dB below it. */
    private static final double NORMAL_TWIST_MAX = 6.3;
    /** How far the strongest of a group is above the others: 8 dB. */
    private static final double PEAK_RATIO_MIN = 6.3;
    /** Part of all energy that the two waves must have; noise 15 dB below them leaves 97 %, speech less than half. */
    private static final double PURITY_MIN = 0.80;

    private static final int LONG_BLOCKS = 2 * SAMPLE_RATE / BLOCK_LENGTH;
    private static final char NONE = 0;

    private final KeyListener listener;
    private final double[] coefficients = new double[2 * GROUP];
    private final double[] last = new double[2 * GROUP];
    private final double[] beforeLast = new double[2 * GROUP];
    private double energy;
    private int samples;
    private char candidate;
    private char key;
    private int missedBlocks;
    private int heldBlocks;

    DtmfDetector(final KeyListener listener) {
        this.listener = listener;
        for (int i = 0; i < GROUP; i++) {
            coefficients[i] = 2 * Math.cos(2 * Math.PI * ROWS_HZ[i] / SAMPLE_RATE);
            coefficients[GROUP + i] = 2 * Math.cos(2 * Math.PI * COLUMNS_HZ[i] / SAMPLE_RATE);
        }
    }

    /** Nothing has been heard yet. */
    void open() {
        clearBlock();
        candidate = NONE;
        key = NONE;
        missedBlocks = 0;
    }

    void onSample(final short sample) {
        energy += (double) sample * sample;
        for (int i = 0; i < 2 * GROUP; i++) {
            final double next = sample + coefficients[i] * last[i] - beforeLast[i];
            beforeLast[i] = last[i];
            last[i] = next;
        }
        if (++samples == BLOCK_LENGTH) {
            onBlock(judge());
            clearBlock();
        }
    }

    private void onBlock(final char heard) {
        if (key != NONE && heard == key) {
            missedBlocks = 0;
            if (++heldBlocks == LONG_BLOCKS) {
                listener.onLongKey(key);
            }
        } else if (key != NONE && ++missedBlocks >= 2) {
            key = NONE;
        }
        if (key == NONE && heard != NONE && heard == candidate) {
            key = heard;
            missedBlocks = 0;
            heldBlocks = 2;
            listener.onKey(heard);
        }
        candidate = heard;
    }

    private char judge() {
        final int row = strongest(0);
        final int column = strongest(GROUP);
        final double rowPower = power(row);
        final double columnPower = power(column);
        if (rowPower < POWER_MIN
                || columnPower < POWER_MIN
                || columnPower > rowPower * REVERSE_TWIST_MAX
                || rowPower > columnPower * NORMAL_TWIST_MAX
                || !standsOut(row, 0)
                || !standsOut(column, GROUP)) {
            return NONE;
        }
        // A sine of energy E over N samples has a Goertzel power of E · N / 2.
        return rowPower + columnPower < PURITY_MIN * energy * BLOCK_LENGTH / 2
                ? NONE
                : KEYS.charAt(row * GROUP + column - GROUP);
    }

    private int strongest(final int first) {
        int strongest = first;
        for (int i = first + 1; i < first + GROUP; i++) {
            if (power(i) > power(strongest)) {
                strongest = i;
            }
        }
        return strongest;
    }

    private boolean standsOut(final int peak, final int first) {
        for (int i = first; i < first + GROUP; i++) {
            if (i != peak && power(i) * PEAK_RATIO_MIN > power(peak)) {
                return false;
            }
        }
        return true;
    }

    private double power(final int i) {
        return last[i] * last[i] + beforeLast[i] * beforeLast[i] - coefficients[i] * last[i] * beforeLast[i];
    }

    private void clearBlock() {
        for (int i = 0; i < 2 * GROUP; i++) {
            last[i] = 0;
            beforeLast[i] = 0;
        }
        energy = 0;
        samples = 0;
    }
}
