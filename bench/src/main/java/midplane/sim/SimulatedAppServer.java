package midplane.sim;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An application server: places calls as their plans say, and hears what comes back. Sans-IO but for the virtual
 * network; reads and writes SIP with code of its own.
 */
final class SimulatedAppServer {
    private static final int SIP_PORT = 5060;
    private static final int OTHER_PORT = 40_001;
    private static final int FIRST_MEDIA_PORT = 20_000;
    private static final int LAST_MEDIA_PORT = 39_998;
    private static final DatagramPort.Handler DEAF = (buffer, offset, length, source) -> {};

    private final VirtualNetwork network;
    private final VirtualClock clock;
    private final EventQueue<Alarmed> alarms;
    private final Watch watch;
    private final Peer wellKnown;
    private final Chance chance;
    private final VirtualPort port;
    private final VirtualPort otherPort;
    private final Map<String, SimulatedCall> calls = new LinkedHashMap<>();
    private final Map<Integer, Peer> chassisPeers = new HashMap<>();
    private final ByteBuffer rtp = ByteBuffer.allocateDirect(RtpJudge.HEADER_LENGTH + SimulatedPrompts.FRAME_SAMPLES);
    private final Calls numbers;
    private int nextMediaPort = FIRST_MEDIA_PORT;
    private long timeouts;

    /** Numbers calls, all servers' together, and counts those that failed. */
    static final class Calls {
        private static final int STORIES = 10;

        private final List<String> failures = new ArrayList<>();
        private int placed;
        private int failed;

        int next() {
            return ++placed;
        }

        void finish(final SimulatedCall call) {
            final String failure = call.failure();
            if (failure != null) {
                failed++;
                if (failures.size() < STORIES) {
                    failures.add(call.callId() + ": " + failure + "; " + call.record().plan);
                }
            }
        }

        int placed() {
            return placed;
        }

        int failed() {
            return failed;
        }

        /** The first of them, told. */
        List<String> failures() {
            return List.copyOf(failures);
        }
    }

    SimulatedAppServer(
            final Peer local,
            final VirtualNetwork network,
            final VirtualClock clock,
            final EventQueue<Alarmed> alarms,
            final Watch watch,
            final Peer wellKnown,
            final Calls numbers,
            final Chance chance) {
        this.network = network;
        this.clock = clock;
        this.alarms = alarms;
        this.watch = watch;
        this.wellKnown = wellKnown;
        this.numbers = numbers;
        this.chance = chance;
        final DatagramPort.Handler handler = this::onDatagram;
        port = network.attach(local.withPort(SIP_PORT).socketAddress(), handler);
        otherPort = network.attach(local.withPort(OTHER_PORT).socketAddress(), handler);
    }

    /** Places a call now. */
    SimulatedCall place(final CallPlan plan) {
        final SimulatedCall call =
                new SimulatedCall(this, plan, numbers.next(), freeMediaPort(), chance, watch, clock.nanoTime());
        calls.put(call.callId(), call);
        attachMedia(call, call.mediaPort());
        attachMedia(call, call.mediaPort() + 1);
        call.place(clock.nanoTime());
        return call;
    }

    /** Places a call that takes the place of another. */
    SimulatedCall replace(final SimulatedCall replaced) {
        final SimulatedCall call = new SimulatedCall(
                this, replaced.plan().replacement(), numbers.next(), freeMediaPort(), chance, watch, clock.nanoTime());
        call.replaces(replaced);
        calls.put(call.callId(), call);
        attachMedia(call, call.mediaPort());
        attachMedia(call, call.mediaPort() + 1);
        call.place(clock.nanoTime());
        return call;
    }

    /** The oldest call that is up and whose place may be taken, or null. */
    @Nullable
    SimulatedCall replaceable() {
        for (final SimulatedCall call : calls.values()) {
            if (call.isReplaceable()) {
                return call;
            }
        }
        return null;
    }

    /** Sends bytes of a test's own making. */
    void send(final byte[] bytes) {
        send(bytes, false, wellKnown);
    }

    /** Calls that nobody has forgotten yet. */
    int openCalls() {
        return calls.size();
    }

    /** Requests that got no final response in their time (timers B and F). */
    long timeouts() {
        return timeouts;
    }

    String host() {
        return port.local().host();
    }

    /** Where this server listens, and what its Contact and Via name. */
    Peer local() {
        return port.local();
    }

    Peer source(final boolean fromElsewhere) {
        return (fromElsewhere ? otherPort : port).local();
    }

    Peer wellKnown() {
        return wellKnown;
    }

    Peer chassisPeer(final int port) {
        return chassisPeers.computeIfAbsent(port, wellKnown::withPort);
    }

    void send(final byte[] bytes, final boolean fromElsewhere, final Peer target) {
        (fromElsewhere ? otherPort : port).offer(ByteBuffer.wrap(bytes), target);
    }

    void sendRtp(final SimulatedCall call, final Peer target, final int frame) {
        SimulatedCall.writeRtp(rtp, call.number(), frame);
        final VirtualPort media = network.portAt(local().withPort(call.mediaPort()));
        if (media != null) {
            media.offer(rtp, target);
        }
    }

    void alarm(final long timeNs, final SimulatedCall call, final int kind) {
        alarms.add(timeNs, call, kind);
    }

    void onTimeout(final SimulatedCall call, final String method) {
        timeouts++;
        watch.onTimeout(call.record(), method);
    }

    void fail(final CallRecord record, final String what) {
        watch.fail(record, what);
    }

    void forget(final SimulatedCall call) {
        numbers.finish(call);
        calls.remove(call.callId());
        watch.forget(call.record());
        close(call.mediaPort());
        close(call.mediaPort() + 1);
    }

    private void onDatagram(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        final SipText text = SipText.of(buffer, offset, length);
        final SimulatedCall call = text.fault() == null ? calls.get(text.callId()) : null;
        if (call != null) {
            call.onMessage(text, clock.nanoTime());
        }
    }

    private void attachMedia(final SimulatedCall call, final int mediaPort) {
        network.attach(new InetSocketAddress(local().socketAddress().getAddress(), mediaPort), DEAF)
                .attach(call.record());
    }

    private int freeMediaPort() {
        do {
            nextMediaPort = nextMediaPort == LAST_MEDIA_PORT ? FIRST_MEDIA_PORT : nextMediaPort + 2;
        } while (network.portAt(local().withPort(nextMediaPort)) != null);
        return nextMediaPort;
    }

    private void close(final int mediaPort) {
        final VirtualPort media = network.portAt(local().withPort(mediaPort));
        if (media != null) {
            media.close();
        }
    }
}
