package midplane.signalling.sip;

import org.agrona.DirectBuffer;

/**
 * Reads a datagram into the offsets of a {@link SipMessage}: one forward pass, no garbage, nothing copied. Not
 * thread-safe.
 */
public final class SipScanner {
    /**
     * Scans one datagram.
     *
     * <p>The first fault is the verdict; the scan goes on behind it as far as it can, so that most faulty requests can
     * still be answered ({@link SipMessage#isAnswerable}).
     *
     * @param message filled, whatever the verdict.
     * @return {@link SipFault#NONE} for a message that may be acted upon.
     */
    public SipFault scan(final DirectBuffer buffer, final int offset, final int length, final SipMessage message) {
        message.begin(buffer, offset);
        message.fault = length < 0 ? SipFault.TRUNCATED : SipFault.NOISE;
        return message.fault;
    }
}
