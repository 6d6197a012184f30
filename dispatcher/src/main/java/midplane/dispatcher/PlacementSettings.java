package midplane.dispatcher;

import java.util.Collections;
import java.util.List;
import midplane.shelf.LoadSettings;

/**
 * How sessions are placed.
 *
 * @param policy how a blade is selected.
 * @param capacities units of each slot's blade, until it reports its own.
 * @param weights of each slot, for policies that do not measure load.
 * @param reportIntervalNs time between two load reports of a healthy blade.
 */
public record PlacementSettings(
        BladeSelector.Policy policy, List<Integer> capacities, List<Integer> weights, long reportIntervalNs) {
    public PlacementSettings {
        capacities = List.copyOf(capacities);
        weights = List.copyOf(weights);
    }

    /** Equal blades. */
    public static PlacementSettings of(final BladeSelector.Policy policy, final int slots, final int capacity) {
        return new PlacementSettings(
                policy,
                Collections.nCopies(slots, capacity),
                Collections.nCopies(slots, 1),
                LoadSettings.REPORT_INTERVAL_NS);
    }
}
