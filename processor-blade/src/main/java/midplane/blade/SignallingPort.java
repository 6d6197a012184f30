package midplane.blade;

import midplane.blade.core.Deadlines;
import midplane.blade.core.Outbox;
import midplane.blade.core.SignallingCore;
import midplane.fabric.InitialFrame;
import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.Counters;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A protocol of the blade beside SIP: its core, the port it is heard at, the port it may answer by, and what it has to
 * send. Not thread-safe.
 */
final class SignallingPort {
    private final SignallingCore core;
    private final DatagramPort port;
    private final DatagramPort wellKnownPort;
    private final AllowList allowList;
    private final Outbox outbox;
    private final int portId;
    private final DatagramPort.Handler onDatagram = this::onDatagram;
    private final AtomicCounter received;
    private final AtomicCounter delivered;
    private final AtomicCounter notAllowed;
    private long nowNs;

    /**
     * Wires a protocol.
     *
     * @param name in front of its counters' names, such as {@code blade.3.mgcp}.
     */
    SignallingPort(
            final SignallingCore core,
            final DatagramPort port,
            final DatagramPort wellKnownPort,
            final AllowList allowList,
            final Outbox outbox,
            final Counters counters,
            final String name) {
        this.core = core;
        this.port = port;
        this.wellKnownPort = wellKnownPort;
        this.allowList = allowList;
        this.outbox = outbox;
        portId = port.localAddress().getPort();
        received = counters.counter(name + ".datagrams.received");
        delivered = counters.counter(name + ".datagrams.delivered");
        notAllowed = counters.counter(name + ".datagrams.dropped.not-allowed");
    }

    SignallingCore core() {
        return core;
    }

    /** The port identifier of frames for this protocol. */
    int portId() {
        return portId;
    }

    /** Reads the port and does what is due; returns how much was done. */
    int work(final long nowNs, final int datagramLimit) {
        this.nowNs = nowNs;
        final int work = port.poll(onDatagram, datagramLimit);
        return core.hasWork() || Deadlines.isDue(core.nextDeadlineNs(), nowNs) ? work + core.onDeadline(nowNs) : work;
    }

    void onFrame(final InitialFrame frame, final Peer source, final long nowNs) {
        core.onFrame(frame, source, nowNs);
        flushIfHalfFull();
    }

    void flush() {
        outbox.flush(port, wellKnownPort);
    }

    private void onDatagram(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        received.incrementRelease();
        if (allowList.allows(source)) {
            delivered.incrementRelease();
            core.onDatagram(buffer, offset, length, source, nowNs);
            flushIfHalfFull();
        } else {
            notAllowed.incrementRelease();
        }
    }

    private void flushIfHalfFull() {
        if (outbox.isHalfFull()) {
            flush();
        }
    }
}
