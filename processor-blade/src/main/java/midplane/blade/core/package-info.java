/**
 * What every protocol core of a blade is built from. A core is sans-IO: it is told what arrived and what time it is, keeps
 * its state in fixed memory, and leaves datagrams for others to send.
 *
 * <pre>
 *   datagram, now --&gt; core --&gt; {@link midplane.blade.core.Outbox}      what to send, flushed by the blade
 *                      | |
 *                      | +---&gt; {@link midplane.blade.core.Deadlines}   when to be called though nothing arrives
 *                      +-----&gt; {@link midplane.blade.core.ByteStore}   bytes that outlive the message they came in
 *                      +-----&gt; {@link midplane.blade.core.KeyIndex}    who a message belongs to, found by {@link midplane.blade.core.KeyedHash}
 * </pre>
 *
 * <h2>Why a package of its own</h2>
 *
 * The blade calls its cores, and the cores need these parts; were the parts beside the blade, the two packages would
 * lean on each other. A second protocol on the same blade uses the same parts.
 *
 * <h2>Why keys are 128 bits and nothing else</h2>
 *
 * Branches, tags and Call-IDs are of any length, and strangers choose them. Tables keep two independent SipHash values
 * of 64 bits under keys nobody outside knows, not the bytes: an entry has a fixed size, nothing has to be bounded,
 * compared or copied, and two different names meet with a chance of 2<sup>-128</sup> that no sender can improve.
 */
@NullMarked
package midplane.blade.core;

import org.jspecify.annotations.NullMarked;
