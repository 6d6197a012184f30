/**
 * Session descriptions for audio (RFC 8866) and the answer to an offer (RFC 3264).
 *
 * <p>A description is read once a call, off the path of a message: clarity wins over garbage here, and the model is
 * plain records. Sizes are bounded all the same.
 */
@NullMarked
package midplane.signalling.sdp;

import org.jspecify.annotations.NullMarked;
