package midplane.blade.mgcp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import midplane.blade.core.Deadlines;
import midplane.blade.media.ConnectionStatistics;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.net.Peer;
import midplane.signalling.sdp.ConnectionDescription;
import midplane.signalling.sdp.ConnectionDescription.Remote;
import midplane.signalling.sdp.SdpAnswer.Codec;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection of an endpoint (RFC 3435 §2.1.3): its mode, what either side described, and the media session that carries
 * it. Dead once it is deleted.
 */
final class Connection {
    /** RFC 3660 §2.1, event ld: how long is long. */
    static final long LONG_DURATION_NS = 3_600_000_000_000L;

    private static final long PARAMETER_MAX = 999_999_999;

    private final String id;
    private final String callId;
    private final Endpoint endpoint;
    private final MediaSession session;
    private final String localAddress;
    private final long sessionId;
    private final long createdNs;
    private final int units;

    private ConnectionMode mode = ConnectionMode.INACTIVE;
    private ConnectionOptions options = ConnectionOptions.NONE;
    private List<Codec> codecs = List.of();
    private int telephoneEvent = ConnectionDescription.NO_PAYLOAD_TYPE;
    private int packetMs = ConnectionOptions.PACKET_MS;
    private long version;
    private byte[] localDescription = new byte[0];
    private byte[] remoteDescription = new byte[0];
    private @Nullable Remote remote;
    private @Nullable Connection localPeer;
    private boolean isLongTold;
    private boolean isSilenceTold;
    private long watchedNs;
    private GatewayMedia.Sound sound = GatewayMedia.Sound.ENDPOINT;

    Connection(
            final String id,
            final String callId,
            final Endpoint endpoint,
            final MediaSession session,
            final String localAddress,
            final int units,
            final long sessionId,
            final long nowNs) {
        this.id = id;
        this.callId = callId;
        this.endpoint = endpoint;
        this.session = session;
        this.localAddress = localAddress;
        this.units = units;
        this.sessionId = sessionId;
        createdNs = nowNs;
        session.attachment(this);
        session.listener(endpoint);
    }

    String id() {
        return id;
    }

    String callId() {
        return callId;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    MediaSession session() {
        return session;
    }

    ConnectionMode mode() {
        return mode;
    }

    ConnectionOptions options() {
        return options;
    }

    byte[] localDescription() {
        return localDescription;
    }

    byte[] remoteDescription() {
        return remoteDescription;
    }

    /** Whether the other side's description is there. */
    boolean hasRemote() {
        return remote != null || localPeer != null;
    }

    /** What the session was booked with. */
    int units() {
        return units;
    }

    /** What it says when nothing is played into it. */
    GatewayMedia.Sound sound() {
        return sound;
    }

    void sound(final GatewayMedia.Sound newSound) {
        sound = newSound;
    }

    // ---- what is watched (RFC 3660, events R/rto and G/ld)

    /** A request came: silence counts from now on. */
    void watch(final long nowNs) {
        watchedNs = nowNs;
        isSilenceTold = false;
    }

    /** When the other side will have been silent for too long, if nothing comes until then. */
    long silentAtNs(final String parameters, final long nowNs) {
        final RtpTimeout timeout = RtpTimeout.of(parameters);
        if (timeout == null || isSilenceTold) {
            return Deadlines.NO_DEADLINE;
        }
        if (timeout.waitsForRtcp() && !session.hasReport()) {
            return nowNs + timeout.ns();
        }
        final long heardNs = session.isStarted() ? session.lastHeardNs() : watchedNs;
        return (heardNs - watchedNs > 0 ? heardNs : watchedNs) + timeout.ns();
    }

    void onSilenceTold() {
        isSilenceTold = true;
    }

    long longAtNs() {
        return isLongTold ? Deadlines.NO_DEADLINE : createdNs + LONG_DURATION_NS;
    }

    void onLongTold() {
        isLongTold = true;
    }

    // ---- descriptions

    /** What a description and options come to, found out before anything changes. */
    record Negotiated(
            ConnectionOptions options,
            @Nullable Remote remote,
            byte[] remoteDescription,
            List<Codec> codecs,
            int telephoneEvent,
            int packetMs) {}

    /**
     * RFC 3435 §2.6: codecs allowed by the options of this command, in common with the other side's of this command.
     *
     * @param connection the one to be modified; null for one to be created.
     * @param given the options of the command; null when it has none.
     * @param length of the description; 0 when the command has none.
     */
    static Negotiated negotiate(
            final @Nullable Connection connection,
            final @Nullable ConnectionOptions given,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final String localAddress)
            throws Refusal {
        final ConnectionOptions before = connection == null ? ConnectionOptions.NONE : connection.options;
        final ConnectionOptions options = given == null ? before : given.over(before);
        Remote remote = connection == null ? null : connection.remote;
        byte[] description = connection == null ? new byte[0] : connection.remoteDescription;
        if (length > 0) {
            final ConnectionDescription.Result result =
                    ConnectionDescription.read(buffer, offset, length, localAddress);
            final ConnectionDescription.Fault fault = result.fault();
            if (fault != null) {
                throw switch (fault) {
                    case MALFORMED -> new Refusal(509, "Error in the remote description");
                    case UNSUPPORTED -> new Refusal(505, "Unsupported remote description");
                    case NO_CODEC -> new Refusal(534, "No codec in common");
                };
            }
            remote = result.remote();
            description = new byte[length];
            buffer.getBytes(offset, description);
        }
        final ConnectionOptions deciding = given != null && given.namesCodecs() ? given : options;
        final List<Codec> codecs = new ArrayList<>(deciding.codecs());
        if (remote != null) {
            final Remote far = remote;
            codecs.removeIf(codec -> payloadType(far, codec) == ConnectionDescription.NO_PAYLOAD_TYPE);
            if (!deciding.namesCodecs() && codecs.remove(far.preferred())) {
                codecs.add(0, far.preferred());
            }
        }
        if (codecs.isEmpty()) {
            throw new Refusal(534, "No codec in common");
        }
        final int event;
        if (!deciding.allowsTelephoneEvents()) {
            event = ConnectionDescription.NO_PAYLOAD_TYPE;
        } else {
            event = remote == null ? ConnectionDescription.TELEPHONE_EVENT : remote.telephoneEvent();
        }
        return new Negotiated(
                options,
                remote,
                description,
                List.copyOf(codecs),
                event,
                options.packetMs(remote == null ? 0 : remote.packetMs()));
    }

    private static int payloadType(final Remote remote, final Codec codec) {
        return codec == Codec.PCMU ? remote.pcmu() : remote.pcma();
    }

    /**
     * Makes it so.
     *
     * @return whether our own description has changed, and must be told.
     */
    boolean adopt(final Negotiated negotiated, final ConnectionMode newMode) {
        options = negotiated.options();
        remote = negotiated.remote();
        remoteDescription = negotiated.remoteDescription();
        final boolean isChanged = localDescription.length == 0
                || !codecs.equals(negotiated.codecs())
                || telephoneEvent != negotiated.telephoneEvent()
                || packetMs != negotiated.packetMs();
        codecs = negotiated.codecs();
        telephoneEvent = negotiated.telephoneEvent();
        if (packetMs != negotiated.packetMs()) {
            packetMs = negotiated.packetMs();
            session.packetTime(packetMs);
        }
        if (isChanged) {
            describe();
        }
        connect(newMode);
        return isChanged;
    }

    private void describe() {
        final List<Integer> payloadTypes = new ArrayList<>();
        for (final Codec codec : codecs) {
            payloadTypes.add(payloadTypeOf(codec));
        }
        localDescription = ConnectionDescription.write(
                localAddress, session.rtpPort(), sessionId, version++, payloadTypes, codecs, telephoneEvent, packetMs);
    }

    /** The number the other side gave it, or RFC 3551's. */
    private int payloadTypeOf(final Codec codec) {
        final int own = codec == Codec.PCMU ? MediaPlane.PCMU : MediaPlane.PCMA;
        return remote == null ? own : payloadType(remote, codec);
    }

    private int received(final Codec codec) {
        return codecs.contains(codec) ? payloadTypeOf(codec) : MediaSession.NO_PAYLOAD_TYPE;
    }

    private void connect(final ConnectionMode newMode) {
        final Remote far = remote;
        if (far != null) {
            final Codec codec = codecs.get(0);
            // Nothing is sent to the unspecified address; the session knows that.
            final InetSocketAddress rtp = far.address() == null
                    ? new InetSocketAddress(far.rtpPort())
                    : new InetSocketAddress(far.address(), far.rtpPort());
            session.connect(
                    Peer.of(rtp),
                    far.address() == null ? null : Peer.of(new InetSocketAddress(far.rtcpAddress(), far.rtcpPort())),
                    codec == Codec.PCMU ? MediaPlane.PCMU : MediaPlane.PCMA,
                    payloadTypeOf(codec),
                    payloadTypeOf(codec),
                    telephoneEvent,
                    newMode.receives(),
                    newMode.sends());
        }
        session.listen(
                received(Codec.PCMU),
                received(Codec.PCMA),
                telephoneEvent,
                far == null && localPeer == null && newMode.receives());
        mode = newMode;
        session.direct(newMode.receives(), newMode.sends());
    }

    /**
     * Joins it to a connection of this blade (§2.1.3): media goes from port to port as on any other connection, since
     * the blade's own ports are no slower than a path of their own would be, and what RTP counts is then true as well.
     */
    void connectLocally(final Connection peer, final ConnectionOptions newOptions, final ConnectionMode newMode) {
        localPeer = peer;
        options = newOptions;
        codecs = List.of(
                newOptions.codecs().isEmpty() ? Codec.PCMU : newOptions.codecs().get(0));
        telephoneEvent = ConnectionDescription.TELEPHONE_EVENT;
        localDescription = ConnectionDescription.writeLocal(
                endpoint.localName(), id, sessionId, codecs.get(0) == Codec.PCMU ? MediaPlane.PCMU : MediaPlane.PCMA);
        final Peer rtp = Peer.ofNumeric(localAddress, peer.session.rtpPort());
        final Peer rtcp = Peer.ofNumeric(localAddress, peer.session.rtpPort() + 1);
        assert rtp != null && rtcp != null : localAddress;
        final int encoding = codecs.get(0) == Codec.PCMU ? MediaPlane.PCMU : MediaPlane.PCMA;
        session.connect(rtp, rtcp, encoding, telephoneEvent, newMode.receives(), newMode.sends());
        mode = newMode;
    }

    /** §2.3.6: only the mode changes. */
    void mode(final ConnectionMode newMode) {
        mode = newMode;
        if (remote == null && localPeer == null) {
            session.listen(received(Codec.PCMU), received(Codec.PCMA), telephoneEvent, newMode.receives());
        }
        session.direct(newMode.receives(), newMode.sends());
    }

    // ---- what it has carried

    /** §3.2.2.7. */
    static String parameters(final ConnectionStatistics statistics) {
        return "PS=" + bounded(statistics.packetsSent()) + ", OS=" + bounded(statistics.octetsSent()) + ", PR="
                + bounded(statistics.packetsReceived()) + ", OR=" + bounded(statistics.octetsReceived()) + ", PL="
                + bounded(statistics.packetsLost()) + ", JI=" + bounded(statistics.jitterMs()) + ", LA="
                + bounded(statistics.latencyMs());
    }

    private static long bounded(final long value) {
        return Math.max(0, Math.min(PARAMETER_MAX, value));
    }
}
