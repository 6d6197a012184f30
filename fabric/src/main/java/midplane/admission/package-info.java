/**
 * Who is heard, in which order, and how much is said to whom: the one place where a chassis decides about strangers. The
 * dispatcher has it before each well-known port, a blade before its own. It knows no protocol: a
 * {@link midplane.signalling.FirstLook} says what a datagram's first bytes promise, a {@link midplane.admission.Intake.Desk} does the work.
 *
 * <pre>
 *   port --&gt; FirstLook --&gt; trust by source --&gt; continues something ------------------&gt; served at once
 *            (bytes)       unknown: silence    begins something, no backlog --------&gt; served at once
 *                          listed, proven      begins something, backlog: known? ---&gt; served at once
 *                                                                         new ------&gt; waits in {@link midplane.admission.Intake}
 * </pre>
 *
 * <h2>Trust</h2>
 *
 * A source is a host; ports come and go behind NATs. <i>Unknown</i>: outside of the allow list, gets 0 bytes. <i>Listed</i>:
 * may ask, and gets at most a stated multiple of the bytes that came from it, since its address may be forged.
 * <i>Proven</i>: has sent back a tag of ours within the last hour, so it does hear us; no such bound. {@link midplane.admission.SourceLedger}
 * remembers bytes and proofs in a table of fixed size under a keyed hash.
 *
 * <h2>Order of service</h2>
 *
 * Without a backlog, the order of arrival, and nothing is copied. There is a backlog when a poll did not empty the socket.
 * Then the socket is drained as fast as can be: the system's own queue would drop an ACK as readily as a flood. What ends
 * or carries on something admitted is served there and then, retransmissions of admitted calls too; what would begin
 * something new is put aside, and served afterwards as far as there is room: proven hosts three times as often as others,
 * hosts in turn, of one host the newest first. So a host that asks for more than its share crowds out itself.
 *
 * <p>Why the newest first: under overload the oldest has waited longest, and its client is about to repeat it or has given
 * up; serving in order of arrival makes everybody wait until nobody does any more. What is older than the client's next
 * retransmission is dropped unread, since its copy is on its way.
 */
@NullMarked
package midplane.admission;

import org.jspecify.annotations.NullMarked;
