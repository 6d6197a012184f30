/**
 * SIP as bytes: what arrives is read where it lies, what leaves is written straight into its place.
 *
 * <pre>
 *   datagram --&gt; SipScanner --&gt; SipMessage --&gt; SipVia, SipUri, SipAddress     (offsets, no copies)
 *                                   |
 *                                   v
 *                       SipResponseWriter, SipRequestWriter --&gt; a claimed buffer
 * </pre>
 *
 * <p>The dispatcher scans a datagram to route it; the blade scans the same bytes again to act on them. Both use the same
 * {@link midplane.signalling.sip.SipScanner}, so that they cannot disagree about where a header begins or ends, and the
 * dispatcher removes every spelling of our reserved header that the blade would recognise.
 *
 * <p>Everything here is a flyweight: made once, used again and again, without garbage, by one thread. A slice taken from
 * a message dies with the buffer's content.
 *
 * <h2>Why so</h2>
 *
 * One forward pass fills offsets; the few headers every message needs (Via, From, To, Call-ID, CSeq, Max-Forwards,
 * Content-Length) are read to the end at once, all others only when asked for. A fault does not end the scan: a request
 * whose Content-Length lies still has the headers a 400 must repeat. The grammar is that of RFC 3261 §25, lenient only
 * where the RFC or the torture tests of RFC 4475 demand it: two readers that forgive differently can be played against
 * each other.
 */
@NullMarked
package midplane.signalling.sip;

import org.jspecify.annotations.NullMarked;
