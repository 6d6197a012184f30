package midplane.blade.sip;

import midplane.blade.core.ByteStore;
import midplane.net.DatagramPort;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads the INVITE of a call that rings once more, so that its final response can be written. */
final class RingingInvite {
    private final ByteStore store;
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[DatagramPort.MAX_DATAGRAM_LENGTH]);
    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();

    RingingInvite(final ByteStore store) {
        this.store = store;
    }

    /** The INVITE of this dialog, until the next is read. */
    SipMessage of(final Dialog dialog) {
        final int length = store.copy(dialog.invite, bytes, 0);
        final SipFault fault = scanner.scan(bytes, 0, length, message);
        assert fault == SipFault.NONE : "it was read without fault when it came";
        return message;
    }
}
