/**
 * SIP on a blade: the side that is called.
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
 * {@code CallControl} about everything that concerns a call. The machines are one class each:
 * {@code InviteServerTransaction}, {@code NonInviteServerTransaction}, {@code NonInviteClientTransaction},
 * {@code Dialog}, and {@code UnacknowledgedOk} for the 2xx that is the dialog's to repeat. {@code ServiceCatalog} reads
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
 */
@NullMarked
package midplane.blade.sip;

import org.jspecify.annotations.NullMarked;
