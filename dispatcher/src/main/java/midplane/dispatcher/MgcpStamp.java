package midplane.dispatcher;

import midplane.fabric.InitialFrame;
import midplane.shelf.PortInsertion;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.EndpointName;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import org.agrona.MutableDirectBuffer;

/**
 * The one copy of an MGCP message: from where it landed into the claimed frame, leaving out every line of our reserved
 * parameter and inserting the blade's port identifier on the way. Responses get none. Not thread-safe.
 */
final class MgcpStamp {
    /** What a stamp adds to a message at most: the parameter line with a number of five digits, and a missing line end. */
    private static final int MAX_GROWTH = 48;

    private final PortInsertion insertion;

    MgcpStamp(final PortInsertion insertion) {
        this.insertion = insertion;
    }

    /** How long the frame of a message may get, header included. */
    int maxFrameLength(final MgcpMessage message) {
        return InitialFrame.HEADER_LENGTH
                + message.length()
                + MAX_GROWTH
                + (insertion == PortInsertion.RURI ? message.endpoint().name().length() : 0);
    }

    /**
     * Copies the message into a frame and sets the frame's lengths.
     *
     * @param frame wrapped around at least {@link #maxFrameLength} bytes.
     */
    void stamp(final MgcpMessage message, final InitialFrame frame, final int portId) {
        final MutableDirectBuffer target = frame.buffer();
        final int start = frame.messageOffset();
        int at = start;
        int originalLength = 0;
        if (insertion == PortInsertion.RURI && message.isCommand()) {
            at = putFirstLineWithPort(message, target, at, portId);
            originalLength = message.endpoint().name().length();
        } else {
            at = copy(message, message.offset(), message.firstParameterOffset(), target, at);
        }
        if (insertion == PortInsertion.HEADER && message.isCommand()) {
            if (target.getByte(at - 1) != '\n') {
                at += target.putStringWithoutLengthAscii(at, "\r\n");
            }
            at += target.putStringWithoutLengthAscii(at, "X-Midplane-Port: ");
            at += target.putNaturalIntAscii(at, portId);
            at += target.putStringWithoutLengthAscii(at, "\r\n");
        }
        at = copyWithoutReserved(message, target, at);
        if (originalLength > 0) {
            message.endpoint().name().putTo(target, at);
        }
        frame.lengths(at - start, originalLength);
    }

    private static int putFirstLineWithPort(
            final MgcpMessage message, final MutableDirectBuffer target, final int offset, final int portId) {
        final EndpointName endpoint = message.endpoint();
        final Slice domain = endpoint.domain();
        int at = copy(message, message.offset(), domain.offset() + domain.length(), target, offset);
        target.putByte(at++, (byte) ':');
        at += target.putNaturalIntAscii(at, portId);
        final int behind = endpoint.name().offset() + endpoint.name().length();
        return copy(message, behind, message.firstParameterOffset(), target, at);
    }

    private static int copyWithoutReserved(
            final MgcpMessage message, final MutableDirectBuffer target, final int offset) {
        int at = offset;
        int from = message.firstParameterOffset();
        for (int line = message.first(MgcpParameter.MIDPLANE_PORT); line >= 0; line = message.next(line)) {
            at = copy(message, from, message.lineOffset(line), target, at);
            from = message.lineOffset(line) + message.lineLength(line);
        }
        return copy(message, from, message.offset() + message.length(), target, at);
    }

    private static int copy(
            final MgcpMessage message, final int from, final int to, final MutableDirectBuffer target, final int at) {
        target.putBytes(at, message.buffer(), from, to - from);
        return at + to - from;
    }
}
