/**
 * Sockets, as the agents see them.
 *
 * <p>A {@link midplane.net.DatagramPort} is polled and never blocks. {@link midplane.net.UdpPort} is the real one; the
 * simulation brings its own. A {@link midplane.net.Peer} is the other end of a datagram. {@link midplane.net.PortPairPool}
 * lends pairs of ports for RTP and RTCP. {@link midplane.net.AllowList} says which sources are listened to at all.
 *
 * <p>Nothing here knows what the bytes mean.
 */
@NullMarked
package midplane.net;

import org.jspecify.annotations.NullMarked;
