/**
 * Session descriptions for audio (RFC 8866) and the answer to an offer (RFC 3264).
 *
 * <pre>
 *   offer in an INVITE ---------------&gt; SdpAnswer.answer ------&gt; LocalDescription for the 200, where and how to send
 *   SdpOffer (INVITE without) --------&gt; 200 ... ACK --&gt; SdpAnswer.fromAnswer
 * </pre>
 *
 * <p>{@link midplane.signalling.sdp.ConnectionDescription} is for MGCP, where there is no offer and no answer.
 *
 * <p>One audio stream over RTP/AVP with PCMU or PCMA is taken, the first that can be; every other m-line stays in its place
 * with port 0. An offer that has no live stream is taken as it is, since a later one may bring some. The order of preference is the offer's, and the answer keeps one codec, so that nobody has to follow a
 * change of payload type within a stream.
 *
 * <p>Our packets last 20 ms, or what the other side would like ({@code a=ptime}), as far as it takes them
 * ({@code a=maxptime}) and we make them: 10 to 100 ms.
 *
 * <p>A description is read once a call, off the path of a message: clarity wins over garbage here, and the model is
 * plain records. Sizes are bounded all the same.
 */
@NullMarked
package midplane.signalling.sdp;

import org.jspecify.annotations.NullMarked;
