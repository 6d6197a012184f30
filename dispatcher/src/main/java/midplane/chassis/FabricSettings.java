package midplane.chassis;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The fabric and its tap.
 *
 * @param frameCapacity bytes.
 * @param tap the file that gets a copy of the frames, or null.
 * @param tapSlots one bit for each slot that is looked at.
 * @param tapLengthMax bytes.
 */
record FabricSettings(
        int slots,
        int ringLength,
        int frameCapacity,
        @Nullable Path tap,
        long tapSlots,
        long tapLengthMax) {}
