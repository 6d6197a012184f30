/**
 * Sockets, as the agents see them.
 *
 * <p>A {@link midplane.net.DatagramPort} is polled and never blocks. {@link midplane.net.UdpPort} is the real one; the
 * simulation brings its own. A {@link midplane.net.Peer} is the other end of a datagram. {@link midplane.net.PortPairPool}
 * lends pairs of ports for RTP and RTCP. {@link midplane.net.AllowList} says which sources are listened to at all.
 *
 * <p>Trouble that the network makes is a {@code false} or a datagram that does not come, never an exception: an agent
 * must not end because a stranger's machine sent ICMP. Only binding throws, for it happens at start-up. Hosts are read
 * as numbers ({@link midplane.net.NumericHost}); nothing here asks a resolver.
 *
 * <p><b>Why a socket of the address' own family.</b> Java's default is an IPv6 socket that speaks IPv4 as well. Bound to
 * an IPv4 address it gains nothing, and an IPv6 destination would fail in the system call with an exception; so it is
 * refused before. Who wants both families on one port binds {@code ::}.
 *
 * <p>Nothing here knows what the bytes mean.
 */
@NullMarked
package midplane.net;

import org.jspecify.annotations.NullMarked;
