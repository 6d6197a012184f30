package midplane.sim;

import java.util.ArrayList;
import java.util.List;

/** Units on each blade, second by second, and how even that is. */
public final class LoadSeries {
    /** Deviation that is measured against: the same as 20 of the largest calls on a blade. */
    private static final int LARGEST_CALLS = 20;

    private final int largestUnits;
    private final List<long[]> seconds = new ArrayList<>();

    /**
     * An empty series.
     *
     * @param largestUnits of one call.
     */
    LoadSeries(final int largestUnits) {
        this.largestUnits = largestUnits;
    }

    void add(final long[] unitsByBlade) {
        seconds.add(unitsByBlade.clone());
    }

    int seconds() {
        return seconds.size();
    }

    long[] at(final int second) {
        return seconds.get(second);
    }

    double mean(final int second) {
        long sum = 0;
        for (final long units : at(second)) {
            sum += units;
        }
        return (double) sum / at(second).length;
    }

    /**
     * Whether blades carry so much that a twentieth of it is more than the largest call: before, no policy could be as
     * even as that, since one call makes the difference.
     */
    boolean isMeasured(final int second) {
        return mean(second) >= LARGEST_CALLS * largestUnits;
    }

    /** The largest deviation of any blade from the mean of all in a second, as a part of the mean. */
    double deviation(final int second) {
        final double mean = mean(second);
        double largest = 0;
        for (final long units : at(second)) {
            largest = Math.max(largest, Math.abs(units - mean) / mean);
        }
        return largest;
    }

    /** The largest of all seconds that are measured. */
    double largestDeviation() {
        double largest = 0;
        for (int second = 0; second < seconds(); second++) {
            largest = isMeasured(second) ? Math.max(largest, deviation(second)) : largest;
        }
        return largest;
    }

    /** The mean of all seconds that are measured. */
    double meanDeviation() {
        double sum = 0;
        for (int second = 0; second < seconds(); second++) {
            sum += isMeasured(second) ? deviation(second) : 0;
        }
        return sum / Math.max(1, measuredSeconds());
    }

    int measuredSeconds() {
        int measured = 0;
        for (int second = 0; second < seconds(); second++) {
            measured += isMeasured(second) ? 1 : 0;
        }
        return measured;
    }

    int firstMeasured() {
        for (int second = 0; second < seconds(); second++) {
            if (isMeasured(second)) {
                return second;
            }
        }
        return seconds();
    }
}
