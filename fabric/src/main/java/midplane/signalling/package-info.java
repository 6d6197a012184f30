/**
 * What dispatcher and blades must agree on to read each other's messages, whatever the protocol: the blade's name inside
 * tags ({@link midplane.signalling.BladeTag}) and endpoint names ({@link midplane.signalling.BladeTerm}), slices of bytes
 * where they landed ({@link midplane.signalling.Slice}), the keyed hash for everything a stranger chooses
 * ({@link midplane.signalling.SipHash}), and how big a session will be ({@link midplane.signalling.SizeIndication}).
 *
 * <p>The grammar lives in the lowest module because both ends of the midplane read it. It knows nothing of the fabric.
 *
 * <h2>Why the size is read once</h2>
 *
 * The dispatcher books units before the blade has seen the message, and the blade reports units back. Were both to read
 * the size, each reader's mistake would be a ledger that never balances. So the dispatcher reads, and the number travels
 * in the frame.
 */
@NullMarked
package midplane.signalling;

import org.jspecify.annotations.NullMarked;
