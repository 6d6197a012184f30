package midplane.shelf;

/** A blade in its slot: an agent hosted by the chassis. Its name, port and duties come from its {@link Slot}. */
public interface Blade extends ParkableAgent {}
