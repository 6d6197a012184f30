package midplane.signalling.sdp;

import java.util.List;

/**
 * What we said of ourselves in an offer or an answer. Immutable but for the bytes, which nobody changes.
 *
 * @param text the body of the message.
 * @param stream which m= line is the one we carry, from 0; -1 for none.
 * @param refusals each m= line as it looks when it is refused: RFC 3264 §8 has every later offer repeat them in order.
 * @param payloadType what the codec is called in what comes to us; {@link #STATIC} when RFC 3551 numbers it.
 * @param telephoneEventPayloadType RFC 4733, or -1.
 */
public record LocalDescription(
        byte[] text, int stream, List<String> refusals, int payloadType, int telephoneEventPayloadType) {
    /** Several codecs were offered, by the numbers of RFC 3551. */
    public static final int STATIC = -1;

    /** Whether there is a stream at all. */
    public boolean hasStream() {
        return stream >= 0;
    }
}
