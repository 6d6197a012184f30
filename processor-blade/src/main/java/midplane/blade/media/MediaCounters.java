package midplane.blade.media;

import midplane.shelf.Counters;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The counters of one plane. What came to RTP ports is accepted or has one reason why not: received = accepted +
 * foreign + malformed + unexpected + jumped + unwanted. Sessions: opened = closed + open; so conferences, and their legs:
 * joined = left + those there.
 */
final class MediaCounters {
    final AtomicCounter sessionsOpened;
    final AtomicCounter sessionsClosed;
    /** No session, or no pair of ports, was left. */
    final AtomicCounter sessionsRefused;

    /** Our own code broke on it, and the session was ended. */
    final AtomicCounter sessionsBroken;

    final AtomicCounter rtpSent;
    /** To an address that is not the caller's, on no list, and from which nothing has come yet. */
    final AtomicCounter rtpWithheld;
    /** The port did not take it: lost, as datagrams get lost. */
    final AtomicCounter rtpUnsent;

    final AtomicCounter rtpReceived;
    final AtomicCounter rtpAccepted;
    /** Not from the negotiated address and port. */
    final AtomicCounter rtpForeign;

    final AtomicCounter rtpMalformed;
    /** A payload type that was not negotiated. */
    final AtomicCounter rtpUnexpected;
    /** The sequence number leapt, and nothing has confirmed it yet. */
    final AtomicCounter rtpJumped;
    /** Sent to us though we may not receive: on hold. */
    final AtomicCounter rtpUnwanted;
    /** Of those accepted: duplicates, and what its successor overtook. */
    final AtomicCounter rtpLate;

    final AtomicCounter rtcpSent;
    final AtomicCounter rtcpUnsent;
    final AtomicCounter rtcpReceived;
    final AtomicCounter rtcpForeign;
    final AtomicCounter rtcpMalformed;
    final AtomicCounter rtcpByes;

    final AtomicCounter dtmfEvents;
    /** Payloads pushed out of a full echo queue, or the lack of room they met. */
    final AtomicCounter echoDropped;

    final AtomicCounter conferencesOpened;
    final AtomicCounter conferencesClosed;
    final AtomicCounter legsJoined;
    final AtomicCounter legsLeft;
    /** No leg was left. */
    final AtomicCounter legsRefused;
    /** Payloads that came after their time, or so early that they pushed out what was there. */
    final AtomicCounter conferenceDropped;
    /** Ticks of audio left out to make a delay shorter. */
    final AtomicCounter conferenceShrunk;

    /** Ticks made up for after their time. */
    final AtomicCounter lateTicks;
    /** Ticks not made up for. */
    final AtomicCounter skippedTicks;

    MediaCounters(final Counters counters, final int bladeIndex) {
        final String prefix = "blade." + bladeIndex + '.';
        sessionsOpened = counters.counter(prefix + "media.opened");
        sessionsClosed = counters.counter(prefix + "media.closed");
        sessionsRefused = counters.counter(prefix + "media.refused");
        sessionsBroken = counters.counter(prefix + "media.broken");
        rtpWithheld = counters.counter(prefix + "rtp.withheld");
        rtpSent = counters.counter(prefix + "rtp.sent");
        rtpUnsent = counters.counter(prefix + "rtp.unsent");
        rtpReceived = counters.counter(prefix + "rtp.received");
        rtpAccepted = counters.counter(prefix + "rtp.accepted");
        rtpForeign = counters.counter(prefix + "rtp.foreign");
        rtpMalformed = counters.counter(prefix + "rtp.malformed");
        rtpUnexpected = counters.counter(prefix + "rtp.unexpected");
        rtpJumped = counters.counter(prefix + "rtp.jumped");
        rtpUnwanted = counters.counter(prefix + "rtp.unwanted");
        rtpLate = counters.counter(prefix + "rtp.late");
        rtcpSent = counters.counter(prefix + "rtcp.sent");
        rtcpUnsent = counters.counter(prefix + "rtcp.unsent");
        rtcpReceived = counters.counter(prefix + "rtcp.received");
        rtcpForeign = counters.counter(prefix + "rtcp.foreign");
        rtcpMalformed = counters.counter(prefix + "rtcp.malformed");
        rtcpByes = counters.counter(prefix + "rtcp.byes");
        dtmfEvents = counters.counter(prefix + "dtmf.events");
        echoDropped = counters.counter(prefix + "echo.dropped");
        conferencesOpened = counters.counter(prefix + "conferences.opened");
        conferencesClosed = counters.counter(prefix + "conferences.closed");
        legsJoined = counters.counter(prefix + "conferences.legs.joined");
        legsLeft = counters.counter(prefix + "conferences.legs.left");
        legsRefused = counters.counter(prefix + "conferences.legs.refused");
        conferenceDropped = counters.counter(prefix + "conferences.audio.dropped");
        conferenceShrunk = counters.counter(prefix + "conferences.audio.shrunk");
        lateTicks = counters.counter(prefix + "rtp.late-ticks");
        skippedTicks = counters.counter(prefix + "rtp.skipped-ticks");
    }
}
