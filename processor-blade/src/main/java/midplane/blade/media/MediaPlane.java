package midplane.blade.media;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.net.PortPairPool.PortPair;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import org.agrona.ErrorHandler;
import org.agrona.LangUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * All media of one blade. The blade's agent calls {@link #tick} in every duty cycle and may sleep until
 * {@link #nextTickNs}; between ticks it costs a comparison. Time is what it is told, in the agent's monotonic
 * nanoseconds. Not thread-safe.
 */
public final class MediaPlane {
    /** RFC 3551: payload type of G.711 µ-law. */
    public static final int PCMU = 0;
    /** RFC 3551: payload type of G.711 A-law. */
    public static final int PCMA = 8;

    /** Time between two packets of a stream. */
    public static final long TICK_NS = 20_000_000;
    /** Samples, and G.711 bytes, in a packet. */
    public static final int SAMPLES_PER_TICK = 160;

    /** As many ticks are made at once at most; what is older than that is skipped. */
    static final int CATCH_UP_TICKS_MAX = 5;

    private static final AllowList EVERYBODY = AllowList.parse(List.of("0.0.0.0/0", "::/0"));

    private static final int SEND_BUFFER_LENGTH = RtpPacket.HEADER_LENGTH + RtpPacket.PAYLOAD_LENGTH_MAX;

    private final PortPairPool ports;
    private final EpochClock epochClock;
    private final Entropy entropy;
    private final long maxPlayNs;
    private final MediaCounters counters;

    private final Conferences conferences;
    private final ArrayDeque<MediaSession> idle;
    private final @Nullable MediaSession[] started;
    private final @Nullable MediaSession[] ended;
    private int openCount;
    private int startedCount;
    private long nextTickNs;
    private MediaSession.@Nullable Listener listener;
    private AllowList allowList = EVERYBODY;
    private ErrorHandler errorHandler = LangUtil::rethrowUnchecked;

    private final ByteBuffer sendByteBuffer = ByteBuffer.allocateDirect(SEND_BUFFER_LENGTH);
    private final UnsafeBuffer sendBuffer = new UnsafeBuffer(sendByteBuffer);
    private final RtpPacket packet = new RtpPacket();
    private final RtcpScanner scanner = new RtcpScanner();

    /**
     * A plane with all its sessions made, and none open.
     *
     * @param ports borrowed from, a pair per open session.
     * @param epochClock milliseconds, for the NTP timestamps of our reports.
     * @param entropy for SSRCs and the like.
     * @param maxSessions sessions open at the same time, at most.
     */
    public MediaPlane(
            final PortPairPool ports,
            final EpochClock epochClock,
            final Entropy entropy,
            final MediaSettings settings,
            final Counters counters,
            final int bladeIndex,
            final int maxSessions) {
        this.ports = ports;
        this.epochClock = epochClock;
        this.entropy = entropy;
        this.maxPlayNs = settings.maxPlayNs();
        this.counters = new MediaCounters(counters, bladeIndex);
        conferences = new Conferences(settings.conferences(), entropy, this.counters);
        idle = new ArrayDeque<>(maxSessions);
        for (int i = 0; i < maxSessions; i++) {
            idle.addLast(new MediaSession(this, this.counters, settings.advertisedAddress()));
        }
        started = new @Nullable MediaSession[maxSessions];
        ended = new @Nullable MediaSession[maxSessions];
    }

    /** Hosts that get RTP unasked, whoever names them. Everybody, unless set. */
    public void allowList(final AllowList list) {
        allowList = list;
    }

    /** Told when our own code broke on a session; that session ends then. Set before the first tick. */
    public void errorHandler(final ErrorHandler handler) {
        errorHandler = handler;
    }

    boolean mayGetUnasked(final Peer destination) {
        return allowList.allows(destination);
    }

    /** Who is told when a service has ended; one per plane. */
    public void listener(final MediaSession.Listener newListener) {
        listener = newListener;
    }

    /** The conferences of the blade, each of which is a service to open sessions for. */
    public Conferences conferences() {
        return conferences;
    }

    /**
     * A session with its ports, which sends nothing and hears nothing yet.
     *
     * @return null when no session, no pair of ports or, for a conference, no leg is left; the caller refuses the call.
     */
    public @Nullable MediaSession open(final MediaService service) {
        if (service instanceof Conference && !conferences.hasRoom()) {
            counters.legsRefused.incrementRelease();
            return null;
        }
        final PortPair pair = idle.isEmpty() ? null : ports.borrow();
        if (pair == null) {
            counters.sessionsRefused.incrementRelease();
            return null;
        }
        final MediaSession session = idle.removeFirst();
        session.open(service, pair);
        openCount++;
        counters.sessionsOpened.incrementRelease();
        return session;
    }

    /** Sessions that are open, started or not. */
    public int openSessions() {
        return openCount;
    }

    /** When {@link #tick} has something to do; {@link Long#MAX_VALUE} when no session is started. */
    public long nextTickNs() {
        return startedCount == 0 ? Long.MAX_VALUE : nextTickNs;
    }

    /**
     * Reads, speaks and reports for all started sessions, when a tick is due; for several ticks when it is late.
     *
     * @return datagrams read and sent, and services ended.
     */
    public int tick(final long nowNs) {
        if (startedCount == 0 || nextTickNs - nowNs > 0) {
            return 0;
        }
        final long lateTicks = (nowNs - nextTickNs) / TICK_NS;
        final long skippedTicks = Math.max(0, lateTicks + 1 - CATCH_UP_TICKS_MAX);
        final int dueTicks = (int) (lateTicks + 1 - skippedTicks);
        counters.lateTicks.getAndAddRelease(dueTicks - 1);
        counters.skippedTicks.getAndAddRelease(skippedTicks);

        int work = receive(nowNs);
        if (skippedTicks > 0) {
            skip(skippedTicks);
        }
        for (int i = 0; i < dueTicks; i++) {
            work += speak();
        }
        nextTickNs += (lateTicks + 1) * TICK_NS;
        work += report(nowNs);
        return work + tellEnded();
    }

    void onStart(final MediaSession session, final long nowNs) {
        if (startedCount == 0) {
            nextTickNs = nowNs;
        }
        session.startedIndex(startedCount);
        started[startedCount++] = session;
    }

    void onClose(final MediaSession session, final PortPair pair) {
        final int index = session.startedIndex();
        if (index >= 0) {
            final MediaSession last = started(--startedCount);
            started[startedCount] = null;
            if (last != session) {
                started[index] = last;
                last.startedIndex(index);
            }
            session.startedIndex(-1);
        }
        ports.restore(pair);
        idle.addLast(session);
        openCount--;
        counters.sessionsClosed.incrementRelease();
    }

    Entropy entropy() {
        return entropy;
    }

    long maxPlayNs() {
        return maxPlayNs;
    }

    long epochMs() {
        return epochClock.time();
    }

    /** The time at which the started sessions' media clocks stand. */
    long mediaClockNs() {
        return nextTickNs;
    }

    MutableDirectBuffer sendBuffer() {
        return sendBuffer;
    }

    /** The first bytes of {@link #sendBuffer}, ready to be offered. */
    ByteBuffer datagram(final int length) {
        sendByteBuffer.limit(length).position(0);
        return sendByteBuffer;
    }

    RtpPacket packet() {
        return packet;
    }

    RtcpScanner scanner() {
        return scanner;
    }

    private int receive(final long nowNs) {
        int received = 0;
        for (int i = 0; i < startedCount; i++) {
            final MediaSession session = started(i);
            try {
                received += session.isBroken() ? 0 : session.receive(nowNs);
            } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
                onBroken(session, ex);
            }
        }
        return received;
    }

    private void skip(final long ticks) {
        for (int i = 0; i < startedCount; i++) {
            final MediaSession session = started(i);
            try {
                if (!session.isBroken()) {
                    session.skip(ticks);
                }
            } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
                onBroken(session, ex);
            }
        }
    }

    private int speak() {
        conferences.mix();
        int sent = 0;
        for (int i = 0; i < startedCount; i++) {
            final MediaSession session = started(i);
            try {
                sent += session.isBroken() ? 0 : session.speak();
            } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
                onBroken(session, ex);
            }
        }
        return sent;
    }

    private int report(final long nowNs) {
        int sent = 0;
        for (int i = 0; i < startedCount; i++) {
            final MediaSession session = started(i);
            try {
                sent += session.isBroken() ? 0 : session.reportIfDue(nowNs);
            } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
                onBroken(session, ex);
            }
        }
        return sent;
    }

    /** One session ends; the others do not notice. */
    private void onBroken(final MediaSession session, final Throwable trouble) {
        session.breakDown();
        counters.sessionsBroken.incrementRelease();
        errorHandler.onError(trouble);
    }

    /** The listener may close any session, so the ended are gathered before the first is told. */
    private int tellEnded() {
        int count = 0;
        for (int i = 0; i < startedCount; i++) {
            if (started(i).hasUntoldEnd()) {
                ended[count++] = started(i);
            }
        }
        for (int i = 0; i < count; i++) {
            final MediaSession session = Objects.requireNonNull(ended[i]);
            ended[i] = null;
            // Another's callback may have closed it meanwhile, and even opened it for somebody else.
            if (session.hasUntoldEnd()) {
                session.onEndTold();
                final MediaSession.Listener told = session.listener() == null ? listener : session.listener();
                if (told != null) {
                    told.onServiceEnded(session);
                }
            }
        }
        return count;
    }

    private MediaSession started(final int index) {
        return Objects.requireNonNull(started[index]);
    }
}
