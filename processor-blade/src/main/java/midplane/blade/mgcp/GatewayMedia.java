package midplane.blade.mgcp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.Conference;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.blade.media.Silence;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The media of the endpoints: sessions with their units of load, and how the audio of an endpoint's connections is joined.
 * An announcement or dialogue endpoint says nothing of its own; a bridge mixes; a relay hands the packets of either
 * connection to the other.
 */
final class GatewayMedia {
    private final MediaPlane plane;
    private final UnitMeter meter;
    private int sessions;

    GatewayMedia(final MediaPlane plane, final UnitMeter meter) {
        this.plane = plane;
        this.meter = meter;
    }

    int sessions() {
        return sessions;
    }

    /**
     * A session for a connection.
     *
     * @param units what it is worth. A bridge is booked once, for all its connections; more than it was booked for cost
     *     more.
     */
    MediaSession open(final Endpoint endpoint, final int units) throws Refusal {
        if (!tryUse(endpoint, units)) {
            throw new Refusal(403, "No units of load are free");
        }
        final MediaSession session = plane.open(new Silence());
        if (session == null) {
            release(endpoint, units);
            throw new Refusal(403, "No media port is free");
        }
        if (endpoint.type() == EndpointType.CNF && !join(endpoint, session)) {
            session.close(0);
            release(endpoint, units);
            throw new Refusal(403, "No leg of a conference is free");
        }
        sessions++;
        return session;
    }

    private boolean tryUse(final Endpoint endpoint, final int units) {
        if (endpoint.type() != EndpointType.CNF) {
            return meter.tryUse(meter.clamp(units));
        }
        final int wanted = meter.clamp(
                endpoint.connections().isEmpty()
                        ? units
                        : Math.max(
                                endpoint.bookedUnits(), endpoint.connections().size() + 1));
        if (!meter.tryUse(wanted - endpoint.bookedUnits())) {
            return false;
        }
        endpoint.bookedUnits(wanted);
        return true;
    }

    private void release(final Endpoint endpoint, final int units) {
        if (endpoint.type() != EndpointType.CNF) {
            meter.release(meter.clamp(units));
        } else if (endpoint.connections().isEmpty()) {
            meter.release(endpoint.bookedUnits());
            endpoint.bookedUnits(0);
        }
    }

    private boolean join(final Endpoint endpoint, final MediaSession session) {
        final Slice name = name(endpoint.conferenceId());
        Conference conference = plane.conferences().find(name);
        if (conference == null) {
            conference = plane.conferences().open(name);
        }
        if (conference == null) {
            return false;
        }
        if (session.join(conference)) {
            return true;
        }
        conference.closeIfEmpty();
        return false;
    }

    /** Whether a conference has this name, whatever protocol its legs came by. */
    boolean hasConference(final String id) {
        return plane.conferences().find(name(id)) != null;
    }

    private static Slice name(final String id) {
        final byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    /** The connection is no longer the endpoint's, or never was. */
    void close(final Endpoint endpoint, final MediaSession session, final int units, final long nowNs) {
        session.close(nowNs);
        sessions--;
        release(endpoint, units);
    }

    /** Joins the audio of an endpoint's connections. */
    void rewire(final Endpoint endpoint) {
        final List<Connection> connections = endpoint.connections();
        for (final Connection connection : connections) {
            final boolean isRelayed = endpoint.type() == EndpointType.PE
                    && connections.size() == 2
                    && !connections.get(0).mode().isNetworkTest()
                    && !connections.get(1).mode().isNetworkTest();
            final Connection other = connections.get(connection == connections.get(0) ? connections.size() - 1 : 0);
            connection.session().relayTo(isRelayed ? other.session() : null);
            final Sound sound = sound(connection, isRelayed);
            if (connection.sound() != sound) {
                connection.sound(sound);
                restore(connection);
            }
        }
    }

    private static Sound sound(final Connection connection, final boolean isRelayed) {
        if (connection.mode().isNetworkTest()) {
            return connection.mode() == ConnectionMode.NETWTEST ? Sound.TEST : Sound.NETWORK;
        }
        return isRelayed ? Sound.RELAY : Sound.ENDPOINT;
    }

    /** What a connection says when nothing is played into it. */
    enum Sound {
        /** What its endpoint says. */
        ENDPOINT,
        /** What comes from the network. */
        NETWORK,
        /** The answer to a continuity test's tones. */
        TEST,
        /** What comes by the other connection. */
        RELAY
    }

    /** Breaks off what is played into a connection. */
    void restore(final Connection connection) {
        final MediaSession session = connection.session();
        if (connection.sound() == Sound.TEST) {
            session.transpond();
        } else if (connection.sound() != Sound.ENDPOINT) {
            session.loopBack();
        } else if (connection.endpoint().type() == EndpointType.CNF) {
            session.rejoin();
        } else {
            session.fallSilent();
        }
    }
}
