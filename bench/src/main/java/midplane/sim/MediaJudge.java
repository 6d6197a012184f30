package midplane.sim;

import midplane.net.Peer;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Judges who owns which media port, and what leaves by it. */
final class MediaJudge {
    /** A pair of ports rests while so many others are lent. */
    private static final int RESTING_LOANS = 8;

    private static final int NEVER_LENT = Integer.MIN_VALUE;

    private final VirtualClock clock;
    private final Watch watch;
    private final Int2ObjectHashMap<CallRecord> owners = new Int2ObjectHashMap<>();
    /** By port: how many pairs its blade had lent when it was given back. */
    private final Int2IntHashMap returns = new Int2IntHashMap(NEVER_LENT);

    private final int[] loans;
    private long rtpPackets;
    private boolean hasUnseenLoans;

    MediaJudge(final VirtualClock clock, final Watch watch, final int blades) {
        this.clock = clock;
        this.watch = watch;
        loans = new int[blades];
    }

    /** From now on ports are lent to calls that nobody here sees: how long they rest is not judged. */
    void hasUnseenLoans() {
        hasUnseenLoans = true;
    }

    /** RTP packets the chassis sent. */
    long rtpPackets() {
        return rtpPackets;
    }

    /** The SDP of a first 200 named this port. */
    void onPortNamed(final CallRecord record, final int blade, final int port) {
        if (!watch.require(port > 0 && (port & 1) == 0, record, "no RTP port in the SDP, or an odd one: " + port)) {
            return;
        }
        final CallRecord present = owners.get(port);
        if (present != null) {
            watch.fail(record, "RTP port " + port + " belongs to another call, " + present.callId);
        }
        final int loansAtReturn = returns.get(port);
        watch.require(
                loansAtReturn == NEVER_LENT || hasUnseenLoans || loans[blade] - loansAtReturn >= RESTING_LOANS,
                record,
                "RTP port " + port + " was lent again though others had rested longer");
        loans[blade]++;
        record.mediaPort = port;
        owners.put(port, record);
    }

    /** The session is over, and its ports are free. */
    void onEnded(final CallRecord record) {
        if (record.mediaPort != 0 && owners.get(record.mediaPort) == record) {
            owners.remove(record.mediaPort);
            returns.put(record.mediaPort, loans[record.blade]);
        }
    }

    void onSent(
            final Peer source,
            final @Nullable VirtualPort target,
            final Peer destination,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final int rtpPort = source.port() & ~1;
        if (target == null || !(target.attachment() instanceof CallRecord record)) {
            watch.fail(owners.get(rtpPort), "media to nobody: " + source + " to " + destination);
            return;
        }
        if (!watch.require(rtpPort == record.mediaPort, record, "media from port " + source.port() + ", not its own")) {
            return;
        }
        if (source.port() == rtpPort) {
            rtpPackets++;
            watch.require(!record.isEnded(), record, "RTP after the end of the session");
            final String fault = record.rtp.fault(buffer, offset, length, record.call.number(), clock.nanoTime());
            if (fault != null) {
                watch.fail(record, "RTP: " + fault);
            }
        }
    }
}
