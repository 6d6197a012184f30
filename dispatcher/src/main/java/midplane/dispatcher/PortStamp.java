package midplane.dispatcher;

import midplane.fabric.InitialFrame;
import midplane.shelf.PortInsertion;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipUri;
import org.agrona.MutableDirectBuffer;

/**
 * The one copy of a message: from where it landed into the claimed frame, leaving out every line of our reserved header
 * and inserting the selected blade's port identifier on the way. Not thread-safe.
 */
public final class PortStamp {
    /** What a stamp adds to a message at most: the header line with two numbers of five digits. */
    private static final int MAX_GROWTH = 64;

    private final PortInsertion insertion;
    private final SipUri uri = new SipUri();

    public PortStamp(final PortInsertion insertion) {
        this.insertion = insertion;
    }

    /** How long the frame of a message may get, header included. */
    public int maxFrameLength(final SipMessage message) {
        return InitialFrame.HEADER_LENGTH
                + message.length()
                + MAX_GROWTH
                + (insertion == PortInsertion.RURI ? message.requestUri().length() : 0);
    }

    /** {@link #stamp(SipMessage, Slice, InitialFrame, int, int)} for a message as its client sent it. */
    public void stamp(final SipMessage message, final InitialFrame frame, final int portId, final int wellKnownPort) {
        stamp(message, message.requestUri(), frame, portId, wellKnownPort);
    }

    /**
     * Copies the message into a frame and sets the frame's lengths.
     *
     * @param original the Request-URI as the client sent it; the message's own, unless it was stamped before.
     * @param frame wrapped around at least {@link #maxFrameLength} bytes.
     */
    public void stamp(
            final SipMessage message,
            final Slice original,
            final InitialFrame frame,
            final int portId,
            final int wellKnownPort) {
        final MutableDirectBuffer target = frame.buffer();
        final int start = frame.messageOffset();
        int at = start;
        int originalUriLength = 0;
        if (insertion == PortInsertion.RURI && hasPlaceForPort(message)) {
            at = putStartLineWithPort(message, target, at, portId);
            originalUriLength = original.length();
        } else {
            at = copy(message, message.offset(), message.firstHeaderOffset(), target, at);
        }
        if (insertion == PortInsertion.HEADER) {
            at += target.putStringWithoutLengthAscii(at, "Midplane-Port: ");
            at += target.putNaturalIntAscii(at, portId);
            at += target.putStringWithoutLengthAscii(at, ";wk=");
            at += target.putNaturalIntAscii(at, wellKnownPort);
            at += target.putStringWithoutLengthAscii(at, "\r\n");
        }
        at = copyWithoutReserved(message, target, at);
        if (originalUriLength > 0) {
            original.putTo(target, at);
        }
        frame.lengths(at - start, originalUriLength);
    }

    private boolean hasPlaceForPort(final SipMessage message) {
        final Slice requestUri = message.requestUri();
        return uri.parse(requestUri.buffer(), requestUri.offset(), requestUri.length())
                && (uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS);
    }

    private int putStartLineWithPort(
            final SipMessage message, final MutableDirectBuffer target, final int offset, final int portId) {
        final Slice host = uri.host();
        final Slice hostPort = uri.hostPort();
        int at = copy(message, message.offset(), host.offset() + host.length(), target, offset);
        target.putByte(at++, (byte) ':');
        at += target.putNaturalIntAscii(at, portId);
        return copy(message, hostPort.offset() + hostPort.length(), message.firstHeaderOffset(), target, at);
    }

    private static int copyWithoutReserved(
            final SipMessage message, final MutableDirectBuffer target, final int offset) {
        int at = offset;
        int from = message.firstHeaderOffset();
        for (int line = message.first(SipHeader.MIDPLANE_PORT); line >= 0; line = message.next(line)) {
            at = copy(message, from, message.lineOffset(line), target, at);
            from = message.lineOffset(line) + message.lineLength(line);
        }
        return copy(message, from, message.offset() + message.length(), target, at);
    }

    private static int copy(
            final SipMessage message, final int from, final int to, final MutableDirectBuffer target, final int at) {
        target.putBytes(at, message.buffer(), from, to - from);
        return at + to - from;
    }
}
