/**
 * MGCP on a blade (RFC 3435, with packages of RFC 3660 and RFC 2897): commands in, responses and notifications out. Sans-IO,
 * as {@code midplane.blade.core} describes it.
 *
 * <pre>
 *   datagram --&gt; MgcpGateway ---- copy? --&gt; TransactionHistory                 the response of the first
 *                    |  new
 *                    +--&gt; CommandExecutor --&gt; RequestReader, ConnectionOptions  all is read before anything changes
 *                    |         |
 *                    |      Endpoint --+-- Connection --&gt; GatewayMedia --&gt; blade.media
 *                    |         |       +-- EndpointSignals   what is played, PlayCollect among it
 *                    |         |       +-- EndpointEvents    what happened: accumulated, quarantined, notified
 *                    |         |       +-- Association       a call agent that does not answer
 *                    +--&gt; OutgoingCommands &lt;---- NTFY, DLCX, RSIP               repeated until answered
 * </pre>
 *
 * <p>A refusal leaves everything as it was: a command is read to its end, and what it asks for is found, before the first
 * thing changes. What can be wrong stands deep inside lists within lists, so the reader says it by a {@link
 * midplane.blade.mgcp.Refusal} that has no stack trace.
 *
 * <h2>What makes garbage and what does not</h2>
 *
 * Copies of commands, noise, strays and everything that RTP brings cost none: that is what a flood consists of. Executing a
 * command does: two to five commands make a call, each a small script of nested lists, and they are read into records as
 * session descriptions are. All of it is bounded: lists by {@link midplane.blade.mgcp.RequestReader#LIST_LENGTH_MAX}, digit
 * maps by {@link midplane.blade.mgcp.DigitMap#LENGTH_MAX}, responses, transactions and outgoing commands by their tables.
 *
 * <h2>At most once</h2>
 *
 * The transaction id alone is the key (§3.5.1). A command of another content under an id that is remembered is, for the
 * RFC, a copy: it gets the first's response and a counter. Nothing is executed that could not be remembered: a full history
 * refuses with 409.
 *
 * <h2>Endpoints</h2>
 *
 * There are as many of each type as the blade may have sessions: {@code ann/3/1} and on. They are virtual; a wildcard means
 * those in use. {@code $} gives one that has no connection, with nothing left of whoever had it before; {@code $} alone is
 * taken to mean {@code ivr}, which can do most. A bridge is a conference of its number or name, the same that SIP's callers
 * join. Announcement and dialogue endpoints hold one connection (§2.1.1), a relay two.
 *
 * <h2>Whom the gateway believes</h2>
 *
 * Commands come from allowed hosts only, and a notified entity is only taken among those. Names are not looked up: an agent
 * does not wait for a resolver, so a name stands for the host that the command came from, at the port it names. A connection
 * that may receive and whose other side nobody has described listens to everybody, as §2.3.5 demands; from the description
 * on it listens to nobody else. Nothing is sent before it.
 *
 * <h2>Where the RFC leaves it open</h2>
 *
 * <ol>
 *   <li>An announcement that is not there refuses the request (514), since we know at once; the advanced audio package has
 *       return codes of its own for that and reports {@code AU/of(rc=301)}.
 *   <li>Keys come by telephone events where those were agreed, else out of the audio; an event requested on the endpoint is
 *       heard on its connections, which are all the line it has.
 *   <li>One signal can sound at a time; several are not mixed but refused (403).
 *   <li>A signal on an endpoint without connection takes its time all the same; who joins hears it from its beginning.
 *   <li>A command of ours is given up after Max2 copies, as the text of §4.3 has it; the drawing there would wait on.
 *   <li>A restart is told once for each type of endpoints, since a wildcard can name a type and not a blade (§2.1.2).
 * </ol>
 */
@NullMarked
package midplane.blade.mgcp;

import org.jspecify.annotations.NullMarked;
