package midplane.shelf;

import midplane.fabric.Backplane;
import midplane.net.DatagramPort;
import midplane.net.PortPairPool;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Everything a blade may use of the world. The chassis owns what is in it and takes it back: ports are leases, and a
 * lease that was revoked sends nothing.
 *
 * @param index the slot's number, which is the blade's id, from 0.
 * @param epoch which life of the blade this is; part of its tags. 16 bits.
 * @param backplane the blade's ends of the fabric.
 * @param port the blade's own signalling port; its number is the blade's port identifier.
 * @param wellKnownPort the port the dispatcher polls; a blade only offers through it.
 * @param mediaPorts pairs of ports for RTP and RTCP.
 * @param admission whom to hear and how much to say.
 * @param nanoClock monotonic time; an agent reads it once per duty cycle.
 * @param epochClock wall time, for NTP timestamps.
 * @param entropy the blade's own.
 * @param prompts announcements.
 * @param counters where the blade makes its counters, named {@code blade.<index>.…}.
 * @param sip settings.
 * @param media settings.
 * @param load settings.
 * @param mgcp ports and settings; null where the chassis does not speak MGCP.
 * @param errorHandler told about broken code and a broken environment, never about what a stranger sent.
 */
public record Slot(
        int index,
        int epoch,
        Backplane backplane,
        DatagramPort port,
        DatagramPort wellKnownPort,
        PortPairPool mediaPorts,
        AdmissionSettings admission,
        NanoClock nanoClock,
        EpochClock epochClock,
        Entropy entropy,
        PromptStore prompts,
        Counters counters,
        SipSettings sip,
        MediaSettings media,
        LoadSettings load,
        @Nullable MgcpSlot mgcp,
        ErrorHandler errorHandler) {}
