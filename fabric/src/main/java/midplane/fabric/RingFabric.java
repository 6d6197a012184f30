package midplane.fabric;

/** The fabric of one chassis: a single-producer Disruptor ring per slot and direction. */
public final class RingFabric implements SwitchFabric {
    /**
     * Allocates all rings.
     *
     * @param slots 1 to {@link #MAX_SLOTS}.
     * @param length cells per ring, a power of two.
     * @param frameCapacity bytes per downlink cell.
     */
    public RingFabric(final int slots, final int length, final int frameCapacity) {}

    @Override
    public int slots() {
        return 0;
    }

    @Override
    public Downlink downlink(final int slot) {
        throw new IllegalStateException();
    }

    @Override
    public Uplink uplink(final int slot) {
        throw new IllegalStateException();
    }

    @Override
    public Backplane backplane(final int slot) {
        throw new IllegalStateException();
    }

    @Override
    public void close() {}
}
