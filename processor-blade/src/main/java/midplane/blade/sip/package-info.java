/**
 * SIP on a blade: the side that is called. Of itself it says BYE, and refreshes sessions by UPDATE or re-INVITE.
 *
 * <pre>
 *   fabric frame --+                        +--&gt; transactions   RFC 3261 §17, RFC 6026   who asked, what did we say
 *                  +--&gt; {@link midplane.blade.sip.SipEndpoint} --+
 *   own port ------+                        +--&gt; calls, dialogs RFC 3261 §8.2, §12 to §15 --&gt; midplane.blade.media
 *                                           |
 *                                           +--&gt; midplane.blade.core.Outbox
 * </pre>
 *
 * <p>{@code SipEndpoint} is sans-IO: bytes, their source and the time go in; datagrams come out in an outbox; when it
 * wants to be called though nothing arrives, it says so. It reads a message, finds the transaction, and asks
 * {@code CallControl} about everything that concerns a call, which has {@code CallSetup} begin it, {@code CallEnding}
 * end it, {@code OfferAnswer} describe it, {@code DialogWords} remember it and {@code SessionRefresh} keep it alive. The
 * machines are one class each: {@code InviteServerTransaction}, {@code NonInviteServerTransaction},
 * {@code InviteClientTransaction}, {@code NonInviteClientTransaction}, {@code SessionTimer}, {@code Dialog}, {@code UnacknowledgedOk} for the 2xx that is the dialog's to repeat, and
 * {@code UnacknowledgedRinging} for the 180 that awaits a PRACK. {@code ServiceCatalog} reads
 * RFC 4240 out of a Request-URI.
 *
 * <h2>Why every message has one outcome</h2>
 *
 * Each handler returns an {@code Outcome}, and one line counts it. So the counters balance by construction, and a message
 * that nobody thought of does not compile.
 *
 * <h2>Why answered requests may be forgotten early</h2>
 *
 * Tables have limits, and a transaction lives 32 seconds after its answer only to absorb copies. When a table is full,
 * the one that has been of no use longest gives way and is counted. The other choice, refusing new calls to remember old
 * ones, is what an attacker would wish for.
 *
 * <h2>Which URIs are served</h2>
 *
 * {@code sip} and {@code sips}. A {@code sips} URI that came over UDP is served, and our Contact is then {@code sips}, too
 * (RFC 3261 §12.1.1): whoever sent it over UDP has broken the promise already, and refusing would help nobody.
 * {@code tel} gets 416: a number names no service here, and RFC 3261 §19.1.6 would only make a user part of it.
 *
 * <h2>Why a call believes its peers only</h2>
 *
 * Whoever sees one message of a call knows its tags. So a request within a dialog must come from the host that sent the
 * INVITE, or from one that its Contact or a recorded route names by address; a CANCEL from the INVITE's host. Ports may
 * change, as they do behind a NAT. A host that is named by a name only is not believed: that would take a resolver. Who
 * is not believed gets a 481 without a transaction: a forged CANCEL would else take the place of the true one, which has the
 * same branch. A copy of a request, or the ACK of a refusal, counts only if it comes from the host of the original.
 *
 * <h2>Calls that name others</h2>
 *
 * Replaces and Join (RFC 3891, RFC 3911) carry the tag of the named call, so the dispatcher knows which blade has it, as
 * it does for strays. The new call gets the service of the named one, begun anew: what is heard is the announcement from
 * its first word, or the same conference.
 *
 * <h2>Callers who vanish</h2>
 *
 * A call ends when neither RTP, RTCP nor a request came from its caller for {@code midplane.media.silence-limit}, provided
 * that it may send at all; when nobody refreshes its session in time; and in any case at
 * {@code midplane.media.max-play}.
 *
 * <h2>Why half-open calls are few</h2>
 *
 * Until its ACK a call may be one that a forged address asked for. Such calls have limits, per blade and per host, and
 * leave a quarter of what the blade has to others. At the limit of a host its next call gets a 503 that nobody remembers,
 * within a budget, and then silence; at that of the blade the greediest host loses its oldest call, so that a flood
 * from many addresses drops mostly itself. An INVITE that waited for T1 in the fabric is left to the copy that its
 * client is about to send: an overloaded blade serves nobody who has been told twice already.
 *
 * <h2>Where requests of ours go</h2>
 *
 * To the first route, else to the Contact (RFC 3261 §12.2.1.1). No name is looked up, since that would take a resolver on
 * the path of a message: where the next hop is a name, the request goes to where the dialog's own requests come from.
 * That is the proxy in front, or the client itself, and reaches a client behind a NAT, too.
 */
@NullMarked
package midplane.blade.sip;

import org.jspecify.annotations.NullMarked;
