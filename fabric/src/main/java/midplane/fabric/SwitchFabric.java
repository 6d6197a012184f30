package midplane.fabric;

/** The ends of the fabric, by slot. Slots are numbered from 0. */
public interface SwitchFabric extends AutoCloseable {
    /** Blades are named by one byte and candidates are kept in the bits of a long. */
    int MAX_SLOTS = 64;

    int slots();

    /** The dispatcher's sending end towards a slot. */
    Downlink downlink(int slot);

    /** The dispatcher's receiving end from a slot. */
    Uplink uplink(int slot);

    /** The blade's two ends. */
    Backplane backplane(int slot);

    @Override
    void close();
}
