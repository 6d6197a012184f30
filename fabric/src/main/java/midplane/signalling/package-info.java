/**
 * What dispatcher and blades must agree on to read each other's messages, whatever the protocol: the blade's name inside
 * tags ({@link midplane.signalling.BladeTag}), slices of bytes where they landed ({@link midplane.signalling.Slice}), and the keyed hash for
 * everything a stranger chooses ({@link midplane.signalling.SipHash}).
 *
 * <p>The grammar lives in the lowest module because both ends of the midplane read it. It knows nothing of the fabric.
 */
@NullMarked
package midplane.signalling;

import org.jspecify.annotations.NullMarked;
