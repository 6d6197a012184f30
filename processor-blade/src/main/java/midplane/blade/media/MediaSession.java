package midplane.blade.media;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.PortPairPool.PortPair;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One caller's media: a pair of ports, the stream to him, and what his stream to us tells.
 *
 * <p>Opened by {@link MediaPlane#open}, then connected, started, and closed. Pooled: after {@link #close} the reference
 * is dead and the object will be somebody else's, so its holder drops it there and then. Not thread-safe.
 */
public final class MediaSession {
    /** Told what a session has to say to the signalling core. */
    @FunctionalInterface
    public interface Listener {
        /** The service has come to its end; nothing more will be sent. Called from the tick; may close sessions. */
        void onServiceEnded(MediaSession session);

        /**
         * The other side pressed a key: {@code 0-9 * # A-D}. Called while the plane reads; closes no session.
         */
        default void onKey(final MediaSession session, final char key) {}

        /** It has held the key for two seconds. */
        default void onLongKey(final MediaSession session, final char key) {}

        /** The first packet of the other side was accepted. */
        default void onMediaStarted(final MediaSession session) {}
    }

    /** RFC 3550 §6.2: the least mean time between two reports; two parties never use up 5 % of their bandwidth. */
    static final long REPORT_INTERVAL_NS = 5_000_000_000L;

    /** Datagrams read from one port in one tick; the rest waits in the socket. */
    static final int RTP_LIMIT = 16;

    static final int RTCP_LIMIT = 4;

    static final int NANOS_PER_SAMPLE = 125_000;

    /** A payload type that nothing has. */
    public static final int NO_PAYLOAD_TYPE = -1;

    private static final int CNAME_RANDOM_LENGTH = 16;
    private static final String HEX = "0123456789abcdef";

    private final MediaPlane plane;
    private final MediaCounters counters;
    private final RtpStream stream = new RtpStream();
    private final ReceptionStatistics statistics = new ReceptionStatistics();
    private final TelephoneEvents telephoneEvents = new TelephoneEvents();
    private final AnnouncementPlayer announcementPlayer = new AnnouncementPlayer();
    private final EchoPlayer echoPlayer = new EchoPlayer();
    private final TonePlayer tonePlayer = new TonePlayer();
    private final Transponder transponder = new Transponder();
    private @Nullable ConferenceLeg leg;
    private final Packetizer packetizer = new Packetizer();
    private final RoundTrip roundTrip = new RoundTrip();
    private final KeyListener keys = new Keys();
    private final DtmfDetector inBandKeys = new DtmfDetector(keys);
    private final DatagramPort.Handler onRtp = this::onRtp;
    private final DatagramPort.Handler onRtcp = this::onRtcp;
    private final byte[] cname;

    private @Nullable PortPair ports;
    private AudioSource source = echoPlayer;
    private @Nullable Object attachment;
    private @Nullable Listener listener;
    private @Nullable MediaSession relayTarget;

    private @Nullable Peer remoteRtp;
    private @Nullable Peer remoteRtcp;
    private int encoding;
    private int sentPayloadType;
    private int receivedPcmu;
    private int receivedPcma;
    private int telephoneEventPayloadType;
    private @Nullable Peer caller;
    private boolean mustHearFirst;
    private boolean mayReceive;
    private boolean maySend;
    /** Signals on a connection are heard whatever its mode (RFC 3435 §2.3.3). */
    private boolean overridesMode;

    private boolean isOpenToAll;
    private boolean hasRelayedEvent;
    private int relayedTimestamp;
    private boolean hasHeard;
    private boolean hasHeardReport;
    private long lastHeardNs;

    private int startedIndex;
    private boolean hasEnded;
    private boolean isEndTold;
    private boolean isBroken;
    private boolean hasReported;
    private long nextReportNs;
    private int packetsAtReport;
    private int packetsAtReportBefore;
    private long receivedNs;

    MediaSession(final MediaPlane plane, final MediaCounters counters, final String advertisedAddress) {
        this.plane = plane;
        this.counters = counters;
        final byte[] host = ('@' + advertisedAddress).getBytes(StandardCharsets.US_ASCII);
        cname = new byte[CNAME_RANDOM_LENGTH + host.length];
        System.arraycopy(host, 0, cname, CNAME_RANDOM_LENGTH, host.length);
        assert cname.length <= RtcpWriter.CNAME_LENGTH_MAX : "an address is short";
    }

    /** The port for the SDP answer; RTCP has the one above. */
    public int rtpPort() {
        return Objects.requireNonNull(ports, "session is closed").rtpPort();
    }

    /** What the holder attached, to find its own state from a callback. Forgotten at close. */
    public @Nullable Object attachment() {
        return attachment;
    }

    public void attachment(final @Nullable Object newAttachment) {
        attachment = newAttachment;
    }

    /** Who is told of this session instead of the plane's listener. Forgotten at close. */
    public void listener(final @Nullable Listener newListener) {
        listener = newListener;
    }

    @Nullable
    Listener listener() {
        return listener;
    }

    /**
     * Who asked for this session, by signalling. To his host RTP may go; to another only if it is on the list of those that
     * get it, or has sent some first from where it is to go: whoever names somebody else's address must not make us send
     * there. Set before {@link #connect}; null, as after opening, trusts every address.
     */
    public void caller(final Peer signallingSource) {
        caller = signallingSource;
    }

    /**
     * Where the client is and what was agreed; again after every re-INVITE. Our SSRC, sequence and timestamps go on.
     *
     * @param newRemoteRtp where RTP goes to and alone may come from. Nothing is sent to the unspecified address (hold as
     *     RFC 2543 had it), to a multicast address, or to port 0.
     * @param newRemoteRtcp the same for RTCP; null when the client has none.
     * @param newPayloadType {@link MediaPlane#PCMU} or {@link MediaPlane#PCMA}.
     * @param newTelephoneEventPayloadType RFC 4733's payload type as negotiated; -1 when it was not.
     * @param newMayReceive whether the client may send to us.
     * @param newMaySend whether we may send to the client. RTCP is sent in any case (RFC 3264 §5.1).
     */
    public void connect(
            final Peer newRemoteRtp,
            final @Nullable Peer newRemoteRtcp,
            final int newPayloadType,
            final int newTelephoneEventPayloadType,
            final boolean newMayReceive,
            final boolean newMaySend) {
        connect(
                newRemoteRtp,
                newRemoteRtcp,
                newPayloadType,
                newPayloadType,
                newPayloadType,
                newTelephoneEventPayloadType,
                newMayReceive,
                newMaySend);
    }

    /**
     * The same for a codec under any number (RFC 3264 §6.1: each direction has its own).
     *
     * @param newEncoding {@link MediaPlane#PCMU} or {@link MediaPlane#PCMA}.
     * @param newSentPayloadType what it is called in packets to the client.
     * @param newReceivedPayloadType what it is called in packets from the client.
     */
    public void connect(
            final Peer newRemoteRtp,
            final @Nullable Peer newRemoteRtcp,
            final int newEncoding,
            final int newSentPayloadType,
            final int newReceivedPayloadType,
            final int newTelephoneEventPayloadType,
            final boolean newMayReceive,
            final boolean newMaySend) {
        assert ports != null : "session is closed";
        assert newEncoding == MediaPlane.PCMU || newEncoding == MediaPlane.PCMA : newEncoding;
        final boolean hasBeenHeard = remoteRtp != null && newRemoteRtp.equals(remoteRtp) && !mustHearFirst;
        mustHearFirst = !hasBeenHeard && isOfStranger(newRemoteRtp);
        remoteRtp = newRemoteRtp;
        // RFC 3605 lets RTCP go elsewhere; nothing that comes from there would prove that it is wanted.
        final boolean getsRtcp = newRemoteRtcp != null
                && isUnicast(newRemoteRtcp)
                && (newRemoteRtcp.isSameHost(newRemoteRtp) || !isOfStranger(newRemoteRtcp));
        remoteRtcp = getsRtcp ? newRemoteRtcp : null;
        mayReceive = newMayReceive;
        maySend = newMaySend && isUnicast(newRemoteRtp);
        telephoneEventPayloadType = newTelephoneEventPayloadType;
        if (encoding != newEncoding) {
            source.forget();
            packetizer.forget();
        }
        encoding = newEncoding;
        sentPayloadType = newSentPayloadType;
        receivedPcmu = newEncoding == MediaPlane.PCMU ? newReceivedPayloadType : NO_PAYLOAD_TYPE;
        receivedPcma = newEncoding == MediaPlane.PCMA ? newReceivedPayloadType : NO_PAYLOAD_TYPE;
        isOpenToAll = false;
    }

    /**
     * Under which payload types the client may send, when we named more than one codec; after {@link #connect}, or
     * before it, while nobody has said where the client is. As long as that is so nothing leaves, and what comes is
     * believed only if that is asked for here: RFC 3435 §2.3.5 wants it of a connection that may receive.
     *
     * @param newReceivedPcmu µ-law; {@link #NO_PAYLOAD_TYPE} when we did not name it.
     * @param newReceivedPcma A-law; the same.
     * @param newTelephoneEventPayloadType RFC 4733; the same.
     * @param fromAnybody whether to listen to whoever sends, until {@link #connect}.
     */
    public void listen(
            final int newReceivedPcmu,
            final int newReceivedPcma,
            final int newTelephoneEventPayloadType,
            final boolean fromAnybody) {
        receivedPcmu = newReceivedPcmu;
        receivedPcma = newReceivedPcma;
        telephoneEventPayloadType = newTelephoneEventPayloadType;
        isOpenToAll = remoteRtp == null && fromAnybody;
        mayReceive |= isOpenToAll;
    }

    /** Neither the caller's own nor of those that get media unasked. */
    private boolean isOfStranger(final Peer destination) {
        return caller != null && !caller.isSameHost(destination) && !plane.mayGetUnasked(destination);
    }

    /** Which way media may flow from now on. */
    public void direct(final boolean newMayReceive, final boolean newMaySend) {
        mayReceive = newMayReceive;
        maySend = newMaySend && remoteRtp != null && isUnicast(remoteRtp);
        isOpenToAll &= newMayReceive;
    }

    /** Whether anybody has said where the client is. */
    public boolean isConnected() {
        return remoteRtp != null;
    }

    /** How many milliseconds of sound a packet of ours holds: 10 to 100, a multiple of ten. */
    public void packetTime(final int milliseconds) {
        packetizer.open(milliseconds * MediaPlane.SAMPLES_PER_TICK / 20);
    }

    /**
     * Plays prompts, in place of whatever is being said. The listener is told of their end.
     *
     * @param regardless of which way media may flow: as long as the client's address is known.
     */
    public void play(final PromptSequence sequence, final boolean regardless) {
        announcementPlayer.open(sequence, plane.maxPlayNs());
        say(announcementPlayer, regardless);
    }

    /** Sounds a tone, likewise. */
    public void play(final Tone tone, final boolean regardless) {
        tonePlayer.open(tone, plane.maxPlayNs());
        say(tonePlayer, regardless);
    }

    /** Breaks off what is being said; the listener is not told. */
    public void fallSilent() {
        say(SilentSource.INSTANCE, false);
    }

    /** Says again what is heard, from now on. */
    public void loopBack() {
        echoPlayer.open();
        say(echoPlayer, false);
    }

    /** Answers the tones of a continuity test, from now on. */
    public void transpond() {
        transponder.open();
        say(transponder, false);
    }

    /**
     * Hands what is heard to another session of the plane, which says it; null ends that. Both must be told when either
     * is closed.
     */
    public void relayTo(final @Nullable MediaSession target) {
        relayTarget = target;
        if (target != null && target.source != target.echoPlayer) {
            target.loopBack();
        }
    }

    /**
     * Makes it a leg of a conference: it is mixed from now on, and says what the conference does until it is told
     * something else. It may be no leg yet.
     *
     * @return false when no leg is left; nothing has changed then.
     */
    public boolean join(final Conference conference) {
        assert leg == null : "in another conference";
        if (!plane.conferences().hasRoom()) {
            counters.legsRefused.incrementRelease();
            return false;
        }
        leg = plane.conferences().join(conference);
        say(leg, false);
        return true;
    }

    /** The conference it is a leg of, or null. */
    public @Nullable Conference conference() {
        return leg == null ? null : leg.conference();
    }

    /** Says again what the conference does, of which it is a leg. */
    public void rejoin() {
        say(Objects.requireNonNull(leg, "not in a conference"), false);
    }

    /** Leaves its conference, if it is in one, and falls silent. */
    public void leave() {
        final ConferenceLeg left = leg;
        if (left != null) {
            leg = null;
            fallSilent();
            left.leave();
        }
    }

    /** How long the present prompts have played. */
    public long playedNs() {
        return announcementPlayer.elapsedNs();
    }

    /** Which segment of the present prompts is being played, from 0. */
    public int playedSegment() {
        return announcementPlayer.segment();
    }

    /** When anything the other side sent was last accepted, by the agent's monotonic time; after {@link #start}. */
    public long lastHeardNs() {
        return lastHeardNs;
    }

    /** Whether the other side has sent a report by RTCP. */
    public boolean hasReport() {
        return hasHeardReport;
    }

    /** What was sent and received so far. */
    public ConnectionStatistics statistics() {
        return new ConnectionStatistics(
                Integer.toUnsignedLong(stream.packets()),
                Integer.toUnsignedLong(stream.octets()),
                statistics.packets(),
                statistics.octets(),
                statistics.lost(),
                (long) statistics.jitter() * NANOS_PER_SAMPLE / 1_000_000,
                roundTrip.meanMs() / 2);
    }

    private void say(final AudioSource newSource, final boolean regardless) {
        source = newSource;
        overridesMode = regardless;
        hasEnded = false;
        isEndTold = false;
        packetizer.forget();
    }

    /**
     * The ACK has come: from the next tick on there is RTP. A second call does nothing.
     *
     * @param nowNs the agent's monotonic time.
     */
    public void start(final long nowNs) {
        assert ports != null : "session is closed";
        if (!isStarted()) {
            // RFC 3550 §6.2: the first report waits half as long.
            nextReportNs = nowNs + randomised(REPORT_INTERVAL_NS / 2);
            lastHeardNs = nowNs;
            plane.onStart(this, nowNs);
        }
    }

    /** Whether {@link #start} was called. */
    public boolean isStarted() {
        return startedIndex >= 0;
    }

    /**
     * Says BYE by RTCP, if the other side has ever heard of us, and gives the ports back. A second call does nothing, as
     * long as the session has not been opened again in between.
     *
     * @param nowNs the agent's monotonic time.
     */
    public void close(final long nowNs) {
        final PortPair borrowed = ports;
        if (borrowed == null) {
            return;
        }
        try {
            // RFC 3550 §6.3.7: who never sent anything must not say BYE.
            if (stream.hasSpoken() || hasReported) {
                report(borrowed, true, nowNs);
            }
        } finally {
            ports = null;
            attachment = null;
            listener = null;
            relayTarget = null;
            remoteRtp = null;
            remoteRtcp = null;
            caller = null;
            announcementPlayer.close();
            plane.onClose(this, borrowed);
            leave();
        }
    }

    void open(final MediaService service, final PortPair borrowed) {
        ports = borrowed;
        startedIndex = -1;
        hasEnded = false;
        isEndTold = false;
        hasReported = false;
        packetsAtReport = 0;
        packetsAtReportBefore = 0;
        encoding = MediaPlane.PCMU;
        sentPayloadType = MediaPlane.PCMU;
        receivedPcmu = NO_PAYLOAD_TYPE;
        receivedPcma = NO_PAYLOAD_TYPE;
        telephoneEventPayloadType = NO_PAYLOAD_TYPE;
        mayReceive = false;
        maySend = false;
        overridesMode = false;
        isOpenToAll = false;
        hasHeard = false;
        hasHeardReport = false;
        hasRelayedEvent = false;
        inBandKeys.open();
        packetizer.open(MediaPlane.SAMPLES_PER_TICK);
        roundTrip.open();
        mustHearFirst = false;
        isBroken = false;
        stream.open(plane.entropy());
        statistics.open();
        telephoneEvents.open();
        long random = plane.entropy().nextLong();
        for (int i = 0; i < CNAME_RANDOM_LENGTH; i++) {
            cname[i] = (byte) HEX.charAt((int) random & 0xF);
            random >>>= 4;
        }
        if (service instanceof Announcement announcement) {
            announcementPlayer.open(announcement, plane.maxPlayNs());
            source = announcementPlayer;
        } else if (service instanceof Silence) {
            source = SilentSource.INSTANCE;
        } else if (service instanceof Conference conference) {
            leg = plane.conferences().join(conference);
            source = leg;
        } else {
            echoPlayer.open();
            source = echoPlayer;
        }
    }

    int startedIndex() {
        return startedIndex;
    }

    void startedIndex(final int index) {
        startedIndex = index;
    }

    /** Reads what has come to both ports. */
    int receive(final long nowNs) {
        receivedNs = nowNs;
        final PortPair borrowed = Objects.requireNonNull(ports);
        return borrowed.rtp().poll(onRtp, RTP_LIMIT) + borrowed.rtcp().poll(onRtcp, RTCP_LIMIT);
    }

    /** Time went by unused. */
    void skip(final long ticks) {
        stream.advance((int) (ticks * MediaPlane.SAMPLES_PER_TICK));
        source.onSkippedTicks(ticks);
    }

    /** Sends what is due in one tick. */
    int speak() {
        final PortPair borrowed = Objects.requireNonNull(ports);
        final MutableDirectBuffer buffer = plane.sendBuffer();
        int sent = 0;
        source.onTick();
        int length = source.nextPayload(buffer, RtpPacket.HEADER_LENGTH, encoding);
        while (length > 0) {
            if (maySend || (overridesMode && remoteRtp != null)) {
                sent += sayPayload(borrowed, buffer, length);
            }
            length = source.nextPayload(buffer, RtpPacket.HEADER_LENGTH, encoding);
        }
        hasEnded = length == AudioSource.ENDED;
        stream.advance(MediaPlane.SAMPLES_PER_TICK);
        return sent;
    }

    private int sayPayload(final PortPair borrowed, final MutableDirectBuffer buffer, final int length) {
        if (packetizer.isWhole(length)) {
            stream.putHeader(buffer, 0, sentPayloadType, length);
            send(borrowed, RtpPacket.HEADER_LENGTH + length);
            return 1;
        }
        int sent = 0;
        packetizer.add(buffer, RtpPacket.HEADER_LENGTH, length);
        while (packetizer.take(buffer, RtpPacket.HEADER_LENGTH)) {
            stream.putHeader(buffer, 0, sentPayloadType, packetizer.packetLength());
            send(borrowed, RtpPacket.HEADER_LENGTH + packetizer.packetLength());
            sent++;
        }
        return sent;
    }

    private void send(final PortPair borrowed, final int length) {
        if (mustHearFirst) {
            counters.rtpWithheld.incrementRelease();
        } else if (borrowed.rtp().offer(plane.datagram(length), Objects.requireNonNull(remoteRtp))) {
            counters.rtpSent.incrementRelease();
        } else {
            counters.rtpUnsent.incrementRelease();
        }
    }

    /** Sends a report when one is due. */
    int reportIfDue(final long nowNs) {
        if (nextReportNs - nowNs > 0) {
            return 0;
        }
        nextReportNs = nowNs + randomised(REPORT_INTERVAL_NS);
        report(Objects.requireNonNull(ports), false, nowNs);
        return 1;
    }

    /** Our own code broke on this session: it is silent from now on, and its service has ended. */
    void breakDown() {
        isBroken = true;
        hasEnded = true;
    }

    boolean isBroken() {
        return isBroken;
    }

    /** Whether the listener is still to be told of the service's end. */
    boolean hasUntoldEnd() {
        return hasEnded && !isEndTold && ports != null;
    }

    void onEndTold() {
        isEndTold = true;
    }

    private void report(final PortPair borrowed, final boolean bye, final long nowNs) {
        final Peer destination = remoteRtcp;
        if (destination == null || mustHearFirst) {
            return;
        }
        // RFC 3550 §6.4: a sender is who has sent since the report before the last.
        final boolean sends = stream.packets() != packetsAtReportBefore;
        packetsAtReportBefore = packetsAtReport;
        packetsAtReport = stream.packets();
        // The media clock stands at the next tick.
        final int timestamp = stream.clock() + (int) ((nowNs - plane.mediaClockNs()) / NANOS_PER_SAMPLE);
        final int length = RtcpWriter.put(
                plane.sendBuffer(), stream, sends, timestamp, plane.epochMs(), statistics, cname, bye, nowNs);
        if (borrowed.rtcp().offer(plane.datagram(length), destination)) {
            counters.rtcpSent.incrementRelease();
        } else {
            counters.rtcpUnsent.incrementRelease();
        }
        hasReported = true;
    }

    private void onRtp(final MutableDirectBuffer buffer, final int offset, final int length, final Peer from) {
        counters.rtpReceived.incrementRelease();
        if (remoteRtp == null ? !isOpenToAll : !from.equals(remoteRtp)) {
            counters.rtpForeign.incrementRelease();
            return;
        }
        final RtpPacket packet = plane.packet();
        if (!packet.wrap(buffer, offset, length)) {
            counters.rtpMalformed.incrementRelease();
            return;
        }
        mustHearFirst = false;
        if (!mayReceive) {
            counters.rtpUnwanted.incrementRelease();
        } else if (packet.payloadType() == receivedPcmu) {
            onAudio(packet, buffer, MediaPlane.PCMU);
        } else if (packet.payloadType() == receivedPcma) {
            onAudio(packet, buffer, MediaPlane.PCMA);
        } else if (packet.payloadType() == telephoneEventPayloadType) {
            onTelephoneEvent(packet, buffer);
        } else {
            // Comfort noise (RFC 3389), for instance: nothing to play, but somebody is there.
            lastHeardNs = receivedNs;
            counters.rtpUnexpected.incrementRelease();
        }
    }

    private void onAudio(final RtpPacket packet, final MutableDirectBuffer buffer, final int received) {
        final int order = accept(packet);
        if (order == ReceptionStatistics.JUMPED) {
            return;
        }
        statistics.onTiming(packet.timestamp(), (int) (receivedNs / NANOS_PER_SAMPLE));
        final boolean isNewest = order == ReceptionStatistics.NEWEST;
        // Who may not hear the conference may still speak in it.
        if (leg != null && !leg.hear(packet, buffer, received == MediaPlane.PCMU, isNewest)) {
            counters.conferenceDropped.incrementRelease();
        }
        if (isNewest) {
            hear(buffer, packet.payloadOffset(), packet.payloadLength(), received);
        }
    }

    private void hear(final MutableDirectBuffer buffer, final int offset, final int length, final int received) {
        if (telephoneEventPayloadType == NO_PAYLOAD_TYPE && listener != null) {
            for (int i = offset; i < offset + length; i++) {
                final byte code = buffer.getByte(i);
                inBandKeys.onSample(received == MediaPlane.PCMU ? G711.decodeUlaw(code) : G711.decodeAlaw(code));
            }
        }
        final MediaSession speaker = relayTarget == null ? this : relayTarget;
        if (speaker.maySend) {
            if (received != speaker.encoding) {
                G711.transcode(buffer, offset, length, speaker.encoding == MediaPlane.PCMU);
            }
            if (!speaker.source.onAudio(buffer, offset, length)) {
                counters.echoDropped.incrementRelease();
            }
        }
    }

    /** Hands telephone events on as they come; audio waits for its tick, but a key's end must not wait for audio. */
    private void relayEvent(final RtpPacket packet, final MutableDirectBuffer buffer) {
        final MediaSession target = relayTarget;
        if (target == null || !target.maySend || target.telephoneEventPayloadType == NO_PAYLOAD_TYPE) {
            return;
        }
        final MutableDirectBuffer datagram = plane.sendBuffer();
        final boolean begins = packet.timestamp() != target.relayedTimestamp || !target.hasRelayedEvent;
        target.relayedTimestamp = packet.timestamp();
        target.hasRelayedEvent = true;
        target.stream.putEventHeader(datagram, 0, begins, target.telephoneEventPayloadType, packet.payloadLength());
        datagram.putBytes(RtpPacket.HEADER_LENGTH, buffer, packet.payloadOffset(), packet.payloadLength());
        target.send(Objects.requireNonNull(target.ports), RtpPacket.HEADER_LENGTH + packet.payloadLength());
    }

    private void onTelephoneEvent(final RtpPacket packet, final MutableDirectBuffer buffer) {
        if (!TelephoneEvents.isWellFormed(packet)) {
            counters.rtpMalformed.incrementRelease();
        } else if (accept(packet) != ReceptionStatistics.JUMPED) {
            counters.dtmfEvents.getAndAddRelease(telephoneEvents.onPacket(packet, buffer, keys));
            relayEvent(packet, buffer);
        }
    }

    private int accept(final RtpPacket packet) {
        if (statistics.isNewSource(packet.ssrc())) {
            telephoneEvents.open();
        }
        final int order = statistics.onPacket(packet.ssrc(), packet.sequence());
        if (order == ReceptionStatistics.JUMPED) {
            counters.rtpJumped.incrementRelease();
        } else {
            counters.rtpAccepted.incrementRelease();
            statistics.onOctets(packet.payloadLength());
            onHeard();
            if (order == ReceptionStatistics.LATE) {
                counters.rtpLate.incrementRelease();
            }
        }
        return order;
    }

    private void onRtcp(final MutableDirectBuffer buffer, final int offset, final int length, final Peer from) {
        counters.rtcpReceived.incrementRelease();
        if (remoteRtcp == null || !from.equals(remoteRtcp)) {
            counters.rtcpForeign.incrementRelease();
            return;
        }
        final RtcpScanner scanner = plane.scanner().lookFor(stream.ssrc());
        if (!scanner.scan(buffer, offset, length)) {
            counters.rtcpMalformed.incrementRelease();
            return;
        }
        lastHeardNs = receivedNs;
        hasHeardReport = true;
        if (scanner.hasEcho()) {
            roundTrip.onEcho(plane.epochMs(), scanner.echoedNtpMiddle(), scanner.echoDelay());
        }
        if (scanner.hasSenderReport()) {
            statistics.onSenderReport(scanner.senderSsrc(), scanner.ntpMiddle(), receivedNs);
        }
        if (scanner.hasBye()) {
            counters.rtcpByes.incrementRelease();
        }
    }

    private void onHeard() {
        lastHeardNs = receivedNs;
        if (!hasHeard) {
            hasHeard = true;
            if (listener != null) {
                listener.onMediaStarted(this);
            }
        }
    }

    /** Keys go to whoever holds the session. */
    private final class Keys implements KeyListener {
        @Override
        public void onKey(final char key) {
            if (listener != null) {
                listener.onKey(MediaSession.this, key);
            }
        }

        @Override
        public void onLongKey(final char key) {
            if (listener != null) {
                listener.onLongKey(MediaSession.this, key);
            }
        }
    }

    /** RFC 3550 §6.3.1: half to one and a half times the mean, so that the world's reports do not march in step. */
    private long randomised(final long intervalNs) {
        return intervalNs / 2 + intervalNs / 1024 * plane.entropy().nextInt(1024);
    }

    private static boolean isUnicast(final Peer peer) {
        final InetAddress address = peer.socketAddress().getAddress();
        return peer.port() != 0 && !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }
}
