package midplane.sim;

import midplane.fabric.Backplane;
import midplane.shelf.Slot;

/** Slots that differ from those the chassis made in one thing. */
final class SlotWith {
    private SlotWith() {}

    static Slot backplane(final Slot slot, final Backplane backplane) {
        return new Slot(
                slot.index(),
                slot.epoch(),
                backplane,
                slot.port(),
                slot.wellKnownPort(),
                slot.mediaPorts(),
                slot.admission(),
                slot.nanoClock(),
                slot.epochClock(),
                slot.entropy(),
                slot.prompts(),
                slot.counters(),
                slot.sip(),
                slot.media(),
                slot.load(),
                slot.mgcp(),
                slot.errorHandler());
    }
}
