package midplane.dispatcher;

import java.util.Collections;
import java.util.List;
import midplane.shelf.LoadSettings;
import org.jspecify.annotations.Nullable;

/**
 * How sessions are placed.
 *
 * @param policy how a blade is selected.
 * @param shadow a policy that is only watched; null for none.
 * @param capacities units of each slot's blade, until it reports its own.
 * @param weights of each slot, for policies that do not measure load.
 * @param handBacksMax how often a message may come back from a blade and be placed again.
 * @param reportIntervalNs time between two load reports of a healthy blade.
 */
public record PlacementSettings(
        BladeSelector.Policy policy,
        BladeSelector.@Nullable Policy shadow,
        List<Integer> capacities,
        List<Integer> weights,
        int handBacksMax,
        long reportIntervalNs) {
    /** How often a message may come back unless configured otherwise. */
    public static final int HAND_BACKS_MAX = 3;

    public PlacementSettings {
        capacities = List.copyOf(capacities);
        weights = List.copyOf(weights);
    }

    /** Equal blades. */
    public static PlacementSettings of(final BladeSelector.Policy policy, final int slots, final int capacity) {
        return new PlacementSettings(
                policy,
                null,
                Collections.nCopies(slots, capacity),
                Collections.nCopies(slots, 1),
                HAND_BACKS_MAX,
                LoadSettings.REPORT_INTERVAL_NS);
    }
}
